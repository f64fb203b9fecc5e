"""Each number that a page or a docstring states is shown there by an example, or declared."""

import ast
import doctest
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from checks import numbers, pages
from website import ROOT

PAGES = sorted(ROOT.glob("docs/**/*.md"))
MODULES = sorted(ROOT.glob("nnref/**/[!_]*.py"))
# The accuracy is measured by the function's tests; references have years and page numbers.
CHECKED_ELSEWHERE = re.compile(
    r"Accuracy: within [\d.]+ ulp|^( *)References:\n(?:\1 +.*\n|\n)*", re.MULTILINE
)

# What a docstring states that its own examples cannot show, with the reason.
GIVEN = {
    "sigmoid": {"-709": "where `math.exp(-x)` overflows; the chapter shows it"},
    "softmax": {"710": "where `exp` overflows; the chapter shows it"},
    "softplus": {"710": "where `exp` overflows; the chapter shows it"},
    "gelu": {"4%": "PyTorch's error; a test of parity shows it"},
    "gelu_tanh": {
        "0.044715": "the constant of the paper",
        "30%": "PyTorch's error; a test of parity shows it",
    },
    "gelu_tanh_grad": {"0.044715": "as in gelu_tanh"},
    "numeric_grad": {
        "1e-6": "the default step of torch.autograd.gradcheck",
        "1e-15": "the smallest step that is accepted; the error's test shows it",
    },
    "check_grad": {"1e-15": "as in numeric_grad"},
    "Dense": {"264": "the bound of a product; tests of _reduce show it"},
    "describe": {"1000": "the definition of a kilobyte"},
    "binary_cross_entropy_grad": {"2.13": "PyTorch's version", "2.14": "PyTorch's version"},
    "iou_loss_grad": {"2.13": "PyTorch's version", "2.14": "PyTorch's version"},
}


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def on_page(text: str) -> list[tuple[int, str]]:
    given = pages.front_matter(text).get("given", {})
    return list(numbers.complaints(text, pages.page_examples(text), given))


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_every_number_on_a_page_is_shown_or_declared(page: Path) -> None:
    found = on_page(page.read_text(encoding="utf-8"))
    assert not found, report(page, found)


@pytest.mark.parametrize("module", MODULES, ids=relative)
def test_every_number_in_a_docstring_is_shown_or_declared(module: Path) -> None:
    found = [
        (start + line - 1, f"{name}: {complaint}")
        for name, start, text in docstrings(module)
        for line, complaint in in_docstring(text, GIVEN.get(name, {}))
    ]
    assert not found, report(module, found)


def report(path: Path, found: Iterable[tuple[int, str]]) -> str:
    return "\n".join(f"{relative(path)}:{line}: {complaint}" for line, complaint in found)


