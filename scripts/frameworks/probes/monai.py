"""MONAI, medical imaging on PyTorch."""

import inspect

import torch
from monai import losses, metrics
from monai.data.box_utils import box_iou
from torch import tensor

MISSING = {
    "cross-entropy": "it is PyTorch's",
    "binary cross-entropy": "it is PyTorch's",
    "regression losses": "they are PyTorch's",
    "diou_loss": "MONAI has the GIoU loss only",
    "diou_slope": "MONAI has the GIoU loss only",
    "ciou_loss": "MONAI has the GIoU loss only",
    "ciou_slope": "MONAI has the GIoU loss only",
    "macro_f1_absent": "its confusion-matrix metrics are of masks",
    "macro_f1_predicted": "its confusion-matrix metrics are of masks",
    "recall_absent": "its confusion-matrix metrics are of masks",
    "f1_absent": "its confusion-matrix metrics are of masks",
    "threshold_tie": "MONAI has no accuracy of probabilities",
    "confusion_layout": "it counts true and false positives and negatives, no matrix",
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
    loss = losses.FocalLoss()
    missed, alarm = (
        loss(tensor([[[z]]]), tensor([[[y]]])) for z, y in zip(logits, targets, strict=True)
    )
    return {"missed": missed, "false alarm": alarm}


def focal_options():
    options = inspect.signature(losses.FocalLoss).parameters
    return {
        "alpha": options["alpha"].default,
        "gamma": options["gamma"].default,
        "reduction": options["reduction"].default.value,
    }


def focal_alpha(logits, targets, alpha):
    loss = losses.FocalLoss(alpha=alpha, gamma=0.0)
    missed, alarm = (
        loss(tensor([[[z]]]), tensor([[[y]]])) for z, y in zip(logits, targets, strict=True)
    )
    return {"missed": missed, "false alarm": alarm}


def focal_slope(logits, gamma):
    z = tensor(logits)[None, None].requires_grad_()
    losses.FocalLoss(gamma=gamma, reduction="sum")(z, torch.ones_like(z)).backward()
    return {"17": z.grad[0, 0, 0], "30": z.grad[0, 0, 1]}


def dice_nothing(side):
    mask = torch.zeros(1, 1, side, side)
    return losses.DiceLoss()(mask, mask)


def dice_sound(side, logits):
    mask = torch.zeros(1, 1, side, side)
    return {f"{z:.0f}": losses.DiceLoss(sigmoid=True)(mask + z, mask) for z in logits}


def dice_false_alarm(side):
    mask, found = torch.zeros(2, 1, 1, side, side)
    found[0, 0, 0, 0] = 1
    return losses.DiceLoss()(found, mask)


def dice_missed(side):
    mask, found = torch.zeros(2, 1, 1, side, side)
    mask[0, 0, 0, 0] = 1
    return losses.DiceLoss()(found, mask)


def dice_batch(found, masks):
    return losses.DiceLoss()(tensor(found)[:, None], tensor(masks)[:, None])


def dice_probabilities(probabilities, mask):
    return losses.DiceLoss()(tensor([[probabilities]]), tensor([[mask]]))


def tversky_nothing(side):
    mask = torch.zeros(1, 1, side, side)
    return losses.TverskyLoss()(mask, mask)


def tversky_alpha(found, mask, alpha, beta):
    loss = losses.TverskyLoss(alpha=alpha, beta=beta)
    return loss(tensor([[found]]), tensor([[mask]]))


def iou(pairs):
    return {name: box_iou(tensor([a]), tensor([b])) for name, (a, b) in pairs.items()}


def giou_loss(pairs):
    loss = losses.BoxGIoULoss()
    return {name: loss(tensor([a]), tensor([b])) for name, (a, b) in pairs.items()}


def giou_slope(pairs):
    slopes = {}
    for name, (a, b) in pairs.items():
        box = tensor([a], requires_grad=True)
        losses.BoxGIoULoss()(box, tensor([b])).backward()
        slopes[name] = box.grad[0, 0]
    return slopes


def dice_metric_nothing(side):
    mask = torch.zeros(1, 1, side, side)
    metric = metrics.DiceMetric()
    metric(mask, mask)
    return metric.aggregate()


def auc_tie(truth, scores):
    return metrics.compute_roc_auc(tensor(scores), tensor(truth))


def average_precision(truth, scores):
    return metrics.compute_average_precision(tensor(scores), tensor(truth))


def half_dice(side):
    ones = torch.ones(1, 1, side, side)
    loss = losses.DiceLoss()
    return {
        "float16": loss(ones.half(), ones.half()),
        "bfloat16": loss(ones.bfloat16(), ones.bfloat16()),
    }
