"""Reductions: the mean, the sum, each loss, and what they refuse."""

import re

import numpy as np
import pytest

from nnref import _reduce

LOSSES = np.array([[1.0, 2.0, 6.0], [0.5, 0.25, 0.25]])


def test_the_mean_divides_by_the_number_of_losses_or_by_what_it_is_told() -> None:
    assert _reduce.reduce(LOSSES, "mean") == 10 / 6
    assert _reduce.reduce(LOSSES, "mean", 4.0) == 2.5


def test_the_sum_and_the_losses_themselves_take_no_divisor() -> None:
    assert _reduce.reduce(LOSSES, "sum", 4.0) == 10
    assert _reduce.reduce(LOSSES, "none", 4.0) is LOSSES


def test_only_a_mean_shares_the_gradient() -> None:
    assert [_reduce.reduce_grad(name, 8) for name in ("mean", "sum", "none")] == [0.125, 1, 1]


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_float32_losses_are_added_in_float64(reduction: str) -> None:
    total = _reduce.reduce(np.array([2**24, 1, 1], np.float32), reduction, 1.0)
    assert total == 2**24 + 2  # added in float32, each 1 is lost
    assert total.dtype == np.float32


def test_the_mean_of_huge_losses_is_finite_where_their_sum_is_not() -> None:
    assert _reduce.reduce(np.array([1e308, 1.5e308, 0.5e308]), "mean") == 1e308
    assert _reduce.reduce(np.array([1e308, 1.5e308, 0.5e308]), "sum") == np.inf
    assert _reduce.reduce(np.array([3e38, 3e38], np.float32), "mean") == np.float32(3e38)
    assert _reduce.reduce(np.array([3e38, 3e38], np.float32), "sum") == np.inf


def test_one_infinite_loss_makes_the_mean_infinite_and_nan_stays_nan() -> None:
    assert _reduce.reduce(np.array([1.0, np.inf]), "mean") == np.inf
    assert np.isnan(_reduce.reduce(np.array([1.0, np.nan]), "mean"))


def test_the_weights_are_added_up_and_a_mean_wants_one_above_0() -> None:
    assert _reduce.total_weight(np.array([0.5, 0.0, 2.0]), "mean") == 2.5
    assert _reduce.total_weight(np.array([2**24, 1, 1], np.float32), "mean") == 2**24 + 2
    assert _reduce.total_weight(np.zeros(3), "sum") == 0
    wanted = 'be above 0 for some class of the batch for a "mean", got only zeros there'
    with pytest.raises(ValueError, match=f"^{re.escape(f'`class_weights` must {wanted}')}$"):
        _reduce.total_weight(np.zeros(3), "mean")


@pytest.mark.parametrize("reduction", ["average", "", None, 0])
def test_an_unknown_reduction_is_refused(reduction: str) -> None:
    message = f'`reduction` must be "mean", "sum" or "none", got {reduction!r}'
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        _reduce.check(reduction, LOSSES, "logits")


def test_only_a_mean_refuses_an_empty_batch() -> None:
    empty = np.zeros((0, 3))
    _reduce.check("sum", empty, "logits")
    _reduce.check("none", empty, "logits")
    message = '`logits` must not be empty for a "mean", got shape (0, 3)'
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        _reduce.check("mean", empty, "logits")
