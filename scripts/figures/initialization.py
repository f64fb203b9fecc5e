"""Figures of the page on weight initialization."""

from collections.abc import Callable
from functools import cache, partial
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from figures import controls, style
from nnref import losses
from nnref.activations import relu, relu_grad, sigmoid, sigmoid_grad, tanh, tanh_grad
from nnref.datasets import standardize, weld_features
from nnref.initializers import (
    he_normal,
    small_normal,
    torch_default,
    xavier_normal,
    zeros,
)
from nnref.layers import Activation, Dense, Sequential
from nnref.optimizers import SGD
from nnref.training import DivergenceError, Loss, fit

LARGE = partial(small_normal, std=1.0)


@cache
def loss_history(initializer: Callable[..., NDArray[Any]]) -> list[float]:
    """The loss before each step of a network with five hidden layers, as on the page."""
    welds, rng = weld_features(200, rng=np.random.default_rng(0)), np.random.default_rng(1)
    inputs = standardize(welds.features)
    layers: list[Any] = [Dense(8, 32, rng=rng, initializer=initializer)]
    for width in (32, 32, 32, 32, 4):
        layers.append(Activation(relu, relu_grad))
        layers.append(Dense(32, width, rng=rng, initializer=initializer))
    model = Sequential(*layers)
    try:
        history = fit(
            model,
            inputs,
            welds.labels,
            loss=Loss(
                losses.sparse_categorical_cross_entropy_with_logits,
                losses.sparse_categorical_cross_entropy_with_logits_grad,
            ),
            optimizer=SGD(model.parameters(), learning_rate=0.1),
            epochs=151,
            batch_size=200,
            rng=rng,
        )
    except DivergenceError as error:
        history = error.history
    return history.step_losses


@cache
def spreads(
    initializer: Callable[..., NDArray[Any]],
    activation: Callable[..., NDArray[Any]],
    slope: Callable[..., NDArray[Any]],
) -> tuple[list[float], list[float]]:
    """Standard deviations in 50 layers of 256 units: of activations and of gradients."""
    rng = np.random.default_rng(0)
    x, g = rng.normal(size=(2, 32, 256))
    layers, forward = [], []
    for _ in range(50):
        weights = initializer((256, 256), rng=rng)
        layers.append((weights, x @ weights.T))
        x = activation(layers[-1][1])
        forward.append(float(x.std()))
    backward = []
    for weights, scores in reversed(layers):
        g = (g * slope(scores)) @ weights
        backward.append(float(g.std()))
    return forward, backward[::-1]


@cache
def hidden_units(initializer: Callable[..., NDArray[Any]]) -> NDArray[Any]:
    """Outputs of four hidden units, trained to tell good bead widths from bad ones."""
    width_mm, rng = np.linspace(5, 12, 29), np.random.default_rng(0)
    inputs, labels = (width_mm - 8)[:, np.newaxis], (abs(width_mm - 8) < 1.6)[:, np.newaxis]
    hidden = Sequential(
        Dense(1, 4, rng=rng, initializer=initializer), Activation(sigmoid, sigmoid_grad)
    )
    model = Sequential(hidden, Dense(4, 1, rng=rng, initializer=initializer))
    optimizer = SGD(model.parameters(), learning_rate=0.5)
    for _ in range(1000):
        scores = model.forward(inputs)
        model.backward(losses.binary_cross_entropy_with_logits_grad(scores, labels))
        optimizer.step()
    return hidden.forward(np.linspace(5, 12, 200)[:, np.newaxis] - 8)


@cache
def crack_losses(bias: float) -> list[float]:
    """The loss before each step where 3 welds in 100 have a crack."""
    welds = weld_features(1000, class_ratio=(97, 0, 3, 0), rng=np.random.default_rng(0))
    inputs = standardize(welds.features)
    labels, rng = (welds.labels == 2)[:, np.newaxis], np.random.default_rng(1)
    output = Dense(16, 1, rng=rng, initializer=small_normal)
    output.bias.value = [bias]
    model = Sequential(Dense(8, 16, rng=rng), Activation(relu, relu_grad), output)
    optimizer = SGD(model.parameters(), learning_rate=0.1)
    history = []
    for _ in range(201):
        scores = model.forward(inputs)
        history.append(float(losses.binary_cross_entropy_with_logits(scores, labels)))
        model.backward(losses.binary_cross_entropy_with_logits_grad(scores, labels))
        optimizer.step()
    return history


def six_starts() -> Figure:
    figure, axes = style.canvas()
    for name, initializer, color, place in [
        ("zeros and std 0.01", zeros, style.faint(), (148, 1.43)),
        ("PyTorch's default", torch_default, "C2", (128, 1.12)),
        ("Xavier", xavier_normal, "C3", (78, 0.62)),
        ("He", he_normal, "C0", (70, 0.12)),
    ]:
        axes.plot(loss_history(initializer), color=color)
        axes.text(*place, name, color=color, ha="right")
    axes.plot(loss_history(small_normal), color=style.faint())
    large = loss_history(LARGE)
    start, end = f"{large[0]:,.0f}", f"step {len(large) + 1}"
    said = f"↑ std 1: {start} at the start, not finite in {end}"
    axes.text(0, 1.85, said, color="C1")
    axes.set(xlabel="training step", ylabel="loss", ylim=(0, 2))
    return figure


