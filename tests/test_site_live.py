"""The pages' examples run by Python in the browser: they print there what the page prints."""

import doctest
import functools
import http.server
import importlib
import inspect
import os
import pkgutil
import re
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import chromium
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

import nnref
from checks import doctests, pages
from website import ROOT, browser, runnable

DOCS = ROOT / "docs"
TEXTS = {
    path.relative_to(DOCS).with_suffix(".html").as_posix(): path.read_text(encoding="utf-8")
    for path in sorted(DOCS.glob("**/*.md"))
}
PAGES = [page for page, text in TEXTS.items() if browser.runs(text)]
WHOLE = [
    "chapter/activations.html",
    "chapter/backpropagation.html",
]  # in the gate; `dev.py test --live` runs all
EVERY = "NNREF_LIVE" in os.environ
START = 60_000  # milliseconds until Python answers, on a machine with other work
BUSY = "Wait until the running example has ended."
DOUBLE = 600  # milliseconds, more than live.js has
LONG = 300_000  # a page's examples, all of them
UNFOLD = "for (const fold of document.querySelectorAll('details')) fold.open = true"
TRACE = "Traceback (most recent call last):\n"


@pytest.fixture(scope="module")
def context(browser: Browser, site: Path) -> Iterator[BrowserContext]:
    """A reader of a site that has a Python for the browser."""
    if not any(site.glob("live/python-*")):
        pytest.skip("the site has no Python for the browser: scripts/browser/runtime.py")
    with chromium.reader(browser, "light", 1280) as context:
        yield context


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    with context.new_page() as page:
        yield page


@pytest.mark.parametrize("address", PAGES if EVERY else WHOLE)
def test_every_live_example_prints_what_its_page_prints(
    address: str, page: Page, origins: dict[str, str]
) -> None:
    page.goto(origins["served"] + address)
    page.get_by_role("button", name="Run all").click()
    sessions = recorded(TEXTS[address])
    said = page.locator(".live-note [role=status]")
    expect(said).to_have_text(f"All {len(sessions)} examples have run.", timeout=LONG)
    results = page.locator(".highlight[data-needs='']")
    found = results.evaluate_all(
        "all => all.map((e) => e.querySelector('.live-results').textContent)"
    )
    differing = [
        f"{wanted!r} is now {got!r}"
        for wanted, got in zip(sessions, found, strict=True)
        if not same(wanted, got)
    ]
    assert differing == []
    statuses = page.locator(".live-status").all_text_contents()
    assert [each for each in statuses if not each.endswith(": as recorded.")] == []


@pytest.mark.parametrize("address", [] if EVERY else [each for each in PAGES if each not in WHOLE])
def test_the_first_live_example_of_a_page_prints_what_the_page_prints(
    address: str, page: Page, origins: dict[str, str]
) -> None:
    page.goto(origins["served"] + address)
    desk = Desk(page)
    desk.go.dispatch_event("click")  # it may stand in a fold
    desk.says(re.compile("^Done.*: as recorded"))


def recorded(text: str) -> list[str]:
    """What a page prints below each of the sessions that run in a browser."""
    fences = [fence for fence in pages.fences(text) if fence.language == pages.RUN]
    return [
        "".join(example.want for example in fence.examples())
        for fence, need in zip(fences, runnable.needs(text), strict=True)
        if not need
    ]


def same(wanted: str, got: str) -> bool:
    """Whether an output is the recorded one, as the page's tests compare them."""
    check = functools.partial(doctests.Checker().check_output, optionflags=doctest.ELLIPSIS)
    before, trace, error = wanted.replace("<BLANKLINE>", "").partition(TRACE)
    if not trace:
        return check(before, got)
    printed, _, raised = got.partition(TRACE)
    return check(before, printed) and check(error.splitlines()[-1], raised.splitlines()[-1])


# ---- what a reader does with one example

LOOP = "kept = 7\nwhile True:\n    pass"
STUBBORN = """
while True:
    try:
        while True:
            pass
    except KeyboardInterrupt:
        pass
"""
ABROAD = """
import time
import urllib.request
import js
from pyodide import http
def synchronously():
    request = js.XMLHttpRequest.new()
    request.open("GET", "ADDRESS", False)
    request.send()
def by_another():
    code = "fetch('ADDRESS'); new WebSocket('ADDRESS')"
    js.Worker.new(js.URL.createObjectURL(js.Blob.new([code])))
for attempt in (synchronously, by_another, lambda: js.fetch("ADDRESS"),
                lambda: http.open_url("ADDRESS"), lambda: http.pyfetch("ADDRESS").send(None),
                lambda: urllib.request.urlopen("ADDRESS"), lambda: js.Image.new().src,
                lambda: js.EventSource.new("ADDRESS"), lambda: js.importScripts("ADDRESS"),
                lambda: js.Worker.new("ADDRESS"), lambda: js.eval("import('ADDRESS')"),
                lambda: js.WebSocket.new("ADDRESS".replace("http", "ws"))):
    try:
        attempt()
    except Exception as error:
        print(type(error).__name__, error)
time.sleep(0.5)
"""


