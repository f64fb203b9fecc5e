"""Figures of the page on activation functions."""

import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from numpy.typing import NDArray

from figures import controls, style
from nnref import losses
from nnref.activations import (
    gelu,
    gelu_grad,
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
    silu,
    silu_grad,
    softmax,
    softplus,
    softplus_grad,
    tanh,
    tanh_grad,
)
from nnref.datasets import standardize, weld_features
from nnref.layers import Activation, Dense, Sequential
from nnref.optimizers import SGD
from nnref.training import Loss, epochs

CLASSES = ["no_defect", "porosity", "crack"]
LOGITS = np.array([1.2, 2.5, 0.4])


def scores(reach: float) -> np.ndarray:
    """Scores from -reach to reach, interrupted at 0 so that a jump is not drawn as a slope."""
    return np.r_[np.linspace(-reach, -1e-9, 200), np.nan, np.linspace(1e-9, reach, 200)]


def six_activations() -> Figure:
    x = scores(5)
    figure, axes = style.canvas(3, 2, height=5.2, sharex=True)
    six = [relu, sigmoid, tanh, softplus, linear, hard_threshold]
    for panel, activation in zip(axes.flat, six, strict=True):
        panel.plot(x, activation(x), "C0")
        panel.set_title(activation.__name__.replace("_", " "))
        panel.locator_params(axis="y", nbins=3)
    for panel in axes[-1]:
        panel.set(xlabel="score x", xticks=[-5, 0, 5])
    for panel in axes[:, 0]:
        panel.set_ylabel("output")
    return figure


def bent_by_relu() -> Figure:
    width_mm = np.linspace(4, 12, 401)
    scores = np.stack([width_mm - 6, width_mm - 8, width_mm - 10])
    output_weights = np.array([0.5, -1.0, 0.5])
    figure, axes = style.canvas(height=2.8)
    axes.plot(width_mm, output_weights @ relu(scores), "C0")
    axes.plot(width_mm, output_weights @ scores, "C1--")
    axes.text(8.7, 0.75, "with ReLU", color="C0")
    axes.text(8, 0.06, "without", color="C1", ha="center")
    axes.set(xlabel="bead width in mm", ylabel="output", ylim=(-0.1, 1.1))
    return figure


def one_activation() -> Figure:
    x, at = scores(5), controls.start("one_activation")["x"]
    value, slope = sigmoid(at), sigmoid_grad(at)
    ends = at + np.array([-1.5, 1.5])
    figure, axes = style.canvas(height=3.7)
    (curve,) = axes.plot(x, sigmoid(x), "C0")
    (tangent,) = axes.plot(ends, value + slope * (ends - at), "C1--")
    (point,) = axes.plot(at, value, "C1o", markersize=9)
    for artist, name in ((curve, "curve"), (tangent, "tangent"), (point, "point")):
        style.part(artist, name)
    axes.set(xlabel="score x", ylabel="output", xlim=(-5, 5), ylim=(-1.5, 3.5))
    return figure


def linear_curve() -> Figure:
    x = scores(5)
    figure, axes = style.canvas()
    axes.plot(x, linear(x), "C0")
    axes.plot(x, linear_grad(x), "C1--")
    axes.text(2.6, 3.6, "linear", color="C0", ha="right")
    axes.text(-4.8, 1.4, "its derivative", color="C1")
    axes.set(xlabel="score x", ylabel="output and slope")
    return figure


def relu_curve() -> Figure:
    x = scores(5)
    figure, axes = style.canvas()
    axes.plot(x, relu(x), "C0")
    axes.plot(x, relu_grad(x), "C1--")
    axes.text(3, 3.6, "relu", color="C0", ha="right")
    axes.text(3, 1.2, "its derivative", color="C1")
    axes.set(xlabel="score x", ylabel="output and slope")
    return figure


