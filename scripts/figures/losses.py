"""Figures of the page on loss functions."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from figures import controls, style
from nnref import losses
from nnref.activations import sigmoid, softmax

SPEED_MM_S = np.array([2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0])
WIDTH_MM = np.array([10.1, 9.2, 8.7, 7.6, 7.2, 6.3, 5.5, 15.0])


def each(loss: Callable[..., Any], predictions: Any, target: float) -> NDArray[np.floating]:
    """The losses of many predictions that have one target."""
    return loss(predictions, np.full_like(predictions, target), reduction="none")


def fit(slope_of_loss: Callable[..., Any], speed: Any, width: Any) -> NDArray[np.float64]:
    """The widths on the line that gradient descent finds."""
    x = speed - speed.mean()
    level = tilt = 0.0
    for step in range(2000):
        rate = 2 / (1 + step / 50)
        gradient = slope_of_loss(level + tilt * x, width)
        level, tilt = level - rate * gradient.sum(), tilt - rate / 5 * (gradient @ x)
    return level + tilt * x


def confident_and_wrong() -> Figure:
    p = np.linspace(0.002, 0.998, 499)
    figure, axes = style.canvas()
    axes.plot(p, each(losses.binary_cross_entropy, p, 1), "C0")
    axes.plot(p, each(losses.binary_cross_entropy, p, 0), "C1")
    neuron = sigmoid(2.0)
    for color, truth, height in (("C0", 1, 0.32), ("C1", 0, 2.25)):
        loss = losses.binary_cross_entropy(neuron, truth)
        axes.plot(neuron, loss, f"{color}o", markersize=8)
        axes.text(neuron - 0.01, height, f"{loss:.2f}", color=color, ha="right")
    axes.text(0.07, 3.3, "the weld is defective", color="C0")
    axes.text(0.93, 4.4, "the weld is sound", color="C1", ha="right")
    axes.set(xlabel="probability given to “defective”", ylabel="loss", ylim=(-0.15, 5))
    return figure


def weighted_losses() -> Figure:
    start = controls.start("weighted_losses")
    z, now = np.linspace(-6, 6, 241), start["z"]
    figure, axes = style.canvas(height=3.7)
    for name, color, place, words, loss, option in [
        ("focal", "C0", (-1.6, 0.35), "focal", "binary_focal_loss_with_logits", "gamma"),
        ("weighted", "C1", (-3.25, 6.85), "weighted", "binary_cross_entropy_with_logits", "weight"),
        ("plain", style.faint(), (-4.35, 4.45), "plain", "binary_cross_entropy_with_logits", ""),
    ]:
        options = {"pos_weight" if option == "weight" else option: start[option]} if option else {}
        whole = partial(getattr(losses, loss), reduction="none", **options)
        (curve,) = axes.plot(z, whole(z, np.ones_like(z)), color=color)
        (point,) = axes.plot(now, whole(now, 1.0), "o", color=color, markersize=8)
        style.part(curve, name)
        style.part(point, f"{name}_point")
        style.part(axes.text(*place, words, color=color), f"{name}_text")
    axes.set(xlabel="score", ylabel="loss", xlim=(-6, 6), ylim=(-0.2, 8))
    return figure


def clipped_is_flat() -> Figure:
    z = np.linspace(0, 25, 501, dtype=np.float32)
    figure, axes = style.canvas()
    axes.plot(z, each(losses.binary_cross_entropy_with_logits, z, 0), "C0")
    axes.plot(z, each(losses.binary_cross_entropy, sigmoid(z), 0), "C1")
    axes.text(19.5, 20.5, "from the score", color="C0", ha="right")
    axes.text(25, 13.8, "clipped: no slope left", color="C1", ha="right")
    axes.set(xlabel="score of a sound weld", ylabel="loss")
    return figure


def cross_entropy_curve() -> Figure:
    p = np.linspace(0.01, 1, 400)
    figure, axes = style.canvas()
    axes.plot(p, -np.log(p), "C0")
    axes.axhline(np.log(4), color=style.faint(), linewidth=1)
    axes.text(1, np.log(4) + 0.08, "a guess among four", color=style.faint(), ha="right")
    names = ["no_defect", "porosity", "crack"]
    for name, share in zip(names, softmax([1.2, 2.5, 0.4]), strict=True):
        axes.plot(share, -np.log(share), "C1o", markersize=8)
        axes.text(share + 0.03, 0.1 - np.log(share), name, color="C1")
    axes.set(xlabel="probability given to the right class", ylabel="loss", xlim=(0, 1.02))
    return figure


def error_curves() -> Figure:
    error = np.r_[np.linspace(-4, -1e-9, 200), np.nan, np.linspace(1e-9, 4, 200)]
    figure, (top, bottom) = style.canvas(2, 1, height=4.8, sharex=True)
    for color, name, label, place in [
        ("C0", "mean_squared_error", "squared", (2.4, 5.1)),
        ("C1", "mean_absolute_error", "absolute", (4.15, 4.0)),
        ("C2", "smooth_l1", "Smooth L1", (4.15, 3.3)),
    ]:
        top.plot(error, each(getattr(losses, name), error, 0), color)
        top.text(*place, label, color=color, va="center")
        slopes = getattr(losses, f"{name}_grad")(error, np.zeros_like(error), reduction="sum")
        bottom.plot(error, slopes, color, linestyle="--")
    bottom.text(1.4, 2.4, "squared", color="C0")
    bottom.text(-0.15, 1, "absolute", color="C1", ha="right", va="center")
    bottom.text(-1.5, -0.8, "Smooth L1", color="C2", ha="right")
    top.set(ylabel="loss", ylim=(-0.2, 5.5), xlim=(-4.2, 6))
    bottom.set(xlabel="error in mm", ylabel="slope", ylim=(-3, 3))
    return figure


def one_outlier() -> Figure:
    figure, axes = style.canvas(height=3.6)
    axes.plot(SPEED_MM_S, WIDTH_MM, "o", color=style.ink(), zorder=3)
    for color, name, label in [
        ("C0", "mean_squared_error", "squared"),
        ("C2", "smooth_l1", "Smooth L1"),
        ("C1", "mean_absolute_error", "absolute"),
    ]:
        line = fit(getattr(losses, f"{name}_grad"), SPEED_MM_S, WIDTH_MM)
        axes.plot(SPEED_MM_S, line, color)
        axes.text(9.15, line[-1], label, color=color, va="center")
    axes.text(8.8, 15, "a slip of the pen", ha="right", va="center")
    axes.set(xlabel="travel speed in mm/s", ylabel="bead width in mm", xlim=(1.7, 10.9))
    return figure


def squared_is_flat() -> Figure:
    score = np.linspace(-4, 8, 241)
    figure, axes = style.canvas()
    axes.plot(score, each(losses.binary_cross_entropy_with_logits, score, 0), "C0")
    axes.plot(score, each(losses.mean_squared_error, sigmoid(score), 0), "C1")
    axes.axvline(7.2, color=style.faint(), linestyle=":")
    axes.text(4.4, 5.6, "cross-entropy", color="C0", ha="right")
    axes.text(2.5, 0.25, "squared error", color="C1")
    axes.text(7.1, 3, "7.2", color=style.faint(), ha="right")
    axes.set(xlabel="score of a sound weld", ylabel="loss")
    return figure


def likelihood() -> Figure:
    truths = np.array([0.9, 0.8, 0.6])
    figure, (product, total) = style.canvas(2, 1, height=3.4)
    names = ["first weld: 0.9", "second: 0.8", "third: 0.6"]
    for row, value in enumerate(truths.cumprod()):
        product.barh(row, value, color="C0", height=0.6)
        product.text(value + 0.01, row, f"{value:.3g}", va="center")
    product.set(yticks=range(3), yticklabels=names, xlim=(0, 1), xlabel="likelihood: multiplied")
    product.invert_yaxis()
    start = 0.0
    for k, piece in enumerate(-np.log(truths)):
        total.barh(0, piece, left=start, color=f"C{k}", height=0.6)
        total.text(start + piece / 2, 0.4, f"{piece:.3f}", ha="center", va="bottom")
        start += piece
    total.set(yticks=[], xlim=(0, 1), ylim=(-0.5, 0.9), xlabel="loss: added up, 0.839 in all")
    for axes in (product, total):
        axes.grid(visible=False)
    return figure
