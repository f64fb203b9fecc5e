"""Live examples in Firefox and WebKit: `dev.py test --live` runs this, where they are installed."""

import contextlib
import os
from collections.abc import Iterator

import chromium
import engines
import pytest

pytestmark = pytest.mark.skipif("NNREF_LIVE" not in os.environ, reason="for dev.py test --live")

HELP = """
const box = document.querySelector(".highlight[data-needs='']");
const [go, change] = box.querySelectorAll(".live-bar button");
const status = () => box.querySelector(".live-status").textContent;
const says = (pattern) => new Promise((done) => {
  const start = performance.now();
  const look = () => new RegExp(pattern).test(status())
    ? done(performance.now() - start) : setTimeout(look, 1);
  look();
});
"""
SHOWN = "(e) => e.checkVisibility()"


class Reader:
    """Someone at the first example of a page."""

    def __init__(self, engine: engines.Engine, address: str) -> None:
        self.engine = engine
        engine.open(address)
        self.do("for (const fold of document.querySelectorAll('details')) fold.open = true")

    def do(self, statements: str, *arguments: object) -> object:
        return self.engine.evaluate(f"async (given) => {{{HELP}{statements}}}", *arguments)

    def write(self, code: str) -> None:
        edit = "if (!box.querySelector('textarea')) change.click();"
        self.do(f"{edit} box.querySelector('textarea').value = given", code)

    def run(self, code: str) -> str:
        """Run code to its end; what it has printed."""
        self.write(code)
        self.do("go.click(); await says('^(Done|Stopped|Python (has|was))')")
        return self.do("return box.querySelector('[aria-label=Output]')?.textContent ?? ''")

    def status(self) -> str:
        return self.do("return status()")


@pytest.fixture(scope="module", params=[engines.firefox, engines.webkit])
def reader(request: pytest.FixtureRequest, origins: dict[str, str]) -> Iterator[Reader]:
    with contextlib.ExitStack() as stack:
        try:
            engine = stack.enter_context(request.param())
        except LookupError as missing:
            pytest.skip(str(missing))
        yield Reader(engine, f"{origins['served']}index.html")


def test_an_example_prints_what_its_page_prints(reader: Reader) -> None:
    reader.do("go.click(); await says('^(Done|Python (has|was))')")
    assert reader.status().endswith(": as recorded.")


def test_an_edited_example_runs_and_an_error_marks_its_line(reader: Reader) -> None:
    assert reader.run("print('größe 焊缝 🙂')") == "größe 焊缝 🙂\n"
    reader.run("a = 1\na / 0")
    assert reader.status().endswith("an error in line 2.")
    assert reader.do("return box.querySelector('mark').textContent") == "2  a / 0"


def test_stop_keeps_the_names(reader: Reader) -> None:
    reader.write("kept = 7\nwhile True:\n    pass")
    reader.do("go.click(); await says('^Running')")
    # A press within half a second counts as a double click.
    reader.do("await new Promise((done) => setTimeout(done, 700)); go.click();")
    reader.do("await says('^Stopped')")
    assert reader.run("kept") == "7\n"


def test_a_figure_comes_for_both_schemes(reader: Reader) -> None:
    reader.run("import matplotlib.pyplot as plt\nlines = plt.plot([0, 1])")
    shown = reader.do(f"return [...box.querySelectorAll('figure img')].map({SHOWN})")
    assert shown == [True, False]
    width = reader.do("const i = box.querySelector('img'); await i.decode(); return i.naturalWidth")
    assert width > 100


def test_nothing_is_wider_than_a_narrow_window(reader: Reader) -> None:
    reader.engine.width(360)
    reader.run("print('x' * 1000)")
    over = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert reader.do(f"return {over}") == 0
    reader.engine.width(1280)


def test_memory_that_is_not_there_is_an_error(reader: Reader) -> None:
    assert "MemoryError" in reader.run("x = [bytearray(10**8) for _ in range(10**6)]")


def test_the_keyboard_is_enough(reader: Reader) -> None:
    engine = reader.engine
    reader.do("document.querySelector('[data-live=reset]').click(); go.focus()")
    engine.press("Tab")
    engine.press("Enter")
    assert reader.do("return document.activeElement === box.querySelector('textarea')")
    engine.press("Control", "a")
    engine.press("6")
    engine.press("Control", "Enter")
    reader.do("await says('^Done')")
    assert reader.do("return box.querySelector('.live-results pre').textContent") == "6\n"
    engine.press("Tab")
    assert reader.do("return document.activeElement === go")


def test_axe_finds_no_violation_in_an_example_that_has_run(reader: Reader) -> None:
    reader.run("print('before')\n1 / 0")
    run = "return (await axe.run(box, {resultTypes: ['violations']})).violations.map((e) => e.id)"
    assert reader.do(f"{chromium.axe()};{run}") == []


def test_a_page_that_one_comes_back_to_runs(reader: Reader) -> None:
    reader.engine.open(reader.do("return new URL('accuracy.html', location).href"))
    reader.engine.back()
    assert reader.run("6 * 7") == "42\n"
