"""The checks of pages, figures and docstrings find what they are for, and say where it is.

Errors are planted in a copy of the tree, each check runs once, and each test looks for its own
error. What stops a build is planted alone. Sites are built from a tree with three small pages.
"""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import trees

START = "docs/index.md"  # in the small tree
FIGURES = "scripts/figures/planted.py"
PARAMETER = "        x: a number."  # in the small tree's module
PAGE = "docs/glossary.md"  # in the whole tree
MODULE = "nnref/gradcheck.py"
NUMBERS = f"tests/test_docs_numbers.py::test_every_number_on_a_page_is_shown_or_declared[{PAGE}]"

LINKS = {
    "page": ("[there](missing.md)", "link 'missing.md'"),
    "anchor": ("[there](glossary.md#missing)", "'glossary.md#missing'"),
    "reference": ("[there][missing]", "'missing'"),
}
FIGURE = "from matplotlib.figure import Figure\n\n\ndef planted() -> Figure:\n"
DRAWS = f"{FIGURE}    return Figure(figsize=(1, 1))"
RAISES = f'{FIGURE}    raise ValueError("drawn wrong")'
USE = "[[figure planted | A planted figure. | Planted.]]"

OUTPUT = "```pycon\n>>> 1 + 1\n3\n```"
PROSE = "It is 0.123456."
DOCSTRING = 'def planted():\n    """One.\n\n    >>> 1 + 1\n    3\n    """'

Run = subprocess.CompletedProcess[str]
Build = Callable[..., Run]


@contextmanager
def planted(tree: Path, texts: dict[str, str]) -> Iterator[dict[str, int]]:
    """Add texts to the ends of files for a while; give the line that each starts in."""
    files = {tree / name: text for name, text in texts.items()}
    before = {path: path.read_bytes() for path in files if path.exists()}
    for path, text in files.items():
        with path.open("ab") as file:
            file.write(f"\n\n{text}\n".encode())
    yield {name: before.get(tree / name, b"").count(b"\n") + 3 for name in texts}
    for path in files:
        if path in before:
            path.write_bytes(before[path])
        else:
            path.unlink()


def assert_fails(run: Run, *said: str) -> None:
    """Assert that a check fails and says all this."""
    output = run.stdout + run.stderr
    assert run.returncode != 0, output
    for words in said:
        assert words in output, output


# ---- by the build


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return trees.small(tmp_path_factory.mktemp("small") / "tree")


def build(tree: Path) -> Run:
    return trees.build(tree, tree / "site")


@pytest.fixture(scope="module")
def warned(small: Path) -> Run:
    """One build with everything that a build only warns of; `--strict` then fails it."""
    module = small / "nnref" / "small.py"
    before = module.read_text(encoding="utf-8")
    module.write_text(before.replace(" x: ", " planted: "), encoding="utf-8")
    unused = {FIGURES: DRAWS, START: "\n\n".join(text for text, _ in LINKS.values())}
    with planted(small, unused):
        run = build(small)
    module.write_text(before, encoding="utf-8")
    return run


def assert_warns(run: Run, *said: str) -> None:
    """Assert that a build fails, and that one of its warnings says all this."""
    warnings = [line for line in run.stderr.splitlines() if line.startswith("WARNING")]
    assert run.returncode != 0
    assert any(all(words in line for words in said) for line in warnings), run.stderr


def test_the_small_tree_without_an_error_passes(small: Path) -> None:
    run = build(small)
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize(("_", "said"), LINKS.values(), ids=LINKS)
def test_a_page_that_links_to_what_is_not_there(warned: Run, _: str, said: str) -> None:
    assert_warns(warned, said, Path(START).name)


def test_a_figure_that_nobody_uses(warned: Run) -> None:
    line = 3 + DRAWS[: DRAWS.index("def planted")].count("\n")
    assert_warns(warned, f"{FIGURES}:{line}: no page uses the figure `planted`")


def test_a_misnamed_parameter_in_a_docstring(warned: Run) -> None:
    text = trees.SMALL["nnref/small.py"]
    line = text[: text.index(PARAMETER)].count("\n") + 1
    assert_warns(warned, f"nnref/small.py:{line}: Parameter 'planted' does not appear")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[figure missing | A figure. | Missing.]]", "no function `missing() -> Figure`"),
        ("[[figure missing | A figure.]]", "expected `[[figure name | alt text | caption]]`"),
    ],
    ids=["figure", "alt text"],
)
def test_a_page_that_shows_what_is_not_there(small: Path, text: str, said: str) -> None:
    with planted(small, {START: text}):
        assert_fails(build(small), said, Path(START).name)


def test_bad_latex(small: Path) -> None:
    with planted(small, {START: "It is $\\frac{1$."}) as lines:
        assert_fails(build(small), f"{START}:{lines[START]}: bad LaTeX `\\frac{{1`")


def test_a_question_whose_number_raises(small: Path) -> None:
    asked = "    - [= activations.sigmoids(2.0)] It"
    with planted(small, {START: f'??? question "How much?"\n{asked}'}) as lines:
        said = "`activations.sigmoids(2.0)` gives no number: AttributeError"
        assert_fails(build(small), f"{START}:{lines[START] + 1}: {said}")


def test_a_figure_that_raises(small: Path) -> None:
    with planted(small, {FIGURES: RAISES, START: USE}) as lines:
        line = lines[FIGURES] + RAISES.count("\n")
        place = f'{Path(FIGURES).name}", line {line}, in planted'
        assert_fails(build(small), place, "ValueError: drawn wrong")


# ---- by pytest


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return trees.copy(tmp_path_factory.mktemp("planted") / "tree", with_cache=False)


def check(tree: Path) -> Run:
    plain = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    return trees.run(tree, "pytest", *plain, PAGE, MODULE, NUMBERS)


@pytest.fixture(scope="module")
def tested(tree: Path) -> tuple[Run, dict[str, int]]:
    """One run of the tests with all that they must find, and where it stands."""
    with planted(tree, {PAGE: f"{OUTPUT}\n\n{PROSE}", MODULE: DOCSTRING}) as lines:
        return check(tree), lines


def test_the_tree_without_an_error_passes(tree: Path) -> None:
    run = check(tree)
    assert run.returncode == 0, run.stdout + run.stderr


def test_a_wrong_output_on_a_page(tested: tuple[Run, dict[str, int]]) -> None:
    run, lines = tested
    place = f"{PAGE}, line {lines[PAGE] + 1}"
    assert_fails(run, place, "Expected:\n    3\nGot:\n    2")


def test_a_wrong_number_in_prose(tested: tuple[Run, dict[str, int]]) -> None:
    run, lines = tested
    line = lines[PAGE] + OUTPUT.count("\n") + 2
    assert_fails(run, f"{PAGE}:{line}: `0.123456` is shown by no example")


def test_a_wrong_output_in_a_docstring(tested: tuple[Run, dict[str, int]]) -> None:
    run, lines = tested
    assert_fails(run, f"{MODULE}:{lines[MODULE] + 3}: DocTestFailure")
