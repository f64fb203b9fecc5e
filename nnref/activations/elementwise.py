r"""Activations that treat each entry by itself."""

from __future__ import annotations  # those of an inner function cost time at each call

import numpy as np
from numpy.typing import ArrayLike

from nnref import _checks
from nnref._formulas import Floats, by_blocks, decay, log1p, positive_part

__all__ = [
    "hard_threshold",
    "hard_threshold_grad",
    "leaky_relu",
    "leaky_relu_grad",
    "linear",
    "linear_grad",
    "relu",
    "relu_grad",
    "sigmoid",
    "sigmoid_grad",
    "softplus",
    "softplus_grad",
    "tanh",
    "tanh_grad",
]


def linear(x: ArrayLike) -> Floats:
    r"""Return the input unchanged, as a copy.

    $$ f(x) = x $$

    Use it for the output of a regression. Between layers it adds nothing, because linear
    layers in a row are one linear layer.

    Args:
        x: scores of any shape.

    Returns:
        The same shape and dtype.

    Raises:
        TypeError: if `x` is not float32, float64, integers or bools.

    Examples:
        >>> from nnref.activations import linear
        >>> linear([-2.5, 7.0]).tolist()
        [-2.5, 7.0]

    PyTorch: `torch.nn.Identity`, which returns its argument itself. `torch.nn.Linear` is
    something else: a layer with weights.

    Accuracy: exact.

    In the chapter: [Linear][activations-linear].
    """
    return np.positive(_checks.floating(x, "x"))


def linear_grad(x: ArrayLike) -> Floats:
    r"""Return the derivative of `linear` at `x`: 1 everywhere.

    $$ f'(x) = 1 $$

    Args:
        x: scores of any shape.

    Returns:
        The same shape and dtype; NaN where `x` is NaN.

    Raises:
        TypeError: if `x` is not float32, float64, integers or bools.

    Examples:
        >>> from nnref.activations import linear_grad
        >>> linear_grad([-2.5, 7.0]).tolist()
        [1.0, 1.0]

    PyTorch: autograd gives the same, but 1 at NaN.

    Accuracy: exact.

    In the chapter: [Linear][activations-linear].
    """
    return np.clip(_checks.floating(x, "x"), 1, 1)  # clip keeps NaN


def relu(x: ArrayLike) -> Floats:
    r"""Keep what is positive and replace the rest by 0.

    $$ f(x) = \max(x, 0) $$

    This is the usual choice for hidden layers, because it is cheap and its slope of 1 passes
    gradients on undiminished. A unit whose score is negative for every input learns nothing as
    long as that lasts.

    Args:
        x: scores of any shape.

    Returns:
        The same shape and dtype, each entry at least 0.

    Raises:
        TypeError: if `x` is not float32, float64, integers or bools.

    Examples:
        >>> from nnref.activations import relu
        >>> relu([-3.0, 5.0]).tolist()
        [0.0, 5.0]

    PyTorch: `torch.nn.functional.relu`.

    Accuracy: exact.

    In the chapter: [ReLU][activations-relu].
    """
    return positive_part(_checks.floating(x, "x"))


def relu_grad(x: ArrayLike) -> Floats:
    r"""Return the derivative of `relu` at `x`.

    $$ f'(x) = \begin{cases} 1 & \text{if } x > 0 \\ 0 & \text{otherwise} \end{cases} $$

    At the kink, 0, there is no derivative; we take 0, as PyTorch does.

    Args:
        x: scores of any shape.

    Returns:
        The same shape and dtype; NaN where `x` is NaN.

    Raises:
        TypeError: if `x` is not float32, float64, integers or bools.

    Examples:
        >>> from nnref.activations import relu_grad
        >>> relu_grad([-3.0, 0.0, 5.0]).tolist()
        [0.0, 0.0, 1.0]

    PyTorch: autograd gives the same, but 1 at NaN.

    Accuracy: exact.

    In the chapter: [ReLU][activations-relu].
    """
    return np.maximum(np.sign(_checks.floating(x, "x")), 0)


