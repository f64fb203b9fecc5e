"""Figures of the page on gradient descent."""

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from figures import controls, style
from nnref.layers import Parameter
from nnref.optimizers import SGD, Adam

Array = NDArray[np.float64]

SPEED = np.array([2.0, 4.0, 6.0, 8.0, 10.0])
WIDTH = np.array([8.1, 6.9, 6.2, 4.7, 4.1])
INPUTS = np.column_stack([np.ones(5), SPEED - 6])


def gradient(w: Array, x: Array = INPUTS, y: Array = WIDTH) -> Array:
    """The gradient of the mean squared error of a line."""
    return 2 * x.T @ (x @ w - y) / len(y)


def path(steps: int, slope: Callable[[Array], Array], kind: Any, **options: float) -> Array:
    """The weights before each step and after the last, shape (steps + 1, 2)."""
    w = Parameter([3.0, 0.5])
    optimizer = kind([w], **options)
    places = [w.value]
    for _ in range(steps):
        w.grad = slope(w.value)
        optimizer.step()
        places.append(w.value)
    return np.array(places)


def valley(axes: Axes) -> None:
    """Contour lines of the loss of the five welds, and its lowest point."""
    across, up = np.meshgrid(np.linspace(2.2, 8.2, 121), np.linspace(-2.2, 1.2, 81))
    errors = across[..., None] + up[..., None] * (SPEED - 6) - WIDTH
    heights = np.mean(errors**2, axis=-1)
    levels = [0.3, 1, 2.5, 5, 9, 15, 23]
    axes.contour(across, up, heights, levels, colors=style.faint(), linewidths=0.8, alpha=0.6)
    axes.plot(*np.linalg.lstsq(INPUTS, WIDTH)[0], "+", color=style.ink(), markersize=10)
    axes.set(xlabel="width at 6 mm/s in mm", ylabel="mm per mm/s", xlim=(2.2, 8.2))
    axes.set(ylim=(-2.2, 1.2), aspect="equal", yticks=[-2, -1, 0, 1])
    axes.grid(visible=False)


def down_the_valley() -> Figure:
    w = np.linspace(1.2, 8.8, 100)
    figure, panels = style.canvas(cols=3, height=2.7, sharey=True)
    for axes, (rate, count) in zip(panels, ((0.1, 9), (0.9, 9), (1.1, 4)), strict=True):
        steps = 5 + 2 * (1 - 2 * rate) ** np.arange(count + 1)
        axes.plot(w, (w - 5) ** 2, color=style.faint(), linewidth=1.2)
        axes.plot(steps, (steps - 5) ** 2, "C0o-", linewidth=1, markersize=5)
        axes.plot(7, 4, "C1o", markersize=6)
        axes.set(title=f"rate {rate}", xlim=(1, 9), ylim=(-0.5, 14.5))
        axes.set(xticks=[3, 5, 7])
    panels[0].text(7.1, 5, "start", color="C1", ha="right")
    panels[0].set(ylabel="loss in mm²")
    panels[1].set(xlabel="width w in mm")
    return figure


def one_learning_rate() -> Figure:
    start = controls.start("one_learning_rate")
    steps, w = int(start["steps"]), np.linspace(1.2, 8.8, 100)
    down = 5 + 2 * (1 - 2 * start["rate"]) ** np.arange(steps + 1)
    figure, (left, right) = style.canvas(cols=2, height=3.0, width_ratios=(2, 3))
    left.plot(w, (w - 5) ** 2, color=style.faint(), linewidth=1.2)
    (parabola,) = left.plot(down, (down - 5) ** 2, "C0o-", linewidth=1, markersize=5)
    left.plot(7, 4, "C1o", markersize=6)
    left.set(xlabel="width w in mm", ylabel="loss in mm²", xlim=(1, 9), ylim=(-0.5, 14.5))
    valley(right)
    places = path(steps, gradient, SGD, learning_rate=start["valley_rate"])
    (across,) = right.plot(*places.T, "C0o-", linewidth=1, markersize=4)
    right.plot(*places[0], "C1o", markersize=6)
    for line, name in ((parabola, "parabola"), (across, "valley")):
        style.part(line, name)
    return figure


def three_learning_rates() -> Figure:
    figure, axes = style.canvas(height=3.5)
    valley(axes)
    for rate, color in [(0.13, "C1"), (0.11, "C0"), (0.01, "C2")]:
        places = path(20, gradient, SGD, learning_rate=rate)
        axes.plot(*places.T, f"{color}o-", linewidth=1, markersize=3)
    axes.text(2.4, -0.75, "0.01\ntoo small", color="C2", va="top")
    axes.text(7.9, -0.2, "0.11\ngood", color="C0", ha="right")
    axes.text(7.9, 0.75, "0.13\ntoo large", color="C1", ha="right")
    return figure


def mini_batches() -> Figure:
    rng = np.random.default_rng(3)
    speeds = rng.uniform(2, 10, 400)
    x = np.column_stack([np.ones(400), speeds - 6])
    y = 9.1 - 0.51 * speeds + rng.normal(0, 0.5, 400)

    def on_a_batch(w: Array) -> Array:
        rows = rng.integers(400, size=4)
        return gradient(w, x[rows], y[rows])

    figure, axes = style.canvas(height=3.5)
    valley(axes)
    rate = {"learning_rate": 0.03}
    jagged = path(60, on_a_batch, SGD, **rate)
    axes.plot(*jagged.T, "C1-", linewidth=1.2)
    smooth = path(60, lambda w: gradient(w, x, y), SGD, **rate)
    axes.plot(*smooth.T, "C0-")
    axes.text(4.0, 0.35, "batches of 4", color="C1")
    axes.text(2.4, -0.9, "all welds", color="C0")
    return figure


def momentum_adam() -> Figure:
    figure, axes = style.canvas(height=3.5)
    valley(axes)
    places = path(60, gradient, SGD, learning_rate=0.01, momentum=0.9)
    axes.plot(*places.T, "C1o-", linewidth=1, markersize=3)
    places = path(60, gradient, Adam, learning_rate=0.2)
    axes.plot(*places.T, "C2o-", linewidth=1, markersize=3)
    places = path(60, gradient, SGD, learning_rate=0.01)
    axes.plot(*places.T, "C0o-", linewidth=1, markersize=3)
    axes.text(2.4, -0.5, "plain", color="C0", va="top")
    axes.text(3.4, -1.7, "momentum", color="C1")
    axes.text(4.4, 0.35, "Adam", color="C2")
    return figure
