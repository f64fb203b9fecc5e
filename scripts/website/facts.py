"""What a page tells about itself below its title: reading time, and its code to take away."""

import math
import re

from checks import pages
from website import memory

WORDS_PER_MINUTE = 200
SECONDS_PER_EXAMPLE = 4
WORD = re.compile(r"[^\W\d_][\w'’-]*")
TITLE = re.compile(r"^# .*$", re.MULTILINE)


@memory.remembered
def minutes(page: str) -> int:
    """How long a page takes to read."""
    examples = pages.page_examples(page)
    lines = (line for _, line in pages.prose(page, examples) if not pages.OPENING.fullmatch(line))
    return duration("\n".join(lines), len(examples))


def first_part(page: str) -> str:
    """A page as far as its stopping point, where a first reading may end."""
    return page.partition("\n!!! stop ")[0]


def duration(prose: str, examples: int) -> int:
    """Minutes for prose, by the word, and for examples, by their number."""
    seconds = len(WORD.findall(prose)) * 60 / WORDS_PER_MINUTE + examples * SECONDS_PER_EXAMPLE
    return math.ceil(seconds / 60)


def below_title(page: str, minutes: int, notebook: str) -> str:
    """A page's Markdown with its facts below the title."""
    time = "1 minute" if minutes == 1 else f"{minutes} minutes"
    facts = (
        f'<p class="facts">About {time}. '
        f'<a href="{notebook}" download>This page as a notebook</a></p>'
    )
    return insert(page, facts)


def insert(page: str, block: str) -> str:
    """A page's Markdown with a block below its title."""
    return TITLE.sub(lambda title: f"{title[0]}\n\n{block}", page, count=1)
