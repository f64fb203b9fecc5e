r"""Activations that mix the entries along an axis: softmax and its kin."""

from __future__ import annotations  # those of an inner function cost time at each call

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnref import _checks, _reduce

__all__ = [
    "log_softmax",
    "log_softmax_vjp",
    "logsumexp",
    "softmax",
    "softmax_vjp",
]

_BLOCK = 32_768  # scores at a time: their temporaries stay in the processor's cache
_SHORT = 16  # NumPy reduces a last axis below this length slowly, a first axis fast


def softmax(x: ArrayLike, *, axis: int | tuple[int, ...] = -1) -> NDArray[np.floating]:
    r"""Turn the scores along an axis into probabilities that add up to 1.

    $$ p_i = \frac{e^{x_i}}{\sum_j e^{x_j}} = \frac{e^{x_i - m}}{\sum_j e^{x_j - m}},
       \qquad m = \max_j x_j $$

    Use it for the output of a classifier with one class per example. The first form
    overflows at a score of 710, in float32 at 89; subtracting the maximum of each row changes
    nothing in the result and leaves no exponent above 0.

    Args:
        x: scores of any shape, such as (N, C) for N examples and C classes.
        axis: the axis of the classes, or a tuple of axes that count as one.

    Returns:
        The same shape and dtype, each entry in [0, 1]. One infinite score takes all the
        probability. A row with NaN, with several infinite scores, or with several
        scores all minus infinity has no limit and is NaN. An axis of length 0 gives an
        empty result.

    Raises:
        TypeError: if `x` is not float32, float64, integers or bools, or `axis` neither an
            integer nor a tuple of integers.
        ValueError: if `axis` is out of range or names an axis twice.

    Examples:
        The scores of `no_defect`, `porosity` and `crack` for one weld:

        >>> from nnref.activations import softmax
        >>> softmax([1.2, 2.5, 0.4]).round(4).tolist()
        [0.1954, 0.7169, 0.0878]
        >>> softmax([1000.0, 1001.0, 1002.0]).round(4).tolist()
        [0.09, 0.2447, 0.6652]

    PyTorch: `torch.softmax`, where a row with one infinite score is NaN.

    Accuracy: within max(4, n) + |x - m| ulp in a row of n scores. Rounding x - m moves it
    by up to half an ulp, and the exponential turns that into a relative error; the sum
    rounds once a score, up to 16 of them. PyTorch's has the same limit.

    In the chapter: [Softmax][activations-softmax].
    """
    x = _checks.floating(x, "x")
    axes = _checks.axes_of(axis, x, "axis")

    return _back(_along(axes, _softmax, x), axes, x)


def _softmax(x: NDArray[np.floating]) -> NDArray[np.floating]:
    """Softmax along the first axis."""
    shifted, _ = _shift(x)
    p = np.exp(shifted, out=shifted)
    p /= _reduce.total(p, (0,))
    return p


