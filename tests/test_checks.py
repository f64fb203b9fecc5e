"""Argument checks: every message names the argument, what was wanted and what came."""

import inspect
from collections.abc import Callable

import numpy as np
import pytest
import torch

from nnref import _checks

ONES = np.ones((2, 3))
RAGGED = "ValueError: `x` must be rectangular, got"
MASKED = (
    "TypeError: `x` must hold no masked entries (fill them with `filled` or drop them with"
    " `compressed`), got"
)

REFUSED: dict[Callable[..., object], list[tuple[tuple[object, ...], str]]] = {
    _checks.array: [
        (([[1, 2], [3]], "x"), f"{RAGGED} rows of length 2 and 1 on axis 1"),
        (([[[1], [2]], [[3], []]], "x"), f"{RAGGED} rows of length 1 and 0 on axis 2"),
        (([[1, 2], 3], "x"), f"{RAGGED} lists beside single values on axis 0"),
        (([[1, [2]], [3, 4]], "x"), f"{RAGGED} lists beside single values on axis 1"),
        (([np.ones(2), (3,)], "x"), f"{RAGGED} rows of length 2 and 1 on axis 1"),
        (([torch.ones(2), torch.ones(3)], "x"), f"{RAGGED} rows of length 2 and 3 on axis 1"),
        (("0.5", "x"), "TypeError: `x` must hold real numbers or bools, got <U3"),
        ((None, "x"), "TypeError: `x` must hold real numbers or bools, got object"),
        (([1j], "x"), "TypeError: `x` must hold real numbers or bools, got complex128"),
        (([2**70], "x"), "TypeError: `x` must hold real numbers or bools, got object"),
        (
            (np.ones(2, "M8[s]"), "x"),
            "TypeError: `x` must hold real numbers or bools, got datetime64[s]",
        ),
        ((np.ma.array([1, 2, 9], mask=[0, 1, 1]), "x"), f"{MASKED} 2"),
        (([[1, 2], [np.ma.masked, 4]], "x"), f"{MASKED} 1"),
        (([np.ma.array([1, 2], mask=[0, 1]), np.ones(2)], "x"), f"{MASKED} 1"),
    ],
    _checks.floating: [
        (
            (np.ones(2, np.float16), "x"),
            "TypeError: `x` must hold float32, float64, integers or bools, got float16",
        ),
    ],
    _checks.like: [
        ((np.ones(3), "upstream", ONES), "ValueError: `upstream` must have shape (2, 3), got (3,)"),
    ],
    _checks.in_dtype_of: [
        (
            (ONES, np.ones(2, np.float16), "b"),
            "TypeError: `b` must hold float32, float64, integers or bools, got float16",
        ),
    ],
    _checks.integer: [
        ((1.0, "n"), "TypeError: `n` must be an integer, got float"),
        ((True, "n"), "TypeError: `n` must be an integer, got bool"),
        ((np.True_, "n"), "TypeError: `n` must be an integer, got bool"),
        ((0, "n", 1), "ValueError: `n` must be at least 1, got 0"),
    ],
    _checks.number: [
        (("1", "a"), "TypeError: `a` must be a number, got str"),
        ((True, "a"), "TypeError: `a` must be a number, got bool"),
        ((ONES, "a"), "TypeError: `a` must be a number, got ndarray"),
        ((0, "a", "(0, 1]"), "ValueError: `a` must be in (0, 1], got 0"),
        ((1.5, "a", "(0, 1]"), "ValueError: `a` must be in (0, 1], got 1.5"),
        ((1, "a", "[0, 1)"), "ValueError: `a` must be in [0, 1), got 1"),
        ((np.nan, "a", "[0, inf)"), "ValueError: `a` must be in [0, inf), got nan"),
        (
            (1e-46, "a", "(0, inf)", np.dtype(np.float32)),
            "ValueError: `a` must be in (0, inf) for float32, got 1e-46",
        ),
        (
            (1 - 1e-9, "a", "[0, 1)", np.dtype(np.float32)),
            "ValueError: `a` must be in [0, 1) for float32, got 0.999999999",
        ),
        (
            (1e39, "a", "(0, inf)", np.dtype(np.float32)),
            "ValueError: `a` must be in (0, inf) for float32, got 1e+39",
        ),
        (
            (10**309, "a", "(0, inf)"),
            f"ValueError: `a` must be in (0, inf) for float64, got {10**309}",
        ),
    ],
    _checks.labels: [
        ((["a"], 4), "TypeError: `labels` must hold real numbers or bools, got <U1"),
        (([0.0, 1.0], 4), "TypeError: `labels` must be integers, got float64"),
        (([True], 4), "TypeError: `labels` must be integers, got bool"),
        (([3, 4, 5], 4), "ValueError: `labels` must be in [0, 4), got 4"),
        (([3, -1], 4), "ValueError: `labels` must be in [0, 4), got -1"),
    ],
    _checks.shape: [
        ((ONES, "x", (3, 2)), "ValueError: `x` must have shape (3, 2), got (2, 3)"),
    ],
    _checks.unit_interval: [
        ((ONES * 1.5, "p"), "ValueError: `p` must be in [0, 1], got 1.5"),
        ((-ONES, "p"), "ValueError: `p` must be in [0, 1], got -1.0"),
    ],
    _checks.zero_or_one: [
        ((ONES / 2, "mask"), "ValueError: `mask` must be 0 or 1, got 0.5"),
        ((ONES * np.nan, "mask"), "ValueError: `mask` must be 0 or 1, got nan"),
    ],
    _checks.finite: [
        ((np.array([1, np.inf]), "x"), "ValueError: `x` must be finite, got inf"),
    ],
    _checks.rows: [
        ((ONES, "x", 4), "ValueError: `x` must have shape (N, 4), got (2, 3)"),
        ((ONES[0], "x", 3), "ValueError: `x` must have shape (N, 3), got (3,)"),
    ],
    _checks.class_scores: [
        (
            (ONES[0],),
            "ValueError: `logits` must have shape (N, C) with at least one class, got (3,)",
        ),
        (
            (ONES[:, :0],),
            "ValueError: `logits` must have shape (N, C) with at least one class, got (2, 0)",
        ),
    ],
    _checks.class_weights: [
        (([1, 2], ONES), "ValueError: `class_weights` must have shape (3,), got (2,)"),
        (([1, 2, -1], ONES), "ValueError: `class_weights` must be in [0, inf), got -1.0"),
        (([1, 2, np.inf], ONES), "ValueError: `class_weights` must be in [0, inf), got inf"),
        (([1, 2, np.nan], ONES), "ValueError: `class_weights` must be in [0, inf), got nan"),
        (
            ([0, 0, 0], ONES),
            "ValueError: `class_weights` must hold a weight above 0, got only zeros",
        ),
    ],
    _checks.labeled_scores: [
        ((ONES, [0], None), "ValueError: `labels` must have shape (2,), got (1,)"),
        ((ONES, [[0], [1]], None), "ValueError: `labels` must have shape (2,), got (2, 1)"),
    ],
    _checks.function: [
        ((None, "loss"), "TypeError: `loss` must be a function, got NoneType"),
    ],
    _checks.generator: [
        ((7,), "TypeError: `rng` must be a numpy.random.Generator, got int"),
    ],
    _checks.boxes: [
        ((ONES, "boxes"), "ValueError: `boxes` must have shape (N, 4), got (2, 3)"),
        (([0, 0, 1, 1], "boxes"), "ValueError: `boxes` must have shape (N, 4), got (4,)"),
        (([[0, 0, np.nan, 1]], "boxes"), "ValueError: `boxes` must be finite, got nan"),
        (
            ([[2, 0, 1, 1]], "boxes"),
            "ValueError: `boxes` must have x1 <= x2 and y1 <= y2, got [2.0, 0.0, 1.0, 1.0]",
        ),
        (
            ([[0, 2, 1, 1]], "boxes"),
            "ValueError: `boxes` must have x1 <= x2 and y1 <= y2, got [0.0, 2.0, 1.0, 1.0]",
        ),
    ],
    _checks.axes_of: [
        (("0", ONES), "TypeError: `axes` must be an integer or a tuple of integers, got str"),
        ((1.0, ONES), "TypeError: `axes` must be an integer or a tuple of integers, got float"),
        ((True, ONES), "TypeError: `axes` must be an integer, got bool"),
        (((0, 1.0), ONES), "TypeError: `axes` must be an integer, got float"),
        (
            ((0, -2), ONES),
            "ValueError: `axes` must name different axes of shape (2, 3), got (0, -2)",
        ),
        (((), ONES), "ValueError: `axes` must name different axes of shape (2, 3), got ()"),
        (((0, 2), ONES), "ValueError: `axes` must be in [-2, 2) for shape (2, 3), got 2"),
        ((2, ONES, "axis"), "ValueError: `axis` must be in [-2, 2) for shape (2, 3), got 2"),
        ((-3, ONES, "axis"), "ValueError: `axis` must be in [-2, 2) for shape (2, 3), got -3"),
        ((0, np.float64(1)), "ValueError: `axes` must name an axis for shape (), got 0"),
    ],
}


