"""The inspection desk: its record is what the study gives, its counts are those of the study."""

import json

import numpy as np
import pytest

import desk
from checks import study
from figures import inspection_desk
from nnref import metrics

RECORD = json.loads(desk.RECORD.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def scores() -> dict:
    return desk.scores()


def test_the_study_still_gives_the_recorded_scores(scores: dict) -> None:
    for welds, sets in scores.items():
        assert [desk.counted(*each) for each in sets] == RECORD[welds]
    assert RECORD["thresholds"] == desk.thresholds()
    assert RECORD["weights"] == list(study.names("decide")["WEIGHTS"])


def test_the_thresholds_of_the_study_are_on_the_desk() -> None:
    limits = RECORD["thresholds"]
    assert set(study.names("decide")["THRESHOLDS"]) < set(limits)
    assert limits == sorted(set(limits))


@pytest.mark.parametrize("welds", ["validation", "test"])
def test_a_matrix_of_the_desk_is_that_of_the_studys_decisions(scores: dict, welds: str) -> None:
    names = study.names("decide")
    for weight, (p, labels) in zip(RECORD["weights"], scores[welds], strict=True):
        found = inspection_desk.matrices(welds, weight)
        for at in (0, 1, 30, len(found) - 1):
            said = names["decide"](p, RECORD["thresholds"][at])
            np.testing.assert_array_equal(found[at], metrics.confusion_matrix(said, labels, 4))


def test_its_prices_are_those_of_the_study() -> None:
    prices = study.names("cost")["COST"]
    np.testing.assert_array_equal(inspection_desk.bill(2000, 60, 40), prices)
