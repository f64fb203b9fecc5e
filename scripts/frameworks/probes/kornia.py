"""Kornia, image processing on PyTorch."""

import inspect

import torch
from kornia import losses, metrics
from torch import tensor

MISSING = {
    "cross-entropy": "it is PyTorch's",
    "binary cross-entropy": "it is PyTorch's",
    "dice_probabilities": "its Dice loss takes logits of classes",
    "regression losses": "they are PyTorch's",
    "giou_loss": "Kornia has no losses of boxes",
    "giou_slope": "Kornia has no losses of boxes",
    "diou_loss": "Kornia has no losses of boxes",
    "diou_slope": "Kornia has no losses of boxes",
    "ciou_loss": "Kornia has no losses of boxes",
    "ciou_slope": "Kornia has no losses of boxes",
    "recall_absent": "Kornia has no recall",
    "f1_absent": "Kornia has no F1 score",
    "macro_f1_absent": "Kornia has no F1 score",
    "macro_f1_predicted": "Kornia has no F1 score",
    "dice_metric_nothing": "Kornia has no Dice metric",
    "threshold_tie": "its accuracy compares classes",
    "auc_tie": "Kornia has no area under the ROC curve",
    "average_precision": "its average precision is of boxes",
    "slopes at kinks": "they are PyTorch's",
    "activation functions": "they are PyTorch's",
    "defaults": "they are PyTorch's",
    "optimizers": "they are PyTorch's",
    "start weights": "they are PyTorch's",
    "sums and norms": "they are PyTorch's",
    "half_cross_entropy": "it is PyTorch's",
    "half_squared_error": "it is PyTorch's",
    "half_sum": "it is PyTorch's",
}


def focal_default(logits, targets):
    values = losses.binary_focal_loss_with_logits(tensor(logits)[:, None], tensor(targets)[:, None])
    return {"missed": values[0], "false alarm": values[1]}


def focal_options():
    options = inspect.signature(losses.binary_focal_loss_with_logits).parameters
    return {name: options[name].default for name in ("alpha", "gamma", "reduction")}


def focal_alpha(logits, targets, alpha):
    columns = tensor(logits)[:, None], tensor(targets)[:, None]
    values = losses.binary_focal_loss_with_logits(*columns, alpha=alpha, gamma=0.0)
    return {"missed": values[0], "false alarm": values[1]}


def focal_slope(logits, gamma):
    z = tensor(logits)[:, None].requires_grad_()
    losses.binary_focal_loss_with_logits(z, torch.ones_like(z), gamma=gamma).sum().backward()
    return {"17": z.grad[0], "30": z.grad[1]}


def dice(scores, mask, average="macro"):
    """Take the defect's logits against 0 for the background, and the classes."""
    logits = torch.stack([torch.zeros_like(scores), scores], dim=1)
    return losses.dice_loss(logits, mask.long(), average=average)


def found_logits(found):
    """Make sure logits of pixels that are found or not."""
    return torch.where(found > 0, 100.0, -100.0)


def dice_nothing(side):
    mask = torch.zeros(1, side, side)
    return dice(found_logits(mask), mask)


def dice_sound(side, logits):
    mask = torch.zeros(1, side, side)
    return {f"{z:.0f}": dice(mask + z, mask) for z in logits}


def dice_false_alarm(side):
    mask, found = torch.zeros(2, 1, side, side)
    found[0, 0, 0] = 1
    return dice(found_logits(found), mask)


def dice_missed(side):
    mask, found = torch.zeros(2, 1, side, side)
    mask[0, 0, 0] = 1
    return dice(found_logits(found), mask)


def dice_batch(found, masks):
    return dice(found_logits(tensor(found)), tensor(masks))


def tversky(found, mask, alpha, beta):
    """Call the loss with sure logits of two classes."""
    scores = found_logits(found)
    logits = torch.stack([torch.zeros_like(scores), scores], dim=1)
    return losses.tversky_loss(logits, mask.long(), alpha=alpha, beta=beta)


def tversky_nothing(side):
    mask = torch.zeros(1, side, side)
    return tversky(mask, mask, 0.5, 0.5)


def tversky_alpha(found, mask, alpha, beta):
    return tversky(tensor([[found]]), tensor([[mask]]), alpha, beta)


def iou(pairs):
    found = {}
    for name, (a, b) in pairs.items():
        try:
            found[name] = metrics.mean_iou_bbox(tensor([a]), tensor([b]))
        except AssertionError as error:
            found[name] = f"refused ({type(error).__name__})"
    return found


def confusion_layout(truth, predictions, classes):
    return metrics.confusion_matrix(tensor([predictions]), tensor([truth]), classes)[0]


def half_dice(side):
    mask = torch.ones(1, side, side)
    logits = found_logits(mask)
    return {"float16": dice(logits.half(), mask), "bfloat16": dice(logits.bfloat16(), mask)}
