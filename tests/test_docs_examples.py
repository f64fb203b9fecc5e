"""How pages are run: which fences, in which lines, and what counts as the printed output."""

import textwrap
from pathlib import Path

import numpy as np
import pytest
from sybil import Sybil
from sybil.example import SybilFailure

from checks import doctests, pages


def run(tmp_path: Path, text: str) -> list[tuple[int, str]]:
    """Run a page; return the line of each failure with what it says."""
    page = tmp_path / "page.md"
    page.write_text(textwrap.dedent(text), encoding="utf-8")
    document = Sybil([doctests.parse], pattern="*.md").parse(page)
    doctests.fresh(document.namespace)
    failures = []
    for example in document.examples():
        try:
            example.evaluate()
        except SybilFailure as failure:
            failures.append((example.line, failure.result))
    return failures


def agrees(want: str, got: str) -> bool:
    return doctests.Checker().check_output(f"{want}\n", f"{got}\n", 0)


def test_examples_run_at_top_level_in_tabs_and_in_notes_and_share_names(tmp_path: Path) -> None:
    page = """\
        ```pycon title="a first one"
        >>> a = 1
        ```

        === "NumPy"

            ```pycon
            >>> b = a + 1
            >>> b
            20
            ```

        ??? question "What do you expect?"

            - In a list:

                ~~~pycon
                >>> for each in (a, b):
                ...     print(each)
                1
                30
                ~~~
        """
    assert [line for line, _ in run(tmp_path, page)] == [9, 18]


def test_a_failure_shows_the_line_the_source_and_both_outputs(tmp_path: Path) -> None:
    [(_, said)] = run(tmp_path, "```pycon\n>>> 0.7169\n0.73\n```\n")
    for part in ("Line 2", "page.md", "0.73", "0.7169"):
        assert part in said


@pytest.mark.parametrize(
    ("fence", "complaint"),
    [
        ("```python\nprint(1)\n```\n", "`python` would not be"),
        ("```\nprint(1)\n```\n", "`` would not be"),
        ("```pycon\n1\n>>> 1\n1\n```\n", "starts with `>>> `"),
        ("```pycon\n```\n", "starts with `>>> `"),
        ("```pycon\n>>> 1\n1\n>>>2\n```\n", "lacks blank"),
        ("```pycon\n>>> 1  # doctest: +SKIP\n2\n```\n", "no doctest directive"),
        ("```pycon\n>>> f()\nTraceback (most recent call last):\nE: x\n>>> 1\n```\n", "ends"),
    ],
)
def test_code_that_would_not_be_verified_fails(tmp_path: Path, fence: str, complaint: str) -> None:
    [(line, said)] = run(tmp_path, f"Text.\n\n{fence}")
    assert line == 3
    assert complaint in said


def test_a_fence_that_is_never_closed_fails(tmp_path: Path) -> None:
    with pytest.raises(pages.PageError, match="opens in line 2 is never closed"):
        run(tmp_path, "\n```pycon\n>>> 1\n2\n")


def test_output_and_commands_may_stand_in_plain_fences(tmp_path: Path) -> None:
    assert run(tmp_path, "```console\n$ python\n```\n\n```text\n>>> 1\n2\n```\n") == []


def test_a_blank_line_inside_an_output_is_part_of_it(tmp_path: Path) -> None:
    page = """\
        ```pycon
        >>> print("a\\n\\nb")
        a

        {}

        >>> 1
        1
        ```
        """
    assert run(tmp_path, page.format("b")) == []
    assert [line for line, _ in run(tmp_path, page.format("c"))] == [2]


def test_a_warning_is_part_of_the_output(tmp_path: Path) -> None:
    page = """\
        ```pycon
        >>> import numpy as np
        >>> np.exp([1000.0])
        RuntimeWarning: overflow encountered in exp
        array([inf])
        >>> np.exp([1000.0])
        array([inf])
        ```
        """
    assert [line for line, _ in run(tmp_path, page)] == [6]


def test_an_exception_shown_on_purpose_is_compared(tmp_path: Path) -> None:
    page = """\
        ```pycon
        >>> import math
        >>> math.exp(1000)
        Traceback (most recent call last):
          ...
        OverflowError: {}
        ```
        """
    assert run(tmp_path, page.format("math range error")) == []
    assert [line for line, _ in run(tmp_path, page.format("too large"))] == [3]


def test_each_page_starts_with_the_same_print_options(tmp_path: Path) -> None:
    shown = "```pycon\n>>> import numpy as np\n>>> np.array([1 / 3])\narray([0.33333333])\n```\n"
    change = "```pycon\n>>> import numpy as np\n>>> np.set_printoptions(precision=2)\n```\n"
    with np.printoptions():
        assert run(tmp_path, change) == []
        assert run(tmp_path, shown) == []


@pytest.mark.parametrize(
    ("want", "got"),
    [
        ("0.72", "0.7169"),
        ("0.7", "0.65"),
        ("0.7", "0.75"),
        ("2.1e-09", "2.0611536e-09"),
        ("1e-7", "1e-07"),
        ("1.", "1.0"),
        ("array([0.20, 0.72, 0.09])", "array([0.1954, 0.7169, 0.0878])"),
        ("tensor([1.00, -0.5])", "tensor([1., -0.5002])"),
        ("nan", "nan"),
    ],
)
def test_a_number_agrees_when_it_rounds_to_what_is_printed(want: str, got: str) -> None:
    assert agrees(want, got)


@pytest.mark.parametrize(
    ("want", "got"),
    [
        ("0.73", "0.7169"),
        ("0.72", "0.7299"),
        ("0.72", "-0.7169"),
        ("1", "2"),
        ("1", "1.0"),
        ("1.", "1.4"),
        ("1e-07", "1.4e-07"),
        ("array([1., 2.])", "array([1., 3.])"),
        ("array([0.20, 0.72, 0.08])", "array([0.1954, 0.7169, 0.0878])"),
        ("(0.20, 0.72)", "(0.1954, 0.7169, 0.0878)"),
        ("nan", "0.5"),
    ],
)
def test_any_other_number_does_not_agree(want: str, got: str) -> None:
    assert not agrees(want, got)
