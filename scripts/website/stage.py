"""Staging: a page of `docs/` → Markdown that any generator reads, and the files it shows."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from checks import pages
from website import (
    ROOT,
    SiteError,
    SourceError,
    accuracy,
    atlas,
    browser,
    exercises,
    facts,
    figures,
    glossary,
    markers,
    notebooks,
    package,
    questions,
    recorded,
    studies,
    used,
)
from website.markers import Marker
from website.workshop import Workshop

DOCS = ROOT / "docs"
File = str | Path  # a text, or where it lies


@dataclass(frozen=True)
class Staged:
    """A page that is ready: its Markdown, the files it shows or offers, its figures' names."""

    markdown: str
    files: dict[str, File]
    figures: set[str]


class Stage:
    """Where pages are made ready, with what the workshop makes."""

    def __init__(self, workshop: Workshop) -> None:
        """Find all that a page may show, and give it to the workshop."""
        self.figures = figures.sources()
        self.scripts = studies.scripts()
        self.workshop = workshop
        self.wheel = package.wheel()
        workshop.give(self.figures.values(), self.scripts.values())

    def page(self, address: str, text: str) -> Staged:
        """The page at an address in `docs/`, from its text."""
        kind = self._study if address.endswith(".py") else self._page
        try:
            return kind(PurePosixPath(address), text)
        except SourceError as error:
            raise placed(address, error) from None
        except pages.PageError as error:
            raise SiteError(f"docs/{address}: {error}") from None

    def _page(self, address: PurePosixPath, text: str) -> Staged:
        staged = self._expanded(address, browser.note(text))
        folder = address.parts[0]
        if folder == "reference":
            return staged
        markdown = staged.markdown + used.links(pages.sources(text))
        if folder != "chapter":
            return Staged(markdown, staged.files, staged.figures)
        notebook = address.with_suffix(".ipynb")
        markdown = facts.below_title(markdown, facts.minutes(text), notebook.name)
        files = staged.files | {str(notebook): self._notebook(text)}
        return Staged(markdown, files, staged.figures)

    def _notebook(self, text: str) -> str:
        """A page's text as a notebook that carries its figures."""
        pictures: dict[str, Path] = {}

        def attached(marker: Marker) -> str:
            source = self._figure(marker["name"])
            if not self.workshop.has(source):
                return told(marker)
            name = f"{source.name}.png"
            pictures[name] = source.picture
            return f"![{marker['alt'].translate(NO_LINK)}](attachment:{name})"

        words = {
            "figure": attached,
            "measured": self._measured,
            "recorded": quoted,
            "exercise": lambda marker: exercises.as_text(marker["name"]),
        }
        as_text = markers.expand(questions.listed(text), words)
        return notebooks.notebook(as_text, self.wheel, tuple(pictures.items()))

    def _study(self, address: PurePosixPath, _: str) -> Staged:
        script = self.scripts[address.stem]
        ready = self.workshop.has(script)
        study = script.study
        staged = self._expanded(address, study.page)
        markdown = staged.markdown + used.links(study.sources)
        if not ready:
            markdown = facts.insert(markdown, RUNNING)
        minutes = facts.duration(study.text, len(study.sources))
        name = f"study-{address.stem}.ipynb"  # a chapter's page may have the study's name
        markdown = facts.below_title(markdown, minutes, name)
        notebook = {str(address.with_name(name)): study.download(self.wheel)}
        return Staged(markdown, staged.files | study.drawings | notebook, staged.figures)

    def _expanded(self, address: PurePosixPath, text: str) -> Staged:
        """A text with its questions to answer and what its markers name."""
        files: dict[str, File] = {}
        shown: set[str] = set()

        def figure(marker: Marker) -> str:
            source = self._figure(marker["name"])
            shown.add(source.name)
            if not self.workshop.has(source):
                return DRAWING.format(marker["alt"])
            files.update(source.shipped())
            return figures.block(
                source, marker["alt"], marker["caption"], depth=len(address.parts) - 1
            )

        def picture(marker: Marker) -> str:
            source = self._figure(marker["name"])
            shown.add(source.name)
            if not self.workshop.has(source):
                return ""
            files.update(source.files)
            return figures.picture(source, marker["alt"], depth=len(address.parts) - 1)

        def wheel(_: Marker) -> str:
            files[f"{package.DOWNLOADS}/{self.wheel.name}"] = self.wheel
            return package.offered(self.wheel, depth=len(address.parts) - 1)

        def checks(_: Marker) -> str:
            files.update(exercises.downloads())
            return exercises.offered(depth=len(address.parts) - 1)

        words = {
            "figure": figure,
            "picture": picture,
            "measured": self._measured,
            "accuracy": table,
            "minutes": reading,
            "enough": lambda marker: reading(marker, facts.first_part),
            "letters": lambda _: glossary.letters(text),
            "wheel": wheel,
            "versions": lambda _: package.versions(),
            "recorded": quoted,
            "atlas": part_of_atlas,
            "exercise": lambda marker: exercises.block(marker["name"]),
            "exercises": checks,
        }
        asked = questions.staged(text, str(address.with_suffix(".html")))
        return Staged(markers.expand(asked, words), files, shown)

    def _figure(self, name: str) -> figures.Source:
        if name not in self.figures:
            raise SiteError(f"no function `{name}() -> Figure` in scripts/figures/")
        return self.figures[name]

    def _measured(self, marker: Marker) -> str:
        """What a study has measured."""
        script = self.scripts.get(marker["study"])
        if not script:
            raise SiteError(f"no study `{marker['study']}` in docs/case-studies/")
        return studies.measured(script.study) if self.workshop.has(script) else MEASURING


RUNNING = '!!! note "This study is being run"\n\n    Its numbers and figures follow.\n'
DRAWING = '!!! note "This figure is being drawn"\n\n    {}\n'
MEASURING = "*being measured*"
NO_LINK = str.maketrans("[]", "()")  # in the description of a picture brackets are its own


def told(marker: Marker) -> str:
    """A figure where none can be shown: what one should see in it."""
    return f"*Figure on the page: {marker['alt']}*"


def table(marker: Marker) -> str:
    """The recorded accuracy of a module's functions."""
    return accuracy.table(accuracy.record(), marker["module"])


def quoted(marker: Marker) -> str:
    """A value that a library gave."""
    return recorded.quoted(marker["name"], marker["path"], marker["form"])


def part_of_atlas(marker: Marker) -> str:
    """A part of the atlas of other libraries' answers."""
    return atlas.PARTS[marker["part"]]()


def reading(marker: Marker, part: Callable[[str], str] = str) -> str:
    """How many minutes some pages, or a part of each, take to read."""
    total = 0
    for address in marker["pages"].split():
        if not (DOCS / address).is_file():
            raise SiteError(f"no page `{address}` in docs/")
        total += facts.minutes(part((DOCS / address).read_text(encoding="utf-8")))
    return str(total)


def placed(address: str, error: SourceError) -> SiteError:
    """What is wrong with a page, and in which line, if the text at fault stands in its file."""
    before, found, _ = (DOCS / address).read_text(encoding="utf-8").partition(error.text)
    line = f":{before.count(chr(10)) + 1}" if found else ""
    return SiteError(f"docs/{address}{line}: {error}")