class Desk:
    """A reader at a page, who edits and runs one of its examples."""

    def __init__(self, page: Page, number: int = 0) -> None:
        self.page = page
        self.example = page.locator(".highlight[data-needs='']").nth(number)
        self.status = self.example.locator(".live-status")
        self.results = self.example.locator(".live-results")
        self.editor = self.example.locator("textarea")
        self.go = self.example.locator(".live-bar button").first

    def button(self, name: str) -> Locator:
        return self.example.get_by_role("button", name=name, exact=True)

    def end(self, name: str = "Stop") -> None:
        """Press a button of a run, once it counts: at first a press is taken for a double click."""
        self.page.wait_for_timeout(DOUBLE)
        self.button(name).click()

    def write(self, code: str) -> None:
        """Put code in the place of the example's."""
        if not self.editor.count():
            self.button("Edit").click()
        self.editor.fill(code)

    def run(self, code: str) -> None:
        """Run code to its end."""
        self.write(code)
        self.editor.press("Control+Enter")
        self.says(re.compile("^(Done|Stopped|Python)"))

    def printed(self) -> str:
        """What the code has printed, with its error."""
        return self.results.get_by_label("Output").text_content(timeout=1000) or ""

    def says(self, words: str | re.Pattern[str]) -> None:
        expect(self.status).to_have_text(words, timeout=START)


@pytest.fixture(scope="module")
def first(context: BrowserContext, origins: dict[str, str]) -> Iterator[Desk]:
    with context.new_page() as page:
        page.goto(f"{origins['served']}index.html")
        page.evaluate(UNFOLD)
        yield Desk(page)


@pytest.fixture
def desk(first: Desk) -> Desk:
    """The desk, tidied up."""
    if first.editor.count():
        first.button("Undo changes").click()
    return first


# What starts Python anew takes seconds each time.
long = pytest.mark.skipif(not EVERY, reason="it is run by `dev.py test --live`")


def test_an_edited_example_shows_the_new_output_beside_the_recorded(desk: Desk) -> None:
    desk.run("print('porosity 0.99')")
    desk.says(re.compile("; it prints something else than recorded"))
    assert desk.results.locator("pre").all_text_contents() == [
        "porosity 0.99\n",
        "no_defect 0.20\nporosity  0.72\ncrack     0.09",
    ]
    desk.run("x = 1")
    desk.says(re.compile(r"^Done in [^:;]+\.$"))
    desk.button("Undo changes").click()
    desk.button("Run").click()
    desk.says(re.compile(": as recorded"))


def test_a_printed_number_is_the_one_that_rounds_to_it_and_no_other(desk: Desk) -> None:
    desk.run("print('no_defect 0.195')\nprint('porosity  0.7249')\nprint('crack     0.09')")
    desk.says(re.compile(": as recorded"))
    desk.run("print('no_defect 0.206')\nprint('porosity  0.72')\nprint('crack     0.09')")
    desk.says(re.compile("; it prints something else than recorded"))


def test_an_error_marks_its_line(desk: Desk) -> None:
    desk.run("a = 1\nb = a / 0\n")
    desk.says(re.compile("an error in line 2"))
    assert desk.results.locator("mark").text_content() == "2  b = a / 0"
    assert "ZeroDivisionError: division by zero" in (desk.results.text_content() or "")


def test_stop_keeps_the_names(desk: Desk) -> None:
    desk.write(LOOP)
    desk.go.dblclick()
    desk.page.wait_for_timeout(DOUBLE)
    desk.says("Running")
    desk.end()
    desk.says(re.compile("^Stopped"))
    desk.run("kept")
    assert (desk.results.locator("pre").first.text_content()) == "7\n"


def test_what_does_not_stop_is_ended_and_the_page_says_what_is_lost(desk: Desk) -> None:
    desk.write(STUBBORN)
    desk.editor.press("Control+Enter")
    desk.says("Running")
    desk.end()
    desk.end("End Python")
    desk.says(re.compile("names of this page"))
    desk.run("print(3)")
    assert "3" in (desk.results.text_content() or "")


