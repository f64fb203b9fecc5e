"""Layers against PyTorch, finite differences and the scalar engine; their files."""

import copy
import io
import pickle
import zipfile
from functools import partial

import numpy as np
import pytest
import torch

from nnref import activations, gradcheck, initializers
from nnref.autograd import Value
from nnref.layers import Activation, Dense, Layer, Parameter, Sequential

DTYPES = [(np.float64, 1e-12), (np.float32, 2e-5)]


def rng(seed=0):
    return np.random.default_rng(seed)


def relu():
    return Activation(activations.relu, activations.relu_grad)


def tanh():
    return Activation(activations.tanh, activations.tanh_grad)


def network(seed=0, dtype=np.float64):
    """A 5-3-7 network with random biases."""
    model = Sequential(
        Dense(5, 3, rng=rng(seed), dtype=dtype), tanh(), Dense(3, 7, rng=rng(seed + 1), dtype=dtype)
    )
    for parameter in model.parameters():
        parameter.value = parameter.value + rng(seed + 2).normal(size=parameter.value.shape)
    return model


def torch_twin(model, activation):
    """The same network in PyTorch, by the names in its state_dict."""
    dense = [layer for layer in model.layers if isinstance(layer, Dense)]
    modules = []
    for layer in dense:
        rows, columns = layer.weight.value.shape
        dtype = torch.from_numpy(layer.weight.value).dtype
        modules += [torch.nn.Linear(columns, rows, dtype=dtype), activation()]
    twin = torch.nn.Sequential(*modules[:-1])
    state = {name: torch.from_numpy(p.value) for name, p in model.named_parameters().items()}
    twin.load_state_dict(state)
    return twin


def test_a_dense_layer_by_hand():
    layer = Dense(2, 3, rng=rng())
    layer.weight.value = [[1, 2], [3, 4], [5, 6]]
    layer.bias.value = [10, 20, 30]
    assert layer.forward([[1, -1]]).tolist() == [[9, 19, 29]]
    assert layer.backward([[1, 0, -2]]).tolist() == [[1 - 10, 2 - 12]]
    assert layer.weight.grad.tolist() == [[1, -1], [0, 0], [-2, 2]]
    assert layer.bias.grad.tolist() == [1, 0, -2]


def test_a_dense_layer_is_a_weighted_sum_for_each_example_and_output():
    layer, x = Dense(5, 3, rng=rng()), rng(1).normal(size=(7, 5))
    layer.bias.value = [1.0, 2.0, 3.0]
    got = layer.forward(x)
    for n in range(7):
        for k in range(3):
            total = layer.bias.value[k]
            for d in range(5):
                total += layer.weight.value[k, d] * x[n, d]
            assert got[n, k] == pytest.approx(total)


@pytest.mark.parametrize(("dtype", "rtol"), DTYPES)
@pytest.mark.parametrize("count", [1, 11])
def test_a_network_has_the_outputs_and_gradients_of_torch(dtype, rtol, count):
    model = network(dtype=dtype)
    twin = torch_twin(model, torch.nn.Tanh)
    x, upstream = (rng(3).normal(size=(count, n)).astype(dtype) for n in (5, 7))
    theirs = torch.tensor(x, requires_grad=True)
    wanted = twin(theirs)
    wanted.backward(torch.from_numpy(upstream))

    np.testing.assert_allclose(model.forward(x), wanted.detach(), rtol=rtol, atol=rtol)
    np.testing.assert_allclose(model.backward(upstream), theirs.grad, rtol=rtol, atol=rtol)
    named = model.named_parameters()
    for name, tensor in twin.named_parameters():
        np.testing.assert_allclose(named[name].grad, tensor.grad, rtol=rtol, atol=rtol)


def test_the_gradients_agree_with_finite_differences():
    model, x, upstream = network(), rng(3).normal(size=(4, 5)), rng(4).normal(size=(4, 7))

    def loss(x):
        return (model.forward(x) * upstream).sum()

    def grad(x):
        model.forward(x)
        return model.backward(upstream)

    gradcheck.check_grad(loss, grad, x)
    for parameter in model.parameters():
        start = parameter.value

        def loss_at(value, parameter=parameter):
            parameter.value = value
            return loss(x)

        def grad_at(value, parameter=parameter):
            parameter.value = value
            grad(x)
            return parameter.grad

        gradcheck.check_grad(loss_at, grad_at, start)
        parameter.value = start


