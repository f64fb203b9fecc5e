r"""Training: mini-batches, the loop, and a record of how it went."""

import math
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike, NDArray

from nnref import _checks
from nnref.layers import Layer

__all__ = ["DivergenceError", "History", "batches", "fit"]

_HUGE = 1e15  # an output beyond this has been driven there

_Array = NDArray[Any]


@runtime_checkable
class _Optimizer(Protocol):
    """What the classes of `nnref.optimizers` offer."""

    def step(self) -> None: ...


@dataclass
class History:
    """The losses of a training run, as plain lists that one can plot or save.

    Attributes:
        step_losses: the loss of each batch, before the step it led to.
        epoch_losses: for each epoch the mean of its batches' losses, each counted by its
            number of examples.
        validation_losses: the loss on the validation examples after each epoch; empty
            without them.

    Examples:
        >>> import json
        >>> from dataclasses import asdict
        >>> from nnref.training import History
        >>> json.dumps(asdict(History([0.7, 0.5], [0.6], [0.55])))
        '{"step_losses": [0.7, 0.5], "epoch_losses": [0.6], "validation_losses": [0.55]}'

    In the chapter: [The loss curve][training-curve].
    """

    step_losses: list[float] = field(default_factory=list)
    epoch_losses: list[float] = field(default_factory=list)
    validation_losses: list[float] = field(default_factory=list)


class DivergenceError(FloatingPointError):
    """Training stopped: a loss, or an output it is computed from, is infinite or NaN.

    Attributes:
        history: the record up to there.

    In the chapter: [What goes wrong][training-failures].
    """

    def __init__(self, message: str, history: History) -> None:
        super().__init__(message)
        self.history = history


def batches(
    inputs: ArrayLike, targets: ArrayLike, *, batch_size: int, rng: Generator
) -> Iterator[tuple[_Array, _Array]]:
    r"""Return the examples in random order, some at a time, each once.

    A step on a batch costs a fraction of a step on all examples and points on average in
    the same direction. The random order keeps a batch from being all of one class.

    Args:
        inputs: N examples along the first axis.
        targets: one target for each example along the first axis.
        batch_size: the number of examples in a batch. The last batch holds what is left.
        rng: the generator that shuffles, by one `rng.permutation(N)`.

    Returns:
        Pairs of inputs and targets, as copies.

    Raises:
        TypeError: if `inputs` or `targets` hold anything but real numbers or bools,
            `batch_size` is not an integer or `rng` not a generator.
        ValueError: if there are no examples, `targets` has another length than `inputs`,
            or `batch_size` is below 1.

    Examples:
        >>> import numpy as np
        >>> from nnref.training import batches
        >>> pairs = batches([10, 20, 30], [1, 2, 3], batch_size=2, rng=np.random.default_rng(0))
        >>> [(x.tolist(), y.tolist()) for x, y in pairs]
        [([30, 10], [3, 1]), ([20], [2])]

    PyTorch: `torch.utils.data.DataLoader` with `shuffle=True`.

    In the chapter: [Mini-batches][gradient-descent-mini-batches].
    """
    x, y = _examples(inputs, targets, "inputs", "targets")
    size = _checks.integer(batch_size, "batch_size", minimum=1)
    order = _checks.generator(rng).permutation(len(x))

    chosen = (order[start : start + size] for start in range(0, len(x), size))
    return ((x[rows], y[rows]) for rows in chosen)


