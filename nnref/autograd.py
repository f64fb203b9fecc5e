r"""Backpropagation on single numbers: the chain rule, small enough to read in one sitting."""

import math

from nnref import _checks

__all__ = ["Value"]


class Value:
    r"""A number that remembers what it was computed from.

    $$ \frac{\partial y}{\partial x} = \sum_{u \text{ computed from } x}
       \frac{\partial y}{\partial u} \cdot \frac{\partial u}{\partial x} $$

    Each operation returns a new value and notes its inputs, each with the slope of the
    result along it. [`backward`][nnref.autograd.Value.backward] then walks from the
    result to the inputs and multiplies the slopes on the way; where ways meet, it adds.

    Use it to see backpropagation at work and to check a gradient written by hand. One Python
    object for each number is slow, which is why the layers of this package work on arrays.

    The operations are `+`, `-`, `*`, `/`, `**` with a plain number as exponent, and the
    methods below. Plain numbers may stand on either side. To branch, compare `data`: the
    derivative follows the branch taken. Where an operation has no result or no slope,
    Python's own error comes: `ZeroDivisionError`, `ValueError` for the logarithm of 0,
    `OverflowError` for an exponential too large.

    Args:
        data: the number.

    Attributes:
        data: the number, a float.
        grad: what all calls of `backward` so far have added up to: the derivative of
            their results by this number. Set it to 0 before a new step.

    Raises:
        TypeError: if `data` is not a number.

    Examples:
        A neuron with two inputs: its score is 2 · 0.5 - 1 · 3 + 1, which is below 0.

        >>> from nnref.autograd import Value
        >>> w, x, b = [Value(2), Value(-1)], [0.5, 3.0], Value(1)
        >>> score = w[0] * x[0] + w[1] * x[1] + b
        >>> output = score.tanh()
        >>> output.backward()
        >>> round(score.data, 4), round(output.data, 4)
        (-1.0, -0.7616)
        >>> [round(v.grad, 4) for v in (*w, b)]
        [0.21, 1.2599, 0.42]

    PyTorch: a tensor of shape () with `requires_grad=True`. There only leaves keep a
    `grad`, and a second `backward` needs `retain_graph=True`.

    References:
        Rumelhart, Hinton and Williams, "Learning representations by back-propagating
        errors", Nature 323, 1986, [doi:10.1038/323533a0](https://doi.org/10.1038/323533a0).

    In the chapter: [Let the computer do it][backpropagation-autograd].
    """

    __slots__ = ("_inputs", "data", "grad")

    def __init__(self, data: float) -> None:
        self.data = _checks.number(data, "data")
        self.grad = 0.0
        self._inputs: tuple[tuple[Value, float], ...] = ()

    def __repr__(self) -> str:
        return f"Value(data={self.data}, grad={self.grad})"

    # Each return: the result, then (input, slope of the result along it).

    def __add__(self, other: "Value | float") -> "Value":
        other = _value(other)
        return _result(self.data + other.data, (self, 1.0), (other, 1.0))

    def __sub__(self, other: "Value | float") -> "Value":
        other = _value(other)
        return _result(self.data - other.data, (self, 1.0), (other, -1.0))

    def __mul__(self, other: "Value | float") -> "Value":
        other = _value(other)
        return _result(self.data * other.data, (self, other.data), (other, self.data))

    def __truediv__(self, other: "Value | float") -> "Value":
        other = _value(other)
        ratio = self.data / other.data
        return _result(ratio, (self, 1 / other.data), (other, -ratio / other.data))

    def __pow__(self, exponent: float) -> "Value":
        n = _checks.number(exponent, "exponent")
        slope = n * math.pow(self.data, n - 1) if n else 0.0
        return _result(math.pow(self.data, n), (self, slope))

    def __neg__(self) -> "Value":
        return _result(-self.data, (self, -1.0))

    __radd__ = __add__
    __rmul__ = __mul__

    def __rsub__(self, other: float) -> "Value":
        return _value(other) - self

    def __rtruediv__(self, other: float) -> "Value":
        return _value(other) / self

    def exp(self) -> "Value":
        """Return e to the power of this value."""
        power = math.exp(self.data)
        return _result(power, (self, power))

    def log(self) -> "Value":
        """Return the natural logarithm."""
        return _result(math.log(self.data), (self, 1 / self.data))

    def log1p(self) -> "Value":
        """Return the natural logarithm of 1 + this value, exact next to 0."""
        return _result(math.log1p(self.data), (self, 1 / (1 + self.data)))

    def tanh(self) -> "Value":
        """Return the hyperbolic tangent."""
        q = math.exp(-2 * abs(self.data))
        return _result(math.tanh(self.data), (self, 4 * q / (1 + q) ** 2))  # 1 - tanh²

    def relu(self) -> "Value":
        """Return this value where it is positive, else 0. At 0 the slope is 0."""
        return _result(max(self.data, 0.0), (self, float(self.data > 0)))

    def backward(self) -> None:
        """Add the derivative of this value by `x` to `x.grad`, for each `x` behind it.

        This value's own derivative is 1. A second call adds the same again.
        """
        upstream = {self: 1.0}
        for value in reversed(_inputs_first(self)):
            total = upstream.pop(value)
            value.grad += total
            for source, slope in value._inputs:
                upstream[source] = upstream.get(source, 0.0) + total * slope


def _value(x: Value | float) -> Value:
    """Wrap a plain number."""
    return x if isinstance(x, Value) else Value(x)


def _result(data: float, *inputs: tuple[Value, float]) -> Value:
    """Return a value that remembers its inputs, each with its slope."""
    result = Value(data)
    result._inputs = inputs
    return result


def _inputs_first(last: Value) -> list[Value]:
    """List all values behind the last one, each after its inputs, without recursion."""
    order: list[Value] = []
    seen: set[Value] = set()
    stack = [(last, False)]
    while stack:
        value, inputs_listed = stack.pop()
        if inputs_listed:
            order.append(value)
        elif value not in seen:
            seen.add(value)
            stack.append((value, True))
            stack.extend((source, False) for source, _ in value._inputs)
    return order
