"""The worst error of each function, in `nnref` and in other libraries, at the same points."""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import numpy as np

from exact import activations as exact
from exact import losses as exact_losses
from exact import peers
from nnref import activations, losses

DTYPES = (np.float32, np.float64)
EXAMPLES = 200

Figures = dict[str, float]
Libraries = dict[str, Callable[..., Any]]


def figures(step: int = 1) -> dict[str, dict[str, Figures]]:
    """Measure every function at each point, or at one in `step`."""
    measures = (
        (exact.ENTRIES, activation_libraries, of_entries),
        (exact.ROWS, activation_libraries, of_rows),
        (exact_losses.LOSSES, loss_libraries, of_losses),
        ([f"{name}_grad" for name in exact_losses.LOSSES], loss_libraries, of_losses),
    )
    with np.errstate(all="ignore"):
        return {
            name: {
                np.dtype(dtype).name: worst(errors(name, libraries(name), dtype, step))
                for dtype in DTYPES
            }
            for names, libraries, errors in measures
            for name in names
        }


def worst(errors: Iterator[tuple[str, float]]) -> Figures:
    """Return the largest error of each library."""
    found: Figures = {}
    for library, error in errors:
        found[library] = max(error, found.get(library, 0.0))
    return found


def activation_libraries(name: str) -> Libraries:
    """Return who computes an activation."""
    found = {
        "nnref": getattr(activations, name),
        "torch": peers.torch_activation(name),
        "scipy": peers.SCIPY_ACTIVATIONS.get(name),
    }
    return {library: function for library, function in found.items() if function}


def loss_libraries(name: str) -> Libraries:
    """Return who computes a loss; `formula` is one that is only written in PyTorch."""
    base = name.removesuffix("_grad")
    options = exact_losses.LOSSES[base].options
    reduction = "none" if base == name else "sum"
    found: Libraries = {
        "nnref": lambda x, y: getattr(losses, name)(x, y, **options, reduction=reduction),
        "formula" if base in peers.FORMULAS else "torch": peers.torch_loss(name),
    }
    return found | ({"scipy": peers.SCIPY_LOSSES[name]} if name in peers.SCIPY_LOSSES else {})


def of_entries(
    name: str, libraries: Libraries, dtype: type[np.floating], step: int
) -> Iterator[tuple[str, float]]:
    """Errors in ulp of the value or, where terms cancel, of the largest."""
    x = exact.points(dtype)[::step]
    true = [exact.entry(name, at) for at in x]
    for library, function in libraries.items():
        for got, (value, scale) in zip(np.asarray(function(x), dtype), true, strict=True):
            yield library, exact.error(got, value, scale)


def of_rows(
    name: str, libraries: Libraries, dtype: type[np.floating], step: int
) -> Iterator[tuple[str, float]]:
    """Errors in ulp of an entry's scale, less what its row magnifies."""
    for scores, upstream in islice(exact.rows(dtype), 0, None, step):
        entries = list(getattr(exact.Row(scores, upstream), name)())
        arguments = (scores, upstream) if name.endswith("_vjp") else (scores,)
        for library, function in libraries.items():
            values = np.atleast_1d(np.asarray(function(*arguments), dtype))
            for got, (true, scale, _, slack) in zip(values, entries, strict=True):
                yield library, exact.error(got, true, scale) / max(1.0, slack)


def of_losses(
    name: str, libraries: Libraries, dtype: type[np.floating], step: int
) -> Iterator[tuple[str, float]]:
    """Errors relative to a loss, or to the largest entry of an example's gradient, in ε."""
    loss = exact_losses.LOSSES[name.removesuffix("_grad")]
    x, y = (array[::step] for array in loss.points(dtype, EXAMPLES))
    true = loss.gradients(x, y) if name.endswith("_grad") else ([v] for v in loss.values(x, y))
    wanted, limits = list(true), np.finfo(dtype)
    for library, function in libraries.items():
        values = np.asarray(function(x, y), dtype).reshape(len(x), -1)
        for got, entries in zip(values.tolist(), wanted, strict=True):
            unit = float(limits.eps) * max(*map(abs, entries), float(limits.smallest_normal))
            for value, entry in zip(got, entries, strict=True):
                finite = np.isfinite(value)
                yield library, float(abs(value - entry) / unit) if finite else np.inf
