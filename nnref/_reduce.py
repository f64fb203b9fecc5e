r"""Reductions: every sum and product of the package, and how losses become one number.

NumPy adds pairwise along the axis that lies closest in memory and one by one along others,
where a long float32 sum drifts. Here the layout does not matter. In ulp of the sum of all
terms without their signs, a total is off by no more than

- 8 for float32: up to 16 terms, or chunks of 128 neighbors in several partial sums at a
  time, are added as they are, all else in float64;
- 32 for each factor of 64 in the number of terms of float64, which are added in chunks, and
  the sums of the chunks likewise;
- 264 for a product of matrices, added in runs of 512 terms, on any processor.

Rounding errors have both signs, so that mostly 1 is left, and 4 for a product.

Call them where NumPy's warnings of an overflow are off.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]

_WIDE = np.dtype(np.float64)
_FEW = 16  # terms that are added in their own dtype
_CHUNK = 64  # terms of float64 that are added one by one
_SMALL = 2048  # elements up to which `np.add.reduce` is faster than `np.einsum`
_MEDIUM = 16384  # elements up to which `np.add.reduceat` is faster than that
_RUN = 512  # terms of a product that are added at a time


def total(x: Array, axes: tuple[int, ...], *, keepdims: bool = False) -> Array:
    """Return the sum along `axes`, in the dtype of `x`."""
    added = wide_total(x, axes).astype(x.dtype, copy=False)
    return np.expand_dims(added, axes) if keepdims else added


def wide_total(x: Array, axes: tuple[int, ...]) -> Array:
    """Return the sum along `axes`, as it is before it is rounded to the dtype of `x`."""
    count = x.shape[axes[0]] if len(axes) == 1 else math.prod([x.shape[axis] for axis in axes])
    added: Array = _added(x, axes, count, x.dtype if count <= _FEW else _WIDE)
    return added


def grand_total(x: Array) -> float:
    """Return the sum of all entries; that of float32 cannot overflow."""
    if x.dtype != _WIDE:
        return float(np.add.reduce(x, None, _WIDE))
    line = x.reshape(-1) if x.flags.c_contiguous else x  # a view
    return float(_added(line, tuple(range(line.ndim)), x.size, _WIDE))


def product(a: Array, b: Array) -> Array:
    """Return the product of two matrices, of shapes (M, N) and (N, K)."""
    n = len(b)
    if n <= _RUN:
        return np.matmul(a, b)
    if n > _FEW * _RUN:
        half = n // 2
        return product(a[:, :half], b[:half]) + product(a[:, half:], b[half:])
    result: Array = np.matmul(a[:, :_RUN], b[:_RUN])
    for start in range(_RUN, n, _RUN):
        run = slice(start, start + _RUN)
        result += np.matmul(a[:, run], b[run])
    return result


def weighted_sum(x: Array, weights: Array, bias: float) -> Array:
    """Return the sum along the last axis of `x` times `weights`, plus `bias`.

    It is right where products overflow and cancel, too: finite numbers never give NaN.
    """
    terms = np.multiply(x, weights, dtype=_WIDE)
    score = np.asarray(total(terms, (x.ndim - 1,)) + bias)
    beyond = ~np.isfinite(score)
    if beyond.any():
        score[beyond] = _scaled_sum(x[beyond], weights, bias)
    rounded: Array = score.astype(weights.dtype)[()]
    return rounded


def _scaled_sum(x: Array, weights: Array, bias: float) -> Array:
    """Add products of any size: those of the digits, shifted by the exponents."""
    digits, powers = np.frexp(np.column_stack([x, np.ones(len(x))]).astype(_WIDE))
    factors, shifts = np.frexp(np.append(weights, bias).astype(_WIDE))
    terms = digits * factors
    powers = np.where(terms == 0, -9999, powers + shifts)
    highest = powers.max(axis=1, keepdims=True)
    return np.ldexp(total(np.ldexp(terms, powers - highest), (1,)), highest[:, 0])


def _added(x: Array, axes: tuple[int, ...], count: int, dtype: np.dtype[Any]) -> Any:
    """Return the sum along `axes`, added in a dtype."""
    one_by_one = count <= _CHUNK or dtype != x.dtype
    if one_by_one and (x.size <= _SMALL or (axes == (0,) and x.size > _CHUNK * count)):
        return np.add.reduce(x, axes, dtype)
    if x.dtype == _WIDE and axes == (0,) and x.size <= _MEDIUM:
        return _from_front(x)
    last = np.moveaxis(x, axes, range(-len(axes), 0))
    if count > _CHUNK and last.flags.c_contiguous:
        return _in_chunks(last.reshape(*last.shape[: -len(axes)], count), 2 * _CHUNK)
    if count > _CHUNK and x.dtype == _WIDE:
        for _ in axes:
            last = np.asarray(_in_chunks(last))
        return last
    letters = "abcdefghijklmnopqrstuvwxyz"[: len(axes)]
    return np.einsum(f"...{letters}->...", last, dtype=dtype)


def _from_front(x: Array) -> Any:
    """Add along the first axis in chunks, then the sums of the chunks in the same way."""
    while len(x) > _CHUNK:
        x = np.add.reduceat(x, np.arange(0, len(x), _CHUNK), 0)
    return np.add.reduce(x, 0)


def _in_chunks(x: Array, length: int = _CHUNK) -> Any:
    """Add along the last axis: in chunks, then the sums of the chunks in the same way."""
    whole = x.shape[-1] - x.shape[-1] % length
    rest = np.einsum("...n->...", x[..., whole:], dtype=_WIDE)
    if whole == 0:
        return rest
    chunks = x[..., :whole].reshape(*x.shape[:-1], -1, length)  # a view: one axis made two
    return _in_chunks(np.einsum("...n->...", chunks).astype(_WIDE)) + rest


def check(reduction: str, x: NDArray[Any], name: str) -> None:
    """Raise for an unknown `reduction`, and for the mean over an empty `x`."""
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f'`reduction` must be "mean", "sum" or "none", got {reduction!r}')
    if reduction == "mean" and x.size == 0:
        raise ValueError(f'`{name}` must not be empty for a "mean", got shape {x.shape}')


def reduce(losses: Array, reduction: str, divisor: float | None = None) -> Array | np.floating:
    """Return the losses as they are, their sum, or their sum over `divisor`.

    The divisor of a mean is the number of losses unless they carry weights.
    """
    if reduction == "none":
        return losses
    with np.errstate(over="ignore", under="ignore"):
        added = grand_total(losses)
        if reduction == "mean":
            added = _mean(losses, added, losses.size if divisor is None else divisor)
        return losses.dtype.type(added)


def _mean(losses: Array, added: float, divisor: float) -> float:
    if math.isinf(added):  # the mean of huge losses may be finite where their sum is not
        return grand_total(losses / divisor)
    return added / divisor


def reduce_grad(reduction: str, divisor: float) -> float:
    """Return the derivative of the reduced loss by each single loss.

    For "none" it is 1, as for "sum": each loss is then derived by its own example only.
    """
    return 1 / divisor if reduction == "mean" else 1.0


class ZeroWeightError(ValueError):
    """No example of a batch has a weight: a mean over it means nothing, and `fit` skips it."""


def total_weight(weights: Array, reduction: str) -> float:
    """Return the sum of the examples' weights, which a mean divides by: not 0."""
    added = grand_total(weights)
    if reduction == "mean" and added == 0:
        wanted = "be above 0 for some class of the batch"
        raise ZeroWeightError(f'`class_weights` must {wanted} for a "mean", got only zeros there')
    return added
