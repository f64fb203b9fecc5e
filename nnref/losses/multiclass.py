r"""Cross-entropy over several classes.

Pass raw class scores, the logits, and never the output of softmax: the softmax is part
of these losses. The classes of the examples are `no_defect`, `porosity`, `crack` and
`undercut`.
"""

from __future__ import annotations  # those of an inner function cost time at each call

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnref import _checks, _reduce
from nnref._pair import at_once
from nnref.activations import log_softmax, softmax
from nnref.activations.axiswise import _log_softmax_at

__all__ = [
    "categorical_cross_entropy_with_logits",
    "categorical_cross_entropy_with_logits_grad",
    "sparse_categorical_cross_entropy_with_logits",
    "sparse_categorical_cross_entropy_with_logits_grad",
]


def categorical_cross_entropy_with_logits(
    logits: ArrayLike,
    targets: ArrayLike,
    *,
    class_weights: ArrayLike | None = None,
    label_smoothing: float = 0.0,
    reduction: str = "mean",
) -> NDArray[np.floating] | np.floating:
    r"""Score logits against a one-hot row, or a row of probabilities, for each example.

    $$ \ell_n = -\sum_k w_k \, y'_{nk} \ln p_{nk}, \qquad
       y' = (1 - e) \, y + \frac{e}{C}, \qquad
       L = \frac{\sum_n \ell_n}{\sum_n \sum_k w_k \, y_{nk}} $$

    p is the softmax of the logits; its logarithm is taken without going through p. The
    mean L divides by the weight that the targets carry, which without class weights is
    the number of examples.

    Class weights w make rare or costly classes count more. Label smoothing e moves a little of
    each target to all classes, so that the model gains nothing from ever larger logits, which
    helps with noisy labels.

    Args:
        logits: z, scores of shape (N, C) for N examples and C classes.
        targets: y, of shape (N, C), each in [0, 1], each row adding up to 1.
        class_weights: w, of shape (C,), finite, at least 0, not all 0; 1 each if left out.
        label_smoothing: e, in [0, 1].
        reduction: "mean" as above, "sum" or "none".

    Returns:
        A scalar, or for "none" shape (N,); the dtype of `logits`.

    Raises:
        TypeError: if an array is not float32, float64, integers or bools, or
            `label_smoothing` is not a number.
        ValueError: if a shape does not fit, targets or weights are out of range, a row of
            targets does not add up to 1, `label_smoothing` is outside [0, 1],
            `reduction` is unknown, or a mean has nothing to divide by: no examples, or
            none with a weight above 0.

    Examples:
        One weld is porous; of the other it is known only that it is not a clean weld:

        >>> from nnref.losses import categorical_cross_entropy_with_logits
        >>> logits = [[1.2, 2.5, 0.4, 0.0], [0.0, 0.0, 0.0, 0.0]]
        >>> targets = [[0, 1, 0, 0], [0, 0, 0.5, 0.5]]
        >>> categorical_cross_entropy_with_logits(logits, targets, reduction="none").round(
        ...     4
        ... ).tolist()
        [0.3901, 1.3863]
        >>> float(categorical_cross_entropy_with_logits(logits, targets).round(4))
        0.8882
        >>> weights = [1.0, 2.0, 5.0, 2.0]
        >>> float(
        ...     categorical_cross_entropy_with_logits(logits, targets, class_weights=weights).round(
        ...         4
        ...     )
        ... )
        1.024

    PyTorch: `torch.nn.functional.cross_entropy` with targets of a float dtype. Its mean
    divides by N even with class weights, so that there one-hot rows and class indices
    give different numbers; here both give that of the indices.

    References:
        Label smoothing: [Szegedy et al., Rethinking the Inception
        Architecture](https://arxiv.org/abs/1512.00567), section 7.

    In the chapter: [Cross-entropy over classes][losses-cross-entropy].
    """
    z, y, w = _check_targets(logits, targets, class_weights, reduction)
    aims = _aims(y, w, label_smoothing)
    divisor = _reduce.total_weight(y * w, reduction)

    with np.errstate(over="ignore", under="ignore"):
        terms = _costs(aims, log_softmax(z))
        return _reduce.reduce(_reduce.total(terms, (1,)), reduction, divisor)


