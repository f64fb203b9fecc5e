r"""Losses for masks: which pixels belong to the defect.

A mask is 1 on the defect and 0 elsewhere. Images may be stacked, as in (N, H, W), and one
mask a class may be stacked on them, as in (N, C, H, W). A Dice loss belongs to a whole
mask, so `axes` names the axes that make up one: height and width, unless you say otherwise.
With (0, -2, -1) all masks of a batch count as a single one.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnref import _checks, _reduce
from nnref.activations import sigmoid, sigmoid_grad
from nnref.losses.binary import (
    binary_cross_entropy_with_logits,
    binary_cross_entropy_with_logits_grad,
)

__all__ = [
    "cross_entropy_dice_loss_with_logits",
    "cross_entropy_dice_loss_with_logits_grad",
    "dice_loss",
    "dice_loss_grad",
]

Axes = tuple[int, ...]


def dice_loss(
    probabilities: ArrayLike,
    masks: ArrayLike,
    *,
    axes: int | tuple[int, ...] = (-2, -1),
    reduction: str = "mean",
) -> NDArray[np.floating] | np.floating:
    r"""Return 1 minus the Dice coefficient: the share of the two masks that does not overlap.

    $$ \ell = 1 - \frac{2 \sum p y}{\sum p + \sum y} = \frac{\sum |p - y|}{\sum p + \sum y} $$

    The sums run over the pixels of one mask. Where nearly all pixels are background, their
    cross-entropy is small for a model that finds nothing; its Dice loss is 1. The second
    form equals the first for a y of 0 or 1, and keeps the digits of a small loss.

    An empty mask has its own rule. Where p is 0 everywhere too, 0/0 counts as a loss of 0,
    because there was nothing to find, and nothing was found. For any other p the loss is 1,
    however small p is, and has no slope. With Dice alone an image without a defect therefore
    teaches nothing, so add cross-entropy, or let `axes` join the masks of a batch.

    Args:
        probabilities: p, each in [0, 1], such as (N, H, W).
        masks: y, each 0 or 1, of the shape of `probabilities`.
        axes: the axes that make up one mask: height and width, unless you say otherwise;
            with (0, -2, -1) all masks of a batch count as a single one.
        reduction: "mean" over the masks, "sum" or "none".

    Returns:
        A scalar, or for "none" the shape of `probabilities` without `axes`; its dtype. Each
        entry is in [0, 1].

    Raises:
        TypeError: if an array is not float32, float64, integers or bools, or `axes` is
            neither an integer nor a tuple of integers.
        ValueError: if the shapes differ, a probability is outside [0, 1], a mask is not 0
            or 1, `axes` does not name different axes of `probabilities`, `reduction` is
            unknown, or a mean has no entries.

    Examples:
        A pore of two pixels, half found; a sound weld called clean; and a sound weld with
        a trace of doubt:

        >>> import numpy as np
        >>> from nnref.losses import dice_loss
        >>> sound, pore, found = np.zeros((3, 3)), np.zeros((3, 3)), np.zeros((3, 3))
        >>> pore[1, 1:], found[1, 1] = 1, 1
        >>> p, masks = np.stack([found, sound, sound + 0.01]), np.stack([pore, sound, sound])
        >>> dice_loss(p, masks, reduction="none").round(4).tolist()
        [0.3333, 0.0, 1.0]

        Taken as one mask, the doubt costs little:

        >>> float(dice_loss(p, masks, axes=(0, 1, 2)).round(4))
        0.3528

    PyTorch: no separate Dice loss. Libraries differ on the empty mask, and many add a
    smoothing number to both sums, which moves every other value too.

    References:
        [Sudre et al., Generalised Dice Overlap as a Deep Learning Loss
        Function](https://arxiv.org/abs/1707.03237), for the sums of p itself.

    In the chapter: [Dice][losses-dice].
    """
    p, y, axes = _check_masks(probabilities, masks, axes, reduction)

    losses, _ = _losses(p, y, axes)
    return _reduce.reduce(losses.squeeze(axes)[()], reduction)


def dice_loss_grad(
    probabilities: ArrayLike,
    masks: ArrayLike,
    *,
    axes: int | tuple[int, ...] = (-2, -1),
    reduction: str = "mean",
) -> NDArray[np.floating]:
    r"""Return the derivative of `dice_loss` by `probabilities`.

    $$ \frac{\partial \ell}{\partial p} = \frac{1 - 2y - \ell}{\sum p + \sum y} $$

    A pixel of the defect is pulled up and one of the background down, and both more strongly
    the smaller the defect is. For an empty mask the slope is 0, also where the loss jumps, at
    p = 0.

    Args:
        probabilities: p, each in [0, 1], such as (N, H, W).
        masks: y, each 0 or 1, of the shape of `probabilities`.
        axes: the axes that make up one mask.
        reduction: that of the loss; "none" gives the same gradient as "sum".

    Returns:
        The shape and dtype of `probabilities`.

    Raises:
        TypeError: as the loss does.
        ValueError: as the loss does.

    Examples:
        A pore of one pixel, half seen, and an empty mask:

        >>> from nnref.losses import dice_loss_grad
        >>> p = [[[0.5, 0.5]], [[0.5, 0.5]]]
        >>> masks = [[[1, 0]], [[0, 0]]]
        >>> dice_loss_grad(p, masks, reduction="sum").tolist()
        [[[-0.75, 0.25]], [[0.0, 0.0]]]

    PyTorch: autograd of the same formula gives the same, and NaN where 0/0 counts as 0.
    """
    p, y, axes = _check_masks(probabilities, masks, axes, reduction)

    losses, total = _losses(p, y, axes)
    share = _reduce.reduce_grad(reduction, losses.size)
    slope = (total > 0) * (share / np.maximum(total, 1))  # below 1 only for an empty mask
    grad = y * (-2 * slope)
    grad += (1 - losses) * slope
    return grad


def _losses(
    p: NDArray[np.floating], y: NDArray[np.floating], axes: Axes
) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Return the Dice losses and the sums they are divided by, `axes` kept with length 1."""
    total = _reduce.total(p, axes, keepdims=True) + _reduce.total(y, axes, keepdims=True)
    errors = p - y
    np.abs(errors, out=errors)
    with np.errstate(under="ignore"):
        return _reduce.total(errors, axes, keepdims=True) / _positive(total), total


def _positive(total: NDArray[np.floating]) -> NDArray[np.floating]:
    """Make 0 a harmless divisor; what is divided by it here is 0 as well."""
    return total + (total == 0)


def _check_masks(
    probabilities: ArrayLike, masks: ArrayLike, axes: _checks.Axes, reduction: str
) -> tuple[NDArray[np.floating], NDArray[np.floating], Axes]:
    p = _checks.floating(probabilities, "probabilities")
    y = _checks.like(masks, "masks", p)
    _checks.unit_interval(p, "probabilities")
    _checks.zero_or_one(y, "masks")
    _reduce.check(reduction, p, "probabilities")
    return p, y, _checks.axes_of(axes, p)


def cross_entropy_dice_loss_with_logits(
    logits: ArrayLike,
    masks: ArrayLike,
    *,
    cross_entropy_weight: float = 1.0,
    dice_weight: float = 1.0,
    axes: int | tuple[int, ...] = (-2, -1),
    reduction: str = "mean",
) -> NDArray[np.floating] | np.floating:
    r"""Add the mean cross-entropy of a mask's pixels to its Dice loss.

    $$ \ell = \frac{w_c}{m} \sum \operatorname{BCE}(z, y) + w_d \operatorname{Dice}(s(z), y) $$

    Here m is the number of pixels of one mask and s the sigmoid. The two complement each
    other, because Dice does not drown in the background, and cross-entropy has a slope on each
    pixel, also on images without a defect and where the sigmoid is flat.

    Args:
        logits: z, scores such as (N, H, W).
        masks: y, each 0 or 1, of the shape of `logits`.
        cross_entropy_weight: the weight of the cross-entropy, a finite number from 0 up.
        dice_weight: the weight of the Dice loss, likewise; one of the two is above 0.
        axes: the axes that make up one mask, as in [`dice_loss`][nnref.losses.dice_loss].
        reduction: "mean" over the masks, "sum" or "none".

    Returns:
        A scalar, or for "none" the shape of `logits` without `axes`; its dtype.

    Raises:
        TypeError: if an array is not float32, float64, integers or bools, a weight is not
            a number, or `axes` is neither an integer nor a tuple of integers.
        ValueError: if the shapes differ, a mask is not 0 or 1, a weight is negative or not
            finite, both are 0, `axes` does not name different axes of `logits`, `reduction`
            is unknown, or a mean has no entries.

    Examples:
        A pore of one pixel in 64 is missed. For the cross-entropy of all pixels that is a
        small matter, but for Dice it is nearly everything.

        >>> import numpy as np
        >>> from nnref.losses import cross_entropy_dice_loss_with_logits
        >>> logits, masks = np.full((8, 8), -3.0), np.zeros((8, 8))
        >>> masks[2, 5] = 1
        >>> float(cross_entropy_dice_loss_with_logits(logits, masks, dice_weight=0).round(4))
        0.0955
        >>> float(
        ...     cross_entropy_dice_loss_with_logits(logits, masks, cross_entropy_weight=0).round(4)
        ... )
        0.9765
        >>> float(cross_entropy_dice_loss_with_logits(logits, masks).round(4))
        1.072

    PyTorch: no such loss; the sum of
    `torch.nn.functional.binary_cross_entropy_with_logits` and a Dice loss.

    References:
        [Isensee et al., nnU-Net](https://arxiv.org/abs/1809.10486), which adds the two.

    In the chapter: [Cross-entropy plus Dice][losses-cross-entropy-dice].
    """
    z, y, axes = _check_logits(logits, masks, axes, reduction)
    w_c, w_d = _check_weights(cross_entropy_weight, dice_weight, z.dtype)

    pixels = binary_cross_entropy_with_logits(z, y, reduction="none")
    dice = dice_loss(sigmoid(z), y, axes=axes, reduction="none")
    with np.errstate(over="ignore", under="ignore"):
        cross_entropy = _reduce.total(np.asarray(pixels / _pixels(z, axes)), axes)
        return _reduce.reduce(w_c * cross_entropy + w_d * dice, reduction)


def cross_entropy_dice_loss_with_logits_grad(
    logits: ArrayLike,
    masks: ArrayLike,
    *,
    cross_entropy_weight: float = 1.0,
    dice_weight: float = 1.0,
    axes: int | tuple[int, ...] = (-2, -1),
    reduction: str = "mean",
) -> NDArray[np.floating]:
    r"""Return the derivative of `cross_entropy_dice_loss_with_logits` by `logits`.

    $$ \frac{\partial \ell}{\partial z} = \frac{w_c}{m} (s(z) - y)
       + w_d \, s'(z) \frac{\partial \operatorname{Dice}}{\partial p} $$

    Args:
        logits: z, scores such as (N, H, W).
        masks: y, each 0 or 1, of the shape of `logits`.
        cross_entropy_weight: as in the loss.
        dice_weight: as in the loss.
        axes: the axes that make up one mask.
        reduction: that of the loss; "none" gives the same gradient as "sum".

    Returns:
        The shape and dtype of `logits`.

    Raises:
        TypeError: as the loss does.
        ValueError: as the loss does.

    Examples:
        Dice alone hardly moves a missed pixel at -20, but the sum does.

        >>> from nnref.losses import cross_entropy_dice_loss_with_logits_grad
        >>> logits, masks = [[-20.0, -20.0]], [[1, 0]]
        >>> dice = cross_entropy_dice_loss_with_logits_grad(logits, masks, cross_entropy_weight=0)
        >>> both = cross_entropy_dice_loss_with_logits_grad(logits, masks)
        >>> print(f"{dice[0, 0]:.0e} {both[0, 0]:.2f}")
        -4e-09 -0.50

    PyTorch: autograd of the sum gives the same.
    """
    z, y, axes = _check_logits(logits, masks, axes, reduction)
    w_c, w_d = _check_weights(cross_entropy_weight, dice_weight, z.dtype)

    m = _pixels(z, axes)
    share = _reduce.reduce_grad(reduction, z.size / m)
    cross_entropy = binary_cross_entropy_with_logits_grad(z, y, reduction="sum")
    dice = dice_loss_grad(sigmoid(z), y, axes=axes, reduction="sum")
    with np.errstate(over="ignore", under="ignore"):
        return share * (w_c / m * cross_entropy + w_d * sigmoid_grad(z) * dice)


def _pixels(z: NDArray[np.floating], axes: Axes) -> int:
    """Count the pixels of one mask; of a mask without any, 1."""
    return max(1, math.prod(z.shape[axis] for axis in axes))


def _check_logits(
    logits: ArrayLike, masks: ArrayLike, axes: _checks.Axes, reduction: str
) -> tuple[NDArray[np.floating], NDArray[np.floating], Axes]:
    z = _checks.floating(logits, "logits")
    y = _checks.like(masks, "masks", z)
    _checks.zero_or_one(y, "masks")
    _reduce.check(reduction, z, "logits")
    return z, y, _checks.axes_of(axes, z)


def _check_weights(
    cross_entropy_weight: float, dice_weight: float, dtype: np.dtype[Any]
) -> tuple[float, float]:
    w_c = _checks.number(cross_entropy_weight, "cross_entropy_weight", "[0, inf)", dtype)
    w_d = _checks.number(dice_weight, "dice_weight", "[0, inf)", dtype)
    if w_c == w_d == 0:
        wanted = "be above 0 where `cross_entropy_weight` is 0"
        raise ValueError(f"`dice_weight` must {wanted}, got {dice_weight}")
    return w_c, w_d
