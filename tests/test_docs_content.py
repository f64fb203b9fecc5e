"""Every page shows its reader what the course asks of it; every page of the chapter is asked.

The map lists phrases, each to stand within one line of the page, and table rows, whose entries
stand in one row in this order. Words and numbers count whole, letter case and markup do not.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

import pytest

from checks import numbers, pages
from website import ROOT, facts

DOCS = ROOT / "docs"
MAP = tomllib.loads((ROOT / "tests" / "data" / "chapter_map.toml").read_text(encoding="utf-8"))
TOKEN = re.compile(rf"{numbers.NUMBER.pattern}|[^\W\d]\w*|[^\w\s]", re.VERBOSE)
MARKUP = set("[]{}*`$")
COMMAND = re.compile(r"\\([a-zA-Z]+)")
COMMONPLACE = 7  # a phrase on more lines than these says nothing about the page

Item = str | list[str]
ITEMS = [
    (page, item) for page, asked in MAP.items() for item in asked["holds"] + asked.get("rows", [])
]


@cache
def tokens(text: str) -> tuple[str, ...]:
    """The words, numbers and signs of a text, without markup."""
    found = (match[0] for match in TOKEN.finditer(text))
    plain = (re.sub(r"\s", "", token.replace("−", "-")).casefold() for token in found)
    return tuple(token for token in plain if token not in MARKUP)


@lru_cache(maxsize=2)
def shown(text: str) -> dict[int, tuple[str, ...]]:
    """What a page's reader sees in each of its lines, code and outputs as they stand."""
    source, examples = text.splitlines(), pages.page_examples(text)
    lines = {line: read(prose) for line, prose in pages.prose(text, examples)}
    for example in examples:
        height = f"{example.source}{example.want}".count("\n")
        for line in range(example.lineno + 1, example.lineno + 1 + height):
            lines[line] = source[line - 1]
    return {line: tokens(seen) for line, seen in lines.items()}


@cache
def read(prose: str) -> str:
    """A line of prose as read; the commands of its formulas become words."""
    return numbers.as_read(COMMAND.sub(r" \1 ", prose))


def asked_for(phrase: str) -> tuple[str, ...]:
    """What a phrase of the map looks for: what a reader of such a line would see."""
    return tokens(read(phrase))


def place(part: Sequence[str], line: Sequence[str], start: int = 0) -> int:
    """Where a line goes on after a part of it, or -1."""
    ends = range(start + len(part), len(line) + 1)
    return next((end for end in ends if line[end - len(part) : end] == part), -1)


def stands_in(item: Item, line: Sequence[str]) -> bool:
    """Whether a line has a phrase, or is a table row with these entries in this order."""
    if isinstance(item, str):
        return place(asked_for(item), line) >= 0
    end = 0 if line[:1] == ("|",) else -1
    for entry in item:
        end = place(asked_for(entry), line, end) if end >= 0 else -1
    return end >= 0


def places(item: Item, text: str) -> list[int]:
    """The lines of a page that show an item."""
    return [line for line, seen in shown(text).items() if stands_in(item, seen)]


def source(page: str) -> str:
    return (DOCS / page).read_text(encoding="utf-8")


def masked(text: str, lines: list[int]) -> str:
    """A page with these lines made unreadable."""
    numbered = enumerate(text.splitlines(), 1)
    return "\n".join(re.sub(r"\w", "x", line) if n in lines else line for n, line in numbered)


def wanting(page: str) -> Iterator[Item]:
    """What the map asks of a page and its reader does not see."""
    seen = list(shown(source(page)).values())
    asked = MAP[page]["holds"] + MAP[page].get("rows", [])
    return (item for item in asked if not any(stands_in(item, line) for line in seen))


@pytest.mark.parametrize("page", MAP)
def test_the_page_shows_all_that_the_map_asks(page: str) -> None:
    assert list(wanting(page)) == []


@pytest.mark.parametrize(("page", "item"), ITEMS, ids=str)
def test_an_item_is_missed_where_it_is_taken_out_and_is_no_commonplace(
    page: str, item: Item
) -> None:
    text = source(page)
    found = places(item, text)
    assert 0 < len(found) <= COMMONPLACE
    assert places(item, masked(text, found)) == []


def test_every_page_of_the_chapter_is_in_the_map() -> None:
    pages_of_chapter = {f"chapter/{path.name}" for path in (DOCS / "chapter").glob("*.md")}
    assert pages_of_chapter <= set(MAP)


def test_a_first_reading_of_each_section_ends_at_a_marked_point_that_says_where_to_go_on() -> None:
    for path in (DOCS / "chapter").glob("*.md"):
        text = path.read_text(encoding="utf-8")
        first = facts.first_part(text)
        after = text.removeprefix(first)
        assert (path.stem == "summary") == (not after), path.name
        if after:
            stop = after.strip().splitlines()
            assert stop[0] == '!!! stop "Enough for now"', path.name
            assert re.search(r"[Gg]o on to .*\]\([\w-]+\.md\)", stop[1]), path.name
            assert "\n!!! stop" not in "\n".join(stop[1:]), path.name
            assert "For engineers" not in first, path.name


PAGE = """\
---
title: hidden title
---
**Softplus**(−5) is 0.20 in [mm wide][nnref.address] for `kaiming_uniform_`; $\\frac{2}{n}$.

| Rank | Shape |
|---|---|
| 1 | `(5,)` |

```pycon
>>> softmax([1.2, 2.5])  # a comment
array([0.7169])
```
"""


@pytest.mark.parametrize(
    "item",
    [
        "softplus(-5)",
        "0.20",
        "mm wide for",
        "kaiming_uniform_",
        r"\frac{2}{n}",
        "softmax([1.2, 2.5])",
        "0.7169",
        "a comment",
        ["1", "(5,)"],
    ],
)
def test_a_reader_sees(item: Item) -> None:
    assert places(item, PAGE)


@pytest.mark.parametrize(
    "item",
    [
        "hidden title",
        "0.2",
        "717",
        "soft",
        "address",
        "kaiming",
        "0.71",
        "softmax 0.7169",
        ["(5,)", "1"],
        ["1", "(5,)", "x"],
        ["softplus", "0.20"],
    ],
)
def test_a_reader_does_not_see(item: Item) -> None:
    assert not places(item, PAGE)