def identical_units() -> Figure:
    width_mm = np.linspace(5, 12, 200)
    figure, panels = style.canvas(1, 2, height=2.6, sharey=True)
    starts = [("start: zeros", zeros), ("start: random", xavier_normal)]
    for axes, (title, initializer) in zip(panels, starts, strict=True):
        axes.plot(width_mm, hidden_units(initializer))
        axes.set(title=title, xlabel="bead width in mm")
    panels[0].set_ylabel("outputs of 4 units")
    panels[0].text(9.6, 0.6, "all four", color="C3", ha="right")
    return figure


def spread_by_depth() -> Figure:
    depth = np.arange(1, 51)
    figure, grid = style.canvas(2, 2, height=5.2, sharex=True, sharey=True)
    rows = [("ReLU", relu, relu_grad), ("tanh", tanh, tanh_grad)]
    for row, (title, function, slope) in zip(grid, rows, strict=True):
        for name, initializer, color, place in [
            ("std 1", LARGE, "C1", (24, 1e17)),
            ("He", he_normal, "C0", (40, 1e2)),
            ("Xavier", xavier_normal, "C3", (33, 1e-11)),
            ("PyTorch", torch_default, "C2", (29, 1e-20)),
            ("std 0.01", small_normal, style.faint(), (0, 1e-21)),
        ]:
            forward, backward = spreads(initializer, function, slope)
            row[0].semilogy(depth, forward, color=color)
            row[1].semilogy(depth, backward, color=color)
            if title == "ReLU":
                row[0].text(*place, name, color=color)
        row[0].set_title(f"{title}: activations")
        row[0].set_ylabel("standard deviation")
        row[1].set_title(f"{title}: gradients")
    for axes in grid[1]:
        axes.set(xlabel="layer", ylim=(1e-24, 1e24))
    return figure


@cache
def unit_weights() -> tuple[NDArray[Any], NDArray[Any]]:
    """Inputs of 8 examples and weights of 30 layers of 32 units, all of variance 1.

    Made by a rule that a script can follow too: each whole number is 48271 times the last, of
    which the remainder by 2**31 - 1 is kept.
    """
    state, numbers = 1, []
    for _ in range(8 * 32 + 30 * 32 * 32):
        state = state * 48271 % (2**31 - 1)
        numbers.append(np.sqrt(3) * (2 * state / (2**31 - 1) - 1))
    inputs, weights = np.split(np.array(numbers), [8 * 32])
    return inputs.reshape(8, 32), weights.reshape(30, 32, 32)


def spread_of(activation: Callable[..., NDArray[Any]], scale: float) -> NDArray[Any]:
    """Standard deviation after each of 30 layers; infinite from where a number overflows."""
    x, weights = unit_weights()
    spread = np.full(len(weights), np.inf)
    with np.errstate(all="ignore"):
        for layer, w in enumerate(weights):
            x = activation(x @ w.T * (scale / np.sqrt(32)))
            now = x.std()
            if not np.isfinite(now):
                break
            spread[layer] = now
    return spread


def one_scale() -> Figure:
    depth, scale = np.arange(1, 31), controls.start("one_scale")["scale"]
    figure, axes = style.canvas(height=3.5)
    axes.axhline(1, color=style.faint(), linewidth=1)
    (spread,) = axes.semilogy(depth, spread_of(relu, scale), "C0o-", linewidth=1, markersize=5)
    style.part(spread, "spread")
    axes.set(xlabel="layer", ylabel="standard deviation", xlim=(0, 31), ylim=(1e-12, 1e12))
    return figure


def output_bias() -> Figure:
    share = 0.03
    figure, axes = style.canvas()
    axes.plot(crack_losses(0.0), "C1")
    log_odds = float(np.log(share / (1 - share)))
    axes.plot(crack_losses(log_odds), "C0")
    base = -share * np.log(share) - (1 - share) * np.log(1 - share)
    axes.axhline(base, color=style.faint(), linewidth=1)
    axes.text(14, 0.5, "bias 0", color="C1")
    axes.text(4, 0.07, "bias at the log-odds", color="C0", va="top")
    axes.text(100, 0.15, "answer 3 % for every weld", color=style.faint())
    axes.set(xlabel="training step", ylabel="loss", ylim=(0, 0.72))
    return figure


def histograms() -> Figure:
    figure, grid = style.canvas(3, 3, height=4.4, sharex=True, sharey=True)
    rows = [("Xavier", xavier_normal, "C3"), ("He", he_normal, "C0")]
    rows.append(("std 0.1", partial(small_normal, std=0.1), "C1"))
    for row, (name, initializer, color) in zip(grid, rows, strict=True):
        rng = np.random.default_rng(0)
        x, layers = rng.normal(size=(64, 256)), []
        for _ in range(50):
            x = relu(x @ initializer((256, 256), rng=rng).T)
            layers.append(x)
        for axes, layer in zip(row, (1, 10, 50), strict=True):
            active = layers[layer - 1][layers[layer - 1] > 0]
            axes.hist(np.log10(active), np.linspace(-11, 5, 65), color=color)
            axes.set(xlim=(-11, 5), yticks=[])
            if name == "Xavier":
                axes.set_title(f"layer {layer}")
        row[0].set_ylabel(name, color=color)
    for axes in grid[2]:
        axes.set_xticks([-8, -4, 0, 4], ["10⁻⁸", "10⁻⁴", "1", "10⁴"])
    figure.supxlabel("activations that are not 0", fontsize=11)
    return figure
