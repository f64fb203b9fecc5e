"""The neuron against PyTorch; the learning rule against its bound and a loop in plain Python."""

import math
from fractions import Fraction

import numpy as np
import pytest
import torch

from nnref.activations import relu, sigmoid
from nnref.perceptron import Neuron, Perceptron, PerceptronFit

CORNERS = [[0, 0], [0, 1], [1, 0], [1, 1]]


def separable(seed, count=60, dimensions=5, margin=0.3):
    """Points at least a margin from a plane that does not go through 0."""
    rng = np.random.default_rng(seed)
    normal = rng.normal(size=dimensions)
    normal /= np.linalg.norm(normal)
    x = rng.normal(size=(count, dimensions))
    distance = x @ normal - 0.4
    x += np.outer(np.sign(distance) * margin, normal)
    return x, (distance > 0).astype(int)


def naive_rule(x, labels, passes):
    """Rosenblatt's rule with lists: the weights after each correction."""
    weights, bias, history = [0.0] * len(x[0]), 0.0, []
    for _ in range(passes):
        for row, label in zip(x, labels, strict=True):
            score = bias
            for w, value in zip(weights, row, strict=True):
                score += w * value
            if score >= 0 and label == 0:
                weights = [w - value for w, value in zip(weights, row, strict=True)]
                bias -= 1
                history.append((*weights, bias))
            elif score < 0 and label == 1:
                weights = [w + value for w, value in zip(weights, row, strict=True)]
                bias += 1
                history.append((*weights, bias))
    return weights, bias, history


def test_the_score_is_the_weighted_sum_plus_the_bias():
    neuron = Neuron([2.0, -1.0, 0.5], bias=0.25)
    assert neuron.score([3.0, 4.0, 6.0]) == 2 * 3 - 4 + 0.5 * 6 + 0.25
    assert neuron.forward([3.0, 4.0, 6.0]) == neuron.score([3.0, 4.0, 6.0])


def test_the_activation_is_applied_to_the_score():
    neuron = Neuron([1.0, 1.0], bias=-1.0, activation=relu)
    assert neuron.forward([[0.0, 0.0], [2.0, 3.0]]).tolist() == [0.0, 4.0]


@pytest.mark.parametrize(("dtype", "rtol"), [(np.float64, 1e-14), (np.float32, 1e-6)])
@pytest.mark.parametrize("shape", [(3,), (0, 3), (1, 3), (5, 7, 3)])
def test_a_neuron_is_torchs_linear_layer_with_one_output(dtype, rtol, shape):
    rng = np.random.default_rng(1)
    weights, x = rng.normal(size=3).astype(dtype), rng.normal(size=shape).astype(dtype)
    layer = torch.nn.Linear(3, 1, dtype=torch.from_numpy(x).dtype)
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(weights))
        layer.bias.fill_(0.3)
        wanted = torch.sigmoid(layer(torch.from_numpy(x)))[..., 0]
    x.flags.writeable = weights.flags.writeable = False
    got = Neuron(weights, 0.3, sigmoid).forward(x)
    assert (got.shape, got.dtype) == (shape[:-1], dtype)
    np.testing.assert_allclose(got, wanted, rtol=rtol)


def test_the_result_has_the_dtype_of_the_weights():
    assert Neuron(np.ones(2, np.float32)).score([1, 2]).dtype == np.float32
    assert Neuron([1, 1]).score(np.ones(2, np.float32)).dtype == np.float64


def test_a_score_beyond_the_float_range_is_infinite_without_a_warning():
    assert Neuron([1e308, 1e308]).score([10.0, 10.0]) == np.inf


