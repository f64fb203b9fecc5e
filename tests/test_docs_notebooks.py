"""Every chapter page comes as a notebook: it holds the page's code, and it runs."""

import json
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from checks import pages
from website import facts, notebooks

DOCS = Path(__file__).parents[1] / "docs"
CHAPTER = sorted((DOCS / "chapter").glob("*.md"))

PAGE = """---
title: T
---

# Title {#t}

Text with a [link][somewhere] and [another](x.md#y).

[[figure f | What one sees.]]

=== "NumPy"

    ```pycon
    >>> x = 1
    >>> x + 1
    2
    >>> y = 3
    ```

??? question "What next?"

    ```pycon
    >>> 1 / 0
    Traceback (most recent call last):
        ...
    ZeroDivisionError: division by zero
    ```
"""


def cells(page: str) -> list[dict[str, object]]:
    return json.loads(notebooks.notebook(page))["cells"]


def test_text_is_plain_markdown() -> None:
    texts = [str(cell["source"]) for cell in cells(PAGE) if cell["cell_type"] == "markdown"]
    assert texts[0] == (
        "# Title\n\nText with a link and another.\n\n"
        "*Figure on the page: What one sees.*\n\n**NumPy**"
    )
    assert texts[1] == "**What next?**"


def test_a_cell_ends_where_something_is_printed() -> None:
    code = [cell for cell in cells(PAGE) if cell["cell_type"] == "code"]
    assert [cell["source"] for cell in code] == ["x = 1\nx + 1", "y = 3", "1 / 0"]
    assert code[0]["outputs"] == [{"output_type": "stream", "name": "stdout", "text": "2\n"}]
    assert code[1]["outputs"] == []


def test_an_error_shown_on_purpose_does_not_stop_the_notebook() -> None:
    tags = [cell["metadata"] for cell in cells(PAGE) if cell["cell_type"] == "code"]
    assert tags == [{}, {}, {"tags": ["raises-exception"]}]


def test_reading_time_counts_words_and_examples() -> None:
    words = "word " * 400
    example = "\n```pycon\n>>> 1\n1\n```\n"
    assert facts.minutes(words) == 2
    assert facts.minutes(words + example * 15) == 3


def test_the_facts_stand_below_the_title() -> None:
    content = facts.below_title("<h1>T</h1><p>Text</p>", 1, "t.ipynb")
    assert content.startswith('<h1>T</h1>\n<p class="facts">About 1 minute.')
    assert '<a href="t.ipynb" download>' in content


@pytest.mark.parametrize("path", CHAPTER, ids=lambda path: path.stem)
def test_the_notebook_of_a_page_is_valid_and_runs(path: Path) -> None:
    page = path.read_text(encoding="utf-8")
    notebook = nbformat.reads(notebooks.notebook(page), as_version=4)
    nbformat.validate(notebook)
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    assert all(example.source.rstrip("\n") in code for example in pages.page_examples(page))
    NotebookClient(notebook, timeout=120).execute()
