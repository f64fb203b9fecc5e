"""What makes the site, function by function; the built site has tests of its own."""

import base64
import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from markdown import Markdown

from checks import pages
from website import (
    ROOT,
    SiteError,
    SourceError,
    assets,
    extension,
    figures,
    finish,
    glossary,
    imports,
    markers,
    maths,
    memory,
    notebooks,
    policy,
    prose,
    stage,
    stamp,
    used,
)
from website.svg import darkened, follows, numbered
from website.workshop import Workshop


def not_run(path: Path) -> dict:
    """What runs a study, where none is to be run."""
    raise AssertionError(path)


# ---- Markdown to HTML


def rendered(page: str) -> str:
    """A page's Markdown as HTML, with the extensions that matter here."""
    extensions = ["pymdownx.arithmatex", "pymdownx.superfences", "pymdownx.highlight"]
    extensions += ["pymdownx.details", "attr_list", extension.Website()]
    settings = {
        "pymdownx.arithmatex": {"generic": True},
        "pymdownx.highlight": {"pygments_lang_class": True},
    }
    return Markdown(extensions=extensions, extension_configs=settings).convert(page)


def test_inline_and_displayed_formulas_become_mathml() -> None:
    html = rendered("See $x < 1$.\n\n$$ \\frac{1}{2} $$\n")
    assert "<math><mi>x</mi><mo>&lt;</mo><mn>1</mn></math>" in html
    assert '<math display="block"><mfrac><mn>1</mn><mn>2</mn></mfrac></math>' in html
    assert '<div class="formula" tabindex="0">' in html
    assert "arithmatex" not in html


def test_a_prime_is_not_raised_twice() -> None:
    assert "msup" not in maths.to_mathml("f'(x)", display=False)
    assert "msup" in maths.to_mathml("x^2", display=False)


def test_bad_latex_names_the_formula_and_the_reason() -> None:
    with pytest.raises(SourceError, match=r"bad LaTeX `\\frac\{1`: .*end of input") as caught:
        maths.to_mathml(r"\frac{1", display=True)
    assert caught.value.text == r"\frac{1"


def test_an_unknown_command_is_bad_latex() -> None:
    with pytest.raises(SourceError):
        maths.to_mathml(r"\nosuchcommand", display=False)


def test_the_copy_has_no_prompts_and_no_output() -> None:
    session = ">>> x = 1\n>>> for k in range(2):\n...     print(k)\n0\n1\n>>> x\n1\n"
    assert extension.copyable(session) == "x = 1\nfor k in range(2):\n    print(k)\nx"


def test_sessions_are_marked_and_other_code_is_not() -> None:
    html = rendered('```pycon\n>>> a < "b"\nTrue\n```\n\n```python\na = 1\n```\n')
    assert html.count("data-copy") == 1
    assert 'data-copy="a &lt; &quot;b&quot;"' in html


def test_folded_sources_are_not_searched_and_questions_are() -> None:
    html = rendered('??? example "Code"\n\n    x\n\n??? question "Why?"\n\n    y\n')
    assert '<details class="example" data-search-exclude="true">' in html
    assert '<details class="question">' in html


def test_a_place_is_no_link() -> None:
    assert '<a id="here">' in rendered("[](){#here} Here.\n")


# ---- markers


def marked(page: str) -> str:
    """A page whose markers say what they are."""
    return markers.expand(page, dict.fromkeys(markers.WORDS, repr))


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("[[figur relu | A curve.]]", "no marker is called `figur`, do you mean `figure`?"),
        ("[[nothing]]", "no marker is called `nothing`, but figure, measured, accuracy"),
        ("[[figure relu]]", "expected `[[figure name | alt text]]`, got `[[figure relu]]`"),
        ("[[figure relu | ]]", "expected `[[figure name | alt text]]`"),
        ("[[figure relu | A curve.]] more", "takes a line of its own"),
        ("[[accuracy metrics]]", "expected `[[accuracy activations]] or [[accuracy losses]]`"),
        ("[[measured a study]]", "expected `[[measured study]]`"),
        ("[[measured study", "expected `[[measured study]]`, got `[[measured study`"),
    ],
)
def test_what_looks_like_a_marker_and_is_none_is_refused(line: str, complaint: str) -> None:
    with pytest.raises(SourceError) as caught:
        marked(f"# Title\n\n{line}\n")
    assert complaint in str(caught.value)
    assert caught.value.text == line


def test_brackets_in_code_and_formulas_are_no_markers() -> None:
    page = "`x[[figur]]` and\n\n```python\nx[[figur 1]]\n```\n\n`a[[0]]`\n"
    assert marked(page) == page


