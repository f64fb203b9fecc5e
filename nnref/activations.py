# NumPy declares that its ufuncs return Any.

r"""Activation functions and their derivatives, stable over the whole float range.

`f_grad(x)` is the derivative of `f` at `x`, entry by entry. Softmax mixes the entries of
a row, so its derivative is a matrix; `softmax_vjp(x, upstream)` multiplies by it instead.

The accuracy in each description holds over the whole float range, in float32 and in
float64: it is the largest error found against exact arithmetic, rounded up. One ulp is
the distance from the true value to the next float.
"""

from __future__ import annotations  # those of an inner function cost time at each call

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnref import _checks

__all__ = [
    "hard_threshold",
    "hard_threshold_grad",
    "leaky_relu",
    "leaky_relu_grad",
    "linear",
    "linear_grad",
    "log_softmax",
    "log_softmax_vjp",
    "logsumexp",
    "relu",
    "relu_grad",
    "sigmoid",
    "sigmoid_grad",
    "softmax",
    "softmax_vjp",
    "softplus",
    "softplus_grad",
    "tanh",
    "tanh_grad",
]

_BLOCK = 32_768  # entries; a formula's temporaries of this size stay in the cache
_SHORT = 16  # NumPy reduces a last axis below this length slowly, a first axis fast


def _by_blocks(
    formula: Callable[[NDArray[np.floating]], NDArray[np.floating]], x: NDArray[np.floating]
) -> NDArray[np.floating]:
    """Apply a formula to each entry, a block of entries at a time."""
    with np.errstate(over="ignore", under="ignore"):
        if x.size <= _BLOCK:
            return formula(x)
        entries, out = x.reshape(-1), np.empty(x.size, x.dtype)
        for start in range(0, x.size, _BLOCK):
            block = slice(start, start + _BLOCK)
            out[block] = formula(entries[block])
    return out.reshape(x.shape)


def linear(x: ArrayLike) -> NDArray[np.floating]:
    r"""Return the input unchanged, as a copy.

    $$ f(x) = x $$

    Use it for the output of a regression. Between layers it adds nothing: linear layers
    in a row are one linear layer.

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


def linear_grad(x: ArrayLike) -> NDArray[np.floating]:
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


def relu(x: ArrayLike) -> NDArray[np.floating]:
    r"""Keep what is positive and replace the rest by 0.

    $$ f(x) = \max(x, 0) $$

    The usual choice for hidden layers: cheap, and its slope of 1 passes gradients on
    undiminished. A unit whose score is negative for every input no longer learns.

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
    return np.maximum(_checks.floating(x, "x"), 0)


def relu_grad(x: ArrayLike) -> NDArray[np.floating]:
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


def leaky_relu(x: ArrayLike, *, negative_slope: float = 0.01) -> NDArray[np.floating]:
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

    return _by_blocks(lambda x: np.maximum(x, a * x), x)


def leaky_relu_grad(x: ArrayLike, *, negative_slope: float = 0.01) -> NDArray[np.floating]:
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


def softplus(x: ArrayLike) -> NDArray[np.floating]:
    r"""Return a smooth ReLU, positive everywhere.

    $$ f(x) = \ln(1 + e^x) = \max(x, 0) + \ln(1 + e^{-|x|}) $$

    The first form overflows for large x and loses every digit for very negative x. The
    second does neither: its exponent is never positive, and `log1p` keeps the digits of a
    small argument.

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

    return _by_blocks(lambda x: np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))), x)


def softplus_grad(x: ArrayLike) -> NDArray[np.floating]:
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


def hard_threshold(x: ArrayLike) -> NDArray[np.floating]:
    r"""Return 1 where the score is at least 0, else 0.

    $$ f(x) = \begin{cases} 1 & \text{if } x \ge 0 \\ 0 & \text{otherwise} \end{cases} $$

    The step of the historical perceptron. Its slope is 0 wherever it has one, so no
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
    # the sign keeps NaN, which a comparison loses
    return np.minimum(np.sign(_checks.floating(x, "x")) + 1, 1)


def hard_threshold_grad(x: ArrayLike) -> NDArray[np.floating]:
    r"""Return the slope of `hard_threshold` at `x`: 0 everywhere.

    $$ f'(x) = 0 $$

    At the jump, 0, there is no derivative; we take 0 there too, so that the gradient says
    what gradient descent gets to see: nothing.

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


def sigmoid(x: ArrayLike) -> NDArray[np.floating]:
    r"""Squash a score into (0, 1).

    $$ s(x) = \frac{1}{1 + e^{-x}} = \frac{e^x}{1 + e^x} $$

    Use it for the output of a binary classifier: s reads as the probability of the
    positive class, as far as the model is calibrated. The first form overflows for very
    negative x: in plain Python it raises `OverflowError` below about -709. The second
    overflows for large x, but there s is 1 in every digit, so the code stops x at 40.

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

    def formula(x: NDArray[np.floating]) -> NDArray[np.floating]:
        q = np.exp(np.minimum(x, 40))  # from there on, q / (1 + q) rounds to 1
        return q / (1 + q)

    return _by_blocks(formula, x)


