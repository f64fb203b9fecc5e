r"""Focal losses: less attention on what is easy, more on what is hard.

Both are written in the margin t by which the right answer leads. Its probability is the
sigmoid of t, so that the logarithms of p and of 1 - p are both at hand without p:
-sp(-t) and -sp(t), with the softplus sp.
"""

from __future__ import annotations  # those of an inner function cost time at each call

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnref import _checks, _reduce
from nnref._formulas import Floats, by_blocks, decay, log1p, positive_part
from nnref.activations import logsumexp, softmax

__all__ = [
    "binary_focal_loss_with_logits",
    "binary_focal_loss_with_logits_grad",
    "focal_loss_with_logits",
    "focal_loss_with_logits_grad",
]

_BLOCK = 32_768  # logits at a time: their temporaries stay in the processor's cache


def binary_focal_loss_with_logits(
    logits: ArrayLike,
    targets: ArrayLike,
    *,
    alpha: float | None = None,
    gamma: float = 2.0,
    reduction: str = "mean",
) -> NDArray[np.floating] | np.floating:
    r"""Score the logits of a binary classifier, with easy examples played down.

    $$ \ell = -\alpha_t (1 - p_t)^\gamma \ln p_t
            = \alpha_t \, s(-t)^\gamma \operatorname{sp}(-t), \qquad
       t = (2y - 1) z $$

    $p_t$ is the probability given to the right answer, the sigmoid of the margin t. An
    example with $p_t$ near 1 counts next to nothing, so that a few defect pixels are
    heard among many clean ones. With γ = 0 and no α it is binary cross-entropy. The second
    form, with s for the sigmoid and sp for softplus, works on the margin: 1 - $p_t$ has
    lost its digits where $p_t$ is next to 1.

    Args:
        logits: z, scores of any shape.
        targets: y, each 0 or 1, of the shape of `logits`.
        alpha: α, the weight of a positive, between 0 and 1; a negative gets 1 - α. If left
            out, both get 1. Mind that an α below one half makes defects count less.
        gamma: γ, a finite number of at least 0; how strongly easy examples are played
            down.
        reduction: "mean" over all entries, "sum" or "none".

    Returns:
        A scalar, or for "none" the shape of `logits`; its dtype.

    Raises:
        TypeError: if `logits` or `targets` is not float32, float64, integers or bools,
            or an option is not a number.
        ValueError: if the shapes differ, a target is neither 0 nor 1, an option is out of
            range, `reduction` is unknown, or a mean has no entries.

    Examples:
        Of an easy crack and a missed one, γ = 2 cuts the loss of the first by a factor of 70
        and that of the second by a factor of 1.3:

        >>> from nnref.losses import binary_focal_loss_with_logits
        >>> logits, targets = [2.0, -2.0], [1, 1]
        >>> focal = binary_focal_loss_with_logits(logits, targets, reduction="none")
        >>> plain = binary_focal_loss_with_logits(logits, targets, gamma=0, reduction="none")
        >>> focal.round(4).tolist(), plain.round(4).tolist()
        ([0.0018, 1.6501], [0.1269, 2.1269])
        >>> (plain / focal).round(1).tolist()
        [70.4, 1.3]

    PyTorch: no separate counterpart. `torchvision.ops.sigmoid_focal_loss` goes through
    the probability and takes α = 1/4 unless told otherwise, the value of the paper, which
    makes positives count less than negatives.

    References:
        [Lin et al., Focal Loss for Dense Object
        Detection](https://arxiv.org/abs/1708.02002), equations 4 and 5.

    In the chapter: [Focal loss][losses-focal].
    """
    z, y, alpha = _check_targets(logits, targets, alpha)
    gamma = _checks.number(gamma, "gamma", "[0, inf)", z.dtype)
    _reduce.check(reduction, z, "logits")

    def losses(z: Floats, y: Floats, out: Floats) -> None:
        np.multiply(_alpha_of(y, alpha), _focal((2 * y - 1) * z, gamma), out=out)

    return _reduce.reduce(by_blocks(losses, z, y), reduction)


