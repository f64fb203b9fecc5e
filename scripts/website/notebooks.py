"""A page as a Jupyter notebook: its text, and its examples as cells with their outputs."""

import doctest
import json
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from checks import pages
from website import prose

Cell = dict[str, object]

INSIDE = re.compile(r"^(?: {4})+", re.MULTILINE)  # of tabs and notes
AS_NOTEBOOK = [  # what only the site's Markdown knows, in order
    (re.compile(r'^(?:\?\?\?\+?|!!!) \w+ "(.*)"', re.MULTILINE), r"**\1**"),
    (re.compile(r'^=== "(.*)"', re.MULTILINE), r"**\1**"),
    (prose.LINK, r"\g<text>"),
    (re.compile(r" *\{:? *[#.][^}]*\}"), ""),
]


@lru_cache(maxsize=256)
def notebook(page: str) -> str:
    """The page's notebook, as the text of an `.ipynb` file."""
    return written(cells_of(pages.FRONT_MATTER.sub("", page)))


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
