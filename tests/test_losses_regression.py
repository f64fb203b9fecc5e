"""Regression losses: by hand, by a loop, by PyTorch, at their kinks and limits."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812 - PyTorch's own name for it
from numpy.typing import NDArray

from nnref import losses
from nnref.losses import (
    huber,
    huber_grad,
    mean_absolute_error,
    mean_absolute_error_grad,
    mean_squared_error,
    mean_squared_error_grad,
    smooth_l1,
    smooth_l1_grad,
)
from oracles.losses import LOSSES, drawn_from, measurements

Floats = NDArray[np.floating]

RNG = np.random.default_rng(43)
X, Y = RNG.normal(0, 2, (5, 3, 7)), RNG.normal(0, 2, (5, 3, 7))
ERRORS = np.array([-2.0, -0.5, 0.0, 0.25, 0.5, 3.0])


@pytest.mark.parametrize(
    ("loss", "options", "values"),
    [
        (mean_squared_error, {}, [4, 0.25, 0, 0.0625, 0.25, 9]),
        (mean_absolute_error, {}, [2, 0.5, 0, 0.25, 0.5, 3]),
        (smooth_l1, {"beta": 0.5}, [1.75, 0.25, 0, 0.0625, 0.25, 2.75]),
        (smooth_l1, {"beta": 0}, [2, 0.5, 0, 0.25, 0.5, 3]),
        (huber, {"delta": 0.5}, [0.875, 0.125, 0, 0.03125, 0.125, 1.375]),
    ],
)
def test_values_by_hand(
    loss: Callable[..., Any], options: dict[str, float], values: list[float]
) -> None:
    assert loss(ERRORS + 8, np.full(6, 8), reduction="none", **options).tolist() == values


@pytest.mark.parametrize(
    ("grad", "options", "slopes"),
    [
        (mean_squared_error_grad, {}, [-4, -1, 0, 0.5, 1, 6]),
        (mean_absolute_error_grad, {}, [-1, -1, 0, 1, 1, 1]),
        (smooth_l1_grad, {"beta": 0.5}, [-1, -1, 0, 0.5, 1, 1]),
        (smooth_l1_grad, {"beta": 0}, [-1, -1, 0, 1, 1, 1]),
        (huber_grad, {"delta": 0.5}, [-0.5, -0.5, 0, 0.25, 0.5, 0.5]),
    ],
)
def test_gradients_by_hand(
    grad: Callable[..., Any], options: dict[str, float], slopes: list[float]
) -> None:
    assert grad(ERRORS + 8, np.full(6, 8), reduction="sum", **options).tolist() == slopes


NAMES = drawn_from(measurements)
BENDS = {
    "smooth_l1": [{"beta": beta} for beta in (0.0, 1e-3, 0.5, 1.0, 3.0, 1e3)],
    "huber": [{"delta": delta} for delta in (1e-3, 0.5, 1.0, 3.0, 1e3)],
}
CASES = [(name, options) for name in NAMES for options in BENDS.get(name, [LOSSES[name].options])]
each_case = pytest.mark.parametrize(("name", "options"), CASES)


@each_case
def test_the_loop_gives_the_same(name: str, options: dict[str, float]) -> None:
    np.testing.assert_allclose(
        getattr(losses, name)(X, Y, reduction="none", **options).ravel(),
        LOSSES[name].loop(X.ravel(), Y.ravel(), **options),
    )


HARD_CASES = [
    (X, Y),
    (X, X),
    (np.array([1e4, -1e4, 0, 0.5, -0.5]), np.zeros(5)),
    (np.array([[2.5]]), np.array([[1.0]])),
]


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize(("x", "y"), HARD_CASES)
@each_case
def test_as_pytorch(
    name: str, options: dict[str, float], x: Floats, y: Floats, reduction: str
) -> None:
    predictions = torch.from_numpy(x).requires_grad_()
    theirs = LOSSES[name].torch
    loss = theirs(predictions, torch.from_numpy(y), reduction=reduction, **options)
    (slope,) = torch.autograd.grad(loss, predictions)
    value, grad = getattr(losses, name), getattr(losses, f"{name}_grad")
    ours = value(x, y, reduction=reduction, **options)
    np.testing.assert_allclose(ours, loss.detach().numpy(), rtol=1e-10)
    np.testing.assert_allclose(
        grad(x, y, reduction=reduction, **options), slope.numpy(), rtol=1e-10
    )


def test_huber_is_delta_times_smooth_l1() -> None:
    for delta in (0.5, 3.0):
        np.testing.assert_allclose(huber(X, Y, delta=delta), delta * smooth_l1(X, Y, beta=delta))
        np.testing.assert_allclose(
            huber_grad(X, Y, delta=delta), delta * smooth_l1_grad(X, Y, beta=delta)
        )


def test_a_large_delta_gives_half_the_squared_error() -> None:
    np.testing.assert_allclose(huber(X, Y, delta=1e9), mean_squared_error(X, Y) / 2)


def test_beta_toward_0_goes_to_the_absolute_error() -> None:
    expected = mean_absolute_error(X, Y, reduction="none")
    assert np.array_equal(smooth_l1(X, Y, beta=0, reduction="none"), expected)
    for beta in (1e-12, 1e-300):
        np.testing.assert_allclose(smooth_l1(X, Y, beta=beta, reduction="none"), expected)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_large_error_is_not_squared_on_the_way(dtype: type[np.floating]) -> None:
    far = np.array([np.finfo(dtype).max / 4])
    for loss in (smooth_l1, huber):
        np.testing.assert_allclose(loss(far.astype(dtype), [0]), far[0], rtol=1e-6)


def test_a_bend_below_the_range_of_float32_is_0() -> None:
    x = np.array([0.5, 0, -3], np.float32)
    for beta in (1e-46, 1e-300):
        assert smooth_l1(x, np.zeros(3), beta=beta, reduction="none").tolist() == [0.5, 0, 3]
        assert smooth_l1_grad(x, np.zeros(3), beta=beta, reduction="sum").tolist() == [1, 0, -1]


def test_the_square_of_the_largest_floats_is_infinite_without_a_warning() -> None:
    assert mean_squared_error([1e200], [-1e200]) == np.inf
    assert mean_absolute_error([1.5e308], [-1.5e308]) == np.inf


def test_pytorch_broadcasts_a_column_against_a_row_and_we_refuse() -> None:
    column, row = torch.arange(4.0)[:, None], torch.arange(4.0)
    with pytest.warns(UserWarning, match="broadcasting"):
        assert F.mse_loss(column, row).item() == 2.5
    for function in (mean_squared_error, mean_squared_error_grad):
        with pytest.raises(ValueError, match=r"`targets` must have shape \(4, 1\), got \(4,\)"):
            function(column.numpy(), row.numpy())


def test_the_square_ends_at_1_unless_told_otherwise() -> None:
    for loss in (smooth_l1, huber):
        assert loss([3.0], [0.0]) == 2.5
    for grad in (smooth_l1_grad, huber_grad):
        assert grad([1.5], [0.0]) == 1
