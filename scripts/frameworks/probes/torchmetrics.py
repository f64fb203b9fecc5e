"""TorchMetrics, by its functions."""

import torch
import torchmetrics.functional as M
from torch import tensor
from torchmetrics.functional import classification, segmentation

MISSING = {
    "cross-entropy": "TorchMetrics has no such loss",
    "binary cross-entropy": "TorchMetrics has no such loss",
    "focal loss": "TorchMetrics has no such loss",
    "overlap of masks": "TorchMetrics has no such loss; its Dice is a metric",
    "smooth_l1": "TorchMetrics has no such loss",
    "huber": "TorchMetrics has no such loss",
    "boxes": "its functions for boxes call torchvision's",
    "slopes at kinks": "TorchMetrics has no activation functions",
    "activation functions": "TorchMetrics has no activation functions",
    "defaults": "TorchMetrics has no layers",
    "optimizers": "TorchMetrics has no optimizers",
    "start weights": "TorchMetrics has no layers",
    "sums and norms": "they are PyTorch's",
    "half_cross_entropy": "TorchMetrics has no such loss",
    "half_dice": "its Dice takes masks",
    "half_sum": "it is PyTorch's",
}


def squared_error(prediction, truth):
    return M.mean_squared_error(tensor(prediction), tensor(truth))


def recall_absent(truth, predictions):
    return classification.binary_recall(tensor(predictions), tensor(truth))


def f1_absent(truth, predictions):
    return classification.binary_f1_score(tensor(predictions), tensor(truth))


def macro_f1_absent(truth, predictions, classes):
    return classification.multiclass_f1_score(
        tensor(predictions), tensor(truth), num_classes=classes
    )


def macro_f1_predicted(truth, predictions, classes):
    return classification.multiclass_f1_score(
        tensor(predictions), tensor(truth), num_classes=classes
    )


def dice_metric_nothing(side):
    mask = torch.zeros(1, 1, side, side, dtype=torch.long)
    return segmentation.dice_score(mask, mask, num_classes=1, include_background=True)


def threshold_tie(truth, scores):
    return classification.binary_accuracy(tensor(scores), tensor(truth).long())


def auc_tie(truth, scores):
    return classification.binary_auroc(tensor(scores), tensor(truth))


def average_precision(truth, scores):
    return classification.binary_average_precision(tensor(scores), tensor(truth))


def confusion_layout(truth, predictions, classes):
    return classification.multiclass_confusion_matrix(
        tensor(predictions), tensor(truth), num_classes=classes
    )


def half_squared_error(error):
    wrong, right = tensor([error]), tensor([0.0])
    return {
        "float16": M.mean_squared_error(wrong.half(), right.half()),
        "bfloat16": M.mean_squared_error(wrong.bfloat16(), right.bfloat16()),
    }
