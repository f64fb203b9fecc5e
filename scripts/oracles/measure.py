"""The worst error of each function, in `nnref` and in other libraries, at the same points."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from nnref import activations, losses
from oracles import activations as oracle
from oracles.losses import LOSSES, Formula

Array = NDArray[Any]
Tensor = torch.Tensor
DTYPES = (np.float32, np.float64)
EXAMPLES = 200

Figures = dict[str, float]
Libraries = dict[str, Callable[..., Any]]


def figures(step: int = 1) -> dict[str, dict[str, Figures]]:
    """Measure every function at each point, or at one in `step`."""
    measures = (
        ([*oracle.ENTRIES, *oracle.GRADS], entry_libraries, of_entries),
        ([*oracle.ROWS, *oracle.VJPS], row_libraries, of_rows),
        (LOSSES, loss_libraries, of_losses),
        ([f"{name}_grad" for name in LOSSES], loss_libraries, of_losses),
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


def entry_libraries(name: str) -> Libraries:
    """Return who computes an activation of one number, or its derivative."""
    base = name.removesuffix("_grad")
    row, ours = oracle.ENTRIES[base], getattr(activations, name)
    if base == name:
        return known(nnref=ours, torch=on_arrays(row.torch), scipy=row.scipy)
    autograd = partial(derivative, row.torch) if row.differentiable else None
    return known(nnref=ours, torch=autograd, scipy=row.scipy_slope)


def row_libraries(name: str) -> Libraries:
    """Return who computes an activation of a row of scores, or its derivative."""
    base = name.removesuffix("_vjp")
    row, ours = oracle.ROWS[base], getattr(activations, name)
    theirs = partial(row.torch, dim=-1)
    if base == name:
        return known(nnref=ours, torch=on_arrays(theirs), scipy=row.scipy)
    return known(nnref=ours, torch=partial(derivative, theirs))


def loss_libraries(name: str) -> Libraries:
    """Return who computes a loss; `formula` is one that is only written in PyTorch."""
    base = name.removesuffix("_grad")
    row = LOSSES[base]
    ours = partial(getattr(losses, name), **row.options)
    theirs = partial(row.torch, reduction="none", **row.options)
    library = "formula" if isinstance(row.torch, Formula) else "torch"
    if base == name:
        scipy = row.scipy and partial(row.scipy, **row.options)
        return known(nnref=partial(ours, reduction="none"), scipy=scipy) | {
            library: on_arrays(theirs)
        }

    def autograd(x: Array, y: Array) -> Array:
        return derivative(lambda leaf: theirs(leaf, torch.from_numpy(y)), x)

    return {"nnref": partial(ours, reduction="sum"), library: autograd}


def known(**libraries: Callable[..., Any] | None) -> Libraries:
    """Leave out who has no such function."""
    return {library: function for library, function in libraries.items() if function}


def on_arrays(function: Callable[..., Tensor]) -> Callable[..., Array]:
    """Let a function of PyTorch's take arrays."""
    return lambda *arrays: function(*map(torch.from_numpy, arrays)).numpy()


def derivative(f: Callable[[Tensor], Tensor], x: Array, upstream: Array | None = None) -> Array:
    """Let autograd derive."""
    leaf = torch.from_numpy(x).requires_grad_()
    value = f(leaf)
    weights = torch.ones_like(value) if upstream is None else torch.from_numpy(upstream)
    return torch.autograd.grad(value, leaf, weights)[0].numpy()


def of_entries(
    name: str, libraries: Libraries, dtype: type[np.floating], step: int
) -> Iterator[tuple[str, float]]:
    """Errors in ulp of the value or, where terms cancel, of the largest."""
    x = oracle.points(dtype)[::step]
    true = [oracle.entry(name, at) for at in x]
    for library, function in libraries.items():
        for got, (value, scale) in zip(np.asarray(function(x), dtype), true, strict=True):
            yield library, oracle.error(got, value, scale)


def of_rows(
    name: str, libraries: Libraries, dtype: type[np.floating], step: int
) -> Iterator[tuple[str, float]]:
    """Errors in ulp of an entry's scale, less what its row magnifies."""
    for scores, upstream in islice(oracle.rows(dtype), 0, None, step):
        entries = list(getattr(oracle.Row(scores, upstream), name)())
        arguments = (scores, upstream) if name.endswith("_vjp") else (scores,)
        for library, function in libraries.items():
            values = np.atleast_1d(np.asarray(function(*arguments), dtype))
            for got, (true, scale, _, slack) in zip(values, entries, strict=True):
                yield library, oracle.error(got, true, scale) / max(1.0, slack)


def of_losses(
    name: str, libraries: Libraries, dtype: type[np.floating], step: int
) -> Iterator[tuple[str, float]]:
    """Errors relative to a loss, or to the largest entry of an example's gradient, in ε."""
    loss = LOSSES[name.removesuffix("_grad")]
    x, y = (array[::step] for array in loss.points(dtype, EXAMPLES))
    if name.endswith("_grad"):
        wanted = list(loss.gradients(x, y, **loss.options))
    else:
        wanted = [[value] for value in loss.values(x, y, **loss.options)]
    limits = np.finfo(dtype)
    for library, function in libraries.items():
        values = np.asarray(function(x, y), dtype).reshape(len(x), -1)
        for got, entries in zip(values.tolist(), wanted, strict=True):
            unit = float(limits.eps) * max(*map(abs, entries), float(limits.smallest_normal))
            for value, entry in zip(got, entries, strict=True):
                finite = np.isfinite(value)
                yield library, float(abs(value - entry) / unit) if finite else np.inf