def test_a_2_2_1_network_has_the_gradients_of_the_scalar_engine():
    model = Sequential(Dense(2, 2, rng=rng(1)), tanh(), Dense(2, 1, rng=rng(2)))
    output = model.forward([[0.6, 0.9]])
    model.backward(np.ones((1, 1)))

    p = model.named_parameters()
    w1, b1 = [[Value(w) for w in row] for row in p["0.weight"].value], [Value(0), Value(0)]
    w2, b2 = [Value(w) for w in p["2.weight"].value[0]], Value(0)
    hidden = [(w[0] * 0.6 + w[1] * 0.9 + b).tanh() for w, b in zip(w1, b1, strict=True)]
    y = w2[0] * hidden[0] + w2[1] * hidden[1] + b2
    y.backward()

    assert output[0, 0] == pytest.approx(y.data, rel=1e-15)
    np.testing.assert_allclose(
        p["0.weight"].grad, [[w.grad for w in row] for row in w1], rtol=1e-14
    )
    np.testing.assert_allclose(p["0.bias"].grad, [b.grad for b in b1], rtol=1e-14)
    np.testing.assert_allclose(p["2.weight"].grad, [[w.grad for w in w2]], rtol=1e-14)
    np.testing.assert_allclose(p["2.bias"].grad, [b2.grad], rtol=1e-14)


def test_each_backward_replaces_the_gradients():
    model, x = network(), rng(3).normal(size=(4, 5))
    model.forward(x)
    model.backward(np.ones((4, 7)))
    once = [p.grad for p in model.parameters()]
    model.backward(np.ones((4, 7)))
    for parameter, grad in zip(model.parameters(), once, strict=True):
        np.testing.assert_array_equal(parameter.grad, grad)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_outputs_and_gradients_have_the_dtype_of_the_weights(dtype):
    model = network(dtype=dtype)
    for x, upstream in [
        (np.ones((2, 5), np.float32), np.ones((2, 7), np.float64)),
        (np.ones((2, 5), np.float64), np.ones((2, 7), np.float32)),
        (np.ones((2, 5), int), np.ones((2, 7), bool)),
    ]:
        assert model.forward(x).dtype == model.backward(upstream).dtype == dtype
        assert {p.grad.dtype for p in model.parameters()} == {np.dtype(dtype)}
        assert {p.value.dtype for p in model.parameters()} == {np.dtype(dtype)}


def test_inputs_may_be_read_only_and_are_never_changed():
    x, upstream = rng(1).normal(size=(4, 5)), rng(2).normal(size=(4, 7))
    copies = x.copy(), upstream.copy()
    x.flags.writeable = upstream.flags.writeable = False
    model = network()
    model.forward(x)
    model.backward(upstream)
    np.testing.assert_array_equal(x, copies[0])
    np.testing.assert_array_equal(upstream, copies[1])


def test_an_empty_batch_gives_no_outputs_and_zero_gradients():
    model = network()
    assert model.forward(np.zeros((0, 5))).shape == (0, 7)
    assert model.backward(np.zeros((0, 7))).shape == (0, 5)
    assert all((p.grad == 0).all() for p in model.parameters())


def test_infinite_and_huge_numbers_pass_without_a_warning():
    layer = Dense(2, 1, rng=rng())
    layer.weight.value = [[1e200, 1e200]]
    assert layer.forward([[1e200, 1e200], [np.nan, 0]])[0, 0] == np.inf
    assert layer.backward([[1e200], [np.inf]])[0, 0] == np.inf


def test_an_activation_passes_infinite_gradients_without_a_warning():
    layer = relu()
    layer.forward([-1.0, 1.0])
    np.testing.assert_array_equal(layer.backward([np.inf, np.inf]), [np.nan, np.inf])


def test_weights_come_from_the_initializer_and_biases_are_0():
    layer = Dense(5, 3, rng=rng(8), initializer=initializers.xavier_uniform)
    wanted = initializers.xavier_uniform((3, 5), rng=rng(8))
    np.testing.assert_array_equal(layer.weight.value, wanted)
    assert layer.bias.value.tolist() == [0, 0, 0]
    np.testing.assert_array_equal(
        Dense(5, 3, rng=rng(8)).weight.value, initializers.he_normal((3, 5), rng=rng(8))
    )
    np.testing.assert_array_equal(
        Dense(5, 3, rng=rng(8), dtype=np.float32).weight.value,
        initializers.he_normal((3, 5), rng=rng(8)).astype(np.float32),
    )


