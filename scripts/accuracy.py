"""Measure how accurate every activation, loss and gradient is, and record it for the site."""

import json
import math
from importlib.metadata import version

from exact import measure
from pipeline import accuracy

LIBRARIES = ("numpy", "scipy", "torch")


def main() -> None:
    """Write the record; it names versions, not machines."""
    record = {
        "functions": {
            name: {
                dtype: {library: rounded(error) for library, error in errors.items()}
                for dtype, errors in by_dtype.items()
            }
            for name, by_dtype in measure.figures().items()
        },
        "versions": {name: version(name).partition("+")[0] for name in LIBRARIES},
    }
    accuracy.RECORD.parent.mkdir(exist_ok=True)
    text = json.dumps(record, indent=1, sort_keys=True, allow_nan=False)
    accuracy.RECORD.write_text(f"{text}\n", encoding="utf-8")
    print(f"written to {accuracy.RECORD.relative_to(accuracy.ROOT)}")


def rounded(error: float) -> float | None:
    """Keep two digits, so that other processors change little; None is not finite."""
    return float(f"{round(error, 6):.2g}") if math.isfinite(error) else None


if __name__ == "__main__":
    main()
