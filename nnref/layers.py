r"""Layers: what a network is made of, with the way forward and the way back."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeGuard

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike, DTypeLike, NDArray

from nnref import _archive, _checks, _reduce
from nnref._pair import Pair
from nnref.initializers import he_normal

__all__ = ["Activation", "Dense", "Layer", "Parameter", "Sequential"]


class Parameter:
    r"""An array that training changes, and its gradient.

    A copy and a pickled parameter have no gradient, since a gradient tells of the data.

    Args:
        value: the start value, of any shape; it is copied.

    Attributes:
        grad: the derivative of the loss by `value`, of the same shape; None until the
            first `backward`, which replaces it each time.
        frozen: if True, optimizers leave `value` as it is. False at the start.

    Raises:
        TypeError: if `value` is not float32, float64, integers or bools.
        ValueError: if a new value has another shape.

    Examples:
        >>> from nnref.layers import Parameter
        >>> bias = Parameter([0.0, 0.0, 0.0])
        >>> bias.value = [-0.1, 0.5, 0.3]
        >>> bias
        Parameter(shape=(3,), dtype=float64)
        >>> bias.value = 0.0
        Traceback (most recent call last):
            ...
        ValueError: `value` must have shape (3,), got ()

    PyTorch: `torch.nn.Parameter`, with `requires_grad=False` for `frozen`; an optimizer
    there still moves such a parameter if a gradient is left from before. There `backward`
    adds to the gradient, and `zero_grad` must clear it before each step.

    In the chapter: [The update][gradient-descent-update].
    """

    __slots__ = ("_value", "frozen", "grad")

    def __init__(self, value: ArrayLike) -> None:
        self._value = _checks.floating(value, "value").copy()
        self.grad: NDArray[np.floating] | None = None
        self.frozen = False

    def __repr__(self) -> str:
        return f"Parameter(shape={self._value.shape}, dtype={self._value.dtype})"

    def __getstate__(self) -> Any:
        return _without(super().__getstate__(), "grad")

    @property
    def value(self) -> NDArray[np.floating]:
        """The array; assign a new one of the same shape to change it."""
        return self._value

    @value.setter
    def value(self, new: ArrayLike) -> None:
        self._value = _checks.like(new, "value", self._value).copy()

    def subtract(self, step: NDArray[np.floating]) -> None:
        """Replace the array by itself minus a step of its shape; what read it keeps the old.

        Args:
            step: what to subtract.

        Raises:
            TypeError: if `step` is not float32, float64, integers or bools.
            ValueError: if `step` has another shape.
        """
        self._value = self._value - _checks.like(step, "step", self._value)


class Layer(ABC):
    r"""What all layers can do: go forward, go back, name and keep their parameters.

    `backward` belongs to the last `forward`: it reads the very array that came in there.
    So between the two, run no other data through the layer and do not change the input
    in place. Only a missing `forward` and another shape are noticed.

    A layer that is copied or pickled takes its parameters along and leaves its last
    input behind.

    Examples:
        >>> from nnref.activations import relu, relu_grad
        >>> from nnref.layers import Activation
        >>> layer = Activation(relu, relu_grad)
        >>> outputs = layer.forward([-3.0, 5.0])
        >>> layer.backward([1.0, 1.0]).tolist()
        [0.0, 1.0]

        After another `forward` it is the slope at those inputs:

        >>> measured = layer.forward([4.0, 5.0])
        >>> layer.backward([1.0, 1.0]).tolist()
        [1.0, 1.0]
        >>> layer.backward([1.0])
        Traceback (most recent call last):
            ...
        ValueError: `upstream` must have shape (2,), got (1,)

    PyTorch: `torch.nn.Module`. Autograd notes each `forward` by itself, and an error says
    where an input was changed in place.
    """

    __slots__ = ()

    @abstractmethod
    def forward(self, x: ArrayLike) -> NDArray[np.floating]:
        """Return the output for a batch, and remember what `backward` needs."""

    @abstractmethod
    def backward(self, upstream: ArrayLike) -> NDArray[np.floating]:
        """Set each parameter's `grad` and return the derivative by the last input.

        Args:
            upstream: the derivative of the loss by the last output, of its shape.
        """

    def named_parameters(self) -> dict[str, Parameter]:
        """Return the parameters by name, as PyTorch names them: `0.weight`, `0.bias`."""
        return {}

    def parameters(self) -> list[Parameter]:
        """Return the parameters, for an optimizer or to freeze them."""
        return list(self.named_parameters().values())

    def save(self, path: str | Path) -> None:
        """Write the values of all parameters to an `.npz` file, one array for each name.

        Args:
            path: the file, which is replaced if there is one.
        """
        _archive.write(path, {name: p.value for name, p in self.named_parameters().items()})

    def load(self, path: str | Path) -> None:
        """Replace the values of all parameters by those of an `.npz` file.

        The file must hold an array for each parameter and nothing else. Nothing in it is
        executed: pickled objects are refused.

        Args:
            path: a file that `save` wrote, or `numpy.savez` from a PyTorch `state_dict`.

        Raises:
            OSError: if the file cannot be read.
            TypeError: if an array is not float32, float64, integers or bools.
            ValueError: if the file is not such an archive, or an entry is missing, extra, of
                the wrong shape or not finite. No parameter is changed then.
        """
        parameters, entries = self.named_parameters(), _archive.read(path)
        lacks = [f"no {name}" for name in parameters if name not in entries]
        extra = [f"an extra {name}" for name in entries if name not in parameters]
        if lacks or extra:
            got = ", ".join(lacks + extra)
            raise ValueError(f"`path` must hold the parameters of this model, got {got}")
        values = {
            name: _checks.like(entries[name], name, p.value) for name, p in parameters.items()
        }
        for name, value in values.items():
            _checks.finite(value, name)

        for name, parameter in parameters.items():
            parameter.value = values[name]


class _Remembering(Layer):
    """A layer that needs its last input on the way back."""

    __slots__ = ("_x",)

    def __init__(self) -> None:
        self._x: NDArray[np.floating] | None = None

    def __getstate__(self) -> Any:
        return _without(super().__getstate__(), "_x")

    def _last_input(self) -> NDArray[np.floating]:
        if self._x is None:
            raise RuntimeError("`forward` must run before `backward`, got no input yet")
        return self._x


def _without(state: Any, slot: str) -> Any:
    """Return what `copy` and `pickle` take along, one slot being None."""
    attributes, slots = state
    return attributes, {**slots, slot: None}


def _float_dtype(dtype: DTypeLike) -> np.dtype[Any]:
    """Return float32 or float64, by whichever of its names."""
    try:
        found = np.dtype(dtype) if dtype is not None else None
    except TypeError:
        found = None
    if found not in (np.float32, np.float64):
        raise TypeError(f"`dtype` must be numpy.float32 or numpy.float64, got {dtype}")
    return found


class Dense(_Remembering):
    r"""Connect each input to each output: a matrix of weights and a bias.

    $$ y = x W^T + b $$

    The way back, with g the derivative of the loss by y:

    $$ \frac{\partial L}{\partial W} = g^T x, \qquad
       \frac{\partial L}{\partial b} = \sum_n g_n, \qquad
       \frac{\partial L}{\partial x} = g W $$

    Each sum is off by no more than 264 ulp of that of its terms without their signs, however
    large the batch and whatever the processor, and mostly by less than 4. Where products
    overflow with both signs, the sum is infinite or NaN: which of them is up to the order in
    which the processor adds.

    Inputs are converted to the dtype of the weights.

    Args:
        in_features: the number of inputs D.
        out_features: the number of outputs K.
        rng: the generator to draw the weights from.
        initializer: makes the weights, as `initializer((K, D), rng=rng)`. The bias
            starts at 0.
        dtype: `numpy.float64` or `numpy.float32`, for the parameters and all results.

    Raises:
        TypeError: if a number of features is not an integer, `rng` is not a generator,
            `initializer` is not a function of that kind or `dtype` is neither of the two.
        ValueError: if a number of features is below 1, or `initializer` returns another
            shape.

    Examples:
        A batch of two welds with two measurements, scored for three classes:

        >>> import numpy as np
        >>> from nnref.layers import Dense
        >>> layer = Dense(2, 3, rng=np.random.default_rng(0))
        >>> layer.weight.value = [[1.0, 0.0], [0.0, 1.0], [1.0, -1.0]]
        >>> layer.bias.value = [0.0, 0.5, 0.0]
        >>> layer.forward([[0.2, 0.6], [0.9, 0.1]]).round(2).tolist()
        [[0.2, 1.1, -0.4], [0.9, 0.6, 0.8]]
        >>> layer.backward([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]).tolist()
        [[1.0, 0.0], [1.0, -1.0]]
        >>> layer.weight.grad.tolist()
        [[0.2, 0.6], [0.0, 0.0], [0.9, 0.1]]

    PyTorch: `torch.nn.Linear`, with the same layout of the weights. It starts weights and
    bias as [`torch_default`][nnref.initializers.torch_default] says.

    In the chapter: [Layers][neural-networks-layers].
    """

    __slots__ = ("_bias", "_weight")

    def __init__(
        self,
        in_features: int,
        out_features: int,
        *,
        rng: Generator,
        initializer: Callable[..., ArrayLike] = he_normal,
        dtype: DTypeLike = np.float64,
    ) -> None:
        super().__init__()
        inputs = _checks.integer(in_features, "in_features", minimum=1)
        outputs = _checks.integer(out_features, "out_features", minimum=1)
        make = _checks.function(initializer, "initializer")
        rng = _checks.generator(rng)
        precision = _float_dtype(dtype)

        weights = _checks.floating(make((outputs, inputs), rng=rng), "initializer(...)")
        _checks.shape(weights, "initializer(...)", (outputs, inputs))

        self._weight = Parameter(weights.astype(precision))
        self._bias = Parameter(np.zeros(outputs, precision))

    def __repr__(self) -> str:
        outputs, inputs = self.weight.value.shape
        return f"Dense({inputs}, {outputs}, dtype={self.weight.value.dtype})"

    @property
    def weight(self) -> Parameter:
        """The parameter W of shape (K, D). Assign to its `value` to change it."""
        return self._weight

    @property
    def bias(self) -> Parameter:
        """The parameter b of shape (K,). Assign to its `value` to change it."""
        return self._bias

    def named_parameters(self) -> dict[str, Parameter]:
        """Return the two parameters, named `weight` and `bias`."""
        return {"weight": self._weight, "bias": self._bias}

    @np.errstate(all="ignore")
    def forward(self, x: ArrayLike) -> NDArray[np.floating]:
        """Return the scores of a batch.

        Args:
            x: inputs of shape (N, D).

        Returns:
            Shape (N, K), the dtype of the weights.

        Raises:
            TypeError: if `x` is not float32, float64, integers or bools.
            ValueError: if `x` has another shape.
        """
        return self._forward(x)

    def _forward(self, x: ArrayLike) -> NDArray[np.floating]:
        w, b = self._weight.value, self._bias.value
        x = _checks.rows(x, "x", w.shape[1])
        self._x = x if x.dtype == w.dtype else x.astype(w.dtype)

        y = _reduce.product(self._x, w.T)
        y += b
        return y

    @np.errstate(all="ignore")
    def backward(self, upstream: ArrayLike) -> NDArray[np.floating]:
        """Set the gradients of weight and bias and return that of the last input.

        Args:
            upstream: the derivative of the loss by the last output, of shape (N, K).

        Returns:
            Shape (N, D), the dtype of the weights.

        Raises:
            RuntimeError: if `forward` has not run.
            TypeError: if `upstream` is not float32, float64, integers or bools.
            ValueError: if `upstream` has another shape.
        """
        return self._backward(upstream)

    def _backward(self, upstream: ArrayLike) -> NDArray[np.floating]:
        x, w = self._last_input(), self._weight.value
        g = _checks.floating(upstream, "upstream")
        _checks.shape(g, "upstream", (len(x), len(w)))
        g = g if g.dtype == w.dtype else g.astype(w.dtype)

        self._weight.grad = _reduce.product(g.T, x)
        self._bias.grad = _reduce.total(g, (0,))
        return _reduce.product(g, w)


class Activation(_Remembering):
    r"""Apply an activation function to each entry.

    $$ y = f(x), \qquad \frac{\partial L}{\partial x} = g \odot f'(x) $$

    Softmax does not fit here, as it mixes the entries of a row. Leave it out: the losses
    take scores.

    Args:
        function: f, such as `nnref.activations.relu`.
        derivative: f′ at the same input, such as `nnref.activations.relu_grad`.
        **options: for both, such as `negative_slope=0.2` for `leaky_relu`.

    Raises:
        TypeError: if one of the two is not a function, or is a `functools.partial`, whose
            options the other one would not get.
        ValueError: if `derivative` is by its name, such as `relu_grad`, that of another
            function.

    Examples:
        >>> from nnref.activations import relu, relu_grad
        >>> from nnref.layers import Activation
        >>> layer = Activation(relu, relu_grad)
        >>> layer.forward([[-3.0, 5.0]]).tolist()
        [[0.0, 5.0]]
        >>> layer.backward([[10.0, 10.0]]).tolist()
        [[0.0, 10.0]]

        An option is given once, and both functions get it:

        >>> from nnref.activations import leaky_relu, leaky_relu_grad
        >>> layer = Activation(leaky_relu, leaky_relu_grad, negative_slope=0.2)
        >>> layer.forward([-3.0, 5.0]).round(1).tolist()
        [-0.6, 5.0]
        >>> layer.backward([10.0, 10.0]).tolist()
        [2.0, 10.0]

    PyTorch: `torch.nn.ReLU` and its kin; autograd finds the derivative.

    In the chapter: [Whole layers, whole batches][backpropagation-layers].
    """

    __slots__ = ("_pair",)

    def __init__(
        self,
        function: Callable[..., NDArray[np.floating]],
        derivative: Callable[..., NDArray[np.floating]],
        **options: Any,
    ) -> None:
        super().__init__()
        self._pair = Pair(function, derivative, options, ("function", "derivative"))

    def __repr__(self) -> str:
        return f"Activation{self._pair}"

    @np.errstate(all="ignore")
    def forward(self, x: ArrayLike) -> NDArray[np.floating]:
        """Return f of each entry.

        Args:
            x: inputs of any shape.

        Returns:
            The same shape and dtype.

        Raises:
            TypeError: if `x` is not float32, float64, integers or bools.
        """
        return self._forward(x)

    def _forward(self, x: ArrayLike) -> NDArray[np.floating]:
        self._x = _checks.floating(x, "x")
        return self._pair.value(self._x)

    @np.errstate(all="ignore")
    def backward(self, upstream: ArrayLike) -> NDArray[np.floating]:
        """Return the derivative of the loss by the last input.

        Args:
            upstream: the derivative of the loss by the last output, of its shape.

        Returns:
            The same shape, the dtype of the input.

        Raises:
            RuntimeError: if `forward` has not run.
            TypeError: if `upstream` is not float32, float64, integers or bools.
            ValueError: if `upstream` has another shape.
        """
        return self._backward(upstream)

    def _backward(self, upstream: ArrayLike) -> NDArray[np.floating]:
        x = self._last_input()
        g = _checks.like(upstream, "upstream", x)

        return g * self._pair.grad(x)


class Sequential(Layer):
    r"""Run one layer after the other; on the way back, the other way round.

    $$ y = f_n(\dots f_2(f_1(x))) $$

    `backward` is the chain rule: each layer turns the derivative by its output into the
    one by its input and hands it on.

    Args:
        layers: one layer or more, none twice; a `Sequential` may be one of them.

    Raises:
        TypeError: if one of them is not a layer.
        ValueError: if there is none, or a layer or a parameter comes twice, also inside
            another `Sequential`: each `backward` would replace the gradient of the last.

    Examples:
        >>> import numpy as np
        >>> from nnref.activations import relu, relu_grad
        >>> from nnref.layers import Activation, Dense, Sequential
        >>> rng = np.random.default_rng(0)
        >>> model = Sequential(
        ...     Dense(8, 32, rng=rng), Activation(relu, relu_grad), Dense(32, 4, rng=rng)
        ... )
        >>> model.forward(np.ones((5, 8))).shape
        (5, 4)
        >>> {name: p.value.shape for name, p in model.named_parameters().items()}
        {'0.weight': (32, 8), '0.bias': (32,), '2.weight': (4, 32), '2.bias': (4,)}

        To train a new last layer only, freeze all others:

        >>> for parameter in model.layers[0].parameters():
        ...     parameter.frozen = True

    PyTorch: `torch.nn.Sequential`, with the same names in its `state_dict`.

    In the chapter: [Layers][neural-networks-layers].
    """

    __slots__ = ("_layers",)

    def __init__(self, *layers: Layer) -> None:
        if not layers:
            raise ValueError("`layers` must hold at least one layer, got none")
        for index, layer in enumerate(layers):
            if not isinstance(layer, Layer):
                raise TypeError(f"`layers` must be layers, got {type(layer).__name__} at {index}")
        self._layers = layers
        _check_distinct("layers", _places(self))
        _check_distinct("layers", self.named_parameters().items())

    def __repr__(self) -> str:
        return f"Sequential({', '.join(map(repr, self._layers))})"

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The layers in order."""
        return self._layers

    def named_parameters(self) -> dict[str, Parameter]:
        """Return all parameters, named by the layer's position: `0.weight`."""
        return {
            f"{index}.{name}": parameter
            for index, layer in enumerate(self._layers)
            for name, parameter in layer.named_parameters().items()
        }

    @np.errstate(all="ignore")
    def forward(self, x: ArrayLike) -> NDArray[np.floating]:
        """Return the output of the last layer.

        Args:
            x: a batch as the first layer takes it.

        Returns:
            A batch as the last layer gives it.
        """
        return self._forward(x)

    def _forward(self, x: ArrayLike) -> NDArray[np.floating]:
        for layer in self._layers:
            x = layer._forward(x) if _is_ours(layer) else layer.forward(x)
        return np.asarray(x)

    @np.errstate(all="ignore")
    def backward(self, upstream: ArrayLike) -> NDArray[np.floating]:
        """Set the gradients of all parameters and return that of the last input.

        Args:
            upstream: the derivative of the loss by the last output, of its shape.

        Returns:
            The derivative of the loss by the last input, of its shape.
        """
        return self._backward(upstream)

    def _backward(self, upstream: ArrayLike) -> NDArray[np.floating]:
        for layer in reversed(self._layers):
            way = layer._backward if _is_ours(layer) else layer.backward
            upstream = way(upstream)
        return np.asarray(upstream)


def _is_ours(layer: Layer) -> TypeGuard[Dense | Activation | Sequential]:
    """Tell the layers whose `_forward` and `_backward` leave it to the caller to silence NumPy.

    To enter an `errstate` costs as much as the arithmetic of a small layer. A subclass may
    have a `forward` of its own, so it is none of them.
    """
    return type(layer) in (Dense, Activation, Sequential)


def _places(model: Sequential, above: str = "") -> Iterator[tuple[str, Layer]]:
    """Yield all layers with their places, such as 1.0 for the first in a second `Sequential`."""
    for index, layer in enumerate(model.layers):
        yield f"{above}{index}", layer
        if isinstance(layer, Sequential):
            yield from _places(layer, f"{above}{index}.")


def _check_distinct(name: str, objects: Iterable[tuple[str, object]]) -> None:
    """Raise unless all objects are different ones."""
    seen: dict[int, str] = {}
    for place, each in objects:
        if (first := seen.setdefault(id(each), place)) != place:
            raise ValueError(f"`{name}` must hold nothing twice, got {first} again as {place}")