def _shift(x: NDArray[np.floating]) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Return x minus its maximum along the first axis, and the maximum."""
    m = x.max(0, initial=-np.inf)
    shifted = x - m
    if np.isinf(m).any():
        top = x == m
        alone = np.count_nonzero(top, axis=0) == 1
        shifted[top & alone] = 0  # a single infinity: minus itself it is NaN
    return shifted, m


def _along(
    axes: tuple[int, ...],
    formula: Callable[..., NDArray[np.floating]],
    *arrays: NDArray[Any],
) -> NDArray[np.floating]:
    """Apply a formula that works along the first axis to blocks of the rows along `axes`.

    The formula returns as many numbers for each row as it was given, or one.
    """
    tables = [_rows(array, axes) for array in arrays]
    length, dtype = tables[0].shape[1], arrays[0].dtype
    count = max(1, _BLOCK // max(1, length))
    with np.errstate(all="ignore"):
        first = formula(*(_front(table[:count]) for table in tables))
        if len(tables[0]) <= count:
            return first.T
        out = np.empty((len(tables[0]), *first.shape[:-1]), dtype)
        out[:count] = first.T
        for start in range(count, len(out), count):
            block = slice(start, start + count)
            out[block] = formula(*(_front(table[block]) for table in tables)).T
    return out


def _front(rows: NDArray[Any]) -> NDArray[Any]:
    """Put the entries of rows on the first axis; where they are few, in memory too."""
    return np.ascontiguousarray(rows.T) if rows.shape[1] < _SHORT else rows.T


def _rows(x: NDArray[Any], axes: tuple[int, ...]) -> NDArray[Any]:
    """Return a table of shape (rows, entries along `axes`)."""
    last = _last(x, axes)
    kept = last.shape[: x.ndim - len(axes)]
    return last.reshape(math.prod(kept), math.prod(last.shape[len(kept) :]))


def _last(x: NDArray[Any], axes: tuple[int, ...]) -> NDArray[Any]:
    """Swap the axis to the end, or move several there."""
    if len(axes) == 1:
        return x.swapaxes(-1, axes[0])
    return np.moveaxis(x, axes, range(-len(axes), 0))


def _back(
    rows: NDArray[np.floating], axes: tuple[int, ...], x: NDArray[np.floating]
) -> NDArray[np.floating]:
    """Undo `_rows`: return the shape of x, with `axes` of length 1 for one number a row."""
    last = _last(x, axes).shape
    if rows.ndim == 1:
        last = last[: x.ndim - len(axes)] + (1,) * len(axes)
    result = rows.reshape(last)
    if len(axes) == 1:
        return np.ascontiguousarray(result.swapaxes(-1, axes[0]))
    return np.ascontiguousarray(np.moveaxis(result, range(-len(axes), 0), axes))


def softmax_vjp(
    x: ArrayLike, upstream: ArrayLike, *, axis: int | tuple[int, ...] = -1
) -> NDArray[np.floating]:
    r"""Multiply an upstream gradient by the Jacobian of `softmax` at `x`.

    $$ \left(\frac{\partial p}{\partial x}\right)^{\!T} g
       = p \odot \Big(g - \sum_i g_i p_i\Big) $$

    Each probability depends on every score of its row, so the derivative is a matrix, and p(1
    - p) is only its diagonal. Backpropagation needs only the product, so the matrix is never
    built.

    Args:
        x: scores of any shape.
        upstream: g, the derivative of the loss with respect to the output, of the shape
            of `x`.
        axis: the axis of the classes, or a tuple of axes that count as one.

    Returns:
        The derivative of the loss with respect to `x`, of its shape and dtype.

    Raises:
        TypeError: if `x` or `upstream` is not float32, float64, integers or bools, or `axis`
            neither an integer nor a tuple of integers.
        ValueError: if `axis` is out of range or names an axis twice, or `upstream` has
            another shape than `x`.

    Examples:
        How the probability of `porosity` depends on the three scores:

        >>> from nnref.activations import softmax_vjp
        >>> softmax_vjp([1.2, 2.5, 0.4], [0.0, 1.0, 0.0]).round(4).tolist()
        [-0.14, 0.203, -0.0629]

    PyTorch: `torch.autograd.grad(torch.softmax(x, axis), x, upstream)`.

    Accuracy: within max(6, n) + 2|x - m| ulp of p max|g| in a row of n scores: the error of
    p, and the difference may cancel.

    In the chapter: [Softmax][activations-softmax].
    """
    x = _checks.floating(x, "x")
    g = _checks.like(upstream, "upstream", x)
    axes = _checks.axes_of(axis, x, "axis")

    def formula(x: NDArray[np.floating], g: NDArray[np.floating]) -> NDArray[np.floating]:
        p = _softmax(x)
        pg = p * g  # p inside the bracket: g - sum(g p) may overflow, the result cannot
        p *= _reduce.total(pg, (0,))
        pg -= p
        return pg

    return _back(_along(axes, formula, x, g), axes, x)


def log_softmax(x: ArrayLike, *, axis: int | tuple[int, ...] = -1) -> NDArray[np.floating]:
    r"""Return the logarithm of `softmax`, without going through it.

    $$ \ln p_i = x_i - m - \ln \sum_j e^{x_j - m}, \qquad m = \max_j x_j $$

    Use it for a loss on class scores. `log(softmax(x))` is minus infinity as soon as a
    probability underflows to 0; this keeps the right number, such as -800. The term of
    the maximum is 1, and `log1p` of the others keeps the digits of a probability next to 1.

    Args:
        x: scores of any shape, such as (N, C) for N examples and C classes.
        axis: the axis of the classes, or a tuple of axes that count as one.

    Returns:
        The same shape and dtype, each entry at most 0. Rows with NaN or infinite scores
        as in [`softmax`][nnref.activations.softmax].

    Raises:
        TypeError: if `x` is not float32, float64, integers or bools, or `axis` neither an
            integer nor a tuple of integers.
        ValueError: if `axis` is out of range or names an axis twice.

    Examples:
        >>> from nnref.activations import log_softmax
        >>> log_softmax([1.2, 2.5, 0.4]).round(4).tolist()
        [-1.6329, -0.3329, -2.4329]
        >>> log_softmax([0.0, 800.0]).tolist()
        [-800.0, 0.0]

    PyTorch: `torch.log_softmax`, which gives exactly 0 for a probability next to 1.

    Accuracy: within 4 ulp; for the largest score of a row within 4 + d ulp, where d is its
    distance to the next, whose rounding the exponential magnifies.

    In the chapter: [The logarithm of softmax][activations-log-softmax].
    """
    x = _checks.floating(x, "x")
    axes = _checks.axes_of(axis, x, "axis")

    def formula(x: NDArray[np.floating]) -> NDArray[np.floating]:
        shifted, _ = _shift(x)
        shifted -= _log_sum(shifted)
        return shifted

    return _back(_along(axes, formula, x), axes, x)


def _log_sum(shifted: NDArray[np.floating]) -> NDArray[np.floating]:
    """Return ln(sum(exp(shifted))) along the first axis, one term being exactly 1."""
    terms = np.exp(shifted)
    total = _reduce.wide_total(terms, (0,))
    terms -= shifted == 0
    rest = _reduce.wide_total(terms, (0,))
    ties = np.rint(total - rest) - 1  # total - rest counts the maxima
    return np.log1p(rest + ties).astype(shifted.dtype, copy=False)


def _log_softmax_at(x: NDArray[np.floating], labels: NDArray[np.integer]) -> NDArray[np.floating]:
    """Return the entry of `log_softmax` at each row's label."""

    def formula(x: NDArray[np.floating], labels: NDArray[np.integer]) -> NDArray[np.floating]:
        shifted, _ = _shift(x)
        return shifted[labels[0], np.arange(x.shape[1])] - _log_sum(shifted)

    return _along((1,), formula, x, labels[:, np.newaxis])


