"""Pairs of boxes, and their losses: for any numbers that add and multiply, and in PyTorch."""

from typing import Any

import mpmath
import numpy as np
import torch
from numpy.typing import NDArray

Tensor = torch.Tensor

WIDE = mpmath.MPContext()
WIDE.dps = 100


def pairs(rng: np.random.Generator, n: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Draw boxes that meet, nest, are apart or nearly coincide; none without an area."""
    corners = rng.uniform(0, 10, (2, n, 2))
    boxes = np.concatenate([corners, corners + rng.uniform(0.5, 8, (2, n, 2))], axis=2)
    near = boxes[1] + rng.normal(size=(n, 4)) * rng.choice([0.1, 1e-3, 1e-5], (n, 1))
    return np.where(rng.random((n, 1)) < 0.5, near, boxes[0]), boxes[1]


def area(x1: Any, y1: Any, x2: Any, y2: Any) -> Any:
    """Return width times height; 0 for swapped corners."""
    return max(x2 - x1, 0) * max(y2 - y1, 0)


def iou_loss(p: list[Any], t: list[Any]) -> Any:
    """Return 1 - I/U."""
    return 1 - overlap(p, t) / union(p, t)


def overlap(p: list[Any], t: list[Any]) -> Any:
    """Return the area of both."""
    return area(*map(max, p[:2], t[:2]), *map(min, p[2:], t[2:]))


def union(p: list[Any], t: list[Any]) -> Any:
    """Return the area of either."""
    return area(*p) + area(*t) - overlap(p, t)


def hull(p: list[Any], t: list[Any]) -> list[Any]:
    """Return the smallest box around both."""
    return [*map(min, p[:2], t[:2]), *map(max, p[2:], t[2:])]


def giou_loss(p: list[Any], t: list[Any]) -> Any:
    """Add the share of the enclosing box that neither fills."""
    around = area(*hull(p, t))
    return iou_loss(p, t) + (around - union(p, t)) / around


def diou_loss(p: list[Any], t: list[Any]) -> Any:
    """Add the squared distance of the centers over the squared diagonal."""
    x1, y1, x2, y2 = hull(p, t)
    apart = ((p[0] + p[2] - t[0] - t[2]) / 2) ** 2 + ((p[1] + p[3] - t[1] - t[3]) / 2) ** 2
    return iou_loss(p, t) + apart / ((x2 - x1) ** 2 + (y2 - y1) ** 2)


def aspect(p: list[Any], t: list[Any]) -> Any:
    """Return v, which compares the aspect ratios."""
    mine, theirs = (WIDE.atan((b[2] - b[0]) / (b[3] - b[1])) for b in (p, t))
    return 4 / WIDE.pi**2 * (mine - theirs) ** 2


def alpha(p: list[Any], t: list[Any]) -> Any:
    """Return the weight of v."""
    v = aspect(p, t)
    return v / (iou_loss(p, t) + v)


def ciou_loss(p: list[Any], t: list[Any], weight: Any = None) -> Any:
    """Add the weighed v; a gradient holds the weight constant."""
    return diou_loss(p, t) + (alpha(p, t) if weight is None else weight) * aspect(p, t)


def at_least_0(x: Tensor) -> Tensor:
    """Return max(x, 0) with slope 1 at 0; `clamp` has it up to PyTorch 2.13 only."""
    return torch.where(x >= 0, x, torch.zeros_like(x))


def with_torch(p: Tensor, t: Tensor, name: str) -> Tensor:
    """Return the loss of each pair, written as in the papers; α takes no gradient."""
    low, high = torch.maximum(p, t), torch.minimum(p, t)
    inner = at_least_0(high[:, 2:] - low[:, :2]).prod(1)
    sides, wanted = p[:, 2:] - p[:, :2], t[:, 2:] - t[:, :2]
    either = sides.prod(1) + wanted.prod(1) - inner
    around = low[:, 2:] - high[:, :2]
    loss = 1 - inner / either
    if name == "giou":
        loss = loss + (around.prod(1) - either) / around.prod(1)
    if name in ("diou", "ciou"):
        apart = (p[:, :2] + p[:, 2:] - t[:, :2] - t[:, 2:]) / 2
        loss = loss + (apart**2).sum(1) / (around**2).sum(1)
    if name == "ciou":
        turn = torch.atan(wanted[:, 0] / wanted[:, 1]) - torch.atan(sides[:, 0] / sides[:, 1])
        v = 4 / torch.pi**2 * turn**2
        weight = (v / (1 - inner / either + v)).detach()
        loss = loss + torch.nan_to_num(weight) * v
    return loss
