"""While serving: a page whose text has not changed keeps its rendering from the build before.

After every edit MkDocs renders every page, and reads every page for the search; most of that
time goes into reference pages that did not change. What rendering a page tells other plugins
(its anchors, its objects) is recorded with it and told again. Builds for publication do not
come here.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from material.plugins.search import plugin as search
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import TableOfContents

Call = tuple[str, tuple[Any, ...], dict[str, Any]]


@dataclass(frozen=True)
class Rendering:
    """What rendering a page leaves behind."""

    key: object
    page: Page
    content: str | None
    toc: TableOfContents
    title: str | None
    anchors: set[str] | None
    told: list[Call]


READER = search.Parser
renderings: dict[str, Rendering] = {}
fingerprints: set[str] = set()


def only_while(fingerprint: str) -> None:
    """Forget all renderings when what they share is not as it was."""
    if fingerprint not in fingerprints:
        renderings.clear()
        fingerprints.clear()
        fingerprints.add(fingerprint)


def keep() -> None:
    """From now on render only pages that changed."""
    render = Page.render

    def render_or_keep(page: Page, config: MkDocsConfig, files: Files) -> None:
        address = page.file.src_uri
        key = (page.markdown, {file.src_uri for file in files})
        known = renderings.get(address)
        if known and known.key == key:
            recall(known, page, config)
            return
        with ExitStack() as stack:
            told: list[Call] = []
            for name, listener in listeners(config).items():
                stack.enter_context(overheard(name, listener, told))
            render(page, config, files)
        renderings[address] = Rendering(
            key,
            page,
            page.content,
            page.toc,
            page._title_from_render,
            page.present_anchor_ids,
            told,
        )

    Page.render = render_or_keep  # type: ignore[method-assign]
    search.Parser = KeptParser


class KeptParser(search.Parser):
    """The search's reader of pages, which remembers those it has read."""

    def feed(self, content: str) -> None:
        """Read a page, or remember its sections."""
        self.data = sections(content)


@lru_cache(maxsize=1000)
def sections(content: str) -> list[Any]:
    """The sections that the search finds on a page."""
    parser = READER()
    parser.feed(content)
    parser.close()
    return parser.data


def recall(known: Rendering, page: Page, config: MkDocsConfig) -> None:
    """Give a page its rendering, and tell the plugins of this build what it told before."""
    page.content, page.toc = known.content, known.toc
    page._title_from_render, page.present_anchor_ids = known.title, known.anchors
    # The handler prepares itself at its first page; there may be none.
    config.plugins["mkdocstrings"].get_handler("python").update_env(config)
    listening = listeners(config)
    for name, arguments, options in known.told:
        here = [page if each is known.page else each for each in arguments]
        getattr(listening[name], name)(*here, **options)


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

    def note(*arguments: Any, **options: Any) -> Any:
        told.append((name, arguments, options))
        return method(*arguments, **options)

    setattr(listener, name, note)
    try:
        yield
    finally:
        delattr(listener, name)
