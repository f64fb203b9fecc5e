r"""Optimizers: how a gradient changes the parameters.

[`sgd_update`][nnref.optimizers.sgd_update] is the rule itself, a pure function. The
classes remember something from step to step. Their `step()` reads each parameter's `grad`
and replaces its `value`; a frozen parameter is left as it is, to the last bit. Their
options may be changed between steps, and are checked each time as at the start.
"""

import math
from collections.abc import Iterable
from typing import Any, ClassVar, Protocol, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnref import _checks

__all__ = ["SGD", "Adam", "sgd_update"]


@runtime_checkable
class _Parameter(Protocol):
    """What `nnref.layers.Parameter` offers."""

    value: NDArray[np.floating]
    grad: NDArray[np.floating] | None
    frozen: bool

    def subtract(self, step: NDArray[np.floating]) -> None: ...


def sgd_update(
    parameter: ArrayLike, grad: ArrayLike, *, learning_rate: float
) -> NDArray[np.floating]:
    r"""Return a parameter after one step down its gradient.

    $$ p \leftarrow p - \eta \, g $$

    The gradient points uphill, so the step goes against it. Too small a learning rate wastes
    steps, and one that is too large jumps over the valley and climbs out of it.

    Args:
        parameter: p, of any shape.
        grad: g, the derivative of the loss with respect to p, of the shape of p.
        learning_rate: η, above 0.

    Returns:
        The new p, of the same shape and dtype.

    Raises:
        TypeError: if `parameter` or `grad` is not float32, float64, integers or bools, or
            `learning_rate` is not a number.
        ValueError: if `grad` has another shape than `parameter`, or `learning_rate` is
            not above 0 and finite.

    Examples:
        >>> from nnref.optimizers import sgd_update
        >>> sgd_update([0.5, -1.0], [2.0, -4.0], learning_rate=0.1).tolist()
        [0.3, -0.6]

    PyTorch: `torch.optim.SGD` without options, which changes the parameter in place.

    In the chapter: [The update][gradient-descent-update].
    """
    p = _checks.floating(parameter, "parameter")
    g = _checks.like(grad, "grad", p)
    rate = _checks.number(learning_rate, "learning_rate", "(0, inf)", p.dtype)

    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        return p - rate * g


class _Optimizer:
    """What the classes share: parameters that stay the same, and options that may change."""

    _intervals: ClassVar[dict[str, str]]  # the options and their ranges

    def __init__(self, parameters: Iterable[_Parameter]) -> None:
        self._parameters = _listed(parameters)

    def __setattr__(self, name: str, value: Any) -> None:
        if not name.startswith("_"):
            value = self._option(name, value)
        super().__setattr__(name, value)

    def _option(self, name: str, value: float) -> float:
        if name not in self._intervals:
            wanted = f"one of {', '.join(self._intervals)}"
            raise AttributeError(f"an option of {type(self).__name__} is {wanted}, got {name}")
        for dtype in {p.value.dtype for p in self._parameters}:
            value = _checks.number(value, name, self._intervals[name], dtype)
        return value

    def __repr__(self) -> str:
        count = len(self._parameters)
        parts = [f"{count} parameter{'s' if count > 1 else ''}"]
        parts += [f"{name}={getattr(self, name)}" for name in self._intervals]
        return f"{type(self).__name__}({', '.join(parts)})"

    @property
    def parameters(self) -> tuple[_Parameter, ...]:
        """The parameters that `step` changes."""
        return self._parameters

    def _gradients(self) -> list[tuple[_Parameter, NDArray[np.floating]]]:
        """Return each parameter that is not frozen, with its gradient."""
        return [(p, _gradient(p)) for p in self._parameters if not p.frozen]


