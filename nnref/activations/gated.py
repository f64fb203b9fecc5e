r"""Activations that multiply the score by a gate, which opens from 0 to 1 as the score rises.

The gates g(x) are such that g(x) + g(-x) = 1. So each function is max(x, 0) - |x| g(-|x|), and
its slope at |x| is 1 minus that at -|x|: only the closing side, which falls to 0 and must
keep its digits, is computed. It is an exponential times something harmless.

An exponential turns an absolute error of its argument into a relative one. Where its value is
next to the smallest float, the argument is in the hundreds and rounds in the thirteenth decimal,
which is hundreds of ulp of the value. Therefore |x| is split into a near number on a coarse
grid, whose square and cube are exact, and a small rest. float32 is computed in float64.
"""

from __future__ import annotations  # those of an inner function cost time at each call

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from nnref import _checks
from nnref._formulas import Floats, by_blocks, positive_part

__all__ = [
    "gelu",
    "gelu_grad",
    "gelu_tanh",
    "gelu_tanh_grad",
    "silu",
    "silu_grad",
]

_BLOCK = 16_384  # entries, with a dozen temporaries for each

# `scripts/polynomials.py` derives all constants. Where there are two, the first has few bits, so
# that its product with a power of a near number is exact, and the second is the rest.
_GRID = 256
_SHIFT = 63.76954061151537, -3.9887903342586796e-13  # 92 ln 2
_PEAK = 0.3989422917366028, -1.133517010526318e-08  # 1 / sqrt(2 pi)
_LINEAR = 1.5957691216026433, 3.0874305383944692e-12  # 2 sqrt(2 / pi)
_CUBIC = 0.07135391235351562, 9.039190846237764e-07  # that times 0.044715
_MILLS = {  # (a + 5/4) Φ(-a) exp(a²/2) as a polynomial in (a - 5) / (a + 5)
    np.dtype(np.float32): (
        0.00020314977686774664,
        1.5292799328591183e-05,
        -0.0016476808828009696,
        0.0059320265659019,
        -0.012915740450315929,
        0.018682937457334067,
        -0.014437958412905676,
        -0.010218558283478292,
        0.060047600739980306,
        -0.12741667299025092,
        0.4807456559362886,
    ),
    np.dtype(np.float64): (
        7.178617813213128e-10,
        3.907221081763664e-09,
        8.103122145899661e-10,
        -3.069385044709282e-08,
        -2.472774951498975e-08,
        1.8920131421268722e-07,
        1.4402320952831558e-07,
        -1.249188009934575e-06,
        -2.3775019860132176e-07,
        8.743690507737522e-06,
        -8.235353518833027e-06,
        -5.336771159509159e-05,
        0.0001672273292243826,
        4.1360901823164604e-05,
        -0.0016211846640428276,
        0.005927289567122015,
        -0.012922572764874202,
        0.01868348812253213,
        -0.014437204895250844,
        -0.010218616930826601,
        0.06004757139746402,
        -0.1274166706500118,
        0.48074565609378933,
    ),
}


def gelu(x: ArrayLike) -> Floats:
    r"""Multiply the score by the probability that a standard normal number is below it.

    $$ f(x) = x \, \Phi(x) = \frac{x}{2} \operatorname{erfc}\Big(\frac{-x}{\sqrt 2}\Big)
            = \max(x, 0) - |x| \, \Phi(-|x|) $$

    Φ is the cumulative distribution function of the standard normal distribution. It is the
    usual choice for the hidden layers of transformers, because it is smooth where ReLU has its
    kink, and a slightly negative score still passes a gradient on. Below about -0.75 it rises
    again toward 0.

    Written with 1 + erf(x/√2), as in most libraries, it loses its digits for negative x,
    because erf is close to -1 there. The last form subtracts nothing where x is negative.

    Args:
        x: scores of any shape.

    Returns:
        The same shape and dtype, each entry above -0.17.

    Raises:
        TypeError: if `x` is not float32, float64, integers or bools.

    Examples:
        >>> from nnref.activations import gelu
        >>> gelu([-3.0, -0.75, 0.0, 2.0]).round(6).tolist()
        [-0.00405, -0.169971, 0.0, 1.9545]
        >>> print(f"{gelu(-6.0):.1e}")
        -5.9e-09

    PyTorch: `torch.nn.functional.gelu`, with 1 + erf. In float32 it is 4 % off at -5 and
    minus zero at -6, where the truth is -5.9e-09; in float64, at -9.

    Accuracy: within 4 ulp.

    References:
        [Hendrycks and Gimpel, Gaussian Error Linear Units
        (GELUs)](https://arxiv.org/abs/1606.08415), section 2.

    In the chapter: [GELU and SiLU][activations-gelu-silu].
    """
    x = _checks.floating(x, "x")
    coefficients = _MILLS[x.dtype]

    def below_0(a: Floats) -> Floats:
        a = np.minimum(a, 40)  # where the exponential is 0
        near, rest = _split(a)
        e, scale, more = _exp(*_gaussian(a, near, rest))
        return a * _mills(a, near, rest, more, coefficients) * e * scale

    return _in_float64(lambda x: positive_part(x) - below_0(np.abs(x)), x)


