r"""Losses for boxes: how badly a predicted box fits the true one.

Each is 1 minus a measure of [`nnref.boxes`][nnref.boxes], row by row. All of them are 0 for
equal boxes and do not depend on the unit.

`iou_loss_grad` says what the gradients take at a kink.
"""

from operator import attrgetter

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnref import _boxes, _reduce

__all__ = [
    "ciou_loss",
    "ciou_loss_grad",
    "diou_loss",
    "diou_loss_grad",
    "giou_loss",
    "giou_loss_grad",
    "iou_loss",
    "iou_loss_grad",
]


def iou_loss(
    predictions: ArrayLike, targets: ArrayLike, *, reduction: str = "mean"
) -> NDArray[np.floating] | np.floating:
    r"""Return 1 minus the intersection over union.

    $$ \ell = 1 - \frac{I}{U} $$

    It trains the measure by which detections are judged. But it is flat where boxes do not
    meet, so a prediction beside the defect gets no gradient. GIoU, DIoU and CIoU add a term
    that has a slope there.

    Args:
        predictions: boxes (x1, y1, x2, y2) of shape (N, 4).
        targets: as many true boxes, in the same unit.
        reduction: "mean" over the boxes, "sum" or "none".

    Returns:
        A scalar, or for "none" shape (N,), each entry in [0, 1]; the dtype of
        `predictions`. Where neither box has an area, the loss is 1.

    Raises:
        TypeError: if an array is not float32, float64, integers or bools.
        ValueError: if `predictions` is not of shape (N, 4) or `targets` of another shape,
            if one holds NaN, infinity or a box with swapped corners, if `reduction` is
            unknown, or a mean has no boxes.

    Examples:
        A pore of 4 mm by 3 mm; predictions 1 mm and 5 mm to its right:

        >>> from nnref.losses import iou_loss
        >>> predictions, targets = [[3, 1, 7, 4], [7, 1, 11, 4]], [[2, 1, 6, 4]] * 2
        >>> iou_loss(predictions, targets, reduction="none").round(4).tolist()
        [0.4, 1.0]
        >>> iou_loss([[2, 2, 0, 0]], [[0, 0, 2, 2]])
        Traceback (most recent call last):
            ...
        ValueError: `predictions` must have x1 <= x2 and y1 <= y2, got [2.0, 2.0, 0.0, 0.0]

    PyTorch: `torchvision.ops.box_iou` gives the IoU itself, of each with each.

    In the chapter: [IoU][losses-boxes-iou].
    """
    p, t = _check(predictions, targets, reduction)

    return _reduce.reduce(_boxes.by_blocks(attrgetter("miss"), p, t), reduction)


def iou_loss_grad(
    predictions: ArrayLike, targets: ArrayLike, *, reduction: str = "mean"
) -> NDArray[np.floating]:
    r"""Return the derivative of `iou_loss` by `predictions`.

    $$ \mathrm{d}\ell = -\frac{\mathrm{d}I - \operatorname{IoU} \mathrm{d}U}{U} $$

    It is 0 for boxes that are apart and for two boxes without area. Where an edge ties with
    that of the target, it is the mean of the slopes on both sides, so that a perfect box is
    at rest. Boxes that only touch count as overlapping, because from there a step can gain.

    Args:
        predictions: boxes (x1, y1, x2, y2) of shape (N, 4).
        targets: as many true boxes, in the same unit.
        reduction: that of the loss; "none" gives the same gradient as "sum".

    Returns:
        The shape and dtype of `predictions`.

    Raises:
        TypeError: as the loss does.
        ValueError: as the loss does.

    Examples:
        For the box 1 mm too far right, both x should fall. The box beside the pore gets no
        gradient:

        >>> from nnref.losses import iou_loss_grad
        >>> predictions, targets = [[3, 1, 7, 4], [7, 1, 11, 4]], [[2, 1, 6, 4]] * 2
        >>> iou_loss_grad(predictions, targets, reduction="sum").round(4).tolist()
        [[0.2, 0.0, 0.12, 0.0], [0.0, 0.0, 0.0, 0.0]]

        Two squares that touch along an edge:

        >>> iou_loss_grad([[2, 0, 4, 2]], [[0, 0, 2, 2]]).tolist()
        [[0.25, 0.0, 0.0, 0.0]]

    PyTorch: autograd of the same formula gives the same, and NaN where the union is 0. Where
    boxes only touch, its `clamp` has slope 1 up to version 2.13, as here, and 0 from 2.14 on.
    """
    p, t = _check(predictions, targets, reduction)
    share = _reduce.reduce_grad(reduction, len(p))

    return _boxes.gradient(attrgetter("iou_grad"), p, t, -share)


