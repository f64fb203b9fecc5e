"""Python in the reader's browser: the first result, a later run, and how soon Stop stops."""

import functools
import http.server
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from benchmarks.timing import Row
from browser import runtime

ROOT = Path(__file__).resolve().parents[2]
# From a press of the first example's button until its status begins with a word.
UNTIL = """word => new Promise((done) => {
  const status = document.querySelector(".live-bar [role=status]");
  const start = performance.now();
  const look = () => status.textContent.startsWith(word) && done(performance.now() - start);
  new MutationObserver(look).observe(status, { childList: true });
  document.querySelector(".live-bar button").click();
})"""
LOOP = "while True:\n    pass"


def rows(runs: int) -> Iterator[Row]:
    """The rows of the table about the pages' examples; none where there is no runtime."""
    sys.path.insert(0, str(ROOT / "tests"))
    import chromium

    if not runtime.folder():
        return
    with tempfile.TemporaryDirectory() as site, sync_playwright() as playwright:
        build = [sys.executable, ROOT / "scripts" / "build.py", "--quiet", site]
        subprocess.run(build, cwd=ROOT, check=True)
        handler = functools.partial(Quiet, directory=site)
        browser = chromium.launch(playwright.chromium)
        if not browser:
            return
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            address = f"http://127.0.0.1:{server.server_port}/index.html"
            measured = [visit(browser, address) for _ in range(runs)]
            server.shutdown()
        browser.close()
    names = ("Run → first result", "Run → result, later", "Stop → stopped")
    for name, values in zip(names, zip(*measured, strict=True), strict=True):
        yield Row("live examples", name, statistics.median(values) / 1000)


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves a folder without a word."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def visit(browser: Browser, address: str) -> tuple[float, float, float]:
    """Milliseconds that someone waits who has never been here."""
    with browser.new_context() as context, context.new_page() as page:
        page.goto(address)
        first = page.evaluate(UNTIL, "Done")
        later = page.evaluate(UNTIL, "Done")
        page.locator(".live-bar button").nth(1).click()
        page.locator("textarea").fill(LOOP)
        page.locator(".live-bar button").first.click()
        page.wait_for_timeout(500)
        return first, later, page.evaluate(UNTIL, "Stopped.")
