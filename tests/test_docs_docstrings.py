"""A docstring's examples run alone: they import what they use, as a reader who copies them must."""

import doctest
import importlib
import pkgutil
from types import ModuleType

import pytest

import nnref
from checks.doctests import Checker

OPTIONS = doctest.ELLIPSIS | doctest.REPORT_ONLY_FIRST_FAILURE
MODULES = [name for _, name, _ in pkgutil.walk_packages(nnref.__path__, "nnref.")]


def examples(module: ModuleType) -> list[doctest.DocTest]:
    """The examples of each docstring, with no names but those they import themselves."""
    found = doctest.DocTestFinder().find(module)
    for test in found:
        test.globs = {}
    return [test for test in found if test.examples]


def failures(test: doctest.DocTest) -> str:
    """What the examples print where it is not what they promise."""
    said: list[str] = []
    doctest.DocTestRunner(Checker(), verbose=False, optionflags=OPTIONS).run(test, out=said.append)
    return "".join(said)


ALL = [test for name in MODULES for test in examples(importlib.import_module(name))]


@pytest.mark.parametrize("test", ALL, ids=lambda test: test.name)
def test_the_examples_run_without_the_names_of_their_module(test: doctest.DocTest) -> None:
    assert failures(test) == ""


def test_an_example_that_needs_a_name_of_its_module_is_found() -> None:
    module = ModuleType("module", ">>> twice(2.0)\n4.0\n")
    module.twice = lambda x: 2 * x
    [test] = examples(module)
    assert "NameError: name 'twice' is not defined" in failures(test)
