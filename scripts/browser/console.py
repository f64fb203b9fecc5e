"""A page's console in the reader's browser: runs a block as a console would."""

import ast
import builtins
import io
import linecache
import math
import sys
import traceback
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

BLOCK = "<example>"
MOST_FIGURES = 10  # of one run
FULL = "A page's Python has one gigabyte; Reset empties it."
LACKING = "A page's Python has NumPy and matplotlib, but not PyTorch."
MODULES = [
    (each, each.__dict__.copy()) for each in (builtins, math, np, np.linalg, np.random)
]  # what a reader may have replaced

names: dict[str, Any] = {"__name__": "__main__", "__builtins__": builtins}  # of the page


def restore() -> None:
    """Give the modules back what was replaced in them; no name of builtins is needed for it."""
    for module, attributes in MODULES:
        module.__dict__.update(attributes)


def run(code: str, show: Callable[[str, str], None]) -> tuple[str, int, bool]:
    """Run a block: the error it ended with, its line, and whether it was stopped; else nothing.

    Each statement runs on its own and its value is printed; a warning is among the output.
    """
    global gallery  # pyplot.show() knows no run
    gallery = Gallery(show)
    note(code)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.showwarning = told
            for statement in ast.parse(code, BLOCK).body:
                exec(compile(ast.Interactive([statement]), BLOCK, "single"), names)  # noqa: S102
        gallery.hang()
        gallery.close()
    except BaseException as error:  # noqa: BLE001 (a reader may raise anything)
        restore()
        if isinstance(error, MemoryError):
            error.add_note(FULL)
        if isinstance(error, ModuleNotFoundError):
            error.add_note(LACKING)
        return (*described(error), isinstance(error, KeyboardInterrupt))
    finally:
        close_figures()
        sys.stdout.flush()
        sys.stderr.flush()
    return "", 0, False


def note(code: str) -> None:
    """Have errors show the lines of a block, which stands in no file."""
    linecache.cache[BLOCK] = (len(code), None, code.splitlines(keepends=True), BLOCK)


def told(message: Warning | str, category: type[Warning], *_: Any) -> None:
    """Write a warning among the output, without the place that only a console knows."""
    print(f"{category.__name__}: {message}")


def described(error: BaseException) -> tuple[str, int]:
    """An error as a console tells it, without our own frames, and the block's line it came from."""
    trace = traceback.TracebackException.from_exception(error)
    lines = [place for place, frame in enumerate(trace.stack) if frame.filename == BLOCK]
    trace.stack = traceback.StackSummary.from_list(trace.stack[lines[0] :] if lines else [])
    if isinstance(error, SyntaxError) and error.filename == BLOCK:
        line = error.lineno
    else:
        line = trace.stack[0].lineno if lines else 0
    return "".join(trace.format(chain=False)), line or 0


# ---- figures


def prepare_figures() -> None:
    """Have figures drawn as those of the site are."""
    import matplotlib as mpl

    from figures import themes

    mpl.rcParams.update(themes.settings("light"))


class Gallery:
    """Where a run's figures go: the first few to the page, of the others only their number."""

    def __init__(self, show: Callable[[str, str], None]) -> None:
        self.show = show
        self.count = 0

    def hang(self) -> None:
        """Show the figures that are open, and close them."""
        pyplot = sys.modules.get("matplotlib.pyplot")
        for number in pyplot.get_fignums() if pyplot else []:
            self.count += 1
            if self.count <= MOST_FIGURES:
                self.show(*drawn(pyplot.figure(number)))
        close_figures()

    def close(self) -> None:
        """Say how many were too many."""
        if self.count > MOST_FIGURES:
            print(f"… and {self.count - MOST_FIGURES} more figures, which are not shown")


def drawn(figure: Any) -> tuple[str, str]:
    """A figure's drawing for the light page and for the dark one."""
    from website import svg

    file = io.StringIO()
    figure.savefig(file, format="svg", metadata={"Date": None})
    return file.getvalue(), svg.darkened(file.getvalue())


def close_figures() -> None:
    """Forget all figures of pyplot."""
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close("all")


gallery = Gallery(lambda *_: None)
