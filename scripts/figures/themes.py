"""The colors of the light and the dark page, and what matplotlib is told of them.

Without matplotlib itself: a build that draws nothing new need not load it.
"""

from typing import Any

THEMES: dict[str, dict[str, Any]] = {
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


def settings(name: str) -> dict[str, Any]:
    """What matplotlib is told for the `light` or the `dark` page."""
    colors = THEMES[name]
    return {
        "axes.edgecolor": colors["faint"],
        "axes.facecolor": "none",
        "axes.grid": True,
        "axes.labelcolor": colors["ink"],
        "axes.prop_cycle": f"cycler(color={list(colors['hues'])})",
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
