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
    """How long a page takes to read."""
    examples = pages.page_examples(page)
    lines = (line for _, line in pages.prose(page, examples) if not pages.OPENING.fullmatch(line))
    return duration("\n".join(lines), len(examples))


def duration(prose: str, examples: int) -> int:
    """Minutes for prose, by the word, and for examples, by their number."""
    seconds = len(WORD.findall(prose)) * 60 / WORDS_PER_MINUTE + examples * SECONDS_PER_EXAMPLE
    return math.ceil(seconds / 60)


def below_title(content: str, minutes: int, notebook: str) -> str:
    """A page's HTML with its facts below the title."""
    time = "1 minute" if minutes == 1 else f"{minutes} minutes"
    facts = (
        f'</h1>\n<p class="facts">About {time}. '
        f'<a href="{notebook}" download>This page as a notebook</a></p>'
    )
    return TITLE.sub(facts, content, count=1)
