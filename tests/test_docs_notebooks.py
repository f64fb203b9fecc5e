"""Every chapter page comes as a notebook that runs wherever it is, with PyTorch or without."""

import ast
import base64
import copy
import doctest
import json
import re
from collections.abc import Iterator
from pathlib import Path

import clean
import nbformat
import pytest
from _pytest.mark import ParameterSet
from jupyter_client.manager import KernelManager
from nbformat import NotebookNode

from checks import doctests, pages
from website import SiteError, facts, notebooks, opening, package

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
    """A page's cells, behind the two that each notebook begins with."""
    return json.loads(notebooks.notebook(page, package.wheel()))["cells"][2:]


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


# ---- what each begins with


def test_a_notebook_says_what_it_needs_and_carries_the_package() -> None:
    page = "```pycon\n>>> import torch\n>>> from nnref import losses\n```\n"
    about, opening = json.loads(notebooks.notebook(page, package.wheel()))["cells"][:2]
    assert "Python 3.11 or newer, NumPy 2.1 or newer and PyTorch as well" in about["source"]
    assert opening["metadata"] == {"jupyter": {"source_hidden": True}}
    *_, call = opening["source"].splitlines()
    assert base64.b64encode(package.wheel().read_bytes()).decode() in call


def test_an_import_that_no_reader_was_told_of_stops_the_build() -> None:
    with pytest.raises(SiteError, match=r"package\.py` does not know scipy"):
        notebooks.notebook("```pycon\n>>> import scipy.stats\n```\n", package.wheel())


def test_a_cell_carries_the_picture_that_it_shows(tmp_path: Path) -> None:
    path = tmp_path / "one.png"
    path.write_bytes(b"\x89PNG")
    page = "# T\n\n![A rise (1).](attachment:one.png)\n"
    text = notebooks.notebook(page, package.wheel(), (("one.png", path),))
    *_, cell = json.loads(text)["cells"]
    assert cell["source"] == page.strip()
    assert cell["attachments"] == {"one.png": {"image/png": base64.b64encode(b"\x89PNG").decode()}}


@pytest.mark.parametrize(
    ("cells", "run"),
    [
        (["import torch", "x = 1"], [False, True]),
        (["from torch.nn import functional as F", "y = F.relu(1)", "z = y"], [False] * 3),
        (["import torch\nx = 1", "x = 2", "x + 1"], [False, True, True]),
        (["import torch\ndef f(): pass", "class F: pass\nf()", "F()"], [False] * 3),
        (["import torch.nn as nn", "[nn for nn in ()]", "nn.Linear"], [False, True, True]),
        (["from torch import *", "import torchvision"], [False, True]),
    ],
)
def test_a_cell_is_skipped_where_it_needs_a_missing_package(
    cells: list[str], run: list[bool]
) -> None:
    skip = opening.Skip({"torch": "PyTorch"})
    seen = [ast.unparse(skip.visit(ast.parse(cell))) for cell in cells]
    told = "print('Skipped: this cell needs PyTorch.')"
    assert [each != told for each in seen] == run


def test_a_package_that_is_too_old_counts_as_missing() -> None:
    versions = {"1.26.4": True, "2.0.2": True, "2.1.0": False, "2.10": False, "": False}
    assert {each: opening.older(each, "2.1") for each in versions} == versions


# ---- running them

SAMPLE = {"losses", "summary", "tensors"}  # of those without PyTorch, in the gate
# One kernel runs one notebook after another: to start one for each takes longer.
RESET = """%reset -f
import sys
get_ipython().ast_transformers.clear()
sys.path[:] = [each for each in sys.path if not each.endswith(".whl")]
for each in [each for each in sys.modules if each.partition(".")[0] == "nnref"]:
    del sys.modules[each]
"""


def runs() -> Iterator[ParameterSet]:
    """Each notebook in both environments."""
    for torch in (True, False):
        for path in CHAPTER:
            later = [] if torch or path.stem in SAMPLE else [pytest.mark.downloads]
            name = f"{path.stem}{'' if torch else ' without torch'}"
            yield pytest.param(path, torch, id=name, marks=later)


@pytest.fixture(scope="session")
def kernel(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[KernelManager]:
    """A reader's environment without `nnref`."""
    folder = tmp_path_factory.mktemp("kernel")
    with clean.kernel(folder, torch=request.param) as manager:
        manager.torch = request.param
        yield manager


def executed(notebook: NotebookNode, kernel: KernelManager, folder: Path) -> NotebookNode:
    """A notebook after a run that starts without any names."""
    anew = copy.deepcopy(notebook)
    anew.cells.insert(0, nbformat.v4.new_code_cell(RESET))
    # Only a list's line breaks depend on IPython's own printer.
    clean.run(anew, kernel, folder, "--PlainTextFormatter.pprint=False")
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


SKIPPED = "Skipped: this cell needs PyTorch.\n"


@pytest.mark.parametrize(("path", "kernel"), [*runs()], indirect=["kernel"])
def test_the_notebook_of_a_page_runs_without_the_package_and_prints_what_the_page_shows(
    path: Path, site: Path, kernel: KernelManager, tmp_path: Path
) -> None:
    page = path.read_text(encoding="utf-8")
    notebook = nbformat.read(site / "chapter" / f"{path.stem}.ipynb", as_version=4)
    nbformat.validate(notebook)
    _, *cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    code = "\n".join(cell.source for cell in cells)
    assert all(example.source.rstrip("\n") in code for example in pages.page_examples(page))

    run = executed(notebook, kernel, tmp_path)
    begun, *again = [cell for cell in run.cells if cell.cell_type == "code"]
    assert printed(begun).startswith("nnref comes from this notebook: nnref-")
    assert ("PyTorch is missing" in printed(begun)) != (kernel.torch or "import torch" not in code)
    for shown, ran in zip(cells, again, strict=True):
        if "import torch" in shown.source and not kernel.torch:
            assert printed(ran) == SKIPPED, shown.source
        if printed(ran) == SKIPPED and not kernel.torch:
            continue
        want = MODULE.sub("", printed(shown))
        same = doctests.Checker().check_output(want, printed(ran), doctest.ELLIPSIS)
        assert same, f"{shown.source}\n{want}\n{printed(ran)}"
