"""The site beside its twin: a Jupyter Book of the same chapter, studies and reference.

Where the two cannot do the same, the twin does less:

- Its pages are written before the clock starts. Examples are plain highlighted code, and figures
  are the light drawings that our own build has just made; the twin draws none.
- All other markers (`[[measured …]]`) are left out, and so are the pages outside the chapter,
  the studies and the reference. Links to those pages become plain text.
- Docstrings go through autodoc and napoleon as they are: no formula of theirs is rendered.
- A reader's browser renders its formulas; it has no tooltips, no notebooks of the pages, no dark
  figures, no sources in the reference.

Both run the studies. Each caches them as it does by default, Jupyter Book with jupyter-cache.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from pathlib import Path
from textwrap import dedent

import jupytext
import nbformat

import dev
from benchmarks import build
from benchmarks.timing import Row, in_turn

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = ROOT / ".cache" / "twin"
LOCK = Path(__file__).with_suffix(".txt")
SITE_COMMAND = ("scripts/build.py", "--strict")  # as in `dev.py build`
EDITED = "chapter/activations"
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


class TwinError(Exception):
    """Why there is no twin to compare with, in one line."""


def rows(runs: int) -> Iterator[Row]:
    """The rows of the table about the two sites."""
    python = installed(ENVIRONMENT, LOCK)
    with tempfile.TemporaryDirectory() as directory:
        tree, book = Path(directory, "tree").resolve(), Path(directory, "book").resolve()
        shutil.copytree(ROOT, tree, ignore=build.LEFT_OUT)
        ours = Side(tree, [sys.executable, *SITE_COMMAND, "site"], tree, "site", "docs")
        ours.build()
        write(tree, book)
        command = [python.with_name("jupyter-book"), "build", "--quiet", "."]
        twin = Side(book, command, tree, "_build/html", ".")
        twin.build()
        for name, one, other in (
            ("unchanged rebuild", ours.build, twin.build),
            ("one page edited → rebuilt", ours.edit, twin.edit),
            ("cold build", ours.cold, twin.cold),
        ):
            seconds, peer_seconds = in_turn(one, other, runs, warm=True)
            yield Row("site beside its twin", name, seconds, "twin", peer_seconds)


# The environment


def installed(environment: Path, lock: Path) -> Path:
    """The Python of an environment that holds exactly what the lock names."""
    python = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp = environment / "stamp"  # written last: an interrupted installation has none
    state = f"{sys.version}\n{lock.read_text(encoding='utf-8')}"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == state:
        return python
    print("Installing Jupyter Book into .cache/twin; it takes minutes.", flush=True)
    shutil.rmtree(environment, ignore_errors=True)
    run([sys.executable, "-m", "venv", environment], "cannot make its environment")
    pip = [python, "-m", "pip", "install", "--progress-bar=off", "--no-color"]
    run([*pip, "-r", lock], "installing failed")
    stamp.write_text(state, encoding="utf-8")
    return python


def run(command: list[str | Path], failing: str, **options: object) -> None:
    """Run a command out of sight; if it fails, say so and why in one line."""
    done = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        **options,
    )
    if done.returncode:
        lines = list(filter(None, map(str.strip, done.stdout.splitlines())))
        raise TwinError(f"{failing}: {dev.reason(lines)}")


# The two sides


class Side:
    """One of the two: how to build it, what it keeps, and a page to edit."""

    def __init__(
        self, folder: Path, command: list[str | Path], package: Path, site: str, pages: str
    ) -> None:
        self.folder, self.command = folder, command
        self.environment = build.environment(package) | ONE_THREAD
        self.page = folder / pages / f"{EDITED}.md"
        self.built = folder / site / f"{EDITED}.html"
        self.words = (f"edited-{number}-times" for number in count(1))

    def build(self) -> None:
        """Build it as its users do."""
        failing = f"{self.folder.name} does not build"
        run(self.command, failing, cwd=self.folder, env=self.environment)

    def cold(self) -> None:
        """Build it from nothing."""
        for kept in (".cache", "site", "_build"):
            shutil.rmtree(self.folder / kept, ignore_errors=True)
        self.build()

    def edit(self) -> None:
        """Change a page and build again; the site must show the change."""
        word = next(self.words)
        with self.page.open("a", encoding="utf-8") as page:
            page.write(f"\n{word}\n")
        self.build()
        if word not in self.built.read_text(encoding="utf-8"):
            raise TwinError(f"{self.folder.name} does not show an edit of {self.page.name}")


# The book


def write(tree: Path, book: Path) -> None:
    """Write the book's pages, studies and reference; the tree's site is built."""
    docs = tree / "docs"
    sources = [*sorted(docs.glob("chapter/*.md")), *sorted(docs.glob("case-studies/*.py"))]
    ids = {each for path in sources for each in ID.findall(path.read_text(encoding="utf-8"))}
    # A page of a module's part stands in the book on the page of the module.
    modules = [
        path.stem
        for path in sorted(docs.glob("reference/*.md"))
        if f"::: nnref.{path.stem}\n" in path.read_text(encoding="utf-8")
    ]
    drawings = {path.stem.removesuffix("-light"): path for path in tree.glob(DRAWINGS)}
    for folder in ("chapter", "case-studies", "reference", "figures"):
        (book / folder).mkdir(parents=True)
    for name, drawing in drawings.items():
        shutil.copy(drawing, book / "figures" / f"{name}.svg")
    for path in sources:
        text = path.read_text(encoding="utf-8")
        convert = page if path.suffix == ".md" else study
        target = book / path.parent.name / path.with_suffix(SUFFIXES[path.suffix]).name
        target.write_text(convert(text, ids), encoding="utf-8")
    for module in modules:
        (book / "reference" / f"{module}.md").write_text(REFERENCE.format(module))
    parts = {
        "Chapter": [f"chapter/{path.stem}" for path in sources if path.suffix == ".md"],
        "Case studies": [f"case-studies/{path.stem}" for path in sources if path.suffix == ".py"],
        "Reference": [f"reference/{module}" for module in modules],
    }
    toc = [
        {"caption": caption, "chapters": [{"file": file} for file in files]}
        for caption, files in parts.items()
    ]
    (book / "index.md").write_text("# Introduction to Neural Networks\n")
    write_yaml(book / "_toc.yml", {"format": "jb-book", "root": "index", "parts": toc})
    write_yaml(book / "_config.yml", CONFIG)


def write_yaml(path: Path, content: object) -> None:
    """JSON is YAML too."""
    path.write_text(json.dumps(content, indent=2), encoding="utf-8")


SUFFIXES = {".md": ".md", ".py": ".ipynb"}
DRAWINGS = "site/figures/*/*-light.svg"
REFERENCE = """\
# nnref.{0}

