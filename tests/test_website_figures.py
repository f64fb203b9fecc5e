"""Figures: found by their functions, drawn once for each version, shown with their source."""

import re
from pathlib import Path

import pytest

from website import ROOT, SiteError, figures, svg

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
    monkeypatch.setattr(figures, "DRAWINGS", tmp_path / "drawings")
    path = tmp_path / "page.py"
    path.write_text(MODULE, encoding="utf-8")
    return path


def keys() -> dict[str, str]:
    return {name: source.key for name, source in figures.sources().items()}


def test_figures_are_functions_without_arguments_that_return_one(module: Path) -> None:
    found = figures.sources()
    assert list(found) == ["first", "second"]
    assert str(found["first"]) == "page.py:6"
    assert found["first"].path == module
    assert found["first"].text == 'def first() -> Figure:\n    """One."""\n    return Figure()'


@pytest.mark.parametrize(
    ("old", "new", "again"),
    [
        ("One.", "Two.", set()),
        ("def first", "# Why.\ndef first", set()),
        ("return Figure()\n\n\ndef second", "return Figure(dpi=9)\n\n\ndef second", {"first"}),
        ("SHADE = 1", "SHADE = 2", {"first", "second"}),
    ],
    ids=["docstring", "comment", "code", "shared code"],
)
def test_a_figure_is_drawn_again_for_its_code_alone(
    module: Path, old: str, new: str, again: set[str]
) -> None:
    before = keys()
    module.write_text(MODULE.replace(old, new, 1), encoding="utf-8")
    assert {name for name, key in keys().items() if key != before[name]} == again


@pytest.mark.usefixtures("module")
def test_all_figures_are_drawn_again_for_what_draws_them(monkeypatch: pytest.MonkeyPatch) -> None:
    before = keys()
    monkeypatch.setattr(figures, "VERSIONS", ("another matplotlib",))
    assert not set(before.values()) & set(keys().values())


def test_a_figure_that_shows_a_record_is_drawn_again_when_it_changes(
    module: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "DATA", tmp_path)
    module.write_text(MODULE.replace("SHADE = 1", 'SHADE = "training.json"'), encoding="utf-8")
    (tmp_path / "training.json").write_text("1")
    before = keys()
    (tmp_path / "other.json").write_text("2")
    assert keys() == before
    (tmp_path / "training.json").write_text("2")
    assert keys() != before


@pytest.mark.usefixtures("module")
def test_two_figures_of_one_name_are_refused(tmp_path: Path) -> None:
    (tmp_path / "zoo.py").write_text(MODULE, encoding="utf-8")
    with pytest.raises(SiteError, match=r"zoo\.py:6: figure `first` .* page\.py:6"):
        figures.sources()


@pytest.mark.usefixtures("module")
def test_figures_that_no_page_uses_are_named() -> None:
    found = figures.sources()
    assert figures.unused(found, {"first"}) == ["page.py:11: no page uses the figure `second`"]
    assert figures.unused(found, {"first", "second"}) == []


# ---- drawing

DRAWN = """from matplotlib.figure import Figure

from figures import style


def good() -> Figure:
    figure, axes = style.canvas()
    axes.plot([0, 1])
    print("a figure may print")
    return figure


def bad() -> Figure:
    raise ValueError("drawn wrong")


def heat() -> Figure:
    figure, axes = style.canvas()
    axes.imshow([[0, 1]])
    return figure
"""


