"""NNabla on the CPU."""

import inspect

import nnabla as nn
import nnabla.functions as F
import nnabla.initializer as init
import nnabla.parametric_functions as PF
import nnabla.solvers as S
import numpy as np

MISSING = {
    "weighted_indices": "NNabla's losses take no class weights",
    "weighted_rows": "NNabla's losses take no class weights",
    "smoothed": "NNabla's losses have no label smoothing",
    "smoothed_weighted": "NNabla's losses take no class weights",
    "all_ignored": "a label of -1 is the ignored one: see label_negative",
    "bce_smoothed": "NNabla's losses have no label smoothing",
    "focal loss": "NNabla has no focal loss",
    "overlap of masks": "NNabla has no Dice or Tversky loss",
    "smooth_l1": "NNabla has the Huber loss only",
    "boxes": "NNabla has no losses of boxes",
    "metrics": "NNabla has no such metrics",
    "slope_clip": "asked of maximum only",
    "median": "NNabla has no median",
    "standard_deviation": "NNabla has no standard deviation",
    "variance_large": "NNabla has no variance",
    "half precision": "asked in float32 only",
}


def run(function, *values):
    """Return a function of arrays, and its slope by the first."""
    inputs = [nn.Variable.from_numpy_array(np.float32(value)) for value in values]
    inputs[0].need_grad = True
    inputs[0].g = 0
    out = function(*inputs)
    out.forward()
    out.backward()
    return out.d.copy(), inputs[0].g.copy()


def label_too_large(logits, label):
    return run(F.softmax_cross_entropy, [logits], [[label]])[0]


def label_negative(logits, label):
    return run(F.softmax_cross_entropy, [logits], [[label]])[0]


def sure_and_wrong(logits, label):
    value, slope = run(F.softmax_cross_entropy, [logits], [[label]])
    return {"value": value, "slope": slope[0, label]}


def sure_and_wrong_probabilities(probabilities, label):
    value, slope = run(F.categorical_cross_entropy, [probabilities], [[label]])
    return {"value": value, "slope": slope[0, label]}


def softmax_minus_infinity(count):
    return run(F.softmax, [[-np.inf] * count])[0]


def bce_right(probability, label):
    value, slope = run(F.binary_cross_entropy, [probability], [label])
    return {"value": value, "slope": slope}


def bce_wrong(probability, label):
    value, slope = run(F.binary_cross_entropy, [probability], [label])
    return {"value": value, "slope": slope}


def bce_large_logit(logit, label):
    value, slope = run(F.sigmoid_cross_entropy, [logit], [label])
    return {"value": value, "slope": slope}


def bce_small_loss(logit):
    return {
        "label 0": run(F.sigmoid_cross_entropy, [-logit], [0])[0],
        "label 1": run(F.sigmoid_cross_entropy, [logit], [1])[0],
    }


def huber(prediction, truth, delta):
    pair = [prediction], [truth]
    return {
        "default": run(F.huber_loss, *pair)[0],
        "0.5": run(lambda a, b: F.huber_loss(a, b, delta=delta), *pair)[0],
    }


def squared_error(prediction, truth):
    return run(F.squared_error, [prediction], [truth])[0]


def slope_relu(point):
    return run(F.relu, [point])[1]


def slope_leaky_relu(point):
    return run(F.leaky_relu, [point])[1]


def slope_abs(point):
    return run(F.abs, [point])[1]


def slope_maximum(point):
    return run(lambda x: F.maximum_scalar(x, 0.0), [point])[1]


def slope_max_tie(values):
    return run(F.max, values)[1]


def slope_norm(values):
    return run(F.norm, values)[1]


def value_sigmoid(points):
    return run(F.sigmoid, points)[0]


def value_softplus(points):
    return run(F.softplus, points)[0]


def value_tanh(points):
    return run(F.tanh, points)[0]


def value_gelu(points):
    return run(F.gelu, points)[0]


def value_silu(points):
    return run(F.swish, points)[0]


def error_sigmoid(points):
    return run(F.sigmoid, points)[0]


def error_softplus(points):
    return run(F.softplus, points)[0]


def error_tanh(points):
    return run(F.tanh, points)[0]


def error_gelu(points):
    return run(F.gelu, points)[0]


def error_silu(points):
    return run(F.swish, points)[0]


def tiny_inputs(point):
    return {
        "expm1": None,
        "elu": run(F.elu, [point])[0],
        "erf": run(F.erf, [point])[0],
        "atanh": run(F.atanh, [point])[0],
    }