def giou_loss(
    predictions: ArrayLike, targets: ArrayLike, *, reduction: str = "mean"
) -> NDArray[np.floating] | np.floating:
    r"""Return 1 minus the generalized IoU.

    $$ \ell = 1 - \frac{I}{U} + \frac{C - U}{C} $$

    C is the area of the enclosing box. The empty part of it pulls a prediction toward a
    defect that it misses. Once one box lies inside the other nothing is empty, and the
    loss is that of IoU.

    Args:
        predictions: boxes (x1, y1, x2, y2) of shape (N, 4).
        targets: as many true boxes, in the same unit.
        reduction: "mean" over the boxes, "sum" or "none".

    Returns:
        A scalar, or for "none" shape (N,), each entry in [0, 2]; the dtype of
        `predictions`. Where the enclosing box has no area, the loss is 1.

    Raises:
        TypeError: if an array is not float32, float64, integers or bools.
        ValueError: if `predictions` is not of shape (N, 4) or `targets` of another shape,
            if one holds NaN, infinity or a box with swapped corners, if `reduction` is
            unknown, or a mean has no boxes.

    Examples:
        >>> from nnref.losses import giou_loss
        >>> predictions, targets = [[3, 1, 7, 4], [7, 1, 11, 4]], [[2, 1, 6, 4]] * 2
        >>> giou_loss(predictions, targets, reduction="none").round(4).tolist()
        [0.4, 1.1111]

        Equal boxes lose nothing, however small. An ε added to the union would change that:

        >>> side, epsilon = 1e-4, 1e-7
        >>> tiny = [[0, 0, side, side]]
        >>> float(giou_loss(tiny, tiny)), round(1 - side**2 / (side**2 + epsilon), 3)
        (0.0, 0.909)

    PyTorch: `torchvision.ops.generalized_box_iou_loss`, which adds 1e-7 to the union and to
    the enclosing area, and takes boxes with swapped corners.

    References:
        [Rezatofighi et al., Generalized Intersection over
        Union](https://arxiv.org/abs/1902.09630), algorithm 1.

    In the chapter: [GIoU, DIoU, CIoU][losses-boxes-giou].
    """
    p, t = _check(predictions, targets, reduction)

    return _reduce.reduce(_boxes.by_blocks(attrgetter("giou_loss"), p, t), reduction)


def giou_loss_grad(
    predictions: ArrayLike, targets: ArrayLike, *, reduction: str = "mean"
) -> NDArray[np.floating]:
    r"""Return the derivative of `giou_loss` by `predictions`.

    $$ \mathrm{d}\ell = -\frac{\mathrm{d}I - \operatorname{IoU} \mathrm{d}U}{U}
       - \frac{\mathrm{d}U - (U/C) \, \mathrm{d}C}{C} $$

    Where the enclosing box has no area it is 0. Ties are handled as by
    [`iou_loss_grad`][nnref.losses.iou_loss_grad].

    Args:
        predictions: boxes (x1, y1, x2, y2) of shape (N, 4).
        targets: as many true boxes, in the same unit.
        reduction: that of the loss; "none" gives the same gradient as "sum".

    Returns:
        The shape and dtype of `predictions`.

    Raises:
        TypeError: as the loss does.
        ValueError: as the loss does.

    Examples:
        A prediction lies 1 mm beside the pore. Its left edge is drawn toward the pore, where
        IoU says nothing, and it does no harm to grow on the other sides:

        >>> from nnref.losses import giou_loss_grad, iou_loss_grad
        >>> predictions, targets = [[7, 1, 11, 4]], [[2, 1, 6, 4]]
        >>> iou_loss_grad(predictions, targets).round(4).tolist()
        [[0.0, 0.0, 0.0, 0.0]]
        >>> giou_loss_grad(predictions, targets).round(4).tolist()
        [[0.1111, 0.0, -0.0123, 0.0]]

    PyTorch: autograd of the same formula gives the same, and NaN where the union or the
    enclosing area is 0.
    """
    p, t = _check(predictions, targets, reduction)
    share = _reduce.reduce_grad(reduction, len(p))

    return _boxes.gradient(attrgetter("giou_grad"), p, t, -share)