def test_a_mistyped_marker_is_told_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage, "DOCS", tmp_path)
    page = "# Title\n\nText.\n\n[[figur relu | A curve.]]\n"
    (tmp_path / "page.md").write_text(page, encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        marked(page)
    assert str(stage.placed("page.md", caught.value)).startswith("docs/page.md:5: no marker")


# ---- the finished page


PAGE = (
    '<meta charset="utf-8"><body style="color: red"><script>run()</script>'
    '<script src="a.js"></script><script type="application/json">{"not": "run"}</script>'
    '<article><p title="a > b" style="color: blue">A loss, all losses; <code>loss</code>.</p>'
    "</article>"
)


def test_the_policy_allows_the_scripts_and_styles_on_the_page_by_hash() -> None:
    page = finish.finished(PAGE, {})
    for text in ("run()", "color: red", "color: blue"):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in page
    assert page.count("sha256-") == 3
    assert "unsafe-inline" not in page
    assert "'unsafe-inline'" in policy.policy(["run()"], [], live=True)


def test_the_policy_comes_before_anything_is_loaded() -> None:
    page = finish.finished(PAGE, {})
    assert page.index("Content-Security-Policy") < page.index("<body")
    with pytest.raises(ValueError, match="expected <meta charset"):
        finish.finished("<p>no head</p>", {})


def test_the_first_use_of_a_term_has_a_tooltip_in_whichever_form() -> None:
    terms = glossary.meanings('# G\n\nloss {#glossary-loss}\n:   How "wrong".\n')
    assert set(terms) == {"loss", "Loss", "losses", "Losses"}
    page = finish.finished(PAGE, terms)
    assert page.count("<abbr") == 1
    assert '<abbr title="How &quot;wrong&quot;.">loss</abbr>, all losses' in page


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


# ---- notebooks


def test_a_notebook_keeps_indices_and_loses_links_also_where_they_wrap() -> None:
    text = "Take a[0][1] and `b[0](c)`; see [the\nloss](losses.md#losses) and [fit][nnref.fit]."
    assert notebooks.plain(text) == "Take a[0][1] and `b[0](c)`; see the\nloss and fit."
    assert prose.without_links("[a](https://example.org)") == "[a](https://example.org)"


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
    monkeypatch.setattr(imports, "reachable", lambda path: {path})
    monkeypatch.setattr(figures, "DATA", tmp_path / "data")
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


def test_a_figure_is_drawn_again_when_its_code_changes_and_others_are_not(module: Path) -> None:
    before = keys()
    module.write_text(MODULE.replace('"""One."""\n', '"""Two."""  # why\n'), encoding="utf-8")
    assert keys() == before
    module.write_text(MODULE.replace('"""One."""\n', "x = 1\n"), encoding="utf-8")
    after = keys()
    assert after["first"] != before["first"]
    assert after["second"] == before["second"]


def test_all_figures_are_drawn_again_when_what_they_share_changes(
    module: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = keys()
    module.write_text(MODULE.replace("SHADE = 1", "SHADE = 2"), encoding="utf-8")
    shared = keys()
    monkeypatch.setattr(figures, "VERSIONS", ("another library",))
    library = keys()
    for name in before:
        assert len({before[name], shared[name], library[name]}) == 3


def test_a_figure_depends_on_what_its_module_imports_and_on_nothing_else() -> None:
    used = imports.reachable(ROOT / "scripts" / "figures" / "tensors.py")
    names = {path.relative_to(ROOT).as_posix() for path in used}
    assert {"scripts/figures/style.py", "nnref/tensors.py", "nnref/_checks.py"} <= names
    assert "nnref/activations.py" not in names


def test_a_package_that_only_hands_on_names_counts_as_their_modules(tmp_path: Path) -> None:
    source = tmp_path / "module.py"
    for text in (
        "import numpy\nfrom nnref import losses as l\nl.huber(1, 2)\n",
        "from nnref.losses import huber\n",
        "import nnref.losses\nnnref.losses.huber\n",
    ):
        source.write_text(text, encoding="utf-8")
        names = {path.relative_to(ROOT).as_posix() for path in imports.used(source)}
        assert names == {"nnref/losses/regression.py"}, text
    source.write_text("from nnref import losses\ngetattr(losses, name)\n", encoding="utf-8")
    assert ROOT / "nnref" / "losses" / "binary.py" in imports.reachable(source)


@pytest.mark.usefixtures("module")
def test_two_figures_of_one_name_are_refused(tmp_path: Path) -> None:
    (tmp_path / "zoo.py").write_text(MODULE, encoding="utf-8")
    with pytest.raises(SiteError, match=r"zoo\.py:6: figure `first` .* page\.py:6"):
        figures.sources()


@pytest.fixture
def here(module: Path, monkeypatch: pytest.MonkeyPatch) -> stage.Stage:
    """A stage with the figures of one module, no studies, and a workshop that is closed."""
    assert module.exists()
    monkeypatch.setattr(stage.studies, "scripts", dict)
    return stage.Stage(Workshop(not_run, opened=False))


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("[[figure nowhere | A curve.]]", "no function `nowhere() -> Figure`"),
        ("[[measured nothing]]", "no study `nothing` in docs/case-studies/"),
    ],
)
def test_a_figure_or_study_that_is_not_there_is_told_with_its_place(
    line: str, complaint: str, here: stage.Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage, "DOCS", tmp_path)
    (tmp_path / "p.md").write_text(f"# T\n\n{line}\n", encoding="utf-8")
    with pytest.raises(SiteError) as caught:
        here.page("p.md", f"# T\n\n{line}\n")
    assert str(caught.value).startswith("docs/p.md:3: ")
    assert complaint in str(caught.value)


