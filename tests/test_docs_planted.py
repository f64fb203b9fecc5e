"""The checks of pages, figures and docstrings find what they are for, and say where it is.

Each test plants an error in a copy of the tree and runs the one check that must find it.
"""

import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import trees

PAGE = "docs/errata.md"
MODULE = "nnref/gradcheck.py"
FIGURES = "scripts/figures/tensors.py"
NUMBERS = ("tests/test_docs_numbers.py", "-k", PAGE)

DRAWS = "def planted() -> Figure:\n    return Figure(figsize=(1, 1))"
RAISES = 'def planted() -> Figure:\n    raise ValueError("drawn wrong")'
USE = "[[figure planted | A planted figure.]]"

Append = Callable[[str, str], int]
Run = subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return trees.copy(tmp_path_factory.mktemp("planted") / "tree", with_cache=True)


@pytest.fixture
def append(tree: Path) -> Iterator[Append]:
    """Add a text to a file of the tree for one test; give the line it starts in."""
    before: dict[Path, str] = {}

    def add(name: str, text: str) -> int:
        path = tree / name
        old = before.setdefault(path, path.read_text(encoding="utf-8"))
        path.write_text(f"{old}\n\n{text}\n", encoding="utf-8")
        return old.count("\n") + 3

    yield add
    for path, text in before.items():
        path.write_text(text, encoding="utf-8")


def build(tree: Path) -> Run:
    return trees.build(tree, tree / "site")


def check(tree: Path, *what: str) -> Run:
    return trees.run(tree, "pytest", "-q", "-p", "no:cacheprovider", *what)


def assert_fails(run: Run, *said: str) -> None:
    output = run.stdout + run.stderr
    assert run.returncode != 0, output
    for words in said:
        assert words in output, output


def test_the_tree_without_an_error_passes(tree: Path) -> None:
    for run in (build(tree), check(tree, PAGE, MODULE), check(tree, *NUMBERS)):
        assert run.returncode == 0, run.stdout + run.stderr


def test_a_wrong_output_on_a_page(tree: Path, append: Append) -> None:
    line = append(PAGE, "```pycon\n>>> 1 + 1\n3\n```")
    assert_fails(check(tree, PAGE), f"{PAGE}, line {line + 1}", "Expected:\n    3\nGot:\n    2")


def test_a_wrong_number_in_prose(tree: Path, append: Append) -> None:
    line = append(PAGE, "It is 0.123456.")
    assert_fails(check(tree, *NUMBERS), f"{PAGE}:{line}: `0.123456` is shown by no example")


def test_a_wrong_output_in_a_docstring(tree: Path, append: Append) -> None:
    line = append(MODULE, 'def planted():\n    """One.\n\n    >>> 1 + 1\n    3\n    """')
    assert_fails(check(tree, MODULE), f"{MODULE}:{line + 3}: DocTestFailure")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[there](missing.md)", "link 'missing.md'"),
        ("[there](index.md#missing)", "'index.md#missing'"),
        ("[there][missing]", "'missing'"),
        ("[[figure missing | A figure.]]", "no function `missing() -> Figure`"),
        ("[[figure missing | ]]", "expected `[[figure name | alt text]]`"),
    ],
    ids=["page", "anchor", "reference", "figure", "alt text"],
)
def test_a_page_that_names_what_is_not_there(
    tree: Path, append: Append, text: str, said: str
) -> None:
    append(PAGE, text)
    assert_fails(build(tree), said, Path(PAGE).name)


def test_bad_latex(tree: Path, append: Append) -> None:
    line = append(PAGE, "It is $\\frac{1$.")
    assert_fails(build(tree), f"{PAGE}:{line}: bad LaTeX `\\frac{{1`")


def test_a_figure_that_raises(tree: Path, append: Append) -> None:
    line = append(FIGURES, RAISES)
    append(PAGE, USE)
    place = f'{Path(FIGURES).name}", line {line + 1}, in planted'
    assert_fails(build(tree), "tensors.planted", place, "ValueError: drawn wrong")


def test_a_figure_that_nobody_uses(tree: Path, append: Append) -> None:
    line = append(FIGURES, DRAWS)
    assert_fails(build(tree), f"{FIGURES}:{line}: no page uses the figure `planted`")


def test_a_misnamed_parameter_in_a_docstring(tmp_path: Path) -> None:
    tree = trees.copy(tmp_path / "tree", with_cache=True)
    leave_out_what_runs(tree)
    text = (tree / MODULE).read_text(encoding="utf-8")
    before, _, after = re.split(r"(?<=Args:\n        )(\w+)", text, maxsplit=1)
    (tree / MODULE).write_text(f"{before}planted{after}", encoding="utf-8")
    line = before.count("\n") + 1
    assert_fails(build(tree), f"{MODULE}:{line}: Parameter 'planted' does not appear")


def leave_out_what_runs(tree: Path) -> None:
    """Spare a test that changes the library from drawing and running everything again."""
    for page in (tree / "docs").rglob("*.md"):
        if "[[" in page.read_text(encoding="utf-8"):
            page.write_text("# Without figures and studies\n", encoding="utf-8")
    for study in (tree / "docs" / "case-studies").glob("*.py"):
        study.unlink()
    for module in (tree / "scripts" / "figures").glob("[!_]*.py"):
        if module.stem not in ("style", "themes"):
            module.unlink()
