"""A page as a Jupyter notebook: its text and figures, its examples as cells with their outputs.

Each begins with a cell that brings `nnref` along, so that it runs wherever it was saved.
"""

import ast
import base64
import doctest
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from checks import pages
from website import SiteError, imports, memory, package, prose

Cell = dict[str, object]
Pictures = tuple[tuple[str, Path], ...]  # PNG, since JupyterLab shows no attached SVG

OPENING = Path(__file__).with_name("opening.py")
PREINSTALLED = {"nnref", "IPython", *sys.stdlib_module_names}
ATTACHED = re.compile(r"!\[[^\n]*\]\(attachment:([^)\s]+)\)")
ABOUT = (
    "*Run the next cell first. It brings `{name}` along (MIT license), so that nothing needs to be "
    "installed for it. This notebook needs {needs} as well; cells whose packages are missing are "
    "skipped and say so.*"
)

INSIDE = re.compile(r"^(?: {4})+", re.MULTILINE)  # of tabs and notes
AS_NOTEBOOK = [  # what only the site's Markdown knows, in order
    (re.compile(r'^(?:\?\?\?\+?|!!!) \w+ "(.*)"', re.MULTILINE), r"**\1**"),
    (re.compile(r'^=== "(.*)"', re.MULTILINE), r"**\1**"),
    (prose.LINK, r"\g<text>"),
    (re.compile(r" *\{:? *[#.][^}]*\}"), ""),
]


@lru_cache(maxsize=256)
def notebook(page: str, wheel: Path, pictures: Pictures = ()) -> str:
    """The page's notebook, as the text of an `.ipynb` file."""
    body = pages.FRONT_MATTER.sub("", page)
    return written(with_pictures(begun(list(cells_of(body)), wheel), dict(pictures)))


def begun(cells: list[Cell], wheel: Path) -> list[Cell]:
    """Cells behind two that make them run: what they need, in words and in code."""
    sources = [str(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    modules = {dotted.partition(".")[0] for source in sources for dotted in imported(source)}
    if unknown := modules - PREINSTALLED - package.PACKAGES.keys():
        raise SiteError(f"`website/package.py` does not know {', '.join(sorted(unknown))}")
    needed = [*package.needed(modules)]
    oldest = [("Python", package.python()), *((title, least) for _, title, _, least in needed)]
    needs = listed([f"{title} {least} or newer" if least else title for title, least in oldest])
    about = ABOUT.format(name=wheel.name, needs=needs)
    given = repr((package.python(), needed, wheel.name)).removesuffix(")")
    call = f'begin{given}, "{base64.b64encode(wheel.read_bytes()).decode()}")'
    opening = code_cell(f"{OPENING.read_text(encoding='utf-8')}\n\n{call}", None)
    opening["metadata"] = {"jupyter": {"source_hidden": True}}
    return [*text_cells(about), opening, *cells]


@memory.remembered
def imported(source: str) -> list[str]:
    """The dotted names that a cell imports."""
    return [dotted for _, dotted in imports.imports(ast.parse(source))]


def listed(names: list[str]) -> str:
    """Names as a sentence lists them."""
    *first, last = names
    return f"{', '.join(first)} and {last}"


def with_pictures(cells: Iterable[Cell], pictures: Mapping[str, Path]) -> Iterator[Cell]:
    """Cells of which each carries the pictures that it shows."""
    for cell in cells:
        shown = ATTACHED.findall(str(cell["source"])) if cell["cell_type"] == "markdown" else ()
        held = {
            name: {"image/png": base64.b64encode(pictures[name].read_bytes()).decode()}
            for name in shown
        }
        yield cell | {"attachments": held} if held else cell


def written(cells: Iterable[Cell]) -> str:
    """Cells as the text of an `.ipynb` file; the same cells give the same bytes."""
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    whole = {
        "cells": [
            cell | {"id": f"cell-{number}", "metadata": cell.get("metadata", {})}
            for number, cell in enumerate(cells)
        ],
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(whole, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def cells_of(body: str) -> Iterator[Cell]:
    """Text and code in the page's order."""
    lines = body.splitlines()
    done = 0
    for fence in pages.fences(body):
        yield from text_cells(plain("\n".join(lines[done : fence.line - 1])))
        if fence.language == pages.RUN:
            yield from code_cells(fence.examples())
        else:
            yield from text_cells(f"```\n{fence.text}\n```")
        done = fence.line + fence.text.count("\n") + 2
    yield from text_cells(plain("\n".join(lines[done:])))


def text_cells(text: str) -> Iterator[Cell]:
    """One cell of Markdown, if the text says anything."""
    if text := text.strip():
        yield {"cell_type": "markdown", "source": text}


def plain(text: str) -> str:
    """A text as any Markdown reader shows it."""
    return prose.outside(INSIDE.sub("", text), as_notebook)


def as_notebook(text: str) -> str:
    """A text, its code and formulas put aside, without what only the site's Markdown knows."""
    for pattern, replacement in AS_NOTEBOOK:
        text = pattern.sub(replacement, text)
    return text


def code_cells(examples: list[doctest.Example]) -> Iterator[Cell]:
    """A cell ends with the example that prints something, as its output stands below it."""
    sources: list[str] = []
    for example in examples:
        sources.append(example.source)
        if example.want:
            yield code_cell("".join(sources), example)
            sources = []
    if sources:
        yield code_cell("".join(sources), None)


def code_cell(source: str, last: doctest.Example | None) -> Cell:
    """One cell of code; where the page shows an error on purpose, running goes on after it."""
    outputs: list[Cell] = []
    metadata: Cell = {}
    if last:
        text = last.want.replace("<BLANKLINE>", "")
        outputs = [{"output_type": "stream", "name": "stdout", "text": text}]
        if last.exc_msg:
            metadata = {"tags": ["raises-exception"]}
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": metadata,
        "outputs": outputs,
        "source": source.rstrip("\n"),
    }
