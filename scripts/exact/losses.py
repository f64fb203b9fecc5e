"""Points for losses, and their values and derivatives in a hundred digits.

A loss is written for one example, as a list of what it predicts and what is true. Its
gradient is a central difference: that many digits leave it exact, and it shares nothing with
the derivation in `nnref`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import mpmath
import numpy as np
from numpy.typing import NDArray

from exact import boxes

Floats = NDArray[np.floating]
Points = Callable[[np.random.Generator, int], tuple[NDArray[Any], NDArray[Any]]]

WIDE = mpmath.MPContext()
WIDE.dps = 100
mpf, exp, log, log1p = WIDE.mpf, WIDE.exp, WIDE.log, WIDE.log1p
STEP = mpf(10) ** -30
Exact = list[mpf]


def softplus(x: mpf) -> mpf:
    """Return ln(1 + exp(x))."""
    return log1p(exp(x))


def cross_entropies(z: Exact) -> Exact:
    """Return -ln p of each class."""
    return [
        log1p(sum(exp(other - own) for j, other in enumerate(z) if j != k))
        for k, own in enumerate(z)
    ]


def binary_cross_entropy(p: Exact, y: Exact) -> mpf:
    """From a probability inside the clip."""
    return -y[0] * log(p[0]) - (1 - y[0]) * log1p(-p[0])


def binary_cross_entropy_with_logits(z: Exact, y: Exact) -> mpf:
    """With a `pos_weight` of 2."""
    return (1 - y[0]) * softplus(z[0]) + 2 * y[0] * softplus(-z[0])


def categorical_cross_entropy_with_logits(z: Exact, y: Exact) -> mpf:
    """With a `label_smoothing` of 1/8."""
    pairs = zip(cross_entropies(z), y, strict=True)
    return sum((mpf(7) / 8 * share + mpf(1) / 8 / len(z)) * ce for ce, share in pairs)


def sparse_categorical_cross_entropy_with_logits(z: Exact, y: Exact) -> mpf:
    """Without weights."""
    return cross_entropies(z)[int(y[0])]


def binary_focal_loss_with_logits(z: Exact, y: Exact) -> mpf:
    """With γ = 2, and no α."""
    t = (2 * y[0] - 1) * z[0]
    return exp(-2 * softplus(t)) * softplus(-t)


def focal_loss_with_logits(z: Exact, y: Exact) -> mpf:
    """With γ = 2."""
    label = int(y[0])
    others = log(sum(exp(score) for k, score in enumerate(z) if k != label))
    return binary_focal_loss_with_logits([z[label] - others], [1])


def generalized_cross_entropy_with_logits(z: Exact, y: Exact) -> mpf:
    """With q = 3/4."""
    q = mpf(3) / 4
    return -WIDE.expm1(-q * sparse_categorical_cross_entropy_with_logits(z, y)) / q


def mean_squared_error(p: Exact, y: Exact) -> mpf:
    """Square the error."""
    return (p[0] - y[0]) ** 2


def mean_absolute_error(p: Exact, y: Exact) -> mpf:
    """Take the error without its sign."""
    return abs(p[0] - y[0])


def huber(p: Exact, y: Exact) -> mpf:
    """With δ = 2."""
    e = abs(p[0] - y[0])
    return e**2 / 2 if e < 2 else 2 * (e - 1)


def smooth_l1(p: Exact, y: Exact) -> mpf:
    """With β = 2."""
    return huber(p, y) / 2


def dice_loss(p: Exact, y: Exact) -> mpf:
    """Take the share that does not overlap."""
    return 1 - 2 * sum(a * b for a, b in zip(p, y, strict=True)) / (sum(p) + sum(y))


def cross_entropy_dice_loss_with_logits(z: Exact, y: Exact) -> mpf:
    """With both weights 1."""
    ce = sum(softplus((1 - 2 * b) * a) for a, b in zip(z, y, strict=True)) / len(z)
    return ce + dice_loss([1 / (1 + exp(-a)) for a in z], y)


def spread(rng: np.random.Generator, *shape: int) -> Floats:
    """Draw scores that are next to 0, small, moderate and large, up to about 30."""
    first = rng.choice([1e-6, 0.3, 1, 3, 10], (shape[0], *[1] * (len(shape) - 1)))
    return rng.normal(size=shape) * first


def chances(rng: np.random.Generator, n: int) -> tuple[Floats, Floats]:
    """Draw probabilities inside the clip, and targets of 0, 1 or between."""
    p = np.clip(1 / (1 + np.exp(-spread(rng, n))), 1e-6, 1 - 1e-6)
    return p, np.where(rng.random(n) < 0.5, rng.integers(0, 2, n), rng.random(n))


def logits(rng: np.random.Generator, n: int) -> tuple[Floats, NDArray[Any]]:
    """Draw a score for each example, and targets of 0 or 1."""
    return spread(rng, n), rng.integers(0, 2, n)


def mixtures(rng: np.random.Generator, n: int) -> tuple[Floats, Floats]:
    """Draw five scores for each example, and a share for each class."""
    return spread(rng, n, 5), rng.dirichlet(np.ones(5), n)


def classes(rng: np.random.Generator, n: int) -> tuple[Floats, NDArray[Any]]:
    """Draw five scores for each example, and a label."""
    return spread(rng, n, 5), rng.integers(0, 5, n)


def measurements(rng: np.random.Generator, n: int) -> tuple[Floats, Floats]:
    """Draw predictions, and what they should have been."""
    targets = rng.normal(0, 10, n)
    return targets + spread(rng, n), targets


def masks(rng: np.random.Generator, n: int) -> tuple[Floats, NDArray[Any]]:
    """Draw small images of probabilities, and masks that are not empty."""
    z, y = scored_masks(rng, n)
    return 1 / (1 + np.exp(-z)), y


def scored_masks(rng: np.random.Generator, n: int) -> tuple[Floats, NDArray[Any]]:
    """Draw small images of scores, some right everywhere, and masks that are not empty."""
    z, y = spread(rng, n, 3, 5), rng.integers(0, 2, (n, 3, 5))
    y[:, 0, 0] = 1
    right = rng.random((n, 1, 1)) < 0.3
    return np.where(right, (2 * y - 1) * np.abs(z), z), y


@dataclass(frozen=True)
class Loss:
    """A loss of one example, where it is measured and with which options.

    `held` returns what a gradient holds constant; the loss takes it as a third argument.
    """

    exact: Callable[..., mpf]
    draw: Points
    options: dict[str, float] = field(default_factory=dict)
    held: Callable[[Exact, Exact], mpf] | None = None

    def points(self, dtype: type[np.floating], n: int) -> tuple[Floats, NDArray[Any]]:
        """Return predictions and targets; labels stay integers."""
        x, y = self.draw(np.random.default_rng(11), n)
        return x.astype(dtype), y if y.ndim < x.ndim else y.astype(dtype)

    def values(self, x: Floats, y: NDArray[Any]) -> Iterator[mpf]:
        """Return the loss of each example."""
        for example in examples(x, y):
            yield self.exact(*example)

    def gradients(self, x: Floats, y: NDArray[Any]) -> Iterator[Exact]:
        """Return the derivatives of each example's loss by what it predicts."""
        for p, t in examples(x, y):
            held = (self.held(p, t),) if self.held else ()
            yield [
                (self.exact(moved(p, k, STEP), t, *held) - self.exact(moved(p, k, -STEP), t, *held))
                / (2 * STEP)
                for k in range(len(p))
            ]


