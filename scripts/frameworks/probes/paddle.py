"""PaddlePaddle on the CPU."""

import inspect

import paddle
import paddle.nn.functional as F
from paddle import nn, optimizer

MISSING = {
    "bce_smoothed": "no label smoothing for yes-or-no questions",
    "tversky_nothing": "PaddlePaddle has no Tversky loss",
    "tversky_alpha": "PaddlePaddle has no Tversky loss",
    "boxes": "PaddlePaddle has no overlap of boxes",
    "macro_f1_absent": "PaddlePaddle has no F1 score",
    "macro_f1_predicted": "PaddlePaddle has no F1 score",
    "f1_absent": "PaddlePaddle has no F1 score",
    "dice_metric_nothing": "PaddlePaddle has no Dice metric",
    "threshold_tie": "its Accuracy compares classes, no threshold",
    "average_precision": "PaddlePaddle has no average precision",
    "confusion_layout": "PaddlePaddle has no confusion matrix",
}


def t(values):
    """Make a float32 tensor that keeps its slope."""
    return paddle.to_tensor(values, dtype="float32", stop_gradient=False)


def whole(values):
    """Make a tensor of labels."""
    return paddle.to_tensor(values, dtype="int64")


def slope(function, value):
    """Return the derivative of a function by a number or a list."""
    x = t(value)
    function(x).sum().backward()
    return x.grad


def weighted_indices(logits, labels, weights):
    return F.cross_entropy(t(logits), whole(labels), weight=t(weights))


def weighted_rows(logits, rows, weights):
    return F.cross_entropy(t(logits), t(rows), weight=t(weights), soft_label=True)


def smoothed(logits, labels, smoothing):
    return F.cross_entropy(t(logits), whole(labels), label_smoothing=smoothing)


def smoothed_weighted(logits, labels, weights, smoothing):
    return F.cross_entropy(t(logits), whole(labels), weight=t(weights), label_smoothing=smoothing)


def label_too_large(logits, label):
    return F.cross_entropy(t([logits]), whole([label]))


def label_negative(logits, label):
    return F.cross_entropy(t([logits]), whole([label]))


def all_ignored(logits, ignored):
    return F.cross_entropy(t(logits), whole([ignored] * len(logits)), ignore_index=ignored)


def sure_and_wrong(logits, label):
    def loss(z):
        return F.cross_entropy(z.reshape([1, 2]), whole([label]))

    return {"value": loss(t(logits)), "slope": slope(loss, logits)[label]}


def sure_and_wrong_probabilities(probabilities, label):
    def loss(p):
        return F.cross_entropy(p.reshape([1, 2]), whole([label]), use_softmax=False)

    return {"value": loss(t(probabilities)), "slope": slope(loss, probabilities)[label]}


def softmax_minus_infinity(count):
    return F.softmax(paddle.full([count], float("-inf")))


def bce_right(probability, label):
    def loss(p):
        return F.binary_cross_entropy(p, t([label]))

    return {"value": loss(t([probability])), "slope": slope(loss, [probability])}


def bce_wrong(probability, label):
    def loss(p):
        return F.binary_cross_entropy(p, t([label]))

    return {"value": loss(t([probability])), "slope": slope(loss, [probability])}


def bce_large_logit(logit, label):
    def loss(z):
        return F.binary_cross_entropy_with_logits(z, t([label]))

    return {"value": loss(t([logit])), "slope": slope(loss, [logit])}


def bce_small_loss(logit):
    loss = F.binary_cross_entropy_with_logits
    return {"label 0": loss(t([-logit]), t([0.0])), "label 1": loss(t([logit]), t([1.0]))}


def focal_default(logits, targets):
    # a row, because one dimension alone is refused
    values = F.sigmoid_focal_loss(t([logits]), t([targets]), reduction="none")[0]
    return {"missed": values[0], "false alarm": values[1]}


def focal_options():
    options = inspect.signature(F.sigmoid_focal_loss).parameters
    return {name: options[name].default for name in ("alpha", "gamma", "reduction")}


def focal_alpha(logits, targets, alpha):
    options = {"alpha": alpha, "gamma": 0.0, "reduction": "none"}
    values = F.sigmoid_focal_loss(t([logits]), t([targets]), **options)[0]
    return {"missed": values[0], "false alarm": values[1]}


