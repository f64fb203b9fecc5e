"""Thinc, the library under spaCy."""

import inspect

import numpy as np
import thinc.api as thinc

ops = thinc.NumpyOps()

MISSING = {
    "weighted_indices": "Thinc's loss takes no class weights",
    "weighted_rows": "Thinc's loss takes no class weights",
    "smoothed_weighted": "Thinc's loss takes no class weights",
    "all_ignored": "it has missing values instead of an ignored class",
    "sure_and_wrong": "the loss takes probabilities only",
    "binary cross-entropy": "Thinc has none apart from the loss of several classes",
    "focal loss": "Thinc has no focal loss",
    "overlap of masks": "Thinc has no Dice or Tversky loss",
    "smooth_l1": "Thinc has no such loss",
    "huber": "Thinc has no such loss",
    "boxes": "Thinc has no boxes",
    "metrics": "Thinc has no metrics",
    "slope_leaky_relu": "Thinc has no leaky ReLU",
    "slope_abs": "Thinc differentiates its own layers only",
    "slope_maximum": "Thinc differentiates its own layers only",
    "slope_clip": "asked of clipped_linear by its layers only",
    "slope_norm": "Thinc differentiates its own layers only",
    "value_softplus": "Thinc has no softplus",
    "error_softplus": "Thinc has no softplus",
    "value_tanh": "it is NumPy's",
    "error_tanh": "it is NumPy's",
    "tiny_inputs": "Thinc has erf only",
    "minus_infinity": "Thinc has no softplus and ELU",
    "leaky_slope": "Thinc has no leaky ReLU",
    "batch_norm": "Thinc has layer normalization only",
    "norm_epsilon": "Thinc has layer normalization only, whose ε is fixed",
    "standard_deviation": "it is NumPy's",
    "median": "it is NumPy's",
    "momentum": "Thinc has no momentum apart from Adam's",
    "rmsprop_first_step": "Thinc has no RMSprop",
    "adagrad_first_step": "Thinc has no Adagrad",
    "amsgrad": "Thinc has no AMSGrad",
    "he_normal": "it is not among the public functions of thinc.api",
    "sums and norms": "they are NumPy's",
    "half precision": "Thinc computes in float32",
}


def smoothed(logits, labels, smoothing):
    loss = thinc.CategoricalCrossentropy(label_smoothing=smoothing)
    return loss.get_loss(ops.softmax(np.float32(logits)), np.array(labels))


def label_too_large(logits, label):
    loss = thinc.CategoricalCrossentropy()
    return loss.get_loss(ops.softmax(np.float32([logits])), np.array([label]))


def label_negative(logits, label):
    loss = thinc.CategoricalCrossentropy()
    return loss.get_loss(ops.softmax(np.float32([logits])), np.array([label]))


def sure_and_wrong_probabilities(probabilities, label):
    loss = thinc.CategoricalCrossentropy()
    case = np.float32([probabilities]), np.array([label])
    return {"value": loss.get_loss(*case), "slope": loss.get_grad(*case)[0, label]}


def softmax_minus_infinity(count):
    return ops.softmax(np.full((1, count), -np.inf, np.float32))[0]


def squared_error(prediction, truth):
    return thinc.L2Distance(normalize=False).get_loss(
        np.float32([[prediction]]), np.float32([[truth]])
    )


def slope_relu(point):
    return ops.backprop_relu(np.float32([[1]]), np.float32([[point]]))


def slope_max_tie(values):
    best, which = ops.maxout(np.float32([[values]]))
    return ops.backprop_maxout(np.ones_like(best), which, len(values))[0, 0]


def value_sigmoid(points):
    return ops.sigmoid(np.float32(points))


def value_gelu(points):
    return ops.gelu(np.float32(points))


def value_silu(points):
    return ops.swish(np.float32([points]))


def error_sigmoid(points):
    return ops.sigmoid(points)


def error_gelu(points):
    return ops.gelu(points)


def error_silu(points):
    return ops.swish(points[None])


def nan(point):
    return {
        "relu": ops.relu(np.float32([[point]])),
        "sigmoid": ops.sigmoid(np.float32([point])),
        "tanh": None,
        "maximum": None,
    }


def hard_sigmoid(point):
    return ops.hard_sigmoid(np.float32([[point]]))


def gelu_form(point):
    return ops.gelu(np.float32([point]))


def steps(optimizer, gradients, weight=0.0):
    """Return the weight before and after each step; the clipping of gradients is off."""
    w, path = np.float32([weight]), [weight]
    for gradient in gradients:
        w, _ = optimizer((0, "w"), w, np.float32([gradient]))
        path.append(float(w[0]))
    return path


def adam_epsilon():
    return inspect.signature(thinc.Adam).parameters["eps"].default


def adam_first_step(gradients, rate):
    return {str(g): -steps(thinc.Adam(rate, grad_clip=0.0), [g])[1] for g in gradients}


def adam_decay(weight, gradient, rate, decay):
    return steps(thinc.Adam(rate, L2=decay, grad_clip=0.0), [gradient], weight)[1]


def sgd_decay(weight, gradient, rate, decay):
    return steps(thinc.SGD(rate, L2=decay, grad_clip=0.0), [gradient], weight)[1]


def clip_large(values, limit):
    return ops.clip_gradient(np.float32(values), limit)


def clip_ordinary(values, limit):
    return ops.clip_gradient(np.float32(values), limit)


def dense_start(fan_in, fan_out):
    thinc.fix_random_seed(0)
    layer = thinc.Linear(fan_out, fan_in).initialize()
    return {"weight": layer.get_param("W"), "bias": layer.get_param("b")}


def embedding_start(count, size):
    thinc.fix_random_seed(0)
    return thinc.Embed(size, count).initialize().get_param("E")