def test_an_initializer_may_return_a_list():
    layer = Dense(2, 1, rng=rng(), initializer=lambda shape, rng: [[3, 4]])  # noqa: ARG005
    assert layer.forward([[1, 10]]).tolist() == [[43]]


@pytest.mark.parametrize("shape", [(), (0,), (5, 3, 7)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_an_activation_takes_any_shape_and_keeps_it(shape, dtype):
    layer, x = tanh(), rng(2).normal(size=shape).astype(dtype)
    y, grad = layer.forward(x), layer.backward(np.full(shape, 2.0))
    assert (y.shape, y.dtype, grad.shape, grad.dtype) == (shape, dtype, shape, dtype)
    np.testing.assert_array_equal(y, activations.tanh(x))
    np.testing.assert_array_equal(grad, 2 * activations.tanh_grad(x))
    assert layer.named_parameters() == {}


def test_a_sequential_may_hold_another():
    inner = Sequential(Dense(5, 3, rng=rng(1)), relu())
    outer = Sequential(inner, Dense(3, 7, rng=rng(2)))
    assert list(outer.named_parameters()) == ["0.0.weight", "0.0.bias", "1.weight", "1.bias"]
    flat = Sequential(*inner.layers, outer.layers[1])
    x, upstream = rng(3).normal(size=(4, 5)), rng(4).normal(size=(4, 7))
    np.testing.assert_array_equal(outer.forward(x), flat.forward(x))
    np.testing.assert_array_equal(outer.backward(upstream), flat.backward(upstream))


def test_setting_a_value_keeps_dtype_and_shape_and_copies():
    parameter = Parameter(np.zeros((2, 3), np.float32))
    for new in (np.ones((2, 3)), np.ones((2, 3), np.float32)):
        parameter.value = new
        new[0, 0] = 99.0
        assert parameter.value.tolist() == [[1, 1, 1], [1, 1, 1]]
        assert parameter.value.dtype == np.float32
    assert repr(parameter) == "Parameter(shape=(2, 3), dtype=float32)"


def test_a_parameter_copies_its_start_value():
    start = np.zeros(3)
    parameter = Parameter(start)
    start[0] = 99.0
    assert parameter.value.tolist() == [0, 0, 0]
    assert (parameter.grad, parameter.frozen) == (None, False)


def test_subtracting_a_step_leaves_what_was_read_before():
    parameter = Parameter(np.ones((2, 3), np.float32))
    before = parameter.value
    parameter.subtract(np.full((2, 3), 0.25))
    assert parameter.value.tolist() == [[0.75] * 3] * 2
    assert parameter.value.dtype == np.float32
    assert (before == 1).all()


@pytest.mark.parametrize(
    ("thing", "name"),
    [
        (Parameter(1.0), "requires_grad"),
        (Dense(5, 3, rng=np.random.default_rng(0)), "frozen"),
        (network(), "trainable"),
    ],
)
def test_a_misspelled_attribute_is_refused_rather_than_ignored(thing, name):
    with pytest.raises(AttributeError, match=name):
        setattr(thing, name, False)


@pytest.mark.parametrize("name", ["weight", "bias"])
def test_a_parameter_cannot_be_put_into_another_layer(name):
    a, b = Dense(3, 3, rng=rng(1)), Dense(3, 3, rng=rng(2))
    with pytest.raises(AttributeError, match=name):
        setattr(b, name, getattr(a, name))


def test_the_layers_of_a_model_stay_the_same():
    model = network()
    with pytest.raises(AttributeError, match="layers"):
        model.layers = (model.layers[0], model.layers[0])


@pytest.mark.parametrize("dtype", ["float32", np.dtype("float32"), np.float32, "f4"])
def test_a_dtype_has_several_names(dtype):
    layer = Dense(3, 2, rng=rng(), dtype=dtype)
    assert layer.weight.value.dtype == layer.bias.value.dtype == np.float32
    assert Dense(3, 2, rng=rng(), dtype=float).weight.value.dtype == np.float64


def test_layers_show_what_they_are_made_of():
    model = Sequential(Dense(8, 3, rng=rng(), dtype=np.float32), Sequential(leaky(0.2)), tanh())
    assert repr(model) == (
        "Sequential(Dense(8, 3, dtype=float32), "
        "Sequential(Activation(leaky_relu, leaky_relu_grad, negative_slope=0.2)), "
        "Activation(tanh, tanh_grad))"
    )


def leaky(slope):
    return Activation(activations.leaky_relu, activations.leaky_relu_grad, negative_slope=slope)


def test_an_option_reaches_the_function_and_its_derivative():
    layer, x = leaky(0.2), np.array([-3.0, 5.0])
    np.testing.assert_array_equal(layer.forward(x), activations.leaky_relu(x, negative_slope=0.2))
    np.testing.assert_array_equal(layer.backward([1.0, 1.0]), [0.2, 1.0])


def test_functions_of_ones_own_may_be_paired_as_one_likes():
    assert Activation(np.exp, np.exp).forward([0.0]) == 1
    assert Activation(activations.tanh, lambda x: 1 - np.tanh(x) ** 2).forward([0.0]) == 0
    assert Activation(np.tanh, activations.tanh_grad).forward([0.0]) == 0
    assert Activation(lambda x: x, np.ones_like).forward([2.0]) == 2


class Doubled(Dense):
    """A layer with a way forward and back of its own."""

    def forward(self, x):
        return 2 * super().forward(x)

    def backward(self, upstream):
        return super().backward(2 * np.asarray(upstream))


def test_a_layer_of_ones_own_is_run_as_it_is_written():
    model, plain = Sequential(Doubled(5, 3, rng=rng(1)), tanh()), Dense(5, 3, rng=rng(1))
    x, upstream = rng(3).normal(size=(4, 5)), rng(4).normal(size=(4, 3))
    np.testing.assert_array_equal(model.forward(x), np.tanh(2 * plain.forward(x)))
    np.testing.assert_allclose(
        model.backward(upstream),
        plain.backward(2 * upstream * activations.tanh_grad(2 * plain.forward(x))),
        rtol=1e-14,
    )


def test_warnings_are_off_inside_a_sequential_and_on_again_after_it():
    model = Sequential(Dense(1, 1, rng=rng()), Activation(np.exp, np.exp))
    model.layers[0].weight.value = [[1e300]]
    before = np.geterr()
    assert model.forward([[1e300]]) == np.inf
    assert model.backward([[1e300]]) == np.inf
    assert np.geterr() == before


@pytest.mark.parametrize("again", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])  # noqa: S301 (our own)
def test_a_copied_or_pickled_model_is_the_same_and_carries_no_data(again):
    model, x = network(), rng(3).normal(size=(4, 5))
    model.layers[0].bias.frozen = True
    fresh = len(pickle.dumps(model))
    model.forward(rng(3).normal(size=(1000, 5)))
    model.backward(np.ones((1000, 7)))
    assert len(pickle.dumps(model)) == fresh

    twin = again(model)
    with pytest.raises(RuntimeError, match=r"^`forward` must run before `backward`"):
        twin.backward(np.ones((1000, 7)))
    assert [p.grad for p in twin.parameters()] == [None] * 4
    assert [p.frozen for p in twin.parameters()] == [False, True, False, False]
    np.testing.assert_array_equal(twin.forward(x), model.forward(x))
    twin.parameters()[0].value = np.zeros((3, 5))
    assert model.parameters()[0].value.all()
    assert model.parameters()[0].grad is not None


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_saved_parameters_come_back_bit_for_bit(tmp_path, dtype):
    model, other = network(0, dtype), network(9, dtype)
    model.save(tmp_path / "weights.npz")
    other.load(tmp_path / "weights.npz")
    for a, b in zip(model.parameters(), other.parameters(), strict=True):
        assert a.value.tobytes() == b.value.tobytes()
    x = rng(1).normal(size=(4, 5))
    np.testing.assert_array_equal(model.forward(x), other.forward(x))


def test_the_file_has_exactly_the_name_asked_for_and_its_bytes_do_not_vary(tmp_path):
    for name in ("weights", "again.npz"):
        network().save(tmp_path / name)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["again.npz", "weights"]
    assert (tmp_path / "weights").read_bytes() == (tmp_path / "again.npz").read_bytes()


def test_a_state_dict_of_torch_can_be_loaded(tmp_path):
    model = network()
    twin = torch.nn.Sequential(torch.nn.Linear(5, 3), torch.nn.Tanh(), torch.nn.Linear(3, 7))
    path = tmp_path / "torch.npz"
    np.savez(path, **{name: tensor.numpy() for name, tensor in twin.state_dict().items()})
    model.load(str(path))
    x = rng(1).normal(size=(4, 5)).astype(np.float32)
    wanted = twin(torch.from_numpy(x)).detach()
    np.testing.assert_allclose(model.forward(x), wanted, rtol=1e-5, atol=1e-6)


def test_loading_reaches_frozen_parameters_and_leaves_them_frozen(tmp_path):
    model, other = network(0), network(9)
    model.save(tmp_path / "weights.npz")
    other.parameters()[0].frozen = True
    other.load(tmp_path / "weights.npz")
    np.testing.assert_array_equal(other.parameters()[0].value, model.parameters()[0].value)
    assert [p.frozen for p in other.parameters()] == [True, False, False, False]


def entries(**changes):
    """The entries of a right file with some changed; None leaves an entry out."""
    arrays = {name: p.value for name, p in network().named_parameters().items()}
    arrays.update({name.replace("_", "."): array for name, array in changes.items()})
    return {name: array for name, array in arrays.items() if array is not None}


PREFIX = "`path` must hold the parameters of this model, got "


@pytest.mark.parametrize(
    ("arrays", "error", "message"),
    [
        (entries(**{"2_bias": None}), ValueError, PREFIX + "no 2.bias"),
        (entries(**{"3_bias": np.ones(7)}), ValueError, PREFIX + "an extra 3.bias"),
        (entries(**{"2_bias": None, "0_weight": None, "bias": np.ones(7)}), ValueError,
         PREFIX + "no 0.weight, no 2.bias, an extra bias"),
        ({}, ValueError, PREFIX + "no 0.weight, no 0.bias, no 2.weight, no 2.bias"),
        (entries(**{"2_weight": np.ones((3, 7))}), ValueError,
         "`2.weight` must have shape (7, 3), got (3, 7)"),
        (entries(**{"2_bias": np.ones((7, 1))}), ValueError,
         "`2.bias` must have shape (7,), got (7, 1)"),
        (entries(**{"2_bias": np.full(7, np.nan)}), ValueError,
         "`2.bias` must be finite, got nan"),
        (entries(**{"2_bias": np.full(7, -np.inf)}), ValueError,
         "`2.bias` must be finite, got -inf"),
        (entries(**{"2_bias": np.ones(7, complex)}), TypeError,
         "`2.bias` must hold real numbers or bools, got complex128"),
        (entries(**{"2_bias": np.array(["a"] * 7)}), TypeError,
         "`2.bias` must hold real numbers or bools, got <U1"),
    ],
)  # fmt: skip
def test_a_file_that_does_not_fit_is_named_and_changes_nothing(tmp_path, arrays, error, message):
    path = tmp_path / "weights.npz"
    np.savez(path, **arrays)
    model = network(9)
    before = [p.value.tobytes() for p in model.parameters()]
    with pytest.raises(error) as raised:
        model.load(path)
    assert str(raised.value) == message
    assert [p.value.tobytes() for p in model.parameters()] == before


class Trap:
    """Unpickling this would raise."""

    def __reduce__(self):
        return pytest.fail, ("unpickled",)


def pickled(file):
    objects = {name: p.value for name, p in network().named_parameters().items()}
    np.savez(file, **{**objects, "2.bias": np.array([Trap()] * 7, dtype=object)})


def truncated(file):
    whole = io.BytesIO()
    np.savez(whole, **entries())
    file.write(whole.getvalue()[:-40])


def corrupted(file):
    whole = io.BytesIO()
    np.savez(whole, **entries())
    data = bytearray(whole.getvalue())
    place = data.index(network().parameters()[0].value.tobytes())
    data[place] ^= 1
    file.write(data)


def foreign_archive(file):
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("0.weight.npy", b"\x93NUMPY\x01\x00")


@pytest.mark.parametrize(
    "write",
    [
        pickled,
        truncated,
        corrupted,
        foreign_archive,
        lambda file: np.save(file, np.ones(3)),
        lambda file: np.save(file, np.array([Trap()], dtype=object), allow_pickle=True),
        lambda file: file.write(b"not an archive"),
        lambda file: file.write(b""),
    ],
)
def test_a_file_of_another_kind_is_refused_and_changes_nothing(tmp_path, write):
    path = tmp_path / "weights.npz"
    with path.open("wb") as file:
        write(file)
    model = network(9)
    before = [p.value.tobytes() for p in model.parameters()]
    with pytest.raises(ValueError, match=r"^`path` must be an \.npz file of arrays, got .*npz$"):
        model.load(path)
    assert [p.value.tobytes() for p in model.parameters()] == before


def damaged(seed):
    """A right file with a few bytes changed, cut out, put in or left off at its end."""
    whole, r = io.BytesIO(), rng(seed)
    [np.savez, np.savez_compressed][seed % 2](whole, **entries())
    data = bytearray(whole.getvalue())
    place = r.integers(data.index(b"PK\x01\x02") if seed % 3 else 0, len(data))
    match seed % 5:
        case 0:
            del data[place:]
        case 1:
            del data[place : place + r.integers(1, 30)]
        case 2:
            data[place:place] = r.bytes(7)
        case _:
            data[place] = r.integers(256)
    return bytes(data)


def test_a_damaged_file_gives_the_documented_error_or_the_right_numbers(tmp_path):
    path, wanted = tmp_path / "weights.npz", [p.value.tobytes() for p in network().parameters()]
    outcomes = []
    for seed in range(200):
        path.write_bytes(damaged(seed))
        model = network(9)
        before = [p.value.tobytes() for p in model.parameters()]
        try:
            model.load(path)
        except ValueError as error:
            outcomes.append(str(error)[:11])
        else:  # the damage is to a date or the like
            outcomes.append("loaded")
            before = wanted
        assert [p.value.tobytes() for p in model.parameters()] == before
    assert set(outcomes) == {"loaded", "`path` must"}
    assert outcomes.count("loaded") < 60


def test_a_missing_file_is_pythons_own_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        network().load(tmp_path / "nowhere.npz")


def assign(value):
    Parameter([1.0, 2.0]).value = value


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: Parameter("a"), TypeError, "`value` must hold real numbers or bools, got <U1"),
        (lambda: assign([1.0]), ValueError, "`value` must have shape (2,), got (1,)"),
        (lambda: assign(["a", "b"]), TypeError,
         "`value` must hold real numbers or bools, got <U1"),
        (lambda: Dense(0, 3, rng=rng()), ValueError, "`in_features` must be at least 1, got 0"),
        (lambda: Dense(5, -3, rng=rng()), ValueError,
         "`out_features` must be at least 1, got -3"),
        (lambda: Dense(5.0, 3, rng=rng()), TypeError,
         "`in_features` must be an integer, got float"),
        (lambda: Dense(5, 3, rng=0), TypeError,
         "`rng` must be a numpy.random.Generator, got int"),
        (lambda: Dense(5, 3, rng=rng(), dtype=np.float16), TypeError,
         "`dtype` must be numpy.float32 or numpy.float64, got <class 'numpy.float16'>"),
        (lambda: Dense(5, 3, rng=rng(), dtype=None), TypeError,
         "`dtype` must be numpy.float32 or numpy.float64, got None"),
        (lambda: Dense(5, 3, rng=rng(), dtype="single-ish"), TypeError,
         "`dtype` must be numpy.float32 or numpy.float64, got single-ish"),
        (lambda: Parameter([1.0, 2.0]).subtract(np.ones(3)), ValueError,
         "`step` must have shape (2,), got (3,)"),
        (lambda: Dense(5, 3, rng=rng(), initializer=0.1), TypeError,
         "`initializer` must be a function, got float"),
        (lambda: Dense(5, 3, rng=rng(), initializer=lambda shape, rng: rng.random(shape[::-1])),
         ValueError, "`initializer(...)` must have shape (3, 5), got (5, 3)"),
        (lambda: Dense(5, 3, rng=rng(), initializer=lambda shape, rng: [[0.1, 0.2]]),  # noqa: ARG005
         ValueError, "`initializer(...)` must have shape (3, 5), got (1, 2)"),
        (lambda: Dense(5, 3, rng=rng(), initializer=lambda shape, rng: None),  # noqa: ARG005
         TypeError, "`initializer(...)` must hold real numbers or bools, got object"),
        (lambda: Activation(3, activations.relu_grad), TypeError,
         "`function` must be a function, got int"),
        (lambda: Activation(activations.relu, 4), TypeError,
         "`derivative` must be a function, got int"),
        (lambda: Activation(activations.tanh, activations.relu_grad), ValueError,
         "`derivative` must be the derivative of tanh, got relu_grad"),
        (lambda: Activation(activations.relu, activations.relu), ValueError,
         "`derivative` must be the derivative of relu, got relu"),
        (lambda: Activation(lambda x: 2 * x, activations.relu_grad), ValueError,
         "`derivative` must be the derivative of <lambda>, got relu_grad"),
        (lambda: Activation(Trap(), activations.relu_grad), TypeError,
         "`function` must be a function, got Trap"),
        (lambda: Activation(partial(activations.leaky_relu, negative_slope=0.2),
                            activations.leaky_relu_grad), TypeError,
         "`function` must leave options to the arguments that follow, "
         "got a partial of leaky_relu"),
        (lambda: Activation(activations.leaky_relu,
                            partial(activations.leaky_relu_grad, negative_slope=0.2)), TypeError,
         "`derivative` must leave options to the arguments that follow, "
         "got a partial of leaky_relu_grad"),
        (lambda: network().forward(np.ones(5)), ValueError,
         "`x` must have shape (N, 5), got (5,)"),
        (lambda: network().forward(np.ones((4, 3))), ValueError,
         "`x` must have shape (N, 5), got (4, 3)"),
        (lambda: network().forward([["a"] * 5]), TypeError,
         "`x` must hold real numbers or bools, got <U1"),
        (lambda: relu().forward(["a"]), TypeError,
         "`x` must hold real numbers or bools, got <U1"),
        (lambda: network().backward(np.ones((4, 7))), RuntimeError,
         "`forward` must run before `backward`, got no input yet"),
        (lambda: relu().backward(np.ones(4)), RuntimeError,
         "`forward` must run before `backward`, got no input yet"),
        (lambda: after_forward(network()).backward(np.ones((7,))), ValueError,
         "`upstream` must have shape (4, 7), got (7,)"),
        (lambda: after_forward(network()).backward(np.ones((1, 7))), ValueError,
         "`upstream` must have shape (4, 7), got (1, 7)"),
        (lambda: after_forward(network()).backward([["a"] * 7] * 4), TypeError,
         "`upstream` must hold real numbers or bools, got <U1"),
        (lambda: after_forward(relu()).backward(np.ones((4, 1))), ValueError,
         "`upstream` must have shape (4, 5), got (4, 1)"),
        (lambda: Sequential(), ValueError, "`layers` must hold at least one layer, got none"),
        (lambda: Sequential(relu(), activations.relu), TypeError,
         "`layers` must be layers, got function at 1"),
    ],
)  # fmt: skip
def test_bad_arguments_are_named(call, error, message):
    with pytest.raises(error) as raised:
        call()
    assert str(raised.value) == message


