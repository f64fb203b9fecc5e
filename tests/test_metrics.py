"""Metrics by hand, beside loops, and the bound on missed defects against exact sums."""

import math
import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import mpmath
import naive
import numpy as np
import pytest

from nnref import metrics

OF_CLASSES = (
    metrics.accuracy,
    metrics.precision,
    metrics.recall,
    metrics.f1_score,
    metrics.missed_defect_rate,
    metrics.false_alarm_rate,
)
OF_MASKS = (metrics.mask_iou, metrics.dice_coefficient)

of_classes = pytest.mark.parametrize("metric", OF_CLASSES)
of_masks = pytest.mark.parametrize("metric", OF_MASKS)


def classes(count: int = 200, kinds: int = 4) -> tuple[Any, Any]:
    """Return predictions and labels that agree more often than not."""
    rng = np.random.default_rng(1)
    labels = rng.integers(0, kinds, count)
    return np.where(rng.random(count) < 0.6, labels, rng.integers(0, kinds, count)), labels


def twin(metric: Callable[..., Any]) -> Callable[..., Any]:
    return getattr(naive, metric.__name__)


def test_confusion_matrix_by_hand() -> None:
    counts = metrics.confusion_matrix([0, 0, 2, 1, 1, 2], [0, 0, 0, 1, 2, 2], 4)
    assert counts.tolist() == [[2, 0, 1, 0], [0, 1, 0, 0], [0, 1, 1, 0], [0, 0, 0, 0]]
    assert counts.dtype == np.intp


def test_confusion_matrix_equals_its_loop_twin_and_holds_the_other_metrics() -> None:
    predictions, labels = classes()
    counts = metrics.confusion_matrix(predictions, labels, 4)
    assert counts.tolist() == naive.confusion_matrix(predictions, labels, 4)
    assert metrics.accuracy(predictions, labels) == counts.trace() / 200
    for k in range(4):
        right = counts[k, k]
        assert metrics.precision(predictions, labels, positive=k) == right / counts[:, k].sum()
        assert metrics.recall(predictions, labels, positive=k) == right / counts[k].sum()
    rates = metrics.missed_defect_rate, metrics.false_alarm_rate
    missed, alarms = (rate(predictions, labels, no_defect=2) for rate in rates)
    others = [0, 1, 3]
    assert missed == counts[others, 2].sum() / counts[others].sum()
    assert alarms == counts[2, others].sum() / counts[2].sum()


@of_classes
def test_a_metric_equals_its_loop_twin(metric: Callable[..., Any]) -> None:
    for kinds in (2, 4):
        predictions, labels = classes(kinds=kinds)
        wanted = twin(metric)(predictions.tolist(), labels.tolist())
        assert metric(predictions, labels) == pytest.approx(wanted, rel=1e-15)
        if metric in (metrics.precision, metrics.recall, metrics.f1_score):
            for k in range(kinds):
                wanted = twin(metric)(predictions.tolist(), labels.tolist(), k)
                assert metric(predictions, labels, positive=k) == pytest.approx(wanted, rel=1e-15)


def test_counts_by_hand() -> None:
    predictions, labels = [1, 1, 1, 0, 0, 0, 0], [1, 0, 0, 1, 0, 0, 0]  # TP 1, FP 2, FN 1
    values = [float(metric(predictions, labels)) for metric in OF_CLASSES]
    assert values == [4 / 7, 1 / 3, 1 / 2, 2 / 5, 1 / 2, 2 / 5]


def test_a_defect_taken_for_another_is_not_missed() -> None:
    assert metrics.missed_defect_rate([2, 3, 1], [1, 2, 3]) == 0
    assert metrics.recall([2, 3, 1], [1, 2, 3], positive=2) == 0


def test_with_two_classes_the_missed_defect_rate_is_one_less_the_recall() -> None:
    predictions, labels = classes(kinds=2)
    missed, recall = (f(predictions, labels) for f in (metrics.missed_defect_rate, metrics.recall))
    assert missed == pytest.approx(1 - recall, rel=1e-15)


