"""Every built page in a real Chromium, light and dark, wide and narrow."""

import functools
import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import chromium
import pytest
from playwright.sync_api import Browser, Page

from website import ROOT

PAGES = sorted(
    path.relative_to(ROOT / "docs").with_suffix(".html").as_posix()
    for path in [*ROOT.glob("docs/**/*.md"), *ROOT.glob("docs/case-studies/*.py")]
)
VISITS = [(page, view) for page in PAGES for view in chromium.VIEWS]
VISITS += [("404.html", view) for view in chromium.VIEWS if view[2] == "served"]
AUDITED = [chromium.VIEWS[0], chromium.VIEWS[3]]  # both schemes, both widths: axe is slow
LIMIT = 150_000  # without figures, fonts and the index that serves all pages
NOT_COUNTED = (".png", ".svg", ".woff2", "search_index.json", "search_index.js")
FIGURES = "figures/"  # where a figure that moves is a drawing in a script
# From an opened folder the formulas' font cannot be fetched ahead: they settle when it comes.
MOST_SHIFT = {"http": 0.01, "file": 0.03}

# Of the thousands of colored words in code, one of each color is enough to audit.
ONE_OF_EACH_COLOR = """
const seen = new Set();
for (const word of document.querySelectorAll("pre span[class]"))
  if (seen.has(word.className)) word.replaceWith(word.textContent);
  else seen.add(word.className);
"""
# The same for all other text and links: three of each color, font and background.
THREE_OF_EACH_LOOK = """() => {
  const surfaces = new Map([[null, ""]]);
  const surface = (element) => {
    if (!surfaces.has(element)) {
      const { backgroundColor, backgroundImage, opacity } = getComputedStyle(element);
      const own = [backgroundColor, backgroundImage, opacity];
      surfaces.set(element, [surface(element.parentElement), ...own].join());
    }
    return surfaces.get(element);
  };
  const speaks = (node) => node.nodeType === Node.TEXT_NODE && node.data.trim();
  const seen = new Map();
  for (const element of document.body.querySelectorAll("*")) {
    const counts = element.matches("a, input") || [...element.childNodes].some(speaks);
    if (!counts || !element.checkVisibility({ visibilityProperty: true })) continue;
    const { color, fontSize, fontWeight, textDecorationLine } = getComputedStyle(element);
    const look = [element.matches("a"), color, fontSize, fontWeight, textDecorationLine];
    look.push(getComputedStyle(element.parentElement).color, surface(element));
    const count = seen.get(look.join()) ?? 0;
    seen.set(look.join(), count + 1);
    if (count < 3) element.dataset.look = "";
  }
  axe.configure({ rules: [
    { id: "color-contrast", selector: "[data-look]" },
    { id: "link-in-text-block", selector: "a[href][data-look]" },
  ] });
}"""

PLANTED = {
    "color-contrast": "text.style.color = '#aaa';",
    "image-alt": "text.append(new Image());",
    "link-in-text-block": """
        const link = text.appendChild(document.createElement("a"));
        [link.href, link.textContent] = ["index.html", "here"];
        [link.style.color, link.style.textDecoration] = ["#222", "none"];""",
}


def name(visit: tuple[str, chromium.View]) -> str:
    page, view = visit
    return "-".join(map(str, (page, *view)))


@pytest.fixture(scope="session")
def readers(browser: Browser) -> Iterator[chromium.Readers]:
    """A reader for each view, in a browser of their own."""
    found = chromium.Readers(browser.browser_type)
    yield found
    found.end()


@pytest.fixture(scope="module", params=VISITS, ids=name)
def visit(
    request: pytest.FixtureRequest, readers: chromium.Readers, origins: dict[str, str]
) -> chromium.Visit:
    path, view = request.param
    return readers.visit(path, view, origins[view[2]])


def test_a_page_asks_only_its_own_origin(visit: chromium.Visit) -> None:
    home = (visit.origin, "data:", "blob:")
    assert [each for each in visit.requests if not each.startswith(home)] == []


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
    assert visit.page.evaluate("shifts") < MOST_SHIFT[visit.page.url.partition(":")[0]]


def test_a_page_is_light(visit: chromium.Visit, site: Path) -> None:
    addresses = [each for each in visit.requests if each.startswith(visit.origin)]
    files = {each.removeprefix(visit.origin) for each in addresses}
    counted = {file for file in files if not file.endswith(NOT_COUNTED)}
    weights = {file: weight(site / file) for file in counted if not file.startswith(FIGURES)}
    assert sum(weights.values()) <= LIMIT, weights


@functools.cache
def weight(path: Path) -> int:
    return len(gzip.compress(path.read_bytes()))


@pytest.mark.parametrize(
    "visit", [each for each in VISITS if each[1] in AUDITED], ids=name, indirect=True
)
def test_axe_finds_no_violation(visit: chromium.Visit) -> None:
    found = violations(visit.page)
    assert not found, "\n".join(
        f"{each['id']}: {each['help']}: {node['target']} {node['html'][:200]}"
        for each in found
        for node in each["nodes"]
    )


@pytest.mark.parametrize(("rule", "plant"), PLANTED.items(), ids=PLANTED)
def test_axe_finds_what_is_planted(
    rule: str, plant: str, browser: Browser, origins: dict[str, str]
) -> None:
    with chromium.reader(browser, "light", 1280) as context, context.new_page() as page:
        page.goto(f"{origins['opened']}index.html")
        page.evaluate(f"() => {{ const text = document.querySelector('article p'); {plant} }}")
        assert rule in {each["id"] for each in violations(page)}


def violations(page: Page) -> list[dict[str, Any]]:
    """What axe finds wrong with a page."""
    page.evaluate(ONE_OF_EACH_COLOR)
    page.evaluate(chromium.axe())
    page.evaluate(THREE_OF_EACH_LOOK)
    return page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
