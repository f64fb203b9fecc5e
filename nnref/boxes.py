r"""Boxes: their areas, and four measures of how well one box fits another.

A box is (x1, y1, x2, y2) with x1 at most x2 and y1 at most y2, in mm or in pixels. Boxes
come as an array of shape (N, 4), one a row. Functions of two arrays compare row with row;
only `pairwise_iou` compares each with each.

A box whose sides are 0 is a point or a line without area. It is allowed, and each function
says what it gives then. A box whose corners are swapped is refused.
"""

from operator import attrgetter

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnref import _boxes, _checks

__all__ = [
    "area",
    "ciou",
    "diou",
    "enclosing_area",
    "giou",
    "intersection",
    "iou",
    "pairwise_iou",
    "union",
]


def area(boxes: ArrayLike) -> NDArray[np.floating]:
    r"""Return width times height.

    $$ A = (x_2 - x_1)(y_2 - y_1) $$

    Args:
        boxes: boxes of shape (N, 4), so near the origin that no area overflows: within
            about ±4.6e18 in float32 and ±3.4e153 in float64.

    Returns:
        Shape (N,), in the squared unit of the boxes; their dtype.

    Raises:
        TypeError: if `boxes` is not float32, float64, integers or bools.
        ValueError: if `boxes` is not of shape (N, 4), holds NaN, infinity or a box with
            swapped corners, or reaches too far out.

    Examples:
        Two pores, 4 mm by 3 mm and 2 mm by 2 mm:

        >>> import numpy as np
        >>> from nnref.boxes import area
        >>> area([[2, 1, 6, 4], [0, 0, 2, 2]]).tolist()
        [12.0, 4.0]
        >>> area([[2, 2, 0, 0]])
        Traceback (most recent call last):
            ...
        ValueError: `boxes` must have x1 <= x2 and y1 <= y2, got [2.0, 2.0, 0.0, 0.0]
        >>> area([[0, 0, 1e200, 1]])
        Traceback (most recent call last):
            ...
        ValueError: `boxes` must be within ±3.4e+153 for an area, got 1e+200
        >>> area(np.float32([[0, 0, 1e20, 1]]))
        Traceback (most recent call last):
            ...
        ValueError: `boxes` must be within ±4.6e+18 for an area, got 1e+20

    PyTorch: `torchvision.ops.box_area`, which gives swapped corners an area as well.

    In the chapter: [IoU][losses-boxes-iou].
    """
    x1, y1, x2, y2 = _within_reach(_checks.boxes(boxes, "boxes"), "boxes").T

    with np.errstate(under="ignore"):
        return (x2 - x1) * (y2 - y1)


def intersection(a: ArrayLike, b: ArrayLike) -> NDArray[np.floating]:
    r"""Return the area that two boxes have in common.

    $$ I = \max(0,\ \min(x_2, x_2') - \max(x_1, x_1')) \cdot
           \max(0,\ \min(y_2, y_2') - \max(y_1, y_1')) $$

    The inner edges bound the overlap. Boxes that are apart or only touch share nothing.

    Args:
        a: boxes of shape (N, 4), within the reach that [`area`][nnref.boxes.area] states.
        b: as many others.

    Returns:
        Shape (N,) and the dtype of `a`, in its squared unit.

    Raises:
        TypeError: if `a` or `b` is not float32, float64, integers or bools.
        ValueError: if `a` is not of shape (N, 4) or `b` not of the shape of `a`, or if one
            holds NaN, infinity or a box with swapped corners, or reaches too far out.

    Examples:
        A pore of 4 mm by 3 mm against a prediction 1 mm to its right, and one that only
        touches it:

        >>> from nnref.boxes import intersection
        >>> intersection([[2, 1, 6, 4], [2, 1, 6, 4]], [[3, 1, 7, 4], [6, 1, 8, 4]]).tolist()
        [9.0, 0.0]

    PyTorch: no separate function; `torchvision.ops.box_iou` works it out inside.

    In the chapter: [IoU][losses-boxes-iou].
    """
    a, b = _pair(a, b)

    low, high = np.maximum(a.T[:2], b.T[:2]), np.minimum(a.T[2:], b.T[2:])
    width, height = np.maximum(high - low, 0)
    with np.errstate(under="ignore"):
        return width * height