def examples(x: Floats, y: NDArray[Any]) -> Iterator[tuple[Exact, Exact]]:
    """Return what each example predicts and what is true, without rounding."""
    for p, t in zip(x, y, strict=True):
        yield [mpf(v) for v in p.ravel().tolist()], [mpf(v) for v in t.ravel().tolist()]


def moved(x: Exact, k: int, step: mpf) -> Exact:
    """Return a copy with one entry moved."""
    return [*x[:k], x[k] + step, *x[k + 1 :]]


LOSSES = {
    "binary_cross_entropy": Loss(binary_cross_entropy, chances),
    "binary_cross_entropy_with_logits": Loss(
        binary_cross_entropy_with_logits, logits, {"pos_weight": 2.0}
    ),
    "binary_focal_loss_with_logits": Loss(binary_focal_loss_with_logits, logits, {"gamma": 2.0}),
    "categorical_cross_entropy_with_logits": Loss(
        categorical_cross_entropy_with_logits, mixtures, {"label_smoothing": 0.125}
    ),
    "ciou_loss": Loss(boxes.ciou_loss, boxes.pairs, held=boxes.alpha),
    "cross_entropy_dice_loss_with_logits": Loss(cross_entropy_dice_loss_with_logits, scored_masks),
    "dice_loss": Loss(dice_loss, masks),
    "diou_loss": Loss(boxes.diou_loss, boxes.pairs),
    "focal_loss_with_logits": Loss(focal_loss_with_logits, classes, {"gamma": 2.0}),
    "generalized_cross_entropy_with_logits": Loss(
        generalized_cross_entropy_with_logits, classes, {"q": 0.75}
    ),
    "giou_loss": Loss(boxes.giou_loss, boxes.pairs),
    "huber": Loss(huber, measurements, {"delta": 2.0}),
    "iou_loss": Loss(boxes.iou_loss, boxes.pairs),
    "mean_absolute_error": Loss(mean_absolute_error, measurements),
    "mean_squared_error": Loss(mean_squared_error, measurements),
    "smooth_l1": Loss(smooth_l1, measurements, {"beta": 2.0}),
    "sparse_categorical_cross_entropy_with_logits": Loss(
        sparse_categorical_cross_entropy_with_logits, classes
    ),
}
