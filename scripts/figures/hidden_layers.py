"""Figures of the page on hidden layers."""

import itertools

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from numpy.typing import NDArray

from figures import controls, style
from nnref.activations import linear, relu, relu_grad
from nnref.datasets import WELD_CLASSES, xor
from nnref.layers import Activation, Dense, Sequential
from nnref.losses import sparse_categorical_cross_entropy_with_logits_grad
from nnref.optimizers import SGD

Points = NDArray[np.float64]


def plane(low: float, high: float) -> Points:
    """Points of a square, of shape (rows, columns, 2)."""
    ticks = np.linspace(low, high, 241)
    return np.stack(np.meshgrid(ticks, ticks), axis=-1)


def region(axes: Axes, points: Points, score: Points) -> None:
    """Shade where the score is at least 0, and draw the border."""
    x, y = points[..., 0], points[..., 1]
    axes.contourf(x, y, score, levels=[0, np.inf], colors="C1", alpha=0.2)
    axes.contour(x, y, score, levels=[0], colors="C1")


def welds(axes: Axes, places: Points) -> None:
    """The four welds of XOR, good ones as dots and defective ones as crosses."""
    axes.plot(*places[[0, 3]].T, "C0o", markersize=9)
    axes.plot(*places[[1, 2]].T, "C1X", markersize=10)


def weld_patches(count: int, rng: np.random.Generator) -> tuple[Points, NDArray[np.int64]]:
    """Noisy squares of 9 by 9 pixels: bare metal, a pore, a crack, the edge of an undercut."""
    labels = rng.integers(0, 4, count)
    y, x = np.mgrid[-4:5, -4:5]
    left, top = rng.uniform(-2.5, 2.5, (2, count, 1, 1))
    below = y - top - rng.uniform(-0.3, 0.3, (count, 1, 1)) * x
    dark = np.stack(
        [
            np.zeros_like(below),
            np.exp(-((x - left) ** 2 + (y - top) ** 2) / 2.5),
            np.exp(-(below**2) / 0.8),
            1 / (1 + np.exp(-3 * below)),
        ]
    )
    grain = rng.normal(scale=0.3, size=below.shape)
    return grain - dark[labels, np.arange(count)], labels


def xor_solved() -> Figure:
    w1, b1 = np.array([[1.0, 1.0], [1.0, 1.0]]), np.array([0.0, -1.0])
    w2, b2 = np.array([1.0, -2.0]), -0.5

    def hidden(x: Points) -> Points:
        return relu(x @ w1.T + b1)

    inputs, _ = xor()
    x, h = plane(-0.4, 1.4), plane(-0.4, 2.4)
    figure, (left, right) = style.canvas(cols=2, height=2.9)
    region(left, x, hidden(x) @ w2 + b2)
    region(right, h, h @ w2 + b2)
    welds(left, inputs)
    welds(right, hidden(inputs))
    left.set(title="input", xlabel="current", ylabel="travel speed")
    left.set(xticks=[0, 1], yticks=[0, 1])
    right.set(title="hidden layer", xlabel="$h_1$", ylabel="$h_2$")
    right.set(xticks=[0, 1, 2], yticks=[0, 1], ylim=(-0.4, 1.4))
    right.text(1, -0.22, "both", color="C1", ha="center")
    return figure


def xor_slides() -> Figure:
    start = controls.start("xor_slides")

    def hidden(x: Points) -> Points:
        return relu(x @ np.ones((2, 2)) + [start["b1"], start["b2"]])

    def on_the_way(x: Points) -> Points:
        return x + start["way"] * (hidden(x) - x)

    ticks, along = np.linspace(0, 1, 6), np.linspace(0, 1, 21)
    figure, axes = style.canvas(height=3.7)
    lines = np.stack(np.meshgrid(ticks, np.r_[along, np.nan], indexing="ij"), axis=-1)
    mesh = np.concatenate([lines.reshape(-1, 2), lines[..., ::-1].reshape(-1, 2)])
    (net,) = axes.plot(*on_the_way(mesh).T, color=style.faint(), linewidth=0.8)
    h1 = np.array([-1.0, 3.0])
    axes.plot(h1, (h1 - 0.5) / 2, "C2--")
    axes.text(1.9, 0.4, "border of the output", color="C2", ha="center", va="top")
    inputs, _ = xor()
    (good,) = axes.plot(*on_the_way(inputs[[0, 3]]).T, "C0o", markersize=9)
    (bad,) = axes.plot(*on_the_way(inputs[[1, 2]]).T, "C1X", markersize=10)
    for artist, name in ((net, "net"), (good, "good"), (bad, "bad")):
        style.part(artist, name)
    axes.set(xlabel="current, then $h_1$", ylabel="travel speed, then $h_2$")
    axes.set(xlim=(-0.3, 2.6), ylim=(-0.4, 1.4), xticks=[0, 1, 2], yticks=[0, 1])
    axes.grid(visible=False)
    return figure


