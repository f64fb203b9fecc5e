"""Figures of the page on adapting a loss to the use case."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figures import style
from nnref import losses
from nnref.activations import sigmoid
from nnref.datasets import standardize, weld_features, weld_images
from nnref.metrics import dice_coefficient, false_alarm_rate, recall

WEIGHTS = np.array([1, 2, 5, 10, 20, 50])
THRESHOLDS = np.arange(0.05, 0.81, 0.05)


def welds(seed: int) -> list[np.ndarray]:
    """Features and labels to train on, features and labels to judge by."""
    rng = np.random.default_rng(seed)
    ratio = (80, 10, 4, 6)
    seen = weld_features(1000, class_ratio=ratio, rng=rng)
    new = weld_features(4000, class_ratio=ratio, rng=rng)
    return [
        standardize(seen.features),
        seen.labels,
        standardize(new.features, by=seen.features),
        new.labels,
    ]


def judged(seed: int, crack_weight: float) -> tuple[float, float]:
    """Cracks found and false alarms after training with that weight."""
    x, labels, x_new, labels_new = welds(seed)
    w, b = np.zeros((8, 4)), np.zeros(4)
    for _ in range(150):
        g = losses.sparse_categorical_cross_entropy_with_logits_grad(
            x @ w + b, labels, class_weights=[1, 1, crack_weight, 1]
        )
        w, b = w - x.T @ g, b - g.sum(axis=0)
    answers = (x_new @ w + b).argmax(axis=1)
    found = recall(answers, labels_new, positive=2)
    return found, false_alarm_rate(answers, labels_new)


def spread(axes: Axes, x: np.ndarray, runs: np.ndarray, color: str) -> None:
    """Draw the mean of several runs, and a band that holds them all."""
    band = runs.min(axis=0), runs.max(axis=0)
    axes.fill_between(x, *band, color=color, alpha=0.2, linewidth=0)
    axes.plot(x, runs.mean(axis=0), color)


def class_weights() -> Figure:
    runs = [[judged(seed, w) for w in WEIGHTS] for seed in range(5)]
    found, alarms = np.moveaxis(100 * np.array(runs), 2, 0)
    figure, (left, right) = style.canvas(1, 2, height=2.9)
    for axes, values, title, color in [
        (left, found, "cracks found", "C0"),
        (right, alarms, "false alarms", "C1"),
    ]:
        axes.set_xscale("log")
        spread(axes, WEIGHTS, values, color)
        axes.set_title(title)
        axes.set(xlabel="weight of a crack")
        axes.set_xticks([1, 5, 10, 50], ["1", "5", "10", "50"])
        axes.minorticks_off()
    left.set(ylabel="% of all cracks", ylim=(0, 100))
    right.set(ylabel="% of sound welds", ylim=(0, 20))
    return figure


def blur(images: np.ndarray, reach: int) -> np.ndarray:
    for axis in (1, 2):
        shifts = range(-reach, reach + 1)
        images = np.mean([np.roll(images, k, axis) for k in shifts], axis=0)
    return images


def cracks(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Masks of cracks, and three filters of their noisy radiographs."""
    only_cracks = (0, 0, 1, 0)
    data = weld_images(30, size=32, class_ratio=only_cracks, noise=3.0, rng=rng)
    gray = data.images[:, 0]
    above_row = gray - np.median(gray, axis=2, keepdims=True)
    filters = [gray - blur(gray, 3), blur(gray, 1) - blur(gray, 5), above_row]
    return data.masks[:, 0], np.stack(filters, axis=-1)


def dice_scores(seed: int, dice_weight: float) -> list[float]:
    """The Dice coefficients on new images, one a threshold, after training."""
    rng = np.random.default_rng(seed)
    (masks, x), (new_masks, x_new) = cracks(rng), cracks(rng)
    scale = x.std(axis=(0, 1, 2))
    x, x_new = x / scale, x_new / scale
    w, b, v, v_b = np.zeros(3), 0.0, np.zeros(3), 0.0
    for _ in range(100):
        g = losses.cross_entropy_dice_loss_with_logits_grad(
            x @ w + b, masks, dice_weight=dice_weight, axes=(0, 1, 2)
        )
        v, v_b = 0.9 * v + np.tensordot(g, x, 3), 0.9 * v_b + g.sum()
        w, b = w - v, b - v_b
    p = sigmoid(x_new @ w + b)
    marked = [p > threshold for threshold in THRESHOLDS]
    return [dice_coefficient(mask, new_masks).mean() for mask in marked]


def dice_by_threshold() -> Figure:
    figure, axes = style.canvas(height=3.0)
    for dice_weight, color in ((0, "C1"), (1, "C0")):
        scores = np.array([dice_scores(k, dice_weight) for k in range(3)])
        spread(axes, THRESHOLDS, scores, color)
    axes.text(0.62, 0.31, "cross-entropy + Dice", color="C0", ha="center")
    axes.text(0.62, 0.02, "cross-entropy", color="C1", ha="center")
    axes.set(xlabel="threshold", ylabel="Dice coefficient", ylim=(0, 0.36))
    return figure
