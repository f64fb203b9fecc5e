"""What ships from installed packages: complete, and no more than is needed."""

from pathlib import Path

from fontTools.ttLib import TTFont

from website import assets


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
