"""Batches, the loop against PyTorch's, its record, and how it stops."""

import copy
import dataclasses
import io
import json
import pickle
import re
import sys
from functools import partial

import numpy as np
import pytest
import torch

from nnref import activations, losses
from nnref.datasets import standardize, weld_features, xor
from nnref.layers import Activation, Dense, Layer, Sequential
from nnref.optimizers import SGD, Adam
from nnref.training import DivergenceError, Epoch, History, Loss, batches, epochs, fit

MSE = {"loss": Loss(losses.mean_squared_error, losses.mean_squared_error_grad)}


def cross_entropy(**options):
    return Loss(
        losses.sparse_categorical_cross_entropy_with_logits,
        losses.sparse_categorical_cross_entropy_with_logits_grad,
        **options,
    )


def rng(seed=0):
    return np.random.default_rng(seed)


def network(seed=0, sizes=(5, 7, 3)):
    first, hidden, last = sizes
    return Sequential(
        Dense(first, hidden, rng=rng(seed)),
        Activation(activations.tanh, activations.tanh_grad),
        Dense(hidden, last, rng=rng(seed + 1)),
    )


def line(slope=0.0):
    """A single weight, to be worked out by hand."""
    model = Sequential(Dense(1, 1, rng=rng()))
    model.layers[0].weight.value = [[slope]]
    return model


def examples(count=23, seed=3):
    r = rng(seed)
    return r.normal(size=(count, 5)), r.integers(0, 3, count)


def train(model=None, data=None, learning_rate=0.1, **options):
    """Call fit with defaults for what a test does not care about."""
    model = model or network()
    inputs, targets = data or examples()
    options = {"epochs": 3, "batch_size": 8, "rng": rng(9), "loss": cross_entropy(), **options}
    if "optimizer" not in options:
        options["optimizer"] = SGD(model.parameters(), learning_rate=learning_rate)
    return fit(model, inputs, targets, **options)


def test_batches_hold_each_example_once_with_its_target():
    inputs = np.arange(23 * 2).reshape(23, 2)
    pairs = list(batches(inputs, inputs.sum(axis=1), batch_size=5, rng=rng()))
    assert [len(x) for x, _ in pairs] == [5, 5, 5, 5, 3]
    x, y = (np.concatenate(parts) for parts in zip(*pairs, strict=True))
    assert sorted(x[:, 0].tolist()) == inputs[:, 0].tolist()
    np.testing.assert_array_equal(x.sum(axis=1), y)
    assert x.tolist() != inputs.tolist()


def test_batches_draw_one_permutation_when_called():
    generator, twin = rng(4), rng(4)
    pairs = batches(np.arange(7), np.arange(7), batch_size=3, rng=generator)
    order = twin.permutation(7)
    assert generator.random() == twin.random()
    assert np.concatenate([x for x, _ in pairs]).tolist() == order.tolist()


def test_a_batch_may_hold_all_examples_or_one():
    assert [len(x) for x, _ in batches([1, 2], [3, 4], batch_size=9, rng=rng())] == [2]
    assert [len(x) for x, _ in batches([1, 2], [3, 4], batch_size=1, rng=rng())] == [1, 1]


@pytest.mark.parametrize("dtype", [np.uint8, bool, np.float32, np.float64])
def test_batches_keep_shapes_and_dtypes_and_are_copies(dtype):
    images = np.ones((4, 1, 3, 5), dtype)
    images.flags.writeable = False
    for x, y in batches(images, np.ones((4, 2), np.float32), batch_size=2, rng=rng()):
        assert (x.shape, x.dtype, y.shape, y.dtype) == ((2, 1, 3, 5), dtype, (2, 2), np.float32)
        assert not np.shares_memory(x, images)
        x[:] = 0
    assert images.all()