def union(a: ArrayLike, b: ArrayLike) -> NDArray[np.floating]:
    r"""Return the area that two boxes cover together.

    $$ U = A + A' - I $$

    The intersection is in both areas, so it is taken off once.

    Args:
        a: boxes of shape (N, 4), within the reach that [`area`][nnref.boxes.area] states.
        b: as many others.

    Returns:
        Shape (N,) and the dtype of `a`, in its squared unit.

    Raises:
        TypeError: if `a` or `b` is not float32, float64, integers or bools.
        ValueError: if `a` is not of shape (N, 4) or `b` not of the shape of `a`, or if one
            holds NaN, infinity or a box with swapped corners, or reaches too far out.

    Examples:
        >>> from nnref.boxes import union
        >>> union([[2, 1, 6, 4]], [[3, 1, 7, 4]]).tolist()
        [15.0]

    PyTorch: no separate function; `torchvision.ops.box_iou` works it out inside.

    In the chapter: [IoU][losses-boxes-iou].
    """
    a, b = _pair(a, b)

    return area(a) + area(b) - intersection(a, b)


def enclosing_area(a: ArrayLike, b: ArrayLike) -> NDArray[np.floating]:
    r"""Return the area of the smallest box around two boxes.

    $$ C = (\max(x_2, x_2') - \min(x_1, x_1')) \cdot (\max(y_2, y_2') - \min(y_1, y_1')) $$

    Args:
        a: boxes of shape (N, 4), within the reach that [`area`][nnref.boxes.area] states.
        b: as many others.

    Returns:
        Shape (N,) and the dtype of `a`, in its squared unit.

    Raises:
        TypeError: if `a` or `b` is not float32, float64, integers or bools.
        ValueError: if `a` is not of shape (N, 4) or `b` not of the shape of `a`, or if one
            holds NaN, infinity or a box with swapped corners, or reaches too far out.

    Examples:
        Boxes in opposite corners leave most of their enclosing box empty:

        >>> from nnref.boxes import enclosing_area
        >>> enclosing_area([[0, 0, 1, 2]], [[4, 3, 5, 5]]).tolist()
        [25.0]

    PyTorch: no separate function; `torchvision.ops.generalized_box_iou` works it out
    inside.

    In the chapter: [GIoU, DIoU, CIoU][losses-boxes-giou].
    """
    a, b = _pair(a, b)

    low, high = np.minimum(a.T[:2], b.T[:2]), np.maximum(a.T[2:], b.T[2:])
    width, height = high - low
    with np.errstate(under="ignore"):
        return width * height


def _pair(a: ArrayLike, b: ArrayLike) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    first, second = _boxes.check(a, b, ("a", "b"))
    return _within_reach(first, "a"), _within_reach(second, "b")


def _within_reach(boxes: NDArray[np.floating], name: str) -> NDArray[np.floating]:
    """Refuse coordinates so large that the sum of two areas could overflow."""
    reach = np.sqrt(np.finfo(boxes.dtype).max) / 4
    beyond = boxes[np.abs(boxes) > reach]
    if beyond.size:
        raise ValueError(f"`{name}` must be within ±{reach:.1e} for an area, got {beyond[0]!s}")
    return boxes


