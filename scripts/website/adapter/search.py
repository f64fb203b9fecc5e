"""The theme's search reads a page once for each content that it has, and no more of it than counts.

What it has read is refined by `searching`.

It reads all HTML of all pages in each build, with a parser in Python: a third of the time.
"""

import re
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.pages import Page

from website import memory, searching

PLUGIN = "material/search"
KIND = "searched"
GLOSSARY = "glossary.md"
START, END = "<details", "</details>"
FOLD = re.compile(f"{START}[^>]*data-search-exclude")  # what else is not searched stays


def remember(config: MkDocsConfig) -> None:
    """Have the search remember what it has read."""
    index: Any = config.plugins[PLUGIN].search_index
    read = index.add_entry_from_context

    def add(page: Page) -> None:
        name = page.file.src_uri
        key = memory.key(page.content, page.url, page.title, page.meta, searching.table())
        entries = memory.recall(KIND, name, key)
        if entries is None:
            known = len(index.entries)
            whole, page.content = page.content, without_folds(page.content or "")
            read(page)
            page.content = whole
            entries = [
                searching.refined(entry) for entry in entries_of(page, index.entries[known:])
            ]
            index.entries[known:] = entries
            memory.keep(KIND, name, key, entries)
        else:
            index.entries += entries

    # The plugin has no option for it.
    index.add_entry_from_context = add


def entries_of(page: Page, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A page's entries, the glossary's with one for each term in place of one for all."""
    if page.file.src_uri != GLOSSARY:
        return entries
    found = list(searching.terms(page.markdown or "", page.url))
    return [each for each in entries if not each["location"].endswith("#glossary-terms")] + found


def unknown(config: MkDocsConfig) -> list[str]:
    """What the table of words names and the site has not."""
    index: Any = config.plugins[PLUGIN].search_index
    return searching.unknown(entry["location"] for entry in index.entries)


def without_folds(content: str) -> str:
    """A page's HTML without the sources that fold out, which the search would read and skip."""
    parts: list[str] = []
    done = 0
    while fold := FOLD.search(content, done):
        start = fold.start()
        parts.append(content[done:start])
        done = content.find(END, start) + len(END)
        while content.count(START, start, done) > content.count(END, start, done):
            done = content.find(END, done) + len(END)
    return "".join([*parts, content[done:]])
