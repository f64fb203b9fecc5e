"""A page has one name, and a section one number: in the menu, above its text, in links to it."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Any

import pytest
import yaml

from checks import pages
from website import ROOT

DOCS = ROOT / "docs"
NUMBERED = re.compile(r"(?:(?P<number>\d+) )?(?P<name>.+)")
LINK = re.compile(r"(?<!!)\[(?P<text>[A-Z\d][^\[\]`]*)\]\((?P<to>(?:\.\./)?[\w/-]+\.(?:md|py))\)")
HEADING = re.compile(r"^## (?P<text>.+?) \{#practice", re.MULTILINE)
CARD = re.compile(r"^(?:(?P<number>\d+)\.|    -) \[(?P<name>.+)\]\((?P<to>.+)\)", re.MULTILINE)


class Loader(yaml.SafeLoader):
    """Reads `mkdocs.yml`, whose tags are the generator's."""


Loader.add_multi_constructor("!", lambda *_: None)


@cache
def menu() -> dict[str, Any]:
    """Every page of the menu, with what it is called there."""
    nav = yaml.load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"), Loader)["nav"]  # noqa: S506
    return {to: text for text, to in entries(nav)}


def entries(nav: Any) -> Iterator[tuple[str, str]]:
    for entry in nav:
        for text, to in entry.items():
            yield from [(text, to)] if isinstance(to, str) else entries(to)


def named(text: str) -> tuple[int, str]:
    """A section's number, or 0, and a page's name."""
    found = NUMBERED.fullmatch(text)
    return int(found["number"] or 0), found["name"]


def title(page: str) -> str:
    """What a page or a study says of itself."""
    text = (DOCS / page).read_text(encoding="utf-8")
    front = re.sub(r"^# ?", "", text, flags=re.MULTILINE) if page.endswith(".py") else text
    return yaml.safe_load(pages.FRONT_MATTER.match(front)[1])["title"]


@pytest.mark.parametrize("page", [each for each in menu() if "reference/losses" not in each])
def test_a_page_is_called_the_same_in_the_menu_and_above_its_text(page: str) -> None:
    if page != "index.md":
        assert named(menu()[page])[1] == title(page)
    if page.endswith(".md") and not page.startswith("reference/"):
        heading = re.search(r"^# (.+?)(?: \{#.+\})?$", (DOCS / page).read_text("utf-8"), re.M)
        assert heading[1] == title(page)


def test_each_number_from_1_on_is_that_of_one_section_and_practice_follows_the_summary() -> None:
    numbered = {page: named(text)[0] for page, text in menu().items() if named(text)[0]}
    assert list(numbered.values()) == list(range(1, 14))
    assert list(numbered)[-2:] == ["chapter/summary.md", "practice.md"]


def test_the_cards_of_the_opening_page_have_the_numbers_and_names_of_the_menu() -> None:
    text = (DOCS / "index.md").read_text(encoding="utf-8")
    cards = [(int(card["number"] or 0), card["name"], card["to"]) for card in CARD.finditer(text)]
    in_menu = [(*named(menu()[to]), to) for to in menu() if re.match("chapter|practice", to)]
    assert cards == in_menu
    assert text.count("[[picture ") == len(cards)


@pytest.mark.parametrize("page", sorted(DOCS.glob("**/*.md")), ids=lambda page: page.stem)
def test_a_link_that_names_a_section_or_a_study_uses_its_name(page: Any) -> None:
    for link in LINK.finditer(page.read_text(encoding="utf-8")):
        to = (page.parent / link["to"]).resolve().relative_to(DOCS.resolve()).as_posix()
        if re.match("chapter|case-studies|practice", to) and not link["text"].isdigit():
            number, name = named(link["text"])
            assert name == title(to)
            assert number in (0, named(menu()[to])[0])


def test_practice_goes_through_the_sections_by_number_and_name() -> None:
    text = (DOCS / "practice.md").read_text(encoding="utf-8")
    headings = [named(heading["text"]) for heading in HEADING.finditer(text)]
    known = {named(text) for text in menu().values()}
    assert [each for each in headings if each[0]] == [each for each in headings if each in known]
    assert sum(1 for number, _ in headings if number) == 11


def test_the_short_way_goes_on_from_each_of_its_pages_to_the_next() -> None:
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    part = index.partition("**New here?**")[2].partition("**The full way**")[0]
    way = re.findall(r"^- \[.+\]\(chapter/(.+?)\)", part, re.MULTILINE)
    assert len(way) == 6
    for page, following in pairwise(way):
        text = (DOCS / "chapter" / page).read_text(encoding="utf-8")
        stop = text.partition('!!! stop "Enough for now"\n')[2].partition("\n\n")[0]
        assert f"]({following})" in stop, page
