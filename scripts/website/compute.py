"""Evaluate the answers of questions: a JSON list of expressions in, their values or errors out.

They know `np`, `math` and the modules of `nnref`. Runs in a process of its own, so that a live
server never computes with a module imported before the last edit.
"""

import json
import math
import sys

import numpy as np

import nnref


def value(expression: str) -> float | str:
    """The number that an expression gives, or in words why it gives none."""
    names = {name: getattr(nnref, name) for name in nnref.__all__}
    try:
        found = float(eval(expression, {"np": np, "math": math, **names}))  # noqa: S307 (the page's own)
    except Exception as error:  # noqa: BLE001 (whatever it raises, its author is told)
        return f"{type(error).__name__}: {error}"
    return found if math.isfinite(found) else f"it is {found}"


if __name__ == "__main__":
    print(json.dumps([value(each) for each in json.load(sys.stdin)]))
