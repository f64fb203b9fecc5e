"""A function and its derivative, with options that are given once for both."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import FunctionType
from typing import Any

from nnref import _checks

_AT_ONCE: dict[Callable[..., Any], Callable[..., tuple[Any, Any]]] = {}


def at_once(function: Callable[..., Any]) -> Callable[..., Any]:
    """Mark what returns the value of `function` and its derivative, where they share work."""

    def mark(both: Callable[..., tuple[Any, Any]]) -> Callable[..., tuple[Any, Any]]:
        _AT_ONCE[function] = both
        return both

    return mark


class Pair:
    """What `Activation` and `Loss` are made of; the names are those of their arguments.

    Attributes:
        value: the function, with its options.
        grad: the derivative, with the same.
    """

    __slots__ = ("_at_once", "_options", "grad", "value")

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
        both = _AT_ONCE.get(function) if isinstance(function, FunctionType) else None
        self._options = options
        self.value, self.grad = _with(function, options), _with(derivative, options)
        self._at_once = _with(both, options) if both else None

    def __repr__(self) -> str:
        options = [f"{name}={value!r}" for name, value in self._options.items()]
        return f"({', '.join([_name(self.value), _name(self.grad), *options])})"

    def both(self, *arguments: Any) -> tuple[Any, Any]:
        """Return what the two give."""
        if self._at_once:
            value, grad = self._at_once(*arguments)
            return value, grad
        return self.value(*arguments), self.grad(*arguments)


def _with(function: Callable[..., Any], options: dict[str, Any]) -> Callable[..., Any]:
    return partial(function, **options) if options else function


def _may_belong(name: str, derivative: Callable[..., Any]) -> bool:
    """Tell by its name: `f_grad` is the derivative of `f`, and `nnref` has no other ones."""
    ours = getattr(derivative, "__module__", None) or ""
    told = _name(derivative).endswith("_grad") or ours.startswith("nnref.")
    return not told or _name(derivative) == f"{name}_grad"


def _name(function: Callable[..., Any]) -> str:
    bare = function.func if isinstance(function, partial) else function
    return getattr(bare, "__name__", type(bare).__name__)
