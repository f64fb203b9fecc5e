"""The course as one zip file: unpacked into an empty folder, it is served and read from there."""

import ast
import re
import subprocess
import sys
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

import chromium
import pytest
from playwright.sync_api import Browser, Route, expect

import bundle
from website import ROOT

STARTS = {"start-linux.sh": 0o755, "start-macos.command": 0o755, "start-windows.bat": 0o644}
PATIENCE = 60_000  # milliseconds, on a machine with other work
ANSWERS = {  # by the address: what a browser is told of the file
    "index.html": ("text/html; charset=utf-8", "no-cache"),
    "assets/site.css": ("text/css; charset=utf-8", "no-cache"),
    "live/python-0123456789ab/python.wasm": ("application/wasm", "immutable"),
    "live/python-0123456789ab/python.mjs": ("text/javascript; charset=utf-8", "immutable"),
    "assets/javascripts/bundle.0123abcd.min.js": ("text/javascript; charset=utf-8", "immutable"),
}


@pytest.fixture(scope="module")
def packed(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bundle.write(site, tmp_path_factory.mktemp("bundle"))


@pytest.fixture(scope="module")
def unpacked(packed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("empty folder")
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(folder)
    return folder / bundle.NAME


@pytest.fixture(scope="module")
def address(unpacked: Path) -> Iterator[str]:
    """Where the start file serves the course; it opens a browser that is none."""
    for name in ANSWERS:
        path = unpacked / "site" / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
    start = [sys.executable, "serve.py"] if sys.platform == "win32" else ["sh", "start-linux.sh"]
    environ = {"BROWSER": "true", "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"}
    options = {"cwd": unpacked, "stdout": subprocess.PIPE, "text": True}
    if sys.platform != "win32":
        options["env"] = environ
    with subprocess.Popen([*start, "0"], **options) as server:
        yield re.search(r"http://127\.0\.0\.1:\d+/", server.stdout.readline())[0]
        server.terminate()


def test_two_bundles_of_a_site_are_identical(packed: Path, site: Path, tmp_path: Path) -> None:
    assert bundle.write(site, tmp_path).read_bytes() == packed.read_bytes()


def test_it_holds_the_site_a_start_file_for_each_system_and_the_license(
    packed: Path, site: Path
) -> None:
    with zipfile.ZipFile(packed) as archive:
        held = {each.filename.removeprefix(f"{bundle.NAME}/"): each for each in archive.infolist()}
        lines = {name: archive.read(held[name]).count(b"\r\n") for name in ("README.txt", *STARTS)}
    pages = {f"site/{each.relative_to(site).as_posix()}" for each in site.rglob("*.html")}
    assert pages < held.keys()
    assert {"LICENSE", "README.txt", "serve.py", *STARTS} < held.keys()
    assert {name: held[name].external_attr >> 16 & 0o777 for name in STARTS} == STARTS
    assert [name for name, count in lines.items() if count] == ["README.txt", "start-windows.bat"]


def test_the_server_runs_on_an_older_python() -> None:
    text = (ROOT / "scripts" / "bundled" / "serve.py").read_text(encoding="utf-8")
    ast.parse(text, feature_version=(3, 8))


@pytest.mark.parametrize("path", ANSWERS)
def test_each_file_is_sent_as_what_it_is_and_kept_as_long_as_it_stays(
    address: str, path: str
) -> None:
    kind, kept = ANSWERS[path]
    with urllib.request.urlopen(address + path) as answer:  # noqa: S310 (our own server)
        assert answer.headers["Content-Type"] == kind
        assert kept in answer.headers["Cache-Control"]


@pytest.mark.parametrize("path", ["nothing.html", "chapter/", "live/python-0123456789ab/nothing"])
def test_where_no_page_is_the_site_says_so_and_nobody_keeps_it(
    address: str, site: Path, path: str
) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(address + path)  # noqa: S310 (our own server)
    with caught.value as answer:
        assert (answer.code, answer.headers["Cache-Control"]) == (404, "no-cache")
        assert answer.read() == (site / "404.html").read_bytes()


def test_pages_are_read_and_run_with_all_else_blocked(address: str, browser: Browser) -> None:
    with chromium.reader(browser, "light", 1280) as context:

        def answer(route: Route) -> None:
            if route.request.url.startswith(address):
                route.continue_()
            else:
                route.abort()

        context.route("**/*", answer)
        context.set_default_timeout(PATIENCE)
        visit = chromium.Visit(context.new_page(), address)
        visit.read("chapter/activations.html")
        assert visit.page.locator("figure.drawing img:visible").count() > 5
        assert visit.page.evaluate("document.querySelector('math').getBoundingClientRect().width")
        if visit.page.locator("html.live").count():
            visit.page.locator(".live-bar button").first.dispatch_event("click")  # it may be folded
            done = re.compile(": as recorded")
            expect(visit.page.locator(".live-status").first).to_have_text(done, timeout=PATIENCE)
        visit.page.click(".md-nav--primary >> text=Get nnref")
        with visit.page.expect_download() as wheel:
            visit.page.click("text=/nnref-.*whl/ >> nth=0")
        assert zipfile.is_zipfile(wheel.value.path())
        assert visit.complaints == []
        assert all(each.startswith((address, "data:", "blob:")) for each in visit.requests)
