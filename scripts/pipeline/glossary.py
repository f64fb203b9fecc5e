"""Tooltips: the first time a page uses a term of the glossary, its meaning is at hand."""

import re

ENTRY = re.compile(
    r"^(?P<term>\S.*?) \{#glossary-[\w-]+(?P<marks>[^}]*)\}\n:   (?P<meaning>.+)$", re.M
)
LINK = re.compile(r"\[([^]]*)\](?:\[[^]]*\]|\([^)]*\))")
REFERENCE_AT_END = re.compile(rf"\s*{LINK.pattern}\s*$")
MARKUP = re.compile(r"[*`$]")
UNTOUCHED = r"<(?P<tag>h[1-6]|a|summary)\b[^>]*>.*?</(?P=tag)>"
TERM = re.compile(rf'{UNTOUCHED}|<abbr title="(?P<meaning>[^"]*)">(?P<term>.*?)</abbr>', re.DOTALL)
ABBR = re.compile(r"</?abbr[^>]*>")


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


def first_uses(content: str) -> str:
    """A page's HTML with a tooltip at the first use of each term, none in headings and links."""
    seen: set[str] = set()

    def keep(match: re.Match[str]) -> str:
        if match["tag"]:
            return ABBR.sub("", match[0])
        if match["meaning"] in seen:
            return match["term"]
        seen.add(match["meaning"])
        return match[0]

    return TERM.sub(keep, content)
