"""An address that leads nowhere: the page shown there leads on, wherever the site lies."""

import functools
import http.server
import re
import threading
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import chromium
import pytest
from playwright.sync_api import Browser, Page, expect

from conftest import Handler

UNDER = "/courses/nn/"  # where the site lies
SLOW = 30_000  # milliseconds, for a busy machine to read the search's index


class Host(Handler):
    """A host that shows the site's own page at addresses that it does not know."""

    def translate_path(self, path: str) -> str:
        below = path.removeprefix(UNDER)
        return super().translate_path("/" + (below if below != path else "no-such-place"))

    def send_error(self, code: int, *_: Any) -> None:
        body = (Path(self.directory) / "404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if code == HTTPStatus.NOT_FOUND and self.command == "GET":
            self.wfile.write(body)


@pytest.fixture(scope="module")
def host(site: Path) -> Iterator[str]:
    handler = functools.partial(Host, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}{UNDER}"
        server.shutdown()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with chromium.reader(browser, "light", 360) as context, context.new_page() as page:
        yield page


@pytest.mark.parametrize("address", ["chapter/loses.html", "old/chapter/losses/", "losses"])
def test_a_missing_page_names_home_and_the_likely_pages(
    address: str, page: Page, host: str
) -> None:
    page.goto(host + address)
    expect(page.locator(".home")).to_have_attribute("href", f"{UNDER}index.html")
    expect(page.get_by_role("link", name="8 Loss functions")).to_have_attribute(
        "href", f"{UNDER}chapter/losses.html"
    )
    expect(page.locator(".plain")).to_be_hidden()


def test_a_missing_page_searches(page: Page, host: str) -> None:
    page.goto(f"{host}chapter/soft_max.html")
    expect(page.get_by_role("searchbox")).to_have_value("soft max")
    page.get_by_role("searchbox").fill("softmax")
    page.get_by_role("button", name="Search").click()
    found = page.locator(".md-search-result__link").first
    expect(found).to_have_attribute("href", re.compile("chapter/activations"), timeout=SLOW)


def test_a_missing_page_reads_well_without_a_script(browser: Browser, host: str) -> None:
    with browser.new_context(java_script_enabled=False) as context, context.new_page() as page:
        page.goto(f"{host}nowhere.html")
        expect(page.locator(".plain")).to_contain_text("take away the last part of the address")
        expect(page.locator(".found")).to_be_hidden()
        assert page.locator("a:visible").count() == 0  # it knows no address to lead to
