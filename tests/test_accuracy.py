"""Every stated accuracy holds against 50-digit arithmetic; the docstring is the one source."""

import re

import numpy as np
import pytest

from nnref import activations
from oracles.activations import ENTRIES, GRADS, ROWS, VJPS, Row, entry, error, points, rows

DTYPES = (np.float32, np.float64)


def stated(name: str) -> int:
    """Read the number of ulp that a docstring promises."""
    doc = getattr(activations, name).__doc__
    return int(re.search(r"Accuracy: (?:exact|within (?:max\()?(\d))", doc)[1] or 0)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", [*ENTRIES, *GRADS])
def test_entries_are_as_accurate_as_stated(name: str, dtype: type[np.floating]) -> None:
    x = points(dtype)
    assert x.size >= 2000
    got = getattr(activations, name)(x)
    errors = [error(value, *entry(name, at)) for value, at in zip(got, x, strict=True)]
    worst = int(np.argmax(errors))
    assert errors[worst] <= stated(name), f"{errors[worst]:.2f} ulp at {x[worst]!r}"


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", [*ROWS, *VJPS])
def test_rows_are_as_accurate_as_stated(name: str, dtype: type[np.floating]) -> None:
    function, count = getattr(activations, name), 0
    for scores, gradient in rows(dtype):
        arguments = (scores, gradient) if name.endswith("_vjp") else (scores,)
        got = np.atleast_1d(function(*arguments))
        exact = getattr(Row(scores, gradient), name)()
        for value, (true, scale, terms, slack) in zip(got, exact, strict=True):
            bound = max(stated(name), terms) + slack
            assert error(value, true, scale) <= bound, f"{value!r}, not {true}, at {scores!r}"
            count += scores.size if name == "logsumexp" else 1
    assert count >= 2000