def after_forward(layer):
    layer.forward(np.ones((4, 5)))
    return layer


class Tied(Layer):
    """A layer that uses the parameters of another."""

    def __init__(self, other):
        self.other = other

    def named_parameters(self):
        return {"tied": self.other.weight}

    def forward(self, x):
        return x @ self.other.weight.value

    def backward(self, upstream):
        return upstream


def in_two_places():
    act, dense, inner = relu(), Dense(5, 5, rng=rng()), Sequential(relu())
    return [
        ((act, Dense(5, 5, rng=rng()), act), "0 again as 2"),
        ((act, Sequential(Dense(5, 5, rng=rng()), act)), "0 again as 1.1"),
        ((Sequential(Sequential(dense)), relu(), dense), "0.0.0 again as 2"),
        ((inner, Sequential(inner)), "0 again as 1.0"),
        ((dense, Tied(dense)), "0.weight again as 1.tied"),
        ((dense, copy.copy(dense)), "0.weight again as 1.weight"),
    ]


@pytest.mark.parametrize(("layers", "got"), in_two_places())
def test_nothing_can_stand_in_two_places(layers, got):
    with pytest.raises(ValueError, match=r"^`layers` must hold nothing twice, got ") as raised:
        Sequential(*layers)
    assert str(raised.value).endswith(got)


def test_two_models_may_share_a_layer():
    body = Dense(5, 3, rng=rng())
    first, second = (Sequential(body, Dense(3, n, rng=rng())) for n in (2, 7))
    assert first.parameters()[0] is second.parameters()[0]
