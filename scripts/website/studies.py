"""Case studies: executed notebooks, as pages like all others.

Whoever runs them hands over the cells with their outputs. This module keeps what has run, makes a
page's Markdown of it, so that formulas, links, figures and tooltips are those of every other page,
and reads from it what other pages quote.
"""

import ast
import json
import re
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.metadata import version
from pathlib import Path
from statistics import mean
from typing import Any

from figures.themes import THEMES
from website import (
    CACHE,
    ROOT,
    SiteError,
    figures,
    imports,
    kernel,
    legible,
    notebooks,
    questions,
    svg,
)
from website.figures import relative

FOLDER = ROOT / "docs" / "case-studies"
EXECUTED = CACHE / "studies"
VERSIONS = tuple(map(version, ("ipykernel", "matplotlib", "numpy", "scikit-learn")))
LONG = 12  # lines of code from which on it is folded
ANSI = re.compile(r"\x1b\[[0-9;]*m")
TOLD = {"alt": "what one should see in it", "caption": "what to look for in it"}
SHOW = "Show the code that generated this plot"

Cell = dict[str, Any]
Run = Callable[[Path], dict[str, Any]]  # a script → its notebook, executed


# Running


@dataclass(frozen=True)
class Script:
    """A study as it is written, and the key of what it prints and draws."""

    path: Path
    key: str

    @property
    def kept(self) -> Path:
        """Where its cells are kept once it has run as it stands."""
        return EXECUTED / f"{self.path.stem}-{self.key}.json"

    @property
    def made(self) -> bool:
        """Whether it has run as it stands."""
        return self.kept.exists()

    @property
    def study(self) -> "Study":
        """What it printed and drew; before it has run, its text and its code."""
        if self.made:
            return kept(self.kept, self.path.stem)
        import jupytext  # slow to load, and rarely needed

        return Study(self.path.stem, jupytext.read(self.path)["cells"])

    def execute(self, run: Run) -> None:
        """Run it and keep its cells."""
        try:
            cells = [in_one_piece(cell) for cell in run(self.path)["cells"]]
        except Exception as error:  # noqa: BLE001 (whatever the code of a cell raises)
            reason = ANSI.sub("", str(error))
            raise SiteError(f"{relative(self.path)} does not run:\n{reason}") from None
        study = Study(self.path.stem, cells)
        if study.warned:
            raise SiteError(f"{relative(self.path)} writes to stderr:\n{study.warned}")
        for address, drawn in study.drawings.items():
            if address.endswith("-dark.svg") and (faults := legible.faults(drawn, "dark")):
                raise SiteError(f"{relative(self.path)}: {Path(address).stem} is {faults}")
        self.kept.parent.mkdir(parents=True, exist_ok=True)
        part = self.kept.with_suffix(".part")
        part.write_text(json.dumps(cells), encoding="utf-8")
        part.replace(self.kept)


@lru_cache(maxsize=64)
def kept(path: Path, name: str) -> "Study":
    """A study that has run; a file of its own stands for each version."""
    return Study(name, json.loads(path.read_text(encoding="utf-8")))


def scripts() -> dict[str, Script]:
    """Every study in `docs/case-studies/`, by its name."""
    return {path.stem: Script(path, key(path)) for path in sorted(FOLDER.glob("*.py"))}


def key(path: Path) -> str:
    """A text that changes with what a study says and imports, and with what runs it."""
    imported = imports.reachable(path) - {path}
    text = path.read_text(encoding="utf-8")
    return imports.fingerprint(imported, text, kernel.SETTINGS, figures.VERSIONS, VERSIONS)


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
            cell["source"] if cell["cell_type"] == "markdown" else "\n\n".join(described(cell))
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
            self.address(number, theme): text
            for number, light in enumerate(filter(None, map(drawing, self.cells)))
            for theme, text in {"light": light, "dark": svg.darkened(light)}.items()
        }

    def address(self, number: int, theme: str) -> str:
        """Where a figure stands on the site."""
        return f"figures/case-studies/{self.name}-{number}-{theme}.svg"

    @cached_property
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
        told = {name: cell["metadata"].get(name, "").strip() for name in TOLD}
        for name, what in TOLD.items():
            if not told[name]:
                raise SiteError(f"{self.name}: the cell of a figure needs `{name}=`, {what}")
        addresses = {theme: self.address(number, theme) for theme in THEMES}
        drawings = {theme: (each, self.drawings[each]) for theme, each in addresses.items()}
        shown = figures.captioned(drawings, told["alt"], told["caption"], depth=1)
        return f"{shown}\n\n{folded(SHOW, fence(cell))}"

    def download(self, wheel: Path) -> str:
        """The notebook to take away, as the text of an `.ipynb` file."""
        cells = [plain(cell) for cell in self.cells if cell["cell_type"] != "raw"]
        return notebooks.written(notebooks.begun(cells, wheel))

    def tagged(self, tag: str) -> Cell:
        """The one cell with a tag."""
        found = [cell for cell in self.cells if tag in cell["metadata"].get("tags", ())]
        if len(found) != 1:
            raise SiteError(f"{self.name}: one cell is tagged `{tag}`, got {len(found)}")
        return found[0]

    @cached_property
    def results(self) -> list[dict[str, Any]]:
        """What it measured: for each metric the runs, each with a value a seed."""
        return ast.literal_eval("".join(texts(self.tagged("results"))))

    @property
    def claims(self) -> list[tuple[str, int, int]]:
        """The inequalities it concludes from: in how many of how many seeds each holds."""
        lines = "".join(texts(self.tagged("claims"))).splitlines()
        parsed = [re.fullmatch(r"(.+): (\d+) of (\d+) seeds", line) for line in lines]
        if not lines or not all(parsed):
            raise SiteError(f"{self.name}: a claim is printed as `text: k of n seeds`")
        return [(match[1], int(match[2]), int(match[3])) for match in filter(None, parsed)]


def described(cell: Cell) -> Iterator[str]:
    """What a cell says of its figure."""
    return (cell["metadata"][name] for name in TOLD if name in cell["metadata"])


def texts(cell: Cell) -> Iterator[str]:
    """What a cell prints, as text or Markdown."""
    for each in cell.get("outputs", ()):
        if each["output_type"] == "stream":
            yield each["text"]
        elif not any(kind.startswith("image/") for kind in each["data"]):
            yield each["data"].get("text/markdown", each["data"]["text/plain"])


def drawing(cell: Cell) -> str:
    """The SVG that a cell draws, or nothing."""
    return svg.numbered(next(filter(None, map(drawing_of, cell.get("outputs", ()))), ""))


def drawing_of(output: dict[str, Any]) -> str:
    """The SVG in an output, or nothing."""
    return output.get("data", {}).get("image/svg+xml", "")


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
        return {
            "cell_type": "markdown",
            "source": notebooks.plain(questions.listed(cell["source"])),
        }
    kept = ("cell_type", "execution_count", "outputs", "source")
    metadata = {key: value for key, value in cell["metadata"].items() if key in (*TOLD, "tags")}
    return {key: cell[key] for key in kept} | {"metadata": metadata}


# Quoting


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
