"""Figures of the page on backpropagation."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from figures import style
from nnref.activations import softplus
from nnref.autograd import Value


def sheet(height: float) -> tuple[Figure, Axes]:
    """A drawing area 54 units wide and `height` units high, a tenth of an inch each."""
    figure, axes = style.canvas(height=height / 10)
    axes.set(xlim=(0, 54), ylim=(0, height), aspect="equal")
    axes.axis("off")
    return figure, axes


def box(axes: Axes, x: float, y: float, text: str, color: str) -> None:
    frame = {"boxstyle": "round,pad=0.5", "facecolor": style.surface(), "edgecolor": color}
    axes.text(x, y, text, ha="center", va="center", bbox=frame | {"linewidth": 1.5})


def arrow(axes: Axes, start: Any, end: Any, color: str) -> None:
    line = {"arrowstyle": "-|>", "color": color, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", end, start, arrowprops=line | {"linewidth": 1.5})


def pair(axes: Axes, xy: Any, name: str, number: Value) -> None:
    """A number above its gradient, on a patch of the page's color."""
    patch = {"facecolor": style.surface(), "edgecolor": "none", "pad": 1}
    value, grad = (str(round(x, 4)).replace("-", "−") for x in (number.data, number.grad))
    axes.text(*xy, f"{name} = {value}", color="C0", va="bottom", ha="center", bbox=patch)
    axes.text(*xy, grad, color="C1", va="top", ha="center", bbox=patch)


def node(axes: Axes, x: float, y: float, name: str, number: Value) -> None:
    """A number in a frame."""
    look = {"facecolor": style.surface(), "edgecolor": style.faint(), "linewidth": 1.5}
    axes.add_patch(FancyBboxPatch((x - 7.5, y - 2.5), 15, 5, "round,pad=0.5", **look))
    pair(axes, (x, y), name, number)


def weld_network() -> dict[str, Value]:
    """The worked example, forward and back."""
    start = {"x₁": 0.75, "x₂": 1.0, "v₁": 1.0, "v₂": 2.0, "c": 0.5}
    start |= {"w₁₁": 2.0, "w₁₂": -1.0, "b₁": 0.0, "w₂₁": -1.0, "w₂₂": -0.5, "b₂": 0.25}
    n = {name: Value(number) for name, number in start.items()}
    n["z₁"] = n["w₁₁"] * n["x₁"] + n["w₁₂"] * n["x₂"] + n["b₁"]
    n["z₂"] = n["w₂₁"] * n["x₁"] + n["w₂₂"] * n["x₂"] + n["b₂"]
    n["a₁"], n["a₂"] = n["z₁"].tanh(), n["z₂"].tanh()
    n["s"] = n["v₁"] * n["a₁"] + n["v₂"] * n["a₂"] + n["c"]
    n["p"] = 1 / (1 + (-n["s"]).exp())
    n["L"] = -n["p"].log()
    n["L"].backward()
    return n


def backward_order() -> Figure:
    figure, axes = sheet(18)
    stages = ["features", "hidden 1", "hidden 2", "output", "loss"]
    text = {"ha": "center", "va": "center"}
    for x, stage in zip(range(5, 50, 11), stages, strict=True):
        box(axes, x, 11, stage, style.faint())
        if stage != "features":
            arrow(axes, (x - 9, 14), (x - 2, 14), "C0")
        if stage not in ("features", "hidden 1"):
            arrow(axes, (x - 2, 8), (x - 9, 8), "C1")
        if stage not in ("features", "loss"):
            arrow(axes, (x, 8), (x, 5), "C1")
            axes.text(x, 3.5, "weights", color="C1", **text)
    axes.text(27, 16.5, "forward: values", color="C0", **text)
    axes.text(27, 0.5, "backward: gradients", color="C1", **text)
    return figure


def worked_graph() -> Figure:
    numbers = weld_network()
    figure, axes = sheet(69)
    places = {"x₁": (9, 65), "z₁": (9, 46), "a₁": (9, 36)}
    places |= {"x₂": (45, 65), "z₂": (45, 46), "a₂": (45, 36)}
    places |= {"s": (27, 20.5), "p": (27, 12), "L": (27, 3.5)}
    for start, end, label in [
        ("x₁", "z₁", "w₁₁"),
        ("x₂", "z₁", "w₁₂"),
        ("x₁", "z₂", "w₂₁"),
        ("x₂", "z₂", "w₂₂"),
        ("z₁", "a₁", "tanh"),
        ("z₂", "a₂", "tanh"),
        ("a₁", "s", "v₁"),
        ("a₂", "s", "v₂"),
        ("s", "p", "sigmoid"),
        ("p", "L", "−ln"),
    ]:
        (x1, y1), (x2, y2) = places[start], places[end]
        arrow(axes, (x1, y1 - 3), (x2, y2 + 3), style.faint())
        if label in numbers:
            way = 0.5 if x1 == x2 else 0.36
            at = (x1 + way * (x2 - x1), y1 + way * (y2 - y1))
            pair(axes, at, label, numbers[label])
        else:
            axes.text(x1 + 1, (y1 + y2) / 2, label, va="center")
    for name, (x, y) in places.items():
        node(axes, x, y, name, numbers[name])
    axes.text(27, 65, "value", color="C0", ha="center", va="bottom")
    axes.text(27, 65, "gradient", color="C1", ha="center", va="top")
    return figure


def nudge_error() -> Figure:
    features = np.array([0.5, 0.75, 1.0])
    exact = -1 / (1 + np.exp(2.0))

    def loss(weight: float) -> float:
        score = np.array([-1.0, 2.0, weight]) @ features - 1
        return float(softplus(-score))

    steps = np.geomspace(1e-13, 1, 131)
    ahead = [(loss(2 + h) - loss(2)) / h for h in steps]
    around = [(loss(2 + h) - loss(2 - h)) / (2 * h) for h in steps]
    figure, axes = style.canvas()
    axes.loglog(steps, np.abs(np.subtract(ahead, exact)))
    axes.loglog(steps, np.abs(np.subtract(around, exact)))
    axes.text(1e-5, 3e-6, "up only", color="C0", ha="right")
    axes.text(2e-3, 2e-9, "up and down", color="C1")
    axes.text(3e-11, 1e-5, "rounding", color=style.faint())
    axes.set(xlabel="nudge h", ylabel="error of the estimate")
    return figure