def categorical_cross_entropy_with_logits_grad(
    logits: ArrayLike,
    targets: ArrayLike,
    *,
    class_weights: ArrayLike | None = None,
    label_smoothing: float = 0.0,
    reduction: str = "mean",
) -> NDArray[np.floating]:
    r"""Return the derivative of `categorical_cross_entropy_with_logits` by `logits`.

    $$ \frac{\partial \ell_n}{\partial z_{nk}} = p_{nk} \sum_j a_{nj} - a_{nk},
       \qquad a_{nk} = w_k \, y'_{nk} $$

    Without weights and smoothing this is p - y: what the model says minus what is true.
    Each row adds up to 0. The entry of the highest score is computed from that, so that
    it keeps its digits where p is next to 1.

    Args:
        logits: z, scores of shape (N, C).
        targets: y, of shape (N, C), each in [0, 1], each row adding up to 1.
        class_weights: w, as in the loss.
        label_smoothing: e, as in the loss.
        reduction: that of the loss; "none" gives the same gradient as "sum".

    Returns:
        Shape (N, C), the dtype of `logits`.

    Raises:
        TypeError: as the loss does.
        ValueError: as the loss does.

    Examples:
        The gradient pulls up the score of `porosity` and pushes the others down:

        >>> from nnref.losses import categorical_cross_entropy_with_logits_grad
        >>> categorical_cross_entropy_with_logits_grad(
        ...     [[1.2, 2.5, 0.4, 0.0]], [[0, 1, 0, 0]]
        ... ).round(4).tolist()
        [[0.1845, -0.323, 0.0829, 0.0556]]

    PyTorch: autograd gives the same up to the divisor of the mean; where p of the right
    class rounds to 1 it gives 0, and we give the small number that is left.
    """
    z, y, w = _check_targets(logits, targets, class_weights, reduction)
    aims = _aims(y, w, label_smoothing)
    share = _reduce.reduce_grad(reduction, _reduce.total_weight(y * w, reduction))

    with np.errstate(under="ignore"):
        aims *= share
        grad = softmax(z)
        grad *= _reduce.total(aims, (1,), keepdims=True)
        grad -= aims
        return _balance(grad, z.argmax(axis=1))


def sparse_categorical_cross_entropy_with_logits(
    logits: ArrayLike,
    labels: ArrayLike,
    *,
    class_weights: ArrayLike | None = None,
    label_smoothing: float = 0.0,
    reduction: str = "mean",
) -> NDArray[np.floating] | np.floating:
    r"""Score logits against the index of the right class of each example.

    $$ \ell_n = -(1 - e) \, w_{y_n} \ln p_{n y_n} - \frac{e}{C} \sum_k w_k \ln p_{nk},
       \qquad L = \frac{\sum_n \ell_n}{\sum_n w_{y_n}} $$

    This is the same number as
    [`categorical_cross_entropy_with_logits`][nnref.losses.categorical_cross_entropy_with_logits]
    of one-hot targets, without building them. p is the softmax of the logits. The mean L
    divides by the weights of the batch's labels, which without class weights is the number of
    examples.

    Args:
        logits: z, scores of shape (N, C) for N examples and C classes.
        labels: y, class indices in [0, C), integers of shape (N,).
        class_weights: w, of shape (C,), finite, at least 0, not all 0; 1 each if left out.
        label_smoothing: e, in [0, 1].
        reduction: "mean" as above, "sum" or "none".

    Returns:
        A scalar, or for "none" shape (N,); the dtype of `logits`.

    Raises:
        TypeError: if `logits` or `class_weights` is not float32, float64, integers or
            bools, `labels` are not integers, or `label_smoothing` is not a number.
        ValueError: if a shape does not fit, a label or weight is out of range,
            `label_smoothing` is outside [0, 1], `reduction` is unknown, or a mean has
            nothing to divide by: no examples, or none with a weight above 0.

    Examples:
        A porous weld and a cracked one, of which the model has no idea:

        >>> from nnref.losses import sparse_categorical_cross_entropy_with_logits
        >>> logits, labels = [[1.2, 2.5, 0.4, 0.0], [0.0, 0.0, 0.0, 0.0]], [1, 2]
        >>> sparse_categorical_cross_entropy_with_logits(logits, labels, reduction="none").round(
        ...     4
        ... ).tolist()
        [0.3901, 1.3863]
        >>> float(sparse_categorical_cross_entropy_with_logits(logits, labels).round(4))
        0.8882

        A missed crack should cost 5 times as much as a false alarm. The sum is divided by 2 +
        5, the weights of the two labels, and not by 2, their number:

        >>> weights = [1.0, 2.0, 5.0, 2.0]
        >>> float(
        ...     sparse_categorical_cross_entropy_with_logits(
        ...         logits, labels, class_weights=weights
        ...     ).round(4)
        ... )
        1.1017

    PyTorch: `torch.nn.functional.cross_entropy` with integer targets. There a
    reserved label, `ignore_index`, leaves an example out; here it is an error.

    References:
        Label smoothing: [Szegedy et al., Rethinking the Inception
        Architecture](https://arxiv.org/abs/1512.00567), section 7.

    In the chapter: [Cross-entropy over classes][losses-cross-entropy].
    """
    z, y, w = _checks.labeled_scores(logits, labels, class_weights)
    e = _checks.number(label_smoothing, "label_smoothing", "[0, 1]", z.dtype)
    _reduce.check(reduction, z, "logits")
    weights = w[y]
    divisor = _reduce.total_weight(weights, reduction)

    with np.errstate(over="ignore", under="ignore"):
        losses = _costs((1 - e) * weights, _log_softmax_at(z, y))
        if e > 0:
            losses += _reduce.total(_costs(e / w.size * w, log_softmax(z)), (1,))
        return _reduce.reduce(losses, reduction, divisor)


