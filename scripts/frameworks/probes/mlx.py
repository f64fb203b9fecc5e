"""MLX on the CPU."""

import inspect

import mlx.core as mx
import mlx.nn as nn
import mlx.optimizers as optim

MISSING = {
    "weighted_indices": "MLX weights examples, not classes",
    "weighted_rows": "MLX weights examples, not classes",
    "smoothed_weighted": "MLX weights examples, not classes",
    "all_ignored": "MLX ignores no label",
    "sure_and_wrong_probabilities": "cross_entropy takes logits only",
    "bce_smoothed": "no label smoothing for yes-or-no questions",
    "focal loss": "MLX has no focal loss",
    "overlap of masks": "MLX has no Dice or Tversky loss",
    "boxes": "MLX has no boxes",
    "metrics": "MLX has no metrics",
    "hard_sigmoid": "MLX has no hard sigmoid",
    "adam_decay": "MLX's Adam has no weight decay; AdamW has",
    "amsgrad": "MLX has no AMSGrad",
    "half_dice": "MLX has no Dice loss",
}


def slope(function, value):
    """Return the derivative of a function by a number or a list."""
    return mx.grad(lambda x: function(x).sum())(mx.array(value))


def smoothed(logits, labels, smoothing):
    return nn.losses.cross_entropy(
        mx.array(logits), mx.array(labels), label_smoothing=smoothing, reduction="mean"
    )


def label_too_large(logits, label):
    return nn.losses.cross_entropy(mx.array(logits), mx.array(label))


def label_negative(logits, label):
    return nn.losses.cross_entropy(mx.array(logits), mx.array(label))


def sure_and_wrong(logits, label):
    def loss(z):
        return nn.losses.cross_entropy(z, mx.array(label))

    return {"value": loss(mx.array(logits)), "slope": slope(loss, logits)[label]}


def softmax_minus_infinity(count):
    return mx.softmax(mx.full(count, float("-inf")))


def bce_right(probability, label):
    def loss(p):
        return nn.losses.binary_cross_entropy(p, mx.array(label), with_logits=False)

    return {"value": loss(mx.array(probability)), "slope": slope(loss, probability)}


def bce_wrong(probability, label):
    def loss(p):
        return nn.losses.binary_cross_entropy(p, mx.array(label), with_logits=False)

    return {"value": loss(mx.array(probability)), "slope": slope(loss, probability)}


def bce_large_logit(logit, label):
    def loss(z):
        return nn.losses.binary_cross_entropy(z, mx.array(label))

    return {"value": loss(mx.array(logit)), "slope": slope(loss, logit)}


def bce_small_loss(logit):
    return {
        "label 0": nn.losses.binary_cross_entropy(mx.array(-logit), mx.array(0.0)),
        "label 1": nn.losses.binary_cross_entropy(mx.array(logit), mx.array(1.0)),
    }


def smooth_l1(prediction, truth, beta):
    pair = mx.array(prediction), mx.array(truth)
    return {
        "default": nn.losses.smooth_l1_loss(*pair),
        "0.5": nn.losses.smooth_l1_loss(*pair, beta=beta),
    }


def huber(prediction, truth, delta):
    pair = mx.array(prediction), mx.array(truth)
    return {
        "default": nn.losses.huber_loss(*pair),
        "0.5": nn.losses.huber_loss(*pair, delta=delta),
    }


def squared_error(prediction, truth):
    return nn.losses.mse_loss(mx.array(prediction), mx.array(truth))


def slope_relu(point):
    return slope(nn.relu, point)


def slope_leaky_relu(point):
    return slope(nn.leaky_relu, point)


def slope_abs(point):
    return slope(mx.abs, point)


def slope_maximum(point):
    return slope(lambda x: mx.maximum(x, 0.0), point)


def slope_clip(point):
    return slope(lambda x: mx.clip(x, 0.0, 1.0), point)


def slope_max_tie(values):
    return slope(mx.max, values)


def slope_norm(values):
    return slope(mx.linalg.norm, values)


def value_sigmoid(points):
    return mx.sigmoid(mx.array(points))


def value_softplus(points):
    return nn.softplus(mx.array(points))


def value_tanh(points):
    return mx.tanh(mx.array(points))


def value_gelu(points):
    return nn.gelu(mx.array(points))


def value_silu(points):
    return nn.silu(mx.array(points))


def error_sigmoid(points):
    return mx.sigmoid(mx.array(points))


def error_softplus(points):
    return nn.softplus(mx.array(points))


