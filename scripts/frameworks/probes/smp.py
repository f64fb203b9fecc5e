"""segmentation-models-pytorch: losses and metrics of masks."""

import inspect

import segmentation_models_pytorch as smp
import torch
from torch import tensor

losses = smp.losses

MISSING = {
    "cross-entropy": "it is PyTorch's",
    "binary cross-entropy": "it is PyTorch's",
    "regression losses": "they are PyTorch's",
    "boxes": "it has no boxes",
    "dice_metric_nothing": "its F1 score of pixels is the Dice metric: see f1_absent",
    "threshold_tie": "its metrics take counts",
    "auc_tie": "it has no area under the ROC curve",
    "average_precision": "it has no average precision",
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


def focal(z, y, **options):
    """Call the focal loss with one pixel."""
    return losses.FocalLoss("binary", **options)(tensor([[[[z]]]]), tensor([[[[y]]]]))


def focal_default(logits, targets):
    missed, alarm = (focal(z, y) for z, y in zip(logits, targets, strict=True))
    return {"missed": missed, "false alarm": alarm}


def focal_options():
    options = inspect.signature(losses.FocalLoss).parameters
    return {name: options[name].default for name in ("alpha", "gamma", "reduction")}


def focal_alpha(logits, targets, alpha):
    options = {"alpha": alpha, "gamma": 0.0}
    missed, alarm = (focal(z, y, **options) for z, y in zip(logits, targets, strict=True))
    return {"missed": missed, "false alarm": alarm}


def focal_slope(logits, gamma):
    z = tensor(logits)[None, None, None].requires_grad_()
    loss = losses.FocalLoss("binary", gamma=gamma, reduction="sum")
    loss(z, torch.ones_like(z)).backward()
    return {"17": z.grad[0, 0, 0, 0], "30": z.grad[0, 0, 0, 1]}


def dice(found, mask):
    """Call the Dice loss with probabilities."""
    return losses.DiceLoss("binary", from_logits=False)(found, mask)


def dice_nothing(side):
    mask = torch.zeros(1, 1, side, side)
    return dice(mask, mask)


def dice_sound(side, logits):
    mask = torch.zeros(1, 1, side, side)
    return {f"{z:.0f}": losses.DiceLoss("binary")(mask + z, mask) for z in logits}


def dice_false_alarm(side):
    mask, found = torch.zeros(2, 1, 1, side, side)
    found[0, 0, 0, 0] = 1
    return dice(found, mask)


def dice_missed(side):
    mask, found = torch.zeros(2, 1, 1, side, side)
    mask[0, 0, 0, 0] = 1
    return dice(found, mask)


def dice_batch(found, masks):
    return dice(tensor(found)[:, None], tensor(masks)[:, None])


def dice_probabilities(probabilities, mask):
    return dice(tensor([[[probabilities]]]), tensor([[[mask]]]))


def tversky_nothing(side):
    mask = torch.zeros(1, 1, side, side)
    return losses.TverskyLoss("binary", from_logits=False)(mask, mask)


def tversky_alpha(found, mask, alpha, beta):
    loss = losses.TverskyLoss("binary", from_logits=False, alpha=alpha, beta=beta)
    return loss(tensor([[[found]]]), tensor([[[mask]]]))


def counts(truth, predictions, **options):
    """Count true and false positives and negatives."""
    return smp.metrics.get_stats(tensor([predictions]), tensor([truth]), **options)


def recall_absent(truth, predictions):
    return smp.metrics.recall(*counts(truth, predictions, mode="binary"), reduction="micro")


def f1_absent(truth, predictions):
    return smp.metrics.f1_score(*counts(truth, predictions, mode="binary"), reduction="micro")


def macro_f1_absent(truth, predictions, classes):
    found = counts(truth, predictions, mode="multiclass", num_classes=classes)
    return smp.metrics.f1_score(*found, reduction="macro")


def macro_f1_predicted(truth, predictions, classes):
    found = counts(truth, predictions, mode="multiclass", num_classes=classes)
    return smp.metrics.f1_score(*found, reduction="macro")


def half_dice(side):
    ones = torch.ones(1, 1, side, side)
    return {
        "float16": dice(ones.half(), ones.half()),
        "bfloat16": dice(ones.bfloat16(), ones.bfloat16()),
    }
