"""The theme's search, asked in a browser what readers ask: the page that must come first does."""

import json
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import chromium
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from website import ROOT, searching

QUERIES = tomllib.loads((ROOT / "tests" / "data" / "queries.toml").read_text(encoding="utf-8"))
FIRST = 0.95  # of the queries find their page first; all find it among the first three
SLOW = 30_000  # milliseconds, for a busy machine to read the search's index
EACH = 5  # of the functions every so many is asked for: an answer takes 50 ms

CATCH_THE_WORKER = """
window.Worker = class extends Worker {
  constructor(...given) {
    super(...given);
    window.searcher = this;
  }
};
"""
# What the worker answers, a page's sections from best to worst, as the theme lists them.
ASK = """async (queries) => {
  const [INDEX, READY, QUERY, RESULT] = [0, 1, 2, 3];
  const answer = (query) => new Promise((resolve) => {
    const hear = ({ data }) => {
      if (data.type !== RESULT) return;
      searcher.removeEventListener("message", hear);
      resolve(data.data.items.map((page) => page.map(({ location }) => location)));
    };
    searcher.addEventListener("message", hear);
    searcher.postMessage({ type: QUERY, data: query });
  });
  const answers = [];
  for (const query of queries) answers.push(await answer(query));
  return answers;
}"""

Answer = list[list[str]]  # of each page that is found the places
Ask = Callable[[list[str]], list[Answer]]


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    with chromium.reader(browser, "light", 1280) as context:
        yield context


@pytest.fixture(scope="module")
def ask(context: BrowserContext, origins: dict[str, str]) -> Iterator[Ask]:
    """Ask the search's worker, which the theme has given its index."""
    with context.new_page() as page:
        page.add_init_script(CATCH_THE_WORKER)
        page.goto(f"{origins['served']}index.html")
        page.keyboard.press("/")
        expect(page.locator(".md-search-result__meta")).to_have_text(
            re.compile("Type to start"), timeout=SLOW
        )
        yield lambda queries: page.evaluate(ASK, queries)


@pytest.fixture(scope="module")
def index(site: Path) -> list[searching.Entry]:
    return json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))["docs"]


def place(answer: Answer, wanted: list[str]) -> int:
    """Where the first of the wanted places stands, from 1; 0 where none is found."""
    for number, found in enumerate(answer, 1):
        section = next((each for each in found if "#" in each), "")
        if {found[0].partition("#")[0], section} & {*wanted}:
            return number
    return 0


@pytest.mark.parametrize("half", QUERIES)
def test_the_page_that_a_reader_wants_comes_first(half: str, ask: Ask) -> None:
    queries = QUERIES[half]
    answers = ask([each["text"] for each in queries])
    places = {
        each["text"]: place(answer, each["pages"])
        for each, answer in zip(queries, answers, strict=True)
    }
    assert {text: at for text, at in places.items() if at not in (1, 2, 3)} == {}
    late = {text: at for text, at in places.items() if at != 1}
    assert len(late) <= (1 - FIRST) * len(queries), late


def test_enough_is_asked_and_half_of_it_by_someone_who_had_not_seen_the_titles() -> None:
    asked = [each["text"] for half in QUERIES.values() for each in half]
    assert len(set(asked)) == len(asked) >= 60
    assert len(QUERIES["blind"]) >= 30


def test_a_function_is_found_by_its_full_name(ask: Ask, index: list[searching.Entry]) -> None:
    objects = [each for each in index if searching.OBJECT in each["location"]]
    assert len(objects) > 140
    for each in objects:
        name = each["location"].partition("#")[2].lower()
        assert each["also"].startswith(name.replace(".", "_")), name
    places = [each["location"] for each in objects][::EACH]
    missed = [
        place
        for place, answer in zip(
            places, ask([each.partition("#")[2] for each in places]), strict=True
        )
        # A constant has the name of its function, but for capitals.
        if place.lower() not in {found.lower() for found in answer[0][:2]}
    ]
    assert missed == []


def test_an_excerpt_shows_no_code(index: list[searching.Entry]) -> None:
    assert [each["location"] for each in index if "<pre" in each["text"]] == []


@pytest.mark.parametrize("how", ["served", "opened"])
def test_a_pasted_message_is_found_with_and_without_a_server(
    how: str, context: BrowserContext, origins: dict[str, str]
) -> None:
    with context.new_page() as page:
        page.goto(f"{origins[how]}index.html")
        page.keyboard.press("/")
        page.locator(".md-search__input").press_sequentially("ValueError: math domain error")
        first = page.locator(".md-search-result__link").first
        wanted = re.compile(r"chapter/losses\.html|failures\.html")
        expect(first).to_have_attribute("href", wanted, timeout=SLOW)


# ---- folds


def test_a_hit_inside_a_fold_is_seen_and_no_other_fold_opens(
    page: Page, origins: dict[str, str]
) -> None:
    page.goto(f"{origins['served']}practice.html?h=geometric#practice-losses")
    expect(page.locator("[data-md-highlight]:text('geometric')").first).to_be_visible(timeout=SLOW)
    assert page.locator("details[open]").count() == 1


def test_a_hit_that_is_seen_opens_no_fold(page: Page, origins: dict[str, str]) -> None:
    page.goto(f"{origins['served']}practice.html?h=cross-entropy#practice-losses")
    expect(page.locator("summary [data-md-highlight]").first).to_be_visible(timeout=SLOW)
    assert page.locator("details[open]").count() == 0


def test_an_address_in_the_old_reference_of_losses_leads_to_the_new(
    page: Page, origins: dict[str, str]
) -> None:
    page.goto(f"{origins['served']}reference/losses.html#nnref.losses.dice_loss")
    page.wait_for_url("**/reference/losses-segmentation.html#nnref.losses.dice_loss")


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    with context.new_page() as page:
        yield page


# ---- what the index holds


def test_code_is_searched_apart_from_the_prose_that_is_shown() -> None:
    text = "<p>Before.</p> <pre><code>&gt;&gt;&gt; relu(1)\n1.0</code></pre> <p>After.</p>"
    found = searching.refined({"location": "chapter/a.html#b", "title": "B", "text": text})
    assert found["text"] == "<p>Before.</p> <p>After.</p>"
    assert found["code"] == "&gt;&gt;&gt; relu(1) 1.0"


def test_a_name_is_found_whole_by_its_ends_and_by_its_parts() -> None:
    assert searching.words("nn.BCELoss dice_loss") == [
        *("nn_bceloss", "bceloss"),
        *("dice_loss", "dice", "loss"),
    ]


def test_the_longest_start_of_an_address_says_how_much_it_counts() -> None:
    chapter = searching.boost("chapter/losses.html#losses-dice")
    assert searching.boost("chapter/summary.html") < 1 < chapter
    loss = searching.boost("reference/losses.html#nnref.losses.huber")
    assert searching.boost("reference/losses.html#nnref.losses.huber_grad") < loss


def test_a_place_of_the_table_that_the_site_has_not_is_named(index: list[searching.Entry]) -> None:
    places = {each["location"] for each in index}
    assert searching.unknown(places) == []
    [complaint] = searching.unknown(places - {"chapter/losses.html"})
    assert complaint == "docs/search.toml: no such place: chapter/losses.html"
