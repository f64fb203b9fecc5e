"""Every built page in a real Chromium, light and dark, wide and narrow."""

import functools
import gzip
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

import chromium
import pytest
from playwright.sync_api import Browser, BrowserContext

from pipeline import ROOT

PAGES = sorted(
    path.relative_to(ROOT / "docs").with_suffix(".html").as_posix()
    for path in ROOT.glob("docs/**/*.md")
)
VISITS = [(page, *view) for page in (*PAGES, "404.html") for view in chromium.VIEWS]
AUDITED = [("light", 1280), ("dark", 360)]  # each scheme and each width once: axe is slow
LIMIT = 150_000
NOT_COUNTED = (".png", ".svg", ".woff2", "search_index.json")  # the index serves all pages

Contexts = dict[tuple[str, int], BrowserContext]


@pytest.fixture(scope="module")
def contexts(browser: Browser) -> Contexts:
    return {view: chromium.view(browser, *view) for view in chromium.VIEWS}


@pytest.fixture(scope="module", params=VISITS, ids=lambda each: "-".join(map(str, each)))
def visit(
    request: pytest.FixtureRequest, contexts: Contexts, served: str
) -> Iterator[chromium.Visit]:
    name, *view = request.param
    with contexts[*view].new_page() as page:
        yield chromium.Visit(page).read(served + name)


def test_a_page_asks_only_its_own_origin(visit: chromium.Visit, served: str) -> None:
    assert visit.away_from(served) == []


def test_a_page_raises_no_error_and_no_warning(visit: chromium.Visit) -> None:
    assert visit.complaints == []


def test_a_page_never_scrolls_sideways(visit: chromium.Visit) -> None:
    root = "document.documentElement"
    assert visit.page.evaluate(f"{root}.scrollWidth - {root}.clientWidth") <= 0


def test_every_image_is_loaded_and_described(visit: chromium.Visit) -> None:
    poor = "image => !image.naturalWidth || !image.alt.trim()"
    found = visit.page.evaluate(f"[...document.images].filter({poor}).map(image => image.src)")
    assert found == []


def test_nothing_moves_while_a_page_loads(visit: chromium.Visit) -> None:
    assert visit.page.evaluate("shifts") < 0.01


def test_a_page_is_light(visit: chromium.Visit, served: str, site: Path) -> None:
    files = {each.removeprefix(served) for each in visit.requests if each.startswith(served)}
    weights = {file: weight(site / file) for file in files if not file.endswith(NOT_COUNTED)}
    assert sum(weights.values()) <= LIMIT, weights


@functools.cache
def weight(path: Path) -> int:
    return len(gzip.compress(path.read_bytes()))


@pytest.mark.parametrize(
    "visit",
    [each for each in VISITS if each[1:] in AUDITED],
    ids=lambda each: "-".join(map(str, each)),
    indirect=True,
)
def test_axe_finds_no_violation(visit: chromium.Visit) -> None:
    visit.page.evaluate(axe())
    found = visit.page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
    assert not found, "\n".join(
        f"{each['id']}: {each['help']}: {node['target']} {node['html'][:200]}"
        for each in found
        for node in each["nodes"]
    )


@functools.cache
def axe() -> str:
    path = distribution("axe-playwright-python").locate_file("axe_playwright_python/axe.min.js")
    return Path(str(path)).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opened_without_a_server_works_alike(
    name: str, contexts: Contexts, site: Path
) -> None:
    with contexts["light", 1280].new_page() as page:
        visit = chromium.Visit(page).read((site / name).as_uri())
        assert visit.away_from(site.as_uri()) == []
        assert visit.complaints == []
