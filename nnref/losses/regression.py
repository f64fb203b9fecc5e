r"""Losses for measured quantities: a pore's diameter, a seam's width.

Each is a function of the error e = prediction - target, and each averages over all
entries. Predictions and targets must have one shape: (N, 1) against (N,) would silently
compare every prediction with every target.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnref import _checks, _reduce

__all__ = [
    "huber",
    "huber_grad",
    "mean_absolute_error",
    "mean_absolute_error_grad",
    "mean_squared_error",
    "mean_squared_error_grad",
    "smooth_l1",
    "smooth_l1_grad",
]


def mean_squared_error(
    predictions: ArrayLike, targets: ArrayLike, *, reduction: str = "mean"
) -> NDArray[np.floating] | np.floating:
    r"""Square the errors: one that is twice as large costs four times as much.

    $$ \ell = e^2, \qquad e = \hat y - y $$

    Use it where large errors are much worse than small ones. It is in squared units, and
    one outlier can outweigh all other examples. There is no factor of one half.

    Args:
        predictions: $\hat y$, of any shape.
        targets: y, of the shape of `predictions`, in the same unit.
        reduction: "mean" over all entries, "sum" or "none".

    Returns:
        A scalar, or for "none" the shape of `predictions`; its dtype.

    Raises:
        TypeError: if an array is not float32, float64, integers or bools.
        ValueError: if the shapes differ, `reduction` is unknown, or a mean has no entries.

    Examples:
        Two lengths in mm, of which one is 2 mm off:

        >>> import numpy as np
        >>> from nnref.losses import mean_squared_error
        >>> mean_squared_error([7.0, 3.0], [5.0, 3.0], reduction="none").tolist()
        [4.0, 0.0]
        >>> mean_squared_error(np.zeros((4, 1)), np.zeros(4))
        Traceback (most recent call last):
            ...
        ValueError: `targets` must have shape (4, 1), got (4,)

    PyTorch: `torch.nn.functional.mse_loss`, which broadcasts different shapes and warns.

    In the chapter: [Losses for measured quantities][losses-regression].
    """
    e = _error(predictions, targets, reduction)

    with np.errstate(over="ignore", under="ignore"):
        return _reduce.reduce(e * e, reduction)


def mean_squared_error_grad(
    predictions: ArrayLike, targets: ArrayLike, *, reduction: str = "mean"
) -> NDArray[np.floating]:
    r"""Return the derivative of `mean_squared_error` by `predictions`.

    $$ \frac{\partial \ell}{\partial \hat y} = 2e $$

    It grows with the error, so a prediction that is far off is corrected fast, and an outlier
    pulls hardest.

    Args:
        predictions: $\hat y$, of any shape.
        targets: y, of the shape of `predictions`.
        reduction: that of the loss; "none" gives the same gradient as "sum".

    Returns:
        The shape and dtype of `predictions`.

    Raises:
        TypeError: as the loss does.
        ValueError: as the loss does.

    Examples:
        >>> from nnref.losses import mean_squared_error_grad
        >>> mean_squared_error_grad([7.0, 3.0], [5.0, 3.0]).tolist()
        [2.0, 0.0]

    PyTorch: autograd gives the same.
    """
    e = _error(predictions, targets, reduction)

    with np.errstate(over="ignore", under="ignore"):
        return _reduce.reduce_grad(reduction, e.size) * 2 * e


def mean_absolute_error(
    predictions: ArrayLike, targets: ArrayLike, *, reduction: str = "mean"
) -> NDArray[np.floating] | np.floating:
    r"""Take the errors without their signs, in the unit of the targets.

    $$ \ell = |e|, \qquad e = \hat y - y $$

    Use it where some targets are wrong, because an outlier costs in proportion and not more.

    Args:
        predictions: $\hat y$, of any shape.
        targets: y, of the shape of `predictions`, in the same unit.
        reduction: "mean" over all entries, "sum" or "none".

    Returns:
        A scalar, or for "none" the shape of `predictions`; its dtype.

    Raises:
        TypeError: if an array is not float32, float64, integers or bools.
        ValueError: if the shapes differ, `reduction` is unknown, or a mean has no entries.

    Examples:
        Two lengths in mm, of which one is 2 mm off:

        >>> from nnref.losses import mean_absolute_error
        >>> mean_absolute_error([7.0, 3.0], [5.0, 3.0], reduction="none").tolist()
        [2.0, 0.0]
        >>> float(mean_absolute_error([7.0, 3.0], [5.0, 3.0]))
        1.0

    PyTorch: `torch.nn.functional.l1_loss`, which broadcasts different shapes and warns.

    In the chapter: [Losses for measured quantities][losses-regression].
    """
    e = _error(predictions, targets, reduction)

    return _reduce.reduce(np.abs(e), reduction)


def mean_absolute_error_grad(
    predictions: ArrayLike, targets: ArrayLike, *, reduction: str = "mean"
) -> NDArray[np.floating]:
    r"""Return the derivative of `mean_absolute_error` by `predictions`.

    $$ \frac{\partial \ell}{\partial \hat y} = \operatorname{sign}(e) $$

    At the kink, e = 0, there is no derivative; we take 0, as PyTorch does. Everywhere
    else the pull is as strong for a small error as for a large one.

    Args:
        predictions: $\hat y$, of any shape.
        targets: y, of the shape of `predictions`.
        reduction: that of the loss; "none" gives the same gradient as "sum".

    Returns:
        The shape and dtype of `predictions`.

    Raises:
        TypeError: as the loss does.
        ValueError: as the loss does.

    Examples:
        >>> from nnref.losses import mean_absolute_error_grad
        >>> mean_absolute_error_grad([7.0, 3.0, 2.5], [5.0, 3.0, 3.0], reduction="sum").tolist()
        [1.0, 0.0, -1.0]

    PyTorch: autograd gives the same.
    """
    e = _error(predictions, targets, reduction)

    return _reduce.reduce_grad(reduction, e.size) * np.sign(e)


def smooth_l1(
    predictions: ArrayLike, targets: ArrayLike, *, beta: float = 1.0, reduction: str = "mean"
) -> NDArray[np.floating] | np.floating:
    r"""Square small errors, take large ones without their signs.

    $$ \ell = \begin{cases} \dfrac{e^2}{2 \beta} & \text{if } |e| < \beta \\
       |e| - \dfrac{\beta}{2} & \text{otherwise} \end{cases}
       \;=\; \frac{c}{\beta} \Big(|e| - \frac{c}{2}\Big), \qquad c = \min(|e|, \beta) $$

    It is smooth at 0 as the squared error is, and tolerates outliers as the absolute error
    does. It is the usual start for the corners of boxes. With β = 0 it is the absolute error.

    Args:
        predictions: $\hat y$, of any shape.
        targets: y, of the shape of `predictions`, in the same unit.
        beta: β, the error where the square ends, in the unit of the targets; a finite
            number of at least 0.
        reduction: "mean" over all entries, "sum" or "none".

    Returns:
        A scalar, or for "none" the shape of `predictions`; its dtype.

    Raises:
        TypeError: if an array is not float32, float64, integers or bools, or `beta` is
            not a number.
        ValueError: if the shapes differ, `beta` is not a finite number of at least 0,
            `reduction` is unknown, or a mean has no entries.

    Examples:
        Errors of half a millimeter and 2 mm:

        >>> from nnref.losses import smooth_l1
        >>> smooth_l1([5.5, 7.0], [5.0, 5.0], reduction="none").tolist()
        [0.125, 1.5]
        >>> smooth_l1([5.5, 7.0], [5.0, 5.0], beta=0, reduction="none").tolist()
        [0.5, 2.0]

    PyTorch: `torch.nn.functional.smooth_l1_loss`.

    References:
        [Girshick, Fast R-CNN](https://arxiv.org/abs/1504.08083), equation 3.

    In the chapter: [Losses for measured quantities][losses-regression].
    """
    size = np.abs(_error(predictions, targets, reduction))
    beta = _checks.number(beta, "beta", "[0, inf)", size.dtype)

    with np.errstate(over="ignore", under="ignore"):
        if beta == 0:
            return _reduce.reduce(size, reduction)
        c = np.minimum(size, beta)
        return _reduce.reduce(c / beta * (size - c / 2), reduction)


def smooth_l1_grad(
    predictions: ArrayLike, targets: ArrayLike, *, beta: float = 1.0, reduction: str = "mean"
) -> NDArray[np.floating]:
    r"""Return the derivative of `smooth_l1` by `predictions`.

    $$ \frac{\partial \ell}{\partial \hat y} = \begin{cases}
       e / \beta & \text{if } |e| < \beta \\ \operatorname{sign}(e) & \text{otherwise}
       \end{cases} $$

    With β = 0 and e = 0 there is no derivative; we take 0, as PyTorch does.

    Args:
        predictions: $\hat y$, of any shape.
        targets: y, of the shape of `predictions`.
        beta: β, as in the loss.
        reduction: that of the loss; "none" gives the same gradient as "sum".

    Returns:
        The shape and dtype of `predictions`.

    Raises:
        TypeError: as the loss does.
        ValueError: as the loss does.

    Examples:
        >>> from nnref.losses import smooth_l1_grad
        >>> smooth_l1_grad([5.5, 7.0], [5.0, 5.0], reduction="sum").tolist()
        [0.5, 1.0]

    PyTorch: autograd gives the same.
    """
    e = _error(predictions, targets, reduction)
    beta = _checks.number(beta, "beta", "[0, inf)", e.dtype)
    share = _reduce.reduce_grad(reduction, e.size)

    with np.errstate(over="ignore", under="ignore"):
        if beta == 0:
            return share * np.sign(e)
        return share * np.clip(e / beta, -1, 1)


def huber(
    predictions: ArrayLike, targets: ArrayLike, *, delta: float = 1.0, reduction: str = "mean"
) -> NDArray[np.floating] | np.floating:
    r"""Square small errors, let large ones grow with slope δ.

    $$ \ell = \begin{cases} \dfrac{e^2}{2} & \text{if } |e| < \delta \\
       \delta \Big(|e| - \dfrac{\delta}{2}\Big) & \text{otherwise} \end{cases}
       \;=\; c \Big(|e| - \frac{c}{2}\Big), \qquad c = \min(|e|, \delta) $$

    It is δ times [`smooth_l1`][nnref.losses.smooth_l1] with β = δ: the square keeps its
    shape and the slope of the rest changes with δ; there it is the other way round. With
    a large δ it is half the squared error.

    Args:
        predictions: $\hat y$, of any shape.
        targets: y, of the shape of `predictions`, in the same unit.
        delta: δ, the error where the square ends, in the unit of the targets; a finite
            number above 0.
        reduction: "mean" over all entries, "sum" or "none".

    Returns:
        A scalar, or for "none" the shape of `predictions`; its dtype.

    Raises:
        TypeError: if an array is not float32, float64, integers or bools, or `delta` is
            not a number.
        ValueError: if the shapes differ, `delta` is not a finite number above 0,
            `reduction` is unknown, or a mean has no entries.

    Examples:
        Errors of half a millimeter and 3 mm:

        >>> from nnref.losses import huber, smooth_l1
        >>> huber([5.5, 8.0], [5.0, 5.0], delta=2.0, reduction="none").tolist()
        [0.125, 4.0]
        >>> smooth_l1([5.5, 8.0], [5.0, 5.0], beta=2.0, reduction="none").tolist()
        [0.0625, 2.0]

    PyTorch: `torch.nn.functional.huber_loss`.

    References:
        [Huber, Robust Estimation of a Location
        Parameter](https://doi.org/10.1214/aoms/1177703732).

    In the chapter: [Losses for measured quantities][losses-regression].
    """
    size = np.abs(_error(predictions, targets, reduction))
    delta = _checks.number(delta, "delta", "(0, inf)", size.dtype)

    with np.errstate(over="ignore", under="ignore"):
        c = np.minimum(size, delta)
        return _reduce.reduce(c * (size - c / 2), reduction)


def huber_grad(
    predictions: ArrayLike, targets: ArrayLike, *, delta: float = 1.0, reduction: str = "mean"
) -> NDArray[np.floating]:
    r"""Return the derivative of `huber` by `predictions`: the error, clipped.

    $$ \frac{\partial \ell}{\partial \hat y} = \min(\max(e, -\delta), \delta) $$

    Args:
        predictions: $\hat y$, of any shape.
        targets: y, of the shape of `predictions`.
        delta: δ, as in the loss.
        reduction: that of the loss; "none" gives the same gradient as "sum".

    Returns:
        The shape and dtype of `predictions`.

    Raises:
        TypeError: as the loss does.
        ValueError: as the loss does.

    Examples:
        >>> from nnref.losses import huber_grad
        >>> huber_grad([5.5, 8.0], [5.0, 5.0], delta=2.0, reduction="sum").tolist()
        [0.5, 2.0]

    PyTorch: autograd gives the same.
    """
    e = _error(predictions, targets, reduction)
    delta = _checks.number(delta, "delta", "(0, inf)", e.dtype)

    with np.errstate(over="ignore", under="ignore"):
        return _reduce.reduce_grad(reduction, e.size) * np.clip(e, -delta, delta)


def _error(predictions: ArrayLike, targets: ArrayLike, reduction: str) -> NDArray[np.floating]:
    checked = _checks.floating(predictions, "predictions")
    wanted = _checks.like(targets, "targets", checked)
    _reduce.check(reduction, checked, "predictions")
    with np.errstate(over="ignore"):
        return checked - wanted
