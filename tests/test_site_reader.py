"""What a reader does on the site: search, copy, use the keyboard, change the colors, print."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import chromium
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from checks import pages
from website import ROOT

DOCS = ROOT / "docs"
SOURCES = sorted(DOCS.glob("**/*.md"))
LONGEST = "chapter/activations.html"  # it has every kind of content

REACHED = [
    "input.md-option",
    "input.md-search__input",
    "a.md-nav__link",
    "a.headerlink",
    "a.drawing__open",
    "summary",
    "button.md-code__button",
    "div.formula",
    "input",  # a content tab
    "a.term",
    "a.md-footer__link",
]

# One session for a page's own examples, one for each docstring's.
SESSIONS = """blocks => {
  const sessions = new Map();
  for (const block of blocks) {
    const home = block.closest(".doc-object");
    sessions.set(home, [...(sessions.get(home) ?? []), [block.dataset.copy, block.textContent]]);
  }
  return [...sessions.values()];
}"""
RUN = """
import json, sys
for session in json.load(sys.stdin):
    names = {"__name__": "__main__"}
    for code, block in session:
        try:
            exec(compile(code, code, "exec"), names)
        except Exception as error:
            if f"{type(error).__name__}: " not in block:  # not a failure shown on purpose
                raise
"""
FOCUSED = """() => {
  const element = document.activeElement;
  const shows = element.closest(".tabbed-set > input")?.parentElement.querySelector(
    ":scope > .tabbed-labels") ?? element;
  const { width, height } = shows.getBoundingClientRect();
  return {
    empty: !element.matches("input") && (width < 1 || height < 1),
    name: [element.localName, element.classList.item(0)].filter(
      (each) => each && each !== "focus-visible").join("."),
    outlined: getComputedStyle(shows).outlineStyle !== "none",
  };
}"""

# Code, by its first words, that scrolls sideways; that ends below its copy button; that is broken.
RUNS_OFF = """all => all
  .filter(each => each.checkVisibility() && each.scrollWidth > each.clientWidth)
  .map(each => each.textContent.slice(0, 40))"""
UNDER_BUTTON = """all => all.filter(each => {
  const button = each.parentElement.querySelector("button");
  const text = document.createRange();
  text.selectNodeContents(each);
  return each.checkVisibility() && button
    && text.getBoundingClientRect().bottom > button.getBoundingClientRect().top + 4;
}).map(each => each.textContent.slice(0, 40))"""
BROKEN = """all => all.filter(each => each.getClientRects().length > 1)
  .map(each => each.textContent)"""


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A reader who has never been here."""
    with chromium.reader(browser, "light", 1280) as context:
        yield context


@pytest.fixture(params=["served", "opened"])
def origin(request: pytest.FixtureRequest, origins: dict[str, str]) -> str:
    return origins[request.param]


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    with context.new_page() as page:
        yield page


def test_search_finds_softmax(page: Page, origin: str) -> None:
    page.goto(f"{origin}index.html")
    page.keyboard.press("/")
    page.keyboard.type("softmax")
    results = page.locator(".md-search-result__link")
    expect(results.filter(has_text="Softmax").first).to_be_visible()
    results.first.click()
    expect(page.locator("article")).to_contain_text("softmax")


def test_the_copy_button_gives_code_without_prompts(page: Page, origin: str) -> None:
    page.goto(origin + LONGEST)
    block = page.locator("[data-copy]:has-text('>>>')").first
    block.get_by_title("Copy to clipboard").click()
    expect(page.locator(".md-dialog")).to_have_class("md-dialog md-dialog--active")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == block.get_attribute("data-copy")
    assert not copied.startswith(">>>")


@pytest.fixture(params=SOURCES, ids=lambda path: path.relative_to(DOCS).as_posix())
def source(request: pytest.FixtureRequest, page: Page, site: Path) -> Path:
    """A page's Markdown, with the page opened."""
    page.goto((site / request.param.relative_to(DOCS).with_suffix(".html")).as_uri())
    return request.param


def test_every_example_can_be_copied(source: Path, page: Page) -> None:
    copies = page.eval_on_selector_all("[data-copy]", "all => all.map(e => e.dataset.copy)")
    assert all(copies)
    assert page.locator("code:has(.gp)").count() == len(copies)
    text = source.read_text(encoding="utf-8")
    if ":::" not in text:
        sessions = [fence.examples() for fence in pages.fences(text)]
        wanted = ["".join(each.source for each in examples) for examples in sessions]
        assert copies == [code.rstrip() for code in wanted if code]


