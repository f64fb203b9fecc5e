"""The losses: a row for each, with its value in a hundred digits and in other libraries.

A loss is written for one example, as lists of what it predicts and what is true, number by
number and without tricks: that many digits leave it exact. Its gradient is a central
difference, which shares nothing with the derivation in `nnref`. To add one, write it, its form
in PyTorch if PyTorch has none, and its row in `LOSSES`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import mpmath
import numpy as np
import torch
from numpy.typing import NDArray
from scipy import special
from torch.nn import functional

from oracles import boxes

Floats = NDArray[np.floating]
Array = NDArray[Any]
Tensor = torch.Tensor
Draw = Callable[[np.random.Generator, int], tuple[Array, Array]]

WIDE = mpmath.MPContext()
WIDE.dps = 100
mpf, exp, log = WIDE.mpf, WIDE.exp, WIDE.log
STEP = mpf(10) ** -30
Exact = list[mpf]
Weights = Sequence[float]


# ------------------------------------------------------------------ one example, number by number


def sigmoid(z: mpf) -> mpf:
    """Return 1/(1 + exp(-z))."""
    return 1 / (1 + exp(-z))


def softmax(z: Exact) -> Exact:
    """Return the share of each exponential."""
    exponentials = [exp(score) for score in z]
    return [exponential / sum(exponentials) for exponential in exponentials]


def binary_cross_entropy(p: Exact, y: Exact, epsilon: float = 1e-7) -> mpf:
    """Clip, then take the logarithm of what was given to the truth."""
    inside = min(max(p[0], mpf(epsilon)), 1 - mpf(epsilon))
    return -y[0] * log(inside) - (1 - y[0]) * log(1 - inside)


def binary_cross_entropy_with_logits(z: Exact, y: Exact, pos_weight: float = 1) -> mpf:
    """Weigh a positive."""
    return -pos_weight * y[0] * log(sigmoid(z[0])) - (1 - y[0]) * log(sigmoid(-z[0]))


def binary_focal_loss_with_logits(
    z: Exact, y: Exact, gamma: float = 2, alpha: float | None = None
) -> mpf:
    """Multiply by (1 - p)^γ, and by α or its rest."""
    right = sigmoid(z[0] if y[0] == 1 else -z[0])
    weight = 1 if alpha is None else alpha if y[0] == 1 else 1 - alpha
    return -weight * (1 - right) ** gamma * log(right)


def categorical_cross_entropy_with_logits(
    z: Exact, y: Exact, class_weights: Weights | None = None, label_smoothing: float = 0
) -> mpf:
    """Smooth the targets, weigh each class."""
    weights = [1] * len(z) if class_weights is None else class_weights
    shares = [(1 - label_smoothing) * share + label_smoothing / len(z) for share in y]
    return -sum(w * share * log(p) for w, share, p in zip(weights, shares, softmax(z), strict=True))


def sparse_categorical_cross_entropy_with_logits(z: Exact, y: Exact, **options: Any) -> mpf:
    """Do the same with all of the target on the label."""
    row = [mpf(k == y[0]) for k in range(len(z))]
    return categorical_cross_entropy_with_logits(z, row, **options)


def focal_loss_with_logits(
    z: Exact, y: Exact, gamma: float = 2, class_weights: Weights | None = None
) -> mpf:
    """Multiply by (1 - p)^γ, and by the weight of the label."""
    label = int(y[0])
    p = softmax(z)[label]
    return -(class_weights[label] if class_weights else 1) * (1 - p) ** gamma * log(p)


def generalized_cross_entropy_with_logits(z: Exact, y: Exact, q: float = 0.7) -> mpf:
    """Return (1 - p^q)/q."""
    return (1 - softmax(z)[int(y[0])] ** q) / q


def mean_squared_error(p: Exact, y: Exact) -> mpf:
    """Square the error."""
    return (p[0] - y[0]) ** 2


def mean_absolute_error(p: Exact, y: Exact) -> mpf:
    """Take the error without its sign."""
    return abs(p[0] - y[0])


def huber(p: Exact, y: Exact, delta: float = 1) -> mpf:
    """Square small errors."""
    e = abs(p[0] - y[0])
    return e**2 / 2 if e < delta else delta * (e - delta / 2)


def smooth_l1(p: Exact, y: Exact, beta: float = 1) -> mpf:
    """Square small errors, and keep the slope of large ones."""
    e = abs(p[0] - y[0])
    return e**2 / (2 * beta) if e < beta else e - beta / 2


def dice_loss(p: Exact, y: Exact) -> mpf:
    """Take the share that does not overlap."""
    both = sum(p) + sum(y)
    return 1 - 2 * sum(a * b for a, b in zip(p, y, strict=True)) / both if both else mpf(0)


def cross_entropy_dice_loss_with_logits(
    z: Exact, y: Exact, cross_entropy_weight: float = 1, dice_weight: float = 1
) -> mpf:
    """Add the mean cross-entropy of the pixels."""
    pixels = [binary_cross_entropy_with_logits([a], [b]) for a, b in zip(z, y, strict=True)]
    dice = dice_loss([sigmoid(a) for a in z], y)
    return cross_entropy_weight * sum(pixels) / len(pixels) + dice_weight * dice


# ----------------------------------------------------------------------- PyTorch, where it has none


@dataclass(frozen=True)
class Formula:
    """A loss of each example, with the reductions that PyTorch's own ones have."""

    each: Callable[..., Tensor]

    def __call__(self, x: Tensor, y: Tensor, reduction: str = "mean", **options: Any) -> Tensor:
        """Reduce as PyTorch does."""
        values = self.each(x, y, **options)
        return values if reduction == "none" else getattr(values, reduction)()


