"""Figures that move: what a page needs beside the static figure, which print and notebook keep.

The controls stand on the page from the start, so that nothing shifts. The drawing comes as a
script, because no script reaches into an `img`, and a page opened from a folder may fetch nothing.
"""

import html
import json
import re

from figures.controls import CONTROLS, Choice, Control, Handle, Slider
from website import ROOT, svg

RECORDS = ROOT / "docs" / "data"
ASIDE = re.compile(r"<\?xml.*?\?>|<!DOCTYPE.*?>|<!--.*?-->|<metadata>.*?</metadata>|\n", re.DOTALL)
SHEET = re.compile(r"<defs>\s*<style.*?</style>\s*</defs>", re.DOTALL)
JOINS = '<svg stroke-linejoin="round" stroke-linecap="butt" '  # what the style sheet says
VARIABLES = (
    "--ink",
    "--faint",
    "--grid",
    "--surface",
    "--c0",
    "--c1",
    "--c2",
    "--c3",
)  # of site.css, in the order of svg.colors
STYLE = re.compile(r' style="([^"]*)"')
PART = re.compile(r' id="part-(\w+)"')
NAMED = re.compile(r' id="([^"]+)"')
LINK = re.compile(r'(xlink:href="#|url\(#)([^")]+)')
BLANKS = re.compile(r" {2,}|(?<=>) +(?=<)")


def controls(name: str) -> tuple[Control, ...]:
    """The controls of a figure; none if it does not move."""
    return CONTROLS.get(name, ())


def attributes(name: str, drawing: str) -> str:
    """What a figure says of itself: its name and its scripts, as `near.js` finds them."""
    return f' data-moving="{name}" data-script="moving/shared ../{drawing} moving/{name}"'


def script(name: str, light: str) -> str:
    """A drawing, and the record of its name if there is one, as a script that hands them on."""
    record = RECORDS / f"{name}.json"
    more = f", {record.read_text(encoding='utf-8').strip()}" if record.exists() else ""
    return f"moving.drawing({json.dumps(name)}, {json.dumps(inline(name, light))}{more});\n"


def inline(name: str, light: str) -> str:
    """A drawing that may stand in a page: colors of its scheme, no styles, names of its own."""
    used = {found[2] for found in LINK.finditer(light)}
    text = SHEET.sub("", ASIDE.sub(" ", light)).replace("<svg ", JOINS, 1)
    text = PART.sub(r' data-part="\1"', text)
    text = NAMED.sub(lambda found: f' id="{name}-{found[1]}"' if found[1] in used else "", text)
    text = LINK.sub(rf"\1{name}-\2", text)
    text = STYLE.sub(presentation, text)
    for variable, color in zip(VARIABLES, svg.colors("light"), strict=True):
        text = text.replace(color, f"var({variable})")
    return BLANKS.sub(lambda found: " " if found[0].strip("> <") else "", text).strip()


def presentation(style: re.Match[str]) -> str:
    """A style as attributes, which the page's policy lets pass."""
    pairs = (each.split(":") for each in style[1].split(";") if each.strip())
    return "".join(f' {key.strip()}="{value.strip()}"' for key, value in pairs)


def form(name: str) -> str:
    """The controls of a figure, and the place for what it says."""
    rows = "".join(control(name, each) for each in controls(name))
    plays = "".join(
        f'<button type="button" data-plays="{each.name}">Play</button>'
        for each in controls(name)
        if isinstance(each, Slider) and each.plays
    )
    return (
        f'<form class="moving__controls" data-search-exclude autocomplete="off">{rows}'
        '<div class="moving__end"><output class="moving__said"></output>'
        f'{plays}<button type="reset">Reset</button></div></form>'
    )


def control(figure: str, each: Control) -> str:
    """One control."""
    match each:
        case Slider():
            return row(figure, each.name, each.label, slider(figure, each), "<span></span>")
        case Choice():
            options = "".join(
                f"<option{' selected' * (each.start == option)}>{html.escape(option)}</option>"
                for option in each.options
            )
            chosen = f'<select id="{figure}-{each.name}" name="{each.name}">{options}</select>'
            return row(figure, each.name, each.label, chosen)
        case Handle():
            return "".join(slider(figure, one, hidden=True) for one in each.sliders)


def row(figure: str, name: str, label: str, field: str, value: str = "") -> str:
    """A control with its label and its value."""
    label = f'<label for="{figure}-{name}">{html.escape(label)}</label>'
    return f'<div class="moving__control">{label}{field}{value}</div>'


def slider(figure: str, each: Slider, *, hidden: bool = False) -> str:
    """A slider; one of a handle is not seen."""
    limits = f'min="{each.least:g}" max="{each.most:g}" step="{each.step:g}"'
    more = f' data-unit="{html.escape(each.unit)}"' if each.unit else ""
    more += f' aria-label="{html.escape(each.label)}" hidden' if hidden else ""
    return (
        f'<input type="range" id="{figure}-{each.name}" name="{each.name}" '
        f'{limits} value="{each.start:g}"{more}>'
    )
