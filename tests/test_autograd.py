"""The scalar engine against PyTorch, finite differences and the array functions."""

import math

import numpy as np
import pytest
import torch

from nnref import activations, gradcheck
from nnref.autograd import Value

POINTS = (-1e4, -745.0, -88.0, -37.0, -2.5, -1e-9, 0.0, 1e-9, 0.3, 1.0, 37.0, 88.0, 745.0, 1e4)


def sigmoid(x: Value) -> Value:
    if x.data >= 0:
        return 1 / (1 + (-x).exp())
    return x.exp() / (1 + x.exp())


def softplus(x: Value) -> Value:
    return x + (-x).exp().log1p() if x.data > 0 else x.exp().log1p()


def softmax(xs: list[Value]) -> list[Value]:
    powers = [(x - max(x.data for x in xs)).exp() for x in xs]
    return [power / sum(powers) for power in powers]


def log_softmax(xs: list[Value]) -> list[Value]:
    top = max(range(len(xs)), key=lambda i: xs[i].data)
    rest = sum(((x - xs[top]).exp() for i, x in enumerate(xs) if i != top), Value(0))
    return [x - xs[top] - rest.log1p() for x in xs]


REBUILT = {
    "linear": lambda x: x * 1,
    "relu": Value.relu,
    "leaky_relu": lambda x: x.relu() - 0.01 * (-x).relu() if x.data else 0.01 * x,
    "softplus": softplus,
    "hard_threshold": lambda x: 0 * x + float(x.data >= 0),
    "sigmoid": sigmoid,
    "tanh": Value.tanh,
}


@pytest.mark.parametrize("name", REBUILT)
@pytest.mark.parametrize("point", POINTS)
def test_each_activation_rebuilt_from_values_agrees_with_its_array_twin(name, point):
    x = Value(point)
    y = REBUILT[name](x)
    y.backward()
    assert y.data == pytest.approx(getattr(activations, name)(point), rel=1e-14, abs=0)
    assert x.grad == pytest.approx(getattr(activations, f"{name}_grad")(point), rel=1e-14, abs=0)


@pytest.mark.parametrize(
    ("rebuilt", "vjp"),
    [(softmax, activations.softmax_vjp), (log_softmax, activations.log_softmax_vjp)],
)
@pytest.mark.parametrize("scores", [(1.2, 2.5, 0.4), (0.0, 800.0, -1e4), (7.0, 7.0, 7.0)])
def test_softmax_rebuilt_from_values_agrees_with_its_vjp(rebuilt, vjp, scores):
    xs, upstream = [Value(score) for score in scores], (0.3, -1.0, 2.0)
    sum(g * p for g, p in zip(upstream, rebuilt(xs), strict=True)).backward()
    np.testing.assert_allclose([x.grad for x in xs], vjp(scores, upstream), rtol=1e-13)


OPERATIONS = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / b,
    "numbers on the left": lambda a, b: (2 + a) * (3 - b) * (4 * a) / (5 / b),
    "numbers on the right": lambda a, b: (a + 2) * (b - 3) * (a * 4) / (b / 5),
    "square": lambda a, b: (a - b) ** 2,
    "reciprocal power": lambda a, b: a**-1.5 + b**0,
    "negate": lambda a, b: -a * (-b) * b - (-a),
    "exp and log": lambda a, b: (a * b).exp() + a.log() * b.log(),
    "log1p": lambda a, b: (a * b).log1p(),
    "tanh": lambda a, b: (a - b).tanh() * a.tanh(),
    "relu": lambda a, b: (a - b).relu() + (b - a).relu() * a.relu(),
    "shared": lambda a, b: (a * b + a) * (a * b + b) * a,
}


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
@pytest.mark.parametrize("point", [(0.7, 1.9), (3.1, 0.2)])
def test_every_operation_has_the_value_and_gradient_of_torch(operation, point):
    ours = [Value(number) for number in point]
    theirs = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in point]
    y, wanted = operation(*ours), operation(*theirs)
    y.backward()
    wanted.backward()
    assert y.data == pytest.approx(wanted.item(), rel=1e-14)
    for v, t in zip(ours, theirs, strict=True):
        assert v.grad == pytest.approx(t.grad.item(), rel=1e-13)


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_every_gradient_agrees_with_finite_differences(operation):
    def grad(point):
        values = [Value(number) for number in point]
        operation(*values).backward()
        return np.array([v.grad for v in values])

    gradcheck.check_grad(
        lambda point: operation(*map(Value, point)).data, grad, [0.7, 1.9], rtol=1e-7
    )


def network(x, w1, b1, w2, b2):
    """A 2-2-1 network with tanh and sigmoid, for values and tensors alike."""
    hidden = [(w[0] * x[0] + w[1] * x[1] + b).tanh() for w, b in zip(w1, b1, strict=True)]
    score = w2[0] * hidden[0] + w2[1] * hidden[1] + b2
    return 1 / (1 + (-score).exp())