def test_reset_forgets_names_and_changes_those_of_modules_too(desk: Desk) -> None:
    desk.run("import math\nplanted = 1\nmath.pi = 3")
    desk.write(LOOP)
    desk.page.get_by_role("button", name="Run all").click()
    desk.says("Running")
    desk.page.get_by_role("button", name="Reset").click()
    assert not desk.editor.count()
    expect(desk.page.locator(".live-note [role=status]")).to_contain_text("changes of this page")
    desk.says("")
    desk.run("import math\nmath.pi\nplanted")
    assert desk.printed().startswith("3.14159")
    assert "NameError" in desk.printed()


def test_output_without_end_is_cut(desk: Desk) -> None:
    desk.run("for _ in range(10_000):\n    print('x' * 1000)")
    text = desk.results.locator("pre").first.text_content() or ""
    assert len(text) < 70_000
    assert text.endswith("the rest of the output is not shown\n")


def test_a_long_error_is_cut(desk: Desk) -> None:
    desk.run("raise ValueError('x' * 10**7)")
    desk.says(re.compile("an error in line 1"))
    assert len(desk.printed()) < 70_000


def test_figures_without_end_are_refused_and_the_next_one_comes(desk: Desk) -> None:
    desk.run("import matplotlib.pyplot as plt\nfor _ in range(10_000):\n    f = plt.figure()")
    assert "RuntimeError: 100 figures are open" in desk.printed()
    assert not desk.results.locator("img").count()
    desk.run("f, axes = plt.subplots()")
    assert desk.results.locator("figure").count() == 1


def test_figures_come_where_they_are_shown_but_not_all_of_many(desk: Desk) -> None:
    desk.run(
        "import matplotlib.pyplot as plt\n"
        "for _ in range(12):\n    f = plt.figure(figsize=(1, 1))\n    plt.show()"
    )
    assert desk.printed() == "… and 2 more figures, which are not shown\n"
    assert desk.results.locator("figure").count() == 10


@pytest.mark.parametrize("code", ["np.ones(2**27)", "[bytearray(10**8) for _ in range(10**6)]"])
def test_memory_that_is_not_there_is_an_error_and_the_names_stay(desk: Desk, code: str) -> None:
    desk.run(f"import numpy as np\nkept = 7\n{code}")
    desk.says(re.compile("an error in line 3"))
    assert "MemoryError" in desk.printed()
    assert desk.printed().endswith("A page's Python has one gigabyte; Reset empties it.\n")
    desk.run("kept")
    assert desk.printed() == "7\n"


def test_letters_of_all_kinds_come_as_they_were_typed(desk: Desk) -> None:
    desk.run("größe = '焊缝 🙂 e\u0301'\nprint(größe)\n'ü' * 3")
    assert desk.printed() == "焊缝 🙂 e\u0301\n'üüü'\n"


@long
def test_while_one_example_runs_another_waits(page: Page, origins: dict[str, str]) -> None:
    page.goto(f"{origins['served']}chapter/activations.html")
    desk, second = Desk(page), Desk(page, 1)
    desk.write(LOOP)
    desk.editor.press("Control+Enter")
    desk.says("Running")
    second.button("Run").click()
    second.says(BUSY)
    page.get_by_role("button", name="Run all").click()
    expect(page.locator(".live-note [role=status]")).to_have_text(BUSY)
    desk.end()
    desk.says(re.compile("^Stopped"))
    second.says("")
    expect(page.locator(".live-note [role=status]")).to_be_empty()
    second.button("Run").click()
    second.says(re.compile("^Done"))


DEATHS = {
    "it ends itself": "import os\nos._exit(1)",
    "its stack is full": "x = []\nfor _ in range(10**5):\n    x = [x]\nx",
    "what writes is gone": "import sys\nsys.stdout = None",
}


@pytest.mark.parametrize("death", [*DEATHS.values()][: None if EVERY else 1])
def test_a_python_that_dies_is_told_and_the_next_run_has_another(desk: Desk, death: str) -> None:
    desk.run(death)
    desk.says(re.compile("^Python has ended .* Run starts it again"))
    desk.button("Undo changes").click()
    desk.button("Run").click()
    desk.says(re.compile(": as recorded"))


def test_a_worker_cannot_end_unheard(desk: Desk) -> None:
    desk.run("import js\njs.self.close()")
    desk.says(re.compile("an error in line 2"))


@long
def test_who_goes_on_and_comes_back_finds_examples_that_run(
    page: Page, origins: dict[str, str]
) -> None:
    page.goto(f"{origins['served']}index.html")
    desk = Desk(page)
    desk.go.dispatch_event("click")
    desk.says(re.compile(": as recorded"))
    page.goto(f"{origins['served']}chapter/activations.html")
    page.go_back()
    desk.go.dispatch_event("click")
    desk.says(re.compile(": as recorded"))
    page.go_forward()
    desk.go.dispatch_event("click")
    desk.says(re.compile(": as recorded"))


