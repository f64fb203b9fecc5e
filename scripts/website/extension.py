"""Markdown to this site's HTML, as an extension of Python-Markdown: on the tree, in one pass.

Formulas become MathML, a session's copy button gives code that runs, folded sources are not
searched, and `[](){#id}` is a place and no link.
"""

import doctest
import html
import re
from functools import partial
from typing import Any
from xml.etree import ElementTree

from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from pymdownx.superfences import SuperFencesException

from website import maths, runnable

SESSION = "pycon"
ESCAPED = re.compile(r"&(?:lt|gt|amp|quot);")  # pymdownx 13 escapes displayed formulas, 12 none
BEFORE_FENCES = 26
NOT_SEARCHED = {"example", "hint", "solution"}  # folds
LAST = -10  # after headings, anchors and links have been read


class Website(Extension):
    """What this site adds to Markdown."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (Python-Markdown's name)
        """Take part in a conversion."""
        md.treeprocessors.register(Elements(md), "website", LAST)
        fences = md.preprocessors["fenced_code_block"].extension
        usual = fences.superfences[0]
        sessions = Sessions(md)
        md.preprocessors.register(sessions, "sessions", BEFORE_FENCES)
        session = partial(copyable_session, usual["formatter"], sessions)
        fences.extend_super_fences(SESSION, session, usual["validator"], usual["reset"])


class Sessions(Preprocessor):
    """Reads ahead which of a page's sessions run in a browser."""

    def run(self, lines: list[str]) -> list[str]:
        """Change nothing."""
        self.needs = iter(runnable.needs("\n".join(lines)))
        return lines


class Elements(Treeprocessor):
    """Goes once through the elements of a page."""

    def run(self, root: ElementTree.Element) -> None:
        """Change those that this site writes in its own way."""
        for element in list(root.iter()):
            kind = element.get("class")
            if kind == "arithmatex":
                formula(element)
            elif element.tag == "details" and kind in NOT_SEARCHED:
                # Every page loads the search's index: sources that fold out are not in it.
                element.set("data-search-exclude", "true")
            elif element.tag == "a" and element.get("id") and element.get("href") == "":
                del element.attrib["href"]  # an empty address would link to the page's top


def formula(element: ElementTree.Element) -> None:
    r"""Turn an element that holds `\(…\)` or `\[…\]` into MathML."""
    display = element.tag == "div"
    tex = ESCAPED.sub(lambda found: html.unescape(found[0]), element.text[2:-2])
    math = ElementTree.fromstring(maths.to_mathml(tex, display=display))  # noqa: S314 (made here)
    element.text = math.text
    if display:  # wider than a phone, it scrolls inside itself, with the keyboard too
        element.text = None
        element.attrib.update({"class": "formula", "tabindex": "0"})
        element.append(math)
    else:
        element.tag, element.attrib, element[:] = "math", math.attrib, list(math)


def copyable_session(
    show: Any, sessions: Sessions, src: str, attrs: dict[str, str], **options: Any
) -> str:
    """A session as HTML, with what the copy button gives and what a browser lacks to run it."""
    try:
        code = copyable(src)
    except ValueError as error:  # any other exception would leave the fence as it stands
        raise SuperFencesException(str(error)) from None
    added = {"data-copy": html.escape(code), "data-needs": next(sessions.needs)}
    return show(src=src, attrs=attrs | added, **options)


def copyable(session: str) -> str:
    """The statements of an interactive session, ready to run."""
    examples = doctest.DocTestParser().get_examples(session)
    return "".join(example.source for example in examples).rstrip()


def makeExtension(**options: Any) -> Website:  # noqa: N802 (Python-Markdown's name)
    """What Python-Markdown calls for `website.extension`."""
    return Website(**options)
