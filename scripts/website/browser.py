"""What runs a page's examples in the reader's browser: the files that ship, and what a page says.

The runtime lies in the cache, where `scripts/browser/runtime.py` puts it. Without it the pages show
what was recorded, and nothing else is missing.
"""

import hashlib
import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

from browser import runtime
from website import CACHE, ROOT, assets, exercises, memory, runnable

SCRIPTS = ROOT / "scripts"
START = "live/"
WORKER = SCRIPTS / "browser" / "worker.mjs"
CONSOLE = ("browser/answers.py", "browser/backend.py", "browser/console.py")
FIRST = ("pyodide.asm.wasm", "python_stdlib.zip", "numpy-")  # what a start fetches
EXAMPLE = re.compile(r"^(?P<indent> *)```pycon", re.MULTILINE)
BLOCK = re.compile(r"\n\n+(?=\S)")  # between blocks that are no part of a fold or a tab
MODULE = "\n::: "  # in the Markdown of a page that documents one
NOTICES = ("LICENSE", "LICENCE", "COPYING", "NOTICE")
NOTE = """<div class="live-note" data-search-exclude="true" markdown="0">
<p class="live-off">The examples show what they printed when this page was made. They run in your
browser where the page comes from a server, as with <code>python3 scripts/dev.py serve</code>, and
JavaScript is on.</p>
<p class="live-on">The examples run in your browser: press Run, or Edit to change one first. There
NumPy's whole numbers have 32 bits unless you ask for more, and there are no threads.
<button type="button" data-live="all">Run all</button>
<button type="button" data-live="reset">Reset</button> <span role="status"></span></p>
</div>"""
STILL = """<div class="live-note" data-search-exclude="true" markdown="0">
<p>The examples show what they printed when this page was made.</p>
</div>"""  # where no Python ships


@dataclass(frozen=True)
class Shipped:
    """What ships for the browser's Python: where it is to be found, and how much a start loads."""

    runtime: str
    worker: str
    modules: str
    total: int
    files: dict[str, str | Path]


def shipped() -> Shipped | None:
    """What ships, or nothing where the cache has no runtime."""
    folder = runtime.folder()
    if not folder:
        return None
    files = memory.files(folder)
    modules = packed()
    python = f"{START}python-{named(*files)}/"
    page = f"{START}page-{named(modules, WORKER)}/"
    first = [path for path in files if path.name.startswith(FIRST)]
    return Shipped(
        runtime=python,
        worker=f"{page}worker.mjs",
        modules=f"{page}modules.zip",
        total=sum(path.stat().st_size for path in [*first, modules]),
        files={f"{python}{path.name}": path for path in files}
        | {f"{python}LICENSES.txt": licenses(files)}
        | {f"{page}worker.mjs": WORKER, f"{page}modules.zip": modules},
    )


def named(*files: Path) -> str:
    """A short name that changes with any of these files."""
    digests = "".join(hashlib.sha256(path.read_bytes()).hexdigest() for path in files)
    return hashlib.sha256(digests.encode()).hexdigest()[:12]


def packed() -> Path:
    """Our own modules for the browser, in one archive; the same bytes each time."""
    ours = {path: path.relative_to(ROOT) for path in memory.files(ROOT / "nnref")}
    for name in (*CONSOLE, "figures/themes.py", "website/svg.py"):
        ours[SCRIPTS / name] = Path(name)
    for path in [*memory.files(SCRIPTS / "exercises"), *exercises.files()]:
        ours[path] = Path("exercises", path.name)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as target:
        for path, name in ours.items():
            entry = zipfile.ZipInfo(name.as_posix(), (1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            target.writestr(entry, path.read_bytes())
    file = CACHE / "shipped" / "modules.zip"
    file.parent.mkdir(parents=True, exist_ok=True)
    runtime.write(file, archive.getvalue())
    return file


def licenses(files: list[Path]) -> str:
    """The notices of the runtime: Pyodide's, Python's, and those that its wheels carry."""
    mozilla = assets.installed("pathspec", assets.notice("pathspec"))
    python = assets.installed("typing_extensions", assets.notice("typing_extensions"))
    source = "Source code: https://github.com/pyodide/pyodide\n\n"
    found = {
        "Pyodide: Python compiled to WebAssembly": source + mozilla.read_text(encoding="utf-8"),
        "Python and its standard library": python.read_text(encoding="utf-8"),
    }
    for wheel in [path for path in files if path.suffix == ".whl"]:
        with zipfile.ZipFile(wheel) as archive:
            for name in archive.namelist():
                if ".dist-info/" in name and any(word in name.upper() for word in NOTICES):
                    found[name] = archive.read(name).decode()
    return assets.listed(found)


def note(page: str) -> str:
    """A page's Markdown with what is to be said of its examples, if any of them can run.

    It stands before the words that lead to the first one, because a reader begins with a question.
    """
    first = EXAMPLE.search(page) if runs(page) else None
    if not first:
        return page
    blocks = [block.end() for block in BLOCK.finditer(page, 0, first.start() + 1)]
    if not first["indent"] and len(blocks) > 1 and page[blocks[-2]] != "#":
        blocks.pop()
    said = NOTE if runtime.folder() else STILL
    return f"{page[: blocks[-1]]}{said}\n\n{page[blocks[-1] :]}"


def runs(text: str) -> bool:
    """Whether examples of a page run; a module's are its functions', no session of one page."""
    return MODULE not in text and "" in runnable.needs(text)
