r"""A loss that does not chase wrong labels."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnref import _checks, _reduce
from nnref.losses.multiclass import (
    sparse_categorical_cross_entropy_with_logits,
    sparse_categorical_cross_entropy_with_logits_grad,
)

__all__ = ["generalized_cross_entropy_with_logits", "generalized_cross_entropy_with_logits_grad"]


def generalized_cross_entropy_with_logits(
    logits: ArrayLike, labels: ArrayLike, *, q: float = 0.7, reduction: str = "mean"
) -> NDArray[np.floating] | np.floating:
    r"""Score logits against labels of which some are wrong.

    $$ \ell_n = \frac{1 - p_{n y_n}^q}{q}
              = \frac{1 - e^{-q \, c_n}}{q}, \qquad c_n = -\ln p_{n y_n} $$

    p is the softmax of the logits and c the cross-entropy. Toward q = 0 the loss becomes
    c; at q = 1 it is 1 - p, half the absolute error between p and the one-hot target. No
    example costs more than 1/q, so that a few wrong labels cannot outvote the rest.

    Args:
        logits: z, scores of shape (N, C) for N examples and C classes.
        labels: y, class indices in [0, C), integers of shape (N,).
        q: above 0 and at most 1; larger is more robust and learns more slowly.
        reduction: "mean" over the examples, "sum" or "none".

    Returns:
        A scalar, or for "none" shape (N,); the dtype of `logits`.

    Raises:
        TypeError: if `logits` is not float32, float64, integers or bools, `labels` are not
            integers, or `q` is not a number.
        ValueError: if a shape does not fit, a label or `q` is out of range, `reduction` is
            unknown, or a mean has no examples.

    Examples:
        A weld rightly labeled `porosity`, and the same one labeled `crack` by mistake:

        >>> from nnref.losses import generalized_cross_entropy_with_logits
        >>> logits, labels = [[1.0, 6.0, 0.0, 0.0], [1.0, 6.0, 0.0, 0.0]], [1, 2]
        >>> generalized_cross_entropy_with_logits(logits, labels, reduction="none").round(
        ...     4
        ... ).tolist()
        [0.0116, 1.4073]
        >>> generalized_cross_entropy_with_logits(logits, labels, q=1e-6, reduction="none").round(
        ...     4
        ... ).tolist()
        [0.0116, 6.0116]

    PyTorch: no counterpart.

    References:
        [Zhang and Sabuncu, Generalized Cross Entropy Loss for Training Deep Neural
        Networks with Noisy Labels](https://arxiv.org/abs/1805.07836), equation 6.

    In the chapter: [Noisy labels][adapting-losses-noisy-labels].
    """
    z, q = _check_options(logits, q, reduction)
    ce = np.asarray(sparse_categorical_cross_entropy_with_logits(z, labels, reduction="none"))

    with np.errstate(under="ignore"):
        return _reduce.reduce(-np.expm1(-q * ce) / q, reduction)


def generalized_cross_entropy_with_logits_grad(
    logits: ArrayLike, labels: ArrayLike, *, q: float = 0.7, reduction: str = "mean"
) -> NDArray[np.floating]:
    r"""Return the derivative of `generalized_cross_entropy_with_logits` by `logits`.

    $$ \frac{\partial \ell_n}{\partial z_{nk}}
       = p_{n y_n}^q \, \frac{\partial c_n}{\partial z_{nk}} $$

    This is the gradient of cross-entropy, scaled by how far the model believes the label. A
    label that it finds absurd teaches next to nothing, which makes the loss robust but also
    slow at the start. From random weights it can leave a rare class unlearned, and some epochs
    of cross-entropy first help. For a model that is confident and wrong it goes to 0 on
    purpose.

    Args:
        logits: z, scores of shape (N, C).
        labels: y, class indices in [0, C), integers of shape (N,).
        q: as in the loss.
        reduction: that of the loss; "none" gives the same gradient as "sum".

    Returns:
        Shape (N, C), the dtype of `logits`.

    Raises:
        TypeError: as the loss does.
        ValueError: as the loss does.

    Examples:
        >>> from nnref.losses import generalized_cross_entropy_with_logits_grad
        >>> logits = [[1.0, 6.0, 0.0, 0.0]]
        >>> generalized_cross_entropy_with_logits_grad(logits, [2]).round(4).tolist()
        [[0.0001, 0.0147, -0.0148, 0.0]]
        >>> generalized_cross_entropy_with_logits_grad(logits, [2], q=1e-6).round(4).tolist()
        [[0.0067, 0.9884, -0.9975, 0.0025]]

    PyTorch: no counterpart.
    """
    z, q = _check_options(logits, q, reduction)
    ce = np.asarray(sparse_categorical_cross_entropy_with_logits(z, labels, reduction="none"))
    share = _reduce.reduce_grad(reduction, ce.size)

    with np.errstate(under="ignore"):
        grad = sparse_categorical_cross_entropy_with_logits_grad(z, labels, reduction="sum")
        grad *= share * np.exp(-q * ce)[:, np.newaxis]
        return grad


def _check_options(
    logits: ArrayLike, q: float, reduction: str
) -> tuple[NDArray[np.floating], float]:
    z = _checks.class_scores(logits)
    q = _checks.number(q, "q", "(0, 1]", z.dtype)
    _reduce.check(reduction, z, "logits")
    return z, q
