"""Pairs of boxes: the lengths that overlap measures share, and their derivatives.

A box is held as how far each edge lies outward: -x1, -y1 and x2, y2, in an array of shape
(2, 2, N): edges, axes, boxes. So an inner edge is the minimum of two, an outer edge the
maximum, a length the sum of two edges, and derivatives have one sign for all edges.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnref import _checks

Array = NDArray[np.floating[Any]]

_BLOCK = 8192  # pairs at a time: their temporaries stay in the processor's cache
_FEW = 2048  # numbers up to which `np.maximum` is faster than `np.clip`
_OUTWARD = np.array([-0.25, 0.25])[:, np.newaxis, np.newaxis]  # quarters add up within range


def check(a: ArrayLike, b: ArrayLike, names: tuple[str, str]) -> tuple[Array, Array]:
    """Return two arrays of boxes of one shape and dtype."""
    first = _checks.boxes(a, names[0])
    return first, _checks.boxes(_checks.like(b, names[1], first), names[1])


def outward(boxes: Array) -> Array:
    """Return the edges of boxes of shape (N, 4)."""
    edges = boxes.reshape(-1, 2, 2).transpose(1, 2, 0)
    return np.multiply(edges, _OUTWARD.astype(boxes.dtype), order="C")


def at_least(x: Array, least: float | np.floating) -> Array:
    """Return the maximum, by the function of NumPy's that is faster."""
    return np.clip(x, least, np.inf) if x.size > _FEW else np.maximum(x, least)


def positive(x: Array) -> Array:
    """Make 0 a harmless divisor; what is divided by it here is 0 as well."""
    return at_least(x, np.finfo(x.dtype).smallest_normal)