@pytest.mark.parametrize(
    ("check", "arguments", "error"),
    [(check, *case) for check, cases in REFUSED.items() for case in cases],
)
def test_bad_input_is_refused_with_an_exact_message(
    check: Callable[..., object], arguments: tuple[object, ...], error: str
) -> None:
    with pytest.raises((TypeError, ValueError)) as caught:
        check(*arguments)
    assert f"{caught.type.__name__}: {caught.value}" == error


def test_every_check_has_a_refusal() -> None:
    functions = inspect.getmembers(_checks, inspect.isfunction)
    assert set(REFUSED) == {check for name, check in functions if not name.startswith("_")}


def test_dtypes_are_kept_or_become_float64() -> None:
    for dtype in (np.float32, np.float64):
        assert _checks.floating(np.ones(2, dtype), "x").dtype == dtype
    for dtype in (bool, np.int8, np.uint64):
        assert _checks.floating(np.ones(2, dtype), "x").dtype == np.float64
    swapped = _checks.floating(np.array([1.5], ">f4"), "x")
    assert (swapped.dtype, swapped.dtype.isnative) == (np.float32, True)


def test_good_arrays_are_not_copied() -> None:
    assert _checks.floating(ONES, "x") is ONES or np.shares_memory(
        _checks.floating(ONES, "x"), ONES
    )
    assert np.shares_memory(_checks.like(ONES, "g", ONES), ONES)