def binary_focal_loss_with_logits_grad(
    logits: ArrayLike,
    targets: ArrayLike,
    *,
    alpha: float | None = None,
    gamma: float = 2.0,
    reduction: str = "mean",
) -> NDArray[np.floating]:
    r"""Return the derivative of `binary_focal_loss_with_logits` by `logits`.

    $$ \frac{\partial \ell}{\partial z} = -(2y - 1) \, \alpha_t \,
       s(-t)^\gamma
       \big( \gamma \, s(t) \operatorname{sp}(-t) + s(-t) \big) $$

    s is the sigmoid and sp softplus. There is no power of 1 - $p_t$ to divide by, so a γ
    below 1 is as good as any other.

    Args:
        logits: z, scores of any shape.
        targets: y, each 0 or 1, of the shape of `logits`.
        alpha: α, as in the loss.
        gamma: γ, as in the loss.
        reduction: that of the loss; "none" gives the same gradient as "sum".

    Returns:
        The shape and dtype of `logits`.

    Raises:
        TypeError: as the loss does.
        ValueError: as the loss does.

    Examples:
        >>> from nnref.losses import binary_focal_loss_with_logits_grad
        >>> grad = binary_focal_loss_with_logits_grad([2.0, -2.0], [1, 1], reduction="sum")
        >>> grad.round(4).tolist()
        [-0.0049, -1.0767]

    PyTorch: autograd through the formula with $p_t$ gives NaN for γ between 0 and 1 where
    $p_t$ rounds to 1.
    """
    z, y, alpha = _check_targets(logits, targets, alpha)
    gamma = _checks.number(gamma, "gamma", "[0, inf)", z.dtype)
    _reduce.check(reduction, z, "logits")
    share = _reduce.reduce_grad(reduction, z.size)

    def slopes(z: Floats, y: Floats, out: Floats) -> None:
        sign = 2 * y - 1
        np.multiply(sign * (share * _alpha_of(y, alpha)), _focal_grad(sign * z, gamma), out=out)

    return by_blocks(slopes, z, y)


def _check_targets(
    logits: ArrayLike, targets: ArrayLike, alpha: float | None
) -> tuple[NDArray[np.floating], NDArray[np.floating], float | None]:
    z = _checks.floating(logits, "logits")
    y = _checks.like(targets, "targets", z)
    _checks.zero_or_one(y, "targets")
    return z, y, None if alpha is None else _checks.number(alpha, "alpha", "(0, 1)", z.dtype)


def _alpha_of(y: NDArray[np.floating], alpha: float | None) -> NDArray[np.floating] | float:
    """Return the weight of each target."""
    return 1.0 if alpha is None else alpha * y + (1 - alpha) * (1 - y)


def focal_loss_with_logits(
    logits: ArrayLike,
    labels: ArrayLike,
    *,
    class_weights: ArrayLike | None = None,
    gamma: float = 2.0,
    reduction: str = "mean",
) -> NDArray[np.floating] | np.floating:
    r"""Score logits against the index of the right class, with easy examples played down.

    $$ \ell_n = -w_{y_n} (1 - p_{n y_n})^\gamma \ln p_{n y_n}
              = w_{y_n} \, e^{-\gamma \operatorname{sp}(t_n)} \operatorname{sp}(-t_n),
       \qquad t_n = z_{n y_n} - \ln \sum_{k \ne y_n} e^{z_{nk}} $$

    The margin t is the label's score minus the smooth maximum of all others, p of the label is
    its sigmoid, and sp is softplus. With two classes this is the binary focal loss of the
    difference of the scores, and with γ = 0 it is
    [`sparse_categorical_cross_entropy_with_logits`][nnref.losses.sparse_categorical_cross_entropy_with_logits].
    Like there, the mean divides by the sum of the weights of the batch's labels.

    Args:
        logits: z, scores of shape (N, C) for N examples and C classes.
        labels: y, class indices in [0, C), integers of shape (N,).
        class_weights: w, of shape (C,), finite, at least 0, not all 0; 1 each if left out.
        gamma: γ, a finite number of at least 0.
        reduction: "mean" as above, "sum" or "none".

    Returns:
        A scalar, or for "none" shape (N,); the dtype of `logits`.

    Raises:
        TypeError: if `logits` or `class_weights` is not float32, float64, integers or
            bools, `labels` are not integers, or `gamma` is not a number.
        ValueError: if a shape does not fit, a label, a weight or `gamma` is out of range,
            `reduction` is unknown, or a mean has nothing to divide by: no examples, or
            none with a weight above 0.

    Examples:
        The scores of `no_defect`, `porosity`, `crack` and `undercut` for a weld that is
        clearly porous and one that could be anything:

        >>> from nnref.losses import focal_loss_with_logits
        >>> logits, labels = [[1.0, 6.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]], [1, 2]
        >>> focal_loss_with_logits(logits, labels, reduction="none").round(6).tolist()
        [2e-06, 0.779791]
        >>> focal_loss_with_logits(logits, labels, gamma=0, reduction="none").round(6).tolist()
        [0.011628, 1.386294]

    PyTorch: no counterpart.

    References:
        [Lin et al., Focal Loss for Dense Object
        Detection](https://arxiv.org/abs/1708.02002), for the binary form.

    In the chapter: [Focal loss][losses-focal].
    """
    z, y, w = _checks.labeled_scores(logits, labels, class_weights)
    gamma = _checks.number(gamma, "gamma", "[0, inf)", z.dtype)
    _reduce.check(reduction, z, "logits")
    divisor = _reduce.total_weight(w[y], reduction)

    def losses(z: NDArray[np.floating], y: NDArray[np.integer]) -> NDArray[np.floating]:
        return w[y] * _focal(_margins(z, y), gamma)

    return _reduce.reduce(_by_rows(losses, z, y), reduction, divisor)