def sigmoid_grad(x: ArrayLike) -> NDArray[np.floating]:
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

    def formula(x: NDArray[np.floating]) -> NDArray[np.floating]:
        q = np.exp(-np.abs(x))
        return q / (1 + q * (2 + q))  # rounds less than q / (1 + q)**2

    return _by_blocks(formula, x)


def tanh(x: ArrayLike) -> NDArray[np.floating]:
    r"""Squash a score into (-1, 1), centered on 0.

    $$ \tanh(x) = \frac{e^x - e^{-x}}{e^x + e^{-x}} $$

    Use it for hidden layers that should give outputs of both signs. Far from 0 it is
    flat, and gradients vanish there. The quotient overflows for large x; NumPy's own
    function does not.

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


def tanh_grad(x: ArrayLike) -> NDArray[np.floating]:
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

    def formula(x: NDArray[np.floating]) -> NDArray[np.floating]:
        q = np.exp(-2 * np.abs(x))
        return 4 * q / (1 + q * (2 + q))  # rounds less than 4q / (1 + q)**2

    return _by_blocks(formula, x)


def softmax(x: ArrayLike, *, axis: int = -1) -> NDArray[np.floating]:
    r"""Turn the scores along an axis into probabilities that add up to 1.

    $$ p_i = \frac{e^{x_i}}{\sum_j e^{x_j}} = \frac{e^{x_i - m}}{\sum_j e^{x_j - m}},
       \qquad m = \max_j x_j $$

    Use it for the output of a classifier with one class per example. The first form
    overflows at a score of 1000; subtracting the maximum of each row changes nothing in
    the result and leaves no exponent above 0.

    Args:
        x: scores of any shape, such as (N, C) for N examples and C classes.
        axis: the axis of the classes.

    Returns:
        The same shape and dtype, each entry in [0, 1]. One infinite score takes all the
        probability. A row with NaN, with several infinite scores, or with several
        scores all minus infinity has no limit and is NaN. An axis of length 0 gives an
        empty result.

    Raises:
        TypeError: if `x` is not float32, float64, integers or bools.
        ValueError: if `axis` is out of range.

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
    rounds once a score. PyTorch's has the same limit.

    In the chapter: [Softmax][activations-softmax].
    """
    x = _checks.floating(x, "x")
    axis = _checks.axis_of(axis, x)

    return _from_front(_along(axis, _softmax, x), axis)


def _softmax(x: NDArray[np.floating]) -> NDArray[np.floating]:
    """Softmax along the first axis."""
    shifted, _ = _shift(x)
    p = np.exp(shifted, out=shifted)
    p /= p.sum(0)
    return p


def _shift(x: NDArray[np.floating]) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Return x minus its maximum along the first axis, and the maximum."""
    m = x.max(0, initial=-np.inf)
    shifted = x - m
    if np.isinf(m).any():
        top = x == m
        shifted[top & (top.sum(0) == 1)] = 0  # a single infinity: minus itself it is NaN
    return shifted, m


def _along(
    axis: int,
    formula: Callable[..., NDArray[np.floating]],
    *arrays: NDArray[np.floating],
) -> NDArray[np.floating]:
    """Apply a formula to arrays with `axis` swapped to the front."""
    fronts = [array.swapaxes(0, axis) for array in arrays]
    if axis == arrays[0].ndim - 1 and len(fronts[0]) < _SHORT:
        fronts = [front.copy() for front in fronts]
    with np.errstate(all="ignore"):
        return formula(*fronts)


def _from_front(result: NDArray[np.floating], axis: int) -> NDArray[np.floating]:
    """Swap the first axis back to where `_along` took it from."""
    return np.ascontiguousarray(result.swapaxes(0, axis))


