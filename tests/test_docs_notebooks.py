"""Every chapter page comes as a notebook: it holds the page's code, and it runs."""

import copy
import doctest
import json
import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient
from nbformat import NotebookNode

from checks import doctests, pages
from website import facts, notebooks

DOCS = Path(__file__).parents[1] / "docs"
TRACEBACK = "Traceback (most recent call last):\n    ...\n"
MODULE = re.compile(r"^[\w.]+\.(?=\w+Error: )", re.MULTILINE)  # Jupyter names the class alone
CHAPTER = sorted((DOCS / "chapter").glob("*.md"))

PAGE = """---
title: T
---

# Title {#t}

Text with a [link][somewhere] and [another](x.md#y).

*Figure on the page: What one sees.*

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
    page = facts.below_title("---\ntitle: T\n---\n\n# T\n\nText.\n", 1, "t.ipynb")
    assert '# T\n\n<p class="facts">About 1 minute.' in page
    assert '<a href="t.ipynb" download>' in page
    assert page.index("facts") < page.index("Text.")


# ---- running them


@pytest.fixture(scope="session")
def kernel() -> Iterator[KernelManager]:
    """A kernel that runs one notebook after another: to start one for each takes longer."""
    manager = KernelManager(kernel_name="python3")
    yield manager
    if manager.has_kernel:
        manager.shutdown_kernel(now=True)


def executed(notebook: NotebookNode, kernel: KernelManager) -> NotebookNode:
    """A notebook after a run that starts without any names."""
    anew = copy.deepcopy(notebook)
    anew.cells.insert(0, nbformat.v4.new_code_cell("%reset -f"))
    # Only a list's line breaks depend on IPython's own printer.
    plain = ["--PlainTextFormatter.pprint=False"]
    client = NotebookClient(anew, km=kernel, timeout=120, extra_arguments=plain)
    client.execute()
    client.kc.stop_channels()
    del anew.cells[0]
    return anew


def printed(cell: NotebookNode) -> str:
    """What a cell prints, as a page shows it."""
    return "".join(
        each.text
        if each.output_type == "stream"
        else f"{TRACEBACK}{each.ename}: {each.evalue}\n"
        if each.output_type == "error"
        else f"{each.data['text/plain']}\n"
        for each in cell.outputs
    )


@pytest.mark.parametrize("path", CHAPTER, ids=lambda path: path.stem)
def test_the_notebook_of_a_page_is_valid_and_prints_what_it_shows(
    path: Path, site: Path, kernel: KernelManager
) -> None:
    page = path.read_text(encoding="utf-8")
    notebook = nbformat.read(site / "chapter" / f"{path.stem}.ipynb", as_version=4)
    nbformat.validate(notebook)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    code = "\n".join(cell.source for cell in cells)
    assert all(example.source.rstrip("\n") in code for example in pages.page_examples(page))

    again = [cell for cell in executed(notebook, kernel).cells if cell.cell_type == "code"]
    for shown, ran in zip(cells, again, strict=True):
        want = MODULE.sub("", printed(shown))
        same = doctests.Checker().check_output(want, printed(ran), doctest.ELLIPSIS)
        assert same, f"{shown.source}\n{want}\n{printed(ran)}"