def test_no_score_over_the_whole_float_range_gives_a_warning():
    with np.errstate(all="raise"):
        assert Neuron([1e200]).score([-1e200]) == -np.inf
        assert Neuron([1e-200]).score([1e-200]) == 0
        assert Neuron([1e200, -1e200]).score([1e200, 1e200]) == 0


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_score_is_right_where_products_overflow_and_cancel(dtype):
    rng = np.random.default_rng(0)
    top = np.finfo(dtype).maxexp
    sizes = rng.integers(-top, top, (300, 4))
    sizes[::2, 1] = sizes[::2, 0]  # two huge terms that nearly cancel
    x = np.ldexp(rng.uniform(-1, 1, (300, 4)), sizes).astype(dtype)
    x[::2, 1] = -x[::2, 0] * (1 + dtype(1e-3))
    weights = np.ldexp(np.array([1, 1, -3, 1], dtype), [top // 2, top // 2, 0, -top // 2])
    with np.errstate(all="raise"):
        got = Neuron(weights, bias=-7.0).score(x)
    terms = [
        [Fraction(float(a)) * Fraction(float(w)) for a, w in zip(r, weights, strict=True)]
        for r in x
    ]
    assert not np.isnan(got).any()
    assert 50 < np.isinf(got).sum() < 150
    for value, row in zip(got.tolist(), terms, strict=True):
        exact, size = sum(row) - 7, sum(map(abs, row)) + 7
        if abs(exact) > Fraction(float(np.finfo(dtype).max)) * (1 + Fraction(1, 10**9)):
            assert value == (math.inf if exact > 0 else -math.inf)
        else:
            assert abs(Fraction(value) - exact) <= size * Fraction(float(np.finfo(dtype).eps)) * 4


def test_infinity_and_nan_in_the_inputs_count_as_they_do_in_a_sum():
    neuron = Neuron([1e200, -1e200, 0.0], bias=1.0)
    x = [[np.inf, 1, 1], [1, np.inf, 1], [np.inf, np.inf, 1], [1, 1, np.inf], [np.nan, 1, 1]]
    np.testing.assert_array_equal(neuron.score(x), [np.inf, -np.inf, np.nan, np.nan, np.nan])


def test_the_bias_is_0_unless_given():
    assert Neuron([1.0]).score([2.0]) == Perceptron([1.0]).score([2.0]) == 2.0


def test_a_neuron_copies_its_weights():
    weights = np.array([1.0, 2.0])
    neuron = Neuron(weights)
    weights[0] = 99.0
    assert neuron.weights.tolist() == [1.0, 2.0]


def test_the_threshold_switches_at_a_score_of_0():
    perceptron = Perceptron([1.0], bias=-2.0)
    assert perceptron.forward([[1.999], [2.0], [2.001]]).tolist() == [0.0, 1.0, 1.0]


def test_one_mistake_moves_the_weights_by_the_example():
    perceptron = Perceptron([0.5, -0.5], bias=0.25)
    perceptron.fit([[1.0, 2.0]], [1], max_passes=1)
    assert (perceptron.weights.tolist(), perceptron.bias) == ([1.5, 1.5], 1.25)
    perceptron.fit([[3.0, -1.0]], [0], max_passes=1)
    assert (perceptron.weights.tolist(), perceptron.bias) == ([-1.5, 2.5], 0.25)


def test_right_answers_change_nothing():
    perceptron = Perceptron([1.0, 1.0], bias=-0.5)
    result = perceptron.fit(CORNERS, [0, 1, 1, 1], max_passes=9)
    assert result == PerceptronFit(converged=True, mistakes=[0])
    assert (perceptron.weights.tolist(), perceptron.bias) == ([1.0, 1.0], -0.5)


@pytest.mark.parametrize("labels", [[0, 0, 0, 1], [0, 1, 1, 1], [1, 1, 1, 0], [0, 0, 1, 0]])
def test_it_learns_each_line_between_the_corners_of_a_square(labels):
    perceptron = Perceptron([0.0, 0.0])
    assert perceptron.fit(CORNERS, labels, max_passes=20).converged
    assert perceptron.forward(CORNERS).tolist() == labels


def test_on_xor_it_says_so_and_its_weights_come_back_in_a_cycle():
    perceptron = Perceptron([0.0, 0.0])
    result = perceptron.fit(CORNERS, [0, 1, 1, 0], max_passes=50)
    assert (result.converged, len(result.mistakes)) == (False, 50)
    assert min(result.mistakes) > 0
    before = (perceptron.weights.tolist(), perceptron.bias)
    perceptron.fit(CORNERS, [0, 1, 1, 0], max_passes=1)
    assert (perceptron.weights.tolist(), perceptron.bias) == before


@pytest.mark.parametrize("seed", range(10))
def test_on_separable_data_the_mistakes_stay_within_novikoffs_bound(seed):
    x, labels = separable(seed)
    result = Perceptron(np.zeros(5)).fit(x, labels, max_passes=1000)
    assert result.converged
    assert result.mistakes[-1] == 0 < min(result.mistakes[:-1])

    normal = np.random.default_rng(seed).normal(size=5)
    plane = np.append(normal / np.linalg.norm(normal), -0.4)
    with_bias = np.column_stack([x, np.ones(len(x))])
    signs = 2 * labels - 1
    gamma = (signs * (with_bias @ plane)).min() / np.linalg.norm(plane)
    radius = np.linalg.norm(with_bias, axis=1).max()
    assert gamma > 0
    assert sum(result.mistakes) <= (radius / gamma) ** 2


@pytest.mark.parametrize("seed", range(3))
def test_the_weights_are_those_of_a_loop_in_plain_python(seed):
    x, labels = separable(seed)
    labels[::7] = 1 - labels[::7]  # no plane separates these
    perceptron = Perceptron(np.zeros(5))
    result = perceptron.fit(x, labels, max_passes=4)
    weights, bias, history = naive_rule(x.tolist(), labels.tolist(), passes=4)
    assert sum(result.mistakes) == len(history)
    np.testing.assert_allclose(perceptron.weights, weights, rtol=1e-12)
    assert perceptron.bias == bias


def test_a_second_call_goes_on_where_the_first_stopped():
    x, labels = separable(3)
    at_once, in_two = Perceptron(np.zeros(5)), Perceptron(np.zeros(5))
    mistakes = at_once.fit(x, labels, max_passes=3).mistakes
    first = in_two.fit(x, labels, max_passes=1).mistakes
    assert first + in_two.fit(x, labels, max_passes=2).mistakes == mistakes
    np.testing.assert_array_equal(in_two.weights, at_once.weights)


def test_learning_changes_neither_data_nor_earlier_weights():
    x, labels = separable(0)
    start = np.zeros(5)
    perceptron = Perceptron(start)
    before = perceptron.weights
    for array in (x, labels, before):
        array.flags.writeable = False
    perceptron.fit(x, labels, max_passes=2)
    assert not start.any()
    assert not before.any()
    assert perceptron.weights.any()


def test_learning_keeps_the_dtype_of_the_weights():
    x, labels = separable(0)
    perceptron = Perceptron(np.zeros(5, np.float32))
    assert perceptron.fit(x, labels, max_passes=100).converged
    assert perceptron.weights.dtype == np.float32


def test_without_examples_there_is_nothing_to_get_wrong():
    result = Perceptron([0.0, 0.0]).fit(np.zeros((0, 2)), [], max_passes=3)
    assert result == PerceptronFit(converged=True, mistakes=[0])


def fit(x=CORNERS, labels=(0, 1, 1, 1), max_passes=5):
    return lambda perceptron: perceptron.fit(x, labels, max_passes=max_passes)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (fit(x=[[0, 1, 2]]), ValueError, "`x` must have shape (N, 2), got (1, 3)"),
        (fit(x=[0, 1]), ValueError, "`x` must have shape (N, 2), got (2,)"),
        (fit(x=[[0, np.nan]]), ValueError, "`x` must be finite, got nan"),
        (fit(labels=[0, 1]), ValueError, "`labels` must have shape (4,), got (2,)"),
        (fit(labels=[[0], [1], [1], [1]]), ValueError,
         "`labels` must have shape (4,), got (4, 1)"),
        (fit(labels=[0, 1, 2, 1]), ValueError, "`labels` must be in [0, 2), got 2"),
        (fit(labels=[0, -1, 1, 1]), ValueError, "`labels` must be in [0, 2), got -1"),
        (fit(labels=[0.0, 1.0, 1.0, 1.0]), TypeError, "`labels` must be integers, got float64"),
        (fit(max_passes=0), ValueError, "`max_passes` must be at least 1, got 0"),
        (fit(max_passes=2.0), TypeError, "`max_passes` must be an integer, got float"),
    ],
)  # fmt: skip
def test_bad_data_is_named_and_nothing_is_learned(call, error, message):
    perceptron = Perceptron([0.0, 0.0])
    with pytest.raises(error) as raised:
        call(perceptron)
    assert str(raised.value) == message
    assert (perceptron.weights.tolist(), perceptron.bias) == ([0.0, 0.0], 0.0)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: Neuron([]), ValueError,
         "`weights` must have shape (D,) with at least one weight, got (0,)"),
        (lambda: Neuron([[1.0, 2.0]]), ValueError,
         "`weights` must have shape (D,) with at least one weight, got (1, 2)"),
        (lambda: Neuron(["a"]), TypeError, "`weights` must hold real numbers or bools, got <U1"),
        (lambda: Neuron([1.0], bias=[1.0]), TypeError, "`bias` must be a number, got list"),
        (lambda: Neuron([1.0, np.nan]), ValueError, "`weights` must be finite, got nan"),
        (lambda: Perceptron([-np.inf]), ValueError, "`weights` must be finite, got -inf"),
        (lambda: Neuron([1.0], np.inf), ValueError, "`bias` must be in (-inf, inf), got inf"),
        (lambda: Perceptron([1.0], np.nan), ValueError,
         "`bias` must be in (-inf, inf), got nan"),
        (lambda: Neuron([1.0], activation=3), TypeError,
         "`activation` must be a function, got int"),
        (lambda: Neuron([1.0, 2.0]).score([[1.0], [2.0]]), ValueError,
         "`x` must have shape (..., 2), got (2, 1)"),
        (lambda: Neuron([1.0]).score(["a"]), TypeError,
         "`x` must hold real numbers or bools, got <U1"),
        (lambda: Neuron([1.0]).forward(3.0), ValueError, "`x` must have shape (..., 1), got ()"),
    ],
)  # fmt: skip
def test_bad_arguments_of_a_neuron_are_named(call, error, message):
    with pytest.raises(error) as raised:
        call()
    assert str(raised.value) == message