def torch_with_logits(z: Tensor, y: Tensor, pos_weight: float = 1, **options: Any) -> Tensor:
    """Hand over a weight as a tensor."""
    weight = torch.tensor(pos_weight, dtype=z.dtype)
    return functional.binary_cross_entropy_with_logits(z, y, pos_weight=weight, **options)


def torch_cross_entropy(z: Tensor, y: Tensor, class_weights: Any = None, **options: Any) -> Tensor:
    """Hand over weights as a tensor."""
    weights = None if class_weights is None else torch.as_tensor(class_weights, dtype=z.dtype)
    return functional.cross_entropy(z, y, weight=weights, **options)


@Formula
def torch_binary_focal(
    z: Tensor, y: Tensor, gamma: float = 2, alpha: float | None = None
) -> Tensor:
    """Multiply the cross-entropy by (1 - p)^γ, as torchvision does."""
    p = torch.sigmoid(z)
    ce = functional.binary_cross_entropy_with_logits(z, y, reduction="none")
    loss = ce * (1 - torch.where(y == 1, p, 1 - p)) ** gamma
    return loss if alpha is None else torch.where(y == 1, alpha, 1 - alpha) * loss


@Formula
def torch_focal(z: Tensor, y: Tensor, gamma: float = 2, class_weights: Any = None) -> Tensor:
    """Do the same with several classes."""
    ce = functional.cross_entropy(z, y, reduction="none")
    loss = ce * (1 - torch.exp(-ce)) ** gamma
    return loss if class_weights is None else torch.as_tensor(class_weights)[y] * loss


@Formula
def torch_generalized(z: Tensor, y: Tensor, q: float = 0.7) -> Tensor:
    """Return (1 - p^q)/q."""
    p = torch.softmax(z, 1).gather(1, y[:, None])[:, 0]
    return (1 - p**q) / q


@Formula
def torch_dice(p: Tensor, y: Tensor, axes: Sequence[int] = (-2, -1)) -> Tensor:
    """Return 1 - 2 Σpy / (Σp + Σy)."""
    axes = tuple(axes)
    return 1 - 2 * (p * y).sum(axes) / (p.sum(axes) + y.sum(axes))


@Formula
def torch_cross_entropy_dice(
    z: Tensor,
    y: Tensor,
    axes: Sequence[int] = (-2, -1),
    cross_entropy_weight: float = 1,
    dice_weight: float = 1,
) -> Tensor:
    """Add the mean cross-entropy of the pixels."""
    pixels = functional.binary_cross_entropy_with_logits(z, y, reduction="none").mean(tuple(axes))
    dice = torch_dice(torch.sigmoid(z), y, "none", axes=axes)
    return cross_entropy_weight * pixels + dice_weight * dice


def scipy_with_logits(z: Array, y: Array, pos_weight: float) -> Array:
    """Weigh positives."""
    return -pos_weight * y * special.log_expit(z) - (1 - y) * special.log_expit(-z)


def scipy_smoothed(z: Array, y: Array, label_smoothing: float) -> Array:
    """Smooth the targets."""
    shares = (1 - label_smoothing) * y + label_smoothing / z.shape[1]
    return -(shares * special.log_softmax(z, 1)).sum(1)


def scipy_sparse(z: Array, y: Array) -> Array:
    """Pick the label."""
    return -np.take_along_axis(special.log_softmax(z, 1), y[:, None], 1)[:, 0]


# -------------------------------------------------------------------------- where it is measured


def spread(rng: np.random.Generator, *shape: int) -> Floats:
    """Draw scores that are next to 0, small, moderate and large, up to about 30."""
    first = rng.choice([1e-6, 0.3, 1, 3, 10], (shape[0], *[1] * (len(shape) - 1)))
    return rng.normal(size=shape) * first