def docstrings(path: Path) -> Iterator[tuple[str, int, str]]:
    """The name, first line and text of each docstring that the reference shows."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            name, text = getattr(node, "name", path.stem), ast.get_docstring(node, clean=False)
            if text and not name.startswith("_"):
                yield name, node.body[0].lineno, text


def in_docstring(text: str, given: Iterable[str]) -> list[tuple[int, str]]:
    examples = doctest.DocTestParser().get_examples(text)
    text = CHECKED_ELSEWHERE.sub(pages.blank, text)
    return list(numbers.complaints(text, examples, given))


SHOWN = """\
```pycon
>>> probabilities([1.2, 2.5, 0.4], scale=100_000)
array([0.1954, 0.7169, 0.0878])
>>> slope(-709.5), tiny(10**-7), f"{x:.6f}"
(-0.964028, 2.0611536e-09, '0.25')
>>> images.shape
(16, 3, 224, 224)
>>> math.exp(1000)
Traceback (most recent call last):
  line 555, in exp
OverflowError: above 709.78
```
"""


@pytest.mark.parametrize(
    "prose",
    [
        "porosity takes 0.72, that is 72 % or 71.7%",
        "| crack | 8.78 % |",
        "100,000 draws, 100\u2009000, 100_000, $100{,}000$, $100\\,000$, $10^5$ and 10⁵",
        "`tanh(-2)` is −0.964 or -0.96",
        "10⁻⁷, $10^{-7}$, 1e-7 and `10**-7`",
        "$2.06 \\times 10^{-9}$ is 2.1 × 10⁻⁹ or 2.06e-9",
        "a batch of shape (16, 3, 224, 224), that is 224×224 pixels",
        "rounded half either way, 0.4 is 0.40",
        "small whole numbers such as 3, 12 and 99, x², 3³ and float32, fan_100",
        "**0.72**, _0.72_, (0.72), 0.72.",
        '[text](page.md#a-0.31 "0.72") and [`f`][nnref.f0.31] and <https://a.b/0.31>',
        '<img src="0.31.svg" alt="0.72" width="310">',
        "## Heading { #section-0.31 }",
        "<!-- 0.31\n\n0.31 -->",
        "[paper]: https://example.org/1943",
        "[doi:10.1037/h0042519](https://doi.org/10.1037/h0042519)",
        "[arXiv:1412.6980](https://arxiv.org/abs/1412.6980)",
        "below 709.78 it is finite",
    ],
)
def test_a_number_that_an_example_shows_passes(prose: str) -> None:
    assert on_page(f"{SHOWN}\n{prose}\n") == []


@pytest.mark.parametrize(
    ("prose", "number"),
    [
        ("porosity takes 0.73", "0.73"),
        ("porosity takes 0.7168", "0.7168"),
        ("more digits than are shown: 0.71690", "0.71690"),
        ("`tanh(-2)` is 0.964", "0.964"),
        ("72.0 %", "72.0%"),
        ("only a format: 0.6", "0.6"),
        ("only a traceback's inside: line 555", "555"),
        ("| 8 | 9.5 % |", "9.5%"),
        ("# Heading of 1943", "1943"),
        ('!!! note "In 1943"', "1943"),
        ("    indented 0.31", "0.31"),
        ("[0.31](page.md)", "0.31"),
        ("![0.31](page.md)", "0.31"),
        ("[[figure curve | a curve up to 0.31]]", "0.31"),
        ("`relu(0.31)`", "0.31"),
        ("$x = 0.31$", "0.31"),
        ("$e^{-800}$", "-800"),
        ("1e-300", "1e-300"),
        ("10⁻⁸", "10⁻⁸"),
        ("2⁻²⁴", "2⁻²⁴"),
        ("200,000", "200,000"),
        ("(16, 3, 225, 225)", "225"),
        ("version 2.13.0", "2.13.0"),
        ("[arXiv:1412.6981](https://arxiv.org/abs/1412.6980)", "1412.6981"),
        ("[doi:10.1037/h0042519](https://doi.org/10.1037/h0042518)", "10.1037"),
        ("```text\n0.31\n```", "0.31"),
    ],
)
def test_a_number_that_no_example_shows_fails_in_its_line(prose: str, number: str) -> None:
    found = on_page(f"{SHOWN}\n{prose}\n")
    line = f"{SHOWN}\n{prose.partition('0.31')[0]}".count("\n") + 1
    assert [(at, said.partition(" is shown by no example")[0]) for at, said in found] == [
        (line, f"`{number}`")
    ] * len(found)
    assert found


def test_a_comment_in_an_example_is_prose() -> None:
    page = "```pycon\n>>> f()  # at least 0.9\n0.7169\n>>> # 0.95\n```\n"
    assert [line for line, _ in on_page(page)] == [2, 4]


def test_a_version_equals_itself_alone() -> None:
    page = "```pycon\n>>> version\n'0.1.0'\n```\n\n0.1.0\n\n0.1\n\n0.2.0\n"
    assert [line for line, _ in on_page(page)] == [8, 10]


def test_the_complaint_names_the_nearest_number() -> None:
    [(_, said)] = on_page(f"{SHOWN}\n0.73\n")
    assert said.endswith("the nearest shown is 0.7169")


def test_a_declared_number_passes_where_it_is_stated() -> None:
    declared = '---\ngiven:\n  "1943": year of a paper\n  "−0.5": read off\n---\n'
    assert on_page(f"{declared}\nIn 1943 it was -0.5.\n") == []


@pytest.mark.parametrize(
    ("prose", "why"),
    [
        ("Nothing.", "`0.72` is declared as given but is not stated"),
        ("It is 0.72.", "`0.72` is declared as given but is shown by an example"),
    ],
)
def test_an_idle_declaration_fails(prose: str, why: str) -> None:
    example = "```pycon\n>>> f()\n0.7169\n```\n"
    assert on_page(f'---\ngiven:\n  "0.72": read off\n---\n{example}\n{prose}\n') == [(1, why)]


def test_a_docstring_is_read_without_its_examples() -> None:
    text = "About 0.31.\n\nExamples:\n    >>> f()\n    0.72\n\nIt is 0.72, then 0.32.\n"
    assert [line for line, _ in in_docstring(text, ())] == [1, 7]


def test_a_docstring_may_state_its_accuracy_and_its_references() -> None:
    text = (
        "One.\n\n    Accuracy: within 1.5 ulp.\n\n    References:\n        1986.\n\n    In 1962.\n"
    )
    assert [line for line, _ in in_docstring(text, ())] == [8]