def test_one_figure_that_fails_is_named_alone_and_the_others_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "scripts" / "figures"
    package.mkdir(parents=True)
    (package / "page.py").write_text(DRAWN, encoding="utf-8")
    (package / "__init__.py").write_text(
        f"__path__.append({str(ROOT / 'scripts' / 'figures')!r})\n", encoding="utf-8"
    )
    monkeypatch.setattr(figures, "SOURCES", package)
    monkeypatch.setattr(figures, "DRAWINGS", tmp_path / "drawings")
    path = [str(tmp_path / "scripts"), str(ROOT / "scripts"), str(ROOT)]
    monkeypatch.setitem(figures.DRAWING, "PYTHONPATH", ":".join(path))
    found = {name: each for name, each in figures.sources().items() if name in DRAWN}
    reports: dict[str, str] = {}
    figures.draw(found.values(), lambda each, said: reports.update({each.name: said}), workers=1)

    assert set(reports) == {"good", "bad", "heat"}
    assert {name for name, said in reports.items() if said} == {"bad"}
    assert reports["bad"].endswith("ValueError: drawn wrong\n")
    assert {name for name, each in found.items() if each.made} == {"good", "heat"}
    assert len(list((tmp_path / "drawings").iterdir())) == 2 * len(("light", "dark", "picture"))

    light, dark = (found["good"].drawing(theme).read_text("utf-8") for theme in figures.THEMES)
    assert dark == svg.darkened(light) != light
    light, dark = (found["heat"].drawing(theme).read_text("utf-8") for theme in figures.THEMES)
    assert dark != svg.darkened(light)


@pytest.mark.usefixtures("module")
def test_a_drawing_process_that_ends_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = tmp_path / "ends.py"
    ends.write_text("raise SystemExit(3)\n", encoding="utf-8")
    found = figures.sources()
    monkeypatch.setattr(figures, "DRAWER", ends)
    reports: list[str] = []
    figures.draw(found.values(), lambda _, said: reports.append(said), workers=1)
    assert reports == ["the process that draws ended with 3\n"] * 2


def test_a_drawing_follows_its_theme_where_it_has_no_other_colors() -> None:
    assert svg.follows('<path style="fill: #1f5fa8; stroke: #1d2430"/>')
    assert not svg.follows('<path style="fill: #123456"/>')
    assert not svg.follows('<image xlink:href="data:image/png"/>')


def test_a_dark_drawing_has_the_dark_colors() -> None:
    light = '<path style="fill: #1f5fa8"/><path style="fill: #1d2430"/>'
    assert svg.darkened(light) == '<path style="fill: #7db3f2"/><path style="fill: #e3e7ee"/>'


def test_clip_paths_are_named_by_their_order() -> None:
    drawing = '<g clip-path="url(#pab1)"/><g clip-path="url(#pcd2)"/>{}'
    drawing = drawing.format('<clipPath id="pcd2"/><clipPath id="pab1"/>')
    assert svg.numbered(drawing) == (
        '<g clip-path="url(#clip1)"/><g clip-path="url(#clip0)"/>'
        '<clipPath id="clip0"/><clipPath id="clip1"/>'
    )


# ---- showing


@pytest.mark.usefixtures("module")
def test_a_figure_on_the_page_has_both_drawings_their_size_and_the_source_or_is_a_picture(
    tmp_path: Path,
) -> None:
    found = figures.sources()["first"]
    (tmp_path / "drawings").mkdir()
    for theme in figures.THEMES:
        found.drawing(theme).write_text('<svg width="72pt" viewBox="0 0 72 36" xmlns="">')
    text = figures.block(found, 'Is "a" < 1?', "It is < 1.", depth=1)
    larger = '<a class="drawing__open" href="../figures/page/first-light.svg">'
    assert text.startswith(f'<figure class="drawing">{larger}<img class="drawing-light"')
    assert "</a><figcaption>It is &lt; 1.</figcaption></figure>" in text
    assert 'src="../figures/page/first-dark.svg"' in text
    assert 'alt="Is &quot;a&quot; &lt; 1?" width="96" height="48"' in text
    assert '    ```python title="page.py" linenums="6"\n    def first() -> Figure:' in text
    assert len(re.findall("<img", text)) == 2
    beside = figures.picture(found, "A rise.", depth=0)
    assert beside.count('alt="A rise."') == beside.count("<img") == 2
    assert 'src="figures/page/first-light.svg"' in beside
    assert "figcaption" not in beside
