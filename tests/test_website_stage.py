"""Staging: pages as any generator reads them, made ready with what the workshop makes."""

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from website import SiteError, accuracy, browser, figures, stage, studies
from website.stage import Stage
from website.workshop import Workshop


def source(tmp_path: Path, name: str, key: str = "k") -> figures.Source:
    return figures.Source(name, tmp_path / "page.py", 3, f"def {name}() -> Figure: ...", key)


@pytest.fixture
def workshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workshop]:
    """A workshop that draws at once; what is called `bad` fails, `late` waits for a release."""
    monkeypatch.setattr(figures, "DRAWINGS", tmp_path / "drawings")
    monkeypatch.setattr(figures, "ROOT", tmp_path)
    monkeypatch.setattr(studies, "ROOT", tmp_path)
    monkeypatch.setattr(studies, "EXECUTED", tmp_path / "executed")
    (tmp_path / "drawings").mkdir()
    made = Workshop(run)
    made.released = threading.Event()
    others = set(threading.enumerate())

    def draw(missing: list[figures.Source], report: figures.Report, _: int) -> None:
        for each in missing:
            if each.name == "late":
                made.released.wait(10)
            if each.name != "bad":
                for theme in figures.THEMES:
                    each.drawing(theme).write_text('<svg viewBox="0 0 72 36">')
                each.picture.write_bytes(b"\x89PNG")
            report(each, "drawn wrong" if each.name == "bad" else "")

    monkeypatch.setattr(figures, "draw", draw)
    yield made
    made.released.set()
    for thread in set(threading.enumerate()) - others:  # none draws into the next test's folder
        thread.join(10)


def run(path: Path) -> dict[str, object]:
    if "raise" in path.read_text():
        raise ZeroDivisionError("division by zero")
    cell = {"cell_type": "code", "metadata": {}, "source": "print(1)"}
    output = {"output_type": "stream", "name": "stdout", "text": "1\n"}
    title = {"cell_type": "markdown", "metadata": {}, "source": "# Study"}
    return {"cells": [title, cell | {"execution_count": 1, "outputs": [output]}]}


# ---- the workshop


def test_who_waits_gets_what_was_made(workshop: Workshop, tmp_path: Path) -> None:
    drawing = source(tmp_path, "one")
    workshop.give([drawing], [])
    assert workshop.has(drawing)
    assert drawing.made
    assert not workshop.busy


def test_what_goes_wrong_is_raised_and_tried_again_when_given_again(
    workshop: Workshop, tmp_path: Path
) -> None:
    drawing = source(tmp_path, "bad")
    for _ in range(2):
        workshop.give([drawing], [])
        with pytest.raises(SiteError, match="drawn wrong"):
            workshop.has(drawing)
    assert not workshop.has(drawing)


def test_one_that_fails_does_not_keep_the_others(workshop: Workshop, tmp_path: Path) -> None:
    good = source(tmp_path, "good", "k1")
    workshop.give([source(tmp_path, "bad"), good], [])
    assert workshop.has(good)


def test_who_is_impatient_is_told_that_it_is_not_there(workshop: Workshop, tmp_path: Path) -> None:
    workshop._patience = 0.05
    ready = threading.Event()
    workshop.ready = ready.set
    drawing = source(tmp_path, "late")
    workshop.give([drawing], [])
    assert not workshop.has(drawing)
    assert workshop.busy == 1
    workshop.released.set()
    assert ready.wait(10)
    assert workshop.has(drawing)


@pytest.mark.usefixtures("workshop")
def test_a_closed_workshop_makes_nobody_wait(tmp_path: Path) -> None:
    closed = Workshop(run, opened=False)
    drawing = source(tmp_path, "one")
    closed.give([drawing], [])
    start = time.monotonic()
    assert not closed.has(drawing)
    assert time.monotonic() - start < 1
    closed.open()
    closed.give([], [])
    assert closed.has(drawing)


def test_a_study_is_run_once_for_each_version(workshop: Workshop, tmp_path: Path) -> None:
    path = tmp_path / "s.py"
    path.write_text("print(1)\n", encoding="utf-8")
    script = studies.Script(path, "key")
    workshop.give([], [script])
    assert workshop.has(script)
    assert script.study.printed == "1\n"
    workshop.give([], [script])
    assert not workshop.busy


def test_a_study_that_fails_is_named(workshop: Workshop, tmp_path: Path) -> None:
    path = tmp_path / "s.py"
    path.write_text("raise\n", encoding="utf-8")
    script = studies.Script(path, "key")
    workshop.give([], [script])
    with pytest.raises(SiteError, match=r"s\.py does not run:\ndivision by zero"):
        workshop.has(script)
    assert not script.made


# ---- pages


