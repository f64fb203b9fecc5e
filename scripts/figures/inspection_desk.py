"""Figures of the page with the inspection desk."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from figures import controls, style

# What `scripts/desk.py` has recorded of the study on rare defects.
RECORD = Path(__file__).parents[2] / "docs" / "data" / "inspection_desk.json"
CLASSES = ("sound", "porosity", "crack", "undercut")
CRACK = 2
OTHERS = [0, 1, 3]

Array = NDArray[np.float64]


@cache
def record() -> dict[str, Any]:
    """The thresholds, the weights, and the counts of validation and test welds."""
    found: dict[str, Any] = json.loads(RECORD.read_text(encoding="utf-8"))
    return found


def matrices(welds: str, weight: int) -> Array:
    """The confusion matrix at each threshold, for the network of a crack weight."""
    counts = np.array(record()[welds][record()["weights"].index(weight)])
    below = counts.cumsum(axis=2) - counts
    found = np.zeros((counts.shape[2], 4, 4))
    found[:, :, OTHERS] = below.transpose(2, 0, 1)
    found[:, :, CRACK] = (counts.sum(axis=2, keepdims=True) - below).sum(axis=1).T
    return found


def bill(miss: float, false_call: float, again: float) -> Array:
    """What a weld costs, by what it is (row) and what it is called (column)."""
    cost = np.full((4, 4), float(again))
    cost[0, 1:] += false_call
    cost[:, 0] = [0, miss / 10, miss, miss / 10]
    return cost


def curves(found: Array) -> tuple[Array, Array, Array]:
    """The share of the other welds that are called crack, recall and precision."""
    cracks, called = found[0, CRACK].sum(), found[:, :, CRACK].sum(axis=1)
    hits = found[:, CRACK, CRACK]
    with np.errstate(invalid="ignore"):
        return (called - hits) / (found[0].sum() - cracks), hits / cracks, hits / called


def inspection_desk() -> Figure:
    start = controls.start("inspection_desk")
    at = int(start["threshold"])
    found = matrices("validation", 1)
    cost = 1000 * (found * bill(start["miss"], start["false_call"], start["again"])).sum((1, 2))
    cost /= found[0].sum()
    relative, best = cost / cost[-1], cost.argmin()
    thresholds = np.log10(np.maximum(record()["thresholds"], 1e-9))
    others, recall, precision = curves(found)

    figure = Figure(figsize=(style.WIDTH, 5.2), layout="constrained")
    (matrix, price), (roc, pr) = figure.subplots(2, 2)
    for (row, column), count in np.ndenumerate(found[at]):
        look = "C0" if row == column else "C1"
        strength = 0.3 if row == column or (row, column) == (CRACK, 0) else 0.08
        corner = column - 0.5, row - 0.5
        matrix.add_patch(Rectangle(corner, 1, 1, color=look, alpha=strength, linewidth=0))
        words = matrix.text(column, row, f"{count:,.0f}", ha="center", va="center", size=10)
        style.part(words, f"cell{row}{column}")
    matrix.set(xlim=(-0.5, 3.5), ylim=(3.5, -0.5), ylabel="is", title="called")
    matrix.xaxis.tick_top()
    matrix.set_xticks(range(4), CLASSES, rotation=35, ha="left", rotation_mode="anchor", size=10)
    matrix.set_yticks(range(4), CLASSES, size=10)
    matrix.tick_params(length=0)
    matrix.grid(visible=False)
    for axes, name, x, y in [
        (price, "cost", thresholds, relative),
        (roc, "roc", others, recall),
        (pr, "pr", recall, precision),
    ]:
        style.part(axes.plot(x, y, "C0")[0], f"{name}_curve")
        if axes is price:
            style.part(axes.plot(x[best], y[best], "C2^", markersize=10)[0], "cheapest")
        here = axes.plot(x[at], y[at], "C1o", markersize=9, clip_on=axes is price)[0]
        style.part(here, f"{name}_point")
    price.axhline(1, color=style.faint(), linestyle=":")
    for name, words, y, color in [
        ("never", f"never crack: ${cost[-1]:,.0f}", 1.25, style.ink()),
        ("here", f"here: ${cost[at]:,.0f}", 0.24, "C1"),
        ("least", f"cheapest: ${cost[best]:,.0f}", 0.07, "C2"),
    ]:
        style.part(price.text(0, y, words, size=10, color=color, ha="right"), name)
    price.set(xlim=(-3.14, 0.14), ylim=(0, 1.5), xlabel="threshold", title="cost of 1,000 welds")
    price.set_xticks([-3, -2, -1, 0], ["0.001", "0.01", "0.1", "1"])
    price.set_yticks([0, 1], ["$0", ""])
    roc.set(xlim=(0, 1), ylim=(0, 1.03), xlabel="others called crack", ylabel="cracks found")
    pr.set(xlim=(0, 1), ylim=(0, 1.03), xlabel="cracks found (recall)", ylabel="precision")
    roc.set_title("ROC")
    pr.set_title("precision–recall")
    for axes in (roc, pr):
        axes.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
    return figure
