"""Markers: `[[word …]]` on a page names what comes from elsewhere. One grammar, one table.

A marker stands in one line, outside of code. What looks like one and is none is an error,
because it would reach the reader as it stands.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from checks import pages
from website import SiteError, SourceError


@dataclass(frozen=True)
class Word:
    """What follows a word, as people write it and as it is read."""

    form: str
    body: re.Pattern[str]
    alone: bool  # whether it takes a line of its own


WORDS = {
    "figure": Word(
        "[[figure name | alt text | caption]]",
        re.compile(r"figure (?P<name>\w+) \| (?P<alt>[^\s|][^|]*?) \| (?P<caption>[^\s|][^|]*?) *"),
        alone=True,
    ),
    "picture": Word(
        "[[picture name | alt text]]",
        re.compile(r"picture (?P<name>\w+) \| (?P<alt>[^\s|][^|]*?) *"),
        alone=True,
    ),
    "measured": Word("[[measured study]]", re.compile(r"measured (?P<study>[\w-]+)"), alone=False),
    "accuracy": Word(
        "[[accuracy activations]] or [[accuracy losses]]",
        re.compile(r"accuracy (?P<module>activations|losses)"),
        alone=True,
    ),
    "minutes": Word(
        "[[minutes chapter/page.md …]]", re.compile(r"minutes (?P<pages>[\w./ -]+)"), alone=False
    ),
    "enough": Word(
        "[[enough chapter/page.md …]]", re.compile(r"enough (?P<pages>[\w./ -]+)"), alone=False
    ),
    "letters": Word("[[letters]]", re.compile("letters"), alone=True),
    "wheel": Word("[[wheel]]", re.compile("wheel"), alone=False),
    "versions": Word("[[versions]]", re.compile("versions"), alone=True),
    "recorded": Word(
        "[[recorded library question/part as .4f]]",
        re.compile(r"recorded (?P<name>\w+) (?P<path>[^\]\s][^\]]*?)(?: as (?P<form>[\w.,%]+))?"),
        alone=False,
    ),
    "atlas": Word(
        "[[atlas finder]] or [[atlas questions]]",
        re.compile(r"atlas (?P<part>finder|questions)"),
        alone=True,
    ),
    "exercise": Word("[[exercise name]]", re.compile(r"exercise (?P<name>\w+)"), alone=True),
    "exercises": Word("[[exercises]]", re.compile("exercises"), alone=True),
}
MARKER = re.compile(r"\[\[(?=\s*[^\W\d])(?P<body>.*?)(?:(?P<closed>\]\])|$)")
CODE = re.compile(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)|\\\[")  # here brackets mean themselves
ASIDE, BACK = str.maketrans("[", "\ue000"), str.maketrans("\ue000", "[")


@dataclass(frozen=True)
class Marker:
    """A marker on a page: its word, and what follows it by name."""

    word: str
    arguments: dict[str, str | None]  # one that may be left out is None

    def __getitem__(self, name: str) -> Any:
        """An argument."""
        return self.arguments[name]


Render = Mapping[str, Callable[[Marker], str]]


def expand(page: str, render: Render) -> str:
    """Put in each marker's place what its word renders."""
    lines = page.split("\n")
    for number in prose(page) if "[[" in page else ():
        line = lines[number - 1]
        if "[[" in line:
            try:
                lines[number - 1] = expanded(line, render)
            except SiteError as error:
                raise SourceError(line, str(error)) from None
    return "\n".join(lines)


def prose(page: str) -> Iterator[int]:
    """The lines (from 1) outside of fences, of comments and of what stands above the page."""
    fenced = {
        line
        for fence in pages.fences(page)
        for line in range(fence.line, fence.line + fence.text.count("\n") + 3)
    }
    return (line for line, text in pages.prose(page, ()) if text and line not in fenced)


def expanded(line: str, render: Render) -> str:
    """A line with what its markers render; a block keeps the line's indentation."""

    def replace(match: re.Match[str]) -> str:
        marker = read(match, line)
        indent = line[: match.start()] if WORDS[marker.word].alone else ""
        return re.sub(r"\n(?=[^\n])", f"\n{indent}", render[marker.word](marker))

    aside = CODE.sub(lambda code: code[0].translate(ASIDE), line)
    return MARKER.sub(replace, aside).translate(BACK)


def read(match: re.Match[str], line: str) -> Marker:
    """The marker that a match is, or what is wrong with it."""
    text, body = (match[group].translate(BACK) for group in (0, "body"))
    name = re.findall(r"\w+", body)[0]
    if name not in WORDS:
        raise SiteError(f"no marker is called `{name}`, {known(name)}: `{text}`")
    word = WORDS[name]
    arguments = word.body.fullmatch(body)
    if not match["closed"] or not arguments:
        raise SiteError(f"expected `{word.form}`, got `{text}`")
    if word.alone and line.strip() != text:
        raise SiteError(f"`{word.form}` takes a line of its own, got `{line.strip()}`")
    return Marker(name, arguments.groupdict())


def known(name: str) -> str:
    """What a mistyped word may have meant."""
    near = get_close_matches(name, WORDS, n=1)
    return f"do you mean `{near[0]}`?" if near else f"but {', '.join(WORDS)}"
