"""The look that all figures share, once for a light page and once for a dark one."""

from contextlib import AbstractContextManager
from typing import Any

import matplotlib as mpl
from matplotlib.artist import Artist
from matplotlib.figure import Figure

from figures import themes

WIDTH = 5.4  # inches; 518 CSS pixels, two thirds of that on a phone


def theme(name: str) -> AbstractContextManager[None]:
    """The settings under which a figure is drawn for the `light` or the `dark` page."""
    return mpl.rc_context(themes.settings(name))


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


def part(artist: Artist, name: str) -> None:
    """Name what a script moves."""
    artist.set_gid(f"part-{name}")
