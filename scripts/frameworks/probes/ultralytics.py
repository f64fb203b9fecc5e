"""Ultralytics' overlap of boxes and focal loss."""

import os
import tempfile

os.environ.setdefault("YOLO_CONFIG_DIR", tempfile.mkdtemp())  # it writes its settings at import

import inspect

import torch
from torch import tensor
from ultralytics.utils import loss as losses
from ultralytics.utils.metrics import ap_per_class, bbox_iou

MISSING = {
    "cross-entropy": "it is PyTorch's",
    "binary cross-entropy": "it is PyTorch's",
    "overlap of masks": "asked of libraries for segmentation",
    "regression losses": "they are PyTorch's",
    "recall_absent": "its metrics are of boxes",
    "f1_absent": "its metrics are of boxes",
    "macro_f1_absent": "its metrics are of boxes",
    "macro_f1_predicted": "its metrics are of boxes",
    "dice_metric_nothing": "its metrics are of boxes",
    "threshold_tie": "its metrics are of boxes",
    "auc_tie": "its metrics are of boxes",
    "confusion_layout": "its confusion matrix is of boxes",
    "slopes at kinks": "they are PyTorch's",
    "activation functions": "they are PyTorch's",
    "defaults": "they are PyTorch's",
    "optimizers": "they are PyTorch's",
    "start weights": "they are PyTorch's",
    "sums and norms": "they are PyTorch's",
    "half precision": "the losses are PyTorch's",
}


def focal(z, y, **options):
    """Call its focal loss, which sums over classes and averages over examples."""
    return losses.FocalLoss(**options)(tensor([[z]]), tensor([[y]]))


def focal_default(logits, targets):
    missed, alarm = (focal(z, y) for z, y in zip(logits, targets, strict=True))
    return {"missed": missed, "false alarm": alarm}


def focal_options():
    options = inspect.signature(losses.FocalLoss).parameters
    return {
        "alpha": options["alpha"].default,
        "gamma": options["gamma"].default,
        "reduction": "mean over examples, sum over classes",
    }


def focal_alpha(logits, targets, alpha):
    options = {"alpha": alpha, "gamma": 0.0}
    missed, alarm = (focal(z, y, **options) for z, y in zip(logits, targets, strict=True))
    return {"missed": missed, "false alarm": alarm}


def focal_slope(logits, gamma):
    z = tensor(logits)[:, None].requires_grad_()
    (2 * losses.FocalLoss(gamma=gamma)(z, torch.ones_like(z))).backward()  # two examples
    return {"17": z.grad[0], "30": z.grad[1]}


def overlaps(pairs, **kind):
    """Return an overlap for each pair of boxes."""
    return {
        name: bbox_iou(tensor([a]), tensor([b]), xywh=False, **kind)
        for name, (a, b) in pairs.items()
    }


def lost(pairs, **kind):
    """Return 1 minus the overlap, which is the loss."""
    return {name: 1 - overlap.item() for name, overlap in overlaps(pairs, **kind).items()}


def slopes(pairs, **kind):
    """Return the loss's slope by the left edge of the first box, for each pair."""
    found = {}
    for name, (a, b) in pairs.items():
        box = tensor([a], requires_grad=True)
        (1 - bbox_iou(box, tensor([b]), xywh=False, **kind)).sum().backward()
        found[name] = box.grad[0, 0]
    return found


def iou(pairs):
    return overlaps(pairs)


def giou_loss(pairs):
    return lost(pairs, GIoU=True)


def giou_slope(pairs):
    return slopes(pairs, GIoU=True)


def diou_loss(pairs):
    return lost(pairs, DIoU=True)


def diou_slope(pairs):
    return slopes(pairs, DIoU=True)


def ciou_loss(pairs):
    return lost(pairs, CIoU=True)


def ciou_slope(pairs):
    return slopes(pairs, CIoU=True)


def average_precision(truth, scores):
    import numpy as np

    found = np.array(truth, bool)[:, None]
    zeros = np.zeros(len(scores))
    return ap_per_class(found, np.array(scores), zeros, zeros[: sum(truth)])[5]
