"""What the build does to pages, function by function; the built site has tests of its own."""

import base64
import hashlib
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from pipeline import (
    ROOT,
    assets,
    figures,
    imports,
    maths,
    pages,
    searching,
    security,
    snippets,
    used,
)

from website.svg import numbered

# ---- formulas


def test_inline_and_displayed_formulas_become_mathml() -> None:
    page = (
        r'<p><span class="arithmatex">\(x &lt; 1\)</span></p>'
        r'<div class="arithmatex">\[\frac{1}{2}\]</div>'
    )
    rendered = maths.render(page)
    assert "<math><mi>x</mi><mo>&lt;</mo><mn>1</mn></math>" in rendered
    assert '<math display="block"><mfrac><mn>1</mn><mn>2</mn></mfrac></math>' in rendered
    assert "arithmatex" not in rendered


def test_a_prime_is_not_raised_twice() -> None:
    assert "msup" not in maths.to_mathml("f'(x)", display=False)
    assert "msup" in maths.to_mathml("x^2", display=False)


def test_bad_latex_names_the_formula_and_the_reason() -> None:
    with pytest.raises(maths.MathError, match=r"bad LaTeX `\\frac\{1`: .*end of input") as caught:
        maths.to_mathml(r"\frac{1", display=True)
    assert caught.value.tex == r"\frac{1"


def test_an_unknown_command_is_bad_latex() -> None:
    with pytest.raises(maths.MathError):
        maths.to_mathml(r"\nosuchcommand", display=False)


# ---- snippets


def test_the_copy_has_no_prompts_and_no_output() -> None:
    session = ">>> x = 1\n>>> for k in range(2):\n...     print(k)\n0\n1\n>>> x\n1\n"
    assert snippets.copyable(session) == "x = 1\nfor k in range(2):\n    print(k)\nx"


def test_highlighted_sessions_are_marked_and_other_code_is_not() -> None:
    block = (
        '<div class="language-{} highlight"><pre><code><span>&gt;&gt;&gt; </span>{}</code></pre>'
    )
    page = block.format("pycon", "a &lt; &quot;b&quot;\n") + block.format("python", "a = 1\n")
    rendered = snippets.render(page)
    assert rendered.count("data-copy") == 1
    assert 'data-copy="a &lt; &quot;b&quot;"' in rendered


def test_folded_sources_are_not_searched_and_questions_are() -> None:
    page = (
        '<details class="example"><details class="question"><details class="mkdocstrings-source">'
    )
    assert searching.without_sources(page).count('data-search-exclude="true">') == 2
    assert '<details class="question">' in searching.without_sources(page)


# ---- policy


PAGE = (
    '<meta charset="utf-8"><body style="color: red"><script>run()</script>'
    '<script src="a.js"></script><script type="application/json">{"not": "run"}</script>'
)


def test_the_policy_allows_the_scripts_and_styles_on_the_page_by_hash() -> None:
    allowed = security.policy(PAGE)
    for text in ("run()", "color: red"):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in allowed
    assert allowed.count("sha256-") == 2
    assert "unsafe-inline" not in allowed


def test_the_policy_comes_before_anything_is_loaded() -> None:
    protected = security.protect(PAGE)
    assert protected.index("Content-Security-Policy") < protected.index("<body")
    with pytest.raises(ValueError, match="expected <meta charset"):
        security.protect("<p>no head</p>")


# ---- figures


