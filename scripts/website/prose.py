"""Markdown's prose without what only the site can follow: links, ids, classes."""

import re
from collections.abc import Callable

# Code, formulas: what stands in them is no markup.
VERBATIM = re.compile(
    r"(?<!`)(`+)(?!`)(?:(?!\n\n).)*?(?<!`)\1(?!`)|\$\$.+?\$\$|\$[^$\n]+\$", re.DOTALL
)
# A link's text may wrap a line. Two indices, `a[0][1]`, are no link: a name has a letter.
TARGET = r"\[(?:[^]]*[^\W\d][^]]*)?\]|\((?:[^()\s]|\([^()]*\))*(?:\s+\"[^\"]*\")?\)"
LINK = re.compile(rf"(?<![\w\]!])\[(?P<text>[^][]*)\](?!\(https?:)(?:{TARGET})")


def without_links(text: str) -> str:
    """A text whose links within the site are their words; those to other sites stay."""
    return outside(text, lambda part: LINK.sub(r"\g<text>", part))


def outside(text: str, change: Callable[[str], str]) -> str:
    """A text after a change that leaves its code and formulas alone."""
    verbatim: list[str] = []

    def aside(match: re.Match[str]) -> str:
        verbatim.append(match[0])
        return f"\ue000{len(verbatim) - 1}\ue001"

    changed = change(VERBATIM.sub(aside, text))
    return re.sub("\ue000(\\d+)\ue001", lambda match: verbatim[int(match[1])], changed)
