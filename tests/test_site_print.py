"""Paper: whatever colors a reader's screen has, the printed page is dark on light, folds folded."""

import re
import zlib
from collections.abc import Iterator
from pathlib import Path

import chromium
import pytest
from playwright.sync_api import Browser, Page

from website.svg import contrast

PRINTED = [
    "chapter/losses.html",
    "case-studies/tiny-defects.html",
    "failures.html",
]
PAPER = "#ffffff"
STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
STATE = re.compile(rb"\n(\d+) 0 obj\s*<<[^>]*?/ca ([\d.]+)")
# What sets a color or an opacity, fills an area, keeps or brings back a state, or writes.
STEP = re.compile(
    r"(?P<color>[\d. -]+) rg\b|/G(?P<state>\d+) gs\b|(?P<box>[\d. -]+) re\s+f\b"
    r"|\b(?P<verb>q|Q|Tj|TJ)\b|\((?:\\.|[^\\)])*\)|<[0-9A-Fa-f]*>(?= ?TJ?j?)"
)
A_THIRD = 100_000  # square points of a sheet of 612 by 792


@pytest.fixture(scope="module", params=["light", "dark"])
def reader(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    with chromium.reader(browser, request.param, 1280) as context, context.new_page() as page:
        yield page


@pytest.mark.parametrize("address", PRINTED)
def test_print_is_dark_on_light_from_either_scheme(reader: Page, site: Path, address: str) -> None:
    reader.goto((site / address).as_uri())
    inks, areas = colors(reader.pdf(print_background=True))
    assert len(inks) > 3  # text, comments, links, words of code
    assert min(contrast(ink, PAPER) for ink in inks) >= 4.5, {
        ink: contrast(ink, PAPER) for ink in inks
    }
    assert all(contrast(area, PAPER) < 1.2 for area in areas), areas


def colors(pdf: bytes) -> tuple[set[str], set[str]]:
    """The colors that text and large areas have on a printed page, as they look on paper."""
    opacity = {int(name): float(value) for name, value in STATE.findall(pdf)}
    inks: set[str] = set()
    areas: set[str] = set()
    for packed in STREAM.findall(pdf):
        try:
            text = zlib.decompressobj().decompress(packed).decode("latin-1")
        except zlib.error:
            continue
        color, alpha = (0.0, 0.0, 0.0), 1.0
        kept = [(color, alpha)]
        for step in STEP.finditer(text):
            seen = "#" + "".join(f"{round(255 * (1 - alpha * (1 - part))):02x}" for part in color)
            if step["color"]:
                color = tuple(map(float, step["color"].split()[-3:]))
            elif step["state"]:
                alpha = opacity.get(int(step["state"]), 1.0)
            elif step["box"]:
                width, height = map(float, step["box"].split()[-2:])
                if abs(width * height) > A_THIRD:
                    areas.add(seen)
            elif step["verb"] == "q":
                kept.append((color, alpha))
            elif step["verb"] == "Q" and kept:
                color, alpha = kept.pop()
            elif step["verb"]:
                inks.add(seen)
    return inks, areas


def test_a_fold_is_printed_as_its_reader_left_it(browser: Browser, site: Path) -> None:
    with chromium.reader(browser, "light", 1280) as context, context.new_page() as page:
        page.goto((site / PRINTED[1]).as_uri())
        page.locator("summary").nth(1).click()
        opened = "[...document.querySelectorAll('article details')].map(each => each.open)"
        before = page.evaluate(opened)
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert page.evaluate(opened) == before
        assert before.count(True) == 1
