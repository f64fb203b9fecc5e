"""The same functions in PyTorch and SciPy, for each example a value."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import special
from torch.nn import functional

Array = NDArray[Any]
Tensor = torch.Tensor


def binary_focal(z: Tensor, y: Tensor) -> Tensor:
    """Multiply the cross-entropy by (1 - p)², as torchvision does."""
    p = torch.sigmoid(z)
    ce = functional.binary_cross_entropy_with_logits(z, y, reduction="none")
    return ce * (1 - torch.where(y == 1, p, 1 - p)) ** 2


def focal(z: Tensor, y: Tensor) -> Tensor:
    """Do the same with several classes."""
    ce = functional.cross_entropy(z, y, reduction="none")
    return ce * (1 - torch.exp(-ce)) ** 2


def robust(z: Tensor, y: Tensor) -> Tensor:
    """Return (1 - p^q)/q."""
    p = torch.softmax(z, 1).gather(1, y[:, None])[:, 0]
    return (1 - p**0.75) / 0.75


def dice(p: Tensor, y: Tensor) -> Tensor:
    """Return 1 - 2 Σpy / (Σp + Σy)."""
    return 1 - 2 * (p * y).sum((1, 2)) / (p.sum((1, 2)) + y.sum((1, 2)))


def cross_entropy_dice(z: Tensor, y: Tensor) -> Tensor:
    """Add the mean cross-entropy of the pixels."""
    pixels = functional.binary_cross_entropy_with_logits(z, y, reduction="none")
    return pixels.mean((1, 2)) + dice(torch.sigmoid(z), y)


def box(name: str) -> Callable[[Tensor, Tensor], Tensor]:
    """Write a box loss as in the papers; α takes no gradient."""

    def loss(p: Tensor, t: Tensor) -> Tensor:
        inner = torch.minimum(p[:, 2:], t[:, 2:]) - torch.maximum(p[:, :2], t[:, :2])
        overlap = inner.clamp(min=0).prod(1)
        sides, wanted = p[:, 2:] - p[:, :2], t[:, 2:] - t[:, :2]
        union = sides.prod(1) + wanted.prod(1) - overlap
        hull = torch.maximum(p[:, 2:], t[:, 2:]) - torch.minimum(p[:, :2], t[:, :2])
        value = 1 - overlap / union
        if name == "giou_loss":
            value = value + (hull.prod(1) - union) / hull.prod(1)
        if name in ("diou_loss", "ciou_loss"):
            step = (p[:, :2] + p[:, 2:] - t[:, :2] - t[:, 2:]) / 2
            value = value + (step**2).sum(1) / (hull**2).sum(1)
        if name == "ciou_loss":
            turn = torch.atan(wanted[:, 0] / wanted[:, 1]) - torch.atan(sides[:, 0] / sides[:, 1])
            v = 4 / torch.pi**2 * turn**2
            value = value + (v / (1 - overlap / union + v)).detach() * v
        return value

    return loss


def of_torch(f: Callable[..., Tensor], **options: Any) -> Callable[[Tensor, Tensor], Tensor]:
    """Ask a loss of PyTorch's for each example."""
    return lambda x, y: f(x, y, reduction="none", **options)


