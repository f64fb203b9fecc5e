"""The inspection desk: its record is what the study gives, its counts are those of the study."""

import json
import re

import numpy as np
import pytest

import desk
from checks import study
from figures import inspection_desk
from nnref import metrics
from website import ROOT

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
    assert set(study.names("threshold_costs")["THRESHOLDS"]) < set(limits)
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


def test_what_the_page_says_is_what_the_desk_shows() -> None:
    page = (ROOT / "docs" / "case-studies" / "inspection-desk.md").read_text(encoding="utf-8")
    told = re.sub(r"\s+|\.\.\.", "", page)
    limits, weights = RECORD["thresholds"], RECORD["weights"]

    def cheapest(weight: int, miss: float) -> float:
        costs = inspection_desk.matrices("validation", weight) * inspection_desk.bill(miss, 60, 40)
        return float(limits[costs.sum(axis=(1, 2)).argmin()])

    assert cheapest(1, 2000) == 0.036
    assert cheapest(1, 10000) == 0.0036
    assert cheapest(30, 2000) == 0.3
    for weight, limit, sets in [
        (1, 0.5, ("validation", "test")),
        (1, 0.036, ("validation", "test")),
        (30, 0.3, ("validation", "test")),
        (1, 0.0036, ("validation",)),
    ]:
        for welds in sets:
            found = inspection_desk.matrices(welds, weight)[limits.index(limit)].astype(int)
            assert str(found.tolist()).replace(" ", "") in told
    assert set(weights) == {1, 3, 10, 30, 100}
