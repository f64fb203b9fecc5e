"""Areas of boxes and measures of overlap: by hand, cell by cell, over the whole float range."""

import re
from collections.abc import Callable
from typing import Any

import naive
import numpy as np
import pytest
from corners import boxes_of_any_size
from numpy.typing import NDArray

from nnref import _boxes, boxes

Floats = NDArray[np.floating]

AREAS = (boxes.intersection, boxes.union, boxes.enclosing_area)
RATIOS = (boxes.iou, boxes.giou, boxes.diou, boxes.ciou)
PAIRED = AREAS + RATIOS
EVERY = (*PAIRED, boxes.pairwise_iou)

by_dtype = pytest.mark.parametrize("dtype", [np.float32, np.float64])
paired = pytest.mark.parametrize("function", PAIRED)
ratio = pytest.mark.parametrize("function", RATIOS)


def random_boxes(count: int, seed: int, size: int = 9) -> NDArray[np.int64]:
    """Return boxes of whole numbers, some without area."""
    corners = np.random.default_rng(seed).integers(0, size, (count, 2, 2))
    return np.sort(corners, axis=1).reshape(count, 4)


def test_area_by_hand() -> None:
    assert boxes.area([[1, 2, 5, 9], [-3, -2, 1, 0.5], [2, 1, 2, 6]]).tolist() == [28, 10, 0]


# a, b, intersection, union, enclosing area; IoU, GIoU, DIoU
BY_HAND = {
    "overlapping": ([2, 1, 6, 4], [3, 2, 8, 9], 6, 41, 48, 6 / 41, 6 / 41 - 7 / 48, None),
    "equal": ([2, 1, 6, 4], [2, 1, 6, 4], 12, 12, 12, 1, 1, 1),
    "nested": ([0, 0, 8, 4], [1, 1, 3, 2], 2, 32, 32, 1 / 16, 1 / 16, 1 / 16 - 4.25 / 80),
    "concentric": ([0, 0, 8, 4], [3, 1, 5, 3], 4, 32, 32, 1 / 8, 1 / 8, 1 / 8),
    "crossing": ([0, 2, 6, 3], [2, 0, 4, 7], 2, 18, 42, 1 / 9, 1 / 9 - 24 / 42, 1 / 9 - 1 / 85),
    "touching at an edge": ([0, 0, 2, 3], [2, 0, 6, 3], 0, 18, 18, 0, 0, -9 / 45),
    "touching at a corner": ([0, 0, 2, 3], [2, 3, 4, 6], 0, 12, 24, 0, -1 / 2, -13 / 52),
    "apart": ([0, 0, 1, 2], [4, 3, 5, 5], 0, 4, 25, 0, -21 / 25, -25 / 50),
    "apart along x": ([0, 0, 1, 2], [3, 0, 4, 2], 0, 4, 8, 0, -1 / 2, -9 / 20),
    "point in a box": ([3, 2, 3, 2], [0, 0, 6, 4], 0, 24, 24, 0, 0, 0),
    "line in a box": ([0, 2, 6, 2], [0, 0, 6, 4], 0, 24, 24, 0, 0, 0),
    "two points": ([0, 0, 0, 0], [3, 4, 3, 4], 0, 0, 12, 0, -1, -1),
    "the same point": ([3, 4, 3, 4], [3, 4, 3, 4], 0, 0, 0, 0, 0, 0),
    "lines on one line": ([0, 1, 4, 1], [2, 1, 6, 1], 0, 0, 0, 0, 0, -4 / 36),
}


@pytest.mark.parametrize("case", BY_HAND.values(), ids=BY_HAND)
def test_pairs_by_hand(case: tuple[Any, ...]) -> None:
    a, b, *wanted = case
    for function, value in zip((*AREAS, *RATIOS), wanted, strict=False):
        if value is not None:
            for first, second in ((a, b), (b, a)):
                got = function([first], [second])
                assert got == pytest.approx([value], rel=1e-15, abs=1e-16), function


def test_ciou_by_hand() -> None:
    v = 4 / np.pi**2 * np.arctan(3 / 4) ** 2  # atan 2 - atan 1/2 is atan 3/4
    wanted = 1 / 3 - 1 / 16 - v**2 / (1 - 1 / 3 + v)
    assert boxes.ciou([[0, 0, 4, 2]], [[0, 0, 2, 4]]) == pytest.approx([wanted], rel=1e-15)
    upright, lying = [[1, 0, 1, 4]], [[0, 0, 4, 0]]
    assert boxes.ciou(upright, lying) == pytest.approx([0 - 5 / 32 - 1 / 2], rel=1e-15)
    assert boxes.ciou([[1, 1, 1, 1]], lying) == boxes.diou([[1, 1, 1, 1]], lying)


