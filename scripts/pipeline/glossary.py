"""Tooltips: the first time a page uses a term of the glossary, its meaning is at hand."""

import html
import re

from pipeline import once_per_text

ENTRY = re.compile(
    r"^(?P<term>\S.*?) \{#glossary-[\w-]+(?P<marks>[^}]*)\}\n:   (?P<meaning>.+)$", re.M
)
LINK = re.compile(r"\[([^]]*)\](?:\[[^]]*\]|\([^)]*\))")
REFERENCE_AT_END = re.compile(rf"\s*{LINK.pattern}\s*$")
MARKUP = re.compile(r"[*`$]")
TAG = re.compile(r"(<[^>]+>)")
NAME = re.compile(r"</?(?P<name>[a-z][a-z0-9]*)")
UNTOUCHED = {"a", "autoref", "code", "h1", "h2", "h3", "h4", "h5", "h6", "math", "pre", "summary"}


def meanings(page: str) -> dict[str, str]:
    """The glossary's terms as they may stand in a sentence, each with its meaning."""
    return {
        form: plain(entry["meaning"])
        for entry in ENTRY.finditer(page)
        if ".everyday" not in entry["marks"]
        for form in forms(entry["term"])
    }


def plain(meaning: str) -> str:
    """A meaning without its link and without Markdown."""
    return MARKUP.sub("", LINK.sub(r"\1", REFERENCE_AT_END.sub("", meaning)))


def forms(term: str) -> set[str]:
    """A term in the singular and the plural, within and at the start of a sentence."""
    plural = f"{term[:-1]}ies" if re.search(r"[^aeiou]y$", term) else f"{term}s"
    return {form for one in (term, plural) for form in (one, one[:1].upper() + one[1:])}


def first_uses(content: str, meaning_of: dict[str, str]) -> str:
    """A page's HTML with a tooltip at the first use of each term, none in code, headings, links."""
    return marked(content, tuple(meaning_of.items()))


@once_per_text
def marked(content: str, meanings: tuple[tuple[str, str], ...]) -> str:
    """The work of `first_uses`, on arguments that can be looked up."""
    meaning_of = dict(meanings)
    words = "|".join(map(re.escape, sorted(meaning_of, key=len, reverse=True)))
    term = re.compile(rf"\b(?:{words})\b")
    seen: set[str] = set()
    within: list[str] = []

    def mark(match: re.Match[str]) -> str:
        meaning = meaning_of[match[0]]
        if meaning in seen:
            return match[0]
        seen.add(meaning)
        return f'<abbr title="{html.escape(meaning)}">{match[0]}</abbr>'

    def follow(part: str) -> str:
        tag = NAME.match(part)
        if not tag:
            return part if within else term.sub(mark, part)
        if tag["name"] in UNTOUCHED:
            if not part.startswith("</"):
                within.append(part)
            elif within:
                within.pop()
        return part

    return "".join(map(follow, TAG.split(content)))
