"""Read a page as its tests do: the fences, the examples in them, and the prose around them."""

import doctest
import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml

OPENING = re.compile(r"(?P<indent> *)(?P<marks>`{3,}|~{3,}) *(?P<language>\w*)[^`]*")
FRONT_MATTER = re.compile(r"\A---\n(.*?\n)---\n", re.DOTALL)
HIDDEN = re.compile(rf"{FRONT_MATTER.pattern}|<!--.*?-->", re.DOTALL)
BLANK_IN_OUTPUT = re.compile(r"^$(?=\n+(?!>>> |\n|\Z))", re.MULTILINE)

RUN = "pycon"
ONLY_SHOWN = ("console", "text")

Line = tuple[int, str]


class PageError(Exception):
    """What a page holds that its tests cannot read or verify."""


@dataclass(frozen=True)
class Fence:
    """A fenced block: the line of its opening marks (from 1), its language and its text."""

    line: int
    language: str
    text: str

    def examples(self) -> list[doctest.Example]:
        """The examples to run, with the page's line numbers (from 0, as doctest counts)."""
        if self.language in ONLY_SHOWN:
            return []
        if self.language != RUN:
            raise PageError(
                f"a page's code stands in a `{RUN}` fence, which is run and compared; "
                f"`{self.language}` would not be"
            )
        return examples(self.text, self.line)


def fences(text: str) -> Iterator[Fence]:
    """Every fenced block of a page, whatever its indentation."""
    lines = enumerate(text.splitlines(), 1)
    for number, line in lines:
        if opening := OPENING.fullmatch(line):
            indent, marks, language = opening.groups()
            body: list[str] = []
            for _, inner in lines:
                if inner.rstrip() == indent + marks:
                    break
                body.append(inner.removeprefix(indent))
            else:
                raise PageError(f"the fence that opens in line {number} is never closed")
            yield Fence(number, language, "\n".join(body))


def examples(text: str, line: int) -> list[doctest.Example]:
    """The examples below a line of a page; a blank line inside an output belongs to it."""
    if not text.startswith(">>> "):
        raise PageError(f"a `{RUN}` fence starts with `>>> `; text before it would not be run")
    whole = "\n" * line + BLANK_IN_OUTPUT.sub("<BLANKLINE>", text)
    try:
        found = doctest.DocTestParser().get_examples(whole)
    except ValueError as error:
        raise PageError(str(error)) from error
    if any(each.options for each in found):
        raise PageError("an example on a page takes no doctest directive; readers would see it")
    if any(each.exc_msg for each in found[:-1]):
        raise PageError("the example that raises ends its fence; copied code stops there")
    return found


def front_matter(text: str) -> dict[str, Any]:
    """What a page says about itself in the YAML at its top."""
    match = FRONT_MATTER.match(text)
    return yaml.safe_load(match[1]) if match else {}


def page_examples(text: str) -> list[doctest.Example]:
    """Every example on a page."""
    return [example for fence in fences(text) for example in fence.examples()]


@lru_cache(maxsize=256)
def sources(text: str) -> tuple[str, ...]:
    """The code of every example on a page."""
    return tuple(example.source for example in page_examples(text))


def prose(text: str, examples: Iterable[doctest.Example]) -> Iterator[Line]:
    """What a text tells without running it, line by line; a comment in its code is prose too."""
    lines = dict(enumerate(HIDDEN.sub(blank, text).splitlines(), 1))
    for example in examples:
        height = f"{example.source}{example.want}".count("\n")
        lines |= dict.fromkeys(range(example.lineno + 1, example.lineno + 1 + height), "")
        lines |= comments(example)
    return iter(lines.items())


def blank(match: re.Match[str]) -> str:
    """Nothing, on as many lines."""
    return "\n" * match[0].count("\n")


def comments(example: doctest.Example) -> dict[int, str]:
    """The comments in an example's source, by their lines on the page."""
    tokens = tokenize.generate_tokens(io.StringIO(example.source).readline)
    return {
        example.lineno + token.start[0]: token.string
        for token in tokens
        if token.type == tokenize.COMMENT
    }
