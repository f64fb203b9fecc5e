"""tinygrad on the CPU."""

import inspect

from tinygrad import Tensor, dtypes, nn
from tinygrad.helpers import TRAINING
from tinygrad.nn import optim

TRAINING.value = 1

MISSING = {
    "weighted_indices": "tinygrad's cross-entropy takes no class weights",
    "weighted_rows": "tinygrad's cross-entropy takes no class weights",
    "smoothed_weighted": "tinygrad's cross-entropy takes no class weights",
    "sure_and_wrong_probabilities": "the loss takes logits only",
    "bce_smoothed": "no label smoothing for yes-or-no questions",
    "focal loss": "tinygrad has no focal loss",
    "overlap of masks": "tinygrad has no Dice or Tversky loss",
    "regression losses": "tinygrad has no regression losses",
    "boxes": "tinygrad has no boxes",
    "metrics": "tinygrad has no metrics",
    "median": "tinygrad has no median",
    "slope_norm": "tinygrad has no norm",
    "adam_decay": "tinygrad's Adam has no weight decay; AdamW has",
    "rmsprop_first_step": "tinygrad has no RMSprop",
    "adagrad_first_step": "tinygrad has no Adagrad",
    "amsgrad": "tinygrad has no AMSGrad",
    "norm_tenths": "tinygrad has no norm",
    "norm_large": "tinygrad has no norm",
    "norm_small": "tinygrad has no norm",
    "clip_large": "tinygrad clips no gradients",
    "clip_ordinary": "tinygrad clips no gradients",
    "half_squared_error": "tinygrad has no regression losses",
    "half_dice": "tinygrad has no Dice loss",
}


def slope(function, value):
    """Return the derivative of a function by a number or a list."""
    x = Tensor(value if isinstance(value, list) else [value])
    return function(x).sum().gradient(x)[0]


def smoothed(logits, labels, smoothing):
    loss = Tensor(logits).sparse_categorical_crossentropy
    return loss(Tensor(labels), label_smoothing=smoothing)


def label_too_large(logits, label):
    return Tensor([logits]).sparse_categorical_crossentropy(Tensor([label]))


def label_negative(logits, label):
    loss = Tensor([logits]).sparse_categorical_crossentropy
    return loss(Tensor([label]), ignore_index=-100)  # the default ignores -1


def all_ignored(logits, ignored):
    labels = Tensor([ignored] * len(logits))
    return Tensor(logits).sparse_categorical_crossentropy(labels, ignore_index=ignored)


def sure_and_wrong(logits, label):
    def loss(z):
        return z.reshape(1, 2).sparse_categorical_crossentropy(Tensor([label]))

    return {"value": loss(Tensor(logits)), "slope": slope(loss, logits)[label]}


def softmax_minus_infinity(count):
    return Tensor.full(count, float("-inf")).softmax()


def bce_right(probability, label):
    def loss(p):
        return p.binary_crossentropy(Tensor([label]))

    return {"value": loss(Tensor([probability])), "slope": slope(loss, [probability])}


def bce_wrong(probability, label):
    def loss(p):
        return p.binary_crossentropy(Tensor([label]))

    return {"value": loss(Tensor([probability])), "slope": slope(loss, [probability])}


def bce_large_logit(logit, label):
    def loss(z):
        return z.binary_crossentropy_logits(Tensor([label]))

    return {"value": loss(Tensor([logit])), "slope": slope(loss, [logit])}


def bce_small_loss(logit):
    return {
        "label 0": Tensor([-logit]).binary_crossentropy_logits(Tensor([0.0])),
        "label 1": Tensor([logit]).binary_crossentropy_logits(Tensor([1.0])),
    }


def slope_relu(point):
    return slope(Tensor.relu, point)


def slope_leaky_relu(point):
    return slope(Tensor.leaky_relu, point)


def slope_abs(point):
    return slope(Tensor.abs, point)


def slope_maximum(point):
    return slope(lambda x: x.maximum(0.0), point)


def slope_clip(point):
    return slope(lambda x: x.clip(0.0, 1.0), point)


def slope_max_tie(values):
    return slope(Tensor.max, values)


def value_sigmoid(points):
    return Tensor(points).sigmoid()


