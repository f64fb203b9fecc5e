"""What formulas of several modules share: blocks of entries, max(x, 0), exp(-|x|), ln(1 + q)."""

from __future__ import annotations  # those of an inner function cost time at each call

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]

_BLOCK = 32_768  # entries; a formula's temporaries of this size stay in the cache
_FEW = 4096  # entries up to which `np.maximum` is faster than `np.clip`
_ARTANH = 0.2685149802283715, 0.2823661980531048, 0.40007560644911205, 0.6666664033669923


def by_blocks(formula: Callable[..., object], *arrays: Floats, size: int = 0) -> Floats:
    """Return what a formula, given entries and where to write, makes of each block of entries."""
    size = size or _BLOCK
    out = np.empty(arrays[0].shape, arrays[0].dtype)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        if out.size <= size:
            formula(*arrays, out)
            return out[()]
        flat = [array.reshape(-1) for array in (*arrays, out)]
        for start in range(0, out.size, size):
            formula(*(array[start : start + size] for array in flat))
    return out


def positive_part(x: Floats) -> Floats:
    """Return max(x, 0), by the function of NumPy's that is faster."""
    return np.clip(x, 0, np.inf) if x.size > _FEW else np.maximum(x, 0)


def decay(x: Floats, out: Floats | None = None) -> Floats:
    """Return exp(-|x|)."""
    return np.exp(np.negative(np.abs(x, out=out), out=out), out=out)


def log1p(q: Floats) -> Floats:
    """Return ln(1 + q) for q in [0, 1].

    It is 2 artanh(s) for s = q/(2 + q), in float32 as a series in s² that
    `scripts/polynomials.py` derives: NumPy's function takes five times as long on processors
    that lack AVX-512.
    """
    if q.dtype == np.float64:
        return np.log1p(q)
    s = q / (2 + q)
    square = s * s
    first, *others = _ARTANH
    y = first * square
    for coefficient in others:
        y += coefficient
        y *= square
    y -= q  # 2s = q - sq, which rounds less
    y *= s
    y += q
    return y