def leaky_relu(x: ArrayLike, *, negative_slope: float = 0.01) -> Floats:
    r"""Keep what is positive and shrink the rest.

    $$ f(x) = \begin{cases} x & \text{if } x > 0 \\ a x & \text{otherwise} \end{cases} $$

    The small slope a on the negative side keeps a little gradient alive where ReLU has
    none. With a at most 1, f is the larger of x and ax.

    Args:
        x: scores of any shape.
        negative_slope: the slope a, above 0 and at most 1.

    Returns:
        The same shape and dtype.

    Raises:
        TypeError: if `x` is not float32, float64, integers or bools.
        ValueError: if `negative_slope` is not in (0, 1].

    Examples:
        >>> from nnref.activations import leaky_relu
        >>> leaky_relu([-3.0, 5.0]).tolist()
        [-0.03, 5.0]

    PyTorch: `torch.nn.functional.leaky_relu`, which takes any slope.

    Accuracy: within 1 ulp.

    In the chapter: [ReLU][activations-relu].
    """
    x = _checks.floating(x, "x")
    a = _checks.number(negative_slope, "negative_slope", "(0, 1]")

    def formula(x: Floats, out: Floats) -> None:
        np.multiply(x, a, out=out)
        np.maximum(x, out, out=out)

    return by_blocks(formula, x)


def leaky_relu_grad(x: ArrayLike, *, negative_slope: float = 0.01) -> Floats:
    r"""Return the derivative of `leaky_relu` at `x`.

    $$ f'(x) = \begin{cases} 1 & \text{if } x > 0 \\ a & \text{otherwise} \end{cases} $$

    At the kink, 0, we take a, as PyTorch does.

    Args:
        x: scores of any shape.
        negative_slope: the slope a, above 0 and at most 1.

    Returns:
        The same shape and dtype; NaN where `x` is NaN.

    Raises:
        TypeError: if `x` is not float32, float64, integers or bools.
        ValueError: if `negative_slope` is not in (0, 1].

    Examples:
        >>> from nnref.activations import leaky_relu_grad
        >>> leaky_relu_grad([-3.0, 0.0, 5.0]).tolist()
        [0.01, 0.01, 1.0]

    PyTorch: autograd gives the same, but `negative_slope` or 1 at NaN.

    Accuracy: within 1 ulp.

    In the chapter: [ReLU][activations-relu].
    """
    x = _checks.floating(x, "x")
    a = _checks.number(negative_slope, "negative_slope", "(0, 1]")

    return np.clip(np.ceil(x), a, 1)


def softplus(x: ArrayLike) -> Floats:
    r"""Return a smooth ReLU, positive everywhere.

    $$ f(x) = \ln(1 + e^x) = \max(x, 0) + \ln(1 + e^{-|x|}) $$

    The first form overflows for large x, from 710 on and in float32 from 89 on, and loses
    every digit for very negative x. The second does neither: its exponent is never positive,
    and `log1p` keeps the digits of a small argument.

    Args:
        x: scores of any shape.

    Returns:
        The same shape and dtype.

    Raises:
        TypeError: if `x` is not float32, float64, integers or bools.

    Examples:
        >>> from nnref.activations import softplus
        >>> softplus([-5.0, 0.0, 3.0]).round(6).tolist()
        [0.006715, 0.693147, 3.048587]
        >>> softplus([-1000.0, 1000.0]).tolist()
        [0.0, 1000.0]

    PyTorch: `torch.nn.functional.softplus`, which returns x itself above its `threshold`
    of 20; in float64 that is off by up to 1 part in 10 billion.

    Accuracy: within 4 ulp.

    In the chapter: [Softplus][activations-softplus].
    """
    x = _checks.floating(x, "x")

    def formula(x: Floats, out: Floats) -> None:
        decay(x, out)
        np.add(positive_part(x), log1p(out), out=out)

    return by_blocks(formula, x)


