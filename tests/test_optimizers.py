"""The update rules against PyTorch and worked numbers."""

import math
import pickle

import numpy as np
import pytest
import torch

from nnref.layers import Parameter
from nnref.optimizers import SGD, Adam, sgd_update

SGD_OPTIONS = [
    {},
    {"momentum": 0.9},
    {"weight_decay": 0.1},
    {"momentum": 0.5, "weight_decay": 0.01},
]
ADAM_OPTIONS = [{}, {"beta1": 0.0}, {"beta2": 0.0}, {"beta1": 0.5, "beta2": 0.9}, {"epsilon": 0.1}]
OPTIMIZERS = [(SGD, torch.optim.SGD, options) for options in SGD_OPTIONS]
OPTIMIZERS += [(Adam, torch.optim.Adam, options) for options in ADAM_OPTIONS]


def torch_options(options):
    named = {"epsilon": "eps", "momentum": "momentum", "weight_decay": "weight_decay"}
    translated = {named[name]: value for name, value in options.items() if name in named}
    if "beta1" in options or "beta2" in options:
        translated["betas"] = (options.get("beta1", 0.9), options.get("beta2", 0.999))
    return translated


def gradients(shapes, steps, seed=5):
    """Gradients of very different sizes, some of them 0."""
    rng = np.random.default_rng(seed)
    for step in range(steps):
        yield [rng.normal(size=shape) * 10.0 ** (step % 7 - 3) * (step % 5 > 0) for shape in shapes]


@pytest.mark.parametrize(("ours", "theirs", "options"), OPTIMIZERS)
@pytest.mark.parametrize(("dtype", "rtol"), [(np.float64, 1e-12), (np.float32, 1e-4)])
def test_fifty_steps_end_where_torch_ends(ours, theirs, options, dtype, rtol):
    shapes = [(5, 3), (7,), ()]
    rng = np.random.default_rng(0)
    parameters = [Parameter(rng.normal(size=shape).astype(dtype)) for shape in shapes]
    tensors = [torch.tensor(p.value, requires_grad=True) for p in parameters]
    optimizer = ours(parameters, learning_rate=0.01, **options)
    reference = theirs(tensors, lr=0.01, **torch_options(options))
    for grads in gradients(shapes, steps=50):
        for p, t, grad in zip(parameters, tensors, grads, strict=True):
            p.grad = grad.astype(dtype)
            t.grad = torch.tensor(p.grad)
        optimizer.step()
        reference.step()
        for p, t in zip(parameters, tensors, strict=True):
            assert p.value.dtype == dtype
            np.testing.assert_allclose(p.value, t.detach(), rtol=rtol, atol=rtol)


def test_one_plain_step_goes_against_the_gradient():
    new = sgd_update([[1.0, 2.0]], [[10.0, -10.0]], learning_rate=0.5)
    assert new.tolist() == [[-4.0, 7.0]]


def test_sgd_without_options_is_sgd_update():
    p = Parameter([1.0, 2.0])
    p.grad = np.array([0.3, -0.7])
    wanted = sgd_update(p.value, p.grad, learning_rate=0.1)
    SGD([p], learning_rate=0.1).step()
    np.testing.assert_array_equal(p.value, wanted)


def test_weight_decay_and_momentum_by_hand():
    p = Parameter(2.0)
    optimizer = SGD([p], learning_rate=0.5, momentum=0.5, weight_decay=0.25)
    path = []
    for grad in (1.0, 0.0):
        p.grad = np.array(grad)
        optimizer.step()
        path.append(float(p.value))
    # d = 1 + 0.5 = 1.5, v = 1.5, p = 1.25; d = 0.3125, v = 1.0625, p = 0.71875
    assert path == [1.25, 0.71875]


def test_adam_by_hand():
    p = Parameter(1.0)
    optimizer = Adam([p], learning_rate=0.1, beta1=0.5, beta2=0.75, epsilon=1e-12)
    path = []
    for grad in (2.0, -1.0):
        p.grad = np.array(grad)
        optimizer.step()
        path.append(float(p.value))
    # m: 1, then 0; v: 1, then 1; corrected m: 2, then 0
    assert path == pytest.approx([0.9, 0.9], rel=1e-11)


def test_adam_has_the_defaults_of_torch():
    p, t = Parameter(0.0), torch.zeros((), dtype=torch.float64, requires_grad=True)
    optimizer, reference = Adam([p]), torch.optim.Adam([t])
    for grad in (1.0, -0.5, 1e-8):
        p.grad, t.grad = np.array(grad), torch.tensor(grad, dtype=torch.float64)
        optimizer.step()
        reference.step()
    assert float(p.value) == pytest.approx(t.item(), rel=1e-12)