def test_a_figure_that_is_being_drawn_is_announced(here: stage.Stage) -> None:
    page = here.page("p.md", "# T\n\n[[figure first | A curve.]]\n")
    assert '!!! note "This figure is being drawn"\n\n    A curve.' in page.markdown
    assert (page.files, page.figures) == ({}, {"first"})


def test_a_figure_that_fails_is_told_alone(module: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "DRAWINGS", module.parent / "drawings")
    found = figures.sources()

    def draw(wanted: list, report: Callable, workers: int) -> None:
        assert workers >= 1
        for figure in wanted:
            report(figure, "ZeroDivisionError" if figure.name == "second" else "")

    monkeypatch.setattr(figures, "draw", draw)
    workshop = Workshop(not_run)
    workshop.give(found.values(), [])
    assert workshop.has(found["first"])
    with pytest.raises(SiteError, match="ZeroDivisionError"):
        workshop.has(found["second"])


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
    monkeypatch.setattr(stage.studies, "scripts", dict)
    page = '=== "Tab"\n\n    [[figure first | Is "a" < 1?]]\n'
    staged = stage.Stage(Workshop(not_run, opened=False)).page("practice/p.md", page)
    text = staged.markdown
    assert staged.figures == {"first"}
    assert set(staged.files) == {f"figures/page/first-{theme}.svg" for theme in figures.THEMES}
    assert '    <figure class="drawing"><img class="drawing-light"' in text
    assert 'src="../figures/page/first-dark.svg"' in text
    assert 'alt="Is &quot;a&quot; &lt; 1?" width="96" height="48"' in text
    assert '        ```python title="page.py" linenums="6"\n        def first() -> Figure:' in text
    assert module.name in text


def test_a_dark_drawing_is_derived_only_from_colors_of_the_theme() -> None:
    light = '<svg><path style="fill: #1f5fa8"/></svg>'
    assert follows(light)
    assert darkened(light) == light.replace("#1f5fa8", "#7db3f2")
    assert not follows(light.replace("#1f5fa8", "#123456"))
    assert not follows("<svg><image/></svg>")


def test_clip_paths_are_named_by_their_order() -> None:
    svg = '<g clip-path="url(#pab1)"/><g clip-path="url(#pcd2)"/>{}'
    svg = svg.format('<clipPath id="pcd2"/><clipPath id="pab1"/>')
    assert numbered(svg) == (
        '<g clip-path="url(#clip1)"/><g clip-path="url(#clip0)"/>'
        '<clipPath id="clip0"/><clipPath id="clip1"/>'
    )


# ---- what ships from installed packages


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


# ---- what a build remembers


def test_what_is_kept_comes_back_under_its_key_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "CACHE", tmp_path)
    assert memory.recall("kind", "a/b", "1") is None
    memory.keep("kind", "a/b", "1", {"x": 1})
    assert memory.recall("kind", "a/b", "1") == {"x": 1}
    assert memory.recall("kind", "a/b", "2") is None
    memory.shelf("kind", "a/b").write_bytes(b"damaged")
    assert memory.recall("kind", "a/b", "1") is None


def test_a_site_is_current_until_it_or_what_it_is_made_of_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, site = tmp_path / "docs" / "index.md", tmp_path / "site"
    for path in (source, site / "index.html"):
        path.parent.mkdir()
        path.write_text("text", encoding="utf-8")
    monkeypatch.setattr(stamp, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(stamp, "ROOT", tmp_path)
    monkeypatch.setattr(stamp, "MADE_OF", (source.parent,))
    monkeypatch.setattr(stamp, "ALONE", ())
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert not stamp.valid(site)
    stamp.write(site)
    assert stamp.valid(site)
    for path in (source, site / "index.html"):
        path.write_text("other", encoding="utf-8")
        assert not stamp.valid(site)
        path.write_text("text", encoding="utf-8")
        assert stamp.valid(site)
    (site / "index.html").unlink()
    assert not stamp.valid(site)
    monkeypatch.setenv("SITE_URL", "https://example.org/")
    stamp.write(site)
    monkeypatch.delenv("SITE_URL")
    assert not stamp.valid(site)