def dying_relu() -> Figure:
    edges = np.array([0.2, 0.4, 0.6, 0.8, 1.0])
    target = 2 * edges + 0.5
    figure, axes = style.canvas()
    units = [(relu, relu_grad), (leaky_relu, leaky_relu_grad)]
    for activation, slope in units:
        weight, bias, history = 1.0, -4.0, []
        for _ in range(1000):
            score = weight * edges + bias
            error = activation(score) - target
            history.append(np.mean(error**2) / 2)
            weight -= 0.5 * np.mean(error * slope(score) * edges)
            bias -= 0.5 * np.mean(error * slope(score))
        axes.plot(history)
    axes.text(980, 1.42, "ReLU: dead", color="C0", ha="right")
    axes.text(230, 0.6, "leaky ReLU", color="C1")
    axes.set(xlabel="training step", ylabel="loss", ylim=(-0.1, 1.8))
    return figure


def awake(rate: float) -> NDArray[np.float64]:
    """The share of welds that wake each of 16 units, after each epoch, as on the page."""
    data, rng = weld_features(600, rng=np.random.default_rng(0)), np.random.default_rng(1)
    seen = standardize(data.features[:400])
    hidden = Sequential(Dense(8, 16, rng=rng), Activation(relu, relu_grad))
    model = Sequential(hidden, Dense(16, 4, rng=rng))
    run = epochs(
        model,
        seen,
        data.labels[:400],
        loss=Loss(
            losses.sparse_categorical_cross_entropy_with_logits,
            losses.sparse_categorical_cross_entropy_with_logits_grad,
        ),
        optimizer=SGD(model.parameters(), learning_rate=rate),
        epochs=20,
        batch_size=20,
        rng=np.random.default_rng(2),
    )
    return np.array([(hidden.forward(seen) > 0).mean(axis=0) for _ in run]).T


def dead_units() -> Figure:
    figure, panels = style.canvas(1, 2, height=2.8, sharey=True)
    for axes, rate in zip(panels, (0.1, 5.0), strict=True):
        share = awake(rate)
        look = {"extent": (0.5, 20.5, 16.5, 0.5), "aspect": "auto", "interpolation": "none"}
        axes.imshow(share, vmin=-0.15, vmax=1, **look)
        axes.imshow(np.ma.masked_where(share > 0, share), ListedColormap(["C1"]), **look)
        axes.set(title=f"learning rate {rate:g}", xlabel="epoch", xticks=[1, 5, 10, 15, 20])
        axes.set_yticks([1, 8, 16])
        axes.grid(visible=False)
    panels[0].set_ylabel("hidden unit")
    return figure


def softplus_curve() -> Figure:
    x = scores(5)
    figure, axes = style.canvas()
    axes.plot(x, relu(x), color=style.faint(), linewidth=1)
    axes.plot(x, softplus(x), "C0")
    axes.plot(x, softplus_grad(x), "C1--")
    axes.text(3, 3.6, "softplus", color="C0", ha="right")
    axes.text(3, 1.2, "its derivative", color="C1")
    axes.text(3.6, 2.9, "relu", color=style.faint())
    axes.set(xlabel="score x", ylabel="output and slope")
    return figure


def hard_threshold_curve() -> Figure:
    x = scores(5)
    figure, axes = style.canvas()
    axes.plot(x, hard_threshold(x), "C0")
    axes.plot(x, hard_threshold_grad(x), "C1--")
    axes.plot(0, 1, "C0o")
    axes.plot(0, 0, "C0o", markerfacecolor=style.surface())
    axes.text(1, 0.88, "hard threshold", color="C0")
    axes.text(1, 0.06, "its derivative", color="C1")
    axes.set(xlabel="score x", ylabel="output and slope")
    return figure


def sigmoid_curve() -> Figure:
    x = scores(10)
    figure, axes = style.canvas()
    axes.plot(x, sigmoid(x), "C0")
    axes.plot(x, sigmoid_grad(x), "C1--")
    axes.text(3, 0.85, "sigmoid", color="C0")
    axes.text(2.4, 0.15, "its derivative", color="C1")
    axes.set(xlabel="score x", ylabel="output and slope")
    axes.set_xticks(range(-10, 11, 5))
    return figure