def diou_loss(
    predictions: ArrayLike, targets: ArrayLike, *, reduction: str = "mean"
) -> NDArray[np.floating] | np.floating:
    r"""Return 1 minus the distance IoU.

    $$ \ell = 1 - \frac{I}{U} + \frac{\rho^2}{c^2} $$

    ρ is the distance between the centers, c the diagonal of the enclosing box. Inside the
    defect the center of the prediction is drawn straight to that of the defect. From outside
    it is drawn nearer, mostly on a slant, because c and the union change as well.

    Args:
        predictions: boxes (x1, y1, x2, y2) of shape (N, 4).
        targets: as many true boxes, in the same unit.
        reduction: "mean" over the boxes, "sum" or "none".

    Returns:
        A scalar, or for "none" shape (N,), each entry in [0, 2]; the dtype of
        `predictions`. Where both boxes are the same point, the loss is 1.

    Raises:
        TypeError: if an array is not float32, float64, integers or bools.
        ValueError: if `predictions` is not of shape (N, 4) or `targets` of another shape,
            if one holds NaN, infinity or a box with swapped corners, if `reduction` is
            unknown, or a mean has no boxes.

    Examples:
        >>> from nnref.losses import diou_loss
        >>> float(diou_loss([[0, 0, 4, 2]], [[0, 0, 2, 4]]).round(7))
        0.7291667

    PyTorch: `torchvision.ops.distance_box_iou_loss`, which adds a small number to the union
    and to the squared diagonal.

    References:
        [Zheng et al., Distance-IoU Loss](https://arxiv.org/abs/1911.08287), equation 7.

    In the chapter: [GIoU, DIoU, CIoU][losses-boxes-giou].
    """
    p, t = _check(predictions, targets, reduction)

    return _reduce.reduce(_boxes.by_blocks(attrgetter("diou_loss"), p, t), reduction)


def diou_loss_grad(
    predictions: ArrayLike, targets: ArrayLike, *, reduction: str = "mean"
) -> NDArray[np.floating]:
    r"""Return the derivative of `diou_loss` by `predictions`.

    $$ \mathrm{d}\ell = -\frac{\mathrm{d}I - \operatorname{IoU} \mathrm{d}U}{U}
       + \frac{\mathrm{d}\rho^2 - (\rho^2/c^2) \, \mathrm{d}c^2}{c^2} $$

    Where both boxes are the same point it is 0. Ties are handled as by
    [`iou_loss_grad`][nnref.losses.iou_loss_grad].

    Args:
        predictions: boxes (x1, y1, x2, y2) of shape (N, 4).
        targets: as many true boxes, in the same unit.
        reduction: that of the loss; "none" gives the same gradient as "sum".

    Returns:
        The shape and dtype of `predictions`.

    Raises:
        TypeError: as the loss does.
        ValueError: as the loss does.

    Examples:
        A small box lies inside the pore, left of its center. IoU pulls at all its edges alike,
        while DIoU pulls x2 outward more than x1, so that the center moves to the right:

        >>> from nnref.losses import diou_loss_grad, iou_loss_grad
        >>> predictions, targets = [[1, 1, 3, 3]], [[0, 0, 6, 4]]
        >>> iou_loss_grad(predictions, targets).round(4).tolist()
        [[0.0833, 0.0833, -0.0833, -0.0833]]
        >>> diou_loss_grad(predictions, targets).round(4).tolist()
        [[0.0641, 0.0833, -0.1026, -0.0833]]

    PyTorch: autograd of the same formula gives the same, and NaN where the union or the
    diagonal is 0.
    """
    p, t = _check(predictions, targets, reduction)
    share = _reduce.reduce_grad(reduction, len(p))

    return _boxes.gradient(attrgetter("diou_grad"), p, t, -share)


