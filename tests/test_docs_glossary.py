"""Tooltips: the glossary's terms, at their first use on a page."""

from pipeline import ROOT, glossary

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


def test_only_the_first_use_has_a_tooltip_and_headings_and_links_have_none() -> None:
    tip = '<abbr title="A hole.">{}</abbr>'.format
    heading, link = f"<h2>{tip('cavity')}</h2>", f"<a href='x'>{tip('cavity')}</a>"
    content = f"{heading}<p>{link} {tip('Cavity')}, {tip('cavities')}"
    assert glossary.first_uses(content) == (
        f"<h2>cavity</h2><p><a href='x'>cavity</a> {tip('Cavity')}, cavities"
    )


def test_the_site_has_terms() -> None:
    found = glossary.meanings((ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"))
    assert "score before" in found["logit"]
