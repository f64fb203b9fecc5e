"""What a page gets from its own text and from the glossary, and what ships from packages."""

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from checks import pages
from website import assets, glossary, notebooks, prose, used


@pytest.mark.parametrize(
    ("term", "plural"),
    [
        ("loss", "losses"),
        ("batch", "batches"),
        ("axis", "axes"),
        ("softmax", "softmaxes"),
        ("epoch", "epochs"),
        ("probability", "probabilities"),
        ("array", "arrays"),
        ("layer", "layers"),
    ],
)
def test_plurals_are_those_of_english(term: str, plural: str) -> None:
    assert glossary.plural(term) == plural


def test_a_notebook_keeps_indices_and_loses_links_also_where_they_wrap() -> None:
    text = "Take a[0][1] and `b[0](c)`; see [the\nloss](losses.md#losses) and [fit][nnref.fit]."
    assert notebooks.plain(text) == "Take a[0][1] and `b[0](c)`; see the\nloss and fit."
    assert prose.without_links("[a](https://example.org)") == "[a](https://example.org)"


def test_the_math_font_keeps_letters_and_the_parts_of_stretched_brackets(tmp_path: Path) -> None:
    path = tmp_path / "font.woff2"
    assets.math_font(path)
    with TTFont(path) as font:
        names = font.getBestCmap()
        variants = font["MATH"].table.MathVariants
        glyphs = set(font.getGlyphOrder())
    for character in "𝑥∑√({′−≥∂α":
        assert ord(character) in names
    stretched = dict(
        zip(variants.VertGlyphCoverage.glyphs, variants.VertGlyphConstruction, strict=True)
    )
    for bracket in "({[|":
        parts = stretched[names[ord(bracket)]].GlyphAssembly.PartRecords
        assert {part.glyph for part in parts} <= glyphs


def test_the_notices_of_all_that_ships_are_complete() -> None:
    notices = assets.licenses()
    for line in (
        "Copyright (c) 2026 the nnref authors",
        "Martin Donath",
        "STIX Fonts Project Authors",
        "SIL OPEN FONT LICENSE",
        "OTHER DEALINGS IN THE FONT SOFTWARE.",
        "Material Design icons",
    ):
        assert line in notices
    assert "Apache" in notices.partition("Material Design icons")[2]


def test_the_functions_of_a_page_are_linked_in_the_order_of_first_use() -> None:
    page = (
        "```pycon\n>>> from nnref import losses\n>>> from nnref.activations import relu as r\n"
        ">>> from nnref.datasets import WELD_CLASSES\n"
        ">>> losses.huber([1.0], [2.0], delta=1.0), losses.nothing, r(1)\n```\n"
    )
    code = pages.sources(page)
    assert list(used.functions(code)) == ["nnref.activations.relu", "nnref.losses.huber"]
    assert "Functions on this page: [`relu`][nnref.activations.relu], [`huber`]" in used.links(code)
    assert used.links(()) == ""
