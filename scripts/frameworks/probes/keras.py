"""Keras 3; the backend is chosen by the variable KERAS_BACKEND."""

import inspect

import keras
import numpy as np
from keras import activations, initializers, layers, losses, metrics, ops, optimizers

MISSING = {
    "tiny_inputs": "expm1, erf and atanh are the backend's",
    "boxes": "Keras has no losses of boxes",
    "average_precision": "Keras has areas under curves only",
    "dice_metric_nothing": "Keras has no Dice metric",
    "confusion_layout": "Keras has no confusion matrix of its own",
    "smooth_l1": "Keras has the Huber loss only",
    "slope_abs": "it is the backend's",
    "slope_maximum": "it is the backend's",
    "slope_clip": "it is the backend's",
    "slope_max_tie": "it is the backend's",
    "slope_norm": "it is the backend's",
    "sum_tenths": "sums are the backend's",
    "mean_tenths": "sums are the backend's",
    "variance_large": "sums are the backend's",
    "norm_tenths": "norms are the backend's",
    "norm_large": "norms are the backend's",
    "norm_small": "norms are the backend's",
    "half_sum": "sums are the backend's",
}


def slope(function, value):
    """Return the derivative of a function by a number or a list, whatever the backend."""
    x = ops.convert_to_tensor(value, "float32")
    if keras.backend.backend() == "jax":
        import jax

        return jax.grad(lambda x: ops.sum(function(x)))(x)
    if keras.backend.backend() == "torch":
        x = x.clone().requires_grad_()
        function(x).sum().backward()
        return x.grad
    import tensorflow as tf

    with tf.GradientTape() as tape:
        tape.watch(x)
        y = function(x)
    return tape.gradient(y, x)


def weighted_indices(logits, labels, weights):
    loss = losses.SparseCategoricalCrossentropy(from_logits=True)
    return loss(np.array(labels), np.array(logits), np.array(weights)[labels])


def weighted_rows(logits, rows, weights):
    loss = losses.CategoricalCrossentropy(from_logits=True)
    return loss(np.array(rows), np.array(logits), np.array(rows) @ weights)


def smoothed(logits, labels, smoothing):
    loss = losses.CategoricalCrossentropy(from_logits=True, label_smoothing=smoothing)
    return loss(np.eye(len(logits[0]))[labels], np.array(logits))


def smoothed_weighted(logits, labels, weights, smoothing):
    loss = losses.CategoricalCrossentropy(from_logits=True, label_smoothing=smoothing)
    rows = np.eye(len(logits[0]))[labels]
    return loss(rows, np.array(logits), np.array(weights)[labels])


def label_too_large(logits, label):
    loss = losses.SparseCategoricalCrossentropy(from_logits=True)
    return loss(np.array([label]), np.array([logits]))


def label_negative(logits, label):
    loss = losses.SparseCategoricalCrossentropy(from_logits=True)
    return loss(np.array([label]), np.array([logits]))


def all_ignored(logits, ignored):
    loss = losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=ignored)
    return loss(np.array([ignored] * len(logits)), np.array(logits))


def sure_and_wrong(logits, label):
    function = losses.SparseCategoricalCrossentropy(from_logits=True)

    def loss(z):
        return function(np.array([label]), z[None])

    return {"value": loss(ops.array(logits)), "slope": slope(loss, logits)[label]}


def sure_and_wrong_probabilities(probabilities, label):
    function = losses.SparseCategoricalCrossentropy()

    def loss(p):
        return function(np.array([label]), p[None])

    return {"value": loss(ops.array(probabilities)), "slope": slope(loss, probabilities)[label]}


def softmax_minus_infinity(count):
    return activations.softmax(ops.full((count,), float("-inf")))


def bce_right(probability, label):
    def loss(p):
        return losses.BinaryCrossentropy()(np.array([[label]]), p)

    return {"value": loss(ops.array([[probability]])), "slope": slope(loss, [[probability]])[0]}


def bce_wrong(probability, label):
    def loss(p):
        return losses.BinaryCrossentropy()(np.array([[label]]), p)

    return {"value": loss(ops.array([[probability]])), "slope": slope(loss, [[probability]])[0]}


def bce_large_logit(logit, label):
    def loss(z):
        return losses.BinaryCrossentropy(from_logits=True)(np.array([[label]]), z)

    return {"value": loss(ops.array([[logit]])), "slope": slope(loss, [[logit]])[0]}


def bce_small_loss(logit):
    loss = losses.BinaryCrossentropy(from_logits=True)
    return {
        "label 0": loss(np.array([[0.0]]), ops.array([[-logit]])),
        "label 1": loss(np.array([[1.0]]), ops.array([[logit]])),
    }


