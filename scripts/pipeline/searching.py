"""The search's index, which every page loads: words, without the sources that fold out."""

import re

FOLDED = re.compile(r'<details class="(?:example|mkdocstrings-source)"')


def without_sources(content: str) -> str:
    """A page's HTML where folded sources are marked as not to be searched."""
    return FOLDED.sub(r'\g<0> data-search-exclude="true"', content)