# what makes a ratio undefined, and what it is one step before
UNDEFINED = [
    (metrics.accuracy, [], [], [1], [0], 0),
    (metrics.precision, [0, 0], [1, 0], [0, 1], [1, 0], 0),
    (metrics.recall, [1, 0], [0, 0], [0, 0], [1, 0], 0),
    (metrics.f1_score, [0, 0], [0, 0], [0, 1], [0, 0], 0),
    (metrics.missed_defect_rate, [1, 0], [0, 0], [1, 0], [0, 1], 1),
    (metrics.false_alarm_rate, [1, 0], [1, 1], [1, 0], [0, 1], 1),
]


@pytest.mark.parametrize(("metric", "p", "y", "next_p", "next_y", "value"), UNDEFINED)
def test_an_undefined_ratio_is_nan(
    metric: Callable[..., Any], p: Any, y: Any, next_p: Any, next_y: Any, value: float
) -> None:
    assert math.isnan(metric(p, y))
    assert math.isnan(twin(metric)(p, y))
    assert metric(next_p, next_y) == value


def bound(missed: int, total: int, confidence: float = 0.95) -> float:
    """Return the upper bound for so many misses among so many defects."""
    predictions, labels = np.ones(total, int), np.ones(total, int)
    predictions[:missed] = 0
    return metrics.missed_defect_rate(predictions, labels, confidence=confidence)


def test_no_miss_bounds_the_rate_as_published() -> None:
    assert [round(100 * float(bound(0, n)), 2) for n in (30, 100, 300)] == [9.5, 2.95, 0.99]
    for n in (1, 7, 30, 100, 300, 100_000):
        assert bound(0, n) == pytest.approx(-math.expm1(math.log(0.05) / n), rel=1e-12)


@pytest.mark.parametrize("confidence", [0.001, 0.5, 0.9, 0.95, 0.999])
@pytest.mark.parametrize(("missed", "total"), [(1, 2), (1, 100), (2, 3), (3, 300), (29, 30)])
def test_at_the_bound_so_few_misses_are_just_so_likely(
    missed: int, total: int, confidence: float
) -> None:
    rate = Fraction(float(bound(missed, total, confidence)))
    likely = sum(
        math.comb(total, i) * rate**i * (1 - rate) ** (total - i) for i in range(missed + 1)
    )
    assert float(likely) == pytest.approx(1 - confidence, rel=1e-12)


@pytest.mark.parametrize(("missed", "total"), [(5, 10), (40, 1000), (100, 4000)])
def test_the_bound_is_a_quantile_of_the_beta_distribution(missed: int, total: int) -> None:
    rate = mpmath.mpf(float(bound(missed, total)))
    below = mpmath.betainc(missed + 1, total - missed, 0, rate, regularized=True)
    assert float(below) == pytest.approx(0.95, rel=1e-9)


def test_the_bound_without_a_defect_or_without_a_find_is_1() -> None:
    assert bound(0, 0) == bound(1, 1) == bound(5, 5) == 1
    rate = metrics.missed_defect_rate([0, 1], [0, 0], confidence=0.95)
    assert rate == 1
    assert math.isnan(metrics.missed_defect_rate([0, 1], [0, 0]))


def test_the_bound_rises_with_the_misses_and_falls_with_the_defects() -> None:
    assert 0 < bound(0, 30) < bound(1, 30) < bound(2, 30) < 1
    assert bound(2, 300) < bound(2, 30)
    assert bound(2, 30, 0.9) < bound(2, 30, 0.99)
    with np.errstate(all="raise"):
        assert bound(20_000, 20_001) < 1


def test_the_bound_keeps_its_promise() -> None:
    rng, rate = np.random.default_rng(1), 0.07
    bounds = {k: bound(k, 60) for k in range(20)}
    held = np.mean([bounds[int(k)] >= rate for k in rng.binomial(60, rate, 4000)])
    assert held > 0.95 - 3 * math.sqrt(0.95 * 0.05 / 4000)


