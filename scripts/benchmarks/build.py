"""The site: cold and warm builds, and how soon an edit is served. Run on a copy of the tree."""

import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

from benchmarks.timing import Row, median, seconds

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", ".cache", ".*_cache", "site", "__pycache__", ".hypothesis"
)


def rows(runs: int) -> Iterator[Row]:
    """The rows of the table about the site."""
    with tempfile.TemporaryDirectory() as directory:
        tree = Path(directory, "tree").resolve()
        shutil.copytree(ROOT, tree, ignore=LEFT_OUT)

        def cold() -> None:
            shutil.rmtree(tree / ".cache", ignore_errors=True)
            build(tree)

        yield Row("site", "cold build", median(cold, runs))
        yield Row("site", "unchanged build", median(lambda: build(tree), runs))
        yield Row("site", "page edited → built", median(partial(edited, tree), runs))
        for edit in edits():
            yield Row("site", f"{edit.name} edited → served", served(tree, edit, runs))
        for times in (10, 50):
            grown = Path(directory, f"grown-{times}")
            grow(tree, grown, times)
            yield Row("site", f"build, chapter × {times}", seconds(partial(build, grown)))
        yield Row("site", "first page served, nothing cached", median(partial(first, tree), runs))


def grow(tree: Path, grown: Path, times: int) -> None:
    """Copy the tree with every chapter page repeated, under other names and other ids."""
    shutil.copytree(tree, grown)
    for page in (grown / "docs" / "chapter").glob("*.md"):
        text = page.read_text(encoding="utf-8")
        for number in range(1, times):
            copy = text.replace("{#", f"{{#copy-{number}-")
            page.with_stem(f"{page.stem}-{number}").write_text(copy, encoding="utf-8")


def environment(tree: Path) -> dict[str, str]:
    """The environment in which the copy builds itself, not the installed package."""
    return os.environ | {"PYTHONPATH": str(tree), "NO_MKDOCS_2_WARNING": "1"}


def build(tree: Path) -> None:
    """Build the copy's site."""
    command = [sys.executable, "scripts/build.py", "--quiet", "site"]
    subprocess.run(command, cwd=tree, env=environment(tree), check=True)


def edited(tree: Path) -> None:
    """Add a line to a page, and build."""
    with (tree / "docs" / "errata.md").open("a", encoding="utf-8") as page:
        page.write("\nA line more.\n")
    build(tree)


def first(tree: Path) -> None:
    """Start a live server from nothing, until it answers."""
    shutil.rmtree(tree / ".cache", ignore_errors=True)
    with serving(tree):
        pass


class Edit(NamedTuple):
    """A change of a file, and the page that must show it: `{}` becomes a word."""

    name: str
    path: str
    page: str
    old: str
    new: str


def edits() -> Iterator[Edit]:
    """One edit each to a page, a figure, a case study, and the library's text and code."""
    chapter, reference = "chapter/activations.html", "reference/activations.html"
    study, module = "case-studies/balanced-binary", "nnref/activations/elementwise.py"
    body = "    return np.maximum("
    yield Edit("page", "docs/chapter/activations.md", chapter, "# Activation", "# {} Activation")
    yield Edit(
        "figure",
        "scripts/figures/activations.py",
        chapter,
        "-> Figure:\n",
        "-> Figure:\n    {} = None\n",
    )
    yield Edit("study", f"docs/{study}.py", f"{study}.html", "# # Good", "# # {} Good")
    yield Edit("docstring", module, reference, "Examples:\n", "Examples:\n        {}\n\n")
    yield Edit("comment", module, reference, body, "    # {}\n" + body)
    yield Edit("library", module, reference, body, "    {} = None\n" + body)


def served(tree: Path, edit: Edit, runs: int) -> float:
    """The median time from saving an edited file until the page with the edit is answered."""
    file = tree / edit.path
    text = file.read_text(encoding="utf-8")
    with serving(tree) as address:
        times = [
            until_shown(
                file, text.replace(edit.old, edit.new.format(word), 1), address + edit.page, word
            )
            for word in (f"edit{run}" for run in range(runs))
        ]
        file.write_text(text, encoding="utf-8")
    return statistics.median(times)


def until_shown(file: Path, text: str, address: str, word: str) -> float:
    """Save a text, then ask for the page until it shows the word."""
    time.sleep(1)  # let the server rest after its last build
    start = time.perf_counter()
    file.write_text(text, encoding="utf-8")
    while word not in get(address):
        if time.perf_counter() - start > 180:
            raise TimeoutError(f"{address} does not show {file.name}'s edit after 180 s")
        time.sleep(0.02)
    return time.perf_counter() - start


@contextmanager
def serving(tree: Path) -> Iterator[str]:
    """The copy's live server, ready; ended afterwards."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "mkdocs", "serve", "--livereload", "--quiet"]
    command += ["--dev-addr", f"127.0.0.1:{port}"]
    server = subprocess.Popen(command, cwd=tree, env=environment(tree))
    try:
        address = f"http://127.0.0.1:{port}/"
        while not get(address):
            if server.poll() is not None:
                raise RuntimeError(f"mkdocs serve ended with {server.returncode}")
            time.sleep(0.1)
        yield address
    finally:
        server.terminate()
        server.wait()


def get(address: str) -> str:
    """A page's text; empty while there is no server."""
    try:
        with urllib.request.urlopen(address) as response:  # noqa: S310 (our own server)
            return str(response.read().decode())
    except OSError:
        return ""