@pytest.mark.parametrize("make", [SGD, Adam])
def test_the_learning_rate_may_change_between_steps(make):
    p = Parameter(0.0)
    optimizer = make([p], learning_rate=0.1)
    steps = []
    for rate in (0.1, 0.001):
        before, p.grad = p.value, np.array(1.0)
        optimizer.learning_rate = rate
        optimizer.step()
        steps.append(float(before - p.value))
    assert steps == pytest.approx([0.1, 0.001], rel=1e-6)


@pytest.mark.parametrize("make", [SGD, Adam])
def test_a_frozen_parameter_keeps_every_bit_and_its_state_waits(make):
    def final(freeze_at):
        p, other = Parameter([0.1, -0.2]), Parameter(1.0)
        optimizer = make([p, other], learning_rate=0.1)
        for step in range(4):
            p.frozen = step in freeze_at
            before = p.value.tobytes()
            p.grad, other.grad = np.array([1.0, 3.0]), np.array(1.0)
            optimizer.step()
            assert (p.value.tobytes() == before) == p.frozen
        assert other.value < 1
        return p.value

    three = Parameter([0.1, -0.2])
    optimizer = make([three], learning_rate=0.1)
    for _ in range(3):
        three.grad = np.array([1.0, 3.0])
        optimizer.step()
    np.testing.assert_array_equal(final(freeze_at={2}), three.value)


@pytest.mark.parametrize("make", [SGD, Adam])
def test_a_parameter_frozen_after_a_step_stays_though_its_gradient_is_left(make):
    p, t = Parameter([1.0, 2.0]), torch.tensor([1.0, 2.0], requires_grad=True)
    optimizer = make([p], learning_rate=0.1)
    reference = {SGD: torch.optim.SGD, Adam: torch.optim.Adam}[make]([t], lr=0.1)
    p.grad, t.grad = np.ones(2), torch.ones(2)
    for _ in range(2):
        optimizer.step()
        reference.step()
        before, theirs = p.value.tobytes(), t.tolist()
        p.frozen = True
        t.requires_grad_(requires_grad=False)
    assert p.value.tobytes() == before
    reference.step()
    assert t.tolist() != theirs  # as the description of Parameter says


@pytest.mark.parametrize("make", [SGD, Adam])
def test_a_frozen_parameter_needs_no_gradient(make):
    p, frozen = Parameter(1.0), Parameter(1.0)
    frozen.frozen = True
    p.grad = np.array(1.0)
    make([p, frozen], learning_rate=0.1).step()
    assert (p.value < 1, float(frozen.value)) == (True, 1.0)


@pytest.mark.parametrize("make", [SGD, Adam])
def test_a_step_replaces_the_array_and_leaves_the_gradient(make):
    p = Parameter([1.0, 2.0])
    p.grad = np.array([1.0, -1.0])
    value, grad = p.value, p.grad
    value.flags.writeable = grad.flags.writeable = False
    make([p], learning_rate=0.1).step()
    assert value.tolist() == [1.0, 2.0]
    assert p.grad is grad
    assert p.value.tolist() != [1.0, 2.0]


def test_a_single_update_beyond_the_range_does_not_warn():
    tiny, inf = np.finfo(float).tiny, np.inf
    with np.errstate(all="raise"):
        new = sgd_update([1.0, -1e308, inf], [tiny, 1e308, inf], learning_rate=0.9)
    np.testing.assert_array_equal(new, [1, -inf, np.nan])


@pytest.mark.parametrize("make", [SGD, Adam])
def test_a_step_beyond_the_range_does_not_warn(make):
    p = Parameter([-1e308, np.inf])
    p.grad = np.array([1.0, np.inf])
    with np.errstate(all="raise"):
        make([p], learning_rate=1e308).step()
    np.testing.assert_array_equal(p.value, [-np.inf, np.nan])


@pytest.mark.parametrize("make", [SGD, Adam])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_huge_and_tiny_gradients_neither_warn_nor_give_nan(make, dtype):
    info = np.finfo(dtype)
    p = Parameter(np.zeros(4, dtype))
    optimizer = make([p], learning_rate=0.01, **({"momentum": 0.9} if make is SGD else {}))
    with np.errstate(all="raise"):
        for _ in range(3):
            p.grad = np.array([info.max / 8, -info.max / 8, info.tiny, info.smallest_subnormal])
            optimizer.step()
    assert np.isfinite(p.value).all()
    assert p.value[0] < 0 < p.value[1]


