"""The package behind this site; sums, norms and spread are NumPy's."""

import inspect

import numpy as np

from nnref import activations, boxes, initializers, layers, losses, metrics, optimizers

MISSING = {
    "all_ignored": "nnref ignores no label",
    "sure_and_wrong_probabilities": "nnref's losses of several classes take logits only",
    "bce_smoothed": "no label smoothing for yes-or-no questions",
    "tversky_nothing": "nnref has no Tversky loss",
    "tversky_alpha": "nnref has no Tversky loss",
    "auc_tie": "nnref has no area under the ROC curve",
    "average_precision": "nnref has no average precision",
    "slope_abs": "NumPy has no slopes",
    "slope_maximum": "NumPy has no slopes",
    "slope_clip": "NumPy has no slopes",
    "slope_max_tie": "NumPy has no slopes",
    "slope_norm": "NumPy has no slopes",
    "tiny_inputs": "nnref has no ELU; expm1 and atanh are NumPy's",
    "hard_sigmoid": "nnref has no hard sigmoid",
    "batch_norm": "nnref has no normalization",
    "norm_epsilon": "nnref has no normalization",
    "adam_decay": "nnref's Adam has no weight decay",
    "rmsprop_first_step": "nnref has no RMSprop",
    "adagrad_first_step": "nnref has no Adagrad",
    "amsgrad": "nnref has no AMSGrad",
    "embedding_start": "nnref has no embedding",
    "clip_large": "nnref clips no gradients",
    "clip_ordinary": "nnref clips no gradients",
    "half precision": "nnref computes in float32 and float64 only",
}


def weighted_indices(logits, labels, weights):
    return losses.sparse_categorical_cross_entropy_with_logits(
        logits, labels, class_weights=weights
    )


def weighted_rows(logits, rows, weights):
    return losses.categorical_cross_entropy_with_logits(logits, rows, class_weights=weights)


def smoothed(logits, labels, smoothing):
    return losses.sparse_categorical_cross_entropy_with_logits(
        logits, labels, label_smoothing=smoothing
    )


def smoothed_weighted(logits, labels, weights, smoothing):
    return losses.sparse_categorical_cross_entropy_with_logits(
        logits, labels, class_weights=weights, label_smoothing=smoothing
    )


def label_too_large(logits, label):
    return losses.sparse_categorical_cross_entropy_with_logits([logits], [label])


def label_negative(logits, label):
    return losses.sparse_categorical_cross_entropy_with_logits([logits], [label])


def sure_and_wrong(logits, label):
    case = [logits], [label]
    return {
        "value": losses.sparse_categorical_cross_entropy_with_logits(*case),
        "slope": losses.sparse_categorical_cross_entropy_with_logits_grad(*case)[0, label],
    }


def softmax_minus_infinity(count):
    return activations.softmax([-np.inf] * count)


def bce_right(probability, label):
    case = [probability], [label]
    return {
        "value": losses.binary_cross_entropy(*case),
        "slope": losses.binary_cross_entropy_grad(*case),
    }


def bce_wrong(probability, label):
    case = [probability], [label]
    return {
        "value": losses.binary_cross_entropy(*case),
        "slope": losses.binary_cross_entropy_grad(*case),
    }


def bce_large_logit(logit, label):
    case = [logit], [label]
    return {
        "value": losses.binary_cross_entropy_with_logits(*case),
        "slope": losses.binary_cross_entropy_with_logits_grad(*case),
    }


def bce_small_loss(logit):
    z = np.float32([logit])
    return {
        "label 0": losses.binary_cross_entropy_with_logits(-z, [0.0]),
        "label 1": losses.binary_cross_entropy_with_logits(z, [1.0]),
    }


def focal_default(logits, targets):
    missed, alarm = (
        losses.binary_focal_loss_with_logits([z], [y]) for z, y in zip(logits, targets, strict=True)
    )
    return {"missed": missed, "false alarm": alarm}


def focal_options():
    options = inspect.signature(losses.binary_focal_loss_with_logits).parameters
    return {
        "alpha": options["alpha"].default,
        "gamma": options["gamma"].default,
        "reduction": options["reduction"].default,
    }


def focal_alpha(logits, targets, alpha):
    missed, alarm = losses.binary_focal_loss_with_logits(
        logits, targets, alpha=alpha, gamma=0.0, reduction="none"
    )
    return {"missed": missed, "false alarm": alarm}


def focal_slope(logits, gamma):
    z = np.float32(logits)
    slopes = losses.binary_focal_loss_with_logits_grad(
        z, np.ones_like(z), gamma=gamma, reduction="none"
    )
    return {"17": slopes[0], "30": slopes[1]}


def dice_nothing(side):
    return losses.dice_loss(np.zeros((side, side)), np.zeros((side, side)))


def dice_sound(side, logits):
    mask = np.zeros((side, side))
    values = [losses.dice_loss(activations.sigmoid(mask + z), mask) for z in logits]
    return {"-10": values[0], "-40": values[1]}


def dice_false_alarm(side):
    found, mask = np.zeros((side, side)), np.zeros((side, side))
    found[0, 0] = 1
    return losses.dice_loss(found, mask)


def dice_missed(side):
    found, mask = np.zeros((side, side)), np.zeros((side, side))
    mask[0, 0] = 1
    return losses.dice_loss(found, mask)


def dice_batch(found, masks):
    return losses.dice_loss(found, masks)


def dice_probabilities(probabilities, mask):
    return losses.dice_loss([probabilities], [mask])