@ratio
def test_a_ratio_equals_its_loop_twin(function: Callable[..., Floats]) -> None:
    a, b = random_boxes(300, seed=1), random_boxes(300, seed=2)
    twin = getattr(naive, function.__name__)
    wanted = [twin(first, second) for first, second in zip(a.tolist(), b.tolist(), strict=True)]
    for scale in (1, 1 / 3):
        np.testing.assert_allclose(function(a * scale, b * scale), wanted, rtol=1e-13, atol=1e-15)


def test_areas_equal_their_loop_twins() -> None:
    a, b = random_boxes(300, seed=1), random_boxes(300, seed=2)
    for first, second, overlap, union, around in zip(
        a.tolist(), b.tolist(), *(f(a, b) for f in AREAS), strict=True
    ):
        assert overlap == len(naive.cells(first) & naive.cells(second))
        assert union == len(naive.cells(first) | naive.cells(second))
        assert around == len(naive.cells(naive.hull(first, second)))


@ratio
def test_a_ratio_is_symmetric_and_within_its_bounds(function: Callable[..., Floats]) -> None:
    a, b = random_boxes(2000, seed=3) / 7, random_boxes(2000, seed=4) / 7
    values = function(a, b)
    np.testing.assert_allclose(values, function(b, a), rtol=1e-14, atol=1e-15)
    least = {"iou": 0, "giou": -1, "diou": -1, "ciou": -1.5}[function.__name__]
    assert least <= values.min()
    assert values.max() <= 1
    assert np.array_equal(function(a, a), ((a[:, 0] < a[:, 2]) & (a[:, 1] < a[:, 3])))


