"""Figures of the page on losses for boxes and masks."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from figures import style
from nnref import losses
from nnref.metrics import dice_coefficient, mask_iou

PORE = [2.0, 1.0, 6.0, 4.0]  # mm
NAMES = ("iou", "giou", "diou", "ciou")


def outline(axes: Axes, box: Sequence[float], color: str, **look: Any) -> None:
    x1, y1, x2, y2 = box
    axes.add_patch(Rectangle((x1, y1), x2 - x1, y2 - y1, edgecolor=color, **look))


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