def softplus_grad(x: ArrayLike) -> Floats:
    r"""Return the derivative of `softplus` at `x`, which is `sigmoid(x)`.

    $$ f'(x) = \frac{1}{1 + e^{-x}} $$

    Args:
        x: scores of any shape.

    Returns:
        The same shape and dtype, each entry in [0, 1].

    Raises:
        TypeError: if `x` is not float32, float64, integers or bools.

    Examples:
        >>> from nnref.activations import softplus_grad
        >>> softplus_grad([-5.0, 0.0, 5.0]).round(6).tolist()
        [0.006693, 0.5, 0.993307]

    PyTorch: autograd gives the same up to 20 and 1 above.

    Accuracy: within 4 ulp.

    In the chapter: [Softplus][activations-softplus].
    """
    return sigmoid(x)


def hard_threshold(x: ArrayLike) -> Floats:
    r"""Return 1 where the score is at least 0, else 0.

    $$ f(x) = \begin{cases} 1 & \text{if } x \ge 0 \\ 0 & \text{otherwise} \end{cases} $$

    This is the step of the historical perceptron. Its slope is 0 wherever it has one, so no
    gradient passes and gradient descent cannot train through it.

    Args:
        x: scores of any shape.

    Returns:
        The same shape and dtype, each entry 0 or 1; NaN where `x` is NaN.

    Raises:
        TypeError: if `x` is not float32, float64, integers or bools.

    Examples:
        >>> from nnref.activations import hard_threshold
        >>> hard_threshold([-0.1, 0.0, 2.0]).tolist()
        [0.0, 1.0, 1.0]

    PyTorch: `torch.heaviside(x, torch.ones_like(x))`.

    Accuracy: exact.

    In the chapter: [Hard threshold][activations-hard-threshold].
    """
    x = _checks.floating(x, "x")

    def formula(x: Floats, out: Floats) -> None:
        np.clip(np.floor(x, out=out), -1, 0, out=out)  # keeps NaN, which a comparison loses
        out += 1

    return by_blocks(formula, x)


def hard_threshold_grad(x: ArrayLike) -> Floats:
    r"""Return the slope of `hard_threshold` at `x`: 0 everywhere.

    $$ f'(x) = 0 $$

    At the jump, 0, there is no derivative; we take 0 there too, so that the gradient says what
    gradient descent gets to see, which is nothing.

    Args:
        x: scores of any shape.

    Returns:
        The same shape and dtype; NaN where `x` is NaN.

    Raises:
        TypeError: if `x` is not float32, float64, integers or bools.

    Examples:
        >>> from nnref.activations import hard_threshold_grad
        >>> hard_threshold_grad([-0.1, 0.0, 2.0]).tolist()
        [0.0, 0.0, 0.0]

    PyTorch: `torch.heaviside` has no derivative there; asking for it raises an error.

    Accuracy: exact.

    In the chapter: [Hard threshold][activations-hard-threshold].
    """
    return np.clip(_checks.floating(x, "x"), 0, 0)  # clip keeps NaN


def sigmoid(x: ArrayLike) -> Floats:
    r"""Squash a score into (0, 1).

    $$ s(x) = \frac{1}{1 + e^{-x}} = \frac{e^x}{1 + e^x} $$

    Use it for the output of a binary classifier, where s can be read as the probability of the
    positive class as far as the model is calibrated. The first form overflows for very
    negative x: in plain Python it raises `OverflowError` below about -709; in float32 the
    exponential is infinite from -89 on. The second overflows for large x, but there s is 1 in
    every digit, so the code stops x at 40.

    Args:
        x: scores of any shape.

    Returns:
        The same shape and dtype, each entry in [0, 1]; rounding reaches both ends.

    Raises:
        TypeError: if `x` is not float32, float64, integers or bools.

    Examples:
        >>> from nnref.activations import sigmoid
        >>> sigmoid([-2.0, 0.0, 2.0]).round(6).tolist()
        [0.119203, 0.5, 0.880797]
        >>> sigmoid([-1000.0, 1000.0]).tolist()
        [0.0, 1.0]

    PyTorch: `torch.sigmoid`.

    Accuracy: within 4 ulp.

    In the chapter: [Sigmoid][activations-sigmoid].
    """
    x = _checks.floating(x, "x")

    def formula(x: Floats, q: Floats) -> None:
        np.minimum(x, 40, out=q)  # from there on, q / (1 + q) rounds to 1
        np.exp(q, out=q)
        np.divide(q, 1 + q, out=q)

    return by_blocks(formula, x)


