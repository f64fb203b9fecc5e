"""Reductions: how the losses of a batch become one number, and what that does to a gradient."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray


def check(reduction: str, x: NDArray[Any], name: str) -> None:
    """Raise for an unknown `reduction`, and for the mean over an empty `x`."""
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f'`reduction` must be "mean", "sum" or "none", got {reduction!r}')
    if reduction == "mean" and x.size == 0:
        raise ValueError(f'`{name}` must not be empty for a "mean", got shape {x.shape}')


def reduce(
    losses: NDArray[np.floating], reduction: str, divisor: float | None = None
) -> NDArray[np.floating] | np.floating:
    """Return the losses as they are, their sum, or their sum over `divisor`.

    The divisor of a mean is the number of losses unless they carry weights.
    """
    if reduction == "none":
        return losses
    with np.errstate(over="ignore", under="ignore"):
        total = losses.sum(dtype=np.float64)
        if reduction == "mean":
            total = _mean(losses, total, losses.size if divisor is None else divisor)
        return losses.dtype.type(total)


def _mean(losses: NDArray[np.floating], total: np.float64, divisor: float) -> np.float64:
    if math.isinf(total):  # the mean of huge losses may be finite where their sum is not
        return np.float64((losses / divisor).sum())
    return np.float64(total / divisor)


def reduce_grad(reduction: str, divisor: float) -> float:
    """Return the derivative of the reduced loss by each single loss.

    For "none" it is 1, as for "sum": each loss is then derived by its own example only.
    """
    return 1 / divisor if reduction == "mean" else 1.0


class ZeroWeightError(ValueError):
    """No example of a batch has a weight: a mean over it means nothing, and `fit` skips it."""


def total_weight(weights: NDArray[np.floating], reduction: str) -> float:
    """Return the sum of the examples' weights, which a mean divides by: not 0."""
    total = float(weights.sum(dtype=np.float64))
    if reduction == "mean" and total == 0:
        wanted = "be above 0 for some class of the batch"
        raise ZeroWeightError(f'`class_weights` must {wanted} for a "mean", got only zeros there')
    return total
