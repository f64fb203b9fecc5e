"""The references hold every paper that the package cites, with its number and its year."""

import re

from checks import pages
from website import ROOT

TEXT = (ROOT / "docs" / "references.md").read_text(encoding="utf-8")
ENTRY = re.compile(
    r"^- \[\]\(\)\{#(references-[a-z]+)\}(.+?), \*.+\*, .+, (\d{4})\."
    r"( \[.+\]\(\S+\)\.)?<br>\n  (.+)$",
    re.MULTILINE,
)
PAPER = re.compile(
    r"https://(?:doi\.org|arxiv\.org|proceedings\.mlr\.press)/\S+?(?=\)(?:[\s.,;)]|$))",
    re.MULTILINE,
)
WITHOUT_NUMBER = {
    "references-hebb",
    "references-novikoff",
    "references-defense",
    "references-eniq",
}


def entries() -> list[tuple[str, str, str, str, str]]:
    return ENTRY.findall(TEXT)


def test_every_line_of_a_list_belongs_to_an_entry() -> None:
    assert len(entries()) == len(re.findall(r"^- ", TEXT, re.MULTILINE)) > 15


def test_each_paper_has_a_number_and_an_address() -> None:
    assert {name for name, _, _, number, _ in entries() if not number} == WITHOUT_NUMBER


def test_each_year_is_declared_with_the_first_author() -> None:
    given = pages.front_matter(TEXT)["given"]
    for _, authors, year, _, _ in entries():
        first = re.split(r",| and ", authors)[0].split()[-1]
        assert first in given[year].split(", ")


def test_each_paper_is_used() -> None:
    assert all(re.search(r"\]\[[\w.-]+\]", use) for *_, use in entries())


def test_every_paper_that_a_docstring_or_a_study_cites_is_listed() -> None:
    listed = set(PAPER.findall(TEXT))
    citing = [*(ROOT / "nnref").rglob("*.py"), *(ROOT / "docs" / "case-studies").glob("*.py")]
    cited = {paper for path in citing for paper in PAPER.findall(path.read_text(encoding="utf-8"))}
    assert cited
    assert cited <= listed
