"""ncnn on the CPU: networks of one layer, written out as text."""

import ncnn
import numpy as np

MISSING = {
    "cross-entropy": "ncnn runs networks and has no losses",
    "binary cross-entropy": "ncnn runs networks and has no losses",
    "focal loss": "ncnn runs networks and has no losses",
    "overlap of masks": "ncnn runs networks and has no losses",
    "regression losses": "ncnn runs networks and has no losses",
    "boxes": "ncnn has no overlap of boxes",
    "metrics": "ncnn has no metrics",
    "slopes at kinks": "nothing is trained here",
    "leaky_slope": "its ReLU wants the slope",
    "batch_norm": "nothing is trained here",
    "norm_epsilon": "the file has to name it",
    "standard_deviation": "ncnn has no standard deviation",
    "median": "ncnn has no median",
    "optimizers": "nothing is trained here",
    "start weights": "nothing is trained here",
    "variance_large": "ncnn has no variance",
    "clip_large": "nothing is trained here",
    "clip_ordinary": "nothing is trained here",
    "half precision": "asked in float32 only",
}


def apply(layer, x, options=""):
    """Run a network of one layer."""
    net = ncnn.Net()
    net.load_param_mem(f"7767517\n2 2\nInput in 0 1 x\n{layer} layer 1 1 x y {options}\n")
    net.load_model(ncnn.DataReaderFromEmpty())
    run = net.create_extractor()
    values = np.atleast_1d(np.float32(x))  # a name, because a Mat only borrows the memory
    run.input("x", ncnn.Mat(values).clone())
    return np.array(run.extract("y")[1])


def softmax_minus_infinity(count):
    return apply("Softmax", [-np.inf] * count, "0=0 1=1")


def value_sigmoid(points):
    return apply("Sigmoid", points)


def value_softplus(points):
    return apply("Softplus", points)


def value_tanh(points):
    return apply("TanH", points)


def value_gelu(points):
    return apply("GELU", points)


def value_silu(points):
    return apply("Swish", points)


def error_sigmoid(points):
    return apply("Sigmoid", points)


def error_softplus(points):
    return apply("Softplus", points)


def error_tanh(points):
    return apply("TanH", points)


def error_gelu(points):
    return apply("GELU", points)


def error_silu(points):
    return apply("Swish", points)


def tiny_inputs(point):
    erf = apply("Erf", point)
    return {"expm1": None, "elu": apply("ELU", point, "0=1.0"), "erf": erf, "atanh": None}


def nan(point):
    return {
        "relu": apply("ReLU", point),
        "sigmoid": apply("Sigmoid", point),
        "tanh": apply("TanH", point),
        "maximum": apply("BinaryOp", point, "0=4 1=1 2=0.0"),
    }


def minus_infinity(point):
    return {
        "gelu": apply("GELU", point),
        "silu": apply("Swish", point),
        "softplus": apply("Softplus", point),
        "elu": apply("ELU", point, "0=1.0"),
    }


def hard_sigmoid(point):
    return apply("HardSigmoid", point)


def gelu_form(point):
    return apply("GELU", point)


def sum_tenths(count, number):
    return apply("Reduction", np.full(count, number), "0=0 1=1")


def mean_tenths(count, number):
    return apply("Reduction", np.full(count, number), "0=3 1=1")


def norm_tenths(count, number):
    return apply("Reduction", np.full(count, number), "0=8 1=1")


def norm_large(values):
    return apply("Reduction", values, "0=8 1=1")


def norm_small(values):
    return apply("Reduction", values, "0=8 1=1")