MODULE = '''from matplotlib.figure import Figure

SHADE = 1


def first() -> Figure:
    """One."""
    return Figure()


def second() -> Figure:
    return Figure()


def helper(x) -> Figure:
    return Figure()
'''


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of figures with one module."""
    monkeypatch.setattr(figures, "SOURCES", tmp_path)
    monkeypatch.setattr(figures, "ROOT", tmp_path)
    monkeypatch.setattr(figures, "fingerprint", lambda _: "same library")
    path = tmp_path / "page.py"
    path.write_text(MODULE, encoding="utf-8")
    return path


def test_figures_are_functions_without_arguments_that_return_one(module: Path) -> None:
    found = figures.sources()
    assert list(found) == ["first", "second"]
    assert (found["first"].path, found["first"].line) == (module, 6)
    assert found["first"].text == 'def first() -> Figure:\n    """One."""\n    return Figure()'


def keys() -> dict[str, str]:
    return {name: source.key for name, source in figures.sources().items()}


def test_a_figure_is_drawn_again_when_its_source_changes_and_others_are_not(module: Path) -> None:
    before = keys()
    module.write_text(MODULE.replace("One.", "Two."), encoding="utf-8")
    after = keys()
    assert after["first"] != before["first"]
    assert after["second"] == before["second"]


def test_all_figures_are_drawn_again_when_what_they_share_changes(
    module: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = keys()
    module.write_text(MODULE.replace("SHADE = 1", "SHADE = 2"), encoding="utf-8")
    shared = keys()
    monkeypatch.setattr(figures, "fingerprint", lambda _: "another library")
    library = keys()
    for name in before:
        assert len({before[name], shared[name], library[name]}) == 3


def test_a_figure_depends_on_what_its_module_imports_and_on_nothing_else() -> None:
    used = imports.reachable(ROOT / "scripts" / "figures" / "tensors.py")
    names = {path.relative_to(ROOT).as_posix() for path in used}
    assert {"scripts/figures/style.py", "nnref/tensors.py", "nnref/_checks.py"} <= names
    assert "nnref/activations.py" not in names


def test_imports_are_found_through_packages_and_aliases(tmp_path: Path) -> None:
    source = tmp_path / "module.py"
    source.write_text("import numpy\nfrom nnref import losses as l\n", encoding="utf-8")
    names = {path.relative_to(ROOT).as_posix() for path in imports.imported(source)}
    assert names == {"nnref/__init__.py", "nnref/losses/__init__.py"}
    assert ROOT / "nnref" / "losses" / "binary.py" in imports.reachable(source)


@pytest.mark.usefixtures("module")
def test_two_figures_of_one_name_are_refused(tmp_path: Path) -> None:
    (tmp_path / "zoo.py").write_text(MODULE, encoding="utf-8")
    with pytest.raises(figures.FigureError, match=r"zoo\.py:6: figure `first` .* page\.py:6"):
        figures.sources()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[[figure nowhere | A curve.]]", "no function `nowhere() -> Figure`"),
        ("[[figure first | ]]", "expected `[[figure name | alt text]]`, got `[[figure first | ]]`"),
        ("[[figure first]]", "expected `[[figure name | alt text]]`, got `[[figure first]]`"),
    ],
)
@pytest.mark.usefixtures("module")
def test_a_use_that_cannot_be_drawn_names_the_page(text: str, complaint: str) -> None:
    with pytest.raises(figures.FigureError) as caught:
        figures.expand(text, "chapter/page.md", figures.sources())
    assert str(caught.value).startswith("chapter/page.md: ")
    assert complaint in str(caught.value)


@pytest.mark.usefixtures("module")
def test_figures_that_no_page_uses_are_named() -> None:
    found = figures.sources()
    assert figures.unused(found, {"first"}) == ["page.py:11: no page uses the figure `second`"]
    assert figures.unused(found, {"first", "second"}) == []


def test_a_figure_on_the_page_has_both_drawings_their_size_and_the_source(
    module: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "DRAWINGS", tmp_path / "drawings")
    found = figures.sources()
    for theme in figures.THEMES:
        drawing = found["first"].drawing(theme)
        drawing.parent.mkdir(parents=True, exist_ok=True)
        drawing.write_text('<svg width="72pt" viewBox="0 0 72 36" xmlns="">', encoding="utf-8")
    text, used = figures.expand('    [[figure first | Is "a" < 1?]]', "chapter/p.md", found)
    assert used == {"first"}
    assert '    <figure class="drawing"><img class="drawing-light"' in text
    assert 'src="../figures/page/first-dark.svg"' in text
    assert 'alt="Is &quot;a&quot; &lt; 1?" width="96" height="48"' in text
    assert '        ```python title="page.py" linenums="6"\n        def first() -> Figure:' in text
    assert module.name in text


def test_clip_paths_are_named_by_their_order() -> None:
    svg = '<g clip-path="url(#pab1)"/><g clip-path="url(#pcd2)"/>{}'
    svg = svg.format('<clipPath id="pcd2"/><clipPath id="pab1"/>')
    assert numbered(svg) == (
        '<g clip-path="url(#clip1)"/><g clip-path="url(#clip0)"/>'
        '<clipPath id="clip0"/><clipPath id="clip1"/>'
    )


# ---- what ships from installed packages


def test_the_math_font_keeps_letters_and_the_parts_of_stretched_brackets() -> None:
    with TTFont(assets.math_font()) as font:
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


# ---- functions on a page


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
