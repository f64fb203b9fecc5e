"""The accuracy record on the site: complete, and no better than what is measured again."""

import math
import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from nnref import activations, boxes, losses
from oracles import measure
from website import ROOT, accuracy, markers, stage

Record = dict[str, Any]
CEILING = 32  # ε, for every loss and every gradient of one
HINT = "run `python3 scripts/dev.py accuracy`"
SHARE = 8  # one point in so many is measured again
PINS = (ROOT / "constraints.txt").read_text(encoding="utf-8")


def complaints(record: Record, sample: Record) -> Iterator[str]:
    """What the record lacks, has too much, or states clearly better than a sample shows."""
    for name in sorted(record.keys() ^ sample.keys()):
        yield f"{name}: only in the {'record' if name in record else 'sample'}; {HINT}"
    for name in sorted(record.keys() & sample.keys()):
        for dtype, errors in sample[name].items():
            stated = record[name].get(dtype, {})
            if stated.keys() != errors.keys():
                yield f"{name}, {dtype}: of {sorted(stated)}, not of {sorted(errors)}"
                continue
            for library, error in errors.items():
                if error > clearly_above(stated[library]):
                    yield f"{name}, {dtype}, {library}: {stated[library]}, but {error:.2g} is found"


def clearly_above(stated: float | None) -> float:
    """Leave room for another processor, whose libraries round otherwise."""
    return math.inf if stated is None else 2 * stated + 0.5


def too_far_off(found: Record) -> set[str]:
    """The losses whose error is above the ceiling in some dtype, or not finite."""
    return {
        name
        for name in found.keys() & set(losses.__all__)
        for errors in found[name].values()
        if errors["nnref"] is None or not errors["nnref"] <= CEILING
    }


@pytest.fixture(scope="module")
def sample() -> Record:
    return measure.figures(SHARE)


def test_the_record_holds_for_a_sample(sample: Record) -> None:
    assert list(complaints(accuracy.record()["functions"], sample)) == []


def test_every_activation_and_loss_is_measured(sample: Record) -> None:
    assert set(sample) == {*activations.__all__, *losses.__all__}


def test_no_loss_is_above_the_ceiling(sample: Record) -> None:
    assert too_far_off(accuracy.record()["functions"]) == too_far_off(sample) == set()


def test_a_loss_that_loses_its_digits_next_to_0_is_above_the_ceiling(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def naive(p: Any, t: Any, reduction: str) -> Any:
        assert reduction == "none"
        return 1 - boxes.iou(p, t)

    monkeypatch.setattr(losses, "iou_loss", naive)
    assert too_far_off(measure.figures(20)) == {"iou_loss"}


def test_the_record_names_the_installed_versions() -> None:
    for library, version in accuracy.record()["versions"].items():
        assert re.search(rf"^{library}=={re.escape(version)}$", PINS, re.MULTILINE), library


def test_a_sample_is_enough_to_see_an_error(sample: Record) -> None:
    assert sample["tanh_grad"]["float32"]["torch"] > accuracy.LOST["float32"]
    assert sample["sigmoid"]["float32"]["nnref"] > 0.5


def planted(sample: Record) -> dict[str, Record]:
    cases = {case: deepcopy(sample) for case in ("missing", "extra", "library", "better")}
    del cases["missing"]["tanh"]
    cases["extra"]["mish"] = sample["tanh"]
    del cases["library"]["tanh"]["float64"]["torch"]
    cases["better"]["huber_grad"]["float32"]["nnref"] = -0.5
    return cases


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ("missing", "tanh: only in the sample"),
        ("extra", "mish: only in the record"),
        ("library", "tanh, float64: of ['nnref'], not of ['nnref', 'torch']"),
        ("better", "huber_grad, float32, nnref: -0.5, but "),
    ],
)
def test_a_stale_record_is_found(sample: Record, case: str, said: str) -> None:
    assert not list(complaints(sample, sample))
    [found] = complaints(planted(sample)[case], sample)
    assert found.startswith(said)


def test_a_worse_implementation_is_found(sample: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    exact = losses.dice_loss
    monkeypatch.setattr(losses, "dice_loss", lambda *a, **k: exact(*a, **k) * (1 + 1e-6))
    worse = measure.figures(50)["dice_loss"]
    [_, _] = complaints({"dice_loss": sample["dice_loss"]}, {"dice_loss": worse})


# ---- the page


def test_a_table_shows_both_dtypes_of_each_library() -> None:
    found = {
        "tanh": {
            "float32": {"nnref": 1.5, "torch": 0.5},
            "float64": {"nnref": 0.0, "torch": None},
        },
        "dice_loss": {
            "float32": {"nnref": 1200.0, "formula": 8e6},
            "float64": {"nnref": 3.1e9, "formula": 4.0},
        },
    }
    rows = {
        "activations": "| [`tanh`][nnref.activations.tanh] | 1.5 / 0 | 0.5 / not finite |  |",
        "losses": "| [`dice_loss`][nnref.losses.dice_loss] "
        "| 1,200 / 3.1e9 | no digit\\* / 4\\* |  |",
    }
    for module, row in rows.items():
        table = accuracy.table({"functions": found}, module)
        assert table.replace("\u00a0", " ") == accuracy.HEAD + row


def test_the_page_shows_every_function_once() -> None:
    source = (ROOT / "docs" / "accuracy.md").read_text(encoding="utf-8")
    page = markers.expand(source, {"accuracy": stage.table})
    rows = re.findall(r"^\| \[`(\w+)`\]\[nnref\.\w+\.\1\]", page, re.MULTILINE)
    assert sorted(rows) == sorted([*activations.__all__, *losses.__all__])
    assert "[[accuracy" not in page
