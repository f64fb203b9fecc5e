"""Case studies: notebooks that mkdocs-jupyter runs, as pages like all others.

The plugin selects, runs and caches them. Its template, here a single line, hands on the executed
notebook itself. This module makes a page's Markdown of it, so that formulas, links, figures and
tooltips are those of every other page, and reads from it what other pages quote.
"""

import ast
import hashlib
import json
import re
import textwrap
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from os import cpu_count
from pathlib import Path
from statistics import mean
from typing import Any

import mkdocs_jupyter.config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page
from nbclient.exceptions import CellExecutionError, DeadKernelError

from figures import themes
from pipeline import CACHE, ROOT, figures, imports, kernel, notebooks
from pipeline.svg import numbered

PLUGIN = "mkdocs-jupyter"
TEMPLATES = ROOT / "scripts" / "pipeline" / "templates"
VERSIONS = tuple(map(version, ("ipykernel", "matplotlib", "numpy", "scikit-learn")))
ANSI = re.compile(r"\x1b\[[0-9;]*m")
MARKER = re.compile(r"\[\[measured ([\w-]+)\]\]")
LONG = 12  # lines of code from which on it is folded
SHOW = "Show the code that generated this plot"
NEEDS = (
    "*To run this notebook: `pip install '.[studies]' jupyterlab` in a copy of the project, "
    "then `jupyter lab`.*"
)

Cell = dict[str, Any]


class StudyError(Exception):
    """A study that does not run, or that lacks what other pages ask of it."""


# Running


def run(pages: Iterable[Page], config: MkDocsConfig, files: Files) -> dict[str, "Study"]:
    """Let the plugin run the studies among the pages, side by side; return each by its address."""
    kernel.install()
    mkdocs_jupyter.config.settings.templates_dir = str(TEMPLATES)
    plugin = config.plugins[PLUGIN]
    found = [page for page in pages if plugin.should_include(page.file)]
    for page in found:
        # The plugin's own key knows the notebook alone, not what it imports.
        plugin.config["cache_dir"] = str(CACHE / "studies" / fingerprint(source(page)))
        plugin.on_pre_page(page, config, files)
    with ThreadPoolExecutor(cpu_count()) as pool:
        executed = pool.map(lambda page: execute(page, config, files), found)
        return {page.file.src_uri: study for page, study in zip(found, executed, strict=True)}


def source(page: Page) -> Path:
    """The file of a study."""
    return Path(str(page.file.abs_src_path))


def fingerprint(path: Path) -> str:
    """A text that changes with what a study imports and with what runs it."""
    digest = hashlib.sha256(json.dumps([kernel.SETTINGS, figures.VERSIONS, VERSIONS]).encode())
    for each in sorted(imports.reachable(path)):
        digest.update(imports.code(each.read_text(encoding="utf-8")).encode())
    return digest.hexdigest()[:20]


def execute(page: Page, config: MkDocsConfig, files: Files) -> "Study":
    """Run one study, or find it in the plugin's cache."""
    try:
        page.render(config, files)
    except (CellExecutionError, DeadKernelError) as error:
        reason = ANSI.sub("", str(error))
        raise StudyError(f"docs/{page.file.src_uri} does not run:\n{reason}") from None
    finally:
        vars(page).pop("render")
    cells = [in_one_piece(cell) for cell in json.loads(page.content or "")["cells"]]
    study = Study(source(page).stem, cells)
    if warned := study.warned:
        raise StudyError(f"docs/{page.file.src_uri} writes to stderr:\n{warned}")
    return study


def in_one_piece(cell: Cell) -> Cell:
    """A cell whose text is one output, however many pieces the kernel has sent it in."""
    joined: list[dict[str, Any]] = []
    for each in cell.get("outputs", ()):
        if joined and each.get("name") == joined[-1].get("name", "") and "text" in each:
            joined[-1] = joined[-1] | {"text": joined[-1]["text"] + each["text"]}
        else:
            joined.append(each)
    return cell | {"outputs": joined} if joined else cell


# Reading