def focal_slope(logits, gamma):
    slopes = slope(lambda z: F.sigmoid_focal_loss(z, t([[1.0, 1.0]]), gamma=gamma), [logits])[0]
    return {"17": slopes[0], "30": slopes[1]}


def dice(probabilities, masks):
    """Hand over the probabilities of background and defect, and the classes."""
    p = t(probabilities)
    return F.dice_loss(paddle.stack([1 - p, p], axis=-1), whole(masks)[..., None])


def dice_nothing(side):
    return dice([[[0.0] * side] * side], [[[0] * side] * side])


def dice_sound(side, logits):
    mask = [[[0] * side] * side]
    return {f"{z:.0f}": dice(F.sigmoid(paddle.full([1, side, side], z)), mask) for z in logits}


def dice_false_alarm(side):
    found = paddle.zeros([1, side, side])
    found[0, 0, 0] = 1.0
    return dice(found, paddle.zeros([1, side, side]))


def dice_missed(side):
    mask = paddle.zeros([1, side, side])
    mask[0, 0, 0] = 1.0
    return dice(paddle.zeros([1, side, side]), mask)


def dice_batch(found, masks):
    return dice(found, masks)


def dice_probabilities(probabilities, mask):
    return dice([probabilities], [mask])


def smooth_l1(prediction, truth, beta):
    pair = t([prediction]), t([truth])
    return {
        "default": F.smooth_l1_loss(*pair, is_huber=False),
        "0.5": F.smooth_l1_loss(*pair, delta=beta, is_huber=False),
    }


def huber(prediction, truth, delta):
    pair = t([prediction]), t([truth])
    return {
        "default": F.smooth_l1_loss(*pair),
        "0.5": F.smooth_l1_loss(*pair, delta=delta),
    }


def squared_error(prediction, truth):
    return F.mse_loss(t(prediction), t(truth))


def recall_absent(truth, predictions):
    metric = paddle.metric.Recall()
    metric.update(t(predictions), whole(truth))
    return metric.accumulate()


def auc_tie(truth, scores):
    metric = paddle.metric.Auc()
    metric.update(t([[1 - score, score] for score in scores]), whole(truth)[:, None])
    return metric.accumulate()


def slope_relu(point):
    return slope(F.relu, point)


def slope_leaky_relu(point):
    return slope(F.leaky_relu, point)


def slope_abs(point):
    return slope(paddle.abs, point)


def slope_maximum(point):
    return slope(lambda x: paddle.maximum(x, paddle.zeros_like(x)), point)


def slope_clip(point):
    return slope(lambda x: paddle.clip(x, 0.0, 1.0), point)


def slope_max_tie(values):
    return slope(paddle.max, values)


def slope_norm(values):
    return slope(paddle.linalg.norm, values)


def value_sigmoid(points):
    return F.sigmoid(t(points))


def value_softplus(points):
    return F.softplus(t(points))


def value_tanh(points):
    return F.tanh(t(points))


def value_gelu(points):
    return F.gelu(t(points))


def value_silu(points):
    return F.silu(t(points))


def error_sigmoid(points):
    return F.sigmoid(t(points))


def error_softplus(points):
    return F.softplus(t(points))


def error_tanh(points):
    return F.tanh(t(points))


def error_gelu(points):
    return F.gelu(t(points))


def error_silu(points):
    return F.silu(t(points))


def tiny_inputs(point):
    x = t(point)
    return {
        "expm1": paddle.expm1(x),
        "elu": F.elu(x),
        "erf": paddle.erf(x),
        "atanh": paddle.atanh(x),
    }


def nan(point):
    x = t(point)
    return {
        "relu": F.relu(x),
        "sigmoid": F.sigmoid(x),
        "tanh": F.tanh(x),
        "maximum": paddle.maximum(x, paddle.zeros_like(x)),
    }


def minus_infinity(point):
    x = t(point)
    return {"gelu": F.gelu(x), "silu": F.silu(x), "softplus": F.softplus(x), "elu": F.elu(x)}


def leaky_slope(point):
    return F.leaky_relu(t(point))


def hard_sigmoid(point):
    return F.hardsigmoid(t(point))


def gelu_form(point):
    return F.gelu(t(point))


def batch_norm(batch):
    layer = nn.BatchNorm1D(1)
    layer(t(batch)[:, None])
    return {"mean": layer._mean, "variance": layer._variance}


