"""Batches, the loop against PyTorch's, its record, and how it stops."""

import dataclasses
import io
import json
import re
import sys
from functools import partial

import numpy as np
import pytest
import torch

from nnref import activations, losses
from nnref.datasets import weld_features, xor
from nnref.layers import Activation, Dense, Sequential
from nnref.optimizers import SGD, Adam
from nnref.training import DivergenceError, History, batches, fit

MSE = {"loss": losses.mean_squared_error, "loss_grad": losses.mean_squared_error_grad}
CROSS_ENTROPY = {
    "loss": losses.sparse_categorical_cross_entropy_with_logits,
    "loss_grad": losses.sparse_categorical_cross_entropy_with_logits_grad,
}


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
    options = {"epochs": 3, "batch_size": 8, "rng": rng(9), **CROSS_ENTROPY, **options}
    options.setdefault("optimizer", SGD(model.parameters(), learning_rate=learning_rate))
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
        loss=partial(losses.sparse_categorical_cross_entropy_with_logits, **options),
        loss_grad=partial(losses.sparse_categorical_cross_entropy_with_logits_grad, **options),
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
    mean, scale = train_set.features.mean(axis=0), train_set.features.std(axis=0)
    x, x_held_out = ((w.features - mean) / scale for w in (train_set, held_out))
    model = network(sizes=(8, 32, 4))
    optimizer = Adam(model.parameters(), learning_rate=0.01)
    history = train(model, (x, train_set.labels), optimizer=optimizer, epochs=20, batch_size=64)
    assert history.epoch_losses[-1] < history.epoch_losses[0] / 2
    accuracy = (model.forward(x_held_out).argmax(axis=1) == held_out.labels).mean()
    assert accuracy > 0.8


def test_a_history_holds_plain_floats_that_json_can_keep():
    history = train(validation=examples(4))
    assert json.loads(json.dumps(dataclasses.asdict(history))) == dataclasses.asdict(history)
    assert {type(x) for part in dataclasses.astuple(history) for x in part} == {float}


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
    loss = {"loss": lambda z, y: np.float64(0.5), "loss_grad": lambda z, y: z}  # noqa: ARG005
    with pytest.raises(DivergenceError, match="the outputs have grown to inf"):
        train(model, ([[1e300]], [[1.0]]), **loss)


def test_a_loss_that_fails_on_ordinary_outputs_is_told_from_growing_ones():
    loss = {
        "loss": lambda z, y: np.log(0 * z * y).mean(),
        "loss_grad": lambda z, y: z * y,
    }
    with pytest.raises(DivergenceError) as raised:
        train(line(slope=3.0), ([[0.5]], [[1.0]]), **loss)
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
        ({"loss": None}, TypeError, "`loss` must be a function, got NoneType"),
        ({"loss_grad": 1.0}, TypeError, "`loss_grad` must be a function, got float"),
        ({"epochs": 0}, ValueError, "`epochs` must be at least 1, got 0"),
        ({"epochs": 1.5}, TypeError, "`epochs` must be an integer, got float"),
        ({"batch_size": 0}, ValueError, "`batch_size` must be at least 1, got 0"),
        ({"batch_size": True}, TypeError, "`batch_size` must be an integer, got bool"),
        ({"rng": 7}, TypeError, "`rng` must be a numpy.random.Generator, got int"),
        ({"loss": partial(losses.sparse_categorical_cross_entropy_with_logits, reduction="none")},
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
        train(batch_size=0, loss=lambda *_: called.append("loss") or 0.0)
    assert called == []


def test_a_model_that_is_no_layer_is_named():
    with pytest.raises(TypeError, match=r"^`model` must be a layer, got int$"):
        fit(3, X, Y, **CROSS_ENTROPY, optimizer=None, epochs=1, batch_size=4, rng=rng())


def test_a_batch_refused_after_some_steps_leaves_no_step_behind():
    model, weights = network(), {"class_weights": [1.0, 0.0, 1.0]}
    before, steps = [p.value.tobytes() for p in model.parameters()], []

    def loss(outputs, labels):
        steps.append([p.value.tobytes() for p in model.parameters()] != before)
        return losses.sparse_categorical_cross_entropy_with_logits(outputs, labels, **weights)

    message = "`class_weights` must be above 0 for some class of the batch"
    with pytest.raises(ValueError, match=f"^{message}"):
        train(
            model,
            (X, [0, 2, 1, 0]),  # in the third batch stands the 1
            batch_size=1,
            loss=loss,
            loss_grad=partial(losses.sparse_categorical_cross_entropy_with_logits_grad, **weights),
        )
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
