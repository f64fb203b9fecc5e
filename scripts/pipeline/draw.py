"""Draw figures to SVG files: `python draw.py OUT module.function …`.

Runs in a process of its own, so that a build under `mkdocs serve` never draws with a module
imported before the last edit.
"""

import importlib
import io
import sys
from pathlib import Path

from figures import style, themes
from pipeline.svg import numbered


def draw(out: Path, name: str) -> None:
    """Write `out/name-light.svg` and `out/name-dark.svg` for the figure `module.function`."""
    module, function = name.split(".")
    make = getattr(importlib.import_module(f"figures.{module}"), function)
    for theme in themes.THEMES:
        drawing = io.StringIO()
        with style.theme(theme):
            make().savefig(drawing, format="svg", metadata={"Date": None, "Creator": None})
        path = out / f"{name}-{theme}.svg"
        path.write_text(numbered(drawing.getvalue()), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    directory = Path(sys.argv[1])
    directory.mkdir(parents=True, exist_ok=True)
    for each in sys.argv[2:]:
        draw(directory, each)
