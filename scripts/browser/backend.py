"""What pyplot draws with in the reader's browser: its figures come to the page, not to a window."""

from typing import Any

from matplotlib._pylab_helpers import Gcf
from matplotlib.backend_bases import FigureCanvasBase, FigureManagerBase
from matplotlib.backends.backend_agg import FigureCanvasAgg

from browser import console

MOST_OPEN = 100  # figures at a time: each keeps its memory until it is closed


class FigureManager(FigureManagerBase):
    """One of pyplot's figures."""

    def __init__(self, canvas: FigureCanvasBase, number: int) -> None:
        if len(Gcf.figs) >= MOST_OPEN:
            raise RuntimeError(
                f"{MOST_OPEN} figures are open, and this page holds no more: "
                "close each with plt.close() when it is done"
            )
        super().__init__(canvas, number)

    @classmethod
    def pyplot_show(cls, **_: Any) -> None:
        """Show what has been drawn so far."""
        console.gallery.hang()


class FigureCanvas(FigureCanvasAgg):
    """Where a figure is drawn."""

    manager_class = FigureManager