def smooth_l1(prediction, truth, beta):
    pair = [prediction], [truth]
    return {"default": losses.smooth_l1(*pair), "0.5": losses.smooth_l1(*pair, beta=beta)}


def huber(prediction, truth, delta):
    pair = [prediction], [truth]
    return {"default": losses.huber(*pair), "0.5": losses.huber(*pair, delta=delta)}


def squared_error(prediction, truth):
    return losses.mean_squared_error([prediction], [truth])


def iou(pairs):
    return {name: boxes.iou([a], [b]) for name, (a, b) in pairs.items()}


def giou_loss(pairs):
    return {name: losses.giou_loss([a], [b]) for name, (a, b) in pairs.items()}


def giou_slope(pairs):
    return {name: losses.giou_loss_grad([a], [b])[0, 0] for name, (a, b) in pairs.items()}


def diou_loss(pairs):
    return {name: losses.diou_loss([a], [b]) for name, (a, b) in pairs.items()}


def diou_slope(pairs):
    return {name: losses.diou_loss_grad([a], [b])[0, 0] for name, (a, b) in pairs.items()}


def ciou_loss(pairs):
    return {name: losses.ciou_loss([a], [b]) for name, (a, b) in pairs.items()}


def ciou_slope(pairs):
    return {name: losses.ciou_loss_grad([a], [b])[0, 0] for name, (a, b) in pairs.items()}


def recall_absent(truth, predictions):
    return metrics.recall(predictions, truth)


def f1_absent(truth, predictions):
    return metrics.f1_score(predictions, truth)


def macro_f1_absent(truth, predictions, classes):
    scores = [metrics.f1_score(predictions, truth, positive=k) for k in range(classes)]
    return np.mean(scores)


def macro_f1_predicted(truth, predictions, classes):
    scores = [metrics.f1_score(predictions, truth, positive=k) for k in range(classes)]
    return np.mean(scores)


def dice_metric_nothing(side):
    return metrics.dice_coefficient(np.zeros((side, side)), np.zeros((side, side)))


def threshold_tie(truth, scores):
    predictions = activations.hard_threshold(np.subtract(scores, 0.5))
    return metrics.accuracy(predictions.astype(int), np.array(truth, int))


def confusion_layout(truth, predictions, classes):
    return metrics.confusion_matrix(predictions, truth, classes)


def slope_relu(point):
    return activations.relu_grad([point])


def slope_leaky_relu(point):
    return activations.leaky_relu_grad([point])


def value_sigmoid(points):
    return activations.sigmoid(np.float32(points))


def value_softplus(points):
    return activations.softplus(np.float32(points))


def value_tanh(points):
    return activations.tanh(np.float32(points))


def value_gelu(points):
    return activations.gelu(np.float32(points))


def value_silu(points):
    return activations.silu(np.float32(points))


def error_sigmoid(points):
    return activations.sigmoid(points)


def error_softplus(points):
    return activations.softplus(points)


def error_tanh(points):
    return activations.tanh(points)


def error_gelu(points):
    return activations.gelu(points)


def error_silu(points):
    return activations.silu(points)


def nan(point):
    x = [point]
    return {
        "relu": activations.relu(x),
        "sigmoid": activations.sigmoid(x),
        "tanh": activations.tanh(x),
        "maximum": np.maximum(x, 0),
    }


def minus_infinity(point):
    x = [point]
    return {
        "gelu": activations.gelu(x),
        "silu": activations.silu(x),
        "softplus": activations.softplus(x),
        "elu": None,
    }


def leaky_slope(point):
    return activations.leaky_relu([point])


def gelu_form(point):
    return activations.gelu([point])


def standard_deviation(values):
    return np.std(values)


def median(values):
    return np.median(values)


def steps(optimizer, gradients, weight=0.0, rates=None, **options):
    """Return the weight before and after each step."""
    w = layers.Parameter([weight])
    rule = optimizer([w], **options)
    path = [weight]
    for number, gradient in enumerate(gradients):
        if rates:
            rule.learning_rate = rates[number]
        w.grad = np.array([gradient])
        rule.step()
        path.append(w.value.item())
    return path


def adam_epsilon():
    return inspect.signature(optimizers.Adam).parameters["epsilon"].default


def adam_first_step(gradients, rate):
    return {str(g): -steps(optimizers.Adam, [g], learning_rate=rate)[1] for g in gradients}


def sgd_decay(weight, gradient, rate, decay):
    options = {"learning_rate": rate, "weight_decay": decay}
    return steps(optimizers.SGD, [gradient], weight, **options)[1]


def momentum(gradient, rates, momentum):
    options = {"learning_rate": rates[0], "momentum": momentum}
    path = steps(optimizers.SGD, [gradient] * 3, rates=rates, **options)
    return path[2] - path[3]


def dense_start(fan_in, fan_out):
    layer = layers.Dense(fan_in, fan_out, rng=np.random.default_rng(0))
    parameters = layer.named_parameters()
    return {name: parameters[name].value for name in ("weight", "bias")}


def he_normal(fan_in, fan_out):
    return initializers.he_normal((fan_out, fan_in), rng=np.random.default_rng(0))


def sum_tenths(count, number):
    return np.full(count, number, np.float32).sum()


def mean_tenths(count, number):
    return np.full(count, number, np.float32).mean()


def norm_tenths(count, number):
    return np.linalg.norm(np.full(count, number, np.float32))


def variance_large(values):
    return np.var(np.float32(values))


def norm_large(values):
    return np.linalg.norm(np.float32(values))


def norm_small(values):
    return np.linalg.norm(np.float32(values))
