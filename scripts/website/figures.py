"""Figures: find their functions, draw what has changed, put them on the page.

A page says `[[figure name | alt text | caption]]`; `scripts/figures/<page>.py` has the function
`def name() -> Figure` that draws it. The page shows drawing and caption and, folded, that source.
"""

import ast
import html
import json
import os
import re
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from figures.themes import THEMES
from website import CACHE, ROOT, SiteError, imports, memory, moving

SOURCES = ROOT / "scripts" / "figures"
DRAWINGS = CACHE / "figures"
DATA = ROOT / "docs" / "data"
HERE = Path(__file__).parent
DRAWER = HERE / "draw.py"
SIZE = re.compile(r'<svg [^>]*?viewBox="0 0 (\S+) (\S+)"')
PIXELS_PER_POINT = 4 / 3
VERSIONS = (sys.version, version("matplotlib"), version("numpy"))
DRAWING = {
    "OMP_NUM_THREADS": "1",  # figures are drawn side by side, each on its own core
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "scripts")]),
}


@dataclass(frozen=True)
class Source:
    """A figure's function: where it stands, its text, and the key of its cached drawing."""

    name: str
    path: Path
    line: int
    text: str
    key: str

    @property
    def qualified(self) -> str:
        """The figure's name as `module.function`, unique on the site."""
        return f"{self.path.stem}.{self.name}"

    @property
    def stem(self) -> Path:
        """The cached drawings, without their theme and `.svg`."""
        return DRAWINGS / f"{self.qualified}-{self.key}"

    def drawing(self, theme: str) -> Path:
        """The cached SVG for the light or the dark page."""
        return Path(f"{self.stem}-{theme}.svg")

    @property
    def picture(self) -> Path:
        """The light drawing as a picture, for notebooks."""
        return Path(f"{self.stem}.png")

    @property
    def made(self) -> bool:
        """Whether the drawings and the picture are there."""
        return all(each.exists() for each in (self.picture, *self.files.values()))

    def address(self, theme: str) -> str:
        """Where the SVG stands on the site."""
        return f"figures/{self.path.stem}/{self.name}-{theme}.svg"

    @property
    def files(self) -> dict[str, Path]:
        """The drawings by their addresses on the site."""
        return {self.address(theme): self.drawing(theme) for theme in THEMES}

    @property
    def moves(self) -> bool:
        """Whether a reader may change it."""
        return bool(moving.controls(self.name))

    @property
    def script(self) -> str:
        """Where the drawing stands as a script, without its `.js`."""
        return f"figures/{self.path.stem}/{self.name}"

    def shipped(self) -> dict[str, Path | str]:
        """What the site ships of it, by address."""
        if not self.moves:
            return dict(self.files)
        light = self.drawing("light").read_text(encoding="utf-8")
        return self.files | {f"{self.script}.js": moving.script(self.name, light)}

    def __str__(self) -> str:
        """Its place as `file:line`."""
        return f"{relative(self.path)}:{self.line}"


# Finding


def sources() -> dict[str, Source]:
    """Every figure function in `scripts/figures/`, by its name."""
    found: dict[str, Source] = {}
    for path in sorted(SOURCES.glob("*.py")):
        for source in figures_in(path):
            if source.name in found:
                raise SiteError(
                    f"{source}: figure `{source.name}` also stands in {found[source.name]}"
                )
            found[source.name] = source
    return found


def figures_in(path: Path) -> Iterator[Source]:
    """The functions of a module that return a `Figure`; what they share is in their keys."""
    with imports.reading(path) as text:
        functions, rest = parsed(text)
    recorded = [each.read_bytes() for each in sorted(DATA.glob("*.json")) if each.name in text]
    files = imports.reachable(path) - {path} | {DRAWER, HERE / "svg.py", HERE / "legible.py"}
    shared = imports.fingerprint(files, VERSIONS, rest, recorded)
    for name, line, segment, code in functions:
        yield Source(name, path, line, segment, imports.fingerprint([], shared, code))


@memory.remembered
def parsed(module: str) -> tuple[list[tuple[str, int, str, str]], str]:
    """A module's figures: name, line, source and code of each; and all other code."""
    nodes = ast.parse(module).body
    figures = [node for node in nodes if is_figure(node)]
    rest = "".join(imports.bare(node) for node in nodes if node not in figures)
    lines = module.splitlines()
    return [
        (
            node.name,
            node.lineno,
            "\n".join(lines[node.lineno - 1 : node.end_lineno]),
            imports.bare(node),
        )
        for node in figures
    ], rest


