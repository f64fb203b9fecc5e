"""TensorFlow's own functions (tf.nn, tf.math); what tf.keras has stands at Keras."""

import tensorflow as tf

MISSING = {
    "weighted_indices": "tf.nn takes no class weights",
    "weighted_rows": "tf.nn takes no class weights",
    "smoothed": "tf.nn has no label smoothing; Keras has",
    "smoothed_weighted": "tf.nn has no label smoothing; Keras has",
    "all_ignored": "tf.nn ignores no label",
    "sure_and_wrong_probabilities": "tf.nn takes logits only",
    "bce_right": "tf.nn takes logits only",
    "bce_wrong": "tf.nn takes logits only",
    "bce_smoothed": "tf.nn has no label smoothing; Keras has",
    "focal loss": "tf.nn has no focal loss; Keras has",
    "overlap of masks": "tf.nn has no Dice or Tversky loss; Keras has",
    "regression losses": "they are Keras's; tf.nn.l2_loss is half the sum of squares",
    "boxes": "TensorFlow has no losses of boxes",
    "recall_absent": "the metrics are Keras's",
    "f1_absent": "the metrics are Keras's",
    "macro_f1_absent": "the metrics are Keras's",
    "macro_f1_predicted": "the metrics are Keras's",
    "dice_metric_nothing": "the metrics are Keras's",
    "threshold_tie": "the metrics are Keras's",
    "auc_tie": "the metrics are Keras's",
    "average_precision": "the metrics are Keras's",
    "hard_sigmoid": "it is Keras's",
    "batch_norm": "the layers are Keras's",
    "norm_epsilon": "the layers are Keras's",
    "median": "TensorFlow has no median",
    "optimizers": "they are Keras's",
    "start weights": "they are Keras's",
    "half_squared_error": "it is Keras's",
    "half_dice": "it is Keras's",
}


def slope(function, value):
    """Return the derivative of a function by a number or a list."""
    x = tf.constant(value)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = function(x)
    return tape.gradient(y, x)


def label_too_large(logits, label):
    return tf.nn.sparse_softmax_cross_entropy_with_logits([label], [logits])


def label_negative(logits, label):
    return tf.nn.sparse_softmax_cross_entropy_with_logits([label], [logits])


def sure_and_wrong(logits, label):
    def loss(z):
        return tf.nn.sparse_softmax_cross_entropy_with_logits([label], z[None])

    return {"value": loss(tf.constant(logits))[0], "slope": slope(loss, logits)[label]}


def softmax_minus_infinity(count):
    return tf.nn.softmax(tf.fill([count], float("-inf")))


def bce_large_logit(logit, label):
    def loss(z):
        return tf.nn.sigmoid_cross_entropy_with_logits(tf.constant(label), z)

    return {"value": loss(tf.constant(logit)), "slope": slope(loss, logit)}


def bce_small_loss(logit):
    loss = tf.nn.sigmoid_cross_entropy_with_logits
    return {
        "label 0": loss(tf.constant(0.0), tf.constant(-logit)),
        "label 1": loss(tf.constant(1.0), tf.constant(logit)),
    }


def confusion_layout(truth, predictions, classes):
    return tf.math.confusion_matrix(truth, predictions, classes)


def slope_relu(point):
    return slope(tf.nn.relu, point)


def slope_leaky_relu(point):
    return slope(tf.nn.leaky_relu, point)


def slope_abs(point):
    return slope(tf.abs, point)


def slope_maximum(point):
    return slope(lambda x: tf.maximum(x, 0.0), point)


def slope_clip(point):
    return slope(lambda x: tf.clip_by_value(x, 0.0, 1.0), point)


def slope_max_tie(values):
    return slope(tf.reduce_max, values)


def slope_norm(values):
    return slope(tf.norm, values)


def value_sigmoid(points):
    return tf.sigmoid(tf.constant(points))


def value_softplus(points):
    return tf.nn.softplus(tf.constant(points))


def value_tanh(points):
    return tf.tanh(tf.constant(points))


def value_gelu(points):
    return tf.nn.gelu(tf.constant(points))


def value_silu(points):
    return tf.nn.silu(tf.constant(points))


def error_sigmoid(points):
    return tf.sigmoid(points)


def error_softplus(points):
    return tf.nn.softplus(points)


def error_tanh(points):
    return tf.tanh(points)


def error_gelu(points):
    return tf.nn.gelu(points)


def error_silu(points):
    return tf.nn.silu(tf.constant(points))


def tiny_inputs(point):
    x = tf.constant(point)
    return {
        "expm1": tf.math.expm1(x),
        "elu": tf.nn.elu(x),
        "erf": tf.math.erf(x),
        "atanh": tf.math.atanh(x),
    }


def nan(point):
    x = tf.constant(point)
    return {
        "relu": tf.nn.relu(x),
        "sigmoid": tf.sigmoid(x),
        "tanh": tf.tanh(x),
        "maximum": tf.maximum(x, 0.0),
    }


def minus_infinity(point):
    x = tf.constant(point)
    return {
        "gelu": tf.nn.gelu(x),
        "silu": tf.nn.silu(x),
        "softplus": tf.nn.softplus(x),
        "elu": tf.nn.elu(x),
    }


def leaky_slope(point):
    return tf.nn.leaky_relu(point)


def gelu_form(point):
    return tf.nn.gelu(tf.constant(point))


def standard_deviation(values):
    return tf.math.reduce_std(tf.constant(values))


def sum_tenths(count, number):
    return tf.reduce_sum(tf.fill([count], number))


def mean_tenths(count, number):
    return tf.reduce_mean(tf.fill([count], number))


def norm_tenths(count, number):
    return tf.norm(tf.fill([count], number))


def variance_large(values):
    return tf.math.reduce_variance(tf.constant(values))


def norm_large(values):
    return tf.norm(tf.constant(values))


def norm_small(values):
    return tf.norm(tf.constant(values))


def clip_large(values, limit):
    return tf.clip_by_global_norm([tf.constant(values)], limit)[0][0]


def clip_ordinary(values, limit):
    return tf.clip_by_global_norm([tf.constant(values)], limit)[0][0]


def half_cross_entropy(rows):
    def loss(kind):
        labels = tf.zeros(rows, tf.int32)
        logits = tf.zeros((rows, 2), kind)
        costs = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
        return tf.cast(tf.reduce_mean(costs), tf.float32)

    return {"float16": loss(tf.float16), "bfloat16": loss(tf.bfloat16)}


def half_sum(count):
    return {
        "float16": tf.reduce_sum(tf.ones(count, tf.float16)),
        "bfloat16": tf.cast(tf.reduce_sum(tf.ones(count, tf.bfloat16)), tf.float32),
    }
