"""What a page tells about itself below its title: reading time, and its code to take away."""

import math
import re

from pipeline import once_per_text, pages

WORDS_PER_MINUTE = 200
SECONDS_PER_EXAMPLE = 4
WORD = re.compile(r"[^\W\d_][\w'’-]*")
TITLE = re.compile(r"</h1>")


@once_per_text
def minutes(page: str) -> int:
    """How long a page takes to read: its prose by the word, its examples by their number."""
    examples = pages.page_examples(page)
    lines = (line for _, line in pages.prose(page, examples) if not pages.OPENING.fullmatch(line))
    words = sum(len(WORD.findall(line)) for line in lines)
    seconds = words * 60 / WORDS_PER_MINUTE + len(examples) * SECONDS_PER_EXAMPLE
    return math.ceil(seconds / 60)


def below_title(content: str, page: str, notebook: str) -> str:
    """A page's HTML with its facts below the title."""
    time = "1 minute" if minutes(page) == 1 else f"{minutes(page)} minutes"
    facts = (
        f'</h1>\n<p class="facts">About {time}. '
        f'<a href="{notebook}" download>This page as a notebook</a></p>'
    )
    return TITLE.sub(facts, content, count=1)
