r"""Training: mini-batches, the loop, and a record of how it went."""

import math
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike, NDArray

from nnref import _checks
from nnref._pair import Pair
from nnref._reduce import ZeroWeightError
from nnref.layers import Layer

__all__ = ["DivergenceError", "Epoch", "History", "Loss", "batches", "epochs", "fit"]

_HUGE = 1e15  # an output beyond this has been driven there

_Array = NDArray[Any]


@runtime_checkable
class _Optimizer(Protocol):
    """What the classes of `nnref.optimizers` offer."""

    def step(self) -> None: ...


class Loss:
    r"""A loss function with its gradient, and options that are given once for both.

    Args:
        value: takes outputs and targets and returns one number, such as
            `nnref.losses.mean_squared_error`.
        grad: takes the same and returns the derivative of the loss by the outputs, such
            as `nnref.losses.mean_squared_error_grad`.
        **options: for both, such as `delta=2.0` for `huber`.

    Raises:
        TypeError: if one of the two is not a function, or is a `functools.partial`, whose
            options the other one would not get.
        ValueError: if `grad` is by its name, such as `huber_grad`, that of another loss.

    Examples:
        >>> from nnref.losses import huber, huber_grad
        >>> from nnref.training import Loss
        >>> loss = Loss(huber, huber_grad, delta=2.0)
        >>> float(loss.value([1.0, 9.0], [0.0, 0.0]))
        8.25
        >>> loss.grad([1.0, 9.0], [0.0, 0.0]).tolist()
        [0.5, 1.0]

        `Loss` can tell only by the names whether the two belong together. For your own
        functions, check it with finite differences:

        >>> from functools import partial
        >>> from nnref.gradcheck import check_grad
        >>> check_grad(partial(loss.value, targets=[0.0]), partial(loss.grad, targets=[0.0]), [9.0])

    PyTorch: `torch.nn.HuberLoss` and its kin; autograd finds the gradient.

    In the chapter: [A whole run][training-run].
    """

    def __init__(
        self, value: Callable[..., Any], grad: Callable[..., ArrayLike], **options: Any
    ) -> None:
        self._pair = Pair(value, grad, options, ("value", "grad"))

    def __repr__(self) -> str:
        return f"Loss{self._pair}"

    def value(self, outputs: ArrayLike, targets: ArrayLike) -> Any:
        """Return the loss of a batch.

        Args:
            outputs: what the model gave.
            targets: what it should have given.
        """
        return self._pair.value(outputs, targets)

    def grad(self, outputs: ArrayLike, targets: ArrayLike) -> NDArray[np.floating]:
        """Return the derivative of the loss by the outputs.

        Args:
            outputs: what the model gave.
            targets: what it should have given.
        """
        return self._pair.grad(outputs, targets)

    def value_and_grad(
        self, outputs: ArrayLike, targets: ArrayLike
    ) -> tuple[Any, NDArray[np.floating]]:
        """Return both, which for cross-entropy costs little more than one of them.

        Args:
            outputs: what the model gave.
            targets: what it should have given.
        """
        return self._pair.both(outputs, targets)


@dataclass
class History:
    """The losses of a training run, as plain numbers that you can plot or save.

    Attributes:
        step_losses: the loss of each batch, before the step it led to.
        epoch_losses: for each epoch the mean of its batches' losses, each counted by its
            number of examples.
        validation_losses: the loss on the validation examples after each epoch; empty
            without them.
        skipped_batches: how many batches were passed over because their class weights
            add up to 0: they have no loss and lead to no step.

    Examples:
        >>> import json
        >>> from dataclasses import asdict
        >>> from nnref.training import History
        >>> history = History([0.7, 0.5], [0.6], [0.55])
        >>> json.loads(json.dumps(asdict(history)))["step_losses"]
        [0.7, 0.5]

    In the chapter: [The loss curve][training-curve].
    """

    step_losses: list[float] = field(default_factory=list)
    epoch_losses: list[float] = field(default_factory=list)
    validation_losses: list[float] = field(default_factory=list)
    skipped_batches: int = 0


class DivergenceError(FloatingPointError):
    """Training stopped: a loss, or an output it is computed from, is infinite or NaN.

    Attributes:
        history: the record up to there.

    In the chapter: [What goes wrong][training-failures].
    """

    def __init__(self, message: str, history: History) -> None:
        super().__init__(message)
        self.history = history

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (str(self), self.history), vars(self)


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