def log_softmax_vjp(
    x: ArrayLike, upstream: ArrayLike, *, axis: int | tuple[int, ...] = -1
) -> NDArray[np.floating]:
    r"""Multiply an upstream gradient by the Jacobian of `log_softmax` at `x`.

    $$ \left(\frac{\partial \ln p}{\partial x}\right)^{\!T} g = g - p \sum_i g_i $$

    With g = -1 at the right class and 0 elsewhere this is p minus the one-hot target: the
    gradient of cross-entropy.

    Args:
        x: scores of any shape.
        upstream: g, the derivative of the loss with respect to the output, of the shape
            of `x`.
        axis: the axis of the classes, or a tuple of axes that count as one.

    Returns:
        The derivative of the loss with respect to `x`, of its shape and dtype.

    Raises:
        TypeError: if `x` or `upstream` is not float32, float64, integers or bools, or `axis`
            neither an integer nor a tuple of integers.
        ValueError: if `axis` is out of range or names an axis twice, or `upstream` has
            another shape than `x`.

    Examples:
        >>> from nnref.activations import log_softmax_vjp
        >>> log_softmax_vjp([1.2, 2.5, 0.4], [0.0, -1.0, 0.0]).round(4).tolist()
        [0.1954, -0.2831, 0.0878]

    PyTorch: `torch.autograd.grad(torch.log_softmax(x, axis), x, upstream)`.

    Accuracy: within max(6, n) + |x - m| ulp of the larger of |g| and p times the sum of all
    |g|, in a row of n scores: the error of p, and the difference may cancel.

    In the chapter: [The logarithm of softmax][activations-log-softmax].
    """
    x = _checks.floating(x, "x")
    g = _checks.like(upstream, "upstream", x)
    axes = _checks.axes_of(axis, x, "axis")

    def formula(x: NDArray[np.floating], g: NDArray[np.floating]) -> NDArray[np.floating]:
        p = _softmax(x)
        total = _reduce.total(g, (0,))
        if not np.isfinite(total).all():  # the sum overflows; the result need not
            scale = 2.0 ** -len(g).bit_length()
            return (g * scale - p * _reduce.total(g * scale, (0,))) / scale
        p *= total
        return np.subtract(g, p, out=p)

    return _back(_along(axes, formula, x, g), axes, x)


def logsumexp(x: ArrayLike, *, axis: int | tuple[int, ...] = -1) -> NDArray[np.floating]:
    r"""Return the logarithm of the sum of exponentials along an axis.

    $$ \ln \sum_j e^{x_j} = m + \ln \sum_j e^{x_j - m}, \qquad m = \max_j x_j $$

    This is a smooth maximum, which is at least m and at most m + ln n for n scores. It is what
    [`log_softmax`][nnref.activations.log_softmax] subtracts.

    Args:
        x: scores of any shape.
        axis: the axis to sum over, or a tuple of several.

    Returns:
        The shape of `x` without `axis`, the same dtype. An axis of length 0 or of minus
        infinities gives minus infinity, the logarithm of 0.

    Raises:
        TypeError: if `x` is not float32, float64, integers or bools, or `axis` neither an
            integer nor a tuple of integers.
        ValueError: if `axis` is out of range or names an axis twice.

    Examples:
        >>> from nnref.activations import logsumexp
        >>> round(float(logsumexp([1.2, 2.5, 0.4])), 4)
        2.8329
        >>> round(float(logsumexp([1000.0, 1000.0])), 4)
        1000.6931

    PyTorch: `torch.logsumexp`.

    Accuracy: within 4 ulp of the largest |x| in the row or of the result, whichever is
    larger: m and the logarithm may cancel.

    In the chapter: [The logarithm of softmax][activations-log-softmax].
    """
    x = _checks.floating(x, "x")
    axes = _checks.axes_of(axis, x, "axis")

    def formula(x: NDArray[np.floating]) -> NDArray[np.floating]:
        shifted, m = _shift(x)
        return np.where(np.isinf(m), m, m + _log_sum(shifted))

    return _back(_along(axes, formula, x), axes, x).squeeze(axes)[()]
