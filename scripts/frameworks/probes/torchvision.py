"""torchvision's box operators and focal loss."""

import inspect

import torch
from torch import tensor
from torchvision import ops

MISSING = {
    "cross-entropy": "it is PyTorch's",
    "binary cross-entropy": "it is PyTorch's",
    "overlap of masks": "torchvision has no Dice loss",
    "regression losses": "they are PyTorch's",
    "metrics": "torchvision has no metrics",
    "slopes at kinks": "they are PyTorch's",
    "activation functions": "they are PyTorch's",
    "defaults": "they are PyTorch's",
    "optimizers": "they are PyTorch's",
    "start weights": "they are PyTorch's",
    "sums and norms": "they are PyTorch's",
    "half precision": "the losses are PyTorch's",
}


def focal_default(logits, targets):
    values = ops.sigmoid_focal_loss(tensor(logits), tensor(targets))
    return {"missed": values[0], "false alarm": values[1]}


def focal_options():
    options = inspect.signature(ops.sigmoid_focal_loss).parameters
    return {name: options[name].default for name in ("alpha", "gamma", "reduction")}


def focal_alpha(logits, targets, alpha):
    values = ops.sigmoid_focal_loss(tensor(logits), tensor(targets), alpha=alpha, gamma=0.0)
    return {"missed": values[0], "false alarm": values[1]}


def focal_slope(logits, gamma):
    z = tensor(logits, requires_grad=True)
    ops.sigmoid_focal_loss(z, torch.ones_like(z), gamma=gamma).sum().backward()
    return {"17": z.grad[0], "30": z.grad[1]}


def losses(function, pairs):
    """Return a loss for each pair of boxes."""
    return {name: function(tensor([a]), tensor([b])) for name, (a, b) in pairs.items()}


def slopes(function, pairs):
    """Return a loss's slope by the left edge of the first box, for each pair."""
    found = {}
    for name, (a, b) in pairs.items():
        box = tensor([a], requires_grad=True)
        function(box, tensor([b])).sum().backward()
        found[name] = box.grad[0, 0]
    return found


def iou(pairs):
    return losses(ops.box_iou, pairs)


def giou_loss(pairs):
    return losses(ops.generalized_box_iou_loss, pairs)


def giou_slope(pairs):
    return slopes(ops.generalized_box_iou_loss, pairs)


def diou_loss(pairs):
    return losses(ops.distance_box_iou_loss, pairs)


def diou_slope(pairs):
    return slopes(ops.distance_box_iou_loss, pairs)


def ciou_loss(pairs):
    return losses(ops.complete_box_iou_loss, pairs)


def ciou_slope(pairs):
    return slopes(ops.complete_box_iou_loss, pairs)