def chances(rng: np.random.Generator, n: int) -> tuple[Floats, Floats]:
    """Draw probabilities inside the clip, and targets of 0, 1 or between."""
    p = np.clip(1 / (1 + np.exp(-spread(rng, n))), 1e-6, 1 - 1e-6)
    return p, np.where(rng.random(n) < 0.5, rng.integers(0, 2, n), rng.random(n))


def logits(rng: np.random.Generator, n: int) -> tuple[Floats, Array]:
    """Draw a score for each example, and targets of 0 or 1."""
    return spread(rng, n), rng.integers(0, 2, n)


def mixtures(rng: np.random.Generator, n: int) -> tuple[Floats, Floats]:
    """Draw five scores for each example, and a share for each class."""
    return spread(rng, n, 5), rng.dirichlet(np.ones(5), n)


def classes(rng: np.random.Generator, n: int) -> tuple[Floats, Array]:
    """Draw five scores for each example, and a label."""
    return spread(rng, n, 5), rng.integers(0, 5, n)


def measurements(rng: np.random.Generator, n: int) -> tuple[Floats, Floats]:
    """Draw predictions, and what they should have been."""
    targets = rng.normal(0, 10, n)
    return targets + spread(rng, n), targets


def masks(rng: np.random.Generator, n: int) -> tuple[Floats, Array]:
    """Draw small images of probabilities, and masks that are not empty."""
    z, y = scored_masks(rng, n)
    return 1 / (1 + np.exp(-z)), y


def scored_masks(rng: np.random.Generator, n: int) -> tuple[Floats, Array]:
    """Draw small images of scores, some right everywhere, and masks that are not empty."""
    z, y = spread(rng, n, 3, 5), rng.integers(0, 2, (n, 3, 5))
    y[:, 0, 0] = 1
    right = rng.random((n, 1, 1)) < 0.3
    return np.where(right, (2 * y - 1) * np.abs(z), z), y


ENTRIES = (chances, logits, measurements)  # a loss of each number
ROWS = (mixtures, classes)  # a loss of each row of scores


# ------------------------------------------------------------------------------------- the table


@dataclass(frozen=True)
class Loss:
    """What is known of a loss.

    `exact` and `torch` take the options of `nnref`; `torch` also a reduction. `options` are
    those of the measurement, `trials` others to test, `ranges` the intervals that options are
    held to. `held` returns what a gradient holds constant; `exact` takes it as a third argument.
    A loss without a curve of its own in the figures is `drawn_as` another.
    """

    exact: Callable[..., mpf]
    torch: Callable[..., Tensor]
    draw: Draw
    options: dict[str, float] = field(default_factory=dict)
    trials: tuple[dict[str, Any], ...] = ()
    ranges: dict[str, str] = field(default_factory=dict)
    scipy: Callable[..., Array] | None = None
    held: Callable[[Exact, Exact], mpf] | None = None
    drawn_as: str | None = None

    def points(self, dtype: type[np.floating], n: int) -> tuple[Floats, Array]:
        """Return predictions and targets; labels stay integers."""
        x, y = self.draw(np.random.default_rng(11), n)
        return x.astype(dtype), y if y.ndim < x.ndim else y.astype(dtype)

    def values(self, x: Array, y: Array, **options: Any) -> Iterator[mpf]:
        """Return the loss of each example."""
        loss = partial(self.exact, **exactly(options))
        for example in examples(x, y):
            yield loss(*example)

    def loop(self, x: Any, y: Any, **options: Any) -> Floats:
        """Return the loss of each example, rounded."""
        return np.array(
            [float(value) for value in self.values(np.asarray(x), np.asarray(y), **options)]
        )

    def gradients(self, x: Array, y: Array, **options: Any) -> Iterator[Exact]:
        """Return the derivatives of each example's loss by what it predicts."""
        loss = partial(self.exact, **exactly(options))
        for p, t in examples(x, y):
            held = (self.held(p, t),) if self.held else ()
            yield [
                (loss(moved(p, k, STEP), t, *held) - loss(moved(p, k, -STEP), t, *held))
                / (2 * STEP)
                for k in range(len(p))
            ]


def exactly(options: dict[str, Any]) -> dict[str, Any]:
    """Return options whose numbers are not rounded when they are computed with."""
    return {
        name: [*map(mpf, option)] if np.ndim(option) else mpf(option)
        for name, option in options.items()
        if option is not None
    }


def examples(x: Array, y: Array) -> Iterator[tuple[Exact, Exact]]:
    """Return what each example predicts and what is true, without rounding."""
    for p, t in zip(x, y, strict=True):
        yield [mpf(v) for v in p.ravel().tolist()], [mpf(v) for v in t.ravel().tolist()]


def moved(x: Exact, k: int, step: mpf) -> Exact:
    """Return a copy with one entry moved."""
    return [*x[:k], x[k] + step, *x[k + 1 :]]


