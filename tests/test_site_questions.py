"""Questions in a browser: by keyboard, without JavaScript, on paper; what is kept, and marked."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import chromium
import pytest
import test_site_browser
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from website import ROOT, questions

PAGE = "chapter/perceptrons.html"
WHOLE = ["chapter/perceptrons.html", "practice.html"]  # they have every kind
ASKED = "[data-question], [data-exercise]"  # what counts in the menu
LIMIT = 3_000  # bytes, compressed
MARK = '.md-nav--primary a[href$="perceptrons.html"] > .done'
# Gives every answer that a form knows: each wrong choice and tempting number, then what is right.
ANSWER_ALL = """forms => forms.flatMap((form) => {
  const faults = [];
  const status = form.querySelector("[role=status]");
  const fields = [...form.querySelectorAll("input")];
  const right = () => fields.forEach((field) => {
    if (field.type === "text") field.value = field.dataset.value;
    else field.checked = "right" in field.dataset;
  });
  const expect = (state, said, what) => {
    form.requestSubmit();
    const heard = status.textContent.includes(said);
    if (form.dataset.state !== state || !heard) faults.push(`${form.textContent.trim()}: ${what}`);
  };
  for (const field of fields) {
    const feedback = [...field.closest("li").querySelectorAll(":scope > span")];
    const tempting = field.type === "text" ? feedback : [];
    for (const each of tempting) {
      right();
      field.value = each.dataset.value;
      expect("wrong", each.textContent, field.value);
    }
    if (field.type !== "text" && !("right" in field.dataset)) {
      right();
      field.checked = true;
      expect("wrong", feedback[0].textContent, feedback[0].textContent);
    }
  }
  right();
  expect("right", "Right.", "the right answer");
  if (!form.nextElementSibling.open) faults.push("closed");
  return faults;
})"""
SOLVE_EXERCISES = """() => {
  for (const { dataset } of document.querySelectorAll("[data-exercise]"))
    progress.set("exercise", dataset.exercise, { right: true });
}"""
CONTROLS = "form.question :is(input, button, [role=status]), .clear-kept"


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A reader who has never been here."""
    with chromium.reader(browser, "dark", 360) as context:
        yield context


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    with context.new_page() as page:
        yield page


def question(page: Page, words: str) -> Locator:
    """A question, when its script has come."""
    form = page.locator("form.question", has_text=words).first
    form.scroll_into_view_if_needed()
    expect(form.get_by_role("button", name="Check")).to_be_enabled()
    return form


def said(form: Locator, *words: str) -> None:
    for each in words:
        expect(form.get_by_role("status")).to_contain_text(each)


def answer(form: Locator) -> Locator:
    """The fold with the answer of a question."""
    return form.locator("xpath=following-sibling::*[1][self::details]")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


WRONG_NUMBERS = [  # and what is said to them
    ("0.2", "Those are the odds."),
    ("-1/6", "is not it"),
    ("x", "Write a number"),
    ("1/0", "That is no number."),
    ("0.167 of all", "The number alone, such as 0.167."),
    ("0x374", "Write a number"),
    ("1'024", "1'024 is not it"),
]


@pytest.mark.parametrize("origin", ["served", "opened"])
def test_a_single_choice_by_keyboard_and_what_is_kept_of_it(
    page: Page, origins: dict[str, str], origin: str
) -> None:
    page.goto(origins[origin] + PAGE)
    form = question(page, "Is the line that it finds the best one?")
    form.get_by_role("radio").first.focus()
    press(page, "Enter")
    said(form, "Choose an answer first.")
    press(page, "Space", "Enter")
    said(form, "Not yet.", "That only says that no mistake is left")
    expect(answer(form)).not_to_have_attribute("open", "")
    expect(page.locator(MARK)).to_have_count(0)
    press(page, "ArrowDown", "ArrowDown", "Enter")
    said(form, "Right. On this page you have answered 1 of 6.")
    expect(answer(form)).to_have_attribute("open", "")
    whole = page.locator(ASKED).count()
    expect(page.locator(MARK)).to_have_text(f"1/{whole}, 1 of {whole} done")

    page.goto(f"{origins[origin]}chapter/tensors.html")
    expect(page.locator(MARK)).to_have_text(f"1/{whole}, 1 of {whole} done")
    page.goto(origins[origin] + PAGE)
    form = question(page, "Is the line that it finds the best one?")
    said(form, "You have answered this before. Choose again to check.")

    page.goto(f"{origins[origin]}practice.html")
    form = question(page, "What does gradient descent update?")
    form.get_by_role("radio", name="Weights and biases").check()
    press(page, "Enter")
    expect(answer(form)).to_have_attribute("open", "")
    page.get_by_role("button", name="Clear what this browser keeps").click()
    expect(form.get_by_role("status")).to_be_empty()
    expect(answer(form)).not_to_have_attribute("open", "")
    expect(page.locator(".clear-kept [role=status]")).to_contain_text("Cleared")
    expect(page.locator(MARK)).to_have_count(0)
    assert page.evaluate("progress.all('question')") == {}


