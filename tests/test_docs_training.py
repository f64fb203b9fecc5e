"""The page on PyTorch: two trainings with the same losses, and a record that is not stale."""

import json

import numpy as np
import pytest

from accuracy import TRAINING
from checks import study
from oracles import training

RECORD = {name: np.array(losses) for name, losses in json.loads(TRAINING.read_text()).items()}


@pytest.mark.parametrize("seed", training.SEEDS)
def test_both_have_the_same_loss_at_every_step(seed: int) -> None:
    ours, theirs = training.in_nnref(seed)[1], training.in_torch(seed)
    np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=0)
    assert np.mean(ours[-20:]) < ours[0] / 4  # it learns


def test_another_rate_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = training.in_nnref(0)[1]
    monkeypatch.setattr(training, "LEARNING_RATE", training.LEARNING_RATE * (1 + 1e-7))
    assert not np.allclose(ours, training.in_torch(0), rtol=1e-10, atol=0)


@pytest.mark.parametrize("seed", training.SEEDS)
def test_the_record_is_what_is_measured_again(seed: int) -> None:
    np.testing.assert_allclose(RECORD["nnref"][seed], training.in_nnref(seed)[1], rtol=1e-9)
    np.testing.assert_allclose(RECORD["torch"][seed], training.in_torch(seed), rtol=1e-9)


def test_the_record_has_every_seed_and_step() -> None:
    for library in ("nnref", "torch"):
        assert RECORD[library].shape == (len(training.SEEDS), training.EPOCHS * 10)
    assert RECORD["apart"].shape == (len(training.SEEDS), training.EPOCHS)
    assert (RECORD["apart"] < 1e-13).all()


def test_the_record_keeps_ten_digits_which_are_those_of_every_processor() -> None:
    for library in ("nnref", "torch"):
        for losses in RECORD[library].tolist():
            assert losses == [float(f"{loss:.10g}") for loss in losses]


def test_it_is_the_training_of_the_study() -> None:
    names = study.names("train")
    x, labels = names["welds"](0)[0]
    model = names["train"](x, labels, 0)
    twin, _ = training.in_nnref(0)
    for ours, its in zip(twin.parameters(), model.parameters(), strict=True):
        assert ours.value.tobytes() == its.value.tobytes()
