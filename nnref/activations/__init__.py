r"""Activation functions and their derivatives, stable over the whole float range.

`f_grad(x)` is the derivative of `f` at `x`, entry by entry. Softmax mixes the entries of
a row, so its derivative is a matrix; `softmax_vjp(x, upstream)` multiplies by it instead.

The accuracy in each description holds over the whole float range, in float32 and in
float64: it is the largest error found against exact arithmetic, rounded up. One ulp is
the distance from the true value to the next float.
"""

from nnref.activations.axiswise import (
    log_softmax,
    log_softmax_vjp,
    logsumexp,
    softmax,
    softmax_vjp,
)
from nnref.activations.elementwise import (
    hard_threshold,
    hard_threshold_grad,
    leaky_relu,
    leaky_relu_grad,
    linear,
    linear_grad,
    relu,
    relu_grad,
    sigmoid,
    sigmoid_grad,
    softplus,
    softplus_grad,
    tanh,
    tanh_grad,
)
from nnref.activations.gated import (
    gelu,
    gelu_grad,
    gelu_tanh,
    gelu_tanh_grad,
    silu,
    silu_grad,
)

__all__ = [
    "gelu",
    "gelu_grad",
    "gelu_tanh",
    "gelu_tanh_grad",
    "hard_threshold",
    "hard_threshold_grad",
    "leaky_relu",
    "leaky_relu_grad",
    "linear",
    "linear_grad",
    "log_softmax",
    "log_softmax_vjp",
    "logsumexp",
    "relu",
    "relu_grad",
    "sigmoid",
    "sigmoid_grad",
    "silu",
    "silu_grad",
    "softmax",
    "softmax_vjp",
    "softplus",
    "softplus_grad",
    "tanh",
    "tanh_grad",
]