class SGD(_Optimizer):
    r"""Gradient descent on mini-batches, with momentum and weight decay if asked for.

    $$ \begin{aligned}
       d &= g + \lambda p \\
       v &\leftarrow \mu v + d \\
       p &\leftarrow p - \eta v
       \end{aligned} $$

    The velocity v starts at 0. With momentum μ, steps that agree add up, to 1/(1 - μ) of
    one step, and steps that alternate cancel in part, down to 1/(1 + μ). Weight decay λ
    pulls each parameter toward 0 in proportion to its size.

    Args:
        parameters: the parameters to train, such as `model.parameters()`.
        learning_rate: η, above 0.
        momentum: μ in [0, 1).
        weight_decay: λ, at least 0.

    Raises:
        TypeError: if `parameters` are not parameters or an option is not a number.
        ValueError: if `parameters` is empty or holds one twice, or if an option is out of
            range, also once it is rounded to the dtype of a parameter.

    Examples:
        With a gradient that stays 1, three steps of growing length, from 0.1 to 0.271:

        >>> import numpy as np
        >>> from nnref.layers import Parameter
        >>> from nnref.optimizers import SGD
        >>> p = Parameter([0.0])
        >>> optimizer = SGD([p], learning_rate=0.1, momentum=0.9)
        >>> lengths = []
        >>> for _ in range(3):
        ...     before, p.grad = p.value, np.array([1.0])
        ...     optimizer.step()
        ...     lengths.append(round(float(before[0] - p.value[0]), 3))
        >>> lengths
        [0.1, 0.19, 0.271]

    PyTorch: `torch.optim.SGD` has the same rule. There a parameter without a gradient is
    passed over; here it is an error.

    References:
        Polyak, "Some methods of speeding up the convergence of iteration methods", USSR
        Computational Mathematics and Mathematical Physics 4, 1964,
        [doi:10.1016/0041-5553(64)90137-5](https://doi.org/10.1016/0041-5553(64)90137-5).

    In the chapter: [Momentum and Adam][gradient-descent-momentum-adam].
    """

    _intervals: ClassVar = {
        "learning_rate": "(0, inf)",
        "momentum": "[0, 1)",
        "weight_decay": "[0, inf)",
    }

    def __init__(
        self,
        parameters: Iterable[_Parameter],
        *,
        learning_rate: float,
        momentum: float = 0.0,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(parameters)
        self.learning_rate = learning_rate
        self.momentum = momentum
        self.weight_decay = weight_decay
        self._velocity = {p: np.zeros_like(p.value) for p in self._parameters}

    @np.errstate(all="ignore")
    def step(self) -> None:
        """Replace each parameter's value by one a step lower.

        Raises:
            RuntimeError: if a parameter has no gradient yet; none is changed then.
            ValueError: if a gradient has another shape than its parameter.
        """
        rate, momentum, decay = self.learning_rate, self.momentum, self.weight_decay
        for p, direction in self._gradients():
            if decay:
                direction = direction + decay * p.value
            if momentum:
                direction = momentum * self._velocity[p] + direction
                self._velocity[p] = direction
            p.subtract(rate * direction)


class Adam(_Optimizer):
    r"""Gradient descent with a separate step size for each number.

    $$ \begin{aligned}
       m &\leftarrow \beta_1 m + (1 - \beta_1) \, g \\
       v &\leftarrow \beta_2 v + (1 - \beta_2) \, g^2 \\
       p &\leftarrow p - \eta \, \frac{m / (1 - \beta_1^t)}
                                      {\sqrt{v / (1 - \beta_2^t)} + \epsilon}
       \end{aligned} $$

    The running means m and v start at 0, and dividing by 1 - β^t in step t corrects for that.
    Where the gradient keeps its sign and its size, each step is about η, however large or
    small the gradient is. After a jump in size it is not, because v remembers about 1 / (1 -
    β₂) steps and m only 1 / (1 - β₁). Here √v is kept instead of v, so that no square
    overflows, and the corrections and η multiply the fraction m/√v, a number of order 1 for
    any gradient.

    Args:
        parameters: the parameters to train, such as `model.parameters()`.
        learning_rate: η, above 0.
        beta1: β₁ in [0, 1).
        beta2: β₂ in [0, 1).
        epsilon: ε, above 0.

    Raises:
        TypeError: if `parameters` are not parameters or an option is not a number.
        ValueError: if `parameters` is empty or holds one twice, or if an option is out of
            range, also once it is rounded to the dtype of a parameter.

    Examples:
        The first step is the learning rate, for a gradient of 100 and of 0.01 alike:

        >>> import numpy as np
        >>> from nnref.layers import Parameter
        >>> from nnref.optimizers import Adam
        >>> p = Parameter([1.0, 1.0])
        >>> p.grad = np.array([100.0, 0.01])
        >>> Adam([p], learning_rate=0.1).step()
        >>> p.value.round(4).tolist()
        [0.9, 0.9]

    PyTorch: `torch.optim.Adam` has the same rule and defaults. Its v overflows where
    (1 - β₂)g² does, long before g itself, and that number then stands still.

    References:
        Kingma and Ba, "Adam: A method for stochastic optimization", 2015, algorithm 1,
        [arXiv:1412.6980](https://arxiv.org/abs/1412.6980).

    In the chapter: [Momentum and Adam][gradient-descent-momentum-adam].
    """

    _intervals: ClassVar = {
        "learning_rate": "(0, inf)",
        "beta1": "[0, 1)",
        "beta2": "[0, 1)",
        "epsilon": "(0, inf)",
    }

    def __init__(
        self,
        parameters: Iterable[_Parameter],
        *,
        learning_rate: float = 1e-3,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
    ) -> None:
        super().__init__(parameters)
        self.learning_rate = learning_rate
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self._state = {p: _Moments(p.value) for p in self._parameters}

    @np.errstate(all="ignore")
    def step(self) -> None:
        """Replace each parameter's value by one a step lower.

        Raises:
            RuntimeError: if a parameter has no gradient yet; none is changed then.
            ValueError: if a gradient has another shape than its parameter.
        """
        beta1, beta2 = self.beta1, self.beta2
        for p, grad in self._gradients():
            s = self._state[p]
            s.steps += 1
            s.mean = beta1 * s.mean + (1 - beta1) * grad
            s.root = np.hypot(math.sqrt(beta2) * s.root, math.sqrt(1 - beta2) * grad)
            root_share = math.sqrt(1 - beta2**s.steps)  # multiplied out of the fraction
            rate = self.learning_rate * root_share / (1 - beta1**s.steps)
            epsilon = max(self.epsilon * root_share, s.smallest)
            p.subtract(rate * (s.mean / (s.root + epsilon)))


class _Moments:
    """What Adam knows of one parameter: m, √v, t and the smallest number above 0."""

    def __init__(self, value: NDArray[np.floating]) -> None:
        self.smallest = float(np.finfo(value.dtype).smallest_subnormal)
        self.mean = np.zeros_like(value)
        self.root = np.zeros_like(value)
        self.steps = 0


def _listed(parameters: Iterable[_Parameter]) -> tuple[_Parameter, ...]:
    """Return the parameters, at least one and none twice."""
    if not isinstance(parameters, Iterable):
        raise TypeError(f"`parameters` must be a list, got {type(parameters).__name__}")
    listed = tuple(parameters)
    if not listed:
        raise ValueError("`parameters` must hold at least one parameter, got none")
    for index, p in enumerate(listed):
        if not isinstance(p, _Parameter):
            got = f"{type(p).__name__} at {index}"
            raise TypeError(f"`parameters` must be parameters, got {got}")
        if any(p is other for other in listed[:index]):
            raise ValueError(f"`parameters` must be different objects, got {index} twice")
    return listed


def _gradient(p: _Parameter) -> NDArray[np.floating]:
    """Return the gradient that `backward` left."""
    if p.grad is None:
        raise RuntimeError(f"`backward` must run before `step`, got no gradient for {p}")
    return _checks.like(p.grad, "grad", p.value)