@by_dtype
@ratio
def test_a_power_of_two_as_unit_changes_no_digit(
    function: Callable[..., Floats], dtype: type[np.floating]
) -> None:
    a, b = (random_boxes(300, seed).astype(dtype) - 4 for seed in (5, 6))
    info = np.finfo(dtype)
    with np.errstate(all="raise"):
        values = function(a, b)
        for scale in (info.max / 8, info.tiny * 8, 2.0 ** (info.maxexp // 2)):
            unit = dtype(2.0 ** np.floor(np.log2(scale)))
            assert np.array_equal(function(a * unit, b * unit), values)


@by_dtype
@ratio
def test_no_warning_and_no_nan_over_the_whole_float_range(
    function: Callable[..., Floats], dtype: type[np.floating]
) -> None:
    every = boxes_of_any_size(dtype)
    with np.errstate(all="raise"):
        for shift in (0, 1, 13, 1000):
            assert np.isfinite(function(every, np.roll(every, shift, axis=0))).all()


@by_dtype
def test_pairwise_takes_the_whole_float_range_too(dtype: type[np.floating]) -> None:
    some = boxes_of_any_size(dtype)[::29]
    with np.errstate(all="raise"):
        values = boxes.pairwise_iou(some, some)
        assert np.array_equal(np.diag(values), boxes.iou(some, some))


@by_dtype
def test_boxes_of_any_size_are_equal_to_themselves(dtype: type[np.floating]) -> None:
    info = np.finfo(dtype)
    for side in (1e-4, info.smallest_subnormal * 4, info.tiny, info.max):
        box = np.array([[0, 0, side, side]], dtype)
        for function in RATIOS:
            assert function(box, box) == 1, (side, function)


def test_a_sliver_keeps_its_area() -> None:
    sliver = [[0, 0, 1e200, 1e-200]]
    assert boxes.iou(sliver, [[0, 0, 1e200, 2e-200]]) == pytest.approx([0.5], rel=1e-15)


def test_areas_beyond_the_float_range_are_refused() -> None:
    far = np.array([[0, 0, 1, 1e155]])
    message = "must be within ±3.4e+153 for an area, got 1e+155"
    with pytest.raises(ValueError, match=f"^`boxes` {re.escape(message)}$"):
        boxes.area(far)
    near = np.float32([[-4.5e18, -4.5e18, 4.5e18, 4.5e18]])
    for function in AREAS:
        with pytest.raises(ValueError, match=f"^`a` {re.escape(message)}$"):
            function(far, far)
        with pytest.raises(ValueError, match=f"^`b` {re.escape(message)}$"):
            function(far * 0, far)
        with np.errstate(all="raise"):
            assert np.isfinite(function(near, near)).all()


def test_areas_below_the_float_range_are_0_without_a_warning() -> None:
    speck = [[0, 0, 1e-200, 1e-200]]
    with np.errstate(all="raise"):
        assert boxes.area(speck) == 0
        for function in AREAS:
            assert function(speck, speck) == 0


def test_pairwise_is_each_with_each() -> None:
    a, b = random_boxes(3, seed=7), random_boxes(5, seed=8)
    values = boxes.pairwise_iou(a, b)
    assert values.shape == (3, 5)
    for n in range(3):
        for m in range(5):
            assert values[n, m] == boxes.iou(a[n : n + 1], b[m : m + 1])
    for n, m in [(0, 5), (3, 0), (0, 0)]:
        assert boxes.pairwise_iou(a[:n], b[:m]).shape == (n, m)


def test_blocks_leave_no_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    a, b = random_boxes(23, seed=9), random_boxes(23, seed=10)
    whole = [function(a, b) for function in (*RATIOS, boxes.pairwise_iou)]
    monkeypatch.setattr(_boxes, "_BLOCK", 7)
    for function, values in zip((*RATIOS, boxes.pairwise_iou), whole, strict=True):
        assert np.array_equal(function(a, b), values)
    assert np.array_equal(boxes.pairwise_iou(a, b[:3]), whole[-1][:, :3])


@by_dtype
@paired
def test_shape_dtype_and_untouched_inputs(
    function: Callable[..., Floats], dtype: type[np.floating]
) -> None:
    a, b = (random_boxes(5, seed).astype(dtype) for seed in (1, 2))
    for first, second in ((a, b), (a, b.astype(np.float64)), (np.asfortranarray(a), b[:, :])):
        locked = first.copy("K"), second.copy("K")
        for array in locked:
            array.setflags(write=False)
        values = function(*locked)
        assert (values.shape, values.dtype) == ((5,), dtype)
        assert np.array_equal(values, function(a, b))
        assert np.array_equal(locked[0], a)
    assert (function(a[:0], b[:0]).shape, function(a[:0], b[:0]).dtype) == ((0,), dtype)
    assert boxes.area(a).dtype == boxes.pairwise_iou(a, b.astype(np.float64)).dtype == dtype


@paired
def test_integers_count_as_float64(function: Callable[..., Floats]) -> None:
    a, b = random_boxes(5, seed=1), random_boxes(5, seed=2)
    assert function(a, b).dtype == np.float64
    assert np.array_equal(function(a.astype(np.uint8), b.tolist()), function(a, b))


WRONG: list[tuple[Any, type[Exception], str]] = [
    ([0, 0, 1, 1], ValueError, "must have shape (N, 4), got (4,)"),
    (np.zeros((2, 3)), ValueError, "must have shape (N, 4), got (2, 3)"),
    (np.zeros((2, 4, 1)), ValueError, "must have shape (N, 4), got (2, 4, 1)"),
    ([[2, 2, 0, 0]], ValueError, "must have x1 <= x2 and y1 <= y2, got [2.0, 2.0, 0.0, 0.0]"),
    ([[0, 0, 1, np.nan]], ValueError, "must be finite, got nan"),
    ([[-np.inf, 0, 1, 1]], ValueError, "must be finite, got -inf"),
    (np.zeros((1, 4), np.float16), TypeError, "must hold float32, float64, integers or bools"),
    ([["a", "b", "c", "d"]], TypeError, "must hold real numbers or bools"),
    ([[0, 0, 1, 1], [1]], ValueError, "must be rectangular"),
]


@pytest.mark.parametrize(("wrong", "error", "message"), WRONG)
def test_wrong_boxes_are_refused(wrong: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=f"^`boxes` {re.escape(message)}"):
        boxes.area(wrong)
    right = [[0, 0, 1, 1]]
    for function in EVERY:
        with pytest.raises(error, match=f"^`a` {re.escape(message)}"):
            function(wrong, right)
        if "shape" not in message or function is boxes.pairwise_iou:
            with pytest.raises(error, match=f"^`b` {re.escape(message)}"):
                function(right, wrong)


@pytest.mark.parametrize("function", EVERY)
def test_boxes_beyond_the_range_of_the_first_are_refused(function: Callable[..., Floats]) -> None:
    a, b = np.float32([[0, 0, 1, 1]]), [[0, 0, 1e300, 1e300]]
    with pytest.raises(ValueError, match=r"^`b` must be finite, got inf$"):
        function(a, b)


@paired
def test_pairs_are_never_broadcast(function: Callable[..., Floats]) -> None:
    message = re.escape("`b` must have shape (3, 4), got (1, 4)")
    with pytest.raises(ValueError, match=f"^{message}$"):
        function(random_boxes(3, seed=1), random_boxes(1, seed=1))