def tanh_curve() -> Figure:
    x = scores(5)
    figure, axes = style.canvas()
    axes.plot(x, tanh(x), "C0")
    axes.plot(x, tanh_grad(x), "C1--")
    axes.text(2, 0.78, "tanh", color="C0")
    axes.text(1.2, 0.35, "its derivative", color="C1")
    axes.set(xlabel="score x", ylabel="output and slope")
    return figure


def gated_curves() -> Figure:
    x = scores(5)
    figure, axes = style.canvas()
    axes.plot(x, relu(x), color=style.faint(), linewidth=1)
    for activation, slope, color in [(gelu, gelu_grad, "C0"), (silu, silu_grad, "C1")]:
        axes.plot(x, activation(x), color)
        axes.plot(x, slope(x), color, linestyle="--")
    axes.text(2.2, 3.1, "gelu", color="C0", ha="right")
    axes.text(3.1, 2.3, "silu", color="C1")
    axes.text(-4.8, 0.5, "their derivatives, dashed", color=style.faint())
    axes.set(xlabel="score x", ylabel="output and slope", ylim=(-0.5, 4))
    return figure


def softmax_bars() -> Figure:
    figure, (left, right) = style.canvas(1, 2, height=2.4, sharey=True)
    charts = [(left, LOGITS, "%.1f", 0.1), (right, softmax(LOGITS), "%.2f", 0.02)]
    for side, (axes, values, digits, gap) in enumerate(charts):
        bars = axes.barh(CLASSES, values, color=["C0", "C1", "C2"])
        for k, (bar, value) in enumerate(zip(bars, values, strict=True)):
            text = axes.text(value + gap, k, digits % value, va="center")
            style.part(bar, f"bar{side}{k}")
            style.part(text, f"text{side}{k}")
        axes.grid(visible=False)
    left.invert_yaxis()
    left.set(xlabel="logit", xlim=(-4, 5.5), xticks=[-4, -2, 0, 2, 4])
    left.axvline(0, color=style.faint(), linewidth=0.8)
    right.set(xlabel="probability", xlim=(0, 1.25), xticks=[0, 0.5, 1])
    return figure


def softmax_curve() -> Figure:
    porosity = np.linspace(-4, 8, 200)
    logits = np.tile(LOGITS, (200, 1))
    logits[:, 1] = porosity
    p = softmax(logits)
    slopes = p * (np.array([0, 1, 0]) - p[:, [1]])  # by the logit of porosity
    figure, (left, right) = style.canvas(1, 2, height=3.2)
    left.plot(porosity, p)
    right.plot(porosity, slopes, "--")
    for name, color, on_left, on_right in [
        ("no_defect", "C0", (-3.8, 0.74), (3.2, -0.13)),
        ("porosity", "C1", (2.8, 0.55), (3.2, 0.2)),
        ("crack", "C2", (-3.8, 0.36), (0.3, -0.04)),
    ]:
        left.text(*on_left, name, color=color)
        right.text(*on_right, name, color=color)
    left.set(xlabel="logit of porosity", ylabel="probability")
    right.set(xlabel="logit of porosity", ylabel="slope")
    return figure


def softmax_temperature() -> Figure:
    temperature = np.geomspace(0.1, 10, 200)
    figure, axes = style.canvas()
    axes.semilogx(temperature, softmax(LOGITS / temperature[:, np.newaxis]))
    axes.axhline(1 / 3, color=style.faint(), linewidth=1)
    axes.text(0.1, 0.36, "a third each", color=style.faint())
    axes.text(1.2, 0.72, "porosity", color="C1")
    axes.text(0.22, 0.12, "no_defect", color="C0")
    axes.text(1.5, 0.05, "crack", color="C2")
    axes.set(xlabel="temperature", ylabel="probability")
    axes.set_xticks([0.1, 1, 10], ["0.1", "1", "10"])
    return figure