@dataclass(frozen=True)
class Study:
    """An executed notebook."""

    name: str
    cells: list[Cell]

    @property
    def sources(self) -> tuple[str, ...]:
        """The code of each code cell."""
        return tuple(cell["source"] for cell in self.cells if cell["cell_type"] == "code")

    @property
    def text(self) -> str:
        """What it tells: the Markdown cells and the descriptions of its figures."""
        told = (
            cell["source"] if cell["cell_type"] == "markdown" else cell["metadata"].get("alt", "")
            for cell in self.cells
            if cell["cell_type"] != "raw"
        )
        return "\n\n".join(told)

    @property
    def printed(self) -> str:
        """All that its cells print."""
        return "\n".join(text for cell in self.cells for text in texts(cell))

    @property
    def warned(self) -> str:
        """What its cells write to stderr: warnings that a reader should not have to read."""
        outputs = (each for cell in self.cells for each in cell.get("outputs", ()))
        return "".join(each["text"] for each in outputs if each.get("name") == "stderr")

    @cached_property
    def drawings(self) -> dict[str, str]:
        """Its figures for both pages, each by its address on the site."""
        return {
            self.address(number, theme): svg
            for number, light in enumerate(map(numbered, filter(None, map(drawing, self.cells))))
            for theme, svg in {"light": light, "dark": darkened(light)}.items()
        }

    def address(self, number: int, theme: str) -> str:
        """Where a figure stands on the site."""
        return f"figures/case-studies/{self.name}-{number}-{theme}.svg"

    @property
    def page(self) -> str:
        """The page's Markdown."""
        number = 0
        parts: list[str] = []
        for cell in self.cells:
            if cell["cell_type"] != "code":
                parts.append(cell["source"])
            elif drawing(cell):
                parts += [*map(output, texts(cell)), self._figure(number, cell)]
                number += 1
            else:
                parts += shown(cell)
        return "\n\n".join(parts) + "\n"

    def _figure(self, number: int, cell: Cell) -> str:
        """A figure in both schemes, and the code that drew it, folded."""
        alt = cell["metadata"].get("alt", "").strip()
        if not alt:
            raise StudyError(
                f"{self.name}: the cell of a figure needs `alt=`, what one should see in it"
            )
        images = "".join(
            figures.image(
                theme, address := self.address(number, theme), self.drawings[address], alt, 1
            )
            for theme in figures.THEMES
        )
        return f'<figure class="drawing">{images}</figure>\n\n{folded(SHOW, fence(cell))}'

    @property
    def download(self) -> str:
        """The notebook to take away, as the text of an `.ipynb` file."""
        cells = [plain(cell) for cell in self.cells if cell["cell_type"] != "raw"]
        cells.insert(1, {"cell_type": "markdown", "source": NEEDS})
        return notebooks.written(cells)

    def tagged(self, tag: str) -> Cell:
        """The one cell with a tag."""
        found = [cell for cell in self.cells if tag in cell["metadata"].get("tags", ())]
        if len(found) != 1:
            raise StudyError(f"{self.name}: one cell is tagged `{tag}`, got {len(found)}")
        return found[0]

    @property
    def results(self) -> list[dict[str, Any]]:
        """What it measured: for each metric the runs, each with a value a seed."""
        return ast.literal_eval("".join(texts(self.tagged("results"))))

    @property
    def claims(self) -> list[tuple[str, int, int]]:
        """The inequalities it concludes from: in how many of how many seeds each holds."""
        lines = "".join(texts(self.tagged("claims"))).splitlines()
        parsed = [re.fullmatch(r"(.+): (\d+) of (\d+) seeds", line) for line in lines]
        if not lines or not all(parsed):
            raise StudyError(f"{self.name}: a claim is printed as `text: k of n seeds`")
        return [(match[1], int(match[2]), int(match[3])) for match in filter(None, parsed)]


def texts(cell: Cell) -> Iterator[str]:
    """What a cell prints, as text or Markdown."""
    for each in cell.get("outputs", ()):
        if each["output_type"] == "stream":
            yield each["text"]
        elif not any(kind.startswith("image/") for kind in each["data"]):
            yield each["data"].get("text/markdown", each["data"]["text/plain"])


def drawing(cell: Cell) -> str:
    """The SVG that a cell draws, or nothing."""
    return next(filter(None, map(drawing_of, cell.get("outputs", ()))), "")


def drawing_of(output: dict[str, Any]) -> str:
    """The SVG in an output, or nothing."""
    return output.get("data", {}).get("image/svg+xml", "")


def darkened(svg: str) -> str:
    """A drawing for the dark page: each color of the light one becomes its counterpart."""
    light, dark = (colors(themes.THEMES[name]) for name in figures.THEMES)
    counterpart = dict(zip(light, dark, strict=True))
    return re.sub("|".join(light), lambda match: counterpart[match[0]], svg)


def colors(theme: dict[str, Any]) -> list[str]:
    """The colors of a theme, in one order."""
    return [theme["ink"], theme["faint"], theme["grid"], theme["surface"], *theme["hues"]]


# Writing


def shown(cell: Cell) -> list[str]:
    """A cell's code and what it prints; code that few read is folded."""
    tags = cell["metadata"].get("tags", ())
    outputs = [*map(output, texts(cell))]
    long = cell["source"].count("\n") >= LONG
    if "results" in tags:
        return [
            folded("What other pages quote from this study", "\n\n".join([fence(cell), *outputs]))
        ]
    if long or "claims" in tags:
        return [folded("Show the code", fence(cell)), *outputs]
    return [fence(cell), *outputs]


def fence(cell: Cell) -> str:
    """A cell's code as a block."""
    return f"```python\n{cell['source']}\n```"


def output(text: str) -> str:
    """What a cell prints: Markdown as it is, text as a block of its own kind."""
    if text.lstrip().startswith("|"):
        return text.strip()
    return f"``` {{.text .output}}\n{text.rstrip()}\n```"


def folded(title: str, content: str) -> str:
    """Content under a line that one opens."""
    return f'??? example "{title}"\n\n{textwrap.indent(content, "    ")}'


def plain(cell: Cell) -> Cell:
    """A cell as any Jupyter shows it, the same in each build."""
    if cell["cell_type"] == "markdown":
        lines = map(notebooks.plain, cell["source"].splitlines())
        return {"cell_type": "markdown", "source": "\n".join(lines)}
    kept = ("cell_type", "execution_count", "outputs", "source")
    metadata = {key: value for key, value in cell["metadata"].items() if key in ("alt", "tags")}
    return {key: cell[key] for key in kept} | {"metadata": metadata}


# Quoting


def quoted(markdown: str, studies: dict[str, Study]) -> str:
    """Put on a page what the studies it names have measured."""
    by_name = {study.name: study for study in studies.values()}

    def replace(match: re.Match[str]) -> str:
        if match[1] not in by_name:
            raise StudyError(f"no study `{match[1]}` in docs/case-studies/")
        return measured(by_name[match[1]])

    return MARKER.sub(replace, markdown)


def measured(study: Study) -> str:
    """The metric that matters, before and after, as means over the seeds."""
    result = study.results[0]
    before, *after = (
        f"**{readable(mean(values))}** {name}" for name, values in result["runs"].items()
    )
    metric = f"[{result['metric']}](../case-studies/{study.name}.py)"
    return f'<span class="measured">{metric}: {before} → {", ".join(after)}</span>'


def readable(value: float) -> str:
    """A mean with about three digits."""
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:,.0f}"