def sparse_categorical_cross_entropy_with_logits_grad(
    logits: ArrayLike,
    labels: ArrayLike,
    *,
    class_weights: ArrayLike | None = None,
    label_smoothing: float = 0.0,
    reduction: str = "mean",
) -> NDArray[np.floating]:
    r"""Return the derivative of `sparse_categorical_cross_entropy_with_logits` by `logits`.

    $$ \frac{\partial \ell_n}{\partial z_{nk}} = p_{nk} \sum_j a_{nj} - a_{nk},
       \qquad a_{nk} = (1 - e) \, w_k \, [k = y_n] + \frac{e}{C} w_k $$

    [k = y] is 1 at the label and 0 elsewhere. Without weights and smoothing the gradient is p
    minus 1 at the label, and p elsewhere. Each row adds up to 0. The entry of the label is
    computed from that, so that it keeps its digits where p is next to 1.

    Args:
        logits: z, scores of shape (N, C).
        labels: y, class indices in [0, C), integers of shape (N,).
        class_weights: w, as in the loss.
        label_smoothing: e, as in the loss.
        reduction: that of the loss; "none" gives the same gradient as "sum".

    Returns:
        Shape (N, C), the dtype of `logits`.

    Raises:
        TypeError: as the loss does.
        ValueError: as the loss does.

    Examples:
        >>> from nnref.losses import sparse_categorical_cross_entropy_with_logits_grad
        >>> sparse_categorical_cross_entropy_with_logits_grad([[1.2, 2.5, 0.4, 0.0]], [1]).round(
        ...     4
        ... ).tolist()
        [[0.1845, -0.323, 0.0829, 0.0556]]

        However sure the model is of the wrong class, the gradient is there:

        >>> sparse_categorical_cross_entropy_with_logits_grad([[0.0, 1000.0]], [0]).tolist()
        [[-1.0, 1.0]]

    PyTorch: autograd gives the same; where p of the right class rounds to 1 it gives 0,
    and we give the small number that is left.
    """
    z, y, w = _checks.labeled_scores(logits, labels, class_weights)
    e = _checks.number(label_smoothing, "label_smoothing", "[0, 1]", z.dtype)
    _reduce.check(reduction, z, "logits")
    weights = w[y]
    share = _reduce.reduce_grad(reduction, _reduce.total_weight(weights, reduction))

    with np.errstate(under="ignore"):
        pull = share * (1 - e) * weights
        grad = softmax(z)
        if e == 0:
            grad *= pull[:, np.newaxis]
        else:
            smooth = share * e / w.size * w
            grad *= (pull + _reduce.total(smooth, (0,)))[:, np.newaxis]
            grad -= smooth
        return _balance(grad, y)