@pytest.mark.parametrize(
    ("ours", "theirs", "options"),
    [
        (partial(SGD, learning_rate=0.1), partial(torch.optim.SGD, lr=0.1), {}),
        (
            partial(SGD, learning_rate=0.1, momentum=0.9),
            partial(torch.optim.SGD, lr=0.1, momentum=0.9),
            {"class_weights": [1.0, 2.0, 5.0]},
        ),
        (partial(Adam, learning_rate=0.01), partial(torch.optim.Adam, lr=0.01), {}),
    ],
)
def test_a_whole_run_ends_where_the_same_loop_in_torch_ends(ours, theirs, options):
    model, (inputs, labels) = network(), examples()
    twin = torch.nn.Sequential(torch.nn.Linear(5, 7), torch.nn.Tanh(), torch.nn.Linear(7, 3))
    twin.double().load_state_dict(
        {name: torch.tensor(p.value) for name, p in model.named_parameters().items()}
    )
    optimizer, generator, wanted = theirs(twin.parameters()), rng(9), []
    weight = torch.tensor(options.get("class_weights", [1.0] * 3), dtype=torch.float64)
    for _ in range(10):
        order = generator.permutation(23)
        for start in range(0, 23, 8):
            rows = order[start : start + 8]
            x, y = torch.from_numpy(inputs[rows]), torch.from_numpy(labels[rows])
            loss = torch.nn.functional.cross_entropy(twin(x), y, weight=weight)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            wanted.append(loss.item())

    history = train(
        model,
        (inputs, labels),
        optimizer=ours(model.parameters()),
        epochs=10,
        loss=cross_entropy(**options),
    )
    np.testing.assert_allclose(history.step_losses, wanted, rtol=1e-10)
    named = model.named_parameters()
    for name, tensor in twin.named_parameters():
        np.testing.assert_allclose(named[name].value, tensor.detach(), rtol=1e-9, atol=1e-12)


def test_two_steps_by_hand():
    model = line()
    history = train(
        model, ([[2.0]], [[4.0]]), 0.125, epochs=2, validation=([[1.0]], [[1.0]]), **MSE
    )
    # w = 0, b = 0: loss 16, slopes -16 and -8, so w = 2, b = 1; output 5: loss 1
    assert history.step_losses == [16.0, 1.0]
    assert history.epoch_losses == [16.0, 1.0]
    # then slopes 4 and 2: w = 1.5, b = 0.75; on the validation example 2 + 1 and 2.25
    assert history.validation_losses == [4.0, 1.25**2]
    assert model.layers[0].weight.value.tolist() == [[1.5]]


def test_the_loss_of_an_epoch_counts_each_batch_by_its_size():
    history = train(epochs=1, learning_rate=1e-300)
    x, y = examples()
    assert len(history.step_losses) == 3
    assert history.epoch_losses[0] == pytest.approx(
        float(losses.sparse_categorical_cross_entropy_with_logits(network().forward(x), y)),
        rel=1e-14,
    )


def test_validation_measures_after_the_epoch_and_trains_nothing():
    held_out = examples(11, seed=5)
    with_it, without = network(), network()
    history = train(with_it, validation=held_out)
    train(without)
    for a, b in zip(with_it.parameters(), without.parameters(), strict=True):
        np.testing.assert_array_equal(a.value, b.value)
    outputs = with_it.forward(held_out[0])
    wanted = losses.sparse_categorical_cross_entropy_with_logits(outputs, held_out[1])
    assert len(history.validation_losses) == 3
    assert history.validation_losses[-1] == float(wanted)


def test_the_same_generator_state_gives_the_same_run_and_another_does_not():
    runs = [train(rng=rng(seed)).step_losses for seed in (1, 1, 2)]
    assert runs[0] == runs[1] != runs[2]


def test_each_epoch_is_shuffled_anew():
    history = train(learning_rate=1e-300, epochs=2)
    assert history.step_losses[:3] != history.step_losses[3:]


def test_a_frozen_layer_keeps_every_bit_while_the_rest_learns():
    model = network()
    for parameter in model.layers[0].parameters():
        parameter.frozen = True
    before = [p.value.tobytes() for p in model.parameters()]
    train(model)
    same = [p.value.tobytes() == b for p, b in zip(model.parameters(), before, strict=True)]
    assert same == [True, True, False, False]


def test_inputs_and_targets_are_not_changed_and_may_be_read_only_or_integers():
    inputs, labels = examples()
    inputs = np.round(10 * inputs).astype(int)
    inputs.flags.writeable = labels.flags.writeable = False
    copies = inputs.copy(), labels.copy()
    train(data=(inputs, labels), validation=(inputs, labels))
    np.testing.assert_array_equal(inputs, copies[0])
    np.testing.assert_array_equal(labels, copies[1])


def test_it_learns_to_tell_welds_apart():
    r = rng(0)
    train_set, held_out = weld_features(800, rng=r), weld_features(400, rng=r)
    x, x_held_out = (standardize(w.features, by=train_set.features) for w in (train_set, held_out))
    model = network(sizes=(8, 32, 4))
    optimizer = Adam(model.parameters(), learning_rate=0.01)
    history = train(model, (x, train_set.labels), optimizer=optimizer, epochs=20, batch_size=64)
    assert history.epoch_losses[-1] < history.epoch_losses[0] / 2
    accuracy = (model.forward(x_held_out).argmax(axis=1) == held_out.labels).mean()
    assert accuracy > 0.8