def test_a_multiple_choice_by_keyboard(page: Page, origins: dict[str, str]) -> None:
    page.goto(origins["opened"] + PAGE)
    form = question(page, "Which weights and biases do that?")
    form.get_by_role("checkbox").first.focus()
    press(page, "Space", "Enter")
    said(form, "Right so far, but something is missing.")
    press(page, "Tab", "Space", "Enter")
    said(form, "Not yet.", "Weights 1 and 1, bias −0.5: One of the two is enough then")
    press(page, "Space", "Tab", "Space", "Enter")
    said(form, "Right.")
    press(page, "Tab", "Tab", "Tab", "Enter")
    expect(form.get_by_role("checkbox").first).to_be_focused()
    expect(form.get_by_role("status")).to_be_empty()
    expect(form.get_by_role("checkbox", checked=True)).to_have_count(0)
    expect(answer(form)).not_to_have_attribute("open", "")


def test_a_number_by_keyboard_however_it_is_written(page: Page, origins: dict[str, str]) -> None:
    page.goto(f"{origins['opened']}chapter/adapting-losses.html")
    form = question(page, "From which true frequency")
    form.get_by_role("textbox").focus()
    for wrong, heard in WRONG_NUMBERS:
        page.keyboard.type(wrong)
        press(page, "Enter")
        said(form, "Not yet.", heard)
        expect(form.get_by_role("textbox")).to_have_attribute("aria-invalid", "true")
        press(page, "ControlOrMeta+a")
    for right in ("1/6", "0,167", " .1667 ", "1.67e-1"):
        page.keyboard.type(right)
        expect(form.get_by_role("status")).not_to_contain_text("Right.")
        press(page, "Enter")
        said(form, "Right.")
        expect(form.get_by_role("textbox")).not_to_have_attribute("aria-invalid", "true")
        press(page, "ControlOrMeta+a")
    page.reload()
    form = question(page, "From which true frequency")
    said(form, "You have answered this before. Enter it again to check.")
    form.get_by_role("button", name="Check").click()
    said(form, "Enter a number first.")


@pytest.mark.parametrize("path", WHOLE)
def test_every_wrong_answer_is_told_why_and_the_right_one_opens_the_fold(
    page: Page, origins: dict[str, str], path: str
) -> None:
    page.goto(origins["opened"] + path)
    question(page, "")
    source = (ROOT / "docs" / path).with_suffix(".md")
    count = len(list(questions.read(source.read_text(encoding="utf-8"))))
    forms = page.locator("form.question")
    assert forms.count() == count
    assert forms.evaluate_all(ANSWER_ALL) == []
    mark = page.locator(f'.md-nav--primary a[href$="{Path(path).name}"] > .done')
    whole = page.locator(ASKED).count()
    expect(mark).to_have_text(f"{count}/{whole}, {count} of {whole} done")
    page.evaluate(SOLVE_EXERCISES)
    expect(mark).to_have_text(f"✓, {whole} of {whole} done")


def test_axe_finds_no_violation_in_what_is_said(page: Page, origins: dict[str, str]) -> None:
    page.goto(origins["opened"] + PAGE)
    form = question(page, "Is the line that it finds the best one?")
    for choice in ("No,", "Yes, because the rule"):
        form.get_by_role("radio", name=choice).check()
        form.get_by_role("button", name="Check").click()
    said(form, "Not yet.")
    expect(page.locator(MARK)).to_have_count(1)
    assert test_site_browser.violations(page) == []


def test_without_javascript_the_choices_are_listed_and_the_answer_folds_out(
    browser: Browser, origins: dict[str, str]
) -> None:
    with browser.new_context(java_script_enabled=False) as context, context.new_page() as page:
        page.goto(origins["opened"] + PAGE)
        form = page.locator("form.question").first
        expect(form).to_contain_text("Is the line that it finds the best one?")
        expect(form.get_by_text("No, it is only the first one without a mistake")).to_be_visible()
        expect(page.locator(CONTROLS).filter(visible=True)).to_have_count(0)
        answer(form).locator("summary").click()
        expect(answer(form).locator("p").first).to_be_visible()


def test_on_paper_there_are_questions_and_choices_and_no_controls(
    page: Page, origins: dict[str, str]
) -> None:
    page.goto(origins["opened"] + PAGE)
    form = question(page, "Is the line that it finds the best one?")
    page.emulate_media(media="print")
    expect(form.get_by_text("No, it is only the first one without a mistake")).to_be_visible()
    expect(page.locator(CONTROLS).filter(visible=True)).to_have_count(0)


def test_the_script_is_small_and_comes_with_the_first_question(
    page: Page, origins: dict[str, str]
) -> None:
    script = ROOT / "docs" / "assets" / "questions.js"
    assert len(gzip.compress(script.read_bytes())) <= LIMIT
    loaded = page.locator('script[src$="/questions.js"]')
    page.goto(origins["opened"] + PAGE)
    expect(loaded).to_have_count(0)
    question(page, "Is the line that it finds the best one?")
    expect(loaded).to_have_count(1)