@dataclass(frozen=True)
class Epoch:
    """What [`epochs`][nnref.training.epochs] tells after each.

    Attributes:
        number: how many epochs have passed, from 1.
        loss: the mean of the batches' losses, each counted by its number of examples.
        validation_loss: the loss on the validation examples; None without them.
        model: the model as it is now. Training goes on with it.
        history: the record so far. It grows with the next epoch.
    """

    number: int
    loss: float
    validation_loss: float | None
    model: Layer = field(repr=False)
    history: History = field(repr=False)


def epochs(
    model: Layer,
    inputs: ArrayLike,
    targets: ArrayLike,
    *,
    loss: Loss,
    optimizer: _Optimizer,
    epochs: int,
    batch_size: int,
    rng: Generator,
    validation: tuple[ArrayLike, ArrayLike] | None = None,
) -> Iterator[Epoch]:
    r"""Train as [`fit`][nnref.training.fit] does, and hand over after each epoch.

    The body of a `for` loop holds what you want to do between two epochs, such as to stop
    early, to keep the best weights, to change the learning rate, or to print how far the
    training is.

    Args:
        model: as for `fit`.
        inputs: as for `fit`.
        targets: as for `fit`.
        loss: as for `fit`.
        optimizer: as for `fit`.
        epochs: how often to go through all examples, unless you leave the loop before.
        batch_size: as for `fit`.
        rng: as for `fit`.
        validation: as for `fit`.

    Returns:
        An [`Epoch`][nnref.training.Epoch] after each. Nothing is trained before the first
        is asked for.

    Raises:
        DivergenceError: as `fit` does.
        TypeError: as `fit` does.
        ValueError: as `fit` does. A batch that is refused only after some steps leaves
            the parameters as the last step left them.

    Examples:
        This loop keeps the weights that were best on the validation examples. After 10 epochs
        without a better loss, and after 20, it halves the learning rate, and after 30 it
        stops:

        >>> import numpy as np
        >>> from nnref.activations import relu, relu_grad
        >>> from nnref.datasets import two_moons
        >>> from nnref.layers import Activation, Dense, Sequential
        >>> from nnref.losses import (
        ...     sparse_categorical_cross_entropy_with_logits,
        ...     sparse_categorical_cross_entropy_with_logits_grad,
        ... )
        >>> from nnref.optimizers import Adam
        >>> from nnref.training import Loss, epochs
        >>> rng = np.random.default_rng(0)
        >>> x, y = two_moons(60, noise=0.3, rng=rng)
        >>> model = Sequential(
        ...     Dense(2, 32, rng=rng), Activation(relu, relu_grad), Dense(32, 2, rng=rng)
        ... )
        >>> optimizer = Adam(model.parameters(), learning_rate=0.02)
        >>> lowest, waited = np.inf, 0
        >>> for epoch in epochs(
        ...     model,
        ...     x,
        ...     y,
        ...     loss=Loss(
        ...         sparse_categorical_cross_entropy_with_logits,
        ...         sparse_categorical_cross_entropy_with_logits_grad,
        ...     ),
        ...     optimizer=optimizer,
        ...     epochs=500,
        ...     batch_size=20,
        ...     rng=rng,
        ...     validation=two_moons(200, noise=0.3, rng=rng),
        ... ):
        ...     waited += 1
        ...     if epoch.validation_loss < lowest:
        ...         lowest, waited = epoch.validation_loss, 0
        ...         best = [p.value for p in model.parameters()]
        ...     if waited in (10, 20):
        ...         optimizer.learning_rate /= 2
        ...     if waited == 30:
        ...         break
        >>> epoch.number < 500 and lowest < epoch.validation_loss
        True
        >>> for parameter, value in zip(model.parameters(), best, strict=True):
        ...     parameter.value = value

    PyTorch: no counterpart; the loop is written out each time.

    In the chapter: [A whole run][training-run].
    """
    return _run(model, inputs, targets, loss, optimizer, epochs, batch_size, rng, validation)


