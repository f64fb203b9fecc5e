"""One build by MkDocs: gives it staged pages to render, and finishes the site that it writes."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import chain
from pathlib import Path

from jinja2 import Environment, FileSystemBytecodeCache
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from website import (
    CACHE,
    SiteError,
    SourceError,
    assets,
    browser,
    edition,
    extension,
    figures,
    finish,
    glossary,
    inventories,
    stamp,
)
from website.adapter import jupyter, rendering, search
from website.stage import DOCS, Stage, Staged, placed
from website.workshop import Workshop

log = logging.getLogger("mkdocs.hooks.website")
NAME = "website"
STILL = "No Python for the browser in the cache: the pages' examples stay still."


class Build:
    """What one build knows; MkDocs calls its `on_` methods in the order in which they stand."""

    def __init__(self, config: MkDocsConfig, workshop: Workshop, *, live: bool) -> None:
        """Prepare what other plugins read, and a date that two builds of one commit share."""
        os.environ.setdefault("SOURCE_DATE_EPOCH", stamp.commit_time())
        config.extra["edition"] = edition.label(os.environ["SOURCE_DATE_EPOCH"])
        config.extra["card"] = edition.CARD
        if not config.repo_url:
            config.edit_uri = None
        handler = config.plugins["mkdocstrings"].config.handlers.setdefault("python", {})
        handler["inventories"] = inventories.write()
        config.markdown_extensions.append(extension.Website())
        config.plugins[NAME] = self
        self.workshop = workshop
        self.live = live
        self.site = Path(config.site_dir)
        self.warnings = rendering.Warnings()
        self.staged: dict[str, Staged] = {}
        self.told: list[rendering.Call] = []

    @event_priority(-100)  # after every plugin that makes pages of files
    def on_files(self, files: Files, config: MkDocsConfig) -> Files:
        """Begin to draw and to run; put last the pages that have to wait for it."""
        self.warnings.start()
        with reported():
            self.stage = Stage(self.workshop)
        if self.workshop.busy:
            log.info("Figures and studies to be made: %d", self.workshop.busy)
        self.order = list(files)
        for file in sorted(files.documentation_pages(), key=needs):
            again(files, file)
        python = config.plugins["mkdocstrings"].get_handler("python")
        keep_compiled(python.env)
        return files

    @event_priority(-100)  # after mkdocs-jupyter, which would render a study in its own way
    def on_pre_page(self, page: Page, **_: object) -> Page:
        """Have a page rendered here."""
        page.render = partial(self.render, page)
        return page

    def on_page_read_source(self, page: Page, **_: object) -> str:
        """The staged page."""
        address = page.file.src_uri
        with reported():
            self.staged[address] = self.stage.page(address, page.file.content_string)
        return self.staged[address].markdown

    def render(self, page: Page, config: MkDocsConfig, files: Files) -> None:
        """Make a page's HTML, or remember it."""
        with reported(page.file.src_uri):
            self.told += rendering.render(page, config, files)

    @event_priority(100)  # before references are resolved
    def on_env(self, env: Environment, config: MkDocsConfig, files: Files) -> Environment:
        """Add to the site what its pages show and offer."""
        for file in self.order:
            again(files, file)
        python = browser.shipped()
        env.globals["live"] = python
        if not python:
            log.info(STILL)
        card = edition.card(config.site_name) if config.site_url else {}
        made = [assets.files(), card, *(staged.files for staged in self.staged.values())]
        made += [python.files] if python else []
        for address, content in chain.from_iterable(each.items() for each in made):
            source = {"content" if isinstance(content, str) else "abs_src_path": str(content)}
            files.append(File.generated(config, address, **source))
        shown = set().union(*(staged.figures for staged in self.staged.values()))
        for complaint in figures.unused(self.stage.figures, shown):
            log.warning(complaint)
        keep_compiled(env)
        python = config.plugins["mkdocstrings"].get_handler("python")
        python.update_env(config)  # it prepares itself at its first page; there may be none
        python.get_aliases = rendering.aliases(self.told).__getitem__
        sort_backlinks(python.env)
        search.remember(config)
        return env

    @event_priority(-100)  # after every plugin that writes something
    def on_post_build(self, config: MkDocsConfig, **_: object) -> None:
        """Finish the pages; remember what they were made of, if nothing was wrong with it."""
        for complaint in search.unknown(config):
            log.warning(complaint)
        terms = glossary.terms((DOCS / "glossary.md").read_text(encoding="utf-8"))
        finish.site(self.site, terms, live=self.live)
        if not self.warnings.stop() and not self.live:
            stamp.write(self.site)


@contextmanager
def reported(address: str = "") -> Iterator[None]:
    """Let MkDocs report what is wrong with a source of the site, in a line and with its place."""
    try:
        yield
    except SourceError as error:
        raise PluginError(str(placed(address, error))) from None
    except SiteError as error:
        raise PluginError(str(error)) from None


def workshop(config: MkDocsConfig) -> Workshop:
    """Where the figures and studies of a site for readers are made; its pages wait for them."""
    return Workshop(jupyter.runner(config))


def needs(file: File) -> int:
    """How long a page has to wait: for nothing, for drawings, for studies."""
    text = file.content_string
    return 2 if file.src_uri.endswith(".py") or "[[measured" in text else "[[" in text


def again(files: Files, file: File) -> None:
    """Put a file behind all others."""
    files.remove(file)
    files.append(file)


def keep_compiled(templates: Environment) -> None:
    """Keep compiled templates: to compile them anew takes a fifth of a warm build."""
    directory = CACHE / "templates"
    directory.mkdir(parents=True, exist_ok=True)
    templates.bytecode_cache = FileSystemBytecodeCache(str(directory))


def sort_backlinks(templates: Environment) -> None:
    """List the places that use a function in one order, whatever order their set has."""
    tree = templates.filters["backlink_tree"]
    templates.filters["backlink_tree"] = lambda links: tree(sorted(links))
