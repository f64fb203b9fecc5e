"""Figures of the page "What a neural network is"."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from figures import style
from nnref.activations import relu
from nnref.datasets import WELD_CLASSES, weld_images

FEATURES = np.array([0.5, 0.75, 1.0])
HIDDEN = np.array([[-1.0, 2.0, 2.0], [4.0, -2.0, -1.0], [0.0, 2.0, -1.0]])
HIDDEN_BIAS = np.array([-1.0, 0.0, 0.5])
OUTPUT = np.array([[-0.5, 2.0, 0.2], [1.0, -1.0, 0.5], [0.5, -1.0, -0.6]])
OUTPUT_BIAS = np.array([2.0, 0.0, 0.0])
JOBS = ("sharp and contrasty", "bright and even", "contrasty but soft")


def pore_patch() -> NDArray[np.float64]:
    """Six by six pixels with a round dark spot; its features are FEATURES."""
    patch = np.full((6, 6), 0.75)
    patch[1:5, 2:4] = patch[2:4, 1:5] = 0
    return patch


def predict(features: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What the hidden units say to each row of features, and the scores."""
    hidden = relu(features @ HIDDEN.T + HIDDEN_BIAS)
    return hidden, hidden @ OUTPUT.T + OUTPUT_BIAS


def unit(axes: Axes, x: float, y: float, value: float) -> None:
    """A circle with a number in it."""
    axes.plot(x, y, "o", markersize=34, color=style.surface(), markeredgecolor=style.ink())
    axes.text(x, y, f"{value:g}", ha="center", va="center_baseline")


def connect(axes: Axes, x: float, weights: NDArray[np.float64]) -> None:
    """A line for each weight between the units at x and at x + 1, as wide as the weight."""
    for (end, start), weight in np.ndenumerate(weights):
        color = "C0" if weight > 0 else "C1"
        axes.plot([x, x + 1], [-start, -end], color, lw=1.6 * abs(weight), alpha=0.55, zorder=0)