def bce_smoothed(logit, label, smoothing):
    loss = losses.BinaryCrossentropy(from_logits=True, label_smoothing=smoothing)
    return loss(np.array([[label]]), ops.array([[logit]]))


def focal_default(logits, targets):
    loss = losses.BinaryFocalCrossentropy(from_logits=True)
    missed, alarm = (
        loss(np.array([[y]]), ops.array([[z]])) for z, y in zip(logits, targets, strict=True)
    )
    return {"missed": missed, "false alarm": alarm}


def focal_options():
    options = inspect.signature(losses.BinaryFocalCrossentropy).parameters
    alpha = options["alpha"].default if options["apply_class_balancing"].default else None
    return {
        "alpha": alpha,
        "gamma": options["gamma"].default,
        "reduction": options["reduction"].default,
    }


def focal_alpha(logits, targets, alpha):
    loss = losses.BinaryFocalCrossentropy(
        apply_class_balancing=True, alpha=alpha, gamma=0.0, from_logits=True
    )
    missed, alarm = (
        loss(np.array([[y]]), ops.array([[z]])) for z, y in zip(logits, targets, strict=True)
    )
    return {"missed": missed, "false alarm": alarm}


def focal_slope(logits, gamma):
    function = losses.BinaryFocalCrossentropy(gamma=gamma, from_logits=True)

    def loss(z):
        return function(np.array([[1.0]]), z)

    return {str(int(z)): slope(loss, [[z]])[0] for z in logits}


def dice_nothing(side):
    mask = np.zeros((1, side, side))
    return losses.Dice()(mask, mask)


def dice_sound(side, logits):
    mask = np.zeros((1, side, side))
    return {
        f"{z:.0f}": losses.Dice()(mask, activations.sigmoid(ops.array(mask + z))) for z in logits
    }


def dice_false_alarm(side):
    mask, found = np.zeros((2, 1, side, side))
    found[0, 0, 0] = 1
    return losses.Dice()(mask, found)


def dice_missed(side):
    mask, found = np.zeros((2, 1, side, side))
    mask[0, 0, 0] = 1
    return losses.Dice()(mask, found)


def dice_batch(found, masks):
    return losses.Dice()(np.array(masks), np.array(found))


def dice_probabilities(probabilities, mask):
    return losses.Dice()(np.array([mask]), np.array([probabilities]))


def tversky_nothing(side):
    mask = np.zeros((1, side, side))
    return losses.Tversky()(mask, mask)


def tversky_alpha(found, mask, alpha, beta):
    return losses.Tversky(alpha=alpha, beta=beta)(np.array([mask]), np.array([found]))


def huber(prediction, truth, delta):
    pair = np.array([[truth]]), np.array([[prediction]])
    return {"default": losses.Huber()(*pair), "0.5": losses.Huber(delta=delta)(*pair)}


def squared_error(prediction, truth):
    return losses.MeanSquaredError()(np.array([[truth]]), np.array([[prediction]]))


def score(metric, truth, predictions):
    """Give a metric one batch."""
    metric.update_state(np.array(truth), np.array(predictions))
    return metric.result()


def recall_absent(truth, predictions):
    return score(metrics.Recall(), truth, predictions)


def f1_absent(truth, predictions):
    column = np.array(truth, "float32")[:, None], np.array(predictions, "float32")[:, None]
    return score(metrics.F1Score(average="macro", threshold=0.5), *column)


def macro_f1_absent(truth, predictions, classes):
    rows = np.eye(classes, dtype="float32")
    return score(metrics.F1Score(average="macro"), rows[truth], rows[predictions])


def macro_f1_predicted(truth, predictions, classes):
    rows = np.eye(classes, dtype="float32")
    return score(metrics.F1Score(average="macro"), rows[truth], rows[predictions])


def threshold_tie(truth, scores):
    return score(metrics.BinaryAccuracy(), truth, scores)


def auc_tie(truth, scores):
    return score(metrics.AUC(), truth, scores)


def slope_relu(point):
    return slope(activations.relu, point)


def slope_leaky_relu(point):
    return slope(activations.leaky_relu, point)


def value_sigmoid(points):
    return activations.sigmoid(ops.array(points))


def value_softplus(points):
    return activations.softplus(ops.array(points))


def value_tanh(points):
    return activations.tanh(ops.array(points))


def value_gelu(points):
    return activations.gelu(ops.array(points))


def value_silu(points):
    return activations.silu(ops.array(points))


def error_sigmoid(points):
    return activations.sigmoid(ops.array(points))


def error_softplus(points):
    return activations.softplus(ops.array(points))


def error_tanh(points):
    return activations.tanh(ops.array(points))


def error_gelu(points):
    return activations.gelu(ops.array(points))


