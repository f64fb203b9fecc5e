"""Exercises in a browser: answers are checked there as they are here, and kept."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import chromium
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from exercises.checking import Exercise
from website import ROOT, exercises

DOCS = ROOT / "docs"
EXERCISES = exercises.exercises()
PAGES = {
    name: path.relative_to(DOCS).with_suffix(".html").as_posix()
    for path in sorted(DOCS.glob("**/*.md"))
    for name in re.findall(r"^\[\[exercise (\w+)\]\]$", path.read_text(encoding="utf-8"), re.M)
}
START = 60_000  # milliseconds until Python answers, on a machine with other work
SAMPLE = ["softplus"]  # in the gate; `dev.py test --live` checks all
CHECKED = EXERCISES if "NNREF_LIVE" in os.environ else SAMPLE
LOOP = "def softplus(x):\n    while True:\n        pass"


class Cell:
    """A reader at one exercise."""

    def __init__(self, page: Page, exercise: Exercise) -> None:
        self.page = page
        self.exercise = exercise
        self.box = page.locator(f".exercise[data-exercise={exercise.name}]")
        self.box.scroll_into_view_if_needed()
        self.editor = self.box.get_by_role("textbox")
        self.status = self.box.locator(".live-status")
        self.said = self.box.locator("[role=status]").nth(1)
        self.results = self.box.locator(".exercise-results")

    def button(self, name: str) -> Locator:
        return self.box.get_by_role("button", name=name, exact=True)

    def check(self, code: str) -> str:
        """Check an answer; the advice that comes."""
        self.editor.fill(f"{self.exercise.start}\n\n\n{code}")
        self.button("Check").click()
        expect(self.status).to_have_text(
            re.compile("tests right|^An error|^Nothing"), timeout=START
        )
        return (self.said.text_content() or "").strip()


@pytest.fixture(scope="module")
def context(browser: Browser, site: Path) -> Iterator[BrowserContext]:
    """A reader of a site that has a Python for the browser."""
    if not any(site.glob("live/python-*")):
        pytest.skip("the site has no Python for the browser: scripts/browser/runtime.py")
    with chromium.reader(browser, "light", 1280) as context:
        yield context


@pytest.fixture(scope="module", params=sorted({PAGES[name] for name in CHECKED}))
def page(
    request: pytest.FixtureRequest, context: BrowserContext, origins: dict[str, str]
) -> Iterator[Page]:
    with context.new_page() as page:
        page.goto(origins["served"] + request.param)
        page.address = request.param
        yield page


def test_every_solution_is_right_and_every_usual_mistake_is_told_what_it_is(page: Page) -> None:
    for name in [name for name in CHECKED if PAGES[name] == page.address]:
        cell = Cell(page, EXERCISES[name])
        for message, code in cell.exercise.wrongs:
            assert cell.check(code) == message.replace("`", ""), code
        assert cell.check(cell.exercise.solution) == "That is right."


@pytest.fixture(scope="module")
def first(context: BrowserContext, origins: dict[str, str]) -> Iterator[Cell]:
    """A reader at softplus; Python starts once for all tests of one cell."""
    with context.new_page() as page:
        page.goto(origins["served"] + PAGES["softplus"])
        yield Cell(page, EXERCISES["softplus"])


@pytest.fixture
def cell(first: Cell) -> Cell:
    """The reader, who has done nothing yet."""
    if first.status.text_content():
        first.page.evaluate("progress.clear()")
        first.editor.fill("")
        first.button("Start over").click()
    return first


def test_a_failing_test_tells_the_call_what_came_what_was_wanted_and_a_hint(cell: Cell) -> None:
    cell.check("def softplus(x):\n    print('x', x, end=';')\n    return max(x, 0.0)")
    wrong = cell.results.locator("li.wrong").first
    assert wrong.text_content() == (
        "Not yet softplus(0.0) is 0.0; wanted 0.6931471806.ln(1 + exp(0)) is ln 2."
    )
    assert (cell.results.locator("pre").text_content() or "").startswith("x 0.0;x 3.0;")
    assert "There is no function" in cell.check("del softplus")
    cell.check("import torch")
    assert "PyTorch is not here" in (cell.said.text_content() or "")
    assert cell.check("def softplus(x) return x").startswith("SyntaxError")
    assert "def softplus(x) return x" in (cell.results.locator("mark").text_content() or "")


def test_an_answer_disturbs_no_example_and_is_kept_until_it_is_forgotten(cell: Cell) -> None:
    """The page's own examples bind `np` and `x`; an answer's names are its own."""
    cell.check("x = np = 'planted'\n" + cell.exercise.solution)
    example = cell.page.locator(".highlight[data-needs='']").first
    example.get_by_role("button", name="Edit", include_hidden=True).dispatch_event("click")
    example.locator("textarea").evaluate("(e) => (e.value = 'x')")
    example.locator(".live-bar button").first.dispatch_event("click")
    expect(example.locator(".live-status")).to_have_text(re.compile("an error"), timeout=START)

    cell.page.reload()
    again = Cell(cell.page, cell.exercise)
    expect(again.status).to_have_text("You have solved this one.")
    assert "planted" in again.editor.input_value()
    done = cell.page.locator(".exercises-done")
    expect(done).to_contain_text(f"You have solved 1 of {len(EXERCISES)} exercises")
    cell.page.evaluate("progress.clear()")
    expect(done).to_contain_text("You have solved 0 of")
    expect(again.status).to_be_empty()
    assert "planted" not in again.editor.input_value()


def test_by_keyboard_an_answer_is_checked_stopped_and_taken_away_and_back(cell: Cell) -> None:
    cell.editor.fill(LOOP)
    cell.editor.press("Control+Enter")
    expect(cell.status).to_have_text("Running", timeout=START)
    cell.editor.press("Tab")
    expect(cell.button("Stop")).to_be_focused()
    cell.page.wait_for_timeout(600)  # before, a press is taken for a double click
    cell.page.keyboard.press("Enter")
    expect(cell.status).to_have_text("Stopped.")
    cell.page.keyboard.press("Tab")
    cell.page.keyboard.press("Enter")
    assert cell.editor.input_value().startswith("import math\n\ndef softplus(x):")
    cell.button("Take it back").click()
    assert cell.editor.input_value() == LOOP


def test_without_a_server_or_a_script_the_exercise_says_how_to_check(
    browser: Browser, origins: dict[str, str]
) -> None:
    with browser.new_context(java_script_enabled=False) as context, context.new_page() as page:
        page.goto(origins["opened"] + PAGES["softplus"])
        box = page.locator(".exercise[data-exercise=softplus]")
        expect(box.locator(".live-off")).to_contain_text("python checks.py softplus")
        expect(box.locator("pre").first).to_contain_text("def softplus(x):")
        hints = box.locator("details.hint")
        assert [hint.is_visible() for hint in hints.all()] == [True, False, False]
        hints.first.locator("summary").click()
        assert [hint.is_visible() for hint in hints.all()] == [True, True, False]
        box.locator("details.solution summary").click()
        expect(box.locator("details.solution pre")).to_contain_text("math.log1p")


def test_paper_has_the_answer_and_no_controls(cell: Cell) -> None:
    cell.editor.fill("def softplus(x):\n    return 'mine'")
    cell.page.emulate_media(media="print")
    expect(cell.box.locator(".exercise-editor > pre")).to_be_visible()
    assert "mine" in (cell.box.locator(".exercise-editor > pre").text_content() or "")
    assert not cell.box.locator("button, textarea, [role=status]").filter(visible=True).count()
