"""Figures of the page "Tensors and arrays"."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from figures import style
from nnref.tensors import to_channels_last


def sheet(width: float, height: float) -> tuple[Figure, Axes]:
    """A drawing area of `width` by `height` cells; y points down, as rows do."""
    figure, axes = style.canvas(height=style.WIDTH * height / width)
    axes.set(xlim=(0, width), ylim=(height, 0), aspect="equal")
    axes.axis("off")
    return figure, axes


def grid(
    axes: Axes, x: float, y: float, values: Any, colors: Any = "C0", alpha: float = 0.3
) -> None:
    """Cells with `values` in them, the first at (x, y); `colors` are broadcast over them."""
    values = np.atleast_2d(values)
    colors = np.broadcast_to(colors, values.shape)
    for r, c in np.ndindex(values.shape):
        square = {"xy": (x + c, y + r), "width": 1, "height": 1, "lw": 1.5}
        square |= {"edgecolor": style.surface()}
        axes.add_patch(Rectangle(facecolor=style.surface(), **square))
        axes.add_patch(Rectangle(facecolor=colors[r, c], alpha=alpha, **square))
        axes.text(x + c + 0.5, y + r + 0.5, values[r, c], ha="center", va="center_baseline")


def blocks(axes: Axes, x: float, y: float, rows: int, columns: int, color: str = "C0") -> None:
    """Cells without values."""
    grid(axes, x, y, np.full((rows, columns), ""), color, alpha=0.55)


def color_image(axes: Axes, x: float, y: float) -> None:
    """Three planes of 2 by 4 cells, the red one in front."""
    for plane, color in ((2, "C0"), (1, "C2"), (0, "C1")):
        blocks(axes, x + 0.6 * plane, y + 1.2 - 0.6 * plane, 2, 4, color)


def weld_photo() -> NDArray[np.float64]:
    """A weld bead with heat tint, two pores and a crack: R, G and B of 48 by 72 pixels."""
    row, column = np.mgrid[:48, :72]
    away = abs(row - 23.5 + 2 * np.sin(column / 12)) / 9  # 1 at the edge of the bead
    bead = 0.72 + 0.16 * np.sin(0.9 * column - 2.2 * away**2)
    straw, blue, steel = (0.80, 0.55, 0.16), (0.20, 0.32, 0.72), (0.60, 0.62, 0.64)
    tints = zip(straw, straw, blue, steel, strict=True)
    plate = [np.interp(away, [1, 1.3, 1.7, 2.4], tint) for tint in tints]

    pores = (np.hypot(row - 27, column - 14) < 2.6) | (np.hypot(row - 20, column - 22) < 2.1)
    crack = (abs(row - 24 - 2 * np.sin(column / 3)) < 1.1) & (abs(column - 52) < 12)
    return np.where(pores | crack, 0.08, np.where(away < 1, bead, plate))


def ranks() -> Figure:
    figure, axes = sheet(20, 12)
    names = {
        (0, 0): "rank 0\nscalar ()",
        (6, 0): "rank 1\nvector (5,)",
        (14.5, 0): "rank 2\nmatrix (3, 4)",
        (0, 6.2): "rank 3\nimage (3, 2, 4)",
        (8, 6.2): "rank 4\nbatch (2, 3, 2, 4)",
    }
    for (x, y), name in names.items():
        axes.text(x, y, name, va="top", linespacing=1.3)

    blocks(axes, 0, 2, rows=1, columns=1)
    blocks(axes, 6, 2, rows=1, columns=5)
    blocks(axes, 14.5, 2, rows=3, columns=4)
    for x in (0, 8, 14):
        color_image(axes, x, 8.4)
    return figure


def channel_planes() -> Figure:
    photo = weld_photo()
    figure, (planes, together) = style.canvas(cols=2, height=2.2)
    for channel, name in ((2, "blue"), (1, "green"), (0, "red")):
        plane = np.zeros((48, 72, 3))
        plane[..., channel] = photo[channel]
        left, top = 30 * channel, -20 * channel
        image = planes.imshow(plane, extent=(left, left + 72, top + 48, top))
        image.set(zorder=-channel, interpolation="none")
        label = planes.text(left + 3, top + 3, name, va="top", color="white")
        label.set(zorder=-channel)
    planes.set(xlim=(0, 132), ylim=(48, -40), title="planes: (3, 48, 72)")

    together.imshow(to_channels_last(photo), interpolation="none")
    together.set(title="pixels: (48, 72, 3)")
    for axes in (planes, together):
        axes.axis("off")
    return figure


def scrambled_reshape() -> Figure:
    photo = weld_photo()
    figure, (right, wrong) = style.canvas(cols=2, height=2.4, sharey=True)
    right.imshow(photo.transpose(1, 2, 0), interpolation="none")
    wrong.imshow(photo.reshape(48, 72, 3), interpolation="none")
    right.set(title="transpose(1, 2, 0)", xlabel="column", ylabel="row")
    wrong.set(title="reshape(48, 72, 3)", xlabel="column")
    for axes in (right, wrong):
        axes.grid(visible=False)
    return figure


def memory_order() -> Figure:
    numbers, hues = np.arange(12), np.array(["C0", "C1", "C2"])
    figure, axes = sheet(13, 8.3)
    axes.text(0.5, 0, "in memory", va="top")
    axes.text(0.5, 3, "x: shape (3, 4)\nstrides (4, 1)", va="top")
    axes.text(8, 3, "x.t(): shape (4, 3)\nstrides (1, 4)", va="top")

    grid(axes, 0.5, 0.8, numbers, hues.repeat(4))
    grid(axes, 0.5, 4.3, numbers.reshape(3, 4), hues[:, np.newaxis])
    grid(axes, 8, 4.3, numbers.reshape(3, 4).T, hues)
    return figure


def two_shapes() -> Figure:
    first, second = np.arange(1, 13).reshape(3, 4), 10 * np.arange(1, 5)
    figure, axes = sheet(16, 4.6)
    for x, words in ((0, "first (3, 4)"), (6, "second (4,)"), (12, "sum (3, 4)")):
        style.part(axes.text(x, 0, words, va="top"), f"title{x}")
    for x, sign in ((5, "+"), (11, "=")):
        axes.text(x, 2.6, sign, ha="center", va="center", fontsize=14)
    grid(axes, 0, 1.1, first)
    grid(axes, 6, 1.1, second, "C1")
    grid(axes, 6, 2.1, [second, second], "C1", alpha=0.1)
    grid(axes, 12, 1.1, first + second, "C2")
    for cell in [*axes.patches, *axes.texts[5:]]:
        style.part(cell, "cell")
    return figure


def row_times_column() -> Figure:
    left, right = np.array([[4, 0], [1, 2], [0, 3]]), np.array([[1, 1], [5, 1]])
    figure, axes = sheet(11, 4.8)
    for x, name in ((0, "x (3, 2)"), (3.5, "weights (2, 2)"), (8, "x @ weights (3, 2)")):
        axes.text(x, 0, name, va="top")
    for x, sign in ((2.7, "@"), (6.7, "=")):
        axes.text(x, 2.6, sign, ha="center", va="center", fontsize=14)
    rows, column = np.arange(3)[:, np.newaxis] == 1, np.arange(2) == 0
    shades = np.array(["C0", "C1"])
    grid(axes, 0, 1.1, left, shades[np.broadcast_to(rows, left.shape) * 1])
    grid(axes, 3.5, 1.6, right, shades[np.broadcast_to(column, right.shape) * 1])
    grid(axes, 8, 1.1, left @ right, shades[(rows & column) * 1])
    axes.text(8, 4.6, "1·1 + 2·5 = 11", color="C1")
    return figure


def every_pair() -> Figure:
    widths = np.array([5.0, 6.0, 7.0, 8.0])
    figure, axes = sheet(13, 6.3)
    axes.text(6.5, 0, "predictions (4,)", va="top")
    axes.text(4.2, 4.2, "true widths\n(4, 1)", ha="right", va="center")
    grid(axes, 6.5, 0.7, widths, "C1")
    grid(axes, 4.5, 2.2, widths[:, np.newaxis], "C1")
    grid(axes, 6.5, 2.2, widths - widths[:, np.newaxis], alpha=0.12)
    for k in range(4):
        grid(axes, 6.5 + k, 2.2 + k, 0.0, "C2", alpha=0.5)
    return figure
