"""Markdown to HTML, in any generator that takes extensions: formulas, sessions, folds, places."""

import re
from xml.etree import ElementTree

import pytest
from markdown import Markdown
from pymdownx.superfences import SuperFencesException

from website import SourceError, extension, maths

EXTENSIONS = [
    "attr_list",
    "pymdownx.arithmatex",
    "pymdownx.details",
    "pymdownx.highlight",
    "pymdownx.superfences",
    "website.extension",
]
SETTINGS = {
    "pymdownx.arithmatex": {"generic": True},
    "pymdownx.highlight": {"pygments_lang_class": True},
}


def html(text: str) -> str:
    return Markdown(extensions=EXTENSIONS, extension_configs=SETTINGS).convert(text)


def test_inline_and_displayed_formulas_become_mathml() -> None:
    page = html("It is $x < 1$.\n\n$$\n\\frac{1}{2}\n$$\n")
    assert "<p>It is <math><mi>x</mi><mo>&lt;</mo><mn>1</mn></math>.</p>" in page
    assert (
        '<div class="formula" tabindex="0"><math display="block">'
        "<mfrac><mn>1</mn><mn>2</mn></mfrac></math></div>"
    ) in page
    assert "arithmatex" not in page


def test_a_formula_alone_in_its_paragraph_stays_in_it() -> None:
    assert html("$x$") == "<p><math><mi>x</mi></math></p>"


def test_a_formula_may_come_escaped() -> None:
    element = ElementTree.Element("div", {"class": "arithmatex"})
    element.text = r"\[a &lt; b\]"
    extension.formula(element)
    assert [each.text for each in element.iter("mo")] == ["<"]


def test_what_html_has_a_name_for_is_a_character() -> None:
    assert "\u2061" in maths.to_mathml(r"\ln x", display=False)
    assert "&lt;" in maths.to_mathml("x < 1", display=False)


def test_a_prime_is_not_raised_twice() -> None:
    assert "msup" not in maths.to_mathml("f'(x)", display=False)
    assert "msup" in maths.to_mathml("x^2", display=False)


@pytest.mark.parametrize("tex", [r"\frac{1", r"\nosuchcommand"])
def test_bad_latex_names_the_formula_and_the_reason(tex: str) -> None:
    with pytest.raises(SourceError) as caught:
        html(f"${tex}$")
    assert str(caught.value).startswith(f"bad LaTeX `{tex}`: ")
    assert caught.value.text == tex


def test_the_copy_has_no_prompts_and_no_output() -> None:
    session = ">>> x = 1\n>>> for k in range(2):\n...     print(k)\n0\n1\n>>> x\n1\n"
    assert extension.copyable(session) == "x = 1\nfor k in range(2):\n    print(k)\nx"


def test_sessions_are_marked_and_other_code_is_not() -> None:
    page = html('```pycon\n>>> a < "b"\nTrue\n```\n\n```python\na = 1\n```\n')
    assert page.count("data-copy") == 1
    marked = 'data-copy="a &lt; &quot;b&quot;" data-needs="">'
    assert f'<div class="language-pycon highlight" {marked}' in page
    assert '<div class="language-python highlight">' in page


def test_a_session_says_what_a_browser_lacks_to_run_it() -> None:
    sessions = [">>> 1\n1", ">>> import torch\n>>> x = 1", ">>> x\n1", ">>> x = 2"]
    page = html("\n\n".join(f"```pycon\n{each}\n```" for each in sessions))
    assert re.findall('data-needs="(.*?)"', page) == ["", "torch", "torch", ""]


def test_a_session_in_a_tab_or_a_note_is_marked_too() -> None:
    assert 'data-copy="a"' in html('??? question "Q"\n\n    ```pycon\n    >>> a\n    ```\n')


def test_a_session_that_cannot_be_read_stops_the_build() -> None:
    with pytest.raises(SuperFencesException, match="lacks blank after"):
        html("```pycon\n>>> if x:\n ...     y\n```\n")


def test_folded_sources_are_not_searched_and_questions_are() -> None:
    page = html('??? example "Code"\n\n    x\n\n??? question "Q"\n\n    y\n')
    assert '<details class="example" data-search-exclude="true">' in page
    assert '<details class="question">' in page


def test_a_place_is_no_link() -> None:
    page = html("[](){#there}\n\n[back](#there)\n")
    assert '<a id="there"></a>' in page
    assert '<a href="#there">back</a>' in page
