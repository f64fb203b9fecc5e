r"""Finite differences: check a derivative without trusting its derivation."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnref import _checks

__all__ = ["check_grad", "numeric_grad"]

_STEP = 6e-6  # near the cube root of float64's spacing: the two errors below balance
_STEPS = "[1e-15, 1]"  # a smaller step is lost when it is added to x


def numeric_grad(
    f: Callable[[NDArray[np.float64]], ArrayLike], x: ArrayLike, *, step: float = _STEP
) -> NDArray[np.float64]:
    r"""Estimate the gradient of a scalar function by nudging one entry at a time.

    $$ \frac{\partial f}{\partial x_i} \approx
       \frac{f(x + h_i e_i) - f(x - h_i e_i)}{2 h_i},
       \qquad h_i = \text{step} \cdot \max(1, |x_i|) $$

    Use it to check a hand-written gradient and never to train, because it calls `f` twice for
    each entry. Two errors pull against each other. The error of the formula shrinks with the
    square of the step, while the effect of rounding in `f` grows as the step shrinks. At the
    default step both are small, and about 9 digits are right for a smooth `f` of ordinary
    size.

    Args:
        f: takes a float64 array of the shape of `x` and returns one number.
        x: the point, of any shape.
        step: the relative size of the nudge, in [1e-15, 1].

    Returns:
        float64 of the shape of `x`.

    Raises:
        TypeError: if `x` is not float32, float64, integers or bools.
        ValueError: if `x` is not finite, `step` is out of range, or `f` does not return
            one number.

    Examples:
        >>> from nnref.gradcheck import numeric_grad
        >>> numeric_grad(lambda x: (x**2).sum(), [1.0, -2.0, 3.0]).round(6).tolist()
        [2.0, -4.0, 6.0]

    PyTorch: `torch.autograd.gradcheck` compares in the same way, with a fixed step of
    1e-6 by default.

    In the chapter: [Nudge one weight][backpropagation-nudge].
    """
    point = _checks.floating(x, "x").astype(np.float64)
    _checks.finite(point, "x")
    _checks.number(step, "step", _STEPS)

    grad = np.empty_like(point)
    for index in np.ndindex(point.shape):
        grad[index] = _slope(f, point, index, step)
    return grad


def _slope(
    f: Callable[[NDArray[np.float64]], ArrayLike],
    point: NDArray[np.float64],
    index: tuple[int, ...],
    step: float,
) -> float:
    """Return the central difference of `f` along one entry."""
    nudge = step * max(1.0, abs(point[index]))
    up, down = point.copy(), point.copy()
    up[index] += nudge
    down[index] -= nudge
    distance = float(up[index] - down[index])  # what rounding left of twice the nudge
    return (_scalar(f(up)) - _scalar(f(down))) / distance


def _scalar(value: ArrayLike) -> float:
    """Return what `f` gave as a float; it must be one number."""
    result = _checks.floating(value, "f(x)")
    if result.size != 1:
        raise ValueError(f"`f(x)` must be one number, got shape {result.shape}")
    return float(result.item())


def check_grad(
    f: Callable[[NDArray[np.float64]], ArrayLike],
    grad: Callable[[NDArray[np.float64]], ArrayLike],
    x: ArrayLike,
    *,
    rtol: float = 1e-6,
    atol: float = 1e-8,
    step: float = _STEP,
) -> None:
    r"""Raise unless `grad` agrees with central differences of `f` at `x`.

    $$ |g_i - n_i| \le \text{atol} + \text{rtol} \cdot |n_i| $$

    for every entry, where g is `grad(x)` and n is
    [`numeric_grad(f, x)`][nnref.gradcheck.numeric_grad].

    Keep `x` away from kinks: within one step of a kink of ReLU the difference mixes both
    slopes, and a right gradient fails.

    Args:
        f: takes a float64 array of the shape of `x` and returns one number.
        grad: takes the same array and returns the gradient, of the shape of `x`.
        x: the point, of any shape.
        rtol: the relative tolerance, at least 0.
        atol: the absolute tolerance, at least 0.
        step: the relative size of the nudge, in [1e-15, 1].

    Raises:
        AssertionError: if an entry differs by more than the tolerance or is NaN; the
            message names the worst one.
        TypeError: if `x` is not float32, float64, integers or bools.
        ValueError: if `grad(x)` has another shape than `x`, `x` is not finite, `step` is
            out of range, or `f` does not return one number.

    Examples:
        >>> from nnref.gradcheck import check_grad
        >>> check_grad(lambda x: (x**2).sum(), lambda x: 2 * x, [1.0, -2.0])
        >>> check_grad(lambda x: (x**2).sum(), lambda x: x, [1.0, -2.0])
        Traceback (most recent call last):
            ...
        AssertionError: `grad(x)` must be -4 at index (1,), got -2

    PyTorch: `torch.autograd.gradcheck`.

    In the chapter: [The same four times][backpropagation-four-times].
    """
    point = _checks.floating(x, "x").astype(np.float64)
    _checks.number(rtol, "rtol", "[0, inf)")
    _checks.number(atol, "atol", "[0, inf)")

    wanted = numeric_grad(f, point, step=step)
    got = _checks.like(grad(point), "grad(x)", point)
    with np.errstate(invalid="ignore"):
        excess = np.abs(got - wanted) - (atol + rtol * np.abs(wanted))
    if not (excess <= 0).all():
        worst = tuple(map(int, np.unravel_index(excess.argmax(), excess.shape)))  # NaN first
        message = f"must be {wanted[worst]:.10g} at index {worst}, got {got[worst]:.10g}"
        raise AssertionError(f"`grad(x)` {message}")