@pytest.mark.usefixtures("source")
def test_every_copied_text_runs(page: Page) -> None:
    sessions = page.eval_on_selector_all("[data-copy]", SESSIONS)
    run = subprocess.run(
        [sys.executable, "-c", RUN],
        input=json.dumps(sessions),
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 0, run.stderr


def test_the_keyboard_reaches_everything_and_shows_where_it_is(page: Page, site: Path) -> None:
    page.goto((site / LONGEST).as_uri())
    stops = []
    for _ in range(500):
        page.keyboard.press("Tab")
        stops.append(page.evaluate(FOCUSED))
        if stops[-1]["name"] == "body":
            break
    names = [each["name"] for each in stops]
    assert names[0] == "a.md-skip"
    assert names[-1] == "body"
    assert {*REACHED} <= {*names}
    unseen = {each["name"] for each in stops[:-1] if not each["outlined"]}
    assert unseen <= {"input.md-option", "input.md-search__input"}  # these show it beside them
    assert [each["name"] for each in stops if each["empty"]] == []


def test_a_term_tells_its_meaning_to_the_keyboard_and_leads_to_the_glossary(
    page: Page, site: Path
) -> None:
    page.goto((site / LONGEST).as_uri())
    term = page.locator("a.term").first
    meaning = term.get_attribute("title")
    term.focus()
    expect(page.get_by_role("tooltip").filter(has_text=meaning)).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url("**/glossary.html#glossary-*")
    expect(page.locator("dt:target")).to_be_in_viewport()


def test_the_menu_fits_a_screen_and_marks_where_one_is(page: Page, site: Path) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto((site / LONGEST).as_uri())
    menu = page.locator(".md-sidebar--primary .md-sidebar__scrollwrap")
    assert menu.evaluate("menu => menu.scrollHeight - menu.clientHeight") == 0
    expect(menu.get_by_text("1 Tensors and arrays")).to_be_in_viewport()
    expect(menu.get_by_text("13 Practice questions")).to_be_in_viewport()
    expect(menu.get_by_text("Noisy labels").first).to_be_hidden()
    expect(menu.locator("a.md-nav__link--active")).to_contain_text("5 Activation functions")


def test_the_skip_link_leads_to_the_content(page: Page, site: Path) -> None:
    page.goto((site / LONGEST).as_uri())
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('article') !== null")


def test_arrow_keys_change_the_content_tab(page: Page, site: Path) -> None:
    page.goto((site / LONGEST).as_uri())
    page.locator("details:has(.tabbed-set) > summary").first.click()
    tabs = page.locator(".tabbed-set").first.locator("input")
    tabs.first.focus()
    page.keyboard.press("ArrowRight")
    expect(tabs.nth(1)).to_be_checked()


def test_the_color_scheme_changes_with_its_figures_and_stays(page: Page, origin: str) -> None:
    page.goto(origin + LONGEST)
    page.get_by_title("Switch to the dark scheme").click()
    expect(page.locator(".drawing-dark").first).to_be_visible()
    expect(page.locator(".drawing-light").first).to_be_hidden()
    page.goto(f"{origin}index.html")
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")


def test_a_figure_opens_larger_and_closes_where_it_was_opened(page: Page, site: Path) -> None:
    page.goto((site / LONGEST).as_uri())
    figure = page.locator("figure.drawing").first
    picture = figure.locator("a:has(img)")
    picture.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Figure")
    expect(dialog.locator("img.drawing-light")).to_be_visible()
    expect(dialog).to_contain_text(figure.locator("figcaption").inner_text())
    wide = dialog.get_by_role("img").bounding_box()["width"]
    assert wide > figure.get_by_role("img").bounding_box()["width"]
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(picture).to_be_focused()
    figure.get_by_role("img").click()
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()


def test_on_a_phone_figures_fill_it_and_nothing_lies_on_code(browser: Browser, site: Path) -> None:
    with chromium.reader(browser, "light", 360) as context, context.new_page() as page:
        page.goto((site / LONGEST).as_uri())
        sizes = "all => all.map(each => each.getBoundingClientRect().width)"
        assert {*page.eval_on_selector_all(".drawing__open", sizes)} == {360}
        assert page.eval_on_selector_all("article pre > code", RUNS_OFF) == []
        assert page.eval_on_selector_all("article pre > code", UNDER_BUTTON) == []
        page.goto((site / "accuracy.html").as_uri())
        assert page.eval_on_selector_all("td code", BROKEN) == []


def test_print_shows_the_page_alone_with_light_figures(browser: Browser, site: Path) -> None:
    with chromium.reader(browser, "dark", 1280) as context, context.new_page() as page:
        page.goto((site / LONGEST).as_uri())
        page.emulate_media(media="print")
        for hidden in (".md-header", ".md-sidebar", ".md-footer", ".md-code__button"):
            assert not page.locator(hidden).filter(visible=True).count(), hidden
        expect(page.locator(".drawing-light").first).to_be_visible()
        expect(page.locator(".drawing-dark").first).to_be_hidden()