def error_tanh(points):
    return mx.tanh(mx.array(points))


def error_gelu(points):
    return nn.gelu(mx.array(points))


def error_silu(points):
    return nn.silu(mx.array(points))


def tiny_inputs(point):
    x = mx.array(point)
    return {"expm1": mx.expm1(x), "elu": nn.elu(x), "erf": mx.erf(x), "atanh": mx.arctanh(x)}


def nan(point):
    x = mx.array(point)
    return {
        "relu": nn.relu(x),
        "sigmoid": mx.sigmoid(x),
        "tanh": mx.tanh(x),
        "maximum": mx.maximum(x, 0.0),
    }


def minus_infinity(point):
    x = mx.array(point)
    return {"gelu": nn.gelu(x), "silu": nn.silu(x), "softplus": nn.softplus(x), "elu": nn.elu(x)}


def leaky_slope(point):
    return nn.leaky_relu(mx.array(point))


def gelu_form(point):
    return nn.gelu(mx.array(point))


def batch_norm(batch):
    layer = nn.BatchNorm(1)
    mx.eval(layer(mx.array(batch)[:, None]))
    return {"mean": layer.running_mean, "variance": layer.running_var}


def norm_epsilon():
    return {"batch": nn.BatchNorm(1).eps, "layer": nn.LayerNorm(2).eps}


def standard_deviation(values):
    return mx.std(mx.array(values))


def median(values):
    return mx.median(mx.array(values))


def steps(rule, gradients, weight=0.0, rates=None):
    """Return the weight before and after each step."""
    w, path = {"w": mx.array(weight)}, [weight]
    for number, gradient in enumerate(gradients):
        if rates:
            rule.learning_rate = rates[number]
        w = rule.apply_gradients({"w": mx.array(gradient)}, w)
        path.append(w["w"].item())
    return path


def adam_epsilon():
    return inspect.signature(optim.Adam).parameters["eps"].default


def adam_first_step(gradients, rate):
    return {str(g): -steps(optim.Adam(rate), [g])[1] for g in gradients}


def sgd_decay(weight, gradient, rate, decay):
    return steps(optim.SGD(rate, weight_decay=decay), [gradient], weight)[1]


def momentum(gradient, rates, momentum):
    path = steps(optim.SGD(rates[0], momentum), [gradient] * 3, rates=rates)
    return path[2] - path[3]


def rmsprop_first_step(gradient, rate):
    return -steps(optim.RMSprop(rate), [gradient])[1]


def adagrad_first_step(gradient, rate):
    return -steps(optim.Adagrad(rate), [gradient])[1]


def dense_start(fan_in, fan_out):
    mx.random.seed(0)
    layer = nn.Linear(fan_in, fan_out)
    return {"weight": layer.weight, "bias": layer.bias}


def he_normal(fan_in, fan_out):
    mx.random.seed(0)
    return nn.init.he_normal()(mx.zeros((fan_out, fan_in)))


def embedding_start(count, size):
    mx.random.seed(0)
    return nn.Embedding(count, size).weight


def sum_tenths(count, number):
    return mx.full(count, number).sum()


def mean_tenths(count, number):
    return mx.full(count, number).mean()


def norm_tenths(count, number):
    return mx.linalg.norm(mx.full(count, number))


def variance_large(values):
    return mx.var(mx.array(values))


def norm_large(values):
    return mx.linalg.norm(mx.array(values))


def norm_small(values):
    return mx.linalg.norm(mx.array(values))


def clip_large(values, limit):
    return optim.clip_grad_norm({"w": mx.array(values)}, limit)[0]["w"]


def clip_ordinary(values, limit):
    return optim.clip_grad_norm({"w": mx.array(values)}, limit)[0]["w"]


def half_cross_entropy(rows):
    labels = mx.zeros(rows, mx.int32)
    loss = nn.losses.cross_entropy
    return {
        "float16": loss(mx.zeros((rows, 2), mx.float16), labels, reduction="mean"),
        "bfloat16": loss(mx.zeros((rows, 2), mx.bfloat16), labels, reduction="mean"),
    }


def half_squared_error(error):
    loss = nn.losses.mse_loss
    return {
        "float16": loss(mx.array(error, mx.float16), mx.array(0.0, mx.float16)),
        "bfloat16": loss(mx.array(error, mx.bfloat16), mx.array(0.0, mx.bfloat16)),
    }


def half_sum(count):
    return {
        "float16": mx.ones(count, mx.float16).sum(),
        "bfloat16": mx.ones(count, mx.bfloat16).sum(),
    }