def test_a_figure_comes_for_both_schemes(desk: Desk) -> None:
    desk.run("import matplotlib.pyplot as plt\nlines = plt.plot([0, 1])")
    images = desk.results.locator("img")
    drawings = images.evaluate_all("all => all.map((e) => decodeURIComponent(e.src))")
    assert ["#1f5fa8" in each for each in drawings] == [True, False]
    assert ["#7db3f2" in each for each in drawings] == [False, True]
    expect(images.first).to_be_visible()
    expect(images.last).to_be_hidden()


def test_nothing_leaves_the_origin_whatever_is_typed(desk: Desk) -> None:
    asked: list[str] = []

    class Abroad(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Abroad) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/"
        desk.run(ABROAD.replace("ADDRESS", address))
        assert "NetworkError" in desk.printed()
        with urllib.request.urlopen(f"{address}ours"):  # noqa: S310 (who asks is heard)
            server.shutdown()
    assert asked == ["/ours"]


# ---- the package's own examples, where whole numbers have 32 bits

MODULES = [each.name for each in pkgutil.walk_packages(nnref.__path__, "nnref.")]
DOCSTRINGS = "\n\n".join(
    [
        "import doctest, importlib, re, warnings",
        "from decimal import Decimal",
        f"NUMBER = {doctests.NUMBER!r}",
        *map(inspect.getsource, [doctests.Checker, doctests.as_printed, doctests.agree]),
        """warnings.simplefilter("error")
module = importlib.import_module("MODULE")
tests = doctest.DocTestFinder(exclude_empty=True).find(module)
runner = doctest.DocTestRunner(Checker(), verbose=False, optionflags=doctest.ELLIPSIS)
for test in tests:
    _ = runner.run(test)
print(runner.summarize(verbose=False))""",
    ]
)


@pytest.mark.parametrize("module", MODULES if EVERY else ["nnref.datasets", "nnref.boxes"])
def test_the_docstrings_examples_print_in_a_browser_what_they_say(desk: Desk, module: str) -> None:
    desk.run(DOCSTRINGS.replace("MODULE", module))
    tests = doctest.DocTestFinder().find(importlib.import_module(module))
    count = sum(len(test.examples) for test in tests)
    assert desk.printed() == f"TestResults(failed=0, attempted={count})\n"


# ---- where there is no Python


def test_from_a_folder_the_page_says_how_to_serve_it(page: Page, origins: dict[str, str]) -> None:
    page.goto(f"{origins['opened']}index.html")
    expect(page.locator(".live-off")).to_contain_text("python3 scripts/dev.py serve")
    assert not page.locator(".live-bar, .live-on").filter(visible=True).count()


@long
def test_on_a_phone_in_the_dark_nothing_is_too_wide_and_axe_finds_no_violation(
    browser: Browser, origins: dict[str, str]
) -> None:
    with chromium.reader(browser, "dark", 360) as context, context.new_page() as page:
        page.goto(f"{origins['served']}index.html")
        page.evaluate(UNFOLD)
        desk = Desk(page)
        desk.run("import matplotlib.pyplot as plt\nlines = plt.plot([0, 1])\nprint('x' * 1000)")
        expect(desk.results.locator("img").first).to_be_hidden()
        expect(desk.results.locator("img").last).to_be_visible()
        page.evaluate(chromium.axe())
        for code in ["print('x' * 1000)", "1 / 0"]:
            desk.run(code)
            assert page.evaluate("document.documentElement.scrollWidth") == 360
            found = page.evaluate("e => axe.run(e)", desk.example.element_handle())
            assert [each["id"] for each in found["violations"]] == []


@long
def test_the_keyboard_is_enough(desk: Desk) -> None:
    keys = desk.page.keyboard
    desk.go.focus()
    keys.press("Tab")
    keys.press("Enter")
    expect(desk.editor).to_be_focused()
    keys.press("Control+a")
    keys.type("while True: pass")
    keys.press("Control+Enter")
    desk.says("Running")
    keys.press("Tab")
    expect(desk.button("Stop")).to_be_focused()
    desk.page.wait_for_timeout(DOUBLE)
    keys.press("Enter")
    desk.says(re.compile("^Stopped"))
    keys.press("Tab")
    keys.press("Enter")
    assert not desk.editor.count()


def test_controls_are_not_printed(page: Page, origins: dict[str, str]) -> None:
    page.goto(f"{origins['served']}index.html")
    page.evaluate(UNFOLD)
    expect(page.locator(".live-bar").first).to_be_visible()
    page.emulate_media(media="print")
    assert not page.locator(".live-bar, .live-note").filter(visible=True).count()
