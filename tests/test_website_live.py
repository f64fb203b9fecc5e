"""A live server: pages at once, what takes long when it is ready, and every edit in effect."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import trees

PATIENCE = 120
FIGURE = """from matplotlib.figure import Figure

from figures import style


def planted() -> Figure:
    figure, axes = style.canvas()
    axes.plot([0, 1])
    return figure
"""
STUDY = """# %% [markdown]
# # Study {#study}

# %%
print(6 * 7)
"""
START = """# Start {#start}

[[figure planted | A line that rises. | It rises.]]

See [the glossary](glossary.md#missing).
"""


@dataclass
class Server:
    """A live server of a small tree, and what it says."""

    tree: Path
    address: str
    log: Path

    def page(self, name: str) -> str:
        """A page as it is served; nothing while nobody answers."""
        try:
            with urllib.request.urlopen(self.address + name) as answer:  # noqa: S310 (our own)
                return answer.read().decode()
        except OSError:
            return ""

    def until(self, name: str, words: str) -> str:
        """A page as soon as it holds these words."""
        end = time.monotonic() + PATIENCE
        while words not in (page := self.page(name)):
            assert time.monotonic() < end, f"{name} lacks {words}: {self.log.read_text()}"
            time.sleep(0.05)
        return page

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace a text in a file of the tree."""
        path = self.tree / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    base = tmp_path_factory.mktemp("live")
    tree = trees.small(base / "tree")
    (tree / "docs" / "index.md").write_text(START, encoding="utf-8")
    (tree / "scripts" / "figures" / "page.py").write_text(FIGURE, encoding="utf-8")
    (tree / "docs" / "case-studies").mkdir()
    (tree / "docs" / "case-studies" / "s.py").write_text(STUDY, encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = ["-m", "mkdocs", "serve", "--livereload", "--dev-addr", f"127.0.0.1:{port}"]
    with (base / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=tree,
            env=os.environ | {"NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": str(tree)},
            stderr=log,
        )
    found = Server(tree, f"http://127.0.0.1:{port}/", base / "log")
    try:
        yield found
    finally:
        process.terminate()
        process.wait()


def test_a_page_is_there_before_its_figure_and_says_so(server: Server) -> None:
    page = server.until("index.html", "<html")
    assert "This figure is being drawn" in page
    assert "A line that rises." in page
    page = server.until("index.html", '<img class="drawing-light"')
    assert "being drawn" not in page


def test_a_study_is_there_before_it_has_run_and_says_so(server: Server) -> None:
    assert "Figures and studies to be made: 2" in server.log.read_text()
    page = server.until("case-studies/s.html", '<div class="language-text output')
    assert "42" in page
    assert "This study is being run" not in page


def test_the_server_may_reload_the_browser(server: Server) -> None:
    page = server.until("index.html", "livereload(")
    assert "script-src 'self' 'unsafe-inline';" in page


def test_an_edit_of_the_code_that_makes_the_site_takes_effect(server: Server) -> None:
    server.until("index.html", "manifest-src")
    server.edit("scripts/website/policy.py", '        "manifest-src": OWN,\n', "")
    server.edit("docs/index.md", "# Start", "# Edited")
    page = server.until("index.html", "Edited")
    assert "manifest-src" not in page


def test_a_comment_in_the_package_is_shown(server: Server) -> None:
    server.edit("nnref/small.py", "    return x / 2", "    # why\n    return x / 2")
    server.until("reference.html", "# why")


def test_what_is_wrong_is_said_after_each_edit(server: Server) -> None:
    def said() -> int:
        return server.log.read_text().count("'glossary.md#missing', but the doc 'glossary.md'")

    before = said()
    assert before
    server.edit("docs/glossary.md", "# Glossary", "# Words")
    server.until("glossary.html", "Words")
    assert said() > before


def test_an_edited_figure_is_drawn_again(server: Server) -> None:
    old = server.page("figures/page/planted-dark.svg")
    server.edit("scripts/figures/page.py", "axes.plot([0, 1])", "axes.plot([1, 0])")
    server.until("index.html", 'plot</span><span class="p">([</span><span class="mi">1')
    end = time.monotonic() + PATIENCE
    while server.page("figures/page/planted-dark.svg") == old:
        assert time.monotonic() < end
        time.sleep(0.05)


def test_code_that_python_cannot_read_is_named_and_mended(server: Server) -> None:
    server.edit("scripts/figures/page.py", "axes.plot", "axes plot")
    end = time.monotonic() + PATIENCE
    while "scripts/figures/page.py:8: invalid syntax" not in server.log.read_text():
        assert time.monotonic() < end, server.log.read_text()
        time.sleep(0.05)
    server.edit("scripts/figures/page.py", "axes plot", "axes.plot")
    server.edit("docs/index.md", "# Edited", "# Mended")
    server.until("index.html", "Mended")
