"""Figures of the page "Perceptrons and neurons"."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from figures import controls, style
from nnref.activations import sigmoid
from nnref.datasets import xor
from nnref.perceptron import Perceptron

# contrast and edge strength
BAD = [[0.7, 0.5], [0.8, 0.8], [0.4, 0.8], [0.6, 0.6]]
GOOD = [[0.2, 0.1], [0.1, 0.2], [0.4, 0.2], [0.6, 0.3]]
WELDS = np.array([*BAD, *GOOD])
DEFECTIVE = np.array([1, 1, 1, 1, 0, 0, 0, 0])


def disc(axes: Axes, x: float, y: float, value: float) -> None:
    """A circle with a number in it."""
    axes.plot(x, y, "o", markersize=38, color=style.surface(), markeredgecolor=style.ink())
    axes.text(x, y, signed(value), ha="center", va="center_baseline")


def signed(value: float) -> str:
    return f"{value:g}".replace("-", "−")


def patch() -> dict[str, object]:
    """The page's color behind a text, so that no line crosses it."""
    return {"facecolor": style.surface(), "edgecolor": "none", "pad": 1.5}


def arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float], color: str) -> None:
    line = {"arrowstyle": "-|>", "color": color, "linewidth": 1.8}
    axes.annotate("", end, start, arrowprops=line | {"shrinkA": 20, "shrinkB": 20})


def points(axes: Axes, x: NDArray[np.float64], labels: NDArray[np.integer]) -> None:
    """Good welds as dots, defective ones as crosses."""
    axes.plot(*x[labels == 0].T, "C0o", markersize=8)
    axes.plot(*x[labels == 1].T, "C1X", markersize=9)


def a_neuron() -> Figure:
    features, weights = np.array([0.5, 0.75, 1.0]), np.array([-1.0, 2.0, 2.0])
    score = features @ weights - 1
    names = ["brightness", "contrast", "edge\nstrength"]
    middle = {"ha": "center", "va": "center"}
    figure, axes = style.canvas(height=2.7)
    for k, y in enumerate((1, 0, -1)):
        axes.text(-0.4, y, names[k], ha="right", va="center")
        disc(axes, 0, y, features[k])
        arrow(axes, (0, y), (2, 0), "C0" if weights[k] > 0 else "C1")
        label = f"× {signed(weights[k])}"
        axes.text(0.9, 0.55 * y, label, bbox=patch(), **middle)
    disc(axes, 2, 0, score)
    axes.text(2, 1, "bias −1", **middle)
    arrow(axes, (2, 1.1), (2, 0), "C1")

    x = np.linspace(-6, 6)
    axes.plot(3.3 + x / 20, 0.5 * sigmoid(x) - 0.25, "C0")
    arrow(axes, (2, 0), (3.3, 0), style.ink())
    arrow(axes, (3.3, 0), (4.5, 0), style.ink())
    axes.text(4.5, 0, f"{sigmoid(score):.2f}", **middle)
    steps = {2: "weighted sum\n+ bias", 3.3: "activation", 4.5: "output"}
    for x, step in steps.items():
        axes.text(x, -0.7, step, color=style.faint(), **middle)
    axes.set(xlim=(-1.25, 4.8), ylim=(-1.4, 1.4))
    axes.axis("off")
    return figure


def bias_shifts_weights_turn() -> Figure:
    contrast = np.array([0.0, 1.0])
    figure, (left, right) = style.canvas(cols=2, height=2.9, sharey=True)
    for bias in (-0.5, -1.0, -1.5):
        left.plot(contrast, -bias - contrast, "C0")
        left.text(-0.5 * bias, -0.5 * bias, signed(bias), va="bottom")
    for weight, x in ((0.0, 0.7), (1.0, 0.4), (3.0, 0.18)):
        right.plot(contrast, 0.75 - weight * contrast, "C1")
        right.text(x, 0.75 - weight * x, signed(weight), va="bottom")
    left.set(title="bias", ylabel="edge strength", ylim=(0, 1))
    right.set(title="weight of contrast")
    for axes in (left, right):
        axes.set(xlim=(0, 1), xlabel="contrast", xticks=[0, 0.5, 1])
    return figure


def one_neuron() -> Figure:
    start = controls.start("one_neuron")
    weights, bias = np.array([start["w1"], start["w2"]]), start["bias"]
    contrast = np.array([0.0, 1.0])
    line = -(weights[0] * contrast + bias) / weights[1]
    figure, axes = style.canvas(height=3.7)
    (side,) = axes.fill([0, *contrast, 1], [2, *line, 2], "C1", alpha=0.2, linewidth=0)
    (border,) = axes.plot(contrast, line, "C1")
    points(axes, WELDS, DEFECTIVE)
    missed = WELDS[(WELDS @ weights + bias >= 0) != DEFECTIVE]
    (wrong,) = axes.plot(*missed.T, "o", ms=18, fillstyle="none", color=style.ink())
    (weld,) = axes.plot(start["x1"], start["x2"], "D", markersize=10, color=style.ink())
    for artist, name in ((side, "side"), (border, "border"), (wrong, "wrong"), (weld, "weld")):
        style.part(artist, name)
    axes.set(xlabel="contrast", ylabel="edge strength", xlim=(0, 1), ylim=(0, 1))
    return figure


def perceptron_separable() -> Figure:
    figure, axes = style.canvas(height=3.7)
    perceptron, contrast = Perceptron([0.0, 0.0]), np.array([0.0, 1.0])
    for count in range(1, 10):
        perceptron.fit(WELDS, DEFECTIVE, max_passes=1)
        (w1, w2), b = perceptron.weights, perceptron.bias
        color, width = ("C2", 2) if count == 9 else (style.faint(), 1)
        axes.plot(contrast, -(w1 * contrast + b) / w2, color, lw=width)
        if count in (3, 7, 8, 9):
            top = max(-(w2 + b) / w1, 0.07)
            axes.text(top, 1.02, f"pass {count}", color=color, ha="center")
    points(axes, WELDS, DEFECTIVE)
    label = {"ha": "center", "va": "center", "bbox": patch()}
    axes.text(0.8, 0.88, "defective", color="C1", **label)
    axes.text(0.4, 0.12, "good", color="C0", **label)
    axes.set(xlabel="contrast", ylabel="edge strength")
    axes.set(xlim=(0, 1), ylim=(0, 1))
    return figure


def perceptron_xor() -> Figure:
    inputs, labels = xor()
    x = np.moveaxis(np.mgrid[-1.3:1.7:2j, -1.3:1.7:2j], 0, -1)
    perceptron = Perceptron([0.0, 0.0])
    perceptron.fit(inputs, labels, max_passes=3)
    figure, axes = style.canvas(2, 2, height=5, sharex=True, sharey=True)
    for k, panel in enumerate(axes.flat):
        perceptron.fit(inputs[[k]], labels[[k]], max_passes=1)
        score = perceptron.score(x)
        panel.contourf(*x.T, score.T, levels=[0, 9], colors="C1", alpha=0.2)
        panel.contour(*x.T, score.T, levels=[0], colors="C1")
        panel.plot(*inputs[k], "o", ms=18, fillstyle="none", color=style.ink())
        points(panel, inputs, labels)
        panel.set_title(f"after weld {k + 1}")
    ends = ["low", "high"]
    for panel in axes[1]:
        panel.set(xlabel="current", xticks=[0, 1], xticklabels=ends)
    for panel in axes[:, 0]:
        panel.set(ylabel="travel speed", yticks=[0, 1], yticklabels=ends)
    return figure
