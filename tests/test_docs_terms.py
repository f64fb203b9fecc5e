"""The glossary holds every term that a page introduces, in a form that tooltips can use."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from checks import pages
from website import ROOT

TEACHING = sorted((ROOT / "docs").glob("*.md")) + sorted((ROOT / "docs" / "chapter").glob("*.md"))
ENTRY = re.compile(r"^(.+) \{#(glossary-[a-z0-9-]+)( \.everyday)?\}\n:   (.+)$", re.MULTILINE)
BOLD = re.compile(r"(?<!^)(?<!^- )(?<!^\d\. )\*\*(\w[^*]*\w)\*\*", re.MULTILINE)

# How a term is written where it stands in bold, if not as in the glossary.
FORMS = {
    "axes": "axis",
    "biases": "bias",
    "bound 2/L": "curvature",
    "cycles": "XOR",
    "dense": "dense layer",
    "Glorot": "Glorot initialization",
    "He": "He initialization",
    "Huber": "Huber loss",
    "Kaiming": "Kaiming initialization",
    "N": "NCHW",
    "C": "NCHW",
    "H": "NCHW",
    "W": "NCHW",
    "schedule": "learning-rate schedule",
    "standardizes": "standardized",
    "stochastic": "stochastic gradient descent",
    "unfreezing": "freeze",
    "Xavier": "Xavier initialization",
}
# In bold for emphasis.
EMPHASIS = {
    "A gradient has the shape of its variable",
    "edges",
    "flexible",
    "learned, not hand-coded",
    "mean",
    "median",
    "No digit",
    "Predict",
    "Update",
    "What goes wrong",
}


def entries() -> list[tuple[str, str, str]]:
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    return [(term, name, said) for term, name, _, said in ENTRY.findall(text)]


def introduced(page: str) -> Iterator[str]:
    """What stands in bold inside a page's sentences."""
    text = "\n".join(line for _, line in pages.prose(page, pages.page_examples(page)))
    return (found for found in BOLD.findall(text) if found not in EMPHASIS)


def unknown(page: str) -> list[str]:
    """The terms of a page that the glossary lacks."""
    known = {term.lower() for term, _, _ in entries()}
    return [
        term
        for term in introduced(page)
        if not {FORMS.get(term, term).lower(), term.lower().removesuffix("s")} & known
    ]


@pytest.mark.parametrize("path", TEACHING, ids=lambda path: path.stem)
def test_every_term_in_bold_is_in_the_glossary(path: Path) -> None:
    assert unknown(path.read_text(encoding="utf-8")) == []


def test_a_term_that_the_glossary_lacks_is_found() -> None:
    assert unknown("A **tensor** and a **flux capacitor**.\n") == ["flux capacitor"]


def test_terms_stand_in_order_each_with_its_id() -> None:
    terms = [term for term, _, _ in entries()]
    assert terms == sorted(terms, key=lambda term: term.lower().replace("–", "-"))
    for term, name, _ in entries():
        slug = re.sub(r"[^a-z0-9]+", "-", term.lower()).strip("-")
        assert name == f"glossary-{slug}"


def test_every_line_below_the_heading_belongs_to_an_entry() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    _, _, below = text.partition("{#glossary-terms}\n")
    assert re.sub(r"<!--.*?-->", "", ENTRY.sub("", below)).strip() == ""


def test_the_first_sentence_is_short_and_plain() -> None:
    for term, _, said in entries():
        first = re.match(r".*?\.(?= |$)|See \[[^]]+\]", said)
        assert first, term
        assert first[0].startswith("See [") or not set("[`*$") & set(first[0]), term
        assert len(first[0]) <= 125, term


def test_a_reference_to_another_entry_names_one() -> None:
    names = {name for _, name, _ in entries()}
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    assert set(re.findall(r"\]\(#(glossary-[^)]+)\)", text)) <= names