def box(name: str, **more: Any) -> Loss:
    """Return the row of a box loss."""
    exact = getattr(boxes, f"{name}_loss")
    return Loss(exact, Formula(partial(boxes.with_torch, name=name)), boxes.pairs, **more)


NOT_NEGATIVE, POSITIVE, SHARE = "[0, inf)", "(0, inf)", "[0, 1]"
THREE = (1.0, 2.0, 5.0)  # weights of three classes

LOSSES = {
    "binary_cross_entropy": Loss(
        exact=binary_cross_entropy,
        torch=functional.binary_cross_entropy,
        draw=chances,
        trials=({"epsilon": 0.2},),
        ranges={"epsilon": "[1e-16, 0.5) for float64"},
        scipy=lambda p, y: -special.xlogy(y, p) - special.xlog1py(1 - y, -p),
    ),
    "binary_cross_entropy_with_logits": Loss(
        exact=binary_cross_entropy_with_logits,
        torch=torch_with_logits,
        draw=logits,
        options={"pos_weight": 2.0},
        trials=({"pos_weight": np.float64(5)},),
        ranges={"pos_weight": POSITIVE},
        scipy=scipy_with_logits,
    ),
    "binary_focal_loss_with_logits": Loss(
        exact=binary_focal_loss_with_logits,
        torch=torch_binary_focal,
        draw=logits,
        options={"gamma": 2.0},
        trials=({"alpha": np.float64(0.75), "gamma": np.float64(0.5)},),
        ranges={"alpha": "(0, 1)", "gamma": NOT_NEGATIVE},
    ),
    "categorical_cross_entropy_with_logits": Loss(
        exact=categorical_cross_entropy_with_logits,
        torch=torch_cross_entropy,
        draw=mixtures,
        options={"label_smoothing": 0.125},
        trials=({"class_weights": THREE, "label_smoothing": np.float64(0.1)},),
        ranges={"label_smoothing": SHARE},
        scipy=scipy_smoothed,
    ),
    "ciou_loss": box("ciou", held=boxes.alpha),
    "cross_entropy_dice_loss_with_logits": Loss(
        exact=cross_entropy_dice_loss_with_logits,
        torch=torch_cross_entropy_dice,
        draw=scored_masks,
        trials=({"cross_entropy_weight": 0.25, "dice_weight": 3},),
        ranges={"cross_entropy_weight": NOT_NEGATIVE, "dice_weight": NOT_NEGATIVE},
    ),
    "dice_loss": Loss(exact=dice_loss, torch=torch_dice, draw=masks),
    "diou_loss": box("diou"),
    "focal_loss_with_logits": Loss(
        exact=focal_loss_with_logits,
        torch=torch_focal,
        draw=classes,
        options={"gamma": 2.0},
        trials=({"class_weights": THREE, "gamma": np.float64(0.5)},),
        ranges={"gamma": NOT_NEGATIVE},
    ),
    "generalized_cross_entropy_with_logits": Loss(
        exact=generalized_cross_entropy_with_logits,
        torch=torch_generalized,
        draw=classes,
        options={"q": 0.75},
        trials=({"q": np.float64(1)},),
        ranges={"q": "(0, 1]"},
    ),
    "giou_loss": box("giou"),
    "huber": Loss(
        exact=huber,
        torch=functional.huber_loss,
        draw=measurements,
        options={"delta": 2.0},
        trials=({"delta": np.float64(0.3)},),
        ranges={"delta": POSITIVE},
        scipy=lambda p, y, delta: special.huber(p.dtype.type(delta), p - y),
        drawn_as="smooth_l1",
    ),
    "iou_loss": box("iou"),
    "mean_absolute_error": Loss(
        exact=mean_absolute_error, torch=functional.l1_loss, draw=measurements
    ),
    "mean_squared_error": Loss(
        exact=mean_squared_error, torch=functional.mse_loss, draw=measurements
    ),
    "smooth_l1": Loss(
        exact=smooth_l1,
        torch=functional.smooth_l1_loss,
        draw=measurements,
        options={"beta": 2.0},
        trials=({"beta": np.float64(0.3)}, {"beta": 0}),
        ranges={"beta": NOT_NEGATIVE},
    ),
    "sparse_categorical_cross_entropy_with_logits": Loss(
        exact=sparse_categorical_cross_entropy_with_logits,
        torch=torch_cross_entropy,
        draw=classes,
        trials=({"class_weights": THREE, "label_smoothing": 0.1},),
        ranges={"label_smoothing": SHARE},
        scipy=scipy_sparse,
    ),
}


def drawn_from(*draws: Draw) -> list[str]:
    """Return the names of the losses that take such arguments."""
    return [name for name, loss in LOSSES.items() if loss.draw in draws]
