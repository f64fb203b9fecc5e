"""A page's console in the reader's browser: runs a block as a console would."""

import ast
import builtins
import linecache
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

BLOCK = "<example>"
MOST_FIGURES = 10  # of one run
PRINT_OPTIONS = np.get_printoptions()
ERROR_STATE = np.geterr()

names: dict[str, Any] = {}


def fresh() -> None:
    """Forget all names, and what a block has set."""
    names.clear()
    names.update({"__name__": "__main__", "__builtins__": builtins})
    np.set_printoptions(**PRINT_OPTIONS)
    np.seterr(**ERROR_STATE)


def run(code: str, show: Callable[[str, str], None]) -> tuple[str, int, bool]:
    """Run a block: the error it ended with, its line, and whether it was stopped; else nothing.

    Each statement runs on its own and its value is printed; a warning is among the output.
    """
    linecache.cache[BLOCK] = (len(code), None, code.splitlines(keepends=True), BLOCK)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.showwarning = told
            for statement in ast.parse(code, BLOCK).body:
                exec(compile(ast.Interactive([statement]), BLOCK, "single"), names)  # noqa: S102
        for drawing in figures():
            show(*drawing)
    except BaseException as error:  # noqa: BLE001 (a reader may raise anything)
        return (*described(error), isinstance(error, KeyboardInterrupt))
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return "", 0, False


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


def figures() -> Iterator[tuple[str, str]]:
    """What pyplot has drawn, for the light page and for the dark one."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if not pyplot:
        return
    import io

    from website import svg

    numbers = pyplot.get_fignums()
    try:
        for number in numbers[:MOST_FIGURES]:
            file = io.StringIO()
            pyplot.figure(number).savefig(file, format="svg", metadata={"Date": None})
            yield file.getvalue(), svg.darkened(file.getvalue())
    finally:
        pyplot.close("all")
    if len(numbers) > MOST_FIGURES:
        print(f"… and {len(numbers) - MOST_FIGURES} more figures, which are not shown")


fresh()
