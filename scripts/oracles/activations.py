"""The activations: a row for each, with its value in fifty digits and in other libraries.

To add one, add its row to `ENTRIES` (a function of one number) or `ROWS` (of a row of scores).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import mpmath
import numpy as np
import torch
from numpy.typing import NDArray
from scipy import special
from torch.nn import functional

Floats = NDArray[np.floating]
Tensor = torch.Tensor
Range = tuple[float, float]

EXACT = mpmath.MPContext()
EXACT.dps = 50
mpf, exp, log1p = EXACT.mpf, EXACT.exp, EXACT.log1p

EDGES = [0, 5e-324, 1e-310, 1e-300, 1e-45, 1e-40, 1e-38, 1e-9, 0.5, 1, 16, 17, 20, 37, 40]
EDGES += [88, 89, 103, 104, 354, 355, 372, 373, 709, 710, 745, 746, 1e4, 3e38, 1e308]

# the worst found by a dense search, also of forms that round more often; where slopes are 0
EDGES += [0.50048304, 2.026412, 2.0706451992428927, 2.4224312, 3.4126544, 4.156498650852567]
EDGES += [4.848570737858467, 5.539197, 5.5446763, 16.66493, 36.75112658753814, 44.03098]
GATED_EDGES = [0.7517916, 0.7524614, 1.2784645, 5.5, 8.3, 14.1, 21.5, 37.6, 38.4, 38.5, 38.6]
GATED_EDGES += [0.005845094729830044, 2.487443764696963, 3.764159383225314, 6.562564216295753]
GATED_EDGES += [6.762300697469991, 7.569622880088967, 35.43410373578987, 36.75905487818916]


def sigmoid(x: mpf) -> mpf:
    """Return 1/(1 + exp(-x))."""
    return 1 / (1 + exp(-x))


def normal(x: mpf) -> mpf:
    """Return the cumulative distribution function of the standard normal distribution."""
    if abs(x) > 1e4:  # erfc gives up; what is missing has 20 million zeros
        return mpf(x > 0)
    return EXACT.erfc(-x / EXACT.sqrt(2)) / 2


def density(x: mpf) -> mpf:
    """Return its derivative."""
    return exp(-(x**2) / 2) / EXACT.sqrt(2 * EXACT.pi)


def cubic(x: mpf) -> mpf:
    """Return 2 sqrt(2/pi) (x + 0.044715 x³)."""
    return 2 * EXACT.sqrt(2 / EXACT.pi) * (x + mpf("0.044715") * x**3)


def tanh_gate_slope(x: mpf) -> mpf:
    """Return the derivative of sigmoid(cubic(x))."""
    rise = 2 * EXACT.sqrt(2 / EXACT.pi) * (1 + 3 * mpf("0.044715") * x**2)
    return sigmoid(cubic(x)) * sigmoid(-cubic(x)) * rise


@dataclass(frozen=True)
class Entry:
    """A function of one number and its derivative.

    A slope is two numbers where they are terms that cancel somewhere. `tails` are the limits at
    the infinities; `bounds` of the value are needed only where it leaves them in between.
    """

    value: Callable[[mpf], Any]
    slope: Callable[[mpf], Any]
    torch: Callable[[Tensor], Tensor]
    tails: Range
    slope_tails: Range
    bounds: Range | None = None
    slope_bounds: Range | None = None
    scipy: Callable[[Floats], Floats] | None = None
    scipy_slope: Callable[[Floats], Floats] | None = None
    differentiable: bool = True  # by PyTorch

    @property
    def rising(self) -> bool:
        """Whether it never falls."""
        return self.bounds is None


@dataclass(frozen=True)
class RowWise:
    """A function of a row of scores, whose values `Row` has."""

    torch: Callable[..., Tensor]
    scipy: Callable[..., Floats]


INF = np.inf
ENTRIES = {
    "linear": Entry(
        value=lambda x: x,
        slope=lambda _: 1,
        torch=torch.clone,  # a copy, as ours is
        tails=(-INF, INF),
        slope_tails=(1, 1),
    ),
    "relu": Entry(
        value=lambda x: max(x, 0),
        slope=lambda x: x > 0,
        torch=torch.relu,
        tails=(0, INF),
        slope_tails=(0, 1),
        slope_bounds=(0, 1),
    ),
    "leaky_relu": Entry(
        value=lambda x: x if x > 0 else x / 100,
        slope=lambda x: 1 if x > 0 else mpf(1) / 100,
        torch=functional.leaky_relu,
        tails=(-INF, INF),
        slope_tails=(0.01, 1),
        slope_bounds=(0.01, 1),
    ),
    "softplus": Entry(
        value=lambda x: log1p(exp(x)),
        slope=sigmoid,
        torch=functional.softplus,
        tails=(0, INF),
        slope_tails=(0, 1),
        slope_bounds=(0, 1),
        scipy=special.softplus,
        scipy_slope=special.expit,
    ),
    "hard_threshold": Entry(
        value=lambda x: x >= 0,
        slope=lambda _: 0,
        torch=lambda x: torch.heaviside(x, torch.ones((), dtype=x.dtype)),
        tails=(0, 1),
        slope_tails=(0, 0),
        differentiable=False,
    ),
    "sigmoid": Entry(
        value=sigmoid,
        slope=lambda x: sigmoid(x) * sigmoid(-x),
        torch=torch.sigmoid,
        tails=(0, 1),
        slope_tails=(0, 0),
        slope_bounds=(0, 0.25),
        scipy=special.expit,
    ),
    "tanh": Entry(
        value=EXACT.tanh,
        slope=lambda x: EXACT.sech(x) ** 2,
        torch=torch.tanh,
        tails=(-1, 1),
        slope_tails=(0, 0),
        slope_bounds=(0, 1),
    ),
    "gelu": Entry(
        value=lambda x: x * normal(x),
        slope=lambda x: (normal(x), x * density(x)),
        torch=functional.gelu,
        tails=(0, INF),
        slope_tails=(0, 1),
        bounds=(-0.17, INF),
        slope_bounds=(-0.13, 1.13),
        scipy=lambda x: x * special.ndtr(x),
    ),
    "gelu_tanh": Entry(
        value=lambda x: x * sigmoid(cubic(x)),
        slope=lambda x: (sigmoid(cubic(x)), x * tanh_gate_slope(x)),
        torch=partial(functional.gelu, approximate="tanh"),
        tails=(0, INF),
        slope_tails=(0, 1),
        bounds=(-0.1701, INF),
        slope_bounds=(-0.13, 1.13),
    ),
    "silu": Entry(
        value=lambda x: x * sigmoid(x),
        slope=lambda x: (sigmoid(x), x * sigmoid(x) * sigmoid(-x)),
        torch=functional.silu,
        tails=(0, INF),
        slope_tails=(0, 1),
        bounds=(-0.28, INF),
        slope_bounds=(-0.1, 1.1),
        scipy=lambda x: x * special.expit(x),
    ),
}
ROWS = {
    "softmax": RowWise(torch.softmax, special.softmax),
    "log_softmax": RowWise(torch.log_softmax, special.log_softmax),
    "logsumexp": RowWise(torch.logsumexp, special.logsumexp),
}
ACTIVATIONS: dict[str, Entry | RowWise] = {**ENTRIES, **ROWS}
GRADS = [f"{name}_grad" for name in ENTRIES]
VJPS = ["softmax_vjp", "log_softmax_vjp"]  # the gradient of logsumexp is softmax


def points(dtype: type[np.floating]) -> Floats:
    """Edges, every magnitude a float can have, and the range where functions bend."""
    rng = np.random.default_rng(5)
    with np.errstate(over="ignore", under="ignore"):
        edges = np.array(EDGES + GATED_EDGES).astype(dtype)
    bits = {np.float32: np.uint32, np.float64: np.uint64}[dtype]
    largest = np.array(np.finfo(dtype).max).view(bits).item()
    magnitudes = rng.integers(0, largest, 600, dtype=bits).view(dtype)
    bend = np.concatenate([rng.uniform(0, 760, 300), rng.exponential(5, 600)]).astype(dtype)
    tails = rng.uniform(0, 40, 300).astype(dtype)
    positive = np.concatenate([edges[np.isfinite(edges)], magnitudes, bend, tails])
    return np.concatenate([positive, -positive])


def entry(name: str, x: np.floating) -> tuple[mpf, mpf]:
    """Return the true value at x, and the largest term of it, which the error refers to."""
    row, at = ENTRIES[name.removesuffix("_grad")], mpf(float(x))
    found = (row.slope if name.endswith("_grad") else row.value)(at)
    if isinstance(found, tuple):
        return sum(found), max(map(abs, (sum(found), *found)))
    return mpf(found), mpf(found)


def ulp(true: mpf, dtype: type[np.floating]) -> float:
    """Return one ulp at a true value."""
    return float(np.spacing(dtype(min(abs(true), mpf(float(np.finfo(dtype).max))))))


def error(got: np.floating, true: mpf, scale: mpf | None = None) -> float:
    """Return the error in ulp of the true value, or of another scale."""
    dtype = type(got)
    if abs(true) > float(np.finfo(dtype).max):
        return 0.0 if np.isinf(got) and (got > 0) == (true > 0) else np.inf
    if not np.isfinite(got):
        return np.inf
    return float(abs(mpf(float(got)) - true) / ulp(true if scale is None else scale, dtype))


def rows(dtype: type[np.floating]) -> Iterator[tuple[Floats, Floats]]:
    """Scores of several lengths and spreads, each with an upstream gradient."""
    rng = np.random.default_rng(7)
    with np.errstate(over="ignore", under="ignore"):
        edges = np.array(EDGES).astype(dtype)
    edges = edges[np.isfinite(edges)]
    for n in (1, 2, 3, 4, 7, 40):
        for spread in (1e-3, 0.5, 2, 8, 30, 90, 700):
            for _ in range(3 if n > 9 else 6):
                yield (rng.normal(size=n) * spread).astype(dtype), upstream(rng, n, dtype)
        for _ in range(12):
            hard = rng.choice(edges, n) * rng.choice([-1, 1], n).astype(dtype)
            yield hard, upstream(rng, n, dtype)


def upstream(rng: np.random.Generator, n: int, dtype: type[np.floating]) -> Floats:
    """Return a random gradient, one of a single class, or one that should cancel."""
    choices = [rng.normal(size=n), np.eye(n)[rng.integers(n)], np.ones(n)]
    return choices[rng.integers(3)].astype(dtype)


class Row:
    """What the functions of a row give, entry by entry.

    Each entry is its value, the scale that its error refers to, the number of terms that
    are added up, and by how much rounding the row's differences is magnified, in ulp.
    """

    def __init__(self, scores: Floats, upstream: Floats) -> None:
        self.x = [mpf(float(score)) for score in scores]
        self.g = [mpf(float(g)) for g in upstream]
        self.m = max(self.x)
        self.top = self.x.index(self.m)
        rest = self.x[: self.top] + self.x[self.top + 1 :]
        self.log_sum = log1p(sum(exp(x - self.m) for x in rest))
        self.gap = float(self.m - max(rest)) if rest else 0.0
        self.p = [exp(x - self.m - self.log_sum) for x in self.x]
        self.shifts = [float(self.m - x) for x in self.x]
        self.size = sum(abs(g) for g in self.g)

    def softmax(self) -> Iterator[tuple[mpf, mpf, int, float]]:
        """Magnify by the distance from the maximum."""
        for p, shift in zip(self.p, self.shifts, strict=True):
            yield p, p, len(self.x), shift

    def log_softmax(self) -> Iterator[tuple[mpf, mpf, int, float]]:
        """Magnify the maximum's entry by its distance to the next."""
        for i, x in enumerate(self.x):
            value = x - self.m - self.log_sum
            yield value, value, 1, self.gap * (i == self.top)

    def logsumexp(self) -> Iterator[tuple[mpf, mpf, int, float]]:
        """Refer to the largest score, which the logarithm may cancel."""
        value = self.m + self.log_sum
        yield value, max(abs(value), *map(abs, self.x)), 1, 0.0

    def softmax_vjp(self) -> Iterator[tuple[mpf, mpf, int, float]]:
        """Refer to p max|g|, as the difference may cancel."""
        mean = sum(p * g for p, g in zip(self.p, self.g, strict=True))
        largest = max(map(abs, self.g))
        for p, g, shift in zip(self.p, self.g, self.shifts, strict=True):
            yield p * (g - mean), p * largest, len(self.x), 2 * shift

    def log_softmax_vjp(self) -> Iterator[tuple[mpf, mpf, int, float]]:
        """Refer to the larger of |g| and p times the sum of all |g|."""
        total = sum(self.g)
        for p, g, shift in zip(self.p, self.g, self.shifts, strict=True):
            yield g - p * total, max(abs(g), p * self.size), len(self.x), shift