def test_a_loss_gives_its_options_to_value_and_gradient():
    loss, z, y = cross_entropy(class_weights=[1.0, 2.0, 5.0]), np.eye(3), np.array([1, 1, 2])
    assert loss.value(z, y) == losses.sparse_categorical_cross_entropy_with_logits(
        z, y, class_weights=[1.0, 2.0, 5.0]
    )
    np.testing.assert_array_equal(
        loss.grad(z, y),
        losses.sparse_categorical_cross_entropy_with_logits_grad(
            z, y, class_weights=[1.0, 2.0, 5.0]
        ),
    )
    assert repr(Loss(losses.huber, losses.huber_grad, delta=2.0)) == (
        "Loss(huber, huber_grad, delta=2.0)"
    )


BOTH = (
    losses.sparse_categorical_cross_entropy_with_logits,
    losses.sparse_categorical_cross_entropy_with_logits_grad,
)


def same(loss, z, y):
    """Both at once must be what each of the functions gives."""
    value, grad = loss.value_and_grad(z, y)
    info = np.finfo(z.dtype)
    near = {"rtol": 8 * info.eps, "atol": 2 * info.smallest_subnormal}
    np.testing.assert_allclose(value, loss.value(z, y), **near)
    np.testing.assert_allclose(grad, loss.grad(z, y), **near)
    assert (value.dtype, grad.dtype, grad.shape) == (z.dtype, z.dtype, z.shape)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("classes", [1, 2, 5, 17, 200])
@pytest.mark.parametrize("scale", [1e-6, 1.0, 30.0, 1e4])
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_value_and_gradient_at_once_are_the_two(dtype, classes, scale, reduction):
    z = (scale * rng().normal(size=(23, classes))).astype(dtype)
    y = rng(1).integers(classes, size=23).astype(np.uint8)
    weights = rng(2).uniform(size=classes) * (np.arange(classes) != 1)
    for options in ({}, {"class_weights": weights}, {"label_smoothing": 0.1}):
        same(Loss(*BOTH, reduction=reduction, **options), z, y)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_value_and_gradient_at_once_have_the_same_limits(dtype):
    largest, inf = np.finfo(dtype).max, np.inf
    for row in (
        [largest, -largest, 0], [-largest] * 3, [largest] * 3, [-inf, 0, 1], [0, -inf, inf],
        [inf, 0, 0], [np.nan, 0, 0], [0, 0, 0], [0, 800, 0], [800, 0, -800],
    ):  # fmt: skip
        for weights in (None, [0.0, 1.0, 2.0], [2.0, 1.0, 0.0]):
            z = np.array([row, [0.5, -1.0, 2.0]], dtype)
            with np.errstate(all="raise"):
                same(Loss(*BOTH, class_weights=weights), z, np.array([0, 2]))


@pytest.mark.parametrize(
    ("z", "y", "options", "message"),
    [
        (np.ones(3), [0], {}, "`logits` must have shape (N, C) with at least one class, got (3,)"),
        (np.ones((2, 3)), [0, 3], {}, "`labels` must be in [0, 3), got 3"),
        (np.ones((2, 3)), [0, -1], {}, "`labels` must be in [0, 3), got -1"),
        (np.ones((2, 3)), [0], {}, "`labels` must have shape (2,), got (1,)"),
        (np.ones((2, 3)), [0, 0], {"reduction": "average"},
         '`reduction` must be "mean", "sum" or "none", got \'average\''),
        (np.ones((2, 3)), [0, 0], {"label_smoothing": 2.0},
         "`label_smoothing` must be in [0, 1], got 2.0"),
        (np.ones((2, 3)), [0, 0], {"class_weights": [-1, 1, 1]},
         "`class_weights` must be in [0, inf), got -1.0"),
        (np.ones((2, 3)), [0, 0], {"class_weights": [0, 1, 1]},
         '`class_weights` must be above 0 for some class of the batch for a "mean", '
         "got only zeros there"),
        (np.ones((0, 3)), [], {}, '`logits` must not be empty for a "mean", got shape (0, 3)'),
    ],
)  # fmt: skip
def test_value_and_gradient_at_once_refuse_what_the_two_refuse(z, y, options, message):
    loss = Loss(*BOTH, **options)
    for call in (loss.value, loss.grad, loss.value_and_grad):
        with pytest.raises(ValueError) as raised:  # noqa: PT011 (its message follows)
            call(z, y)
        assert str(raised.value) == message


def test_any_other_loss_gives_both_as_well():
    loss, z, y = Loss(losses.huber, losses.huber_grad, delta=2.0), np.array([1.0, 9.0]), [0.0, 0.0]
    value, grad = loss.value_and_grad(z, y)
    assert value == loss.value(z, y)
    assert grad.tolist() == loss.grad(z, y).tolist()


