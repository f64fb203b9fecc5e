"""Run a page's examples: a Sybil parser for its fences, and how outputs are compared."""

import doctest
import re
import sys
import warnings
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import numpy as np
from sybil import Document, Example, Region
from sybil.evaluators.doctest import DocTestEvaluator

from checks import pages

NUMBER = re.compile(r"[+-]?(?:\d+\.\d*|\.\d+|\d+(?=e))(?:e[+-]?\d+)?", re.IGNORECASE)
PRINT_OPTIONS = np.get_printoptions()
ERROR_STATE = np.geterr()


class Checker(doctest.OutputChecker):
    """Compares a number with digits after its point by rounding to them, all else exactly."""

    def check_output(self, want: str, got: str, optionflags: int) -> bool:
        """Whether what came is what the page prints."""
        return super().check_output(want, as_printed(want, got), optionflags)


def as_printed(want: str, got: str) -> str:
    """The output with its numbers printed as the page prints them, where they agree."""
    printed = NUMBER.findall(want)
    if len(printed) != len(NUMBER.findall(got)):
        return got
    numbers = iter(printed)

    def reprint(match: re.Match[str]) -> str:
        number = next(numbers)
        return number if agree(number, match[0]) else match[0]

    return NUMBER.sub(reprint, got)


def agree(printed: str, got: str) -> bool:
    """Whether a number rounds to the printed one; without printed decimals, whether it is it."""
    mantissa = printed.lower().partition("e")[0]
    unit = Decimal((0, (1,), int(Decimal(printed).as_tuple().exponent)))
    tolerance = 0 if mantissa.endswith(".") or "." not in mantissa else unit / 2
    return abs(Decimal(printed) - Decimal(got)) <= tolerance


class Evaluator(DocTestEvaluator):
    """Runs an example as a console would: a warning is part of its output."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = doctest.DocTestRunner(Checker(), verbose=False, optionflags=doctest.ELLIPSIS)

    def __call__(self, example: Example) -> str:
        """Nothing, or how the output differs."""
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.showwarning = show
            return super().__call__(example)


def show(message: Warning | str, category: type[Warning], *_: Any) -> None:
    """Write a warning among the output, without the place that only a console knows."""
    sys.stdout.write(f"{category.__name__}: {message}\n")


def fresh(namespace: dict[str, Any]) -> None:
    """Give a page its own start, whatever the page before it has set."""
    np.set_printoptions(**PRINT_OPTIONS)
    np.seterr(**ERROR_STATE)
    namespace["__name__"] = "__main__"


def parse(document: Document) -> Iterator[Region]:
    """The examples of a page for Sybil, each in its place; what cannot be run fails there."""
    starts = [0, *(match.end() for match in re.finditer("\n", document.text))]
    evaluator = Evaluator()
    for fence in pages.fences(document.text):
        try:
            for example in fence.examples():
                start = starts[example.lineno]
                yield Region(start, start, example, evaluator)
        except pages.PageError as error:
            start = starts[fence.line - 1]
            yield Region(start, start, str(error), lambda region: region.parsed)