@at_once(sparse_categorical_cross_entropy_with_logits)
@np.errstate(all="ignore")
def _sparse_value_and_grad(
    logits: ArrayLike,
    labels: ArrayLike,
    *,
    class_weights: ArrayLike | None = None,
    label_smoothing: float = 0.0,
    reduction: str = "mean",
) -> tuple[NDArray[np.floating] | np.floating, NDArray[np.floating]]:
    r"""Return the loss and its gradient, which share all exponentials.

    With m the largest score, r the sum of exp(z_j - m) without the label and d = z_y - m:

    $$ -\ln p_y = \operatorname{log1p}(r + \operatorname{expm1}(d)) - d, \qquad
       1 - p_y = \frac{r}{r + e^d} $$
    """
    z = _checks.class_scores(logits)
    y = _checks.labels(labels, z.shape[1])
    _checks.shape(y, "labels", z.shape[:1])
    e = _checks.number(label_smoothing, "label_smoothing", "[0, 1]", z.dtype)
    _reduce.check(reduction, z, "logits")
    weights = None if class_weights is None else _checks.class_weights(class_weights, z)[y]
    divisor = len(y) if weights is None else _reduce.total_weight(weights, reduction)
    label = len(y) * y.astype(np.intp) + np.arange(len(y))  # its place in `terms.flat`

    terms = z.T.copy()
    flat = terms.reshape(-1)
    terms -= np.maximum.reduce(terms, 0)
    own = flat[label]
    np.exp(terms, out=terms)
    flat[label] = 0
    rest = _reduce.wide_total(terms, (0,))
    others = rest + np.expm1(own)
    losses = np.log1p(others) - own
    pull = _reduce.reduce_grad(reduction, divisor) / (1 + others)
    if weights is not None:
        losses *= weights
        pull *= weights
    loss = _reduce.grand_total(losses) / (divisor if reduction == "mean" else 1)
    flat[label] = -rest
    terms *= pull
    if math.isfinite(loss) and e == 0 and reduction != "none":
        return z.dtype.type(loss), terms.T
    options: Any = {"class_weights": class_weights, "label_smoothing": e, "reduction": reduction}
    value = sparse_categorical_cross_entropy_with_logits
    grad = sparse_categorical_cross_entropy_with_logits_grad
    return value(z, y, **options), grad(z, y, **options)


def _costs(weights: NDArray[np.floating], log_p: NDArray[np.floating]) -> NDArray[np.floating]:
    """Return -w ln p, 0 where the weight is 0, however small p is."""
    impossible = np.isinf(log_p)
    with np.errstate(invalid="ignore"):
        costs = weights * np.abs(log_p)
    if impossible.any():
        costs[impossible & (weights == 0)] = 0
    return costs


def _aims(
    y: NDArray[np.floating], w: NDArray[np.floating], label_smoothing: float
) -> NDArray[np.floating]:
    """Return the targets smoothed and weighted."""
    e = _checks.number(label_smoothing, "label_smoothing", "[0, 1]", y.dtype)
    with np.errstate(under="ignore"):
        aims = (1 - e) * y
        aims += e / w.size
        aims *= w
        return aims


def _balance(grad: NDArray[np.floating], columns: NDArray[np.integer]) -> NDArray[np.floating]:
    """Set one entry of each row so that the row adds up to 0."""
    rows = np.arange(len(grad))
    grad[rows, columns] = 0
    grad[rows, columns] = -_reduce.total(grad, (1,))
    return grad


def _check_targets(
    logits: ArrayLike, targets: ArrayLike, class_weights: ArrayLike | None, reduction: str
) -> tuple[NDArray[np.floating], NDArray[np.floating], NDArray[np.floating]]:
    z = _checks.class_scores(logits)
    y = _checks.like(targets, "targets", z)
    _checks.unit_interval(y, "targets")
    totals = _reduce.total(y, (1,))
    uneven = totals[np.abs(totals - 1) > 1e-3]
    if uneven.size:
        raise ValueError(f"`targets` must have rows that add up to 1, got {uneven[0]!s}")
    w = _checks.class_weights(class_weights, z)
    _reduce.check(reduction, z, "logits")
    return z, y, w