def ciou_loss(
    predictions: ArrayLike, targets: ArrayLike, *, reduction: str = "mean"
) -> NDArray[np.floating] | np.floating:
    r"""Return 1 minus the complete IoU.

    $$ \ell = 1 - \frac{I}{U} + \frac{\rho^2}{c^2} + \alpha v $$

    v compares the aspect ratios and α weighs it, as
    [`ciou`][nnref.boxes.ciou] says. It is meant for boxes whose shape matters, such as that
    of a crack, which is long and thin; compare it with DIoU on your validation data.

    Args:
        predictions: boxes (x1, y1, x2, y2) of shape (N, 4).
        targets: as many true boxes, in the same unit.
        reduction: "mean" over the boxes, "sum" or "none".

    Returns:
        A scalar, or for "none" shape (N,), each entry in [0, 5/2]; the dtype of
        `predictions`. A point has no aspect ratio: v is 0.

    Raises:
        TypeError: if an array is not float32, float64, integers or bools.
        ValueError: if `predictions` is not of shape (N, 4) or `targets` of another shape,
            if one holds NaN, infinity or a box with swapped corners, if `reduction` is
            unknown, or a mean has no boxes.

    Examples:
        A lying box against an upright one of the same size, 4 mm by 2 mm:

        >>> from nnref.losses import ciou_loss
        >>> float(ciou_loss([[0, 0, 4, 2]], [[0, 0, 2, 4]]).round(7))
        0.7629183

    PyTorch: `torchvision.ops.complete_box_iou_loss`, which adds a small number to the union
    and to the squared diagonal, and divides widths by heights.

    References:
        [Zheng et al., Distance-IoU Loss](https://arxiv.org/abs/1911.08287), equations 8 to 11.

    In the chapter: [GIoU, DIoU, CIoU][losses-boxes-giou].
    """
    p, t = _check(predictions, targets, reduction)

    return _reduce.reduce(_boxes.by_blocks(attrgetter("ciou_loss"), p, t), reduction)


def ciou_loss_grad(
    predictions: ArrayLike, targets: ArrayLike, *, reduction: str = "mean"
) -> NDArray[np.floating]:
    r"""Return the derivative of `ciou_loss` by `predictions`, the weight α held constant.

    $$ \mathrm{d}\ell = -\frac{\mathrm{d}I - \operatorname{IoU} \mathrm{d}U}{U}
       + \frac{\mathrm{d}\rho^2 - (\rho^2/c^2) \, \mathrm{d}c^2}{c^2} + \alpha \, \mathrm{d}v,
       \qquad
       \mathrm{d}v = -\frac{8}{\pi^2} \left( \arctan\frac{w'}{h'} - \arctan\frac{w}{h} \right)
       \frac{h \, \mathrm{d}w - w \, \mathrm{d}h}{w^2 + h^2} $$

    α weighs the terms and is not meant to be learned, so finite differences of `ciou_loss`
    disagree by design. The paper drops the divisor w² + h² of dv; we keep it, as PyTorch does.
    A prediction without sides has dv = 0. Ties are handled as by
    [`iou_loss_grad`][nnref.losses.iou_loss_grad].

    Args:
        predictions: boxes (x1, y1, x2, y2) of shape (N, 4).
        targets: as many true boxes, in the same unit.
        reduction: that of the loss; "none" gives the same gradient as "sum".

    Returns:
        The shape and dtype of `predictions`.

    Raises:
        TypeError: as the loss does.
        ValueError: as the loss does.

    Examples:
        The derivative, and the slope that finite differences see because they let α move:

        >>> from nnref.gradcheck import numeric_grad
        >>> from nnref.losses import ciou_loss, ciou_loss_grad
        >>> predictions, targets = [[0, 0, 4, 2]], [[1, -1, 3, 3]]
        >>> ciou_loss_grad(predictions, targets).round(4).tolist()
        [[-0.066, 0.1321, 0.066, -0.1321]]
        >>> numeric_grad(lambda p: ciou_loss(p, targets), predictions).round(4).tolist()
        [[-0.0722, 0.1444, 0.0722, -0.1444]]

    PyTorch: `torchvision.ops.complete_box_iou_loss` holds α constant too; its gradient is
    NaN for a height of 0.
    """
    p, t = _check(predictions, targets, reduction)
    share = _reduce.reduce_grad(reduction, len(p))

    return _boxes.gradient(attrgetter("ciou_grad"), p, t, -share)


def _check(
    predictions: ArrayLike, targets: ArrayLike, reduction: str
) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    p, t = _boxes.check(predictions, targets, ("predictions", "targets"))
    _reduce.check(reduction, p, "predictions")
    return p, t
