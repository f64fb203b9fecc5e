"""Figures: find their functions, draw what has changed, put them on the page.

A page says `[[figure name | alt text]]`; `scripts/figures/<page>.py` has the function
`def name() -> Figure` that draws it. The page shows the drawing and, folded, that source.
"""

import ast
import hashlib
import html
import os
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from pipeline import CACHE, ROOT, imports

SOURCES = ROOT / "scripts" / "figures"
DRAWINGS = CACHE / "figures"
DATA = ROOT / "docs" / "data"
DRAWERS = {ROOT / "scripts" / "pipeline" / name for name in ("draw.py", "svg.py")}
THEMES = ("light", "dark")
USE = re.compile(r"^(?P<indent> *)\[\[figure(?P<body>[^\n]*)\]\] *$", re.MULTILINE)
BODY = re.compile(r" (?P<name>\w+) \| (?P<alt>\S[^\n]*?) *")
SIZE = re.compile(r'<svg [^>]*?viewBox="0 0 (\S+) (\S+)"')
PIXELS_PER_POINT = 4 / 3
VERSIONS = (sys.version, version("matplotlib"), version("numpy"))
DRAWING = {
    "OMP_NUM_THREADS": "1",  # figures are drawn side by side, each on its own core
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "scripts")]),
}


class FigureError(Exception):
    """A figure that cannot be drawn, found or described."""


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

    def drawing(self, theme: str) -> Path:
        """The cached SVG for the light or the dark page."""
        return DRAWINGS / self.key / f"{self.qualified}-{theme}.svg"

    def head(self, theme: str) -> str:
        """The start of the SVG, which tells its size."""
        return self.drawing(theme).read_text(encoding="utf-8")[:2000]

    def address(self, theme: str) -> str:
        """Where the SVG stands on the site."""
        return f"figures/{self.path.stem}/{self.name}-{theme}.svg"


def sources() -> dict[str, Source]:
    """Every figure function in `scripts/figures/`, by its name."""
    found: dict[str, Source] = {}
    for path in sorted(SOURCES.glob("*.py")):
        for source in figures_in(path):
            if source.name in found:
                raise FigureError(
                    f"{where(source)}: figure `{source.name}` also stands in "
                    f"{where(found[source.name])}"
                )
            found[source.name] = source
    return found


def figures_in(path: Path) -> Iterator[Source]:
    """The functions of a module that return a `Figure`; what they share is in their keys."""
    text = path.read_text(encoding="utf-8")
    recorded = {each for each in DATA.glob("*.json") if each.name in text}
    shared = fingerprint(imports.reachable(path) - {path} | recorded)
    nodes = ast.parse(text, filename=str(path)).body
    figures = [node for node in nodes if is_figure(node)]
    rest = "".join(ast.unparse(node) for node in nodes if node not in figures)
    for node in figures:
        segment = ast.get_source_segment(text, node) or ""
        key = hashlib.sha256("\0".join([shared, rest, segment]).encode()).hexdigest()[:20]
        yield Source(node.name, path, node.lineno, segment, key)


def is_figure(node: ast.stmt) -> bool:
    """Whether a statement is `def name() -> Figure` with a public name."""
    return (
        isinstance(node, ast.FunctionDef)
        and not node.args.args
        and not node.name.startswith("_")
        and isinstance(node.returns, ast.Name)
        and node.returns.id == "Figure"
    )


def fingerprint(files: Iterable[Path]) -> str:
    """A text that changes with these files, with how figures are drawn and with what draws them."""
    digest = hashlib.sha256()
    for path in sorted({*files, *DRAWERS}):
        digest.update(path.read_bytes())
    return " ".join([digest.hexdigest(), *VERSIONS])


def draw_missing(figures: Iterable[Source]) -> int:
    """Draw, side by side, the figures that have no drawing in the cache; return how many."""
    missing = [each for each in figures if not all(each.drawing(t).exists() for t in THEMES)]
    workers = min(len(missing), os.cpu_count() or 1)
    if workers:
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(draw, (missing[k::workers] for k in range(workers))))
    return len(missing)


def draw(figures: list[Source]) -> None:
    """Draw figures in one fresh interpreter, then move them into the cache."""
    scratch = DRAWINGS / f"drawing-{os.getpid()}-{figures[0].key}"
    names = [each.qualified for each in figures]
    run = subprocess.run(
        [sys.executable, "-P", ROOT / "scripts" / "pipeline" / "draw.py", scratch, *names],
        env=os.environ | DRAWING,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if run.returncode:
        raise FigureError(f"a figure could not be drawn ({', '.join(names)}):\n{run.stderr}")
    for each in figures:
        for theme in THEMES:
            each.drawing(theme).parent.mkdir(parents=True, exist_ok=True)
            (scratch / f"{each.qualified}-{theme}.svg").replace(each.drawing(theme))
    scratch.rmdir()


def expand(markdown: str, page: str, figures: dict[str, Source]) -> tuple[str, set[str]]:
    """Replace each use of a figure on a page; also return the names used."""
    used: set[str] = set()

    def replace(match: re.Match[str]) -> str:
        body = BODY.fullmatch(match["body"])
        if not body:
            raise FigureError(
                f"{page}: expected `[[figure name | alt text]]`, got `{match[0].strip()}`"
            )
        if body["name"] not in figures:
            raise FigureError(
                f"{page}: no function `{body['name']}() -> Figure` in scripts/figures/"
            )
        used.add(body["name"])
        block = render(figures[body["name"]], body["alt"], depth=page.count("/"))
        return textwrap.indent(block, match["indent"])

    return USE.sub(replace, markdown), used


def render(figure: Source, alt: str, depth: int) -> str:
    """The figure as Markdown: both drawings, and the source that drew them, folded."""
    images = "".join(
        image(theme, figure.address(theme), figure.head(theme), alt, depth) for theme in THEMES
    )
    code = textwrap.indent(
        f'```python title="{relative(figure.path)}" linenums="{figure.line}"\n{figure.text}\n```',
        "    ",
    )
    return (
        f'<figure class="drawing">{images}</figure>\n\n'
        f'??? example "Show the code that generated this plot"\n\n{code}\n'
    )


def image(theme: str, address: str, svg: str, alt: str, depth: int) -> str:
    """One drawing as an `img` that keeps its place on the page before it is loaded."""
    width, height = (round(float(side) * PIXELS_PER_POINT) for side in SIZE.search(svg).groups())
    return (
        f'<img class="drawing-{theme}" src="{"../" * depth}{address}" '
        f'alt="{html.escape(alt)}" width="{width}" height="{height}" loading="lazy">'
    )


def unused(figures: dict[str, Source], used: set[str]) -> list[str]:
    """Complaints about figures that no page shows."""
    return [
        f"{where(figure)}: no page uses the figure `{name}`"
        for name, figure in figures.items()
        if name not in used
    ]


def where(figure: Source) -> str:
    """The figure's place as `file:line`."""
    return f"{relative(figure.path)}:{figure.line}"


def relative(path: Path) -> str:
    """A path as the reader of the repository knows it."""
    return path.relative_to(ROOT).as_posix()
