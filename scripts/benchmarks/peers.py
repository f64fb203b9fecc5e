"""What PyTorch lacks on its own, written with it for comparison: box losses, Dice, focal loss."""

from typing import Any

import torch
from torch.nn import functional

Tensor = torch.Tensor


def box_loss(kind: str, boxes: Tensor, targets: Tensor) -> Tensor:
    """The mean loss of paired boxes (x1, y1, x2, y2): kind is iou, giou, diou or ciou."""
    low, high = torch.maximum(boxes, targets), torch.minimum(boxes, targets)
    inner = (high[:, 2:] - low[:, :2]).clamp(min=0).prod(dim=1)
    sides, wanted = boxes[:, 2:] - boxes[:, :2], targets[:, 2:] - targets[:, :2]
    union = sides.prod(dim=1) + wanted.prod(dim=1) - inner
    iou = inner / union
    hull = low[:, 2:] - high[:, :2]
    loss = 1 - iou
    if kind == "giou":
        area = hull.prod(dim=1)
        loss = loss + (area - union) / area
    if kind in ("diou", "ciou"):
        between = (boxes[:, :2] + boxes[:, 2:] - targets[:, :2] - targets[:, 2:]) / 2
        loss = loss + between.square().sum(dim=1) / hull.square().sum(dim=1)
    if kind == "ciou":
        angle = torch.atan2(wanted[:, 0], wanted[:, 1]) - torch.atan2(sides[:, 0], sides[:, 1])
        aspect = (2 * angle / torch.pi).square()
        with torch.no_grad():
            share = aspect / (1 - iou + aspect)
        loss = loss + share * aspect
    return loss.mean()


def dice_loss(probabilities: Tensor, masks: Tensor) -> Tensor:
    """The mean over masks of 1 − 2·overlap / (sum of both)."""
    overlap = (probabilities * masks).sum(dim=(1, 2))
    return (1 - 2 * overlap / (probabilities + masks).sum(dim=(1, 2))).mean()


def focal_loss_with_logits(logits: Tensor, targets: Tensor, gamma: float = 2.0) -> Tensor:
    """The binary focal loss through the usual cross-entropy from logits."""
    loss = functional.binary_cross_entropy_with_logits(logits, targets, reduction="none")
    return ((1 - torch.exp(-loss)) ** gamma * loss).mean()


def gradient(loss: Any, variable: Tensor, *others: Any) -> Tensor:
    """The gradient by the first argument, the forward pass included."""
    variable = variable.detach().requires_grad_()
    return torch.autograd.grad(loss(variable, *others), variable)[0]
