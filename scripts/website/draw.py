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

from figures import style
from website import legible, svg

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
        if picture:
            figure.savefig(picture, format="png", **PICTURE)
    return svg.numbered(text.getvalue())


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