def test_a_loss_can_be_pickled():
    loss = pickle.loads(pickle.dumps(cross_entropy(class_weights=[1, 2, 3])))  # noqa: S301 (our own)
    assert loss.value(np.eye(3), [0, 1, 2]) == cross_entropy(class_weights=[1, 2, 3]).value(
        np.eye(3), [0, 1, 2]
    )


@pytest.mark.parametrize(
    ("value", "grad", "error", "message"),
    [
        (losses.mean_squared_error, losses.mean_absolute_error_grad, ValueError,
         "`grad` must be the derivative of mean_squared_error, got mean_absolute_error_grad"),
        (losses.mean_squared_error, losses.mean_squared_error, ValueError,
         "`grad` must be the derivative of mean_squared_error, got mean_squared_error"),
        (losses.huber, partial(losses.huber_grad, delta=2.0), TypeError,
         "`grad` must leave options to the arguments that follow, got a partial of huber_grad"),
        (partial(losses.huber, delta=2.0), losses.huber_grad, TypeError,
         "`value` must leave options to the arguments that follow, got a partial of huber"),
        (1.0, losses.huber_grad, TypeError, "`value` must be a function, got float"),
        (losses.huber, None, TypeError, "`grad` must be a function, got NoneType"),
    ],
)  # fmt: skip
def test_a_loss_is_not_paired_with_the_gradient_of_another(value, grad, error, message):
    with pytest.raises(error) as raised:
        Loss(value, grad)
    assert str(raised.value) == message


def test_an_unknown_option_of_a_loss_is_refused_before_anything_is_learned():
    model = network()
    before = [p.value.tobytes() for p in model.parameters()]
    with pytest.raises(TypeError, match="unexpected keyword argument 'weights'"):
        train(model, loss=cross_entropy(weights=[1.0, 1.0, 1.0]))
    assert [p.value.tobytes() for p in model.parameters()] == before


def test_an_optimizer_of_another_model_is_refused_before_the_first_step():
    model, other = network(), network(5)
    before = [p.value.tobytes() for p in model.parameters()]
    for parameters in (other.parameters(), model.parameters() + other.parameters()[-1:]):
        with pytest.raises(ValueError, match=r"^`optimizer` must hold parameters of the model, "):
            train(model, optimizer=SGD(parameters, learning_rate=0.1))
    assert [p.value.tobytes() for p in model.parameters()] == before


def test_an_optimizer_may_hold_a_part_of_the_model():
    model = network()
    before = [p.value.tobytes() for p in model.parameters()]
    train(model, optimizer=SGD(model.layers[2].parameters(), learning_rate=0.1))
    same = [p.value.tobytes() == b for p, b in zip(model.parameters(), before, strict=True)]
    assert same == [True, True, False, False]


class SignDescent:
    """An optimizer of one's own: it has a step() and no more."""

    def __init__(self, model):
        self.model = model

    def step(self):
        for p in self.model.parameters():
            p.value = p.value - 0.01 * np.sign(p.grad)


def test_an_optimizer_of_ones_own_needs_a_step_only():
    model = network()
    history = train(model, optimizer=SignDescent(model), epochs=20)
    assert history.epoch_losses[-1] < history.epoch_losses[0]


class Twice(Layer):
    """A layer that runs one dense layer two times, which `backward` gets wrong."""

    def __init__(self):
        self.dense = Dense(5, 5, rng=rng())

    def named_parameters(self):
        return {"first": self.dense.weight, "second": self.dense.weight}

    def forward(self, x):
        return self.dense.forward(self.dense.forward(x))

    def backward(self, upstream):
        return self.dense.backward(self.dense.backward(upstream))


def test_a_model_that_uses_a_parameter_twice_is_refused():
    model = Twice()
    optimizer = SGD([model.dense.weight], learning_rate=0.1)
    with pytest.raises(ValueError) as raised:  # noqa: PT011 (its message follows)
        train(model, optimizer=optimizer)
    assert str(raised.value) == "`model` must hold each parameter once, got first again"


WEIGHTED = {
    "sparse_categorical_cross_entropy_with_logits": lambda y: y,
    "categorical_cross_entropy_with_logits": lambda y: np.eye(3)[y],
    "focal_loss_with_logits": lambda y: y,
}


