"""SciPy's special functions and statistics."""

import numpy as np
from scipy import linalg, special, stats

MISSING = {
    "weighted_indices": "SciPy has no loss of several classes",
    "weighted_rows": "SciPy has no loss of several classes",
    "smoothed": "SciPy has no loss of several classes",
    "smoothed_weighted": "SciPy has no loss of several classes",
    "label_too_large": "SciPy has no loss of several classes",
    "label_negative": "SciPy has no loss of several classes",
    "all_ignored": "SciPy has no loss of several classes",
    "sure_and_wrong_probabilities": "SciPy has no loss of several classes",
    "sure_and_wrong": "SciPy has no loss of several classes",
    "binary cross-entropy": "SciPy has no binary cross-entropy",
    "focal loss": "SciPy has no focal loss",
    "overlap of masks": "SciPy has no Dice loss",
    "smooth_l1": "SciPy has the Huber loss only",
    "squared_error": "SciPy has no such function",
    "boxes": "SciPy has no boxes",
    "metrics": "SciPy has no metrics of classification",
    "slopes at kinks": "SciPy has no slopes",
    "value_tanh": "tanh is NumPy's",
    "value_gelu": "SciPy has no GELU",
    "value_silu": "SciPy has no SiLU",
    "error_tanh": "tanh is NumPy's",
    "error_gelu": "SciPy has no GELU",
    "error_silu": "SciPy has no SiLU",
    "nan": "SciPy has the sigmoid only",
    "minus_infinity": "SciPy has none of the four",
    "leaky_slope": "SciPy has no leaky ReLU",
    "hard_sigmoid": "SciPy has no hard sigmoid",
    "gelu_form": "SciPy has no GELU",
    "batch_norm": "SciPy has no layers",
    "norm_epsilon": "SciPy has no layers",
    "median": "it is NumPy's",
    "optimizers": "SciPy minimizes functions, it trains no weights",
    "start weights": "SciPy has no layers",
    "sum_tenths": "it is NumPy's",
    "mean_tenths": "it is NumPy's",
    "clip_large": "SciPy has no gradients",
    "clip_ordinary": "SciPy has no gradients",
    "half precision": "SciPy has no losses in 16 bits",
}


def softmax_minus_infinity(count):
    return special.softmax([-np.inf] * count)


def huber(prediction, truth, delta):
    error = prediction - truth
    return {"default": None, "0.5": special.huber(delta, error)}


def value_sigmoid(points):
    return special.expit(np.float32(points))


def value_softplus(points):
    return special.softplus(np.float32(points))


def error_sigmoid(points):
    return special.expit(points)


def error_softplus(points):
    return special.softplus(points)


def tiny_inputs(point):
    x = np.float32(point)
    return {"expm1": special.expm1(x), "elu": None, "erf": special.erf(x), "atanh": None}


def standard_deviation(values):
    return stats.tstd(values)


def norm_tenths(count, number):
    return linalg.norm(np.full(count, number, np.float32))


def variance_large(values):
    return stats.moment(np.float32(values), order=2)


def norm_large(values):
    return linalg.norm(np.float32(values))


def norm_small(values):
    return linalg.norm(np.float32(values))