def test_a_2_2_1_network_has_the_gradients_of_torch():
    w1, b1, w2, b2 = [[0.5, -0.3], [0.8, 0.2]], [0.1, -0.2], [1.5, -0.7], 0.05

    def build(number):
        return (
            [[number(w) for w in row] for row in w1],
            *([number(v) for v in vector] for vector in (b1, w2)),
            number(b2),
        )

    ours = build(Value)
    theirs = build(lambda v: torch.tensor(v, dtype=torch.float64, requires_grad=True))
    losses = [-network((0.6, 0.9), *parameters).log() for parameters in (ours, theirs)]
    for loss in losses:
        loss.backward()

    def flat(parameters):
        rows, *vectors, bias = parameters
        return [v for row in (*rows, *vectors) for v in row] + [bias]

    assert losses[0].data == pytest.approx(losses[1].item(), rel=1e-15)
    for v, t in zip(flat(ours), flat(theirs), strict=True):
        assert v.grad == pytest.approx(t.grad.item(), rel=1e-14)


def test_a_chain_of_100_000_values_needs_no_recursion():
    x = y = Value(2.0)
    for _ in range(100_000):
        y = y + 1e-5
    y.backward()
    assert y.data == pytest.approx(3.0)
    assert x.grad == 1.0
    del y  # freeing the chain must not recurse either


def test_a_thousand_forks_are_walked_once_each():
    x = y = Value(1.0)
    for _ in range(1000):
        y = y + y
    y.backward()
    assert x.grad == 2.0**1000


def test_a_second_backward_adds_the_same_gradient_again():
    x = Value(3.0)
    middle = x * x
    y = middle * middle
    y.backward()
    once = [v.grad for v in (x, middle, y)]
    y.backward()
    assert once == [108.0, 18.0, 1.0]
    assert [v.grad for v in (x, middle, y)] == [216.0, 36.0, 2.0]


def test_two_results_add_their_gradients_in_what_they_share():
    x = Value(3.0)
    middle = 2 * x
    (middle * 5).backward()
    (middle**2).backward()
    assert middle.grad == 5.0 + 12.0
    assert x.grad == 2 * 17.0


def test_setting_grad_to_zero_starts_afresh():
    x = Value(3.0)
    (x * x).backward()
    x.grad = 0.0
    (x * x).backward()
    assert x.grad == 6.0


def test_the_gradient_belongs_to_the_data_at_the_time_of_the_operation():
    x = Value(3.0)
    y = x * x
    x.data = 100.0
    y.backward()
    assert x.grad == 6.0


def test_relu_has_slope_0_at_0():
    x = Value(0.0)
    x.relu().backward()
    assert x.grad == 0.0


def test_a_power_of_0_is_a_constant_even_at_0():
    x = Value(0.0)
    y = x**0
    y.backward()
    assert (y.data, x.grad) == (1.0, 0.0)


def test_nan_stays_nan():
    nan = Value(math.nan)
    results = [nan + 1, nan * 0, nan.relu(), nan.exp(), nan.log(), nan.log1p(), nan.tanh()]
    assert all(math.isnan(y.data) for y in results)


def test_log1p_and_tanh_keep_their_digits():
    x, y = Value(1e-20), Value(20.0)
    x.log1p().backward()
    y.tanh().backward()
    assert Value(1e-20).log1p().data == 1e-20
    assert y.grad == pytest.approx(4 * math.exp(-40), rel=1e-14, abs=0)


@pytest.mark.parametrize("scalar", [2, 2.0, np.float64(2), np.float32(2), np.int64(2)])
def test_numpy_and_python_numbers_may_stand_on_either_side(scalar):
    x = Value(3.0)
    results = [scalar + x, x + scalar, scalar * x, x * scalar, scalar - x, scalar / x, x**scalar]
    assert [type(y) for y in results] == [Value] * 7
    assert [y.data for y in results] == [5.0, 5.0, 6.0, 6.0, -1.0, 2 / 3, 9.0]


def test_repr_shows_data_and_gradient():
    x = Value(3)
    (x * x).backward()
    assert repr(x) == "Value(data=3.0, grad=6.0)"


@pytest.mark.parametrize("data", ["3", None, True, 1j, [1.0], np.ones(1)])
def test_only_numbers_make_values(data):
    with pytest.raises(TypeError, match=r"^`data` must be a number, got \w+$"):
        Value(data)


def test_an_exponent_must_be_a_plain_number():
    with pytest.raises(TypeError, match=r"^`exponent` must be a number, got Value$"):
        Value(2.0) ** Value(3.0)


@pytest.mark.parametrize(
    ("operation", "error"),
    [
        (lambda: Value(1.0) / 0, ZeroDivisionError),
        (lambda: 1 / Value(0.0), ZeroDivisionError),
        (lambda: Value(0.0).log(), ValueError),
        (lambda: Value(-1.0).log1p(), ValueError),
        (lambda: Value(0.0) ** 0.5, ValueError),
        (lambda: Value(-2.0) ** 0.5, ValueError),
        (lambda: Value(710.0).exp(), OverflowError),
    ],
)
def test_outside_its_domain_an_operation_raises_pythons_error(operation, error):
    with pytest.raises(error):
        operation()