def softmax_vjp(x: ArrayLike, upstream: ArrayLike, *, axis: int = -1) -> NDArray[np.floating]:
    r"""Multiply an upstream gradient by the Jacobian of `softmax` at `x`.

    $$ \left(\frac{\partial p}{\partial x}\right)^{\!T} g
       = p \odot \Big(g - \sum_i g_i p_i\Big) $$

    Each probability depends on every score of its row, so the derivative is a matrix, and
    p(1 - p) is only its diagonal. The product is all that backpropagation needs; the
    matrix is never built.

    Args:
        x: scores of any shape.
        upstream: g, the derivative of the loss with respect to the output, of the shape
            of `x`.
        axis: the axis of the classes.

    Returns:
        The derivative of the loss with respect to `x`, of its shape and dtype.

    Raises:
        TypeError: if `x` or `upstream` is not float32, float64, integers or bools.
        ValueError: if `axis` is out of range, or `upstream` has another shape than `x`.

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
    axis = _checks.axis_of(axis, x)

    def formula(x: NDArray[np.floating], g: NDArray[np.floating]) -> NDArray[np.floating]:
        p = _softmax(x)
        pg = p * g  # p inside the bracket: g - sum(g p) may overflow, the result cannot
        p *= pg.sum(0)
        pg -= p
        return pg

    return _from_front(_along(axis, formula, x, g), axis)


def log_softmax(x: ArrayLike, *, axis: int = -1) -> NDArray[np.floating]:
    r"""Return the logarithm of `softmax`, without going through it.

    $$ \ln p_i = x_i - m - \ln \sum_j e^{x_j - m}, \qquad m = \max_j x_j $$

    Use it for a loss on class scores. `log(softmax(x))` is minus infinity as soon as a
    probability underflows to 0; this keeps the right number, such as -800. The term of
    the maximum is 1, and `log1p` of the others keeps the digits of a probability next to 1.

    Args:
        x: scores of any shape, such as (N, C) for N examples and C classes.
        axis: the axis of the classes.

    Returns:
        The same shape and dtype, each entry at most 0. Rows with NaN or infinite scores
        as in [`softmax`][nnref.activations.softmax].

    Raises:
        TypeError: if `x` is not float32, float64, integers or bools.
        ValueError: if `axis` is out of range.

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
    axis = _checks.axis_of(axis, x)

    def formula(x: NDArray[np.floating]) -> NDArray[np.floating]:
        shifted, _ = _shift(x)
        shifted -= _log_sum(shifted)
        return shifted

    return _from_front(_along(axis, formula, x), axis)


def _log_sum(shifted: NDArray[np.floating]) -> NDArray[np.floating]:
    """Return ln(sum(exp(shifted))) along the first axis, one term being exactly 1."""
    terms = np.exp(shifted)
    total = terms.sum(0)
    terms -= shifted == 0
    rest = terms.sum(0)
    ties = np.rint(total - rest) - 1  # total - rest counts the maxima
    return np.log1p(rest + ties)


def log_softmax_vjp(x: ArrayLike, upstream: ArrayLike, *, axis: int = -1) -> NDArray[np.floating]:
    r"""Multiply an upstream gradient by the Jacobian of `log_softmax` at `x`.

    $$ \left(\frac{\partial \ln p}{\partial x}\right)^{\!T} g = g - p \sum_i g_i $$

    With g = -1 at the right class and 0 elsewhere this is p minus the one-hot target: the
    gradient of cross-entropy.

    Args:
        x: scores of any shape.
        upstream: g, the derivative of the loss with respect to the output, of the shape
            of `x`.
        axis: the axis of the classes.

    Returns:
        The derivative of the loss with respect to `x`, of its shape and dtype.

    Raises:
        TypeError: if `x` or `upstream` is not float32, float64, integers or bools.
        ValueError: if `axis` is out of range, or `upstream` has another shape than `x`.

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
    axis = _checks.axis_of(axis, x)

    def formula(x: NDArray[np.floating], g: NDArray[np.floating]) -> NDArray[np.floating]:
        p = _softmax(x)
        p *= g.sum(0)
        return np.subtract(g, p, out=p)

    return _from_front(_along(axis, formula, x, g), axis)


def logsumexp(x: ArrayLike, *, axis: int = -1) -> NDArray[np.floating]:
    r"""Return the logarithm of the sum of exponentials along an axis.

    $$ \ln \sum_j e^{x_j} = m + \ln \sum_j e^{x_j - m}, \qquad m = \max_j x_j $$

    A smooth maximum: at least m, and at most m + ln n for n scores. It is what
    [`log_softmax`][nnref.activations.log_softmax] subtracts.

    Args:
        x: scores of any shape.
        axis: the axis to sum over.

    Returns:
        The shape of `x` without `axis`, the same dtype. An axis of length 0 or of minus
        infinities gives minus infinity, the logarithm of 0.

    Raises:
        TypeError: if `x` is not float32, float64, integers or bools.
        ValueError: if `axis` is out of range.

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
    axis = _checks.axis_of(axis, x)

    def formula(x: NDArray[np.floating]) -> NDArray[np.floating]:
        shifted, m = _shift(x)
        return np.where(np.isinf(m), m, m + _log_sum(shifted))

    return _from_front(_along(axis, formula, x)[np.newaxis], axis).squeeze(axis)[()]
