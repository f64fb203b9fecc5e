"""scikit-learn: metrics, and the start weights of its small networks."""

import inspect

import numpy as np
from sklearn import metrics
from sklearn.neural_network import MLPClassifier

MISSING = {
    "smoothed": "log_loss has no label smoothing",
    "smoothed_weighted": "log_loss has no label smoothing",
    "weighted_rows": "the same call as with indices",
    "all_ignored": "log_loss ignores no label",
    "sure_and_wrong": "log_loss takes probabilities only",
    "softmax_minus_infinity": "scikit-learn has no public softmax",
    "bce_large_logit": "log_loss takes probabilities only",
    "bce_small_loss": "log_loss takes probabilities only",
    "bce_smoothed": "log_loss has no label smoothing",
    "focal loss": "scikit-learn has no focal loss",
    "overlap of masks": "scikit-learn has no Dice loss",
    "smooth_l1": "scikit-learn has no such function",
    "huber": "HuberRegressor has no public loss",
    "boxes": "scikit-learn has no boxes",
    "threshold_tie": "accuracy_score takes classes only",
    "slopes at kinks": "scikit-learn has no slopes",
    "activation functions": "scikit-learn has no public activation functions",
    "defaults": "scikit-learn has no layers",
    "adam_first_step": "MLPClassifier's optimizers are not public",
    "adam_decay": "MLPClassifier's optimizers are not public",
    "sgd_decay": "MLPClassifier's optimizers are not public",
    "momentum": "MLPClassifier's optimizers are not public",
    "rmsprop_first_step": "scikit-learn has no RMSprop",
    "adagrad_first_step": "scikit-learn has no Adagrad",
    "amsgrad": "scikit-learn has no AMSGrad",
    "he_normal": "scikit-learn has no initializers",
    "embedding_start": "scikit-learn has no embedding",
    "sums and norms": "they are NumPy's",
    "half precision": "log_loss computes in float64",
}


def softmax(logits):
    """Make probabilities of logits."""
    small = np.exp(np.array(logits) - np.max(logits, axis=-1, keepdims=True))
    return small / small.sum(axis=-1, keepdims=True)


def weighted_indices(logits, labels, weights):
    examples = np.array(weights)[labels]
    return metrics.log_loss(labels, softmax(logits), sample_weight=examples, labels=[0, 1, 2])


def label_too_large(logits, label):
    return metrics.log_loss([label], softmax([logits]), labels=[0, 1, 2])


def label_negative(logits, label):
    return metrics.log_loss([label], softmax([logits]), labels=[0, 1, 2])


def sure_and_wrong_probabilities(probabilities, label):
    return {"value": metrics.log_loss([label], [probabilities], labels=[0, 1]), "slope": None}


def bce_right(probability, label):
    return {"value": metrics.log_loss([label], [probability], labels=[0, 1]), "slope": None}


def bce_wrong(probability, label):
    return {"value": metrics.log_loss([label], [probability], labels=[0, 1]), "slope": None}


def squared_error(prediction, truth):
    return metrics.mean_squared_error([truth], [prediction])


def recall_absent(truth, predictions):
    return metrics.recall_score(truth, predictions)


def f1_absent(truth, predictions):
    return metrics.f1_score(truth, predictions)


def macro_f1_absent(truth, predictions, classes):
    return metrics.f1_score(truth, predictions, average="macro")


def macro_f1_predicted(truth, predictions, classes):
    return metrics.f1_score(truth, predictions, average="macro")


def dice_metric_nothing(side):
    mask = np.zeros(side * side, int)
    return metrics.f1_score(mask, mask)  # of pixels, which is the Dice metric


def auc_tie(truth, scores):
    return metrics.roc_auc_score(truth, scores)


def average_precision(truth, scores):
    return metrics.average_precision_score(truth, scores)


def confusion_layout(truth, predictions, classes):
    return metrics.confusion_matrix(truth, predictions, labels=range(classes))


def adam_epsilon():
    return inspect.signature(MLPClassifier).parameters["epsilon"].default


def dense_start(fan_in, fan_out):
    examples = np.zeros((2, fan_in))
    network = MLPClassifier((fan_out,), learning_rate_init=1e-12, max_iter=1, random_state=0)
    network.partial_fit(examples, [0, 1], classes=[0, 1])
    return {"weight": network.coefs_[0], "bias": network.intercepts_[0]}
