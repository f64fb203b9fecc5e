"""Figures of the page on losses for boxes and masks."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from figures import controls, style
from nnref import losses
from nnref.metrics import dice_coefficient, mask_iou

PORE = [2.0, 1.0, 6.0, 4.0]  # mm
TRUE_SIDES = np.array([4.0, 3.0])  # mm
NAMES = ("iou", "giou", "diou", "ciou")


def outline(axes: Axes, box: Sequence[float], color: str, **look: Any) -> Rectangle:
    x1, y1, x2, y2 = box
    drawn = Rectangle((x1, y1), x2 - x1, y2 - y1, edgecolor=color, **look)
    axes.add_patch(drawn)
    return drawn


def pore(axes: Axes) -> None:
    """The true box."""
    outline(axes, PORE, "C0", facecolor="C0", alpha=0.35, linewidth=0)


def box_pairs() -> Figure:
    pairs = {
        "overlapping": (3, 1, 7, 4),
        "of another shape": (3.5, -0.5, 4.5, 5.5),
        "beside": (7, 1, 11, 4),
        "farther away": (9.5, 1, 13.5, 4),
        "inside, in a corner": (2, 1, 4, 2.5),
        "inside, in the middle": (3, 1.75, 5, 3.25),
    }
    rows = {"gridspec_kw": {"height_ratios": [6, 3.4, 3.4], "hspace": 0.12}}
    figure, axes = style.canvas(3, 2, height=5.2, **rows)
    for panel, (title, box) in zip(axes.flat, pairs.items(), strict=True):
        pore(panel)
        outline(panel, box, "C1", fill=False, linewidth=2)
        values = (float(getattr(losses, f"{name}_loss")([box], [PORE])) for name in NAMES)
        text = "loss: IoU {:.2f}, GIoU {:.2f},\nDIoU {:.2f}, CIoU {:.2f}".format(*values)
        low, high = min(1, box[1]), max(4, box[3])
        middle = (2 + max(6, box[2])) / 2
        panel.set(xlim=(middle - 6, middle + 6), ylim=(low - 0.2, high + 0.2), aspect="equal")
        panel.set(title=title, xticks=[], yticks=[])
        panel.set_xlabel(text, linespacing=1.4)
        panel.spines[:].set_visible(False)
    return figure


def two_boxes() -> Figure:
    start, chosen, reach = controls.start("two_boxes"), "giou", 6
    sides = np.array([start["width"], start["height"]])
    true = around(np.array([start["tx"], start["ty"]]), TRUE_SIDES)
    predicted = around(np.array([start["px"], start["py"]]), sides)
    figure, axes = style.canvas(height=3.6)
    axes.set(xlim=(0, 16), ylim=(0, 10.667), aspect="equal")
    axes.axis("off")
    hull = [*np.minimum(true, predicted)[:2], *np.maximum(true, predicted)[2:]]
    faint = {"linestyle": "--", "linewidth": 1.2, "fill": False}
    for box, name, color, look in [
        (true, "true", "C0", {"facecolor": "C0", "alpha": 0.35, "linewidth": 0}),
        (predicted, "predicted", "C1", {"fill": False, "linewidth": 2}),
        (hull, "hull", style.faint(), faint),
    ]:
        style.part(outline(axes, box, color, **look), name)
    for box, name, color in [(true, "pin_true", "C0"), (predicted, "pin_predicted", "C1")]:
        middle = (box[:2] + box[2:]) / 2
        style.part(axes.plot(*middle, "o", color=color, markersize=9)[0], name)
    slopes = getattr(losses, f"{chosen}_loss_grad")([predicted], [true])[0]
    x1, y1, x2, y2 = predicted
    x, y = (x1 + x2) / 2, (y1 + y2) / 2
    ends = [(x1, y), (x, y1), (x2, y), (x, y2)]
    for k, (end, slope) in enumerate(zip(ends, slopes, strict=True)):
        go = -reach * float(np.clip(slope, -0.5, 0.5))
        barb = np.sign(go) * min(0.35, abs(go))
        ways = np.array(
            [[0, 0], [go, 0], [go - barb, 0.6 * barb], [go, 0], [go - barb, -0.6 * barb]]
        )
        tip = np.array(end) + (ways[:, ::-1] if k % 2 else ways)
        style.part(axes.plot(*tip.T, color=style.ink(), linewidth=2)[0], f"arrow{k}")
    for k, name in enumerate(NAMES):
        loss = float(getattr(losses, f"{name}_loss")([predicted], [true]))
        label = f"{name[:-3].upper()}IoU"
        words = f"{label} {1 - loss:.2f}, loss {loss:.2f}".replace("-", "−")
        place = (0.3 + 7.4 * (k % 2), 10.15 - 0.75 * (k // 2))
        said = axes.text(*place, words, size=10, color="C1" if name == chosen else style.ink())
        style.part(said, f"said_{label}")
    return figure


def around(center: NDArray[np.float64], sides: NDArray[np.float64]) -> NDArray[np.float64]:
    """The box of a center and two sides."""
    return np.concatenate([center - sides / 2, center + sides / 2])


def box_descent() -> Figure:
    figure, axes = style.canvas(2, 2, height=5.2, sharex=True, sharey=True)
    for panel, name in zip(axes.flat, NAMES, strict=True):
        pore(panel)
        box = np.array([[8.0, 3.0, 10.0, 8.0]])
        for step in range(101):
            if step in (0, 10, 25, 50, 100):
                outline(panel, box[0], "C1", fill=False, linewidth=0.8 + step / 60)
            rate = 2 / (1 + step / 100)
            box = box - rate * getattr(losses, f"{name}_loss_grad")(box, [PORE])
        panel.set(title=f"{name[:-3].upper()}IoU", aspect="equal", xlim=(1, 11.5), ylim=(0, 9))
        panel.set(xticks=[2, 6, 10], yticks=[1, 4, 8])
    for panel in axes[1]:
        panel.set_xlabel("x in mm")
    for panel in axes[:, 0]:
        panel.set_ylabel("y in mm")
    return figure


def two_masks() -> Figure:
    y, x = np.mgrid[:8, :10]
    true = np.hypot(x - 3.4, y - 3.2) < 2.6
    found = np.hypot(x - 4.4, y - 3.8) < 2.4
    figure, axes = style.canvas(height=2.9)
    axes.set(xlim=(-0.2, 17.5), ylim=(8.2, -0.2), aspect="equal")
    axes.axis("off")
    for row, column in np.ndindex(true.shape):
        pair = true[row, column], found[row, column]
        color = {(1, 0): "C0", (0, 1): "C1", (1, 1): "C2"}.get(pair, style.faint())
        look = {"facecolor": color, "edgecolor": style.surface(), "linewidth": 1.5}
        square = Rectangle((column, row), 1, 1, alpha=0.8 if any(pair) else 0.15, **look)
        axes.add_patch(square)
    counts = [(true & found).sum(), (true & ~found).sum(), (found & ~true).sum()]
    names = ["in both", "missed", "too much"]
    for k, (name, count) in enumerate(zip(names, counts, strict=True)):
        color = ("C2", "C0", "C1")[k]
        axes.text(11, 1.2 + 1.2 * k, f"{count} {name}", color=color, va="center")
    dice, iou = dice_coefficient(found, true), mask_iou(found, true)
    both, missed, extra = counts
    axes.text(11, 5.4, f"Dice = {2 * both}/{2 * both + missed + extra} = {dice:.2f}", va="center")
    axes.text(11, 6.8, f"IoU = {both}/{sum(counts)} = {iou:.2f}", va="center")
    return figure


def focal_gammas() -> Figure:
    p = np.linspace(0.005, 0.995, 400)
    hit, logit = np.ones_like(p), np.log(p / (1 - p))
    patch = {"facecolor": style.surface(), "edgecolor": "none", "pad": 1.5}
    middle = {"ha": "center", "va": "center", "bbox": patch}
    figure, axes = style.canvas(height=3.5)
    for color, gamma in (("C0", 0), ("C1", 1), ("C2", 2), ("C3", 5)):
        loss = losses.binary_focal_loss_with_logits(logit, hit, gamma=gamma, reduction="none")
        axes.semilogy(p, loss, color)
        axes.text(0.65, np.interp(0.65, p, loss), f"γ = {gamma}", color=color, **middle)
    axes.set(xlabel="probability given to the right answer", ylabel="loss", ylim=(1e-4, 10))
    return figure
