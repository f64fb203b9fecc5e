"""PyTorch under autocast on the CPU, where autocast computes in bfloat16."""

import torch
import torch.nn.functional as F
from torch import tensor

MISSING = {"*": "asked of PyTorch without autocast; autocast concerns the types"}


def weighted_indices(logits, labels, weights):
    with torch.autocast("cpu", torch.bfloat16):
        return F.cross_entropy(tensor(logits).bfloat16(), tensor(labels), weight=tensor(weights))


def softmax_minus_infinity(count):
    with torch.autocast("cpu", torch.bfloat16):
        return F.softmax(torch.full((count,), float("-inf")), dim=0)


def value_sigmoid(points):
    with torch.autocast("cpu", torch.bfloat16):
        return torch.sigmoid(tensor(points))


def value_softplus(points):
    with torch.autocast("cpu", torch.bfloat16):
        return F.softplus(tensor(points)).float()


def value_gelu(points):
    with torch.autocast("cpu", torch.bfloat16):
        return F.gelu(tensor(points)).float()


def half_cross_entropy(rows):
    labels = torch.zeros(rows, dtype=torch.long)
    with torch.autocast("cpu", torch.bfloat16):
        loss = F.cross_entropy(torch.zeros(rows, 2).bfloat16(), labels)
    return {"float16": None, "bfloat16": loss}


def half_squared_error(error):
    with torch.autocast("cpu", torch.bfloat16):
        loss = F.mse_loss(tensor([error]).bfloat16(), tensor([0.0]).bfloat16())
    return {"float16": None, "bfloat16": loss}


def half_sum(count):
    with torch.autocast("cpu", torch.bfloat16):
        return {"float16": None, "bfloat16": torch.ones(count).bfloat16().sum()}


def autocast_types(operations):
    x, labels = torch.randn(4, 3), torch.tensor([0, 1, 2, 0])
    layer = torch.nn.Linear(3, 3)
    functions = {
        "linear": lambda: layer(x),
        "softmax": lambda: F.softmax(layer(x), dim=1),
        "cross_entropy": lambda: F.cross_entropy(layer(x), labels),
        "mse_loss": lambda: F.mse_loss(layer(x), layer(x)),
        "sum": lambda: layer(x).sum(),
        "softplus": lambda: F.softplus(layer(x)),
        "sigmoid": lambda: torch.sigmoid(layer(x)),
    }
    with torch.autocast("cpu", torch.bfloat16):
        return {name: str(functions[name]().dtype).split(".")[1] for name in operations}
