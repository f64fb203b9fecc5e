"""The built site → the site: terms lead to the glossary, and the content-security policy.

Each page is read once, with an HTML parser. What is on it stays, byte for byte; only the terms'
links, at their first use, and the policy are put in. A link has the meaning as its tooltip.
"""

import html
import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path

from website import memory, policy
from website.glossary import Term

CONTENT = "article"  # in the page around it, menus and the like, terms have no links
PLAIN = {"a", "code", "form", "h1", "h2", "h3", "h4", "h5", "h6", "math", "pre", "summary", "th"}
PLAIN_CLASSES = {"doc-backlinks", "doc-section-title"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
DATA = "application/json"
GLOSSARY = "glossary.html"
RUNTIME = "data-runtime"  # of the script that runs examples

CODE = re.compile(r"<pre\b.*?</pre>", re.DOTALL)
STYLED = re.compile(r"\sstyle\s*=|<script")

Insert = tuple[int, str]  # a place on a page, and what is put there


def site(folder: Path, terms: Mapping[str, Term], *, live: bool = False) -> None:
    """Finish every page of a built site; on a live server the server's own script runs too."""
    for path in sorted(folder.rglob("*.html")):
        page = path.read_text(encoding="utf-8")
        place = path.relative_to(folder)
        known = {} if path.name == GLOSSARY else terms
        name, key = place.as_posix(), memory.key(page, sorted(known.items()), live)
        found = memory.recall("finished", name, key)
        if found is None:
            found = inserts(page, known, "../" * (len(place.parts) - 1), live=live)
            memory.keep("finished", name, key, found)
        path.write_text(put(page, found), encoding="utf-8", newline="\n")


def finished(page: str, terms: Mapping[str, Term], root: str = "") -> str:
    """A page with its terms' links and its policy."""
    return put(page, inserts(page, terms, root))


def put(page: str, inserts: list[Insert]) -> str:
    """A page with what is put into it."""
    parts: list[str] = []
    done = 0
    for place, text in inserts:
        parts += page[done:place], text
        done = place
    return "".join([*parts, page[done:]])


def inserts(
    page: str, terms: Mapping[str, Term], root: str = "", *, live: bool = False
) -> list[Insert]:
    """What a page lacks, in order; `root` leads from it to the site's top."""
    reader = Reader(page, terms, root)
    if reader.head is None:
        raise ValueError('expected <meta charset="…"> in the page, to put the policy behind it')
    python = f"{RUNTIME}=" in page
    allowed = policy.policy(reader.scripts, reader.styles, reader.sheets, live=live, python=python)
    return [(reader.head, policy.meta(allowed)), *reader.links]


def parts(page: str) -> Iterator[Insert]:
    """What is to be read of a page, with its places: code that holds no style is most of it."""
    content = page.find(f"<{CONTENT}")
    done = 0
    for block in CODE.finditer(page, max(content, 0)):
        if content >= 0 and not STYLED.search(block[0]):
            yield done, page[done : block.start()]
            done = block.end()
    yield done, page[done:]


class Reader(HTMLParser):
    """Reads a page: its inline scripts and styles, and where its terms first stand."""

    def __init__(self, page: str, terms: Mapping[str, Term], root: str) -> None:
        """Read the whole page."""
        super().__init__(convert_charrefs=False)
        self.head: int | None = None
        self.scripts: list[str] = []
        self.styles: list[str] = []
        self.sheets: list[str] = []
        self.links: list[Insert] = []
        self._terms = dict(terms)
        self._glossary = f"{root}{GLOSSARY}"
        words = "|".join(map(re.escape, sorted(terms, key=len, reverse=True)))
        self._term = re.compile(rf"\b(?:{words})\b") if words else None
        self._content = False
        self._plain: list[str] = []
        self._script = self._sheet = False
        for start, part in parts(page):
            self._start = start
            self._lines = [0, *(match.end() for match in re.finditer("\n", part))]
            self.lineno, self.offset = 1, 0
            self.feed(part)
        self.close()

    def _place(self) -> int:
        line, column = self.getpos()
        return self._start + self._lines[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a style and a script, and where terms have no links."""
        attributes = dict(attrs)
        if "style" in attributes:
            self.styles.append(attributes["style"] or "")
        if tag == "script":
            self._script = "src" not in attributes and attributes.get("type") != DATA
            if self._script:
                self.scripts.append("")
        elif tag == "style":
            self._sheet = True
            self.sheets.append("")
        elif tag == "meta" and "charset" in attributes and self.head is None:
            self.head = self._place() + len(self.get_starttag_text() or "")
        elif tag == CONTENT:
            self._content = True
        plain = tag in PLAIN or not PLAIN_CLASSES.isdisjoint(
            (attributes.get("class") or "").split()
        )
        if (self._plain or plain) and tag not in VOID:
            self._plain.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Of `<tag/>`, in drawings and formulas, both at once."""
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """Leave what an element holds."""
        self._script = self._sheet = False
        if tag == CONTENT:
            self._content = False
        if tag in self._plain:
            while self._plain.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        """Note a script's text, and where terms stand for the first time."""
        if self._script:
            self.scripts[-1] += data
        elif self._sheet:
            self.sheets[-1] += data
        elif self._term and self._content and not self._plain:
            for match in self._term.finditer(data):
                self._note(match)

    def _note(self, match: re.Match[str]) -> None:
        term = self._terms.get(match[0])
        if term:
            start = self._place()
            link = f'href="{self._glossary}#{term.place}" title="{html.escape(term.meaning)}"'
            before, after = start + match.start(), start + match.end()
            self.links += (before, f'<a class="term" {link}>'), (after, "</a>")
            # Another form of the term has had its link, too.
            for form in [form for form, other in self._terms.items() if other == term]:
                del self._terms[form]
