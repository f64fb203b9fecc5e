"""Draw figures: reads `module.function<TAB>stem` from each line, writes `stem-<theme>.svg`.

Beside them lies `stem.png`, the light one for notebooks.

Answers each line with one of its own: nothing, or as JSON what went wrong. Runs in a process of
its own, so that a live server never draws with a module imported before the last edit.
"""

import contextlib
import importlib
import io
import json
import sys
import traceback
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from figures import style
from website import legible, svg

POINTS = 72  # to the inch
BARE = {"Date": None, "Creator": None}
PICTURE = {"dpi": 144, "transparent": False, "metadata": {"Software": None}}


def draw(name: str, stem: str) -> None:
    """Draw the figure `module.function` for both pages."""
    light = drawing(name, "light", picture=f"{stem}.png")
    dark = svg.darkened(light) if svg.follows(light) else drawing(name, "dark")
    if faults := legible.faults(dark, "dark"):
        raise ValueError(f"{name} is {faults}")
    write(f"{stem}-light.svg", light)
    write(f"{stem}-dark.svg", dark)


def drawing(name: str, theme: str, picture: str = "") -> str:
    """The SVG of a figure for one page; on the way, its picture."""
    module, function = name.split(".")
    make = getattr(importlib.import_module(f"figures.{module}"), function)
    text = io.StringIO()
    with style.theme(theme):
        figure = make()
        figure.savefig(text, format="svg", metadata=BARE)
        places = axes(figure)
        if picture:
            figure.savefig(picture, format="png", **PICTURE)
    drawn = svg.numbered(text.getvalue())
    if 'id="part-' not in drawn:
        return drawn
    return drawn.replace("<svg ", f"<svg data-axes='{json.dumps(places)}' ", 1)


def axes(figure: Figure) -> list[dict[str, Any]]:
    """Where each axes of a drawn figure lies, in points from the top left, and what it shows."""
    width, height = figure.get_size_inches() * POINTS
    return [
        {
            "x": [float(each) for each in panel.get_xlim()],
            "y": [float(each) for each in panel.get_ylim()],
            "left": round(box.x0 * width, 4),
            "right": round(box.x1 * width, 4),
            "top": round((1 - box.y1) * height, 4),
            "bottom": round((1 - box.y0) * height, 4),
            "log": panel.get_yscale() == "log",
        }
        for panel in figure.axes
        for box in [panel.get_position()]
    ]


def write(path: str, text: str) -> None:
    """Write a file that is either not there or complete."""
    part = Path(f"{path}.part")
    part.write_text(text, encoding="utf-8", newline="\n")
    part.replace(path)


def main() -> None:
    """Draw until no line comes."""
    for line in sys.stdin:
        problem = ""
        try:
            with contextlib.redirect_stdout(sys.stderr):
                draw(*line.rstrip("\n").split("\t"))
        except Exception:  # noqa: BLE001 (whatever a figure raises, the next one is drawn)
            problem = traceback.format_exc()
        print(json.dumps(problem), flush=True)


if __name__ == "__main__":
    main()
