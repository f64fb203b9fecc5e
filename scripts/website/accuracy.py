"""The tables of the accuracy page, from what `dev.py accuracy` has recorded."""

import json
from typing import Any

from website import ROOT, used

RECORD = ROOT / "docs" / "data" / "accuracy.json"
LOST = {"float32": 2.0**22, "float64": 2.0**51}  # half of 1/ε: as wrong as 0 would be, or nearly
HEAD = "| Function | nnref | PyTorch | SciPy |\n|---|---|---|---|\n"


def record() -> dict[str, Any]:
    """What was measured."""
    return json.loads(RECORD.read_text(encoding="utf-8"))


def table(found: dict[str, Any], module: str) -> str:
    """The functions of a module, one a row."""
    return HEAD + "\n".join(
        f"| [`{name}`][nnref.{module}.{name}] | {' | '.join(cells(by_dtype))} |"
        for name, by_dtype in found["functions"].items()
        if name in used.public(f"nnref.{module}")
    )


def cells(by_dtype: dict[str, dict[str, float | None]]) -> list[str]:
    """A cell for each library: float32, then float64."""
    return [
        " / ".join(
            readable(errors[library], dtype) + "\\*" * (library == "formula")
            for dtype, errors in by_dtype.items()
            for library in libraries
            if library in errors
        ).replace(" ", "\u00a0")
        for libraries in (("nnref",), ("torch", "formula"), ("scipy",))
    ]


def readable(error: float | None, dtype: str) -> str:
    """An error as people read it."""
    if error is None:
        return "not finite"
    if error >= LOST[dtype]:
        return "no digit"
    return f"{error:,g}" if error < 1e6 else f"{error:.1e}".replace("e+0", "e").replace("e+", "e")
