r"""Optimizers: how a gradient changes the parameters.

[`sgd_update`][nnref.optimizers.sgd_update] is the rule itself, a pure function. The
classes remember something from step to step. Their `step()` reads each parameter's `grad`
and replaces its `value`; a frozen parameter is left as it is, to the last bit.
"""

import math
from collections.abc import Iterable
from typing import Any, Protocol, runtime_checkable

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


def sgd_update(
    parameter: ArrayLike, grad: ArrayLike, *, learning_rate: float
) -> NDArray[np.floating]:
    r"""Return a parameter after one step down its gradient.

    $$ p \leftarrow p - \eta \, g $$

    The gradient points uphill, so the step goes against it. Too small a learning rate
    wastes steps; too large a one jumps over the valley and climbs out of it.

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
    rate = _checks.number(learning_rate, "learning_rate", "(0, inf)")

    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        return p - rate * g


class SGD:
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
        learning_rate: η, above 0. It may be changed between steps.
        momentum: μ in [0, 1).
        weight_decay: λ, at least 0.

    Raises:
        TypeError: if `parameters` are not parameters or an option is not a number.
        ValueError: if `parameters` is empty or an option is out of range.

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

    def __init__(
        self,
        parameters: Iterable[_Parameter],
        *,
        learning_rate: float,
        momentum: float = 0.0,
        weight_decay: float = 0.0,
    ) -> None:
        self.learning_rate = _checks.number(learning_rate, "learning_rate", "(0, inf)")
        self.momentum = _checks.number(momentum, "momentum", "[0, 1)")
        self.weight_decay = _checks.number(weight_decay, "weight_decay", "[0, inf)")
        self._velocity = {p: np.zeros_like(p.value) for p in _listed(parameters)}

    def step(self) -> None:
        """Replace each parameter's value by one a step lower.

        Raises:
            RuntimeError: if a parameter has no gradient yet; none is changed then.
            ValueError: if a gradient has another shape than its parameter.
        """
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            for p, direction in _with_gradients(self._velocity):
                if self.weight_decay:
                    direction = direction + self.weight_decay * p.value
                if self.momentum:
                    direction = self.momentum * self._velocity[p] + direction
                    self._velocity[p] = direction
                p.value = p.value - self.learning_rate * direction


class Adam:
    r"""Gradient descent with a step size of its own for each number.

    $$ \begin{aligned}
       m &\leftarrow \beta_1 m + (1 - \beta_1) \, g \\
       v &\leftarrow \beta_2 v + (1 - \beta_2) \, g^2 \\
       p &\leftarrow p - \eta \, \frac{m / (1 - \beta_1^t)}
                                      {\sqrt{v / (1 - \beta_2^t)} + \epsilon}
       \end{aligned} $$

    The running means m and v start at 0; dividing by 1 - β^t in step t makes up for
    that. Where the gradient keeps its sign and its size, each step is about η, however large
    or small the gradient is. After a jump in size it is not: v remembers about 1 / (1 - β₂)
    steps, m only 1 / (1 - β₁). Here √v is kept instead of v, so that no square overflows.

    Args:
        parameters: the parameters to train, such as `model.parameters()`.
        learning_rate: η, above 0. It may be changed between steps.
        beta1: β₁ in [0, 1).
        beta2: β₂ in [0, 1).
        epsilon: ε, above 0.

    Raises:
        TypeError: if `parameters` are not parameters or an option is not a number.
        ValueError: if `parameters` is empty or an option is out of range.

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

    PyTorch: `torch.optim.Adam` has the same rule and defaults. Its v overflows for a
    gradient whose square does, and that number then stands still.

    References:
        Kingma and Ba, "Adam: A method for stochastic optimization", 2015, algorithm 1,
        [arXiv:1412.6980](https://arxiv.org/abs/1412.6980).

    In the chapter: [Momentum and Adam][gradient-descent-momentum-adam].
    """

    def __init__(
        self,
        parameters: Iterable[_Parameter],
        *,
        learning_rate: float = 1e-3,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
    ) -> None:
        self.learning_rate = _checks.number(learning_rate, "learning_rate", "(0, inf)")
        self.beta1 = _checks.number(beta1, "beta1", "[0, 1)")
        self.beta2 = _checks.number(beta2, "beta2", "[0, 1)")
        self.epsilon = _checks.number(epsilon, "epsilon", "(0, inf)")
        self._state = {p: _Moments(p.value) for p in _listed(parameters)}

    def step(self) -> None:
        """Replace each parameter's value by one a step lower.

        Raises:
            RuntimeError: if a parameter has no gradient yet; none is changed then.
            ValueError: if a gradient has another shape than its parameter.
        """
        beta1, beta2 = self.beta1, self.beta2
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            for p, grad in _with_gradients(self._state):
                s = self._state[p]
                s.steps += 1
                s.mean = beta1 * s.mean + (1 - beta1) * grad
                s.root = np.hypot(math.sqrt(beta2) * s.root, math.sqrt(1 - beta2) * grad)
                mean = s.mean / (1 - beta1**s.steps)
                root = s.root / math.sqrt(1 - beta2**s.steps)
                p.value = p.value - self.learning_rate * mean / (root + self.epsilon)


class _Moments:
    """What Adam knows of one parameter: m, √v and t."""

    def __init__(self, value: NDArray[np.floating]) -> None:
        self.mean = np.zeros_like(value)
        self.root = np.zeros_like(value)
        self.steps = 0


def _listed(parameters: Iterable[_Parameter]) -> list[_Parameter]:
    """Return the parameters as a list, which must not be empty."""
    if not isinstance(parameters, Iterable):
        raise TypeError(f"`parameters` must be a list, got {type(parameters).__name__}")
    listed = list(parameters)
    if not listed:
        raise ValueError("`parameters` must hold at least one parameter, got none")
    for index, p in enumerate(listed):
        if not isinstance(p, _Parameter):
            got = f"{type(p).__name__} at {index}"
            raise TypeError(f"`parameters` must be parameters, got {got}")
    return listed


def _with_gradients(
    state: dict[_Parameter, Any],
) -> list[tuple[_Parameter, NDArray[np.floating]]]:
    """Return each parameter that is not frozen, with its gradient."""
    return [(p, _gradient(p)) for p in state if not p.frozen]


def _gradient(p: _Parameter) -> NDArray[np.floating]:
    """Return the gradient that `backward` left."""
    if p.grad is None:
        raise RuntimeError(f"`backward` must run before `step`, got no gradient for {p}")
    return _checks.like(p.grad, "grad", p.value)
