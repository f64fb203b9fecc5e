"""Derive the polynomials that `nnref` evaluates, in fifty digits, and print them.

A polynomial through the function's values at Chebyshev nodes is nearly the best of its degree.
`nnref` needs no mpmath: it holds the coefficients, and a test compares them with these.
"""

from collections.abc import Callable

import mpmath

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
    """(a + 5/4) Φ(-a) exp(a²/2) for t = (a - 5)/(a + 5): nearly flat, which keeps its digits."""
    a = 5 * (1 + t) / (1 - t)
    return (a + mpf(5) / 4) * EXACT.erfc(a / EXACT.sqrt(2)) / 2 * EXACT.exp(a**2 / 2)


def mills_up_to(a: float, degree: int) -> list[float]:
    """For scores down to -a."""
    end = (mpf(a) - 5) / (mpf(a) + 5)
    return [float(c) for c in through_chebyshev_nodes(mills, mpf(-1), end, degree)]


POLYNOMIALS = {
    "_MILLS[np.float32]": lambda: mills_up_to(14.6, 10),
    "_MILLS[np.float64]": lambda: mills_up_to(38.8, 22),
}


def main() -> None:
    """Print every polynomial."""
    for name, derive in POLYNOMIALS.items():
        print(name, *derive(), sep="\n    ")


if __name__ == "__main__":
    main()
