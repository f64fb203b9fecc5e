"""Small pictures without words, one for each card of the opening page."""

from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from figures import style
from nnref.activations import relu, sigmoid

WIDTH, HEIGHT = 2.2, 1.0  # inches
ROUND = {"solid_capstyle": "round", "solid_joinstyle": "round"}


def blank() -> tuple[Figure, Axes]:
    """A small figure and its axes, which are not drawn: 22 by 10."""
    figure = Figure(figsize=(WIDTH, HEIGHT))
    axes = figure.subplots()
    axes.set(xlim=(0, 22), ylim=(0, 10))
    axes.axis("off")
    return figure, axes


def dots(axes: Axes, x: object, y: object, color: str, size: float = 6) -> None:
    """Points."""
    axes.plot(x, y, "o", color=color, markersize=size)


def card_tensors() -> Figure:
    figure, axes = blank()
    for layer, color in enumerate(("C2", "C1", "C0")):
        left, low = 9 - 1.5 * layer, 3 - 1.1 * layer
        for row in range(3):
            for col in range(4):
                place = (left + 2 * col, low + 2 * row)
                axes.add_patch(
                    Rectangle(place, 2, 2, fc=style.surface(), ec=color, lw=1.4, zorder=2 + layer)
                )
    return figure


def card_network() -> Figure:
    figure, axes = blank()
    columns = [(4, (2, 5, 8)), (11, (2, 5, 8)), (18, (3.5, 6.5))]
    for (x, ys), (after, others) in pairwise(columns):
        for y in ys:
            for other in others:
                axes.plot([x, after], [y, other], color=style.faint(), linewidth=1)
    for (x, ys), color in zip(columns, ("C0", "C1", "C0"), strict=True):
        dots(axes, [x] * len(ys), ys, color, 10)
    return figure


def card_perceptron() -> Figure:
    figure, axes = blank()
    rng = np.random.default_rng(3)
    for middle, color in ((6, "C0"), (16, "C1")):
        dots(axes, *(rng.uniform(-1, 1, (2, 9)) * [[3.8], [3.6]] + [[middle], [5]]), color, 5)
    axes.plot([10.2, 11.4], [0.5, 9.5], color=style.ink())
    return figure


def card_hidden() -> Figure:
    figure, axes = blank()
    x = np.array([2, 11, 20])
    axes.plot(x, [1.5, 8.5, 1.5], color=style.ink(), **ROUND)
    dots(axes, [2.5, 5.5, 16.5, 19.5, 11], [5.5, 8, 8, 5.5, 9.6], "C0", 5)
    dots(axes, [7.5, 11, 14.5, 11], [2, 5.5, 2, 2], "C1", 5)
    return figure


def card_activations() -> Figure:
    figure, axes = blank()
    score = np.linspace(-4, 4, 81)
    for left, value, color in ((1, relu(score) / 4, "C0"), (12, sigmoid(score), "C1")):
        axes.plot(left + (score + 4) / 8 * 9, 1.5 + 7 * value, color=color, **ROUND)
    return figure


def card_training() -> Figure:
    figure, axes = blank()
    step = np.linspace(0, 1, 60)
    trend = 1.2 + 7.5 * np.exp(-4 * step)
    noise = np.random.default_rng(2).normal(scale=0.5, size=60)
    axes.plot(1.5 + 19 * step, trend + noise, color=style.faint(), linewidth=1)
    axes.plot(1.5 + 19 * step, trend, color="C0")
    return figure


def card_initialization() -> Figure:
    figure, axes = blank()
    layer = np.linspace(0, 1, 30)
    axes.plot(2 + 18 * layer, 5 + 0 * layer, color="C0")
    axes.plot(2 + 18 * layer, 5 + 4 * layer**2, color="C1", linestyle="--")
    axes.plot(2 + 18 * layer, 5 - 4 * layer**0.6, color=style.faint(), linestyle="--")
    return figure


def card_losses() -> Figure:
    figure, axes = blank()
    p = np.linspace(0.02, 1, 80)
    axes.plot(2 + 18 * p, 1 - 2.05 * np.log(p), color="C0")
    dots(axes, 2 + 18 * 0.15, 1 - 2.05 * np.log(0.15), "C1", 8)
    return figure


def card_boxes() -> Figure:
    figure, axes = blank()
    axes.add_patch(Rectangle((4, 1), 9, 6, fill=False, ec="C0", lw=2))
    axes.add_patch(Rectangle((8, 3), 9, 6, fill=False, ec="C1", lw=2))
    axes.add_patch(Rectangle((8, 3), 5, 4, fc="C0", ec="none", alpha=0.35))
    return figure


def card_backpropagation() -> Figure:
    figure, axes = blank()
    arrow = {"arrowstyle": "->", "color": "C1", "linewidth": 1.8}
    for x in (3, 8.3, 13.6, 18.9):
        dots(axes, x, 5, "C0", 11)
    for x in (8.3, 13.6, 18.9):
        axes.annotate(
            "",
            (x - 4.6, 6.6),
            (x - 0.6, 6.6),
            arrowprops=arrow | {"connectionstyle": "arc3,rad=0.4"},
        )
    return figure


def card_descent() -> Figure:
    figure, axes = blank()
    x = np.linspace(-1, 1, 60)
    axes.plot(11 + 9.5 * x, 1 + 8 * x**2, color=style.faint())
    walk = -0.95 * 0.55 ** np.arange(6)
    axes.plot(11 + 9.5 * walk, 1 + 8 * walk**2, "o-", color="C0", markersize=5, linewidth=1.4)
    return figure


def card_adapting() -> Figure:
    figure, axes = blank()
    order = np.random.default_rng(4).permutation(60)
    x, y = 2 + order % 15 * 1.25, 1.5 + order // 15 * 2.3
    dots(axes, x[3:], y[3:], style.faint(), 4)
    dots(axes, x[:3], y[:3], "C1", 8)
    return figure


def card_summary() -> Figure:
    figure, axes = blank()
    for y, length in ((8, 12), (5, 14), (2, 10)):
        axes.plot([3, 3.7, 5], [y, y - 0.9, y + 1], color="C0", **ROUND)
        axes.plot([7, 7 + length], [y, y], color=style.faint(), linewidth=3, **ROUND)
    return figure


def card_practice() -> Figure:
    figure, axes = blank()
    turn = np.linspace(np.pi, -0.35 * np.pi, 40)
    x, y = 11 + 2.2 * np.cos(turn), 6.6 + 2.4 * np.sin(turn)
    axes.plot([*x, 11], [*y, 2.9], color="C0", linewidth=3.5, **ROUND)
    dots(axes, 11, 1, "C1", 6)
    return figure
