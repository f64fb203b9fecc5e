"""The glossary's terms as they stand in a sentence, each with its meaning for a tooltip."""

import re
from typing import NamedTuple

from website import prose

ENTRY = re.compile(
    r"^(?P<term>\S.*?) \{#(?P<name>glossary-[\w-]+)(?P<marks>[^}]*)\}\n:   (?P<meaning>.+)$", re.M
)
REFERENCE_AT_END = re.compile(rf"\s*{prose.LINK.pattern}\s*$")
MARKUP = re.compile(r"[*`$]")
PLURALS = (  # the first that fits
    (re.compile(r"(?<=epoch)$"), "s"),  # its ch is a k
    (re.compile(r"(?<=[^aeiou])y$"), "ies"),
    (re.compile(r"is$"), "es"),
    (re.compile(r"(?<=s|x|z)$|(?<=[cs]h)$"), "es"),
    (re.compile(r"$"), "s"),
)


class Term(NamedTuple):
    """What a term means, and where on the glossary's page it stands."""

    meaning: str
    place: str


def terms(page: str) -> dict[str, Term]:
    """The glossary's terms as they may stand in a sentence."""
    return {
        form: Term(plain(entry["meaning"]), entry["name"])
        for entry in ENTRY.finditer(page)
        if ".everyday" not in entry["marks"]
        for form in forms(entry["term"])
    }


def letters(page: str) -> str:
    """A row of the letters that terms begin with, each with a link to the first of them."""
    first: dict[str, str] = {}
    for entry in ENTRY.finditer(page):
        first.setdefault(entry["term"][0].upper(), entry["name"])
    return " ".join(f"[{letter}](#{name})" for letter, name in first.items()) + "\n{: .letters }"


def plain(meaning: str) -> str:
    """A meaning without its link and without Markdown."""
    return MARKUP.sub("", prose.without_links(REFERENCE_AT_END.sub("", meaning)))


def forms(term: str) -> set[str]:
    """A term in the singular and the plural, within and at the start of a sentence."""
    return {form for one in (term, plural(term)) for form in (one, one[:1].upper() + one[1:])}


def plural(term: str) -> str:
    """The plural of a term, by its last letters."""
    ending, letters = next(each for each in PLURALS if each[0].search(term))
    return ending.sub(letters, term, count=1)
