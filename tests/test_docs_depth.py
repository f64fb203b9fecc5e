"""A chapter page says what everyone needs in its first twelve screens, and shows a result early.

Screens of 1280 by 800 pixels are estimated from the source: what each block takes was measured in a
browser in November 2026, when every estimate was within one screen of the page.
"""

import math
import re
from collections.abc import Iterator

import pytest

from checks import pages
from website import ROOT, facts

CHAPTER = sorted((ROOT / "docs" / "chapter").glob("*.md"))
BLOCK = re.compile(r"\n{2,}(?=\S)")
SCREEN, MOST = 800, 12
MOST_LINES = 8
TOP, FIGURE, FOLD, HEADING, FORMULA, MARGIN = 130, 520, 50, 75, 70, 20
LINE, ROW, CODE = 27, 42, 21
CHARACTERS = 82


def screens(markdown: str) -> float:
    """About how many screens a text fills, its folds closed and the first of its tabs open."""
    return (TOP + sum(heights(BLOCK.split(markdown)))) / SCREEN


def heights(blocks: list[str]) -> Iterator[int]:
    tabs = False
    for block in blocks:
        if not (block.startswith("=== ") and tabs):
            yield height(block)
        tabs = block.startswith("=== ")


def height(block: str) -> int:
    """About how many pixels a block takes, with the margin below it."""
    lines = block.rstrip().split("\n")
    if block.startswith("[[figure"):
        return FIGURE
    if block.startswith("???"):
        choices = sum(line.startswith("    - [") for line in lines)
        return FOLD + (LINE * (choices + 4) if choices else 0)
    if block.startswith("#"):
        return HEADING
    if block.startswith("$$"):
        return FORMULA + LINE * block.count(r"\\")
    if block.startswith(("=== ", "!!! ")):
        inner = [line[4:] for line in lines[1:]]
        return 2 * MARGIN + sum(heights(BLOCK.split("\n".join(inner).strip())))
    if block.startswith("```"):
        return CODE * (len(lines) - 2) + 2 * MARGIN
    if block.startswith("|"):
        return ROW * (len(lines) - 1) + MARGIN
    return LINE * sum(math.ceil(len(line) / CHARACTERS) for line in lines) + MARGIN


def lines_to_the_first_result(text: str) -> int:
    """How many lines of code a reader sees, folds closed, before anything is printed."""
    unfolded = "\n\n".join(block for block in BLOCK.split(text) if not block.startswith("???"))
    count = 0
    for example in pages.page_examples(unfolded):
        count += example.source.count("\n")
        if example.want:
            break
    return count


@pytest.mark.parametrize("page", CHAPTER, ids=lambda page: page.stem)
def test_what_everyone_needs_comes_first_and_its_first_result_early(page: object) -> None:
    text = page.read_text(encoding="utf-8")
    assert screens(facts.first_part(text)) <= MOST
    assert lines_to_the_first_result(text) <= MOST_LINES


def test_folds_count_closed_and_long_text_and_code_are_seen() -> None:
    code = "```pycon\n" + ">>> a = 1\n" * 9 + ">>> a\n1\n```"
    fold = '??? example "Code"\n' + "\n".join(f"    {line}" for line in code.split("\n"))
    assert lines_to_the_first_result(code) == 10
    assert lines_to_the_first_result(f"{fold}\n\n```pycon\n>>> a\n1\n```") == 1
    assert screens("\n\n".join([code] * 40)) > MOST > screens("\n\n".join([fold] * 40))
