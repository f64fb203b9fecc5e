"""Snippets: what the copy button gives is code that runs, without prompts and outputs."""

import doctest
import html
import re

from pipeline import once_per_text

PYCON = re.compile(r'<div class="language-pycon highlight">(?P<block>.*?</code></pre>)', re.DOTALL)
TAGS = re.compile(r"<[^>]+>")


def copyable(session: str) -> str:
    """The statements of an interactive session, ready to run."""
    examples = doctest.DocTestParser().get_examples(session)
    return "".join(example.source for example in examples).rstrip()


@once_per_text
def render(content: str) -> str:
    """A page's HTML with `data-copy` on every session, which the theme's button reads."""

    def mark(match: re.Match[str]) -> str:
        code = copyable(html.unescape(TAGS.sub("", match["block"])))
        return (
            f'<div class="language-pycon highlight" data-copy="{html.escape(code)}">'
            f"{match['block']}"
        )

    return PYCON.sub(mark, content)
