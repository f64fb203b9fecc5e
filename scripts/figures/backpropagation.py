"""Figures of the page on backpropagation."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from figures import controls, style
from nnref.activations import softplus
from nnref.autograd import Value

PLAIN = str.maketrans("₁₂", "12")


def sheet(height: float) -> tuple[Figure, Axes]:
    """A drawing area 54 units wide and `height` units high, a tenth of an inch each."""
    figure, axes = style.canvas(height=height / 10)
    axes.set(xlim=(0, 54), ylim=(0, height), aspect="equal")
    axes.axis("off")
    return figure, axes


def box(axes: Axes, x: float, y: float, text: str, color: str) -> None:
    frame = {"boxstyle": "round,pad=0.5", "facecolor": style.surface(), "edgecolor": color}
    axes.text(x, y, text, ha="center", va="center", bbox=frame | {"linewidth": 1.5})


def arrow(axes: Axes, start: Any, end: Any, color: str) -> Any:
    line = {"arrowstyle": "-|>", "color": color, "shrinkA": 0, "shrinkB": 0}
    return axes.annotate("", end, start, arrowprops=line | {"linewidth": 1.5}).arrow_patch


def written(number: float) -> str:
    """A number as the page writes it."""
    return f"{round(number, 4):g}".replace("-", "−")


def pair(axes: Axes, xy: Any, name: str, number: Value, graded: bool = True) -> None:
    """A number above its gradient, on a patch of the page's color."""
    part = name.translate(PLAIN)
    look = {"ha": "center", "bbox": {"facecolor": style.surface(), "edgecolor": "none", "pad": 1}}
    label = f"{name} = {written(number.data)}" if name else written(number.data)
    value = axes.text(*xy, label, color="C0", va="bottom" if graded else "center", **look)
    if name:
        style.part(value, f"value_{part}")
    if graded:
        gradient = axes.text(*xy, written(number.grad), color="C1", va="top", **look)
        if name:
            style.part(gradient, f"gradient_{part}")


def node(
    axes: Axes, x: float, y: float, name: str, number: Value, graded: bool = True, half: float = 7.5
) -> None:
    """A number in a frame."""
    look = {"facecolor": style.surface(), "edgecolor": style.faint(), "linewidth": 1.5}
    frame = FancyBboxPatch((x - half, y - 2.5), 2 * half, 5, "round,pad=0.5", **look)
    axes.add_patch(frame)
    if name:
        style.part(frame, f"node_{name.translate(PLAIN)}")
    pair(axes, (x, y), name, number, graded)


def weld_network() -> dict[str, Value]:
    """The worked example, forward and back."""
    moved = controls.start("worked_graph")
    start = {"x₁": moved["x1"], "x₂": moved["x2"], "v₁": 1.0, "v₂": moved["v2"], "c": 0.5}
    start |= {"w₁₁": moved["w11"], "w₁₂": -1.0, "b₁": 0.0, "w₂₁": -1.0, "w₂₂": -0.5, "b₂": 0.25}
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


def relay() -> Figure:
    w = Value(2.0)
    s = w * 1.0 + 0.0
    p = 1 / (1 + (-s).exp())
    loss = -p.log()
    loss.backward()
    figure, axes = sheet(19)
    text = {"ha": "center", "va": "center"}
    runners = {"weight": w, "score": s, "probability": p, "loss": loss}
    for x, (name, number) in zip((4, 18, 33, 49), runners.items(), strict=True):
        box(axes, x, 10, written(number.data), style.faint())
        axes.text(x, 15, name, **text)
    for x, slope in zip((11, 25, 41.5), (1.0, p.data * (1 - p.data), -1 / p.data), strict=True):
        arrow(axes, (x - 2.5, 10), (x + 2.5, 10), "C0")
        axes.text(x, 12.5, f"×{slope:.4f}".replace("-", "−"), color="C0", fontsize=10, **text)
    arrow(axes, (49, 4.5), (4, 4.5), "C1")
    axes.text(27, 2, f"gradient of the weight: {written(w.grad)}", color="C1", **text)
    return figure


def gates() -> Figure:
    numbers: list[list[tuple[str, float]]] = [
        [("", 1.5), ("", 2.0)],
        [("w", 2.0), ("x", 0.75)],
        [("", 2.0)],
        [("", -0.5)],
    ]
    titles = ["plus copies", "times swaps", "ReLU, open", "ReLU, closed"]
    signs = ["+", "×", "ReLU", "ReLU"]
    figure, axes = sheet(35)
    for k, (title, sign, named) in enumerate(zip(titles, signs, numbers, strict=True)):
        left, top = 27 * (k % 2), 18 - 17 * (k // 2)
        inputs = [Value(number) for _, number in named]
        out = inputs[0] + inputs[1] if sign == "+" else inputs[0]
        out = inputs[0] * inputs[1] if sign == "×" else out
        out = inputs[0].relu() if sign == "ReLU" else out
        (-0.1192 * out).backward()
        axes.text(left + 13, top + 15, title, ha="center", va="center")
        heights = [10, 2.5] if len(inputs) > 1 else [6.25]
        for height, (name, _), number in zip(heights, named, inputs, strict=True):
            arrow(axes, (left + 9, top + height), (left + 11.5, top + 6.25), style.faint())
            node(axes, left + 4.5, top + height, name, number, half=4)
        arrow(axes, (left + 14, top + 6.25), (left + 17, top + 6.25), style.faint())
        box(axes, left + 13, top + 6.25, sign, style.ink())
        node(axes, left + 21.5, top + 6.25, "", out, half=4)
    return figure


def drawn_graph(graded: str) -> Figure:
    """The network with its values, and the gradients of the numbers named."""
    numbers, ready = weld_network(), graded.split()
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
        edge = arrow(axes, (x1, y1 - 3), (x2, y2 + 3), style.faint())
        style.part(edge, f"edge_{start}_{end}".translate(PLAIN))
        if label in numbers:
            way = 0.5 if x1 == x2 else 0.36
            at = (x1 + way * (x2 - x1), y1 + way * (y2 - y1))
            pair(axes, at, label, numbers[label], label in ready)
        else:
            axes.text(x1 + 1, (y1 + y2) / 2, label, va="center")
    for name, (x, y) in places.items():
        node(axes, x, y, name, numbers[name], name in ready)
    axes.text(27, 65, "value", color="C0", ha="center", va="bottom")
    if ready:
        axes.text(27, 65, "gradient", color="C1", ha="center", va="top")
    return figure


def worked_values() -> Figure:
    return drawn_graph("")


def worked_half() -> Figure:
    return drawn_graph("L p s v₁ v₂ a₁ a₂")


def worked_graph() -> Figure:
    return drawn_graph(" ".join(weld_network()))


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
