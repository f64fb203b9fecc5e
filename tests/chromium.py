"""A headless Chromium for the tests, and what it notes while it reads a page."""

import contextlib
import functools
import shutil
import threading
from dataclasses import dataclass, field
from importlib.metadata import distribution
from pathlib import Path

import psutil
from playwright.sync_api import (
    Browser,
    BrowserContext,
    BrowserType,
    ConsoleMessage,
    Error,
    Page,
    ViewportSize,
)

View = tuple[str, int, str]
# Each scheme at each width; half of them from a server, half from the opened folder.
VIEWS: list[View] = [
    ("light", 1280, "served"),
    ("light", 360, "opened"),
    ("dark", 1280, "opened"),
    ("dark", 360, "served"),
]
COMMANDS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "chrome",
    "msedge",
)
CHANNELS = ("chrome", "msedge", "chromium")
QUIET = [
    "--no-sandbox",  # a container's root has none
    "--no-first-run",
    "--disable-dev-shm-usage",  # in a container that is 64 MB, too little for several pages
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
]
HINT = "no Chromium: install chromium or Chrome, or run `python -m playwright install chromium`"

WATCH_SHIFTS = """
window.shifts = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.shifts += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""
READ_TO_THE_END = """() => {
  let doing;
  const late = (_, reject) => setTimeout(() => reject(`${doing} took over 30 s`), 30_000);
  // On a busy machine a browser may stop drawing: who waits for a frame waits no longer than this.
  const frame = () => Promise.race([
    new Promise(requestAnimationFrame), new Promise((resolve) => setTimeout(resolve, 250)),
  ]);
  const read = async () => {
    doing = "scrolling";
    for (let y = 0; y < document.body.scrollHeight; y += innerHeight) {
      scrollTo(0, y);
      await frame();
    }
    doing = "loading images";
    for (const image of document.images) image.loading = "eager";
    await Promise.allSettled([...document.images].map((image) => image.decode()));
    doing = "loading fonts";
    await document.fonts.ready;
    await frame();
  };
  return Promise.race([read(), new Promise(late)]);
}"""


def launch(chromium: BrowserType) -> Browser | None:
    """The system's Chromium or Chrome, or the one that playwright has installed."""
    installed = filter(None, map(shutil.which, COMMANDS))
    choices = [{"executable_path": path} for path in installed]
    for choice in [*choices, *({"channel": channel} for channel in CHANNELS)]:
        try:
            return chromium.launch(args=QUIET, **choice)
        except Error:
            continue
    return None


@functools.cache
def axe() -> str:
    """The script of axe-core."""
    path = distribution("axe-playwright-python").locate_file("axe_playwright_python/axe.min.js")
    return Path(str(path)).read_text(encoding="utf-8")


def reader(browser: Browser, scheme: str, width: int) -> BrowserContext:
    """A reader who prefers a color scheme and has a window of some width."""
    context = browser.new_context(
        color_scheme=scheme,
        viewport=ViewportSize(width=width, height=800),
        permissions=["clipboard-read", "clipboard-write"],
        reduced_motion="reduce",
    )
    context.add_init_script(WATCH_SHIFTS)
    context.set_default_timeout(10_000)
    return context


@dataclass
class Visit:
    """A reader's visit to a page: what it asked for and what it complained about."""

    page: Page
    origin: str
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", self.hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("crash", lambda _: self.complaints.append("the page crashed"))

    def hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def read(self, path: str) -> None:
        """Open a page of the site and read it to its end."""
        self.requests.clear()
        self.complaints.clear()
        self.page.goto(self.origin + path)
        self.page.evaluate(READ_TO_THE_END)


@dataclass
class Readers:
    """A reader for each view, who goes from page to page; a browser that hangs is replaced.

    One visit in thousands never ends on a busy machine: the browser answers nothing more, and
    playwright waits without a limit. Then the browser is ended, and the visit made once more.
    """

    chromium: BrowserType
    browser: Browser | None = None
    visits: dict[View, Visit] = field(default_factory=dict)
    processes: set[psutil.Process] = field(default_factory=set)

    def visit(self, path: str, view: View, origin: str) -> Visit:
        """What the reader of a view meets on a page."""
        try:
            return self.read(path, view, origin)
        except Error:
            self.end()
            return self.read(path, view, origin)

    def read(self, path: str, view: View, origin: str) -> Visit:
        """Have the reader of a view read a page, within a minute."""
        watchdog = threading.Timer(60, self.kill)
        watchdog.start()
        try:
            if not self.browser:
                before = descendants()
                self.browser = launch(self.chromium)
                self.processes = descendants() - before
            if view not in self.visits:
                page = reader(self.browser, *view[:2]).new_page()
                self.visits[view] = Visit(page, origin)
            self.visits[view].read(path)
            return self.visits[view]
        finally:
            watchdog.cancel()

    def end(self) -> None:
        """End the browser; the next visit starts another."""
        self.kill()
        self.browser = None
        self.visits.clear()

    def kill(self) -> None:
        """Kill the browser's processes: what waits for an answer gets an error."""
        for process in self.processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()


def descendants() -> set[psutil.Process]:
    """All processes that this one has started, and those that they have."""
    return set(psutil.Process().children(recursive=True))
