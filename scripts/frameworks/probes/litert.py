"""LiteRT: functions of TensorFlow, converted and run by its interpreter."""

import numpy as np
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter

MISSING = {
    "cross-entropy": "LiteRT runs networks; its converter has no losses",
    "binary cross-entropy": "LiteRT runs networks; its converter has no losses",
    "focal loss": "LiteRT runs networks; its converter has no losses",
    "overlap of masks": "LiteRT runs networks; its converter has no losses",
    "regression losses": "LiteRT runs networks; its converter has no losses",
    "boxes": "asked of libraries for boxes",
    "metrics": "LiteRT has no metrics",
    "slopes at kinks": "nothing is trained here",
    "hard_sigmoid": "the converter writes it out",
    "batch_norm": "nothing is trained here",
    "norm_epsilon": "the file has to name it",
    "median": "LiteRT has no median",
    "standard_deviation": "LiteRT has no standard deviation",
    "optimizers": "nothing is trained here",
    "start weights": "nothing is trained here",
    "variance_large": "LiteRT has no variance",
    "clip_large": "nothing is trained here",
    "clip_ordinary": "nothing is trained here",
    "half precision": "asked in float32 only",
}


def run(function, x):
    """Convert a function and run it on an array."""
    x = np.atleast_1d(np.float32(x))
    traced = tf.function(function).get_concrete_function(tf.TensorSpec(x.shape, tf.float32))
    model = tf.lite.TFLiteConverter.from_concrete_functions([traced]).convert()
    interpreter = Interpreter(model_content=model)
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], x)
    interpreter.invoke()
    return interpreter.get_tensor(interpreter.get_output_details()[0]["index"])


def softmax_minus_infinity(count):
    return run(tf.nn.softmax, [-np.inf] * count)


def value_sigmoid(points):
    return run(tf.sigmoid, points)


def value_softplus(points):
    return run(tf.nn.softplus, points)


def value_tanh(points):
    return run(tf.tanh, points)


def value_gelu(points):
    return run(tf.nn.gelu, points)


def value_silu(points):
    return run(lambda x: x * tf.sigmoid(x), points)


def error_sigmoid(points):
    return run(tf.sigmoid, points)


def error_softplus(points):
    return run(tf.nn.softplus, points)


def error_tanh(points):
    return run(tf.tanh, points)


def error_gelu(points):
    return run(tf.nn.gelu, points)


def error_silu(points):
    return run(lambda x: x * tf.sigmoid(x), points)


def tiny_inputs(point):
    return {"expm1": None, "elu": run(tf.nn.elu, point), "erf": None, "atanh": None}


def nan(point):
    functions = {
        "relu": tf.nn.relu,
        "sigmoid": tf.sigmoid,
        "tanh": tf.tanh,
        "maximum": lambda x: tf.maximum(x, 0.0),
    }
    return {name: run(function, point) for name, function in functions.items()}


def minus_infinity(point):
    functions = {
        "gelu": tf.nn.gelu,
        "silu": lambda x: x * tf.sigmoid(x),
        "softplus": tf.nn.softplus,
        "elu": tf.nn.elu,
    }
    return {name: run(function, point) for name, function in functions.items()}


def leaky_slope(point):
    return run(tf.nn.leaky_relu, point)


def gelu_form(point):
    return run(tf.nn.gelu, point)


def sum_tenths(count, number):
    return run(tf.reduce_sum, np.full(count, number))


def mean_tenths(count, number):
    return run(tf.reduce_mean, np.full(count, number))


def norm_tenths(count, number):
    return run(tf.norm, np.full(count, number))


def norm_large(values):
    return run(tf.norm, values)


def norm_small(values):
    return run(tf.norm, values)
