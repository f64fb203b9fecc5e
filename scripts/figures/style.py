"""The look that all figures share, once for a light page and once for a dark one."""

from contextlib import AbstractContextManager
from typing import Any

import matplotlib as mpl
from cycler import cycler
from matplotlib.figure import Figure

WIDTH = 5.4  # inches; 518 CSS pixels, two thirds of that on a phone

THEMES = {
    "light": {
        "ink": "#1d2430",
        "faint": "#6b7482",
        "grid": "#dfe3e8",
        "surface": "#ffffff",
        "hues": ("#1f5fa8", "#bf4f14", "#2c7a5b", "#7a4fa3"),
        "sequential": "Blues",
    },
    "dark": {
        "ink": "#e3e7ee",
        "faint": "#9aa4b2",
        "grid": "#363d49",
        "surface": "#15181e",
        "hues": ("#7db3f2", "#f0a06a", "#77c9a3", "#c4a3ea"),
        "sequential": "Blues_r",
    },
}


def theme(name: str) -> AbstractContextManager[None]:
    """The settings under which a figure is drawn for the `light` or the `dark` page."""
    colors: dict[str, Any] = THEMES[name]
    return mpl.rc_context(
        {
            "axes.edgecolor": colors["faint"],
            "axes.facecolor": "none",
            "axes.grid": True,
            "axes.labelcolor": colors["ink"],
            "axes.prop_cycle": cycler(color=colors["hues"]),
            "axes.spines.right": False,
            "axes.spines.top": False,
            "axes.titlesize": 11,
            "figure.constrained_layout.use": True,
            "figure.edgecolor": colors["surface"],
            "figure.facecolor": colors["surface"],
            "font.size": 11,
            "grid.color": colors["grid"],
            "grid.linewidth": 0.8,
            "image.cmap": colors["sequential"],
            "lines.linewidth": 2.2,
            "savefig.transparent": True,
            "svg.fonttype": "path",
            "svg.hashsalt": "nnref",
            "text.color": colors["ink"],
            "xtick.color": colors["faint"],
            "xtick.labelcolor": colors["ink"],
            "ytick.color": colors["faint"],
            "ytick.labelcolor": colors["ink"],
        }
    )


def canvas(rows: int = 1, cols: int = 1, height: float = 3.2, **options: Any) -> tuple[Figure, Any]:
    """A figure of the page's width, `height` inches high, and its axes."""
    figure = Figure(figsize=(WIDTH, height))
    return figure, figure.subplots(rows, cols, **options)


def ink() -> str:
    """The color of text."""
    return str(mpl.rcParams["text.color"])


def faint() -> str:
    """The color of what stands back: axes, guides, notes."""
    return str(mpl.rcParams["axes.edgecolor"])


def surface() -> str:
    """The color of the page behind the figure."""
    return str(mpl.rcParams["figure.facecolor"])