def error_silu(points):
    return activations.silu(ops.array(points))


def nan(point):
    x = ops.array(point, "float32")
    return {
        "relu": activations.relu(x),
        "sigmoid": activations.sigmoid(x),
        "tanh": activations.tanh(x),
        "maximum": ops.maximum(x, 0.0),
    }


def minus_infinity(point):
    x = ops.array(point, "float32")
    return {
        "gelu": activations.gelu(x),
        "silu": activations.silu(x),
        "softplus": activations.softplus(x),
        "elu": activations.elu(x),
    }


def leaky_slope(point):
    return activations.leaky_relu(ops.array(point))


def hard_sigmoid(point):
    return activations.hard_sigmoid(ops.array(point))


def gelu_form(point):
    return activations.gelu(ops.array(point))


def batch_norm(batch):
    layer = layers.BatchNormalization()
    layer(ops.array(batch)[:, None], training=True)
    return {
        "mean": ops.convert_to_numpy(layer.moving_mean),
        "variance": ops.convert_to_numpy(layer.moving_variance),
    }


def norm_epsilon():
    return {
        "batch": layers.BatchNormalization().epsilon,
        "layer": layers.LayerNormalization().epsilon,
    }


def standard_deviation(values):
    return ops.std(ops.array(values))


def median(values):
    return ops.median(ops.array(values))


def steps(rule, gradients, weight=0.0, rates=None):
    """Return the weight before and after each step."""
    w = keras.Variable([weight], dtype="float32")
    rule.build([w])
    path = [weight]
    for number, gradient in enumerate(gradients):
        if rates:
            rule.learning_rate = rates[number]
        rule.apply([ops.array([gradient], "float32")], [w])
        path.append(float(ops.convert_to_numpy(w)[0]))
    return path


def adam_epsilon():
    return optimizers.Adam().epsilon


def adam_first_step(gradients, rate):
    return {str(g): -steps(optimizers.Adam(rate), [g])[1] for g in gradients}


def adam_decay(weight, gradient, rate, decay):
    return steps(optimizers.Adam(rate, weight_decay=decay), [gradient], weight)[1]


def sgd_decay(weight, gradient, rate, decay):
    return steps(optimizers.SGD(rate, weight_decay=decay), [gradient], weight)[1]


def momentum(gradient, rates, momentum):
    path = steps(optimizers.SGD(rates[0], momentum), [gradient] * 3, rates=rates)
    return path[2] - path[3]


def rmsprop_first_step(gradient, rate):
    return -steps(optimizers.RMSprop(rate), [gradient])[1]


def adagrad_first_step(gradient, rate):
    return -steps(optimizers.Adagrad(rate), [gradient])[1]


def amsgrad(gradients, rate):
    path = steps(optimizers.Adam(rate, amsgrad=True), gradients)
    return path[-2] - path[-1]


def dense_start(fan_in, fan_out):
    keras.utils.set_random_seed(0)
    layer = layers.Dense(fan_out)
    layer.build((None, fan_in))
    return dict(zip(("weight", "bias"), layer.get_weights(), strict=True))


def he_normal(fan_in, fan_out):
    return ops.convert_to_numpy(initializers.HeNormal(seed=0)((fan_in, fan_out)))


def embedding_start(count, size):
    keras.utils.set_random_seed(0)
    layer = layers.Embedding(count, size)
    layer.build()
    return layer.get_weights()[0]


def clipped(values, limit):
    """Take one step of gradient descent with rate 1, clipped by the norm of all gradients."""
    w = keras.Variable([0.0] * len(values))
    rule = optimizers.SGD(1.0, global_clipnorm=limit)
    rule.apply([ops.array(values, "float32")], [w])
    return -ops.convert_to_numpy(w)


def clip_large(values, limit):
    return clipped(values, limit)


def clip_ordinary(values, limit):
    return clipped(values, limit)


def half_cross_entropy(rows):
    def loss(kind):
        function = losses.SparseCategoricalCrossentropy(from_logits=True, dtype=kind)
        return ops.cast(function(np.zeros(rows, int), ops.zeros((rows, 2), kind)), "float32")

    return {"float16": loss("float16"), "bfloat16": loss("bfloat16")}


def half_squared_error(error):
    def loss(kind):
        function = losses.MeanSquaredError(dtype=kind)
        return ops.cast(function(ops.zeros((1, 1), kind), ops.full((1, 1), error, kind)), "float32")

    return {"float16": loss("float16"), "bfloat16": loss("bfloat16")}


def half_dice(side):
    def loss(kind):
        ones = ops.ones((1, side, side), kind)
        return ops.cast(losses.Dice(dtype=kind)(ones, ones), "float32")

    return {"float16": loss("float16"), "bfloat16": loss("bfloat16")}