def gelu_grad(x: ArrayLike) -> Floats:
    r"""Return the derivative of `gelu` at `x`.

    $$ f'(x) = \Phi(x) + x \varphi(x), \qquad
       \varphi(x) = \frac{e^{-x^2/2}}{\sqrt{2 \pi}} $$

    φ is the density of the standard normal distribution. The slope is 0 at about -0.75 and
    negative to the left of it. At x and -x the slopes add up to 1, so that on the right it
    exceeds 1.

    Args:
        x: scores of any shape.

    Returns:
        The same shape and dtype, each entry between -0.13 and 1.13.

    Raises:
        TypeError: if `x` is not float32, float64, integers or bools.

    Examples:
        >>> from nnref.activations import gelu_grad
        >>> gelu_grad([-1.5, -0.75, 0.0, 1.5]).round(6).tolist()
        [-0.127469, 0.000774, 0.5, 1.127469]

    PyTorch: autograd gives the same, but loses Φ as the function does.

    Accuracy: within 4 ulp of the larger term: next to -0.75 the two cancel.

    In the chapter: [GELU and SiLU][activations-gelu-silu].
    """
    x = _checks.floating(x, "x")
    coefficients = _MILLS[x.dtype]

    def below_0(a: Floats) -> Floats:
        a = np.minimum(a, 40)
        near, rest = _split(a)
        e, scale, more = _exp(*_gaussian(a, near, rest))
        peak, peak_rest = _PEAK
        line = peak * near + (peak_rest * a + peak * (rest + a * more))
        return (_mills(a, near, rest, more, coefficients) - line) * e * scale

    return _in_float64(lambda x: _slope(x, below_0(np.abs(x))), x)


def gelu_tanh(x: ArrayLike) -> Floats:
    r"""Approximate `gelu` with a hyperbolic tangent, which is a sigmoid.

    $$ f(x) = \frac{x}{2} \big( 1 + \tanh \tfrac{u}{2} \big) = x \, s(u), \qquad
       u = 2 \sqrt{\tfrac{2}{\pi}} \, \big( x + 0.044715 \, x^3 \big) $$

    s is the sigmoid. This is a separate function, at most 0.0005 away from `gelu`. Take it
    where published weights were trained with it. The form with tanh loses its digits for
    negative x, because tanh is close to -1 there; the form with the sigmoid does not.

    Args:
        x: scores of any shape.

    Returns:
        The same shape and dtype, none far below -0.17.

    Raises:
        TypeError: if `x` is not float32, float64, integers or bools.

    Examples:
        >>> import numpy as np
        >>> from nnref.activations import gelu, gelu_tanh
        >>> gelu_tanh([-3.0, -0.75, 0.0, 2.0]).round(6).tolist()
        [-0.003637, -0.170039, 0.0, 1.954598]
        >>> x = np.linspace(-6, 6, 1001)
        >>> float(abs(gelu_tanh(x) - gelu(x)).max().round(4))
        0.0005

    PyTorch: `torch.nn.functional.gelu` with `approximate="tanh"`, which in float32 is 30 %
    off at -5 and minus zero at -6.

    Accuracy: within 4 ulp.

    References:
        [Hendrycks and Gimpel, Gaussian Error Linear Units
        (GELUs)](https://arxiv.org/abs/1606.08415), section 2.

    In the chapter: [GELU and SiLU][activations-gelu-silu].
    """
    x = _checks.floating(x, "x")

    def below_0(a: Floats) -> Floats:
        a = np.minimum(a, 24)  # where the exponential is 0
        high, low, _ = _cubic(a)
        e, scale, more = _exp(-high, -low)
        q = e * scale
        return a * e / (1 + (q - more * (1 + q))) * scale

    return _in_float64(lambda x: positive_part(x) - below_0(np.abs(x)), x)


