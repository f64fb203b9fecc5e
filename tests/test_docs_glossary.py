"""The glossary's terms, in all forms that stand in a sentence."""

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
    found = glossary.terms(PAGE)
    crack = glossary.Term("A thin gap in the weld, see NaN.", "glossary-crack")
    assert found["crack"] == found["Cracks"] == crack
    assert found["cavities"].meaning == "A hole."
    assert not any("category" in form.lower() for form in found)


@pytest.mark.parametrize(
    ("term", "plural"),
    [
        ("loss", "losses"),
        ("batch", "batches"),
        ("mini-batch", "mini-batches"),
        ("axis", "axes"),
        ("softmax", "softmaxes"),
        ("bias", "biases"),
        ("epoch", "epochs"),
        ("probability", "probabilities"),
        ("array", "arrays"),
        ("layer", "layers"),
    ],
)
def test_plurals_are_those_of_english(term: str, plural: str) -> None:
    assert glossary.plural(term) == plural
    assert {plural, plural.capitalize()} <= glossary.forms(term)


def test_the_site_has_terms() -> None:
    found = glossary.terms((ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"))
    assert "score before" in found["logit"].meaning


def test_each_letter_leads_to_its_first_term() -> None:
    assert glossary.letters(PAGE) == "[C](#glossary-crack)\n{: .letters }"
