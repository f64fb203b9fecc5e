"""Argument checks: every error names the argument, what was wanted and what came."""

from __future__ import annotations  # numpy.random is loaded only when it is used

import functools
import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

_FLOAT64 = np.dtype(np.float64)
_FLOATS = (np.dtype(np.float32), _FLOAT64)
_BOOLS = (bool, np.bool_)
_NUMBERS = (int, float, np.integer, np.floating)
_LISTS = (list, tuple)
_NESTED = {*_LISTS, np.ma.MaskedArray, type(np.ma.masked)}

Axes = int | tuple[int, ...] | list[int]


def array(x: ArrayLike, name: str, *, native: bool = True) -> NDArray[Any]:
    """Return `x` as an array of real numbers or bools, in native byte order to compute with."""
    if masked := _masked(x):
        wanted = "no masked entries (fill them with `filled` or drop them with `compressed`)"
        raise TypeError(f"`{name}` must hold {wanted}, got {masked}")
    try:
        values = np.asarray(x)
    except ValueError as error:
        raise ValueError(f"`{name}` must be rectangular, got {_ragged(x)}") from error
    if values.dtype.kind not in "biuf":
        raise TypeError(f"`{name}` must hold real numbers or bools, got {values.dtype}")
    return (
        values
        if values.dtype.isnative or not native
        else values.astype(values.dtype.newbyteorder("="))
    )


def _masked(x: Any) -> int:
    """Count the entries that `numpy.ma` masks in `x` or in the rows of a list."""
    if isinstance(x, _LISTS):
        return 0 if _NESTED.isdisjoint(map(type, x)) else sum(map(_masked, x))
    is_masked = isinstance(x, np.ma.MaskedArray)
    return int(np.count_nonzero(np.ma.getmaskarray(x))) if is_masked else 0


def _ragged(x: Any, axis: int = 0) -> str:
    """Say where a nested list stops being rectangular."""
    if not all(isinstance(row, list | tuple) or getattr(row, "ndim", 0) for row in x):
        return f"lists beside single values on axis {axis}"
    lengths = list(dict.fromkeys(len(row) for row in x))
    if len(lengths) > 1:
        return f"rows of length {lengths[0]} and {lengths[1]} on axis {axis + 1}"
    return _ragged([item for row in x for item in row], axis + 1)


def floating(x: ArrayLike, name: str) -> NDArray[np.floating]:
    """Return `x` as float32 or float64; ints and bools become float64."""
    if type(x) is np.ndarray and x.dtype in _FLOATS:  # nothing to do, most of the time
        return x
    values = array(x, name)
    if values.dtype.kind in "biu":
        return values.astype(np.float64)
    if values.dtype not in _FLOATS:
        wanted = "float32, float64, integers or bools"
        raise TypeError(f"`{name}` must hold {wanted}, got {values.dtype}")
    return values


def like(values: ArrayLike, name: str, x: NDArray[np.floating]) -> NDArray[np.floating]:
    """Return `values` in the dtype of `x`; their shapes must be equal."""
    if type(values) is np.ndarray and values.dtype == x.dtype and values.shape == x.shape:
        return values  # nothing to do, most of the time
    checked = in_dtype_of(x, values, name)
    shape(checked, name, x.shape)
    return checked


def in_dtype_of(x: NDArray[np.floating], values: ArrayLike, name: str) -> NDArray[np.floating]:
    """Return `values` in the dtype of `x`; what is beyond its range becomes infinite."""
    checked = floating(values, name)
    if checked.dtype == x.dtype:
        return checked
    with np.errstate(over="ignore", under="ignore"):
        return checked.astype(x.dtype)


def integer(value: int, name: str, minimum: int | None = None) -> int:
    """Return `value` as an int; floats and bools are refused."""
    if isinstance(value, _BOOLS) or not hasattr(value, "__index__"):
        raise TypeError(f"`{name}` must be an integer, got {type(value).__name__}")
    checked = operator.index(value)
    if minimum is not None and checked < minimum:
        raise ValueError(f"`{name}` must be at least {minimum}, got {checked}")
    return checked