@pytest.mark.parametrize("name", WEIGHTED)
def test_a_batch_without_weight_is_skipped_and_counted(name):
    value, grad = getattr(losses, name), getattr(losses, f"{name}_grad")
    weights = {"class_weights": [0.0, 1.0, 1.0]}
    labels = np.array([0, 2, 0, 0, 1, 0, 0])
    x, y = rng(3).normal(size=(7, 5)), WEIGHTED[name](labels)
    model, twin = network(), network()
    history = train(
        model, (x, y), batch_size=2, epochs=5, loss=Loss(value, grad, **weights),
        validation=(x[1:2], y[1:2]),
    )  # fmt: skip

    optimizer, generator = SGD(twin.parameters(), learning_rate=0.1), rng(9)
    steps, means, skipped = [], [], 0
    for _ in range(5):
        taken = []
        for xs, ys in batches(x, y, batch_size=2, rng=generator):
            try:
                taken.append((float(value(twin.forward(xs), ys, **weights)), len(xs)))
            except ValueError:
                skipped += 1
            else:
                twin.backward(grad(twin.forward(xs), ys, **weights))
                optimizer.step()
        steps += [loss for loss, _ in taken]
        means.append(sum(loss * size for loss, size in taken) / sum(size for _, size in taken))
    assert skipped >= 5
    assert history.skipped_batches == skipped
    np.testing.assert_allclose(history.step_losses, steps, rtol=1e-14)
    assert history.epoch_losses == pytest.approx(means, rel=1e-14)
    for a, b in zip(model.parameters(), twin.parameters(), strict=True):
        np.testing.assert_allclose(a.value, b.value, rtol=1e-12)


@pytest.mark.parametrize("part", ["data", "validation"])
def test_examples_without_any_weight_are_refused_before_the_first_step(part):
    model = network()
    loss, before = cross_entropy(class_weights=[0.0, 1.0, 1.0]), model.parameters()[0].value.copy()
    with pytest.raises(ValueError, match=r'^`class_weights` must be .* for a "mean"'):
        train(model, loss=loss, **{part: (X, np.zeros(4, int))})
    np.testing.assert_array_equal(model.parameters()[0].value, before)


def test_no_batch_is_skipped_where_all_have_weight():
    assert train().skipped_batches == 0


def test_a_model_trained_with_validation_carries_no_data_when_pickled():
    model = network()
    before = len(pickle.dumps(model))
    train(model, validation=examples(10000))
    assert len(pickle.dumps(model)) == before


def test_a_history_holds_plain_floats_that_json_can_keep():
    history = train(validation=examples(4))
    assert json.loads(json.dumps(dataclasses.asdict(history))) == dataclasses.asdict(history)
    *lists, skipped = dataclasses.astuple(history)
    assert {type(x) for part in lists for x in part} == {float}
    assert type(skipped) is int


