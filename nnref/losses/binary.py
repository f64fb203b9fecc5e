r"""Losses for yes-or-no questions: is there a crack, is this pixel part of a pore?

Each target is 1 for yes and 0 for no, or a probability in between.
"""

from __future__ import annotations  # those of an inner function cost time at each call

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnref import _checks, _reduce
from nnref._formulas import Floats, by_blocks, decay, log1p, positive_part

__all__ = [
    "binary_cross_entropy",
    "binary_cross_entropy_grad",
    "binary_cross_entropy_with_logits",
    "binary_cross_entropy_with_logits_grad",
]


def binary_cross_entropy(
    probabilities: ArrayLike,
    targets: ArrayLike,
    *,
    epsilon: float = 1e-7,
    reduction: str = "mean",
) -> NDArray[np.floating] | np.floating:
    r"""Score predicted probabilities; a confident wrong answer costs the most.

    $$ \ell = -y \ln \hat p - (1 - y) \ln(1 - \hat p), \qquad
       \hat p = \min(\max(p, \varepsilon), 1 - \varepsilon) $$

    The clip keeps the logarithms away from 0, so that no answer costs more than about
    -ln ε. It also makes the loss flat for a model that is confident and wrong. Where you have
    the logits, use
    [`binary_cross_entropy_with_logits`][nnref.losses.binary_cross_entropy_with_logits],
    which needs no clip.

    Args:
        probabilities: p, each in [0, 1], of any shape.
        targets: y, each in [0, 1], of the shape of `probabilities`.
        epsilon: ε, below one half and so large that 1 - ε is a float below 1.
        reduction: "mean" over all entries, "sum" or "none".

    Returns:
        A scalar, or for "none" the shape of `probabilities`; its dtype.

    Raises:
        TypeError: if `probabilities` or `targets` is not float32, float64, integers or
            bools, or `epsilon` is not a number.
        ValueError: if the shapes differ, an entry is outside [0, 1], `epsilon` is out of
            range for the dtype, `reduction` is unknown, or a mean has no entries.

    Examples:
        A weld with a crack, called likely, unlikely and impossible:

        >>> import numpy as np
        >>> from nnref.losses import binary_cross_entropy
        >>> binary_cross_entropy([0.9, 0.1, 0.0], [1, 1, 1], reduction="none").round(4).tolist()
        [0.1054, 2.3026, 16.1181]

        In float32, 1 - 1e-12 is 1, and such a clip would guard one side only:

        >>> binary_cross_entropy(np.ones(1, dtype=np.float32), [0], epsilon=1e-12)
        Traceback (most recent call last):
            ...
        ValueError: `epsilon` must be in [6e-08, 0.5) for float32, got 1e-12

    PyTorch: `torch.nn.functional.binary_cross_entropy` leaves p alone and stops each
    logarithm at minus a hundred instead.

    In the chapter: [Binary cross-entropy][losses-binary-cross-entropy].
    """
    p, y = _check_probabilities(probabilities, targets, epsilon, reduction)

    with np.errstate(under="ignore"):
        p = np.clip(p, epsilon, 1 - epsilon)
        losses = -(y * np.log(p) + (1 - y) * np.log1p(-p))
        return _reduce.reduce(losses, reduction)


def binary_cross_entropy_grad(
    probabilities: ArrayLike,
    targets: ArrayLike,
    *,
    epsilon: float = 1e-7,
    reduction: str = "mean",
) -> NDArray[np.floating]:
    r"""Return the derivative of `binary_cross_entropy` by `probabilities`.

    $$ \frac{\partial \ell}{\partial p} = \begin{cases}
       \dfrac{p - y}{p (1 - p)} & \text{if } \varepsilon \le p \le 1 - \varepsilon \\
       0 & \text{otherwise} \end{cases} $$

    Where p is clipped the loss is flat, and so the model learns nothing, neither from a
    perfect answer nor from one that could not be more wrong. At ε and 1 - ε themselves we take
    the slope of the inner side, as PyTorch's `clamp` does up to version 2.13; from 2.14 on it
    takes 0 there.

    Args:
        probabilities: p, each in [0, 1], of any shape.
        targets: y, each in [0, 1], of the shape of `probabilities`.
        epsilon: ε, as in the loss.
        reduction: that of the loss; "none" gives the same gradient as "sum".

    Returns:
        The shape and dtype of `probabilities`.

    Raises:
        TypeError: as the loss does.
        ValueError: as the loss does.

    Examples:
        The crack that the model missed with confidence teaches it nothing:

        >>> from nnref.losses import binary_cross_entropy_grad
        >>> binary_cross_entropy_grad([0.9, 0.1, 0.0], [1, 1, 1], reduction="sum").round(4).tolist()
        [-1.1111, -10.0, 0.0]

    PyTorch: autograd divides by p(1 - p) or a floor far below ours, so that a sure wrong
    answer has an enormous slope by p. The sigmoid before it then multiplies it by 0.
    """
    p, y = _check_probabilities(probabilities, targets, epsilon, reduction)
    share = _reduce.reduce_grad(reduction, p.size)

    with np.errstate(under="ignore"):
        c = np.clip(p, epsilon, 1 - epsilon)
        return share * (c - y) / (c * (1 - c)) * (c == p)


def _check_probabilities(
    probabilities: ArrayLike, targets: ArrayLike, epsilon: float, reduction: str
) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    p = _checks.floating(probabilities, "probabilities")
    y = _checks.like(targets, "targets", p)
    _checks.unit_interval(p, "probabilities")
    _checks.unit_interval(y, "targets")
    least = f"{np.finfo(p.dtype).epsneg:.1g}"  # the gap between 1 and the float below
    if not float(least) <= p.dtype.type(_checks.number(epsilon, "epsilon")) < 0.5:
        raise ValueError(f"`epsilon` must be in [{least}, 0.5) for {p.dtype}, got {epsilon}")
    _reduce.check(reduction, p, "probabilities")
    return p, y


