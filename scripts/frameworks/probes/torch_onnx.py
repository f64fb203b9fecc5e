"""PyTorch's modules exported to ONNX, then run by the reference evaluator and ONNX Runtime."""

import onnxruntime
import torch
import torch.nn.functional as F
from onnx.reference import ReferenceEvaluator
from torch import nn, tensor

MISSING = {"*": "asked of PyTorch itself; here only what the export may change"}


class Loss(nn.Module):
    """A function as a module, which is what the exporter takes."""

    def __init__(self, function):
        """Keep the function."""
        super().__init__()
        self.function = function

    def forward(self, *inputs):
        """Call it."""
        return self.function(*inputs)


def exported(function, *inputs):
    """Export a function with the settings that torch.onnx.export has by default."""
    program = torch.onnx.export(Loss(function), inputs, dynamo=True, verbose=False)
    return program.model_proto


def three_ways(function, *inputs):
    """Run a function in PyTorch, and its file in both runtimes."""
    model = exported(function, *inputs)
    names = [entry.name for entry in model.graph.input]
    arrays = {name: x.numpy() for name, x in zip(names, inputs, strict=True)}
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    return {
        "PyTorch": function(*inputs),
        "ONNX reference": ReferenceEvaluator(model).run(None, arrays)[0],
        "ONNX Runtime": session.run(None, arrays)[0],
    }


def export_smoothed(logits, labels, smoothing):
    def loss(z, y):
        return F.cross_entropy(z, y, label_smoothing=smoothing)

    return three_ways(loss, tensor(logits), tensor(labels))


def export_bce(logit, label):
    return three_ways(F.binary_cross_entropy_with_logits, tensor([logit]), tensor([label]))


def export_softplus(point):
    return three_ways(F.softplus, tensor([point]))


def export_operators():
    x = tensor([[0.5, 1.0]])
    functions = {
        "gelu": (F.gelu, x),
        "silu": (F.silu, x),
        "softplus": (F.softplus, x),
        "hardswish": (F.hardswish, x),
        "logsigmoid": (F.logsigmoid, x),
        "cross_entropy": (F.cross_entropy, x, tensor([1])),
    }
    return {
        name: " ".join(node.op_type for node in exported(*call).graph.node)
        for name, call in functions.items()
    }
