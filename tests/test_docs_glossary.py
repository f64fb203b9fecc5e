"""Tooltips: the glossary's terms, at their first use on a page."""

import pytest

from website import ROOT, glossary

PAGE = """# Glossary

crack {#glossary-crack}
:   A *thin* gap in the weld, see [NaN](x.md). [Cracks][somewhere]

category {#glossary-category .everyday}
:   Not for tooltips.

cavity {#glossary-cavity}
:   A hole.
"""


def test_terms_have_their_forms_and_meanings_without_markup() -> None:
    found = glossary.meanings(PAGE)
    assert found["crack"] == found["Cracks"] == "A thin gap in the weld, see NaN."
    assert found["cavities"] == "A hole."
    assert not any("category" in form.lower() for form in found)


def test_only_the_first_use_has_a_tooltip() -> None:
    terms = glossary.meanings(PAGE)
    tip = '<abbr title="A hole.">{}</abbr>'.format
    assert glossary.first_uses("<p>Cavity, cavities <b>cavity</b>", terms) == (
        f"<p>{tip('Cavity')}, cavities <b>cavity</b>"
    )


@pytest.mark.parametrize("tag", ["h2", "a", "autoref", "pre", "summary"])
def test_headings_links_and_code_have_no_tooltips(tag: str) -> None:
    terms = glossary.meanings(PAGE)
    inside = f"<{tag} class='x'>cavity <span>cavity</span></{tag}>"
    marked = glossary.first_uses(f"{inside} cavity cavityless", terms)
    assert marked == f'{inside} <abbr title="A hole.">cavity</abbr> cavityless'


def test_the_longer_of_two_terms_is_taken() -> None:
    terms = {"weight": "One.", "weight decay": "Another."}
    assert (
        glossary.first_uses("weight decay", terms) == '<abbr title="Another.">weight decay</abbr>'
    )


def test_the_site_has_terms() -> None:
    found = glossary.meanings((ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"))
    assert "score before" in found["logit"]