TORCH_ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "relu": torch.relu,
    "leaky_relu": functional.leaky_relu,
    "softplus": functional.softplus,
    "hard_threshold": lambda x: torch.heaviside(x, torch.ones_like(x)),
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "gelu": functional.gelu,
    "gelu_tanh": partial(functional.gelu, approximate="tanh"),
    "silu": functional.silu,
    "softmax": lambda x: torch.softmax(x, -1),
    "log_softmax": lambda x: torch.log_softmax(x, -1),
    "logsumexp": lambda x: torch.logsumexp(x, -1),
}
TORCH_LOSSES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "binary_cross_entropy": of_torch(functional.binary_cross_entropy),
    "binary_cross_entropy_with_logits": of_torch(
        functional.binary_cross_entropy_with_logits, pos_weight=torch.tensor(2.0)
    ),
    "categorical_cross_entropy_with_logits": of_torch(
        functional.cross_entropy, label_smoothing=0.125
    ),
    "sparse_categorical_cross_entropy_with_logits": of_torch(functional.cross_entropy),
    "mean_squared_error": of_torch(functional.mse_loss),
    "mean_absolute_error": of_torch(functional.l1_loss),
    "smooth_l1": of_torch(functional.smooth_l1_loss, beta=2.0),
    "huber": of_torch(functional.huber_loss, delta=2.0),
}
FORMULAS: dict[str, Callable[[Tensor, Tensor], Tensor]] = {  # PyTorch has no such loss
    "binary_focal_loss_with_logits": binary_focal,
    "focal_loss_with_logits": focal,
    "generalized_cross_entropy_with_logits": robust,
    "dice_loss": dice,
    "cross_entropy_dice_loss_with_logits": cross_entropy_dice,
    **{name: box(name) for name in ("iou_loss", "giou_loss", "diou_loss", "ciou_loss")},
}


def scipy_with_logits(z: Array, y: Array) -> Array:
    """Weigh positives by 2."""
    return -2 * y * special.log_expit(z) - (1 - y) * special.log_expit(-z)


def scipy_smoothed(z: Array, y: Array) -> Array:
    """Smooth the targets by 1/8."""
    return -((0.875 * y + 0.125 / z.shape[1]) * special.log_softmax(z, 1)).sum(1)


SCIPY_ACTIVATIONS: dict[str, Callable[[Array], Array]] = {
    "softplus": special.softplus,
    "softplus_grad": special.expit,
    "sigmoid": special.expit,
    "gelu": lambda x: x * special.ndtr(x),
    "silu": lambda x: x * special.expit(x),
    "softmax": special.softmax,
    "log_softmax": special.log_softmax,
    "logsumexp": special.logsumexp,
}
SCIPY_LOSSES: dict[str, Callable[[Array, Array], Array]] = {
    "binary_cross_entropy": lambda p, y: -special.xlogy(y, p) - special.xlog1py(1 - y, -p),
    "binary_cross_entropy_with_logits": scipy_with_logits,
    "categorical_cross_entropy_with_logits": scipy_smoothed,
    "sparse_categorical_cross_entropy_with_logits": lambda z, y: (
        -np.take_along_axis(special.log_softmax(z, 1), y[:, None], 1)[:, 0]
    ),
    "huber": lambda p, y: special.huber(p.dtype.type(2), p - y),
}


def torch_activation(name: str) -> Callable[..., Array] | None:
    """Return an activation of PyTorch's, or autograd's derivative of it."""
    base = name.removesuffix("_grad").removesuffix("_vjp")
    if base not in TORCH_ACTIVATIONS or name == "hard_threshold_grad":
        return None
    if base == name:
        return lambda x: TORCH_ACTIVATIONS[base](torch.from_numpy(x)).numpy()
    return lambda x, *upstream: derivative(TORCH_ACTIVATIONS[base], x, *upstream)


def derivative(f: Callable[[Tensor], Tensor], x: Array, upstream: Array | None = None) -> Array:
    """Let autograd derive."""
    leaf = torch.from_numpy(x).requires_grad_()
    value = f(leaf)
    weights = torch.ones_like(value) if upstream is None else torch.from_numpy(upstream)
    return torch.autograd.grad(value, leaf, weights)[0].numpy()


def torch_loss(name: str) -> Callable[[Array, Array], Array]:
    """Return a loss in PyTorch, or autograd's derivative of it."""
    base = name.removesuffix("_grad")
    loss = (TORCH_LOSSES | FORMULAS)[base]
    if base == name:
        return lambda x, y: loss(torch.from_numpy(x), torch.from_numpy(y)).numpy()
    return lambda x, y: derivative(lambda leaf: loss(leaf, torch.from_numpy(y)), x)