def test_masks_by_hand() -> None:
    predictions = [[[1, 1, 0], [0, 0, 0]], [[0, 0, 0], [0, 0, 0]], [[1, 0, 0], [0, 0, 0]]]
    masks = [[[0, 1, 1], [0, 0, 1]], [[0, 0, 0], [0, 0, 0]], [[0, 0, 0], [0, 0, 0]]]
    np.testing.assert_array_equal(metrics.mask_iou(predictions, masks), [1 / 4, np.nan, 0])
    np.testing.assert_array_equal(metrics.dice_coefficient(predictions, masks), [2 / 5, np.nan, 0])


@pytest.mark.parametrize("axes", [(-2, -1), (0, 2), (1,), [0, 1, 2], (2, 0)], ids=str)
@of_masks
def test_a_mask_metric_equals_its_loop_twin(metric: Callable[..., Any], axes: Any) -> None:
    rng = np.random.default_rng(2)
    predictions, masks = rng.integers(0, 2, (2, 5, 3, 7))
    predictions[0] = masks[0] = 0
    values = metric(predictions, masks, axes=axes)
    kept = [axis for axis in range(3) if axis not in [a % 3 for a in axes]]
    assert np.shape(values) == tuple((5, 3, 7)[axis] for axis in kept)
    for index in np.ndindex(np.shape(values)):
        pick = [slice(None)] * 3
        for axis, i in zip(kept, index, strict=True):
            pick[axis] = i
        p, y = (x[tuple(pick)].ravel().tolist() for x in (predictions, masks))
        np.testing.assert_allclose(values[index], twin(metric)(p, y), rtol=1e-14)


def test_dice_and_iou_rank_alike_and_dice_is_the_f1_score_of_the_pixels() -> None:
    predictions, masks = np.random.default_rng(3).integers(0, 2, (2, 5, 3, 7))
    iou, dice = (metric(predictions, masks) for metric in OF_MASKS)
    np.testing.assert_allclose(dice, 2 * iou / (1 + iou), rtol=1e-15)
    assert [metrics.f1_score(p, y) for p, y in zip(predictions, masks, strict=True)] == list(dice)


@of_masks
def test_masks_may_be_of_any_real_kind_and_are_not_changed(metric: Callable[..., Any]) -> None:
    predictions, masks = np.random.default_rng(3).integers(0, 2, (2, 5, 3, 7))
    wanted = metric(predictions, masks)
    assert (wanted.shape, wanted.dtype) == ((5,), np.float64)
    for kind in (bool, np.uint8, np.float16, np.float32):
        p, y = predictions.astype(kind), np.asfortranarray(masks.astype(kind))
        p.setflags(write=False)
        y.setflags(write=False)
        assert np.array_equal(metric(p, y), wanted)
    assert isinstance(metric(predictions[0], masks[0]), np.float64)
    assert metric(predictions[:0], masks[:0]).shape == (0,)
    assert np.isnan(metric(predictions[:, :0], masks[:, :0])).all()


@of_classes
def test_classes_may_be_bools_or_of_any_shape_and_are_not_changed(
    metric: Callable[..., Any],
) -> None:
    predictions, labels = classes(kinds=2)
    wanted = metric(predictions, labels)
    assert isinstance(wanted, np.float64)
    for kind in (bool, np.uint8, np.int8, np.uint64):
        p, y = predictions.astype(kind), labels.astype(kind)
        p.setflags(write=False)
        y.setflags(write=False)
        assert metric(p, y) == metric(p.reshape(4, 50), y.reshape(4, 50)) == wanted
        assert metrics.confusion_matrix(p, y, 2).sum() == 200
    assert math.isnan(metric([], []))


def test_many_classes_do_not_overflow_small_integers() -> None:
    labels = np.arange(100, dtype=np.uint8)
    assert np.array_equal(metrics.confusion_matrix(labels, labels, 100), np.eye(100))
    assert metrics.confusion_matrix([], [], 2).tolist() == [[0, 0], [0, 0]]