def nan(point):
    functions = {
        "relu": F.relu,
        "sigmoid": F.sigmoid,
        "tanh": F.tanh,
        "maximum": lambda x: F.maximum_scalar(x, 0.0),
    }
    return {name: run(function, [point])[0] for name, function in functions.items()}


def minus_infinity(point):
    functions = {"gelu": F.gelu, "silu": F.swish, "softplus": F.softplus, "elu": F.elu}
    return {name: run(function, [point])[0] for name, function in functions.items()}


def leaky_slope(point):
    return run(F.leaky_relu, [point])[0]


def hard_sigmoid(point):
    return run(F.hard_sigmoid, [point])[0]


def gelu_form(point):
    return run(F.gelu, [point])[0]


def batch_norm(batch):
    nn.clear_parameters()
    out = PF.batch_normalization(nn.Variable.from_numpy_array(np.float32(batch)[:, None]))
    nn.get_parameters(grad_only=False)["bn/var"].d = 1  # it begins with 0
    out.forward()
    state = nn.get_parameters(grad_only=False)
    return {"mean": state["bn/mean"].d, "variance": state["bn/var"].d}


def norm_epsilon():
    return {
        "batch": inspect.signature(F.batch_normalization).parameters["eps"].default,
        "layer": inspect.signature(F.layer_normalization).parameters["eps"].default,
    }


def steps(solver, gradients, weight=0.0, rates=None, decay=0.0):
    """Return the weight before and after each step."""
    w = nn.Variable.from_numpy_array(np.float32([weight]))
    w.need_grad = True
    solver.set_parameters({"w": w})
    path = [weight]
    for number, gradient in enumerate(gradients):
        if rates:
            solver.set_learning_rate(rates[number])
        w.g = np.float32([gradient])  # a number would be filled in too late for the decay
        if decay:
            solver.weight_decay(decay)
        solver.update()
        path.append(float(w.d[0]))
    return path


def adam_epsilon():
    return S.Adam().info["eps"]


def adam_first_step(gradients, rate):
    return {str(g): -steps(S.Adam(rate), [g])[1] for g in gradients}


def adam_decay(weight, gradient, rate, decay):
    return steps(S.Adam(rate), [gradient], weight, decay=decay)[1]


def sgd_decay(weight, gradient, rate, decay):
    return steps(S.Sgd(rate), [gradient], weight, decay=decay)[1]


def momentum(gradient, rates, momentum):
    path = steps(S.Momentum(rates[0], momentum), [gradient] * 3, rates=rates)
    return path[2] - path[3]


def rmsprop_first_step(gradient, rate):
    return -steps(S.RMSprop(rate), [gradient])[1]


def adagrad_first_step(gradient, rate):
    return -steps(S.Adagrad(rate), [gradient])[1]


def amsgrad(gradients, rate):
    path = steps(S.AMSGRAD(rate), gradients)
    return path[-2] - path[-1]


def clipped(values, limit):
    """Clip the gradients of weights, as before a step."""
    w = nn.Variable.from_numpy_array(np.zeros(len(values), np.float32))
    w.need_grad = True
    w.g = np.float32(values)
    solver = S.Sgd(1.0)
    solver.set_parameters({"w": w})
    solver.clip_grad_by_norm(limit)
    return w.g


def clip_large(values, limit):
    return clipped(values, limit)


def clip_ordinary(values, limit):
    return clipped(values, limit)


def dense_start(fan_in, fan_out):
    nn.clear_parameters()
    nn.random.prng = np.random.RandomState(0)
    PF.affine(nn.Variable((1, fan_in)), fan_out)
    state = nn.get_parameters()
    return {"weight": state["affine/W"].d, "bias": state["affine/b"].d}


def he_normal(fan_in, fan_out):
    nn.random.prng = np.random.RandomState(0)
    start = init.NormalInitializer(init.calc_normal_std_he_forward(fan_in, fan_out))
    return start((fan_in, fan_out))


def embedding_start(count, size):
    nn.clear_parameters()
    nn.random.prng = np.random.RandomState(0)
    PF.embed(nn.Variable((1,)), count, size)
    return nn.get_parameters()["embed/W"].d


def sum_tenths(count, number):
    return run(F.sum, np.full(count, number))[0]


def mean_tenths(count, number):
    return run(F.mean, np.full(count, number))[0]


def norm_tenths(count, number):
    return run(F.norm, np.full(count, number))[0]


def norm_large(values):
    return run(F.norm, values)[0]


def norm_small(values):
    return run(F.norm, values)[0]
