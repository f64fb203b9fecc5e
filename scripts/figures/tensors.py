"""Figures of the page "Tensors and arrays"."""

from itertools import product
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from figures import style
from nnref.tensors import to_channels_last


def sheet(width: float, height: float) -> tuple[Figure, Axes]:
    """A drawing area without axes, `width` by `height` cells; y points down, as rows do."""
    figure, axes = style.canvas(height=style.WIDTH * height / width)
    axes.set(xlim=(0, width), ylim=(height, 0), aspect="equal")
    axes.axis("off")
    return figure, axes


def cell(axes: Axes, x: float, y: float, color: str, text: Any = "", alpha: float = 0.3) -> None:
    """One number of an array: a square with its left upper corner at (x, y)."""
    edge = style.surface()
    axes.add_patch(Rectangle((x, y), 1, 1, facecolor=edge, edgecolor=edge, linewidth=1.5))
    axes.add_patch(
        Rectangle((x, y), 1, 1, facecolor=color, alpha=alpha, edgecolor=edge, linewidth=1.5)
    )
    axes.text(x + 0.5, y + 0.5, str(text), ha="center", va="center_baseline", fontsize=10)


def matrix(axes: Axes, x: float, y: float, rows: int, columns: int, color: str) -> None:
    """A block of cells without numbers."""
    for r, c in product(range(rows), range(columns)):
        cell(axes, x + c, y + r, color, alpha=0.55)


def picture(axes: Axes, x: float, y: float) -> None:
    """A small RGB image: three planes, one behind the other."""
    for plane, color in reversed(list(enumerate(("C1", "C2", "C0")))):
        matrix(axes, x + 0.7 * plane, y + 1.4 - 0.7 * plane, 3, 3, color)


def ranks() -> Figure:
    figure, axes = sheet(20, 15.5)
    names = {
        (0, 0): "rank 0\nscalar ()",
        (4.5, 0): "rank 1\nvector (5,)",
        (13, 0): "rank 2\nmatrix (3, 4)",
        (0, 7.3): "rank 3\nimage (3, 3, 3)",
        (7.5, 7.3): "rank 4\nbatch (2, 3, 3, 3)",
    }
    for (x, y), name in names.items():
        axes.text(x, y, name, va="top", linespacing=1.3)

    matrix(axes, 0, 2.5, 1, 1, "C0")
    matrix(axes, 4.5, 2.5, 1, 5, "C0")
    matrix(axes, 13, 2.5, 3, 4, "C0")
    for x in (0, 7.5, 13):
        picture(axes, x, 9.8)
    return figure
