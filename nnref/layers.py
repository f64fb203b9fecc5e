r"""Layers: what a network is made of, with the way forward and the way back."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnref import _checks

__all__ = ["Parameter"]


class Parameter:
    r"""An array that training changes, and its gradient.

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
        >>> bias = Parameter([0.0, 0.0, 0.0])
        >>> bias.value = [-0.1, 0.5, 0.3]
        >>> bias
        Parameter(shape=(3,), dtype=float64)
        >>> bias.value = 0.0
        Traceback (most recent call last):
            ...
        ValueError: `value` must have shape (3,), got ()

    PyTorch: `torch.nn.Parameter`, with `requires_grad=False` for `frozen`. There
    `backward` adds to the gradient, and `zero_grad` must clear it before each step.
    """

    def __init__(self, value: ArrayLike) -> None:
        self._value = _checks.floating(value, "value").copy()
        self.grad: NDArray[np.floating] | None = None
        self.frozen = False

    def __repr__(self) -> str:
        return f"Parameter(shape={self._value.shape}, dtype={self._value.dtype})"

    @property
    def value(self) -> NDArray[np.floating]:
        """The array; assign a new one of the same shape to change it."""
        return self._value

    @value.setter
    def value(self, new: ArrayLike) -> None:
        self._value = _checks.like(new, "value", self._value).copy()