class Pair:
    """Boxes a and b, and what follows from their edges, each worked out once when needed.

    Areas are measured in enclosing boxes, so that no product overflows or vanishes. The
    gradients, all by the edges of a, hold this unit constant: it drops out of every ratio.
    """

    def __init__(self, a: Array, b: Array) -> None:
        self.a, self.b = a, b

    @cached_property
    def sides_a(self) -> Array:
        return self.a[0] + self.a[1]

    @cached_property
    def sides_b(self) -> Array:
        return self.b[0] + self.b[1]

    @cached_property
    def inside(self) -> Array:
        """The inner of two edges."""
        return np.minimum(self.a, self.b)

    @cached_property
    def overlap(self) -> Array:
        """Lengths of the overlap; below 0 where there is a gap."""
        return self.inside[0] + self.inside[1]

    @cached_property
    def hull(self) -> Array:
        """Sides of the enclosing box."""
        outer = np.maximum(self.a, self.b)
        return outer[0] + outer[1]

    @cached_property
    def inner(self) -> Array:
        """How much of each edge of a is an inner edge: 1, 0, or half at a tie."""
        below = (self.a < self.b).view(np.int8) + (self.a <= self.b).view(np.int8)
        return below * self.a.dtype.type(0.5)

    @cached_property
    def unit(self) -> Array:
        return positive(self.hull)

    def area(self, lengths: Array) -> Array:
        x, y = lengths / self.unit
        return x * y

    def area_grad(self, lengths: Array) -> Array:
        """Derivative of an area by the edges that end its sides."""
        return (lengths / self.unit)[::-1] / self.unit

    @cached_property
    def intersection(self) -> Array:
        return self.area(at_least(self.overlap, 0))

    @cached_property
    def intersection_grad(self) -> Array:
        return self.inner * ((self.overlap >= 0) * self.area_grad(at_least(self.overlap, 0)))

    @cached_property
    def union(self) -> Array:
        return self.area(self.sides_a) + self.area(self.sides_b) - self.intersection

    @cached_property
    def union_grad(self) -> Array:
        return self.area_grad(self.sides_a) - self.intersection_grad

    @cached_property
    def enclosing(self) -> Array:
        """1, or 0 where both boxes lie on one line."""
        return self.area(self.hull)

    @cached_property
    def enclosing_grad(self) -> Array:
        return (1 - self.inner) * self.area_grad(self.hull)

    @cached_property
    def parts(self) -> tuple[Array, Array, Array]:
        """How far a reaches beyond b and b beyond a, and the overlap or, below 0, the gap."""
        a, b = self.a - self.inside, self.b - self.inside
        return (a[0] + a[1]) / self.unit, (b[0] + b[1]) / self.unit, self.overlap / self.unit

    @cached_property
    def meeting(self) -> Array:
        return at_least(self.parts[2], 0)

    @cached_property
    def miss(self) -> Array:
        """1 - IoU: of the area of either box, the share of only one.

        Nothing is subtracted that would cost digits where the boxes are alike. Boxes that do
        not meet get 1, whatever the areas are.
        """
        (p, q), (r, s), _ = self.parts
        x, y = self.meeting
        single = p * (y + q) + r * (y + s) + x * (q + s)
        either = single + x * y
        return single / positive(either) + (either == 0)

    @cached_property
    def empty(self) -> Array:
        """The area that neither box fills, likewise."""
        (p, q), (r, s), (x, y) = self.parts
        v, w = self.meeting
        return p * s + r * q - (x * y - v * w)

    @cached_property
    def iou(self) -> Array:
        return self.intersection / positive(self.union)

    @cached_property
    def iou_grad(self) -> Array:
        rise = self.intersection_grad - self.iou * self.union_grad
        return (self.union > 0) * rise / positive(self.union)

    @property
    def giou(self) -> Array:
        return self.iou - (self.enclosing - self.union)

    @property
    def giou_loss(self) -> Array:
        return self.miss + self.empty

    @property
    def giou_grad(self) -> Array:
        fill = self.union_grad - self.union * self.enclosing_grad
        return self.iou_grad + fill * self.enclosing

    @cached_property
    def longer(self) -> Array:
        return positive(self.hull.max(axis=0))

    @cached_property
    def diagonal(self) -> Array:
        x, y = self.hull / self.longer
        return positive(x**2 + y**2)

    @cached_property
    def step(self) -> Array:
        """From the center of b to that of a, in the longer side of the enclosing box."""
        out = self.a - self.b
        return (out[1] - out[0]) / 2 / self.longer

    @cached_property
    def distance(self) -> Array:
        """Squared distance of the centers in squared diagonals of the enclosing box."""
        x, y = self.step
        return (x**2 + y**2) / self.diagonal

    @cached_property
    def distance_grad(self) -> Array:
        rise = np.stack([-self.step, self.step])
        rise -= 2 * self.distance * self.hull / self.longer * (1 - self.inner)
        return rise / self.diagonal / self.longer

    @property
    def diou(self) -> Array:
        return self.iou - self.distance

    @property
    def diou_loss(self) -> Array:
        return self.miss + self.distance

    @property
    def diou_grad(self) -> Array:
        return self.iou_grad - self.distance_grad

    @cached_property
    def turn(self) -> Array:
        """The angle atan(w/h) of b less that of a; 0 where a box has no sides."""
        (w, h), (v, g) = (x / positive(x.max(axis=0)) for x in (self.sides_a, self.sides_b))
        return np.arctan2(v * h - w * g, v * w + g * h)  # the angle from (h, w) to (g, v)

    @cached_property
    def turn_grad(self) -> Array:
        longer = positive(self.sides_a.max(axis=0))
        w, h = self.sides_a / longer
        return np.stack([-h, w]) / np.maximum(w**2 + h**2, 1) / longer

    @cached_property
    def aspect(self) -> Array:
        return 4 / np.pi**2 * self.turn**2

    def alpha(self, miss: Array) -> Array:
        """The weight of the aspect for 1 - IoU; where the boxes are alike both hardly count."""
        return self.aspect / positive(miss + self.aspect)

    @property
    def ciou(self) -> Array:
        return self.diou - self.alpha(1 - self.iou) * self.aspect

    @property
    def ciou_loss(self) -> Array:
        return self.diou_loss + self.alpha(self.miss) * self.aspect

    @property
    def ciou_grad(self) -> Array:
        slope = self.alpha(1 - self.iou) * (8 / np.pi**2 * self.turn)
        return self.diou_grad - slope * self.turn_grad


def by_blocks(f: Callable[[Pair], Array], a: Array, b: Array) -> Array:
    """Apply `f` to one block of pairs after the other."""
    starts = range(0, max(len(a), 1), _BLOCK)
    with np.errstate(over="ignore", under="ignore"):
        pairs = (Pair(outward(a[i : i + _BLOCK]), outward(b[i : i + _BLOCK])) for i in starts)
        return np.concatenate([f(pair) for pair in pairs], axis=-1)


def each_with_each(f: Callable[[Pair], Array], a: Array, b: Array) -> Array:
    """Apply `f` to some boxes `a` after the other, beside all boxes `b`."""
    rows = max(1, _BLOCK // max(1, len(b)))
    starts = range(0, max(len(a), 1), rows)
    with np.errstate(under="ignore"):
        columns = outward(b)[..., np.newaxis, :]
        pairs = (Pair(outward(a[i : i + rows])[..., np.newaxis], columns) for i in starts)
        return np.concatenate([f(pair) for pair in pairs])


def gradient(f: Callable[[Pair], Array], a: Array, b: Array, scale: float) -> Array:
    """Return `scale` times the derivative by the boxes `a`, from `f`, that by their edges."""
    with np.errstate(under="ignore"):
        edges = by_blocks(f, a, b) * (scale * _OUTWARD).astype(a.dtype)
    return np.add(edges.transpose(2, 0, 1), 0, order="C").reshape(a.shape)  # -0 + 0 is 0