def focal_loss_with_logits_grad(
    logits: ArrayLike,
    labels: ArrayLike,
    *,
    class_weights: ArrayLike | None = None,
    gamma: float = 2.0,
    reduction: str = "mean",
) -> NDArray[np.floating]:
    r"""Return the derivative of `focal_loss_with_logits` by `logits`.

    $$ \frac{\partial \ell_n}{\partial z_{nk}} = \begin{cases}
       \ell'(t_n) & \text{if } k = y_n \\
       -\ell'(t_n) \, r_{nk} & \text{otherwise} \end{cases} \qquad
       \ell'(t) = -w_y \, s(-t)^\gamma
       \big( \gamma \, s(t) \operatorname{sp}(-t) + s(-t) \big) $$

    s is the sigmoid, sp softplus, and r the softmax over the other classes only, so what pulls
    the label up pushes the others down, each by its share.

    Args:
        logits: z, scores of shape (N, C).
        labels: y, class indices in [0, C), integers of shape (N,).
        class_weights: w, as in the loss.
        gamma: γ, as in the loss.
        reduction: that of the loss; "none" gives the same gradient as "sum".

    Returns:
        Shape (N, C), the dtype of `logits`.

    Raises:
        TypeError: as the loss does.
        ValueError: as the loss does.

    Examples:
        >>> from nnref.losses import focal_loss_with_logits_grad
        >>> focal_loss_with_logits_grad([[0.0, 0.0, 0.0, 0.0]], [2]).round(4).tolist()
        [[0.2706, 0.2706, -0.8118, 0.2706]]

    PyTorch: no counterpart.
    """
    z, y, w = _checks.labeled_scores(logits, labels, class_weights)
    gamma = _checks.number(gamma, "gamma", "[0, inf)", z.dtype)
    _reduce.check(reduction, z, "logits")
    share = _reduce.reduce_grad(reduction, _reduce.total_weight(w[y], reduction))

    def slopes(z: NDArray[np.floating], y: NDArray[np.integer]) -> NDArray[np.floating]:
        own = share * w[y] * _focal_grad(_margins(z, y), gamma)
        lowest = np.finfo(z.dtype).min
        grad = softmax(_others(np.maximum(z, lowest), y))  # a single other takes all
        grad *= -own[:, np.newaxis]
        grad[np.arange(len(y)), y] = own
        return grad

    return _by_rows(slopes, z, y)


def _by_rows(
    f: Callable[..., NDArray[np.floating]], z: NDArray[np.floating], y: NDArray[np.generic]
) -> NDArray[np.floating]:
    """Apply `f` to a block of examples after the other."""
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        if z.size <= _BLOCK:
            return f(z, y)
        count = max(1, _BLOCK * len(z) // z.size)
        blocks = (slice(i, i + count) for i in range(0, len(z), count))
        return np.concatenate([f(z[block], y[block]) for block in blocks])


def _focal(t: Floats, gamma: float) -> Floats:
    """Return -(1 - p)^γ ln p, p being the sigmoid of the margin t."""
    q = decay(t)
    doubt = np.maximum(t <= 0, q) / (1 + q)
    return doubt**gamma * (log1p(q) + positive_part(-t))


def _focal_grad(t: Floats, gamma: float) -> Floats:
    """Return the derivative of `_focal` by t."""
    t = np.maximum(t, np.finfo(t.dtype).min)  # ln p times a p of 0 is 0
    q = decay(t)
    p, doubt = np.maximum(t > 0, q) / (1 + q), np.maximum(t <= 0, q) / (1 + q)
    return -(doubt**gamma) * ((log1p(q) + positive_part(-t)) * p * gamma + doubt)


def _margins(z: NDArray[np.floating], y: NDArray[np.integer]) -> NDArray[np.floating]:
    """Return by how much each label's score exceeds the smooth maximum of the others."""
    rows = np.arange(len(y))
    own = z[rows, y]
    lead = z - own[:, np.newaxis]
    lead[rows, y] = -np.inf
    margins: NDArray[np.floating] = -logsumexp(lead, axis=1)
    sure = np.isinf(own)
    if sure.any():
        margins[sure] = own[sure] - logsumexp(_others(z[sure], y[sure]), axis=1)
    return margins


def _others(scores: NDArray[np.floating], y: NDArray[np.integer]) -> NDArray[np.floating]:
    """Return a copy of the scores with each label's put out of the race."""
    others = np.array(scores)
    others[np.arange(len(y)), y] = -np.inf
    return others