def is_figure(node: ast.stmt) -> bool:
    """Whether a statement is `def name() -> Figure` with a public name."""
    return (
        isinstance(node, ast.FunctionDef)
        and not node.args.args
        and not node.name.startswith("_")
        and isinstance(node.returns, ast.Name)
        and node.returns.id == "Figure"
    )


def unused(figures: dict[str, Source], shown: set[str]) -> list[str]:
    """Complaints about figures that no page shows."""
    return [
        f"{figure}: no page uses the figure `{name}`"
        for name, figure in figures.items()
        if name not in shown
    ]


# Drawing

Report = Callable[[Source, str], None]


def draw(figures: Iterable[Source], report: Report, workers: int) -> None:
    """Draw figures side by side in fresh interpreters; report each, and what went wrong."""
    waiting = iter(figures)
    turn = threading.Lock()

    def work() -> None:
        with ExitStack() as ends:
            process = ends.enter_context(drawer())
            while True:
                with turn:
                    figure = next(waiting, None)
                if figure is None:
                    break
                report(figure, problem := answer(process, figure))
                if problem and process.poll() is not None:
                    process = ends.enter_context(drawer())

    DRAWINGS.mkdir(parents=True, exist_ok=True)
    threads = [threading.Thread(target=work, daemon=True) for _ in range(workers)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()


@contextmanager
def drawer() -> Iterator[subprocess.Popen[str]]:
    """A fresh interpreter that draws what it is told."""
    process = subprocess.Popen(
        [sys.executable, "-P", DRAWER],
        env=os.environ | DRAWING,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    try:
        yield process
    finally:
        with suppress(OSError):  # it may have ended already
            process.communicate()


def answer(process: subprocess.Popen[str], figure: Source) -> str:
    """What went wrong in drawing a figure, or nothing."""
    try:
        process.stdin.write(f"{figure.qualified}\t{figure.stem}\n")
        process.stdin.flush()
        return json.loads(process.stdout.readline())
    except (OSError, ValueError):
        return f"the process that draws ended with {process.wait()}\n"


# Showing


def block(figure: Source, alt: str, caption: str, depth: int) -> str:
    """The figure as Markdown: both drawings, and the source that drew them, folded."""
    moves = ()
    if figure.moves:
        moves = moving.attributes(figure.name, figure.script), moving.form(figure.name)
    shown = captioned(drawings(figure), alt, caption, depth, *moves)
    return f"{shown}\n\n{folded(figure)}"


def picture(figure: Source, alt: str, depth: int) -> str:
    """The figure as a picture beside text, with neither caption nor source."""
    return f'<span class="picture">{images(drawings(figure), alt, depth)}</span>'


def drawings(figure: Source) -> dict[str, tuple[str, str]]:
    """The address and the beginning of a figure's SVG, by its theme."""
    return {
        theme: (figure.address(theme), figure.drawing(theme).read_text(encoding="utf-8")[:2000])
        for theme in THEMES
    }


def images(drawings: dict[str, tuple[str, str]], alt: str, depth: int) -> str:
    """The drawings of a figure side by side; the page shows that of its theme."""
    return "".join(
        image(theme, address, svg, alt, depth) for theme, (address, svg) in drawings.items()
    )


def captioned(
    drawings: dict[str, tuple[str, str]],
    alt: str,
    caption: str,
    depth: int,
    attributes: str = "",
    controls: str = "",
) -> str:
    """Drawings, by theme their address and SVG, as a figure that opens larger, with its caption."""
    largest = "../" * depth + drawings["light"][0]  # what opens without a script
    shown = images(drawings, alt, depth)
    return (
        f'<figure class="drawing"{attributes}>'
        f'<a class="drawing__open" href="{largest}">{shown}</a>{controls}'
        f"<figcaption>{html.escape(caption, quote=False)}</figcaption></figure>"
    )


def folded(figure: Source) -> str:
    """The source that drew a figure, folded."""
    title = f'title="{relative(figure.path)}" linenums="{figure.line}"'
    code = textwrap.indent(f"```python {title}\n{figure.text}\n```", "    ")
    return f'??? example "Show the code that generated this plot"\n\n{code}\n'


def image(theme: str, address: str, svg: str, alt: str, depth: int) -> str:
    """One drawing as an `img` that keeps its place on the page before it is loaded."""
    width, height = (round(float(side) * PIXELS_PER_POINT) for side in SIZE.search(svg).groups())
    return (
        f'<img class="drawing-{theme}" src="{"../" * depth}{address}" '
        f'alt="{html.escape(alt)}" width="{width}" height="{height}" loading="lazy">'
    )


def relative(path: Path) -> str:
    """A path as the reader of the repository knows it."""
    return path.relative_to(ROOT).as_posix()