def value_softplus(points):
    return Tensor(points).softplus()


def value_tanh(points):
    return Tensor(points).tanh()


def value_gelu(points):
    return Tensor(points).gelu(approximate="none")


def value_silu(points):
    return Tensor(points).silu()


def error_sigmoid(points):
    return Tensor(points).sigmoid()


def error_softplus(points):
    return Tensor(points).softplus()


def error_tanh(points):
    return Tensor(points).tanh()


def error_gelu(points):
    return Tensor(points).gelu(approximate="none")


def error_silu(points):
    return Tensor(points).silu()


def tiny_inputs(point):
    x = Tensor(point)
    return {"expm1": None, "elu": x.elu(), "erf": x.erf(), "atanh": x.atanh()}


def nan(point):
    x = Tensor(point)
    return {"relu": x.relu(), "sigmoid": x.sigmoid(), "tanh": x.tanh(), "maximum": x.maximum(0.0)}


def minus_infinity(point):
    x = Tensor(point)
    return {
        "gelu": x.gelu(approximate="none"),
        "silu": x.silu(),
        "softplus": x.softplus(),
        "elu": x.elu(),
    }


def leaky_slope(point):
    return Tensor(point).leaky_relu()


def hard_sigmoid(point):
    return Tensor(point).hardsigmoid()


def gelu_form(point):
    return Tensor(point).gelu()


def batch_norm(batch):
    layer = nn.BatchNorm(1)
    layer(Tensor(batch).reshape(2, 1)).realize()
    return {"mean": layer.running_mean, "variance": layer.running_var}


def norm_epsilon():
    return {"batch": nn.BatchNorm(1).eps, "layer": nn.LayerNorm(2).eps}


def standard_deviation(values):
    return Tensor(values).std()


def steps(optimizer, gradients, weight=0.0, rates=None, **options):
    """Return the weight before and after each step."""
    w = Tensor([weight])
    rule = optimizer([w], **options)
    path = [weight]
    for number, gradient in enumerate(gradients):
        if rates:
            rule.lr.assign(Tensor([rates[number]])).realize()
        w.grad = Tensor([gradient])
        rule.step()
        path.append(w.item())
    return path


def adam_epsilon():
    return inspect.signature(optim.Adam).parameters["eps"].default


def adam_first_step(gradients, rate):
    return {str(g): -steps(optim.Adam, [g], lr=rate)[1] for g in gradients}


def sgd_decay(weight, gradient, rate, decay):
    return steps(optim.SGD, [gradient], weight, lr=rate, weight_decay=decay)[1]


def momentum(gradient, rates, momentum):
    options = {"lr": rates[0], "momentum": momentum}
    path = steps(optim.SGD, [gradient] * 3, rates=rates, **options)
    return path[2] - path[3]


def dense_start(fan_in, fan_out):
    Tensor.manual_seed(0)
    layer = nn.Linear(fan_in, fan_out)
    return {"weight": layer.weight, "bias": layer.bias}


def he_normal(fan_in, fan_out):
    Tensor.manual_seed(0)
    return Tensor.kaiming_normal(fan_out, fan_in, a=0.0)


def embedding_start(count, size):
    Tensor.manual_seed(0)
    return nn.Embedding(count, size).weight


def sum_tenths(count, number):
    return Tensor.full(count, number).contiguous().realize().sum()


def mean_tenths(count, number):
    return Tensor.full(count, number).contiguous().realize().mean()


def variance_large(values):
    return Tensor(values).var(correction=0)


def half_cross_entropy(rows):
    labels = Tensor.zeros(rows, dtype=dtypes.int)
    half = Tensor.zeros(rows, 2, dtype=dtypes.half)
    brain = Tensor.zeros(rows, 2, dtype=dtypes.bfloat16)
    return {
        "float16": half.sparse_categorical_crossentropy(labels),
        "bfloat16": brain.sparse_categorical_crossentropy(labels),
    }


def half_sum(count):
    return {
        "float16": Tensor.ones(count, dtype=dtypes.half).contiguous().sum(),
        "bfloat16": Tensor.ones(count, dtype=dtypes.bfloat16).contiguous().sum(),
    }