def gelu_tanh_grad(x: ArrayLike) -> Floats:
    r"""Return the derivative of `gelu_tanh` at `x`.

    $$ f'(x) = s(u) + x \, s(u) \, s(-u) \, u'(x), \qquad
       u'(x) = 2 \sqrt{\tfrac{2}{\pi}} \, \big( 1 + 3 \cdot 0.044715 \, x^2 \big) $$

    s is the sigmoid and u as in the function.

    Args:
        x: scores of any shape.

    Returns:
        The same shape and dtype, each entry between -0.13 and 1.13.

    Raises:
        TypeError: if `x` is not float32, float64, integers or bools.

    Examples:
        >>> from nnref.activations import gelu_tanh_grad
        >>> gelu_tanh_grad([-1.5, -0.75, 0.0, 1.5]).round(6).tolist()
        [-0.127711, 0.001062, 0.5, 1.127711]

    PyTorch: autograd gives the same, but loses s(u) as the function does.

    Accuracy: within 4 ulp of the larger term: next to -0.75 the two cancel.

    In the chapter: [GELU and SiLU][activations-gelu-silu].
    """
    x = _checks.floating(x, "x")

    def below_0(a: Floats) -> Floats:
        a = np.minimum(a, 24)
        high, low, product = _cubic(a)
        e, scale, more = _exp(-high, -low)
        return _closing_slope(product, e, scale, more)

    return _in_float64(lambda x: _slope(x, below_0(np.abs(x))), x)


def silu(x: ArrayLike) -> Floats:
    r"""Multiply the score by its sigmoid.

    $$ f(x) = x \, s(x) = \frac{x}{1 + e^{-x}} = \max(x, 0) - |x| \, s(-|x|) $$

    Also called swish. It has the shape of `gelu`, a little wider, and costs one exponential.
    It is the usual choice in newer convolutional networks. It is lowest at about -1.28.

    Args:
        x: scores of any shape.

    Returns:
        The same shape and dtype, each entry above -0.28.

    Raises:
        TypeError: if `x` is not float32, float64, integers or bools.

    Examples:
        >>> from nnref.activations import silu
        >>> silu([-3.0, -1.28, 0.0, 2.0]).round(6).tolist()
        [-0.142278, -0.278464, 0.0, 1.761594]
        >>> [f"{value:.1e}" for value in silu([-88.8, -710.0])]
        ['-2.4e-37', '-3.2e-306']

    PyTorch: `torch.nn.functional.silu`. Where exp(-x) overflows it is minus zero: in
    float32 at -88.8, where the truth is -2.4e-37; in float64 at -710.

    Accuracy: within 4 ulp.

    References:
        [Elfwing, Uchibe and Doya, Sigmoid-weighted linear units for neural network function
        approximation in reinforcement learning](https://arxiv.org/abs/1702.03118);
        [Ramachandran, Zoph and Le, Searching for activation
        functions](https://arxiv.org/abs/1710.05941).

    In the chapter: [GELU and SiLU][activations-gelu-silu].
    """
    x = _checks.floating(x, "x")

    def below_0(a: Floats) -> Floats:
        a = np.minimum(a, 800)  # where the exponential is 0
        e, scale, more = _exp(-a, 0.0)
        q = e * scale
        return a * e / (1 + (q - more * (1 + q))) * scale

    return _in_float64(lambda x: positive_part(x) - below_0(np.abs(x)), x)