def binary_cross_entropy_with_logits(
    logits: ArrayLike,
    targets: ArrayLike,
    *,
    pos_weight: float = 1.0,
    reduction: str = "mean",
) -> NDArray[np.floating] | np.floating:
    r"""Score the logits of a binary classifier, without going through probabilities.

    $$ \ell = (1 - y) \operatorname{sp}(z) + w y \operatorname{sp}(-z), \qquad
       \operatorname{sp}(z) = \max(z, 0) + \ln(1 + e^{-|z|}) $$

    With p the sigmoid of z, softplus sp(z) is -ln(1 - p), and sp(-z) is -ln p. For
    w = 1 the sum is max(z, 0) - zy + ln(1 + e^-|z|). No term is negative, none
    overflows, and a wrong answer has a gradient however sure it is.

    Weight the positive class with w where misses cost more than false alarms.

    Args:
        logits: z, scores of any shape.
        targets: y, each in [0, 1], of the shape of `logits`.
        pos_weight: w, a finite number above 0. The mean still divides by the number of
            entries.
        reduction: "mean" over all entries, "sum" or "none".

    Returns:
        A scalar, or for "none" the shape of `logits`; its dtype.

    Raises:
        TypeError: if `logits` or `targets` is not float32, float64, integers or bools,
            or `pos_weight` is not a number.
        ValueError: if the shapes differ, a target is outside [0, 1], `pos_weight` is not
            a finite number above 0, `reduction` is unknown, or a mean has no entries.

    Examples:
        A found crack, a missed one, and a false alarm:

        >>> from nnref.losses import binary_cross_entropy_with_logits
        >>> logits, targets = [2.0, -2.0, 20.0], [1, 1, 0]
        >>> binary_cross_entropy_with_logits(logits, targets, reduction="none").round(4).tolist()
        [0.1269, 2.1269, 20.0]
        >>> float(binary_cross_entropy_with_logits(logits, targets, pos_weight=5.0).round(4))
        10.4231

    PyTorch: `torch.nn.functional.binary_cross_entropy_with_logits`. Its `pos_weight` is a
    tensor and may differ from column to column.

    In the chapter: [From the score][losses-with-logits].
    """
    z, y, w = _check_logits(logits, targets, pos_weight, reduction)

    def losses(z: Floats, y: Floats, out: Floats) -> None:
        log = log1p(decay(z))
        if w == 1:
            np.subtract(z > 0, y, out=out)
            out *= z  # max(z, 0) - zy
            out += log
        else:
            no, yes = 1 - y, w * y
            np.multiply(no + yes, log, out=out)
            out += positive_part(z) * no
            out += positive_part(-z) * yes
        if np.isinf(z).any():  # a right answer without a doubt costs 0, not 0 times infinity
            np.copyto(out, 0, where=np.isinf(z) & ((z > 0) == y))

    return _reduce.reduce(by_blocks(losses, z, y), reduction)


def binary_cross_entropy_with_logits_grad(
    logits: ArrayLike,
    targets: ArrayLike,
    *,
    pos_weight: float = 1.0,
    reduction: str = "mean",
) -> NDArray[np.floating]:
    r"""Return the derivative of `binary_cross_entropy_with_logits` by `logits`.

    $$ \frac{\partial \ell}{\partial z} = (1 - y) \, s(z) - w y \, s(-z) $$

    s is the sigmoid. For w = 1 this is p - y: what the model says minus what is true.
    Written with s(-z) instead of 1 - s(z), it keeps its digits where p is next to 1.

    Args:
        logits: z, scores of any shape.
        targets: y, each in [0, 1], of the shape of `logits`.
        pos_weight: w, a finite number above 0.
        reduction: that of the loss; "none" gives the same gradient as "sum".

    Returns:
        The shape and dtype of `logits`.

    Raises:
        TypeError: as the loss does.
        ValueError: as the loss does.

    Examples:
        In float32 the sigmoid of 20 is 1, so with clipped probabilities a confident false
        alarm has no gradient. From the logit it has one:

        >>> import numpy as np
        >>> from nnref.activations import sigmoid
        >>> from nnref.losses import binary_cross_entropy_grad
        >>> from nnref.losses import binary_cross_entropy_with_logits_grad
        >>> z = np.array([20.0], dtype=np.float32)
        >>> binary_cross_entropy_with_logits_grad(z, [0]).tolist()
        [1.0]
        >>> binary_cross_entropy_grad(sigmoid(z), [0]).tolist()
        [0.0]

    PyTorch: autograd gives the same where s(z) is not rounded to 1; there it gives 0 for
    a positive target, and we give the small number that is left.
    """
    z, y, w = _check_logits(logits, targets, pos_weight, reduction)
    share = _reduce.reduce_grad(reduction, z.size)

    def slopes(z: Floats, y: Floats, out: Floats) -> None:
        q = decay(z)
        np.multiply(1 - y, np.maximum(z > 0, q), out=out)  # the sigmoid times 1 + q
        out -= w * y * np.maximum(z <= 0, q)
        out /= 1 + q
        out *= share

    return by_blocks(slopes, z, y)


def _check_logits(
    logits: ArrayLike, targets: ArrayLike, pos_weight: float, reduction: str
) -> tuple[NDArray[np.floating], NDArray[np.floating], float]:
    z = _checks.floating(logits, "logits")
    y = _checks.like(targets, "targets", z)
    _checks.unit_interval(y, "targets")
    w = _checks.number(pos_weight, "pos_weight", "(0, inf)", z.dtype)
    _reduce.check(reduction, z, "logits")
    return z, y, w