def iou(a: ArrayLike, b: ArrayLike) -> NDArray[np.floating]:
    r"""Return intersection over union: the share of the covered area that is covered twice.

    $$ \operatorname{IoU} = \frac{I}{U} $$

    It is 1 for equal boxes and 0 for boxes that are apart or only touch, whatever their size.
    Use it to judge detections. As a loss it says nothing about boxes that are apart, because
    near or far, it is 0. Lengths are measured in sides of the enclosing box, which leaves the
    ratio as it is and keeps areas from overflowing or vanishing.

    Args:
        a: boxes of shape (N, 4).
        b: as many others, in the same unit.

    Returns:
        Shape (N,) and the dtype of `a`, each entry in [0, 1]; 0 where neither box has an
        area.

    Raises:
        TypeError: if `a` or `b` is not float32, float64, integers or bools.
        ValueError: if `a` is not of shape (N, 4) or `b` not of the shape of `a`, or if one
            holds NaN, infinity or a box with swapped corners.

    Examples:
        A pore of 4 mm by 3 mm against a prediction 1 mm to its right: 9 mm² of 15 mm².

        >>> from nnref.boxes import iou
        >>> iou([[2, 1, 6, 4]], [[3, 1, 7, 4]]).round(4).tolist()
        [0.6]

        Boxes of any size are equal to themselves:

        >>> iou([[0, 0, 1e-4, 1e-4]], [[0, 0, 1e-4, 1e-4]]).tolist()
        [1.0]

    PyTorch: `torchvision.ops.box_iou` compares each with each, as
    [`pairwise_iou`][nnref.boxes.pairwise_iou] does, and gives NaN where the union is 0.

    In the chapter: [IoU][losses-boxes-iou].
    """
    a, b = _boxes.check(a, b, ("a", "b"))

    return _boxes.by_blocks(attrgetter("iou"), a, b)


def giou(a: ArrayLike, b: ArrayLike) -> NDArray[np.floating]:
    r"""Return generalized IoU: IoU minus the share of the enclosing box that stays empty.

    $$ \operatorname{GIoU} = \operatorname{IoU} - \frac{C - U}{C} $$

    It tells boxes that are apart from each other, because the farther apart they are, the
    emptier is the enclosing box.

    Args:
        a: boxes of shape (N, 4).
        b: as many others, in the same unit.

    Returns:
        Shape (N,) and the dtype of `a`, each entry in [-1, 1]. Where the enclosing box has
        no area, nothing of it is empty: GIoU is IoU, which is 0.

    Raises:
        TypeError: if `a` or `b` is not float32, float64, integers or bools.
        ValueError: if `a` is not of shape (N, 4) or `b` not of the shape of `a`, or if one
            holds NaN, infinity or a box with swapped corners.

    Examples:
        The same box, touched, at 2 mm distance, and at 6 mm:

        >>> from nnref.boxes import giou
        >>> pore = [[2, 1, 6, 4]] * 3
        >>> giou(pore, [[6, 1, 8, 4], [8, 1, 10, 4], [12, 1, 14, 4]]).round(4).tolist()
        [0.0, -0.25, -0.5]

    PyTorch: `torchvision.ops.generalized_box_iou` compares each with each.

    References:
        [Rezatofighi et al., Generalized Intersection over
        Union](https://arxiv.org/abs/1902.09630), algorithm 1.

    In the chapter: [GIoU, DIoU, CIoU][losses-boxes-giou].
    """
    a, b = _boxes.check(a, b, ("a", "b"))

    return _boxes.by_blocks(attrgetter("giou"), a, b)


def diou(a: ArrayLike, b: ArrayLike) -> NDArray[np.floating]:
    r"""Return distance IoU: IoU minus the squared distance of the centers.

    $$ \operatorname{DIoU} = \operatorname{IoU} - \frac{\rho^2}{c^2} $$

    Here ρ is the distance between the centers and c the diagonal of the enclosing box. A
    small box inside a large one has the same IoU and GIoU wherever it lies; DIoU is largest
    where the centers agree.

    Args:
        a: boxes of shape (N, 4).
        b: as many others, in the same unit.

    Returns:
        Shape (N,) and the dtype of `a`, each entry in [-1, 1]. Where both boxes are the
        same point, the distance counts as 0.

    Raises:
        TypeError: if `a` or `b` is not float32, float64, integers or bools.
        ValueError: if `a` is not of shape (N, 4) or `b` not of the shape of `a`, or if one
            holds NaN, infinity or a box with swapped corners.

    Examples:
        A box of 2 mm by 2 mm in a corner, then in the middle, of one of 6 mm by 4 mm:

        >>> from nnref.boxes import diou, giou, iou
        >>> large, small = [[0, 0, 6, 4]] * 2, [[0, 0, 2, 2], [2, 1, 4, 3]]
        >>> iou(large, small).round(4).tolist(), giou(large, small).round(4).tolist()
        ([0.1667, 0.1667], [0.1667, 0.1667])
        >>> diou(large, small).round(4).tolist()
        [0.0705, 0.1667]

    PyTorch: `torchvision.ops.distance_box_iou` compares each with each.

    References:
        [Zheng et al., Distance-IoU Loss](https://arxiv.org/abs/1911.08287), equation 7.

    In the chapter: [GIoU, DIoU, CIoU][losses-boxes-giou].
    """
    a, b = _boxes.check(a, b, ("a", "b"))

    return _boxes.by_blocks(attrgetter("diou"), a, b)


