"""Derive the constants of `nnref.activations` in fifty digits, and print them.

A polynomial through the function's values at Chebyshev nodes is nearly the best of its degree.
`nnref` needs no mpmath: it holds the numbers, and a test compares them with these.
"""

import pprint
from collections.abc import Callable

import mpmath
import numpy as np

EXACT = mpmath.MPContext()
EXACT.dps = 50
mpf = EXACT.mpf

Function = Callable[[mpf], mpf]


def through_chebyshev_nodes(f: Function, low: mpf, high: mpf, degree: int) -> list[mpf]:
    """Return coefficients, that of the highest power first."""
    count = degree + 1
    angles = [EXACT.pi * (2 * k + 1) / (2 * count) for k in range(count)]
    nodes = [(low + high) / 2 + (high - low) / 2 * EXACT.cos(angle) for angle in angles]
    powers = EXACT.matrix([[node ** (degree - j) for j in range(count)] for node in nodes])
    return list(EXACT.lu_solve(powers, EXACT.matrix([f(node) for node in nodes])))


def mills(t: mpf) -> mpf:
    """Return (a + 5/4) Φ(-a) exp(a²/2) for t = (a - 5)/(a + 5): nearly flat, so well behaved."""
    a = 5 * (1 + t) / (1 - t)
    return (a + mpf(5) / 4) * EXACT.erfc(a / EXACT.sqrt(2)) / 2 * EXACT.exp(a**2 / 2)


def mills_up_to(a: float, degree: int) -> tuple[float, ...]:
    """For scores down to -a."""
    end = (mpf(a) - 5) / (mpf(a) + 5)
    return tuple(map(float, through_chebyshev_nodes(mills, mpf(-1), end, degree)))


def artanh(square: mpf) -> mpf:
    """Return what artanh adds to its argument, doubled and scaled by the cube: near 2/3."""
    s = EXACT.sqrt(square)
    return (2 * EXACT.atanh(s) / s - 2) / square


def split(x: mpf, bits: int) -> tuple[float, float]:
    """Return x with so many bits after the point, and the rest."""
    high = EXACT.nint(x * 2**bits) / 2**bits
    return float(high), float(x - high)


def constants() -> dict[str, object]:
    """Return each constant under its name in `nnref.activations`."""
    slope = 2 * EXACT.sqrt(2 / EXACT.pi)
    return {
        "_ARTANH": tuple(map(float, through_chebyshev_nodes(artanh, mpf(0), mpf(1) / 9, 3))),
        "_SHIFT": split(92 * EXACT.ln(2), 40),
        "_PEAK": split(1 / EXACT.sqrt(2 * EXACT.pi), 25),
        "_LINEAR": split(slope, 35),
        "_CUBIC": split(slope * mpf("0.044715"), 19),
        "_MILLS": {np.dtype("f4"): mills_up_to(14.6, 10), np.dtype("f8"): mills_up_to(38.8, 22)},
    }


def main() -> None:
    """Print them."""
    pprint.pprint(constants(), sort_dicts=False)


if __name__ == "__main__":
    main()
