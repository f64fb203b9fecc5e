"""PyTorch, as it runs line by line."""

import torch
import torch.nn.functional as F
from torch import nn, optim, tensor

MISSING = {
    "focal loss": "PyTorch has no focal loss",
    "overlap of masks": "PyTorch has no Dice or Tversky loss",
    "boxes": "PyTorch has no boxes; torchvision has",
    "metrics": "PyTorch has no metrics; TorchMetrics has",
    "bce_smoothed": "no label smoothing for yes-or-no questions",
    "sure_and_wrong_probabilities": "cross_entropy takes logits only",
    "half_dice": "PyTorch has no Dice loss",
}


def slope(function, *values):
    """Return the derivative of a function of numbers or lists by its first argument."""
    points = [tensor(value, requires_grad=True) for value in values]
    function(*points).sum().backward()
    return points[0].grad


def weighted_indices(logits, labels, weights):
    return F.cross_entropy(tensor(logits), tensor(labels), weight=tensor(weights))


def weighted_rows(logits, rows, weights):
    return F.cross_entropy(tensor(logits), tensor(rows), weight=tensor(weights))


def smoothed(logits, labels, smoothing):
    return F.cross_entropy(tensor(logits), tensor(labels), label_smoothing=smoothing)


def smoothed_weighted(logits, labels, weights, smoothing):
    return F.cross_entropy(
        tensor(logits), tensor(labels), weight=tensor(weights), label_smoothing=smoothing
    )


def label_too_large(logits, label):
    return F.cross_entropy(tensor([logits]), tensor([label]))


def label_negative(logits, label):
    return F.cross_entropy(tensor([logits]), tensor([label]))


def all_ignored(logits, ignored):
    labels = torch.full((len(logits),), ignored)
    return F.cross_entropy(tensor(logits), labels, ignore_index=ignored)


def sure_and_wrong(logits, label):
    def loss(z):
        return F.cross_entropy(z[None], tensor([label]))

    return {"value": loss(tensor(logits)), "slope": slope(loss, logits)[label]}


def softmax_minus_infinity(count):
    return F.softmax(torch.full((count,), float("-inf")), dim=0)


def bce_right(probability, label):
    def loss(p):
        return F.binary_cross_entropy(p, tensor(label))

    return {"value": loss(tensor(probability)), "slope": slope(loss, probability)}


def bce_wrong(probability, label):
    def loss(p):
        return F.binary_cross_entropy(p, tensor(label))

    return {"value": loss(tensor(probability)), "slope": slope(loss, probability)}


def bce_large_logit(logit, label):
    def loss(z):
        return F.binary_cross_entropy_with_logits(z, tensor(label))

    return {"value": loss(tensor(logit)), "slope": slope(loss, logit)}


def bce_small_loss(logit):
    loss = F.binary_cross_entropy_with_logits
    return {
        "label 0": loss(tensor(-logit), tensor(0.0)),
        "label 1": loss(tensor(logit), tensor(1.0)),
    }


def smooth_l1(prediction, truth, beta):
    pair = tensor(prediction), tensor(truth)
    return {"default": F.smooth_l1_loss(*pair), "0.5": F.smooth_l1_loss(*pair, beta=beta)}


def huber(prediction, truth, delta):
    pair = tensor(prediction), tensor(truth)
    return {"default": F.huber_loss(*pair), "0.5": F.huber_loss(*pair, delta=delta)}


def squared_error(prediction, truth):
    return F.mse_loss(tensor(prediction), tensor(truth))


def slope_relu(point):
    return slope(F.relu, point)


def slope_leaky_relu(point):
    return slope(F.leaky_relu, point)


def slope_abs(point):
    return slope(torch.abs, point)


def slope_maximum(point):
    return slope(lambda x: torch.maximum(x, tensor(0.0)), point)


def slope_clip(point):
    return slope(lambda x: torch.clip(x, 0, 1), point)


def slope_max_tie(values):
    return slope(torch.max, values)


def slope_norm(values):
    return slope(torch.linalg.vector_norm, values)


def value_sigmoid(points):
    return torch.sigmoid(tensor(points))


def value_softplus(points):
    return F.softplus(tensor(points))


def value_tanh(points):
    return torch.tanh(tensor(points))


def value_gelu(points):
    return F.gelu(tensor(points))


def value_silu(points):
    return F.silu(tensor(points))


def error_sigmoid(points):
    return torch.sigmoid(tensor(points))


def error_softplus(points):
    return F.softplus(tensor(points))


def error_tanh(points):
    return torch.tanh(tensor(points))


def error_gelu(points):
    return F.gelu(tensor(points))


def error_silu(points):
    return F.silu(tensor(points))


