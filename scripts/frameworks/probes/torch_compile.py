"""PyTorch through torch.compile on the CPU; asked only where compiling may change a value."""

import torch
import torch.nn.functional as F
from torch import tensor

MISSING = {"*": "asked of PyTorch line by line; compiling is not expected to change it"}


def compiled(function, *values):
    """Compile a function and run it on what may be numbers or lists."""
    torch._dynamo.reset()
    return torch.compile(function)(*[torch.as_tensor(value) for value in values])


def slope(function, value):
    """Return the derivative of a compiled function."""
    torch._dynamo.reset()
    x = tensor(value, requires_grad=True)
    torch.compile(function)(x).sum().backward()
    return x.grad


def weighted_indices(logits, labels, weights):
    return compiled(lambda z, y, w: F.cross_entropy(z, y, weight=w), logits, labels, weights)


def smoothed(logits, labels, smoothing):
    def loss(z, y):
        return F.cross_entropy(z, y, label_smoothing=smoothing)

    return compiled(loss, logits, labels)


def sure_and_wrong(logits, label):
    def loss(z):
        return F.cross_entropy(z[None], tensor([label]))

    return {"value": compiled(loss, logits), "slope": slope(loss, logits)[label]}


def softmax_minus_infinity(count):
    return compiled(lambda x: F.softmax(x, dim=0), [float("-inf")] * count)


def bce_large_logit(logit, label):
    def loss(z):
        return F.binary_cross_entropy_with_logits(z, tensor(label))

    return {"value": compiled(loss, logit), "slope": slope(loss, logit)}


def bce_small_loss(logit):
    loss = F.binary_cross_entropy_with_logits
    return {"label 0": compiled(loss, -logit, 0.0), "label 1": compiled(loss, logit, 1.0)}


def slope_relu(point):
    return slope(F.relu, point)


def slope_abs(point):
    return slope(torch.abs, point)


def slope_maximum(point):
    return slope(lambda x: torch.maximum(x, tensor(0.0)), point)


def slope_clip(point):
    return slope(lambda x: torch.clip(x, 0, 1), point)


def slope_norm(values):
    return slope(torch.linalg.vector_norm, values)


def value_sigmoid(points):
    return compiled(torch.sigmoid, points)


def value_softplus(points):
    return compiled(F.softplus, points)


def value_tanh(points):
    return compiled(torch.tanh, points)


def value_gelu(points):
    return compiled(F.gelu, points)


def value_silu(points):
    return compiled(F.silu, points)


def error_sigmoid(points):
    return compiled(torch.sigmoid, points)


def error_softplus(points):
    return compiled(F.softplus, points)


def error_tanh(points):
    return compiled(torch.tanh, points)


def error_gelu(points):
    return compiled(F.gelu, points)


def error_silu(points):
    return compiled(F.silu, points)


def tiny_inputs(point):
    functions = {"expm1": torch.expm1, "elu": F.elu, "erf": torch.erf, "atanh": torch.atanh}
    return {name: compiled(f, [point] * 16)[0] for name, f in functions.items()}


def nan(point):
    zero = tensor(0.0)
    functions = {
        "relu": F.relu,
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "maximum": lambda x: torch.maximum(x, zero),
    }
    return {name: compiled(f, point) for name, f in functions.items()}


def minus_infinity(point):
    functions = {"gelu": F.gelu, "silu": F.silu, "softplus": F.softplus, "elu": F.elu}
    return {name: compiled(f, point) for name, f in functions.items()}


def sum_tenths(count, number):
    return compiled(torch.sum, torch.full((count,), number))


def mean_tenths(count, number):
    return compiled(torch.mean, torch.full((count,), number))


def norm_tenths(count, number):
    return compiled(torch.linalg.vector_norm, torch.full((count,), number))


def half_cross_entropy(rows):
    labels = torch.zeros(rows, dtype=torch.long)
    return {
        "float16": compiled(F.cross_entropy, torch.zeros(rows, 2).half(), labels),
        "bfloat16": compiled(F.cross_entropy, torch.zeros(rows, 2).bfloat16(), labels),
    }