def ciou(a: ArrayLike, b: ArrayLike) -> NDArray[np.floating]:
    r"""Return complete IoU: DIoU minus the difference of the aspect ratios.

    $$ \operatorname{CIoU} = \operatorname{DIoU} - \alpha v, \qquad
       v = \frac{4}{\pi^2} \left( \arctan\frac{w'}{h'} - \arctan\frac{w}{h} \right)^2, \qquad
       \alpha = \frac{v}{1 - \operatorname{IoU} + v} $$

    Here w, h and w', h' are the widths and heights of `a` and of `b`. The weight α makes
    the aspect ratio count more the better the boxes overlap. The two angles are worked out
    as one, by `arctan2`, so that a height of 0 is harmless.

    Args:
        a: boxes of shape (N, 4).
        b: as many others, in the same unit.

    Returns:
        Shape (N,) and the dtype of `a`, each entry in [-3/2, 1]. A point has no aspect ratio:
        v is 0. Equal boxes have α = 0.

    Raises:
        TypeError: if `a` or `b` is not float32, float64, integers or bools.
        ValueError: if `a` is not of shape (N, 4) or `b` not of the shape of `a`, or if one
            holds NaN, infinity or a box with swapped corners.

    Examples:
        A box of 4 mm by 2 mm against one of 2 mm by 4 mm:

        >>> from nnref.boxes import ciou, diou
        >>> lying, upright = [[0, 0, 4, 2]], [[0, 0, 2, 4]]
        >>> diou(lying, upright).round(7).tolist()
        [0.2708333]
        >>> ciou(lying, upright).round(7).tolist()
        [0.2370817]

    PyTorch: `torchvision.ops.complete_box_iou` compares each with each.

    References:
        [Zheng et al., Distance-IoU Loss](https://arxiv.org/abs/1911.08287), equations 8 to 11.

    In the chapter: [GIoU, DIoU, CIoU][losses-boxes-giou].
    """
    a, b = _boxes.check(a, b, ("a", "b"))

    return _boxes.by_blocks(attrgetter("ciou"), a, b)


def pairwise_iou(a: ArrayLike, b: ArrayLike) -> NDArray[np.floating]:
    r"""Return the IoU of each box with each other box.

    $$ M_{nm} = \operatorname{IoU}(a_n, b_m) $$

    Use it to find which prediction belongs to which defect.

    Args:
        a: boxes of shape (N, 4).
        b: boxes of shape (M, 4), in the same unit.

    Returns:
        Shape (N, M) and the dtype of `a`, each entry in [0, 1]; 0 where neither box has an
        area.

    Raises:
        TypeError: if `a` or `b` is not float32, float64, integers or bools.
        ValueError: if `a` or `b` is not of shape (N, 4), or holds NaN, infinity or a box
            with swapped corners, or `b` a number beyond the dtype of `a`.

    Examples:
        Three predictions against two defects: the first belongs to the second defect, the
        second to the first, the third to none.

        >>> from nnref.boxes import pairwise_iou
        >>> predictions = [[11, 0, 15, 2], [3, 1, 7, 4], [30, 0, 31, 1]]
        >>> defects = [[2, 1, 6, 4], [10, 0, 15, 2]]
        >>> pairwise_iou(predictions, defects).round(4).tolist()
        [[0.0, 0.8], [0.6, 0.0], [0.0, 0.0]]

    PyTorch: `torchvision.ops.box_iou`, which gives NaN where the union is 0.

    In the chapter: [IoU][losses-boxes-iou].
    """
    a = _checks.boxes(a, "a")
    b = _checks.boxes(_checks.in_dtype_of(a, b, "b"), "b")

    return _boxes.each_with_each(attrgetter("iou"), a, b)
