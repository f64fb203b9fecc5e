"""What runs ONNX files: models of one or two operators, made here, for each runtime."""

import os

import numpy as np
import onnx
from onnx import helper

RUNTIME = os.environ.get("RUNTIME", "onnx_reference")

MISSING = {
    "weighted_rows": "the operator takes indices only",
    "smoothed": "the operator has no label smoothing",
    "smoothed_weighted": "the operator has no label smoothing",
    "sure_and_wrong_probabilities": "the operator takes logits only",
    "binary cross-entropy": "ONNX has no such operator; exporters write it out",
    "focal loss": "ONNX has no such operator; exporters write it out",
    "overlap of masks": "ONNX has no such operator; exporters write it out",
    "regression losses": "ONNX has no such operator; exporters write it out",
    "boxes": "ONNX has no overlap of boxes",
    "metrics": "ONNX has no metrics",
    "slopes at kinks": "nothing is trained here",
    "standard_deviation": "ONNX has no standard deviation",
    "median": "ONNX has no median",
    "optimizers": "nothing is trained here",
    "start weights": "nothing is trained here",
    "variance_large": "ONNX has no variance",
    "clip_large": "nothing is trained here",
    "clip_ordinary": "nothing is trained here",
    "half_cross_entropy": "asked of the sum only",
    "half_squared_error": "asked of the sum only",
    "half_dice": "asked of the sum only",
}


def model_of(nodes, inputs, kind=None):
    """Make a file of a few operators; the last one's first output is what comes out."""
    kinds = {name: helper.np_dtype_to_tensor_dtype(x.dtype) for name, x in inputs.items()}
    graph = helper.make_graph(
        nodes,
        "question",
        [helper.make_tensor_value_info(name, kinds[name], x.shape) for name, x in inputs.items()],
        [
            helper.make_tensor_value_info(name, kind or kinds["x"], None)
            for name in nodes[-1].output
        ],
    )
    versions = [helper.make_opsetid("", 20)]
    return helper.make_model(graph, opset_imports=versions, ir_version=10)


def run(nodes, **inputs):
    """Run a model in the runtime that is asked; return all that comes out."""
    model = model_of(nodes, inputs)
    if RUNTIME == "onnx_reference":
        from onnx.reference import ReferenceEvaluator

        return ReferenceEvaluator(model).run(None, inputs)
    if RUNTIME == "onnxruntime":
        import onnxruntime

        session = onnxruntime.InferenceSession(
            model.SerializeToString(), providers=["CPUExecutionProvider"]
        )
        return session.run(None, inputs)
    if RUNTIME == "openvino":
        import openvino

        options = {"INFERENCE_PRECISION_HINT": "f32"}  # else bfloat16 where the CPU has it
        compiled = openvino.Core().compile_model(
            openvino.Core().read_model(model.SerializeToString()), "CPU", options
        )
        return list(compiled(inputs).values())
    from tvm import relax, runtime
    from tvm.relax.frontend.onnx import from_onnx

    module = from_onnx(model, keep_params_in_input=False)
    machine = relax.VirtualMachine(relax.build(module, target="llvm"), runtime.cpu())
    out = machine["main"](*[runtime.tensor(x) for x in inputs.values()])
    return [out.numpy()] if hasattr(out, "numpy") else [part.numpy() for part in out]


def apply(operator, x, **attributes):
    """Run one operator."""
    node = helper.make_node(operator, ["x"], ["y"], **attributes)
    return run([node], x=np.atleast_1d(np.float32(x)))[0]


def silu(x):
    """Run x times its sigmoid, as exporters write SiLU."""
    nodes = [helper.make_node("Sigmoid", ["x"], ["s"]), helper.make_node("Mul", ["x", "s"], ["y"])]
    return run(nodes, x=np.atleast_1d(np.float32(x)))[0]