def test_adam_moves_for_a_gradient_whose_square_overflows_and_torch_does_not():
    p, t = Parameter(0.0), torch.zeros((), dtype=torch.float64, requires_grad=True)
    p.grad, t.grad = np.array(1e200), torch.tensor(1e200, dtype=torch.float64)
    Adam([p], learning_rate=0.1).step()
    torch.optim.Adam([t], lr=0.1).step()
    assert float(p.value) == pytest.approx(-0.1)
    assert t.item() == 0.0


@pytest.mark.parametrize("gradient", [5.9e20, 5.8e20])
def test_the_v_of_torch_overflows_where_the_description_says(gradient):
    p, t = Parameter(np.float32(0)), torch.zeros((), requires_grad=True)
    p.grad, t.grad = np.array(gradient, np.float32), torch.tensor(gradient)
    Adam([p], learning_rate=0.1).step()
    torch.optim.Adam([t], lr=0.1).step()
    assert float(p.value) == pytest.approx(-0.1)
    assert t.item() == pytest.approx(0.0 if gradient == 5.9e20 else -0.1)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_adam_takes_a_step_of_the_rate_for_the_largest_gradients(dtype):
    largest = np.finfo(dtype).max
    p = Parameter(np.zeros(4, dtype))
    optimizer = Adam([p], learning_rate=1e3)
    for _ in range(3):
        p.grad = np.array([largest, -largest, largest / 1.7, 1e38], dtype)
        before = p.value
        optimizer.step()
        np.testing.assert_allclose(before - p.value, 1e3 * np.sign(p.grad), rtol=1e-5)


@pytest.mark.parametrize("make", [SGD, Adam])
def test_options_are_checked_whenever_they_change(make):
    optimizer = make([Parameter(1.0)], learning_rate=0.1)
    with pytest.raises(ValueError, match=r"^`learning_rate` must be in \(0, inf\), got -5$"):
        optimizer.learning_rate = -5
    with pytest.raises(TypeError, match=r"^`learning_rate` must be a number, got NoneType$"):
        optimizer.learning_rate = None
    assert optimizer.learning_rate == 0.1
    optimizer.learning_rate *= 0.5
    assert optimizer.learning_rate == 0.05


def test_a_misspelled_option_is_refused_rather_than_ignored():
    optimizer = SGD([Parameter(1.0)], learning_rate=0.1)
    with pytest.raises(AttributeError) as raised:
        optimizer.lr = 0.01
    assert str(raised.value) == (
        "an option of SGD is one of learning_rate, momentum, weight_decay, got lr"
    )
    with pytest.raises(AttributeError, match="parameters"):
        optimizer.parameters = []


def test_optimizers_show_their_options():
    p, q = Parameter(1.0), Parameter([2.0])
    assert repr(SGD([p], learning_rate=0.1, momentum=0.9)) == (
        "SGD(1 parameter, learning_rate=0.1, momentum=0.9, weight_decay=0.0)"
    )
    assert repr(Adam([p, q])) == (
        "Adam(2 parameters, learning_rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-08)"
    )
    assert Adam([p, q]).parameters == (p, q)


@pytest.mark.parametrize("make", [SGD, Adam])
def test_an_optimizer_pickled_with_its_parameters_goes_on_where_it_was(make):
    option = {SGD: {"momentum": 0.9}, Adam: {}}[make]
    p = Parameter([1.0, 2.0])
    optimizer = make([p], learning_rate=0.1, **option)
    p.grad = np.array([1.0, -2.0])
    optimizer.step()
    again, q = pickle.loads(pickle.dumps((optimizer, p)))  # noqa: S301 (our own)
    assert again.parameters[0] is q
    q.grad = p.grad
    optimizer.step()
    again.step()
    assert p.value.tolist() == q.value.tolist()


def test_an_update_beyond_the_float_range_is_infinite_without_a_warning():
    assert sgd_update(1e308, -1e308, learning_rate=10.0) == math.inf


