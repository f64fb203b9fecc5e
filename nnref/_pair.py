"""A function and its derivative, with options that are given once for both."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from nnref import _checks


class Pair:
    """What `Activation` and `Loss` are made of; the names are those of their arguments."""

    __slots__ = ("_derivative", "_function", "_options")

    def __init__(
        self,
        function: Callable[..., Any],
        derivative: Callable[..., Any],
        options: dict[str, Any],
        names: tuple[str, str],
    ) -> None:
        for each, name in zip((function, derivative), names, strict=True):
            _checks.function(each, name)
            if isinstance(each, partial):  # its options would not reach the other one
                wanted = "leave options to the arguments that follow"
                raise TypeError(f"`{name}` must {wanted}, got a partial of {_name(each.func)}")
        if not _may_belong(_name(function), derivative):
            wanted = f"be the derivative of {_name(function)}"
            raise ValueError(f"`{names[1]}` must {wanted}, got {_name(derivative)}")
        self._function, self._derivative, self._options = function, derivative, options

    def __repr__(self) -> str:
        options = [f"{name}={value!r}" for name, value in self._options.items()]
        return f"({', '.join([_name(self._function), _name(self._derivative), *options])})"

    def value(self, *arguments: Any) -> Any:
        """Return what the function gives."""
        return self._function(*arguments, **self._options)

    def grad(self, *arguments: Any) -> Any:
        """Return what the derivative gives."""
        return self._derivative(*arguments, **self._options)


def _may_belong(name: str, derivative: Callable[..., Any]) -> bool:
    """Tell by its name: `f_grad` is the derivative of `f`, and `nnref` has no other ones."""
    ours = getattr(derivative, "__module__", None) or ""
    told = _name(derivative).endswith("_grad") or ours.startswith("nnref.")
    return not told or _name(derivative) == f"{name}_grad"


def _name(function: Callable[..., Any]) -> str:
    return getattr(function, "__name__", type(function).__name__)
