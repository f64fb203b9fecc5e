"""What the inspection desk knows: real scores of the study on rare defects, as counts.

Trains the networks of the study's first seed, one for each crack weight, and counts their welds by
what they are, by what they are called if not a crack, and by the threshold up to which they are
called a crack. `scripts/desk.py` writes the record.
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from checks import study
from nnref.activations import softmax
from website import ROOT

RECORD = ROOT / "docs" / "data" / "inspection_desk.json"
CRACK = 2
OTHERS = (0, 1, 3)  # what a weld is called if not a crack
STEPS = (*range(10, 17), *range(18, 32, 2), 33, 36, 40, 45, 50, 55, 60, 70, 80, 90)


def thresholds() -> list[float]:
    """0, and from 0.001 to 1 twenty-four a decade, those of the study among them."""
    return [0.0, *(float(f"{step}e-{k}") for k in (4, 3, 2) for step in STEPS), 1.0]


def scores() -> dict[str, list[tuple[Any, Any]]]:
    """Probabilities and labels of the validation and the test welds, for each weight."""
    names = study.names("decide")
    seed = names["SEEDS"][0]
    parts = names["welds"](seed)
    models = [
        names["train"](*parts[names["TRAIN"]], seed, class_weights=[1, 1, weight, 1])
        for weight in names["WEIGHTS"]
    ]
    return {
        name: [(softmax(model.forward(x)), labels) for model in models]
        for name, (x, labels) in zip(("validation", "test"), parts[1:], strict=True)
    }


def counted(p: Any, labels: Any) -> list[list[list[int]]]:
    """The welds between a threshold and the next, for each true class and likeliest other class."""
    limits = thresholds()
    other = np.where(np.arange(4) == CRACK, -1, p).argmax(axis=1)
    above = np.searchsorted(limits, p[:, CRACK], side="right") - 1
    return [
        [
            np.bincount(above[(labels == true) & (other == said)], minlength=len(limits)).tolist()
            for said in OTHERS
        ]
        for true in range(4)
    ]


def current() -> dict[str, Any]:
    """The record, as the study gives it now."""
    names = study.names("decide")
    found = {name: [counted(*each) for each in sets] for name, sets in scores().items()}
    return {"thresholds": thresholds(), "weights": list(names["WEIGHTS"]), **found}


if __name__ == "__main__":
    RECORD.write_text(json.dumps(current(), separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"written to {RECORD.relative_to(ROOT)}")
