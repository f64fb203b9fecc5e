"""Which examples run in a reader's browser: those that need no more than is there."""

import pytest

from website import ROOT, runnable

LEAST = 482  # of the pages' sessions; this number may grow


def page(*sessions: str) -> str:
    """A page of sessions, a line a statement."""
    fences = ["\n".join(f">>> {line}" for line in each.splitlines()) for each in sessions]
    return "\n\n".join(f"```pycon\n{fence}\n```" for fence in fences)


@pytest.mark.parametrize(
    ("session", "package"),
    [
        ("import math, numpy as np", ""),
        ("from nnref.activations import relu", ""),
        ("import matplotlib.pyplot as plt", ""),
        ("import torch", "torch"),
        ("import numpy as np, torch.nn as nn", "torch"),
        ("from torch.nn import functional", "torch"),
        ("if True: import mpmath", "mpmath"),
    ],
)
def test_an_example_runs_if_all_that_it_imports_is_there(session: str, package: str) -> None:
    assert runnable.needs(page(session)) == [package]


def test_a_name_of_an_example_that_cannot_run_is_lacking_until_one_binds_it() -> None:
    sessions = ["import torch\nx = torch.ones(3)", "y = x", "y", "x = 1", "x"]
    assert runnable.needs(page(*sessions)) == ["torch", "torch", "torch", "", ""]


def test_a_name_that_an_example_binds_itself_is_not_lacking() -> None:
    assert runnable.needs(page("import torch\nx = 1", "x = 2\nx")) == ["torch", ""]


def test_a_name_that_was_there_before_stays() -> None:
    assert runnable.needs(page("x = 1", "import torch\nx = 2", "x")) == ["", "torch", ""]


def test_a_functions_own_names_are_none_of_the_pages() -> None:
    sessions = ["import torch\nx = torch.ones(3)", "f = lambda x: x", "g = lambda: x"]
    assert runnable.needs(page(*sessions)) == ["torch", "", "torch"]
    inside = "class A: f = lambda self: [x for y in (lambda x: x,)]"
    assert runnable.needs(page(sessions[0], inside)) == ["torch", "torch"]


def test_what_cannot_be_read_is_left_to_the_pages_tests() -> None:
    assert runnable.needs("```pycon\n>>>x\n```") == [""]


def test_no_example_stops_running_and_each_that_does_not_has_a_reason() -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted(ROOT.glob("docs/**/*.md"))]
    found = [need for text in texts for need in runnable.needs(text)]
    assert found.count("") >= LEAST
    assert {*found} == {"", "torch", "mpmath"}