def fit(
    model: Layer,
    inputs: ArrayLike,
    targets: ArrayLike,
    *,
    loss: Callable[[_Array, _Array], Any],
    loss_grad: Callable[[_Array, _Array], _Array],
    optimizer: _Optimizer,
    epochs: int,
    batch_size: int,
    rng: Generator,
    validation: tuple[ArrayLike, ArrayLike] | None = None,
) -> History:
    r"""Train a model: predict, measure, go back, step, and again with the next batch.

    An epoch goes through all examples once. On a terminal a line shows how far it is.

    Args:
        model: a layer such as a `Sequential`, whose parameters the optimizer holds.
        inputs: N examples along the first axis, finite.
        targets: one target for each example along the first axis, as `loss` takes them.
        loss: takes outputs and targets and returns one number, such as
            `nnref.losses.mean_squared_error`.
        loss_grad: takes the same and returns the derivative of the loss by the outputs.
            To set options, wrap both in `functools.partial`.
        optimizer: its `step()` uses the gradients that `backward` left.
        epochs: how often to go through all examples.
        batch_size: the number of examples in a batch.
        rng: the generator that shuffles the examples, anew for each epoch.
        validation: further inputs and targets, to be measured after each epoch.

    Returns:
        The losses on the way.

    Raises:
        DivergenceError: if a loss is infinite or NaN. The message says in which step
            and what is the likely cause; that step changes no parameter.
        TypeError: if an argument is of the wrong kind.
        ValueError: if inputs and targets do not fit or are not finite, `epochs` or
            `batch_size` is below 1, or `loss` refuses a target or does not return one
            number. Nothing has been learned then: also where `loss` refuses a later batch,
            the parameters are those from before. Make a new optimizer if it has a memory.

    Examples:
        A network with one hidden layer learns what no single neuron can:

        >>> import numpy as np
        >>> from nnref.activations import tanh, tanh_grad
        >>> from nnref.datasets import xor
        >>> from nnref.layers import Activation, Dense, Sequential
        >>> from nnref.losses import (
        ...     sparse_categorical_cross_entropy_with_logits,
        ...     sparse_categorical_cross_entropy_with_logits_grad,
        ... )
        >>> from nnref.optimizers import SGD
        >>> from nnref.training import fit
        >>> rng = np.random.default_rng(0)
        >>> inputs, labels = xor()
        >>> model = Sequential(
        ...     Dense(2, 8, rng=rng), Activation(tanh, tanh_grad), Dense(8, 2, rng=rng)
        ... )
        >>> history = fit(
        ...     model,
        ...     inputs,
        ...     labels,
        ...     loss=sparse_categorical_cross_entropy_with_logits,
        ...     loss_grad=sparse_categorical_cross_entropy_with_logits_grad,
        ...     optimizer=SGD(model.parameters(), learning_rate=0.5),
        ...     epochs=200,
        ...     batch_size=4,
        ...     rng=rng,
        ... )
        >>> history.epoch_losses[-1] < 0.02
        True
        >>> model.forward(inputs).argmax(axis=1).tolist()
        [0, 1, 1, 0]

    PyTorch: no counterpart; the loop is written out each time.

    In the chapter: [A whole run][training-run].
    """
    _check_parts(model, loss, loss_grad, optimizer)
    x, y = _finite_examples(inputs, targets, "inputs", "targets")
    held_out = None if validation is None else _held_out(validation)
    passes = _checks.integer(epochs, "epochs", minimum=1)
    size = _checks.integer(batch_size, "batch_size", minimum=1)
    rng = _checks.generator(rng)

    history = History()
    with np.errstate(all="ignore"), _all_or_nothing(model), _progress(passes) as show:
        # all examples at once, so that what the loss refuses is known before the first step
        for examples in filter(None, (held_out, (x, y))):
            _measured(model, loss, *examples, "before the first step", history)
        for epoch in range(1, passes + 1):
            total = 0.0
            for xs, ys in batches(x, y, batch_size=size, rng=rng):
                where = f"in step {len(history.step_losses) + 1} (epoch {epoch})"
                outputs, value = _measured(model, loss, xs, ys, where, history)
                model.backward(loss_grad(outputs, ys))
                optimizer.step()
                history.step_losses.append(value)
                total += value * len(xs)
            history.epoch_losses.append(total / len(x))
            if held_out:
                where = f"on the validation examples after epoch {epoch}"
                value = _measured(model, loss, *held_out, where, history)[1]
                history.validation_losses.append(value)
            show(history)
    if cause := _overflown_parameter(model):  # by the very last step
        raise DivergenceError(f"no finite parameters after epoch {epochs}: {cause}", history)
    return history


def _check_parts(model: Any, loss: Any, loss_grad: Any, optimizer: Any) -> None:
    """Raise unless each is of its kind."""
    if not isinstance(model, Layer):
        raise TypeError(f"`model` must be a layer, got {type(model).__name__}")
    _checks.function(loss, "loss")
    _checks.function(loss_grad, "loss_grad")
    if not isinstance(optimizer, _Optimizer):
        raise TypeError(f"`optimizer` must have a `step()`, got {type(optimizer).__name__}")


