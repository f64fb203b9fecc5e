"""A page's rendering, kept for as long as what it was made of stays as it is.

MkDocs renders every page in every build; most of that time goes into pages that did not change.
What a rendering tells other plugins (its anchors, its objects) is kept with it and told again.
A page that warned is rendered anew, so that the warning comes again.
"""

import logging
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import TableOfContents

from website import ROOT, memory

KIND = "rendered"
MODULE = "::: "
Call = tuple[str, tuple[Any, ...], dict[str, Any]]
Links = dict[str, dict[str, str]]


@dataclass(frozen=True)
class Rendering:
    """What rendering a page leaves behind."""

    content: str
    toc: TableOfContents
    title: str | None
    anchors: set[str]
    links: Links
    told: list[Call]


def render(page: Page, config: MkDocsConfig, files: Files) -> list[Call]:
    """Render a page, or remember how it was rendered; return what other plugins were told."""
    name = page.file.src_uri
    key = memory.key(page.markdown, page.url, sorted(files.src_uris), *documented(page))
    known: Rendering | None = memory.recall(KIND, name, key)
    if known:
        give(page, known, config, files)
        return known.told
    told: list[Call] = []
    warnings = Warnings()
    with ExitStack() as stack:
        warnings.start()
        stack.callback(warnings.stop)
        for method, listener in listeners(config).items():
            stack.enter_context(overheard(method, listener, told))
        Page.render(page, config, files)
    if not warnings.stop():
        memory.keep(KIND, name, key, taken(page, told))
    return told


def documented(page: Page) -> Iterator[bytes]:
    """The sources of the modules that a page documents."""
    for line in (page.markdown or "").splitlines():
        if line.startswith(MODULE):
            stem = ROOT.joinpath(*line.removeprefix(MODULE).split("."))
            module = stem.with_suffix(".py")
            for path in [module] if module.exists() else memory.files(stem):
                yield path.read_bytes()


def taken(page: Page, told: list[Call]) -> Rendering:
    """A page's rendering, to keep."""
    return Rendering(
        page.content or "",
        page.toc,
        page._title_from_render,
        page.present_anchor_ids or set(),
        {file.src_uri: links for file, links in (page.links_to_anchors or {}).items()},
        [(method, tuple(map(nameless(page), given)), named) for method, given, named in told],
    )


def nameless(page: Page) -> Any:
    """Leaves the page itself out of what is kept."""
    return lambda given: None if given is page else given


def give(page: Page, known: Rendering, config: MkDocsConfig, files: Files) -> None:
    """Give a page its rendering, and tell the plugins of this build what it told before."""
    page.content, page.toc = known.content, known.toc
    page._title_from_render, page.present_anchor_ids = known.title, known.anchors
    found = {files.get_file_from_path(name): links for name, links in known.links.items()}
    page.links_to_anchors = {file: links for file, links in found.items() if file}
    listening = listeners(config)
    for method, given, named in known.told:
        here = [page if each is None and not place else each for place, each in enumerate(given)]
        getattr(listening[method], method)(*here, **named)


def aliases(told: list[Call]) -> dict[str, tuple[str, ...]]:
    """The other names of what has been documented, from what other plugins were told."""
    found: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for method, given, named in told:
        if method == "register_anchor" and not named.get("primary", True):
            _, name, anchor = given
            found[anchor] += (name,)
    return found


def listeners(config: MkDocsConfig) -> dict[str, Any]:
    """The methods that rendering calls, and the objects that have them."""
    return {
        "register_anchor": config.plugins["autorefs"],
        "register": config.plugins["mkdocstrings"].handlers.inventory,
    }


@contextmanager
def overheard(name: str, listener: Any, told: list[Call]) -> Iterator[None]:
    """Note the calls of an object's method while they go through."""
    method = getattr(listener, name)

    def note(*given: Any, **named: Any) -> Any:
        told.append((name, given, named))
        return method(*given, **named)

    setattr(listener, name, note)
    try:
        yield
    finally:
        delattr(listener, name)


class Warnings(logging.Handler):
    """Hears what plugins warn of."""

    def __init__(self) -> None:
        """Hear nothing yet."""
        super().__init__(logging.WARNING)
        self._heard = 0

    def emit(self, _: logging.LogRecord) -> None:
        """Count a warning."""
        self._heard += 1

    def start(self) -> None:
        """Listen."""
        logging.getLogger("mkdocs").addHandler(self)

    def stop(self) -> int:
        """Listen no more; return how many there were."""
        logging.getLogger("mkdocs").removeHandler(self)
        return self._heard