def two_hidden_layers() -> Figure:
    columns = {"input": 3, "hidden 1": 4, "hidden 2": 4, "output": 4}
    ys = [np.arange(count) - (count - 1) / 2 for count in columns.values()]
    figure, axes = style.canvas(height=3)
    for x, (left, right) in enumerate(itertools.pairwise(ys)):
        for ends in itertools.product(left, right):
            axes.plot([x, x + 1], ends, color=style.faint(), linewidth=0.8)
    for x, name in enumerate(columns):
        color = "C0" if name.startswith("hidden") else style.ink()
        look = {"markeredgecolor": color, "color": style.surface()}
        axes.plot(np.full_like(ys[x], x), ys[x], "o", markersize=20, **look)
        axes.text(x, 2.1, name, color=color, ha="center")
    axes.text(0, -2.4, "given:\nfeatures", ha="center")
    axes.text(3, -2.4, "given:\nlabels", ha="center")
    unknown = "nobody says\nwhat stands here"
    axes.text(1.5, -2.4, unknown, color="C0", ha="center")
    axes.set(xlim=(-0.5, 3.5), ylim=(-2.6, 2.5))
    axes.axis("off")
    return figure


def straight_or_bent() -> Figure:
    x = plane(-2, 2)
    figure, panels = style.canvas(cols=2, height=2.9, sharey=True)
    for axes, bend in zip(panels, (linear, relu), strict=True):
        rng = np.random.default_rng(6)
        w1, w2 = rng.normal(size=(16, 2)), rng.normal(size=(16, 16))
        w3, b1, b2 = rng.normal(size=(3, 16))
        h1 = bend(x @ w1.T + b1)
        h2 = bend(h1 @ w2.T + b2)
        region(axes, x, h2 @ w3)
        axes.set(title=bend.__name__, xlabel="input 1")
    panels[0].set_ylabel("input 2")
    return figure


def learned_patches() -> Figure:
    rng = np.random.default_rng(0)
    first, last = Dense(81, 8, rng=rng), Dense(8, 4, rng=rng)
    model = Sequential(first, Activation(relu, relu_grad), last)
    decay = {"momentum": 0.9, "weight_decay": 0.003}
    optimizer = SGD(model.parameters(), learning_rate=0.1, **decay)
    for _ in range(600):
        patches, labels = weld_patches(64, rng)
        scores = model.forward(patches.reshape(64, 81))
        model.backward(sparse_categorical_cross_entropy_with_logits_grad(scores, labels))
        optimizer.step()

    figure, axes = style.canvas(3, 4, height=4.3)
    hues = ["C1", style.surface(), "C0"]
    signs = LinearSegmentedColormap.from_list("", hues)
    for label, panel in enumerate(axes[0]):
        panel.imshow(patches[labels == label][0], cmap="gray")
        panel.set_title(WELD_CLASSES[label])
    for panel, weights in zip(axes[1:].flat, first.weight.value, strict=True):
        reach = np.abs(weights).max()
        panel.imshow(weights.reshape(9, 9), signs, vmin=-reach, vmax=reach)
    axes[0, 0].set_ylabel("patches")
    axes[1, 0].set_ylabel("units")
    axes[2, 0].set_ylabel("units")
    for panel in axes.flat:
        panel.set(xticks=[], yticks=[])
        panel.grid(visible=False)
    return figure
