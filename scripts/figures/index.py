"""The figure of the opening page."""

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from figures import style


def radiograph(defect: str) -> NDArray[np.float64]:
    """A synthetic gray radiograph of 20 by 10 mm; 8 pixels to the mm, thick metal is bright."""
    y, x = np.mgrid[0:10:0.125, 0:20:0.125]
    away = abs(y - 5 + 0.2 * np.sin(x))  # mm from the middle of the bead
    bead = np.exp(-((away / 2.4) ** 4)) * (1 + 0.1 * np.sin(5 * x + away**2))

    pores = [(6, 4.4, 0.5), (7.6, 5.6, 0.35), (9, 4.7, 0.45), (13, 5.3, 0.6)]
    path = 5 + 0.4 * np.sin(1.3 * x) + 0.15 * np.sin(7 * x)
    missing = {
        "no_defect": np.zeros_like(x),
        "porosity": sum(np.exp(-(((x - a) ** 2 + (y - b) ** 2) / r**2)) for a, b, r in pores),
        "crack": np.exp(-(((y - path) / 0.14) ** 2)) * (abs(x - 10.5) < 5),
        "undercut": np.exp(-(((away - 2.6) / 0.3) ** 2) - ((x - 9) / 5) ** 4) * (y < 5),
    }
    grain = np.random.default_rng(0).normal(scale=0.04, size=x.shape)
    return 0.3 + 0.4 * bead - 0.35 * missing[defect] + grain


def which_weld() -> Figure:
    figure, axes = style.canvas(height=2.7)
    look: dict[str, object] = {"cmap": "gray", "vmin": 0, "vmax": 0.85, "interpolation": "none"}
    axes.imshow(radiograph("porosity"), extent=(0, 20, 10, 0), **look)
    axes.axis("off")
    return figure


def four_welds() -> Figure:
    figure, axes = style.canvas(2, 2, height=3.5, sharex=True, sharey=True)
    classes = ("no_defect", "porosity", "crack", "undercut")
    for panel, defect in zip(axes.flat, classes, strict=True):
        panel.imshow(
            radiograph(defect),
            cmap="gray",
            vmin=0,
            vmax=0.85,
            interpolation="none",
            extent=(0, 20, 10, 0),
        )
        panel.set_title(defect)
        panel.grid(visible=False)
    figure.supxlabel("along the weld (mm)", fontsize=11)
    figure.supylabel("across (mm)", fontsize=11)
    return figure