def cross_entropy(logits, labels, weights=None, **attributes):
    """Run the loss of several classes."""
    inputs = {"x": np.float32(logits), "labels": np.int64(labels)}
    if weights:
        inputs["weights"] = np.float32(weights)
    node = helper.make_node("SoftmaxCrossEntropyLoss", list(inputs), ["y"], **attributes)
    return run([node], **inputs)[0]


def weighted_indices(logits, labels, weights):
    return cross_entropy(logits, labels, weights)


def label_too_large(logits, label):
    return cross_entropy([logits], [label])


def label_negative(logits, label):
    return cross_entropy([logits], [label])


def all_ignored(logits, ignored):
    return cross_entropy(logits, [ignored] * len(logits), ignore_index=ignored)


def sure_and_wrong(logits, label):
    return {"value": cross_entropy([logits], [label]), "slope": None}


def softmax_minus_infinity(count):
    return apply("Softmax", [-np.inf] * count)


def value_sigmoid(points):
    return apply("Sigmoid", points)


def value_softplus(points):
    return apply("Softplus", points)


def value_tanh(points):
    return apply("Tanh", points)


def value_gelu(points):
    return apply("Gelu", points)


def value_silu(points):
    return silu(points)


def error_sigmoid(points):
    return apply("Sigmoid", points)


def error_softplus(points):
    return apply("Softplus", points)


def error_tanh(points):
    return apply("Tanh", points)


def error_gelu(points):
    return apply("Gelu", points)


def error_silu(points):
    return silu(points)


def tiny_inputs(point):
    return {
        "expm1": None,
        "elu": apply("Elu", point),
        "erf": apply("Erf", point),
        "atanh": apply("Atanh", point),
    }


def nan(point):
    node = helper.make_node("Max", ["x", "zero"], ["y"])
    return {
        "relu": apply("Relu", point),
        "sigmoid": apply("Sigmoid", point),
        "tanh": apply("Tanh", point),
        "maximum": run([node], x=np.float32([point]), zero=np.float32([0]))[0],
    }


def minus_infinity(point):
    return {
        "gelu": apply("Gelu", point),
        "silu": silu(point),
        "softplus": apply("Softplus", point),
        "elu": apply("Elu", point),
    }


def leaky_slope(point):
    return apply("LeakyRelu", point)


def hard_sigmoid(point):
    return apply("HardSigmoid", point)


def gelu_form(point):
    return apply("Gelu", point)


def batch_norm(batch):
    one, zero = np.float32([1]), np.float32([0])
    inputs = {"x": np.float32(batch)[:, None], "scale": one, "bias": zero, "mean": zero, "var": one}
    outputs = ["y", "new_mean", "new_var"]
    node = helper.make_node("BatchNormalization", list(inputs), outputs, training_mode=1)
    try:
        _, mean, variance = run([node], **inputs)
    except RuntimeError:
        raise NotImplementedError("the runtime does not train") from None
    return {"mean": mean, "variance": variance}


def norm_epsilon():
    schemas = (onnx.defs.get_schema(f"{kind}Normalization") for kind in ("Batch", "Layer"))
    batch, layer = (schema.attributes["epsilon"].default_value.f for schema in schemas)
    return {"batch": batch, "layer": layer}


def total(operator, x):
    """Reduce an array to one number."""
    return run([helper.make_node(operator, ["x"], ["y"], keepdims=0)], x=x)[0]


def sum_tenths(count, number):
    return total("ReduceSum", np.full(count, number, np.float32))


def mean_tenths(count, number):
    return total("ReduceMean", np.full(count, number, np.float32))


def norm_tenths(count, number):
    return total("ReduceL2", np.full(count, number, np.float32))


def norm_large(values):
    return total("ReduceL2", np.float32(values))


def norm_small(values):
    return total("ReduceL2", np.float32(values))


def half_sum(count):
    return {"float16": total("ReduceSum", np.ones(count, np.float16)), "bfloat16": None}