@pytest.mark.parametrize("make", [SGD, Adam])
def test_nothing_changes_if_any_gradient_is_missing_or_misshapen(make):
    first, second = Parameter([1.0]), Parameter([2.0, 3.0])
    optimizer = make([first, second], learning_rate=0.1)
    first.grad = np.array([1.0])
    message = r"^`backward` must run before `step`, got no gradient for Parameter\(shape=\(2,\)"
    with pytest.raises(RuntimeError, match=message):
        optimizer.step()
    second.grad = np.array([1.0])
    with pytest.raises(ValueError, match=r"^`grad` must have shape \(2,\), got \(1,\)$"):
        optimizer.step()
    assert (first.value.tolist(), second.value.tolist()) == ([1.0], [2.0, 3.0])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(), (0,), (5, 3, 7)])
def test_sgd_update_keeps_shape_and_dtype_and_its_inputs(dtype, shape):
    parameter, grad = np.ones(shape, dtype), np.ones(shape, dtype)
    parameter.flags.writeable = grad.flags.writeable = False
    new = sgd_update(parameter, grad, learning_rate=0.25)
    assert (new.shape, new.dtype) == (shape, dtype)
    assert (new == 0.75).all()


def small():
    return Parameter(np.float32(1))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: sgd_update([1.0], [[1.0]], learning_rate=0.1), ValueError,
         "`grad` must have shape (1,), got (1, 1)"),
        (lambda: sgd_update("a", [1.0], learning_rate=0.1), TypeError,
         "`parameter` must hold real numbers or bools, got <U1"),
        (lambda: sgd_update([1.0], [1.0], learning_rate=0), ValueError,
         "`learning_rate` must be in (0, inf), got 0"),
        (lambda: SGD([Parameter(1.0)], learning_rate=math.inf), ValueError,
         "`learning_rate` must be in (0, inf), got inf"),
        (lambda: SGD([Parameter(1.0)], learning_rate=math.nan), ValueError,
         "`learning_rate` must be in (0, inf), got nan"),
        (lambda: SGD([Parameter(1.0)], learning_rate="0.1"), TypeError,
         "`learning_rate` must be a number, got str"),
        (lambda: SGD([Parameter(1.0)], learning_rate=1, momentum=1), ValueError,
         "`momentum` must be in [0, 1), got 1"),
        (lambda: SGD([Parameter(1.0)], learning_rate=1, weight_decay=-0.1), ValueError,
         "`weight_decay` must be in [0, inf), got -0.1"),
        (lambda: SGD([], learning_rate=1), ValueError,
         "`parameters` must hold at least one parameter, got none"),
        (lambda: SGD([*2 * [Parameter(1.0)]], learning_rate=1), ValueError,
         "`parameters` must be different objects, got 1 twice"),
        (lambda: SGD([small(), Parameter(1.0)], learning_rate=1e-50), ValueError,
         "`learning_rate` must be in (0, inf) for float32, got 1e-50"),
        (lambda: SGD([Parameter(1.0), small()], learning_rate=1e39), ValueError,
         "`learning_rate` must be in (0, inf) for float32, got 1e+39"),
        (lambda: Adam([small()], beta2=1 - 1e-9), ValueError,
         "`beta2` must be in [0, 1) for float32, got 0.999999999"),
        (lambda: Adam([small()], epsilon=1e-46), ValueError,
         "`epsilon` must be in (0, inf) for float32, got 1e-46"),
        (lambda: sgd_update(np.float32([1]), [1], learning_rate=1e-50), ValueError,
         "`learning_rate` must be in (0, inf) for float32, got 1e-50"),
        (lambda: SGD([np.zeros(3)], learning_rate=1), TypeError,
         "`parameters` must be parameters, got ndarray at 0"),
        (lambda: Adam([Parameter(1.0), 1]), TypeError,
         "`parameters` must be parameters, got int at 1"),
        (lambda: Adam(Parameter(1.0)), TypeError, "`parameters` must be a list, got Parameter"),
        (lambda: Adam([]), ValueError,
         "`parameters` must hold at least one parameter, got none"),
        (lambda: Adam([Parameter(1.0)], learning_rate=-1), ValueError,
         "`learning_rate` must be in (0, inf), got -1"),
        (lambda: Adam([Parameter(1.0)], beta1=1.0), ValueError,
         "`beta1` must be in [0, 1), got 1.0"),
        (lambda: Adam([Parameter(1.0)], beta2=-0.5), ValueError,
         "`beta2` must be in [0, 1), got -0.5"),
        (lambda: Adam([Parameter(1.0)], epsilon=0), ValueError,
         "`epsilon` must be in (0, inf), got 0"),
    ],
)  # fmt: skip
def test_bad_arguments_are_named(call, error, message):
    with pytest.raises(error) as raised:
        call()
    assert str(raised.value) == message