def norm_epsilon():
    return {"batch": nn.BatchNorm1D(1)._epsilon, "layer": nn.LayerNorm(2)._epsilon}


def standard_deviation(values):
    return paddle.std(t(values))


def median(values):
    return paddle.median(t(values))


def steps(rule, gradients, weight=0.0, rates=None, **options):
    """Return the weight before and after each step."""
    w = paddle.create_parameter([1], "float32", default_initializer=nn.initializer.Constant(weight))
    rule = rule(parameters=[w], **options)
    path = [weight]
    for number, gradient in enumerate(gradients):
        if rates:
            rule.set_lr(rates[number])
        (w * gradient).sum().backward()
        rule.step()
        rule.clear_grad()
        path.append(w.item())
    return path


def adam_epsilon():
    return inspect.signature(optimizer.Adam.__init__).parameters["epsilon"].default


def adam_first_step(gradients, rate):
    return {str(g): -steps(optimizer.Adam, [g], learning_rate=rate)[1] for g in gradients}


def adam_decay(weight, gradient, rate, decay):
    options = {"learning_rate": rate, "weight_decay": decay}
    return steps(optimizer.Adam, [gradient], weight, **options)[1]


def sgd_decay(weight, gradient, rate, decay):
    options = {"learning_rate": rate, "weight_decay": decay}
    return steps(optimizer.SGD, [gradient], weight, **options)[1]


def momentum(gradient, rates, momentum):
    options = {"learning_rate": rates[0], "momentum": momentum}
    path = steps(optimizer.Momentum, [gradient] * 3, rates=rates, **options)
    return path[2] - path[3]


def rmsprop_first_step(gradient, rate):
    return -steps(optimizer.RMSProp, [gradient], learning_rate=rate)[1]


def adagrad_first_step(gradient, rate):
    return -steps(optimizer.Adagrad, [gradient], learning_rate=rate)[1]


def amsgrad(gradients, rate):
    path = steps(optimizer.Adam, gradients, learning_rate=rate, amsgrad=True)
    return path[-2] - path[-1]


def dense_start(fan_in, fan_out):
    paddle.seed(0)
    layer = nn.Linear(fan_in, fan_out)
    return {"weight": layer.weight, "bias": layer.bias}


def he_normal(fan_in, fan_out):
    paddle.seed(0)
    start = nn.initializer.KaimingNormal()
    return paddle.create_parameter([fan_in, fan_out], "float32", default_initializer=start)


def embedding_start(count, size):
    paddle.seed(0)
    return nn.Embedding(count, size).weight


def sum_tenths(count, number):
    return paddle.full([count], number).sum()


def mean_tenths(count, number):
    return paddle.full([count], number).mean()


def norm_tenths(count, number):
    return paddle.linalg.norm(paddle.full([count], number))


def variance_large(values):
    return paddle.var(t(values), unbiased=False)


def norm_large(values):
    return paddle.linalg.norm(t(values))


def norm_small(values):
    return paddle.linalg.norm(t(values))


def clipped(values, limit):
    """Clip the gradients of weights, as before a step."""
    w = t([0.0] * len(values))
    (w * paddle.to_tensor(values)).sum().backward()
    nn.utils.clip_grad_norm_([w], limit)
    return w.grad


def clip_large(values, limit):
    return clipped(values, limit)


def clip_ordinary(values, limit):
    return clipped(values, limit)


def in_half(function):
    """Compute in both types; one that the CPU lacks is refused."""
    answers = {}
    for kind in ("float16", "bfloat16"):
        try:
            answers[kind] = function(kind).astype("float32")
        except (RuntimeError, AssertionError) as error:
            answers[kind] = f"refused ({type(error).__name__})"
    return answers


def half_cross_entropy(rows):
    labels = paddle.zeros([rows], "int64")
    return in_half(lambda kind: F.cross_entropy(paddle.zeros([rows, 2], kind), labels))


def half_squared_error(error):
    return in_half(lambda kind: F.mse_loss(t([error]).astype(kind), t([0.0]).astype(kind)))


def half_dice(side):
    mask = paddle.ones([1, side, side, 1], "int64")

    def loss(kind):
        p = paddle.ones([1, side, side], kind)
        return F.dice_loss(paddle.stack([1 - p, p], axis=-1), mask)

    return in_half(loss)


def half_sum(count):
    return in_half(lambda kind: paddle.ones([count], kind).sum())