def weld_strength(
    count: int, rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Bead widths in mm, and the force in kN at which each weld broke."""
    width_mm = rng.uniform(4, 12, count)
    return width_mm, 20 - 0.25 * (width_mm - 8) ** 2 + rng.normal(size=count)


def straight(width_mm: NDArray[np.float64]) -> NDArray[np.float64]:
    """The width and a 1 for the bias."""
    return np.column_stack([width_mm, np.ones(len(width_mm))])


def bent(width_mm: NDArray[np.float64]) -> NDArray[np.float64]:
    """The outputs of 20 hidden units with random weights, and a 1 for the bias."""
    rng = np.random.default_rng(0)
    direction, kinks = rng.choice([-1, 1], 20), rng.uniform(4, 12, 20)
    hidden = relu(direction * (width_mm[:, np.newaxis] - kinks))
    return np.column_stack([hidden, np.ones(len(width_mm))])


def blocks(image: NDArray[np.float64], side: int) -> NDArray[np.float64]:
    """The image cut into squares: shape (rows, columns, side, side)."""
    rows, columns = np.array(image.shape) // side
    whole = image[: rows * side, : columns * side]
    return whole.reshape(rows, side, columns, side).swapaxes(1, 2)


def show(axes: Axes, image: NDArray[np.float64], **look: Any) -> None:
    axes.imshow(image, interpolation="none", **look)
    axes.axis("off")


def one_patch() -> Figure:
    figure, (picture, bars) = style.canvas(cols=2, height=2.3, width_ratios=[1, 1.2])
    show(picture, pore_patch(), cmap="gray", vmin=0, vmax=1)
    names = ["brightness", "contrast", "edge strength"]
    bars.barh(names, FEATURES, height=0.45)
    for row, value in enumerate(FEATURES):
        bars.text(value + 0.04, row, f"{value:g}", va="center")
    bars.set(xlim=(0, 1.2), xticks=[])
    bars.invert_yaxis()
    bars.grid(visible=False)
    bars.tick_params(length=0)
    for side in ("top", "right", "bottom"):
        bars.spines[side].set_visible(False)
    return figure


def network_layers() -> Figure:
    hidden, logits = predict(FEATURES)
    figure, axes = style.canvas(height=4.2)
    connect(axes, 0, HIDDEN)
    connect(axes, 1, OUTPUT)
    for x, values in enumerate([FEATURES, hidden, logits]):
        for row, value in enumerate(values):
            unit(axes, x, -row, round(value, 2))

    patch = {"facecolor": style.surface(), "edgecolor": "none", "pad": 1}
    for row, job in enumerate(JOBS):
        axes.text(1, 0.32 - row, job, ha="center", va="center", color="C0", bbox=patch)
    for row, name in enumerate(["brightness", "contrast", "edge\nstrength"]):
        axes.text(-0.2, -row, name, ha="right", va="center")
    for row, name in enumerate(WELD_CLASSES[:3]):
        axes.text(2.2, -row, name, va="center")
    heading = {"ha": "center", "va": "center", "color": style.faint()}
    titles = ["input\nfeatures", "→", "hidden\nlayer", "→"]
    titles += ["prediction\n(scores)"]
    for place, title in enumerate(titles):
        axes.text(place / 2, 0.8, title, **heading)
    axes.set(xlim=(-0.8, 2.8), ylim=(-2.35, 1.05))
    axes.axis("off")
    return figure


def brightness_flips() -> Figure:
    brightness = np.linspace(0, 1, 201)
    features = np.tile(FEATURES, (len(brightness), 1))
    features[:, 0] = brightness
    _, scores = predict(features)
    flip = brightness[scores.argmax(axis=1) == 0][0]
    figure, axes = style.canvas(height=2.8)
    for name, place, values in zip(
        WELD_CLASSES, [(0.02, 0.5), (0.02, 3.2), (0.02, -0.6)], scores.T, strict=False
    ):
        (line,) = axes.plot(brightness, values)
        axes.text(*place, name, color=line.get_color(), va="center")
    axes.axvline(flip, color=style.faint(), linestyle=":")
    axes.text(flip + 0.02, -1.4, "the class flips", color=style.faint())
    axes.set(xlabel="brightness of the patch", ylabel="score", xlim=(0, 1))
    return figure


def from_pixels() -> Figure:
    rng = np.random.default_rng(3)
    image = weld_images(1, class_ratio=(0, 1, 0, 0), rng=rng).images[0, 0]
    across, down = (np.abs(np.diff(image, axis=axis)) for axis in (1, 0))
    squares = blocks(image, 4)

    figure = Figure(figsize=(style.WIDTH, 2.9))
    layout = [["pixels", "→ fine", "→ coarse", "→ prediction"]]
    layout += [["pixels", "down", "spread", "→ prediction"]]
    panels = figure.subplot_mosaic(layout, width_ratios=[1.3, 1, 1, 0.9])
    show(panels["pixels"], image, cmap="gray")
    show(panels["→ fine"], across)
    show(panels["down"], down)
    show(panels["→ coarse"], squares.mean(axis=(2, 3)))
    show(panels["spread"], np.ptp(squares, axis=(2, 3)))

    scores = panels["→ prediction"]
    for row, name in enumerate(WELD_CLASSES):
        scores.plot(0, -row, "o", markersize=9, color="C0")
        scores.text(0.15, -row, name, va="center")
    scores.set(xlim=(-0.2, 1), ylim=(-3.7, 0.7))
    scores.axis("off")
    for title in layout[0]:
        panels[title].set_title(title)
    return figure


def line_or_network() -> Figure:
    rng = np.random.default_rng(1)
    grid = np.linspace(4, 12, 201)
    figure, panels = style.canvas(cols=2, height=2.8, sharey=True)
    for axes, count in zip(panels, (12, 300), strict=True):
        width_mm, strength = weld_strength(count, rng)
        axes.plot(width_mm, strength, ".", color=style.faint(), alpha=0.7)
        for columns, color in ((straight, "C1"), (bent, "C0")):
            fit = np.linalg.lstsq(columns(width_mm), strength)[0]
            axes.plot(grid, columns(grid) @ fit, color)
        axes.set(title=f"{count} welds", xlabel="bead width in mm")
    panels[0].set(ylabel="strength in kN", ylim=(12, 24))
    panels[1].text(4.05, 19.1, "line", color="C1")
    panels[1].text(8, 22, "network, hidden\nweights random", color="C0", ha="center")
    return figure
