"""What makes the site: `docs/` → staged pages → HTML → finished site, in one direction.

| Room | What it does |
|---|---|
| `stage` | a page of `docs/` → Markdown that any generator reads, and the files it shows |
| `markers` | the grammar of `[[word …]]`, which names what a page gets from elsewhere |
| `figures`, `studies`, `accuracy`, `recorded`, `atlas`, `exercises` | what stands behind a marker |
| `moving` | a figure's drawing as a script can move it, and its controls |
| `questions`, `compute` | questions that answer back, and the numbers that they ask for |
| `svg`, `legible` | a drawing's dark colors, and whether they can be read |
| `notebooks`, `used`, `facts` | what a page gets from its own text |
| `package`, `opening` | the wheel of `nnref`, and the cell that brings it into every notebook |
| `browser`, `runnable` | Python in the reader's browser: what ships, and which examples run |
| `workshop` | draws figures and runs studies, side by side, each once |
| `memory`, `stamp` | what a build remembers for the next, and when none is needed |
| `edition` | version, date and card of the site |
| `extension` | Markdown → HTML: formulas, copy text, what search skips |
| `searching` | what the search reads of a page, and what else it knows |
| `finish` | the built site → the site: terms' links, the content-security policy |
| `adapter` | with `hooks.py` all that knows MkDocs and its plugins |
"""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache"


class SiteError(Exception):
    """What is wrong with a source of the site."""


class SourceError(SiteError):
    """What is wrong with a text of a page."""

    def __init__(self, text: str, problem: str) -> None:
        """Keep the text, so that its line can be found."""
        super().__init__(problem)
        self.text = text
