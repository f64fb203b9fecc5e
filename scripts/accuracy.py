"""Measure how accurate each function and a whole training is, and record it for the site."""

import json
import math
from importlib.metadata import version
from pathlib import Path
from typing import Any

from oracles import measure, training
from website import ROOT, accuracy

TRAINING = ROOT / "docs" / "data" / "training.json"
LIBRARIES = ("numpy", "scipy", "torch")


def main() -> None:
    """Write the records."""
    write(TRAINING, training.figures())
    write(accuracy.RECORD, functions())


def functions() -> dict[str, Any]:
    """The errors of every function; the record names versions, not machines."""
    return {
        "functions": {
            name: {
                dtype: {library: rounded(error) for library, error in errors.items()}
                for dtype, errors in by_dtype.items()
            }
            for name, by_dtype in measure.figures().items()
        },
        "versions": {name: version(name).partition("+")[0] for name in LIBRARIES},
    }


def write(path: Path, record: dict[str, Any]) -> None:
    """Write a record; what it holds in one order."""
    path.parent.mkdir(exist_ok=True)
    text = json.dumps(record, indent=1, sort_keys=True, allow_nan=False)
    path.write_text(f"{text}\n", encoding="utf-8")
    print(f"written to {path.relative_to(ROOT)}")


def rounded(error: float) -> float | None:
    """Keep two digits, so that other processors change little; None is not finite."""
    return float(f"{round(error, 6):.2g}") if math.isfinite(error) else None


if __name__ == "__main__":
    main()
