"""Markers: what a page may say between double brackets, and what it hears if it says it wrongly."""

import pytest

from website import SiteError, SourceError, markers

RENDER = {
    "figure": lambda marker: "<{name}: {alt}; {caption}>\n\nbelow".format(**marker.arguments),
    "measured": lambda marker: f"<{marker['study']}>",
    "accuracy": lambda marker: f"<{marker['module']}>",
}


def test_a_marker_becomes_what_its_word_renders() -> None:
    page = "A\n\n[[figure relu | It is 0. | See [x].  ]]\n\n| [[measured boxes]] | 2 |\n"
    assert markers.expand(page, RENDER) == (
        "A\n\n<relu: It is 0.; See [x].>\n\nbelow\n\n| <boxes> | 2 |\n"
    )


def test_a_block_keeps_the_indentation_of_its_line() -> None:
    page = '=== "NumPy"\n\n    [[figure relu | A. | B.]]\n'
    assert markers.expand(page, RENDER) == '=== "NumPy"\n\n    <relu: A.; B.>\n\n    below\n'


@pytest.mark.parametrize(
    "text",
    [
        "---\ngiven:\n  x: '[[figur]]'\n---\n",
        "```pycon\n>>> [[x]]\n[[figure x]]\n```\n",
        "It is `[[a, b]]` and ``[[figure`]]``.",
        "[[1, 2], [3, 4]] is a matrix",
        "<!-- [[figur]] -->",
        r"\[[word]]",
    ],
    ids=["front matter", "fence", "code", "numbers", "comment", "escaped"],
)
def test_what_is_no_marker_stays(text: str) -> None:
    assert markers.expand(text, RENDER) == text


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[[figur relu | A.]]", "no marker is called `figur`, do you mean `figure`?: `[[figur "),
        ("[[measured_ boxes]]", "no marker is called `measured_`, do you mean `measured`?"),
        ("[[plot relu]]", "no marker is called `plot`, but figure, picture, measured"),
        ("[[Figure relu | A.]]", "no marker is called `Figure`, do you mean `figure`?"),
        ("[[ figure relu | A. | B.]]", "got `[[ figure relu | A. | B.]]`"),
        (
            "[[figure relu]]",
            "expected `[[figure name | alt text | caption]]`, got `[[figure relu]]`",
        ),
        ("[[figure relu | A.]]", "got `[[figure relu | A.]]`"),
        ("[[figure relu | | B.]]", "got `[[figure relu | | B.]]`"),
        ("[[figure relu | A. | ]]", "got `[[figure relu | A. | ]]`"),
        ("[[figure relu | A. | B. | C.]]", "got `[[figure relu | A. | B. | C.]]`"),
        ("[[figure relu | A. | B.]", "got `[[figure relu | A. | B.]`"),
        (
            "[[figure relu | A. | B.]] and",
            "takes a line of its own, got `[[figure relu | A. | B.]] and",
        ),
        (
            "See [[figure relu | A. | B.]]",
            "takes a line of its own, got `See [[figure relu | A. | B.",
        ),
        ("[[measured boxes twice]]", "expected `[[measured study]]`, got"),
        ("[[accuracy metrics]]", "expected `[[accuracy activations]] or [[accuracy losses]]`, got"),
    ],
)
def test_a_mistyped_marker_is_an_error_with_its_line(text: str, problem: str) -> None:
    with pytest.raises(SourceError) as caught:
        markers.expand(f"A\n\n{text}\n", RENDER)
    assert problem in str(caught.value)
    assert caught.value.text == text


def test_what_a_word_cannot_render_names_its_line() -> None:
    def nothing(_: markers.Marker) -> str:
        raise SiteError("no study `boxes`")

    with pytest.raises(SourceError, match="no study `boxes`") as caught:
        markers.expand("\n[[measured boxes]]", RENDER | {"measured": nothing})
    assert caught.value.text == "[[measured boxes]]"