def fit(
    model: Layer,
    inputs: ArrayLike,
    targets: ArrayLike,
    *,
    loss: Loss,
    optimizer: _Optimizer,
    epochs: int,
    batch_size: int,
    rng: Generator,
    validation: tuple[ArrayLike, ArrayLike] | None = None,
    progress: bool = True,
) -> History:
    r"""Train a model: predict, measure, go back, step, and again with the next batch.

    An epoch goes through all examples once. To do something between two epochs, write the
    loop with [`epochs`][nnref.training.epochs].

    Args:
        model: a layer such as a `Sequential`, whose parameters the optimizer holds.
        inputs: N examples along the first axis, finite.
        targets: one target for each example along the first axis, as `loss` takes them.
        loss: the loss with its gradient, as a [`Loss`][nnref.training.Loss].
        optimizer: its `step()` uses the gradients that `backward` left. It may hold a part
            of the model's parameters.
        epochs: how often to go through all examples.
        batch_size: the number of examples in a batch.
        rng: the generator that shuffles the examples, again for each epoch.
        validation: further inputs and targets, to be measured after each epoch.
        progress: whether a line on a terminal shows how far it is. Elsewhere there is
            none.

    Returns:
        The losses on the way.

    Raises:
        DivergenceError: if a loss is infinite or NaN. The message says in which step
            and what is the likely cause; that step changes no parameter.
        TypeError: if an argument is of the wrong kind.
        ValueError: if inputs and targets do not fit or are not finite, `epochs` or
            `batch_size` is below 1, `optimizer` holds a parameter that is not the
            model's, or `loss` refuses a target or does not return one number. Nothing has
            been learned then: also where `loss` refuses a later batch, the parameters are
            those from before. Make a new optimizer if it has a memory. A batch whose class
            weights add up to 0 is not refused but skipped, and counted in the history.

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
        >>> from nnref.training import Loss, fit
        >>> rng = np.random.default_rng(0)
        >>> inputs, labels = xor()
        >>> model = Sequential(
        ...     Dense(2, 8, rng=rng), Activation(tanh, tanh_grad), Dense(8, 2, rng=rng)
        ... )
        >>> history = fit(
        ...     model,
        ...     inputs,
        ...     labels,
        ...     loss=Loss(
        ...         sparse_categorical_cross_entropy_with_logits,
        ...         sparse_categorical_cross_entropy_with_logits_grad,
        ...     ),
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
    run = _run(model, inputs, targets, loss, optimizer, epochs, batch_size, rng, validation)

    with _all_or_nothing(model), _progress(epochs, progress) as show:
        for epoch in run:
            show(epoch)
    return epoch.history


def _run(
    model: Layer,
    inputs: ArrayLike,
    targets: ArrayLike,
    loss: Loss,
    optimizer: _Optimizer,
    epochs: int,
    batch_size: int,
    rng: Generator,
    validation: tuple[ArrayLike, ArrayLike] | None,
) -> Iterator[Epoch]:
    """Check everything, and return what trains epoch by epoch."""
    _check_parts(model, loss, optimizer)
    examples = _finite_examples(inputs, targets, "inputs", "targets")
    held_out = None if validation is None else _held_out(validation)
    count = _checks.integer(epochs, "epochs", minimum=1)
    size = _checks.integer(batch_size, "batch_size", minimum=1)
    rng = _checks.generator(rng)

    return _Run(model, loss, optimizer, examples, held_out).epochs(count, size, rng)


def _check_parts(model: Any, loss: Any, optimizer: Any) -> None:
    """Raise unless each is of its kind and the optimizer is one for the model."""
    if not isinstance(model, Layer):
        raise TypeError(f"`model` must be a layer, got {type(model).__name__}")
    if not isinstance(loss, Loss):
        raise TypeError(f"`loss` must be a Loss, got {type(loss).__name__}")
    if not isinstance(optimizer, _Optimizer):
        raise TypeError(f"`optimizer` must have a `step()`, got {type(optimizer).__name__}")
    parameters = {id(p): name for name, p in model.named_parameters().items()}
    if len(parameters) < len(model.parameters()):
        again = [name for name in model.named_parameters() if name not in parameters.values()]
        raise ValueError(f"`model` must hold each parameter once, got {again[0]} again")
    for index, p in enumerate(getattr(optimizer, "parameters", ())):
        if id(p) not in parameters:
            got = f"{p} at {index}"
            raise ValueError(f"`optimizer` must hold parameters of the model, got {got}")


@dataclass
class _Run:
    """A training run: what it works with, and its record."""

    model: Layer
    loss: Loss
    optimizer: _Optimizer
    examples: tuple[_Array, _Array]
    held_out: tuple[_Array, _Array] | None
    history: History = field(default_factory=History)

    def epochs(self, count: int, size: int, rng: Generator) -> Iterator[Epoch]:
        """Yield after each epoch, with NumPy's warnings as the caller has them."""
        with np.errstate(all="ignore"):
            # all examples at once, so that what the loss refuses is known before the first step
            for part in filter(None, (self.held_out, self.examples)):
                self.measured(*part, "before the first step")
        for number in range(1, count + 1):
            with np.errstate(all="ignore"):
                epoch = self.epoch(number, batches(*self.examples, batch_size=size, rng=rng))
            yield epoch

    def epoch(self, number: int, pairs: Iterator[tuple[_Array, _Array]]) -> Epoch:
        """Take a step for each batch and measure what has become of the model."""
        mean, held_out_loss = self.steps(number, pairs), None
        self.history.epoch_losses.append(mean)
        if self.held_out:
            where = f"on the validation examples after epoch {number}"
            held_out_loss = self.measured(*self.held_out, where)
            self.history.validation_losses.append(held_out_loss)
        if cause := _overflown_parameter(self.model):  # by the very last step
            message = f"no finite parameters after epoch {number}: {cause}"
            raise DivergenceError(message, self.history)
        return Epoch(number, mean, held_out_loss, self.model, self.history)

    def steps(self, number: int, pairs: Iterator[tuple[_Array, _Array]]) -> float:
        """Take the steps and return the mean loss."""
        total, count = 0.0, 0
        for x, y in pairs:
            where = f"in step {len(self.history.step_losses) + 1} (epoch {number})"
            outputs = self.outputs(x, where)
            try:
                value, grad = self.loss.value_and_grad(outputs, y)
            except ZeroWeightError:
                self.history.skipped_batches += 1
                continue
            value = self.checked(value, outputs, where)
            self.model.backward(grad)
            self.optimizer.step()
            self.history.step_losses.append(value)
            total += value * len(x)
            count += len(x)
        return total / count

    def measured(self, x: _Array, y: _Array, where: str) -> float:
        """Return the loss of examples."""
        outputs = self.outputs(x, where)
        return self.checked(self.loss.value(outputs, y), outputs, where)

    def outputs(self, x: _Array, where: str) -> _Array:
        """Return what the model gives, which must be finite."""
        outputs = self.model.forward(x)
        if not np.isfinite(outputs).all():
            raise self.divergence(outputs, where)
        return outputs

    def checked(self, value: ArrayLike, outputs: _Array, where: str) -> float:
        """Return a loss as a float, which must be finite."""
        if np.ndim(value) > 0:
            raise ValueError(f"`loss` must return one number, got shape {np.shape(value)}")
        number = float(np.asarray(value))
        if not math.isfinite(number):
            raise self.divergence(outputs, where)
        return number

    def divergence(self, outputs: _Array, where: str) -> DivergenceError:
        """Return the error that says what is no longer finite."""
        message = f"no finite loss {where}: {_likely_cause(self.model, outputs)}"
        return DivergenceError(message, self.history)


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
def _progress(epochs: int, wanted: bool) -> Iterator[Callable[[Epoch], None]]:
    """Give a function that rewrites one line on a terminal and does nothing elsewhere."""
    stream = sys.stderr if wanted and _is_terminal(sys.stderr) else None

    def write(text: str) -> None:
        if stream:
            with suppress(OSError, ValueError):  # it was closed: no reason to stop training
                print(text, end="", file=stream, flush=True)

    def show(epoch: Epoch) -> None:
        line = f"\repoch {epoch.number}/{epochs}  loss {epoch.loss:<11.4g}"
        if epoch.validation_loss is not None:
            line += f"  validation {epoch.validation_loss:<11.4g}"
        write(line)

    try:
        yield show
    finally:
        write("\n")


def _is_terminal(stream: Any) -> bool:
    """Tell whether lines can be rewritten; programs without a console may have no stream."""
    try:
        return bool(stream.isatty())
    except (AttributeError, OSError, ValueError):
        return False