WRONG_CLASSES: list[tuple[Any, type[Exception], str]] = [
    ([0.0, 1.0], TypeError, "must be integers or bools, got float64"),
    (["crack", "none"], TypeError, "must hold real numbers or bools, got <U5"),
    ([0, -1], ValueError, "must be at least 0, got -1"),
    (np.array([0, 2**63], np.uint64), ValueError, "must be below 2**63, got 9223372036854775808"),
    ([[0, 1], [1]], ValueError, "must be rectangular, got rows of length 2 and 1 on axis 1"),
]


@pytest.mark.parametrize(("wrong", "error", "message"), WRONG_CLASSES)
@of_classes
def test_wrong_classes_are_refused(
    metric: Callable[..., Any], wrong: Any, error: type[Exception], message: str
) -> None:
    for name, arguments in (("predictions", (wrong, [0, 1])), ("labels", ([0, 1], wrong))):
        with pytest.raises(error, match=f"^`{name}` {re.escape(message)}$"):
            metric(*arguments)
        with pytest.raises(error, match=f"^`{name}` {re.escape(message)}$"):
            metrics.confusion_matrix(*arguments, 2)


@of_classes
def test_classes_are_never_broadcast(metric: Callable[..., Any]) -> None:
    for wrong in ([0], [[0], [1]]):
        message = re.escape(f"`labels` must have shape (2,), got {np.shape(wrong)}")
        with pytest.raises(ValueError, match=f"^{message}$"):
            metric([0, 1], wrong)


def test_wrong_options_are_refused() -> None:
    right = [0, 1], [0, 1]
    for predictions, labels, name in (([0, 2], [0, 1], "predictions"), ([0, 1], [0, 2], "labels")):
        with pytest.raises(ValueError, match=rf"^`{name}` must be in \[0, 2\), got 2$"):
            metrics.confusion_matrix(predictions, labels, 2)
    with pytest.raises(ValueError, match=r"^`num_classes` must be at least 1, got 0$"):
        metrics.confusion_matrix(*right, 0)
    with pytest.raises(TypeError, match=r"^`num_classes` must be an integer, got float$"):
        metrics.confusion_matrix(*right, 2.0)
    for metric in (metrics.precision, metrics.recall, metrics.f1_score):
        with pytest.raises(TypeError, match=r"^`positive` must be an integer, got str$"):
            metric(*right, positive="crack")
    for metric in (metrics.missed_defect_rate, metrics.false_alarm_rate):
        with pytest.raises(TypeError, match=r"^`no_defect` must be an integer, got float$"):
            metric(*right, no_defect=0.5)
    for confidence in (0, 1, -0.5, 95, np.nan):
        message = re.escape(f"`confidence` must be in (0, 1), got {confidence}")
        with pytest.raises(ValueError, match=f"^{message}$"):
            metrics.missed_defect_rate(*right, confidence=confidence)
    with pytest.raises(TypeError, match=r"^`confidence` must be a number, got str$"):
        metrics.missed_defect_rate(*right, confidence="95 %")


@of_masks
def test_wrong_masks_are_refused(metric: Callable[..., Any]) -> None:
    mask = np.zeros((2, 3))
    for p, y, name in ((mask + 0.7, mask, "predictions"), (mask, mask + 0.7, "masks")):
        with pytest.raises(ValueError, match=f"^`{name}` must be 0 or 1, got 0.7$"):
            metric(p, y)
    with pytest.raises(ValueError, match=r"^`masks` must have shape \(2, 3\), got \(1, 3\)$"):
        metric(mask, mask[:1])
    for p, y, name in ((mask * 1j, mask, "predictions"), (mask, mask * 1j, "masks")):
        with pytest.raises(TypeError, match=f"^`{name}` must hold real numbers or bools, got c"):
            metric(p, y)
    with pytest.raises(ValueError, match=r"^`axes` must be in \[-2, 2\) for"):
        metric(mask, mask, axes=(1, 2))