def test_histories_do_not_share_their_lists():
    first, second = History(), History()
    first.step_losses.append(1.0)
    assert second.step_losses == []


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_on_a_terminal_one_line_is_rewritten_after_each_epoch(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    history = train(epochs=2, validation=examples(4))
    text = terminal.getvalue()
    first, second = text.removesuffix("\n").split("\r")[1:]
    assert text.startswith("\r")
    assert text.endswith("\n")
    assert text.count("\n") == 1
    assert first.split() == [
        "epoch", "1/2", "loss", f"{history.epoch_losses[0]:.4g}",
        "validation", f"{history.validation_losses[0]:.4g}",
    ]  # fmt: skip
    assert second.split()[1:4] == ["2/2", "loss", f"{history.epoch_losses[1]:.4g}"]
    assert len(first) == len(second)


def test_the_line_is_ended_when_training_stops(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with pytest.raises(DivergenceError):
        train(line(), ([[1e3]], [[1.0]]), learning_rate=1e3, epochs=500, **MSE)
    assert terminal.getvalue().endswith("\n")
    assert "validation" not in terminal.getvalue()


def test_elsewhere_nothing_is_printed(capsys):
    train(validation=examples(4))
    assert capsys.readouterr() == ("", "")


class Closed(Terminal):
    """A terminal whose window is closed while a model is trained."""

    def write(self, text):
        super().write(text)
        self.close()


class NoTerminal:
    """A stream such as some programs put in the place of stderr."""

    def write(self, text):
        raise AssertionError(text)


def closed():
    stream = Terminal()
    stream.close()
    return stream


@pytest.mark.parametrize("stream", [None, closed(), Closed(), NoTerminal()])
def test_without_a_terminal_training_goes_on(monkeypatch, capsys, stream):
    monkeypatch.setattr(sys, "stderr", stream)
    assert len(train().epoch_losses) == 3
    assert capsys.readouterr().out == ""


def test_the_line_can_be_switched_off(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    train(progress=False)
    assert terminal.getvalue() == ""


def loop(model=None, data=None, learning_rate=0.1, **options):
    """Call epochs with the defaults of train."""
    model = model or network()
    inputs, targets = data or examples()
    options = {"epochs": 3, "batch_size": 8, "rng": rng(9), "loss": cross_entropy(), **options}
    if "optimizer" not in options:
        options["optimizer"] = SGD(model.parameters(), learning_rate=learning_rate)
    return epochs(model, inputs, targets, **options)


def test_epochs_train_and_tell_as_fit_does():
    model, twin, held_out = network(), network(), examples(11, seed=5)
    history = train(model, validation=held_out)
    for number, epoch in enumerate(loop(twin, validation=held_out), start=1):
        assert epoch.number == number
        assert epoch.loss == history.epoch_losses[number - 1]
        assert epoch.validation_loss == history.validation_losses[number - 1]
        assert epoch.model is twin
        assert len(epoch.history.epoch_losses) == number
    assert epoch.history == history
    for a, b in zip(model.parameters(), twin.parameters(), strict=True):
        assert a.value.tobytes() == b.value.tobytes()


def test_without_validation_an_epoch_has_no_loss_of_it():
    epoch = next(loop())
    assert epoch.validation_loss is None
    assert repr(epoch) == f"Epoch(number=1, loss={epoch.loss!r}, validation_loss=None)"
    assert isinstance(epoch, Epoch)


def test_leaving_the_loop_leaves_the_model_as_it_is():
    model, twin = network(), network()
    for epoch in loop(model, epochs=50):
        if epoch.number == 2:
            break
    train(twin, epochs=2)
    for a, b in zip(model.parameters(), twin.parameters(), strict=True):
        assert a.value.tobytes() == b.value.tobytes()


def test_the_learning_rate_may_follow_a_schedule():
    model, twin = line(), line()
    optimizer = SGD(model.parameters(), learning_rate=0.125)
    rates = iter([0.0625, 0.03125, 1.0])
    for _ in loop(model, ([[2.0]], [[4.0]]), optimizer=optimizer, **MSE):
        optimizer.learning_rate = next(rates)
    for rate in (0.125, 0.0625, 0.03125):
        train(twin, ([[2.0]], [[4.0]]), rate, epochs=1, **MSE)
    assert model.layers[0].weight.value == twin.layers[0].weight.value


def test_the_body_of_the_loop_has_the_warnings_that_it_had():
    before = np.geterr()
    for _ in loop(validation=examples(4)):
        assert np.geterr() == before
        with np.errstate(all="raise"), pytest.raises(FloatingPointError):
            np.float64(0) / np.float64(0)


def test_nothing_is_printed_by_a_loop_of_ones_own(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    assert len(list(loop())) == 3
    assert sys.stderr.getvalue() == ""


def test_what_is_wrong_with_the_arguments_is_said_at_the_call():
    with pytest.raises(ValueError, match=r"^`batch_size` must be at least 1, got 0$"):
        loop(batch_size=0)
    with pytest.raises(ValueError, match=r"^`optimizer` must hold parameters of the model"):
        loop(optimizer=SGD(network().parameters(), learning_rate=0.1))


def test_a_loop_leaves_the_steps_before_a_refused_batch():
    model, steps = network(), []
    before = [p.value.tobytes() for p in model.parameters()]
    with pytest.raises(ValueError, match=r"^`labels` must not be 1 alone$"):
        list(loop(model, (X, [0, 2, 1, 0]), batch_size=1, loss=refusing(model, steps)))
    assert [p.value.tobytes() for p in model.parameters()] != before


def test_a_loop_stops_where_training_diverges():
    passed = []

    def run():
        for epoch in loop(line(), ([[1e3]], [[1.0]]), 1e3, epochs=500, **MSE):
            passed.append(epoch)

    with pytest.raises(DivergenceError) as raised:
        run()
    assert passed[-1].history is raised.value.history
    assert [epoch.loss for epoch in passed] == raised.value.history.epoch_losses


@pytest.mark.parametrize(
    "again",
    [copy.copy, copy.deepcopy, lambda e: pickle.loads(pickle.dumps(e))],  # noqa: S301 (our own)
)
def test_an_error_keeps_its_message_and_history_when_it_travels(again):
    with pytest.raises(DivergenceError) as raised:
        overshoot()
    raised.value.add_note("in the third worker")
    error = again(raised.value)
    assert type(error) is DivergenceError
    assert str(error) == str(raised.value)
    assert error.history == raised.value.history
    assert error.__notes__ == ["in the third worker"]


def overshoot(**options):
    """A learning rate beyond 2 / L: each step lands farther away."""
    return train(line(), ([[1e3]], [[1.0]]), 1e3, epochs=500, batch_size=1, **MSE, **options)


def test_too_large_a_learning_rate_stops_with_step_cause_and_record():
    with pytest.raises(DivergenceError) as raised:
        overshoot()
    message, history = str(raised.value), raised.value.history
    step = len(history.step_losses) + 1
    assert message.startswith(f"no finite loss in step {step} (epoch {step}): the outputs have ")
    assert message.endswith("; the learning rate or the start weights are probably too large")
    assert np.isfinite(history.step_losses).all()
    assert history.step_losses[-1] > 1e100
    assert len(history.epoch_losses) == step - 1


def test_the_step_that_fails_changes_no_parameter():
    data, failed, stopped = ([[1e3]], [[1.0]]), line(), line()
    with pytest.raises(DivergenceError) as raised:
        train(failed, data, 1e3, epochs=500, **MSE)
    train(stopped, data, 1e3, epochs=len(raised.value.history.step_losses), **MSE)
    for a, b in zip(failed.parameters(), stopped.parameters(), strict=True):
        assert a.value.tobytes() == b.value.tobytes()


def test_start_weights_that_are_too_large_are_found_before_the_first_step():
    model = line(slope=1e200)
    with pytest.raises(DivergenceError) as raised:
        train(model, ([[1.0]], [[1.0]]), **MSE)
    assert str(raised.value) == (
        "no finite loss before the first step: the outputs have grown to 1e+200; "
        "the learning rate or the start weights are probably too large"
    )
    assert raised.value.history == History()
    assert model.layers[0].weight.value.tolist() == [[1e200]]


def test_a_parameter_that_is_no_longer_finite_is_named():
    model = network()
    bias = model.layers[2].bias
    bias.value = [0.0, np.nan, 0.0]
    with pytest.raises(DivergenceError) as raised:
        train(model)
    assert str(raised.value) == (
        "no finite loss before the first step: `2.bias` is no longer finite; "
        "the learning rate is probably too large"
    )


def test_an_infinite_output_stops_even_where_the_loss_would_be_finite():
    model = line(slope=1e300)
    loss = Loss(lambda z, y: np.float64(0.5), lambda z, y: z)  # noqa: ARG005
    with pytest.raises(DivergenceError, match="the outputs have grown to inf"):
        train(model, ([[1e300]], [[1.0]]), loss=loss)


def test_a_loss_that_fails_on_ordinary_outputs_is_told_from_growing_ones():
    loss = Loss(lambda z, y: np.log(0 * z * y).mean(), lambda z, y: z * y)
    with pytest.raises(DivergenceError) as raised:
        train(line(slope=3.0), ([[0.5]], [[1.0]]), loss=loss)
    assert str(raised.value) == (
        "no finite loss before the first step: the loss itself fails on outputs up to 1.5, "
        "as the logarithm of 0 does"
    )


def test_a_validation_loss_that_is_not_finite_stops_after_its_epoch():
    with pytest.raises(DivergenceError) as raised:
        train(line(1.0), ([[1.0]], [[2.0]]), validation=([[1e155]], [[1e155]]), **MSE)
    where = "on the validation examples after epoch 1"
    assert f"no finite loss {where}: the outputs have grown to 1.2e+155" in str(raised.value)
    assert raised.value.history.epoch_losses == [1.0]
    assert raised.value.history.validation_losses == []


def test_a_last_step_that_overflows_does_not_pass_unnoticed():
    model = line(slope=-1e150)
    with pytest.raises(DivergenceError) as raised:
        train(model, ([[1e3]], [[1.0]]), learning_rate=1e160, epochs=1, **MSE)
    assert str(raised.value) == (
        "no finite parameters after epoch 1: `0.weight` is no longer finite; "
        "the learning rate is probably too large"
    )
    assert len(raised.value.history.step_losses) == 1


def test_warnings_outside_training_are_as_before():
    before = np.geterr()
    with pytest.raises(DivergenceError):
        overshoot()
    assert np.geterr() == before


X, Y = examples(4)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"data": (X, Y[:3])}, ValueError, "`targets` must hold 4 examples, got shape (3,)"),
        ({"data": (X, 1)}, ValueError, "`targets` must hold 4 examples, got shape ()"),
        ({"data": (X[:0], Y[:0])}, ValueError,
         "`inputs` must hold at least one example, got shape (0, 5)"),
        ({"data": (1.0, Y)}, ValueError,
         "`inputs` must hold at least one example, got shape ()"),
        ({"data": (np.full_like(X, np.nan), Y)}, ValueError, "`inputs` must be finite, got nan"),
        ({"data": (X, np.full(4, np.nan))}, ValueError, "`targets` must be finite, got nan"),
        ({"data": ([["a"] * 5], [1])}, TypeError,
         "`inputs` must hold real numbers or bools, got <U1"),
        ({"data": (X, ["a"] * 4)}, TypeError,
         "`targets` must hold real numbers or bools, got <U1"),
        ({"validation": (X, Y[:1])}, ValueError,
         "`validation[1]` must hold 4 examples, got shape (1,)"),
        ({"validation": (np.full_like(X, np.inf), Y)}, ValueError,
         "`validation[0]` must be finite, got inf"),
        ({"validation": (X,)}, ValueError,
         "`validation` must hold inputs and targets, got 1 items"),
        ({"validation": (X, Y, Y)}, ValueError,
         "`validation` must hold inputs and targets, got 3 items"),
        ({"validation": 0.2}, TypeError,
         "`validation` must be a pair (inputs, targets), got float"),
        ({"optimizer": None}, TypeError, "`optimizer` must have a `step()`, got NoneType"),
        ({"optimizer": "sgd"}, TypeError, "`optimizer` must have a `step()`, got str"),
        ({"loss": None}, TypeError, "`loss` must be a Loss, got NoneType"),
        ({"loss": losses.mean_squared_error}, TypeError, "`loss` must be a Loss, got function"),
        ({"epochs": 0}, ValueError, "`epochs` must be at least 1, got 0"),
        ({"epochs": 1.5}, TypeError, "`epochs` must be an integer, got float"),
        ({"batch_size": 0}, ValueError, "`batch_size` must be at least 1, got 0"),
        ({"batch_size": True}, TypeError, "`batch_size` must be an integer, got bool"),
        ({"rng": 7}, TypeError, "`rng` must be a numpy.random.Generator, got int"),
        ({"loss": cross_entropy(reduction="none")},
         ValueError, "`loss` must return one number, got shape (4,)"),
        ({"data": (X, [0, 1, 2, 3])}, ValueError, "`labels` must be in [0, 3), got 3"),
        ({"validation": (X, [0, 1, 2, -1])}, ValueError, "`labels` must be in [0, 3), got -1"),
    ],
)  # fmt: skip
def test_bad_arguments_are_named_before_anything_is_learned(options, error, message):
    model = network()
    before = [p.value.tobytes() for p in model.parameters()]
    with pytest.raises(error) as raised:
        train(model, **{"data": (X, Y), "batch_size": 1, **options})
    assert str(raised.value) == message
    assert [p.value.tobytes() for p in model.parameters()] == before