@pytest.fixture
def staging(workshop: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A stage with three figures and one study."""
    monkeypatch.setattr(stage, "DOCS", tmp_path)
    names = ("one", "bad", "late")
    found = {name: source(tmp_path, name, name) for name in names}
    monkeypatch.setattr(figures, "sources", lambda: found)
    path = tmp_path / "case-studies" / "s.py"
    path.parent.mkdir()
    path.write_text("# %% [markdown]\n# # Study\n\n# %%\nprint(1)\n", encoding="utf-8")
    monkeypatch.setattr(studies, "scripts", lambda: {"s": studies.Script(path, "key")})
    return Stage(workshop)


CHAPTER = (
    "---\ntitle: T\n---\n\n# Title {#t}\n\n[[figure one | A rise. | It rises.]]\n\n"
    "```pycon\n>>> 1\n1\n```\n"
)


def test_a_chapter_page_has_its_facts_its_figures_and_its_notebook(staging: Stage) -> None:
    page = staging.page("chapter/p.md", CHAPTER)
    assert page.markdown.startswith(
        '---\ntitle: T\n---\n\n# Title {#t}\n\n<p class="facts">About 1 minute. '
        '<a href="p.ipynb" download>This page as a notebook</a></p>\n\n<div class="live-note"'
    )
    assert page.markdown.count('<figure class="drawing">') == 1
    assert page.figures == {"one"}
    assert set(page.files) == {
        "figures/page/one-light.svg",
        "figures/page/one-dark.svg",
        "chapter/p.ipynb",
    }
    cells = json.loads(str(page.files["chapter/p.ipynb"]))["cells"]
    assert cells[2]["source"] == "# Title\n\n![A rise.](attachment:one.png)"
    assert list(cells[2]["attachments"]) == ["one.png"]


def test_a_page_whose_examples_all_need_pytorch_promises_nothing(staging: Stage) -> None:
    page = staging.page("page.md", "# Title\n\n```pycon\n>>> import torch\n```\n")
    assert "live-note" not in page.markdown


def test_where_no_python_ships_a_page_promises_no_run(
    staging: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder, promised in [(Path("compiled"), True), (None, False)]:
        monkeypatch.setattr(browser.runtime, "folder", lambda folder=folder: folder)
        page = staging.page("chapter/p.md", CHAPTER)
        assert 'class="live-note"' in page.markdown
        assert ("in your\nbrowser" in page.markdown) == promised


def test_a_study_is_a_page_like_others(staging: Stage) -> None:
    page = staging.page("case-studies/s.py", "")
    assert "``` {.text .output}\n1\n```" in page.markdown
    assert set(page.files) == {"case-studies/study-s.ipynb"}


def test_the_reference_stays_as_it_is(staging: Stage) -> None:
    text = (
        "# nnref.losses\n\n::: nnref.losses\n\n```pycon\n>>> from nnref.losses import huber\n```\n"
    )
    assert staging.page("reference/losses.md", text) == stage.Staged(text, {}, set())


def test_the_accuracy_of_a_module_is_a_table(staging: Stage) -> None:
    page = staging.page("accuracy.md", "# A\n\n[[accuracy losses]]\n")
    assert page.markdown == f"# A\n\n{accuracy.table(accuracy.record(), 'losses')}\n"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[[figur one | A.]]", "docs/p.md:3: no marker is called `figur`"),
        (
            "[[figure two | A. | B.]]",
            "docs/p.md:3: no function `two() -> Figure` in scripts/figures/",
        ),
        ("[[figure bad | A. | B.]]", "docs/p.md:3: drawn wrong"),
        ("[[measured t]]", "docs/p.md:3: no study `t` in docs/case-studies/"),
        ("```pycon\n1\n```", "docs/p.md: a `pycon` fence starts with `>>> `"),
    ],
)
def test_what_is_wrong_with_a_page_is_said_with_its_place(
    staging: Stage, tmp_path: Path, text: str, problem: str
) -> None:
    page = f"# Title\n\n{text}\n"
    (tmp_path / "p.md").write_text(page, encoding="utf-8")
    with pytest.raises(SiteError) as caught:
        staging.page("p.md", page)
    assert str(caught.value).startswith(problem)


def test_a_live_server_says_what_is_still_being_made(
    staging: Stage, workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workshop, "has", lambda _: False)
    page = staging.page("chapter/p.md", CHAPTER)
    assert '!!! note "This figure is being drawn"\n\n    A rise.\n' in page.markdown
    assert "*Figure on the page: A rise.*" in str(page.files["chapter/p.ipynb"])
    assert page.figures == {"one"}
    page = staging.page("case-studies/index.md", "| [[measured s]] |\n")
    assert page.markdown == "| *being measured* |\n"
    study = staging.page("case-studies/s.py", "").markdown
    assert '!!! note "This study is being run"' in study
    workshop.released.set()


def test_a_page_says_how_long_others_take_in_whole_and_to_their_stopping_point(
    staging: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage, "DOCS", tmp_path)
    text = f'# A\n\n{"word " * 400}\n\n!!! stop "Enough for now"\n    Go on.\n\n{"word " * 390}\n'
    for name in ("a.md", "b.md"):
        (tmp_path / name).write_text(text, encoding="utf-8")
    page = staging.page("index.md", "[[enough a.md b.md]] of [[minutes a.md b.md]]\n")
    assert page.markdown == "6 of 8\n"
    (tmp_path / "index.md").write_text("[[minutes c.md]]\n", encoding="utf-8")
    with pytest.raises(SiteError, match=r"index.md:1: no page `c.md` in docs/"):
        staging.page("index.md", "[[minutes c.md]]\n")