def silu_grad(x: ArrayLike) -> Floats:
    r"""Return the derivative of `silu` at `x`.

    $$ f'(x) = s(x) + x \, s(x) \, s(-x) $$

    s is the sigmoid. The slope is 0 at about -1.28 and negative to the left of it.

    Args:
        x: scores of any shape.

    Returns:
        The same shape and dtype, each entry between -0.1 and 1.1.

    Raises:
        TypeError: if `x` is not float32, float64, integers or bools.

    Examples:
        >>> from nnref.activations import silu_grad
        >>> silu_grad([-2.4, -1.28, 0.0, 2.4]).round(6).tolist()
        [-0.099839, -0.000334, 0.5, 1.099839]

    PyTorch: autograd gives the same, and 0 where the function does.

    Accuracy: within 4 ulp of the larger term: next to -1.28 the two cancel.

    In the chapter: [GELU and SiLU][activations-gelu-silu].
    """
    x = _checks.floating(x, "x")

    def below_0(a: Floats) -> Floats:
        a = np.minimum(a, 800)
        return _closing_slope(a, *_exp(-a, 0.0))

    return _in_float64(lambda x: _slope(x, below_0(np.abs(x))), x)


def _in_float64(formula: Callable[[Floats], Floats], x: Floats) -> Floats:
    """Apply a formula in float64 and return the dtype of `x`."""

    def in_dtype(x: Floats, out: Floats) -> None:
        out[...] = formula(x.astype(np.float64))

    return by_blocks(in_dtype, x, size=_BLOCK)


def _slope(x: Floats, below: Floats) -> Floats:
    """Return the slope at x from that at -|x|."""
    above = (x >= 0).astype(np.float64)
    return above + (1 - 2 * above) * below


def _closing_slope(product: Floats, e: Floats, scale: Floats, more: Floats) -> Floats:
    """Return s(-u) - a s(-u) s(u) u' for the product a u', where exp(-u) is e scale (1 + more)."""
    q = e * scale
    square = q * (2 + q)  # (1 + q)**2 - 1
    return (1 + q - product) * e / (1 + (square - more * (1 + square))) * scale


def _split(a: Floats) -> tuple[Floats, Floats]:
    """Return the nearest number on the grid, and what it lacks."""
    near = np.rint(a * _GRID) / _GRID
    return near, a - near


def _exp(high: Floats, low: Floats | float) -> tuple[Floats, Floats, Floats]:
    """Return e, scale and more, such that exp(high + low) is e scale (1 + more).

    `more` is what rounding high + low has lost. Where e would be subnormal and short of digits
    it is 2**92 times as large, and `scale` is 2**-92 instead of 1.
    """
    total = high + low
    deep = total < -600
    shift, shift_rest = _SHIFT
    more = (low - (total - high)) + shift_rest * deep
    return np.exp(total + shift * deep), np.maximum(1 - deep, 2.0**-92), more


def _gaussian(a: Floats, near: Floats, rest: Floats) -> tuple[Floats, Floats]:
    """Return -a²/2 as an exact part and a small one."""
    return near * near * -0.5, rest * (a + near) * -0.5


def _cubic(a: Floats) -> tuple[Floats, Floats, Floats]:
    """Return u(a) as an exact part and a small one, and a u'(a)."""
    near, rest = _split(a)
    square = near * near
    cube = square * near
    cube_rest = rest * (a * (a + near) + square)
    high, low = _CUBIC[0] * cube, sum(_CUBIC) * cube_rest + _CUBIC[1] * cube
    line, line_low = _LINEAR[0] * near, sum(_LINEAR) * rest + _LINEAR[1] * near
    return high + line, low + line_low, (3 * high + line) + (3 * low + line_low)


def _mills(
    a: Floats, near: Floats, rest: Floats, more: Floats, coefficients: tuple[float, ...]
) -> Floats:
    """Return Φ(-a) exp(a²/2) (1 + more), which is Mills' ratio over sqrt(2 pi).

    Divided by near + 5/4, which is exact; what that lacks from a + 5/4 joins `more`, before
    the constant coefficient is added: after it, both would cost a rounding of the result.
    """
    first, *others, last = coefficients
    t = (a - 5) / (a + 5)
    y = first * t
    for coefficient in others:
        y += coefficient
        y *= t
    y += (y + last) * (more - rest / (a + 1.25))
    y += last
    return y / (near + 1.25)