@contextmanager
def _all_or_nothing(model: Layer) -> Iterator[None]:
    """Put the parameters back where an argument is refused only after some steps."""
    before = [(parameter, parameter.value.copy()) for parameter in model.parameters()]
    try:
        yield
    except (TypeError, ValueError):
        for parameter, value in before:
            parameter.value = value
        raise


def _measured(
    model: Layer,
    loss: Callable[[_Array, _Array], Any],
    x: _Array,
    y: _Array,
    where: str,
    history: History,
) -> tuple[_Array, float]:
    """Return outputs and loss, both finite."""
    outputs = model.forward(x)
    value = _number(loss(outputs, y)) if np.isfinite(outputs).all() else math.nan
    if not math.isfinite(value):
        message = f"no finite loss {where}: {_likely_cause(model, outputs)}"
        raise DivergenceError(message, history)
    return outputs, value


def _number(value: ArrayLike) -> float:
    """Return what the loss gave as a float."""
    if np.ndim(value) > 0:
        raise ValueError(f"`loss` must return one number, got shape {np.shape(value)}")
    return float(np.asarray(value))


def _likely_cause(model: Layer, outputs: _Array) -> str:
    """Say what is no longer finite first on the way to the loss."""
    if cause := _overflown_parameter(model):
        return cause
    largest = np.abs(outputs).max()
    if not largest < _HUGE:
        sizes = "the learning rate or the start weights are probably too large"
        return f"the outputs have grown to {largest:.3g}; {sizes}"
    return f"the loss itself fails on outputs up to {largest:.3g}, as the logarithm of 0 does"


def _overflown_parameter(model: Layer) -> str:
    """Name the first parameter that is not finite; empty if all are."""
    for name, parameter in model.named_parameters().items():
        if not np.isfinite(parameter.value).all():
            return f"`{name}` is no longer finite; the learning rate is probably too large"
    return ""


def _examples(
    inputs: ArrayLike, targets: ArrayLike, x_name: str, y_name: str
) -> tuple[_Array, _Array]:
    """Return inputs and targets of the same number of examples, at least one."""
    x, y = _checks.array(inputs, x_name), _checks.array(targets, y_name)
    if x.ndim == 0 or len(x) == 0:
        raise ValueError(f"`{x_name}` must hold at least one example, got shape {x.shape}")
    if y.shape[:1] != x.shape[:1]:
        raise ValueError(f"`{y_name}` must hold {len(x)} examples, got shape {y.shape}")
    return x, y


def _finite_examples(
    inputs: ArrayLike, targets: ArrayLike, x_name: str, y_name: str
) -> tuple[_Array, _Array]:
    """Return inputs and targets that hold neither NaN nor infinity."""
    x, y = _examples(inputs, targets, x_name, y_name)
    _checks.finite(x, x_name)
    _checks.finite(y, y_name)
    return x, y


def _held_out(validation: Any) -> tuple[_Array, _Array]:
    """Return the inputs and targets for validation."""
    if not isinstance(validation, tuple | list):
        got = type(validation).__name__
        raise TypeError(f"`validation` must be a pair (inputs, targets), got {got}")
    if len(validation) != 2:
        raise ValueError(f"`validation` must hold inputs and targets, got {len(validation)} items")
    x, y = validation
    return _finite_examples(x, y, "validation[0]", "validation[1]")


@contextmanager
def _progress(epochs: int) -> Iterator[Callable[[History], None]]:
    """Give a function that rewrites one line on a terminal and does nothing elsewhere."""
    terminal = sys.stderr.isatty()

    def show(history: History) -> None:
        if terminal:
            line = f"\repoch {len(history.epoch_losses)}/{epochs}"
            line += f"  loss {history.epoch_losses[-1]:<11.4g}"
            if history.validation_losses:
                line += f"  validation {history.validation_losses[-1]:<11.4g}"
            print(line, end="", file=sys.stderr, flush=True)

    try:
        yield show
    finally:
        if terminal:
            print(file=sys.stderr)