```{{eval-rst}}
.. automodule:: nnref.{0}
   :members:
```
"""
CONFIG = {
    "title": "Introduction to Neural Networks",
    "only_build_toc_files": True,
    "execute": {"execute_notebooks": "cache", "timeout": 600, "raise_on_error": True},
    "sphinx": {"extra_extensions": ["sphinx.ext.autodoc", "sphinx.ext.napoleon"]},
}


# From our Markdown to MyST

ID = re.compile(r"^(?:# )?#+ .*\{#([\w-]+)\}$", re.MULTILINE)
FRONT = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
FENCE = re.compile(r"^( *`{3,})[^\n]*\n.*?^\1 *$", re.DOTALL | re.MULTILINE)
INDENTED = r"(?:(?: {4}.*)?\n)+"
TABS = re.compile(rf'(?:^=== ".*"\n{INDENTED})+', re.MULTILINE)
BLOCK = re.compile(
    rf'^(?P<mark>===|!!!|\?\?\?)(?: \w+)? "(?P<title>.*)"\n(?P<content>{INDENTED})', re.MULTILINE
)
HEADING = re.compile(r"^(#+ .*?) \{#([\w-]+)\}$", re.MULTILINE)
MARKER = re.compile(r"\[\[(?P<word>[a-z]+)(?P<rest>[^\n]*?)\]\]")
LINK = re.compile(
    r"`[^`]*`|\$\$.*?\$\$|\$[^$\n]+\$"  # code and formulas stay as they are
    r"|(?<!!)\[(?P<text>(?:`[^`]*`|[^`\[\]])+)\]"
    r"(?:\[(?P<id>[a-z]\w*[.-][\w.-]+)\]|\((?P<place>[^)\s]+)\))",
    re.DOTALL,
)


def page(text: str, ids: set[str]) -> str:
    """A page of ours as MyST Markdown, without its front matter."""
    return outside_fences(blocks(FRONT.sub("", text) + "\n"), partial(inline, ids=ids))


def study(text: str, ids: set[str]) -> str:
    """A study as the text of a notebook whose text cells are MyST Markdown."""
    notebook = jupytext.reads(text, fmt="py:percent")
    notebook.cells = [cell for cell in notebook.cells if cell.cell_type != "raw"]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook.metadata = nbformat.from_dict({"kernelspec": kernel})
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = page(cell.source, ids)
    return nbformat.writes(notebook)


def blocks(text: str) -> str:
    """Tabs and boxes as directives, also those inside of others."""
    text = TABS.sub(lambda match: directive("tab-set", "", BLOCK.sub(box, match[0])), text)
    return BLOCK.sub(box, text)


def box(match: re.Match[str]) -> str:
    """A tab or a box as a directive."""
    content = blocks(dedent(match["content"]).strip("\n") + "\n")
    if match["mark"] == "===":
        return directive("tab-item", match["title"], content)
    folded = ":class: dropdown\n\n" if match["mark"] == "???" else ""
    return directive("admonition", match["title"], folded + content)


def directive(name: str, title: str, content: str) -> str:
    """A directive, with more colons than any that it holds."""
    inside = re.findall("^:{3,}", content, re.MULTILINE)
    colons = ":" * (max(map(len, inside), default=2) + 1)
    return f"{colons}{{{name}}} {title}".rstrip() + f"\n{content}{colons}\n\n"


def outside_fences(text: str, change: Callable[[str], str]) -> str:
    """Text with all changed but its blocks of code."""
    parts, end = [], 0
    for fence in FENCE.finditer(text):
        parts += [change(text[end : fence.start()]), fence[0]]
        end = fence.end()
    return "".join([*parts, change(text[end:])])


def inline(text: str, ids: set[str]) -> str:
    """Headings, markers and links."""

    def marker(match: re.Match[str]) -> str:
        if match["word"] != "figure":
            return ""
        name, alt, _ = match["rest"].split("|")
        return f"![{alt.strip()}](../figures/{name.strip()}.svg)"

    def link(match: re.Match[str]) -> str:
        text, place = match["text"], match["place"] or ""
        if not text:
            return match[0]
        if (match["id"] or "").startswith("nnref."):
            return f"{{py:obj}}`{text.replace('`', '')} <{match['id']}>`"
        target = match["id"] or place.partition("#")[2]
        if target in ids:
            return f"[{text}](#{target})"
        return match[0] if place.startswith("http") else text

    text = HEADING.sub(r"(\2)=\n\1", text)
    return LINK.sub(link, MARKER.sub(marker, text))