def number(value: float, name: str, interval: str = "", dtype: np.dtype[Any] = _FLOAT64) -> float:
    """Return `value` as a float, in an interval such as "[0, 1)" if one is given.

    It must lie there once rounded to `dtype`, the one that it is computed with; what rounds
    to 0 is 0.
    """
    if isinstance(value, bool) or not isinstance(value, _NUMBERS):
        raise TypeError(f"`{name}` must be a number, got {type(value).__name__}")
    if not interval:
        return float(value)
    if not _within(value, interval):
        raise ValueError(f"`{name}` must be in {interval}, got {value}")
    if dtype is _FLOAT64 and type(value) is float:  # nothing to round, most of the time
        return value
    rounded = _rounded(value, dtype)
    if not _within(rounded, interval):
        raise ValueError(f"`{name}` must be in {interval} for {dtype}, got {value}")
    return float(value) if rounded else 0.0


def _within(value: float, interval: str) -> bool:
    low, high = _ends(interval)
    above = low < value or (low == value and interval[0] == "[")
    return above and (value < high or (value == high and interval[-1] == "]"))


@functools.lru_cache
def _rounded(value: float, dtype: np.dtype[Any]) -> float:
    """Return `value` as the nearest number of `dtype`, infinite if it is beyond its range."""
    try:
        number = float(value)
    except OverflowError:  # an int
        number = math.inf if value > 0 else -math.inf
    with np.errstate(over="ignore", under="ignore"):
        return float(np.array(number).astype(dtype))


@functools.cache
def _ends(interval: str) -> tuple[float, float]:
    low, high = interval[1:-1].split(",")
    return float(low), float(high)


def labels(values: ArrayLike, num_classes: int, name: str = "labels") -> NDArray[np.integer]:
    """Return class indices in [0, num_classes)."""
    checked = array(values, name)
    if checked.size == 0:
        return checked.astype(np.int64)
    if checked.dtype.kind not in "iu":
        raise TypeError(f"`{name}` must be integers, got {checked.dtype}")
    if checked.view(f"u{checked.itemsize}").max() >= num_classes:  # below 0 is then huge
        outside = checked[(checked < 0) | (checked >= num_classes)]
        raise ValueError(f"`{name}` must be in [0, {num_classes}), got {outside.flat[0]}")
    return checked


def shape(values: NDArray[Any], name: str, wanted: tuple[int, ...]) -> None:
    """Raise unless an array has the wanted shape: nothing is broadcast."""
    if values.shape != wanted:
        raise ValueError(f"`{name}` must have shape {wanted}, got {values.shape}")


def unit_interval(values: NDArray[np.floating], name: str) -> None:
    """Raise unless all values lie in [0, 1]; NaN passes."""
    lowest = np.fmin.reduce(values, axis=None, initial=0)  # fmin and fmax skip NaN
    highest = np.fmax.reduce(values, axis=None, initial=1)
    if lowest < 0 or highest > 1:
        outside = values[(values < 0) | (values > 1)]
        raise ValueError(f"`{name}` must be in [0, 1], got {outside.flat[0]!s}")


def zero_or_one(values: NDArray[np.floating], name: str) -> None:
    """Raise unless each value is 0 or 1."""
    other = values != 0
    other &= values != 1
    if other.any():
        raise ValueError(f"`{name}` must be 0 or 1, got {values[other][0]!s}")


def finite(values: NDArray[np.floating], name: str) -> None:
    """Raise if a value is NaN or infinite."""
    passed = np.isfinite(values)
    if not passed.all():
        raise ValueError(f"`{name}` must be finite, got {values[~passed][0]!s}")


def rows(x: ArrayLike, name: str, columns: int) -> NDArray[np.floating]:
    """Return a batch of shape (N, columns), one row an example."""
    batch = floating(x, name)
    if batch.ndim != 2 or batch.shape[1] != columns:
        raise ValueError(f"`{name}` must have shape (N, {columns}), got {batch.shape}")
    return batch