def sigmoid_grad(x: ArrayLike) -> Floats:
    r"""Return the derivative of `sigmoid` at `x`.

    $$ s'(x) = s(x) \, s(-x) = \frac{q}{(1 + q)^2}, \qquad q = e^{-|x|} $$

    The textbook form s(1 - s) is 0 in float32 at x = 20, where s rounds to 1. The form
    with q keeps its digits.

    Args:
        x: scores of any shape.

    Returns:
        The same shape and dtype, each entry in [0, 0.25].

    Raises:
        TypeError: if `x` is not float32, float64, integers or bools.

    Examples:
        >>> from nnref.activations import sigmoid_grad
        >>> sigmoid_grad([-2.0, 0.0, 2.0]).round(6).tolist()
        [0.104994, 0.25, 0.104994]

    PyTorch: autograd computes s(1 - s), so it gives 0 where s rounds to 1.

    Accuracy: within 4 ulp.

    In the chapter: [Sigmoid][activations-sigmoid].
    """
    x = _checks.floating(x, "x")

    def formula(x: Floats, q: Floats) -> None:
        decay(x, q)
        np.divide(q, _square(q), out=q)

    return by_blocks(formula, x)


def tanh(x: ArrayLike) -> Floats:
    r"""Squash a score into (-1, 1), centered on 0.

    $$ \tanh(x) = \frac{e^x - e^{-x}}{e^x + e^{-x}} $$

    Use it for hidden layers that should give outputs of both signs. Far from 0 it is
    flat, and gradients vanish there. The quotient overflows for large x, in float32 from 89
    on; NumPy's own function does not.

    Args:
        x: scores of any shape.

    Returns:
        The same shape and dtype, each entry in [-1, 1]; rounding reaches both ends.

    Raises:
        TypeError: if `x` is not float32, float64, integers or bools.

    Examples:
        >>> from nnref.activations import tanh
        >>> tanh([-2.0, 0.0, 1.0]).round(6).tolist()
        [-0.964028, 0.0, 0.761594]

    PyTorch: `torch.tanh`.

    Accuracy: within 3 ulp.

    In the chapter: [Tanh][activations-tanh].
    """
    x = _checks.floating(x, "x")

    with np.errstate(under="ignore"):
        return np.tanh(x)


def tanh_grad(x: ArrayLike) -> Floats:
    r"""Return the derivative of `tanh` at `x`.

    $$ \tanh'(x) = 1 - \tanh^2(x) = \frac{4q}{(1 + q)^2}, \qquad q = e^{-2|x|} $$

    The first form is 0 in float32 at x = 10, where tanh rounds to 1. The form with q
    keeps its digits.

    Args:
        x: scores of any shape.

    Returns:
        The same shape and dtype, each entry in [0, 1].

    Raises:
        TypeError: if `x` is not float32, float64, integers or bools.

    Examples:
        >>> from nnref.activations import tanh_grad
        >>> tanh_grad([-2.0, 0.0, 1.0]).round(6).tolist()
        [0.070651, 1.0, 0.419974]

    PyTorch: autograd computes the first form, so it gives 0 where tanh rounds to 1.

    Accuracy: within 4 ulp.

    In the chapter: [Tanh][activations-tanh].
    """
    x = _checks.floating(x, "x")

    def formula(x: Floats, q: Floats) -> None:
        decay(x * 2, q)
        np.divide(4 * q, _square(q), out=q)

    return by_blocks(formula, x)


def _square(q: Floats) -> Floats:
    """Return (1 + q)**2; with one rounding near 1 instead of two."""
    square = 2 + q
    square *= q
    square += 1
    return square