def test_like_rounds_to_the_other_dtype_without_a_warning() -> None:
    x = np.zeros(3, np.float32)
    with np.errstate(all="raise"):
        assert _checks.like([1e300, 1e-300, 1], "g", x).tolist() == [np.inf, 0, 1]


def test_axes_are_counted_from_the_front() -> None:
    assert [_checks.axes_of(axis, ONES) for axis in (-2, -1, 0, 1)] == [(0,), (1,), (0,), (1,)]
    assert _checks.axes_of(np.int8(-1), ONES) == (1,)
    assert _checks.axes_of([-1, 0], ONES) == (1, 0)


def test_an_interval_contains_its_square_ends() -> None:
    assert _checks.number(1, "a", "(0, 1]") == _checks.number(np.float32(1), "a", "[1, 2)") == 1
    assert type(_checks.number(np.float32(1), "a")) is float


def test_a_number_is_kept_and_0_where_it_rounds_to_0() -> None:
    assert _checks.number(0.1, "a", "[0, 1)", np.dtype(np.float32)) == 0.1
    assert _checks.number(1e-46, "a", "[0, 1)", np.dtype(np.float32)) == 0
    assert _checks.number(1e-46, "a", "[0, 1)") == 1e-46


def test_masked_arrays_without_a_masked_entry_pass() -> None:
    assert _checks.floating(np.ma.array([1.0, 2.0]), "x").tolist() == [1, 2]
    assert _checks.array([np.ma.array([1, 2], mask=False)], "x").tolist() == [[1, 2]]
    filled = np.ma.array([1.0, 2.0], mask=[0, 1]).filled(7)
    assert _checks.floating(filled, "x").tolist() == [1, 7]


def test_good_labels_and_scores_pass() -> None:
    assert _checks.labels([], 4).dtype.kind == "i"
    assert _checks.labels(np.array([0, 3], np.uint8), 4).tolist() == [0, 3]
    scores, labels, weights = _checks.labeled_scores(np.ones((2, 3), np.float32), [0, 2], None)
    assert (scores.dtype, labels.tolist(), weights.dtype) == (np.float32, [0, 2], np.float32)
    assert weights.tolist() == [1, 1, 1]
    assert _checks.class_weights([0, 2, 5], scores).tolist() == [0, 2, 5]


def test_edges_of_ranges_pass() -> None:
    _checks.unit_interval(np.array([0, 1, np.nan]), "p")
    _checks.zero_or_one(np.array([0.0, 1.0]), "mask")
    _checks.finite(ONES, "x")
    assert _checks.rows(ONES, "x", 3).shape == (2, 3)
    assert _checks.integer(1, "n", 1) == 1
    assert _checks.boxes([[1, 2, 1, 2]], "boxes").tolist() == [[1, 2, 1, 2]]
    assert _checks.boxes(np.ones((0, 4)), "boxes").shape == (0, 4)
    rng = np.random.default_rng(1)
    assert _checks.generator(rng) is rng