def class_scores(x: ArrayLike, name: str = "logits") -> NDArray[np.floating]:
    """Return scores of shape (N, C), one row an example, one column a class."""
    scores = floating(x, name)
    if scores.ndim != 2 or scores.shape[1] == 0:
        wanted = "shape (N, C) with at least one class"
        raise ValueError(f"`{name}` must have {wanted}, got {scores.shape}")
    return scores


def class_weights(values: ArrayLike | None, scores: NDArray[np.floating]) -> NDArray[np.floating]:
    """Return one weight a class in the dtype of `scores`: 1 each if none are given."""
    if values is None:
        return np.ones(scores.shape[1], scores.dtype)
    weights = in_dtype_of(scores, values, "class_weights")
    shape(weights, "class_weights", scores.shape[1:])
    highest = weights.max()
    if not (weights.min() >= 0 and highest < np.inf):
        unfit = weights[~((weights >= 0) & (weights < np.inf))]
        raise ValueError(f"`class_weights` must be in [0, inf), got {unfit[0]!s}")
    if highest == 0:
        raise ValueError("`class_weights` must hold a weight above 0, got only zeros")
    return weights


def labeled_scores(
    logits: ArrayLike, classes: ArrayLike, weights: ArrayLike | None
) -> tuple[NDArray[np.floating], NDArray[np.integer], NDArray[np.floating]]:
    """Return scores of shape (N, C), a class index for each row and a weight for each class."""
    scores = class_scores(logits)
    indices = labels(classes, scores.shape[1])
    shape(indices, "labels", scores.shape[:1])
    return scores, indices, class_weights(weights, scores)


def function(value: Callable[..., Any], name: str) -> Callable[..., Any]:
    """Return `value` if it can be called."""
    if not callable(value):
        raise TypeError(f"`{name}` must be a function, got {type(value).__name__}")
    return value


def generator(rng: np.random.Generator) -> np.random.Generator:
    """Return `rng` if it is a generator; a seed or a module is refused."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"`rng` must be a numpy.random.Generator, got {type(rng).__name__}")
    return rng


def boxes(values: ArrayLike, name: str) -> NDArray[np.floating]:
    """Return boxes (x1, y1, x2, y2) of shape (N, 4), finite, with no side below 0."""
    checked = rows(values, name, 4)
    finite(checked, name)
    x1, y1, x2, y2 = checked.T
    inverted = (x1 > x2) | (y1 > y2)
    if inverted.any():
        got = checked[inverted][0].tolist()
        raise ValueError(f"`{name}` must have x1 <= x2 and y1 <= y2, got {got}")
    return checked


def axes_of(axes: Axes, x: NDArray[Any], name: str = "axes") -> tuple[int, ...]:
    """Return one axis or several, counted from the front of `x`: none of them twice."""
    if type(axes) is int and -x.ndim <= axes < x.ndim:  # most of the time
        return (axes % x.ndim,)
    if not isinstance(axes, tuple | list):
        if not hasattr(axes, "__index__"):
            wanted = "an integer or a tuple of integers"
            raise TypeError(f"`{name}` must be {wanted}, got {type(axes).__name__}")
        return (_axis_of(axes, x, name),)
    indices = tuple(_axis_of(axis, x, name) for axis in axes)
    if not indices or len(set(indices)) < len(indices):
        raise ValueError(f"`{name}` must name different axes of shape {x.shape}, got {axes}")
    return indices


def _axis_of(axis: int, x: NDArray[Any], name: str) -> int:
    index = integer(axis, name)
    if not -x.ndim <= index < x.ndim:
        wanted = f"be in [{-x.ndim}, {x.ndim})" if x.ndim else "name an axis"
        raise ValueError(f"`{name}` must {wanted} for shape {x.shape}, got {axis}")
    return index % x.ndim