def test_a_wrong_batch_size_is_refused_before_the_loss_is_called():
    called = []
    with pytest.raises(ValueError, match=r"^`batch_size` must be at least 1, got 0$"):
        train(batch_size=0, loss=Loss(lambda *_: called.append("loss") or 0.0, np.zeros_like))
    assert called == []


def test_a_model_that_is_no_layer_is_named():
    with pytest.raises(TypeError, match=r"^`model` must be a layer, got int$"):
        fit(3, X, Y, loss=cross_entropy(), optimizer=None, epochs=1, batch_size=4, rng=rng())


def refusing(model, steps):
    """A loss that takes all examples at once and refuses the third batch of one."""
    before = [p.value.tobytes() for p in model.parameters()]

    def value(outputs, labels):
        steps.append([p.value.tobytes() for p in model.parameters()] != before)
        if labels.tolist() == [1]:
            raise ValueError("`labels` must not be 1 alone")
        return losses.sparse_categorical_cross_entropy_with_logits(outputs, labels)

    def grad(outputs, labels):
        return losses.sparse_categorical_cross_entropy_with_logits_grad(outputs, labels)

    return Loss(value, grad)


def test_a_batch_refused_after_some_steps_leaves_no_step_behind():
    model, steps = network(), []
    before = [p.value.tobytes() for p in model.parameters()]
    with pytest.raises(ValueError, match=r"^`labels` must not be 1 alone$"):
        train(model, (X, [0, 2, 1, 0]), batch_size=1, loss=refusing(model, steps))
    assert steps[-1]
    assert [p.value.tobytes() for p in model.parameters()] == before


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"targets": [1, 2]}, "`targets` must hold 4 examples, got shape (2,)"),
        ({"inputs": []}, "`inputs` must hold at least one example, got shape (0,)"),
        ({"batch_size": -1}, "`batch_size` must be at least 1, got -1"),
    ],
)
def test_bad_arguments_of_batches_are_named_when_it_is_called(options, message):
    arguments = {"inputs": X, "targets": Y, "batch_size": 2, "rng": rng(), **options}
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        batches(**arguments)


def test_xor_is_learned_from_most_starts():
    inputs, labels = xor()
    learned = 0
    for seed in range(10):
        model = network(seed, sizes=(2, 8, 2))
        train(model, (inputs, labels), learning_rate=0.5, epochs=200, batch_size=4)
        learned += (model.forward(inputs).argmax(axis=1) == labels).all()
    assert learned >= 8