def tiny_inputs(point):
    x = tensor(point)
    return {
        "expm1": torch.expm1(x),
        "elu": F.elu(x),
        "erf": torch.erf(x),
        "atanh": torch.atanh(x),
    }


def nan(point):
    x = tensor(point)
    return {
        "relu": F.relu(x),
        "sigmoid": torch.sigmoid(x),
        "tanh": torch.tanh(x),
        "maximum": torch.maximum(x, tensor(0.0)),
    }


def minus_infinity(point):
    x = tensor(point)
    return {"gelu": F.gelu(x), "silu": F.silu(x), "softplus": F.softplus(x), "elu": F.elu(x)}


def leaky_slope(point):
    return F.leaky_relu(tensor(point))


def hard_sigmoid(point):
    return F.hardsigmoid(tensor(point))


def gelu_form(point):
    return F.gelu(tensor(point))


def batch_norm(batch):
    layer = nn.BatchNorm1d(1)
    layer(tensor(batch)[:, None])
    return {"mean": layer.running_mean, "variance": layer.running_var}


def norm_epsilon():
    return {"batch": nn.BatchNorm1d(1).eps, "layer": nn.LayerNorm(2).eps}


def standard_deviation(values):
    return torch.std(tensor(values))


def median(values):
    return torch.median(tensor(values))


def steps(optimizer, gradients, weight=0.0, rates=None, **options):
    """Return the weight before and after each step."""
    w = nn.Parameter(tensor(weight))
    rule = optimizer([w], **options)
    path = [w.item()]
    for number, gradient in enumerate(gradients):
        if rates:
            rule.param_groups[0]["lr"] = rates[number]
        w.grad = tensor(gradient)
        rule.step()
        path.append(w.item())
    return path


def adam_epsilon():
    return optim.Adam([nn.Parameter(tensor(0.0))]).defaults["eps"]


def adam_first_step(gradients, rate):
    return {str(g): -steps(optim.Adam, [g], lr=rate)[1] for g in gradients}


def adam_decay(weight, gradient, rate, decay):
    return steps(optim.Adam, [gradient], weight, lr=rate, weight_decay=decay)[1]


def sgd_decay(weight, gradient, rate, decay):
    return steps(optim.SGD, [gradient], weight, lr=rate, weight_decay=decay)[1]


def momentum(gradient, rates, momentum):
    path = steps(optim.SGD, [gradient] * 3, rates=rates, lr=rates[0], momentum=momentum)
    return path[2] - path[3]


def rmsprop_first_step(gradient, rate):
    return -steps(optim.RMSprop, [gradient], lr=rate)[1]


def adagrad_first_step(gradient, rate):
    return -steps(optim.Adagrad, [gradient], lr=rate)[1]


def amsgrad(gradients, rate):
    path = steps(optim.Adam, gradients, lr=rate, amsgrad=True)
    return path[-2] - path[-1]


def dense_start(fan_in, fan_out):
    torch.manual_seed(0)
    layer = nn.Linear(fan_in, fan_out)
    return {"weight": layer.weight, "bias": layer.bias}


def he_normal(fan_in, fan_out):
    torch.manual_seed(0)
    return nn.init.kaiming_normal_(torch.empty(fan_out, fan_in))


def embedding_start(count, size):
    torch.manual_seed(0)
    return nn.Embedding(count, size).weight


def sum_tenths(count, number):
    return torch.full((count,), number).sum()


def mean_tenths(count, number):
    return torch.full((count,), number).mean()


def norm_tenths(count, number):
    return torch.linalg.vector_norm(torch.full((count,), number))


def variance_large(values):
    return torch.var(tensor(values), correction=0)


def norm_large(values):
    return torch.linalg.vector_norm(tensor(values))


def norm_small(values):
    return torch.linalg.vector_norm(tensor(values))


def clipped(values, limit):
    """Clip the gradients of weights, as before a step."""
    w = nn.Parameter(torch.zeros(len(values)))
    w.grad = tensor(values)
    nn.utils.clip_grad_norm_([w], limit)
    return w.grad


def clip_large(values, limit):
    return clipped(values, limit)


def clip_ordinary(values, limit):
    return clipped(values, limit)


def half_cross_entropy(rows):
    labels = torch.zeros(rows, dtype=torch.long)
    return {
        "float16": F.cross_entropy(torch.zeros(rows, 2).half(), labels),
        "bfloat16": F.cross_entropy(torch.zeros(rows, 2).bfloat16(), labels),
    }


def half_squared_error(error):
    wrong, right = tensor([error]), tensor([0.0])
    return {
        "float16": F.mse_loss(wrong.half(), right.half()),
        "bfloat16": F.mse_loss(wrong.bfloat16(), right.bfloat16()),
    }


def half_sum(count):
    ones = torch.ones(count)
    return {"float16": ones.half().sum(), "bfloat16": ones.bfloat16().sum()}
