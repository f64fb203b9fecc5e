"""The atlas in a browser: find a number, filter, copy the code; opened without a server."""

import subprocess
import sys
from collections.abc import Iterator

import chromium
import pytest
from playwright.sync_api import Browser, Page, expect

EMPTY = """() => {
  for (const form of [document.getElementById("finder"), document.getElementById("filter")]) {
    form.reset();
    form.dispatchEvent(new Event("input"));
  }
}"""
LIBRARIES = (
    """all => all.filter(each => each.checkVisibility()).map(each => each.dataset.library)"""
)


@pytest.fixture(scope="module")
def opened(browser: Browser, origins: dict[str, str]) -> Iterator[Page]:
    with chromium.reader(browser, "dark", 360) as phone, phone.new_page() as page:
        page.goto(f"{origins['opened']}atlas.html", timeout=60_000)  # long, for a busy machine
        yield page


@pytest.fixture
def atlas(opened: Page) -> Page:
    """The page as it was opened."""
    opened.evaluate(EMPTY)
    return opened


def test_two_numbers_find_their_convention(atlas: Page) -> None:
    found = atlas.locator("#found")
    atlas.get_by_label("First number").fill("3.079")
    expect(found).to_contain_text("divides by the number of examples: Keras on JAX")
    expect(found).not_to_contain_text("PyTorch 2.")
    atlas.get_by_label("First number").fill("0.88")
    atlas.get_by_label("Second number").fill("3.0794")
    expect(found).to_contain_text("PyTorch 2.13.0")
    expect(found).not_to_contain_text("Keras")
    atlas.get_by_label("Second number").fill("17")
    expect(found).to_contain_text("No library gives this. They give 0.87983")
    atlas.get_by_label("Second number").fill("many")
    expect(found).to_contain_text("Write a number")


def test_the_atlas_is_filtered_by_library_and_question_with_the_keyboard(atlas: Page) -> None:
    counted = atlas.locator("#counted")
    expect(counted).to_have_text("101 of 101 questions")
    atlas.get_by_label("Question").focus()
    atlas.keyboard.type("dice")
    atlas.keyboard.press("Tab")
    atlas.keyboard.type("MONAI")
    expect(counted).to_have_text("8 of 101 questions")
    shown = atlas.locator("#dice_batch [data-library]").evaluate_all(LIBRARIES)
    assert shown == ["nnref", "monai"]
    expect(atlas.locator("#weighted_indices")).to_be_hidden()
    atlas.keyboard.press("Tab")
    atlas.keyboard.press("Space")
    expect(counted).not_to_have_text("8 of 101 questions")


def test_copied_code_runs_as_it_stands(atlas: Page) -> None:
    question = atlas.locator("#weighted_indices")
    question.locator("summary").first.click()
    question.locator("p:has-text('nnref') button").first.click()
    expect(question.get_by_text("Copied")).to_be_visible()
    code = atlas.evaluate("navigator.clipboard.readText()")
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert float(ran.stdout) == pytest.approx(0.8798, abs=1e-4)


def test_without_a_script_everything_is_shown(browser: Browser, origins: dict[str, str]) -> None:
    with browser.new_context(java_script_enabled=False) as context, context.new_page() as page:
        page.goto(f"{origins['opened']}atlas.html", timeout=60_000)
        assert page.locator("[data-library]:visible").count() > 1000
        expect(page.locator("#finder")).to_be_hidden()
