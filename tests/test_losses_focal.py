"""Focal losses: by hand, by a loop, by PyTorch's autograd, and where p would fail."""

import math
import re
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from nnref import _formulas
from nnref.losses import (
    binary_cross_entropy_with_logits,
    binary_cross_entropy_with_logits_grad,
    binary_focal_loss_with_logits,
    binary_focal_loss_with_logits_grad,
    focal,
    focal_loss_with_logits,
    focal_loss_with_logits_grad,
    sparse_categorical_cross_entropy_with_logits,
    sparse_categorical_cross_entropy_with_logits_grad,
)
from oracles.losses import LOSSES

Floats = NDArray[np.floating]

RNG = np.random.default_rng(37)
LOGITS, TARGETS = RNG.normal(0, 3, (5, 3, 7)), RNG.integers(0, 2, (5, 3, 7))
ROWS, LABELS, WEIGHTS = RNG.normal(0, 3, (5, 3)), np.array([2, 0, 1, 1, 2]), [1.0, 2.0, 5.0]
GAMMAS = (0.0, 0.5, 1.0, 2.0)

by_gamma = pytest.mark.parametrize("gamma", GAMMAS)


def test_values_by_hand() -> None:
    losses = binary_focal_loss_with_logits([0, math.log(3)], [1, 0], reduction="none")
    np.testing.assert_allclose(losses, [0.25 * math.log(2), 0.5625 * math.log(4)])
    losses = focal_loss_with_logits([[0, 0], [0, math.log(3)]], [0, 0], reduction="none")
    np.testing.assert_allclose(losses, [0.25 * math.log(2), 0.5625 * math.log(4)])


def test_alpha_weighs_positives_and_its_rest_negatives() -> None:
    plain = binary_focal_loss_with_logits([0.3, 0.3], [1, 0], reduction="none")
    weighed = binary_focal_loss_with_logits([0.3, 0.3], [1, 0], alpha=0.25, reduction="none")
    np.testing.assert_allclose(weighed / plain, [0.25, 0.75])


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_gamma_0_is_cross_entropy(reduction: str) -> None:
    options = {"gamma": 0, "reduction": reduction}
    np.testing.assert_allclose(
        binary_focal_loss_with_logits(LOGITS, TARGETS, **options),
        binary_cross_entropy_with_logits(LOGITS, TARGETS, reduction=reduction),
    )
    np.testing.assert_allclose(
        binary_focal_loss_with_logits_grad(LOGITS, TARGETS, **options),
        binary_cross_entropy_with_logits_grad(LOGITS, TARGETS, reduction=reduction),
    )
    np.testing.assert_allclose(
        focal_loss_with_logits(ROWS, LABELS, class_weights=WEIGHTS, **options),
        sparse_categorical_cross_entropy_with_logits(
            ROWS, LABELS, class_weights=WEIGHTS, reduction=reduction
        ),
    )
    np.testing.assert_allclose(
        focal_loss_with_logits_grad(ROWS, LABELS, class_weights=WEIGHTS, **options),
        sparse_categorical_cross_entropy_with_logits_grad(
            ROWS, LABELS, class_weights=WEIGHTS, reduction=reduction
        ),
    )


@by_gamma
def test_two_classes_are_the_binary_case_of_their_difference(gamma: float) -> None:
    rows, labels = RNG.normal(0, 3, (7, 2)), np.array([0, 1, 1, 0, 1, 0, 0])
    difference = rows[:, 1] - rows[:, 0]
    np.testing.assert_allclose(
        focal_loss_with_logits(rows, labels, gamma=gamma),
        binary_focal_loss_with_logits(difference, labels, gamma=gamma),
    )
    np.testing.assert_allclose(
        focal_loss_with_logits_grad(rows, labels, gamma=gamma)[:, 1],
        binary_focal_loss_with_logits_grad(difference, labels, gamma=gamma),
    )


@by_gamma
def test_the_loop_gives_the_same(gamma: float) -> None:
    z, y = LOGITS.ravel().tolist(), TARGETS.ravel().tolist()
    for alpha in (None, 0.25):
        np.testing.assert_allclose(
            binary_focal_loss_with_logits(z, y, alpha=alpha, gamma=gamma, reduction="none"),
            LOSSES["binary_focal_loss_with_logits"].loop(z, y, alpha=alpha, gamma=gamma),
        )
    np.testing.assert_allclose(
        focal_loss_with_logits(ROWS, LABELS, class_weights=WEIGHTS, gamma=gamma, reduction="none"),
        LOSSES["focal_loss_with_logits"].loop(ROWS, LABELS, class_weights=WEIGHTS, gamma=gamma),
    )


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@by_gamma
def test_the_binary_loss_as_pytorch_derives_it(gamma: float, reduction: str) -> None:
    z = torch.from_numpy(LOGITS).requires_grad_()
    options = {"alpha": 0.25, "gamma": gamma, "reduction": reduction}
    theirs = LOSSES["binary_focal_loss_with_logits"].torch
    loss = theirs(z, torch.from_numpy(TARGETS * 1.0), **options)
    (grad,) = torch.autograd.grad(loss, z)
    assert_close(binary_focal_loss_with_logits(LOGITS, TARGETS, **options), loss)
    assert_close(binary_focal_loss_with_logits_grad(LOGITS, TARGETS, **options), grad)


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(
    ("rows", "labels"),
    [
        (ROWS, LABELS),
        (RNG.normal(size=(3, 5)), np.array([4, 0, 2])),
        (RNG.normal(size=(1, 7)), np.array([6])),
        (ROWS, np.full(5, 2)),
    ],
)
@by_gamma
def test_the_class_loss_as_pytorch_derives_it(
    gamma: float, rows: Floats, labels: Floats, weighted: bool, reduction: str
) -> None:
    z = torch.from_numpy(rows).requires_grad_()
    weights = np.arange(1, rows.shape[1] + 1.0) if weighted else np.ones(rows.shape[1])
    options = {"class_weights": weights, "gamma": gamma}
    theirs = LOSSES["focal_loss_with_logits"].torch
    total = theirs(z, torch.from_numpy(labels), "sum", **options)
    loss = total / weights[labels].sum() if reduction == "mean" else total
    (grad,) = torch.autograd.grad(loss, z)
    options["reduction"] = reduction
    assert_close(focal_loss_with_logits(rows, labels, **options), loss)
    assert_close(focal_loss_with_logits_grad(rows, labels, **options), grad)


def assert_close(ours: Floats, theirs: torch.Tensor) -> None:
    np.testing.assert_allclose(ours, theirs.detach().numpy(), rtol=1e-10, atol=1e-15)


@by_gamma
def test_the_tails_follow_their_limits(gamma: float) -> None:
    z = np.array([40.0, -1e4, 1e4])
    losses = binary_focal_loss_with_logits(z, [1, 1, 1], gamma=gamma, reduction="none")
    np.testing.assert_allclose(losses, [math.exp(-40 * (gamma + 1)), 1e4, 0], rtol=1e-13)
    grad = binary_focal_loss_with_logits_grad(z, [1, 1, 1], gamma=gamma, reduction="none")
    slope = -(gamma + 1) * math.exp(-40 * (gamma + 1))
    np.testing.assert_allclose(grad, [slope, -1, 0], rtol=1e-13)


def test_the_margin_keeps_what_the_probability_loses_in_float32() -> None:
    z, y, true = np.array([17], np.float32), [1], math.exp(-17 * 3)
    p = torch.sigmoid(torch.from_numpy(z))
    assert ((1 - p) ** 2 * -torch.log(p)).item() == 0
    np.testing.assert_allclose(binary_focal_loss_with_logits(z, y), true, rtol=1e-5)
    np.testing.assert_allclose(binary_focal_loss_with_logits_grad(z, y), -3 * true, rtol=1e-5)
    rows = np.array([[0, 17, -100]], np.float32)
    np.testing.assert_allclose(focal_loss_with_logits(rows, [1]), true, rtol=1e-5)
    np.testing.assert_allclose(focal_loss_with_logits_grad(rows, [1])[0, 1], -3 * true, rtol=1e-5)


def test_a_gamma_below_1_has_a_gradient_where_the_probability_rounds_to_1() -> None:
    z = torch.tensor([40.0], dtype=torch.float64, requires_grad=True)
    p = torch.sigmoid(z)
    through_p = ((1 - p) ** 0.5 * -torch.log(p)).sum()
    assert torch.autograd.grad(through_p, z)[0].isnan().all()
    grad = binary_focal_loss_with_logits_grad([40.0], [1], gamma=0.5)
    np.testing.assert_allclose(grad, -1.5 * math.exp(-60), rtol=1e-13)


def test_a_margin_far_below_0_does_not_lose_the_exponent() -> None:
    z = np.array([-1e4], np.float32)
    assert binary_focal_loss_with_logits(z, [1], gamma=2) == 1e4


def test_large_scores_keep_a_small_margin() -> None:
    rows = np.array([[4096.0, 4096.5, 0.0]], np.float32)
    near = np.array([[0.0, 0.5, -4096.0]], np.float32)
    assert focal_loss_with_logits(rows, [0]) == focal_loss_with_logits(near, [0])
    assert np.array_equal(
        focal_loss_with_logits_grad(rows, [0]), focal_loss_with_logits_grad(near, [0])
    )


def test_a_label_far_behind_does_not_blur_the_shares_of_the_others() -> None:
    rows = np.array([[-2000.3, 0.125, 0.75]], np.float32)
    _, *others = focal_loss_with_logits_grad(rows, [0])[0]
    np.testing.assert_allclose(others[0] / others[1], math.exp(-0.625), rtol=1e-6)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_among_the_lowest_scores_the_label_is_no_rival_of_itself(
    dtype: type[np.floating],
) -> None:
    grad = focal_loss_with_logits_grad(np.full((1, 3), np.finfo(dtype).min), [0], gamma=0.0)
    np.testing.assert_allclose(grad, [[-2 / 3, 1 / 3, 1 / 3]], rtol=1e-6)


@by_gamma
def test_one_class_alone_is_always_right(gamma: float) -> None:
    rows = np.array([[3.0], [-1e4]])
    assert focal_loss_with_logits(rows, [0, 0], gamma=gamma) == 0
    assert not focal_loss_with_logits_grad(rows, [0, 0], gamma=gamma).any()


@pytest.mark.parametrize("target", [0.5, -1, 2, np.nan])
def test_a_soft_target_is_refused(target: float) -> None:
    message = f"`targets` must be 0 or 1, got {float(target)}"
    for function in (binary_focal_loss_with_logits, binary_focal_loss_with_logits_grad):
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            function([0.3, 0.3], [1, target])


IMAGES, PIXELS = (
    RNG.normal(size=(16, 128, 128)).astype(np.float32),
    RNG.integers(0, 2, (16, 128, 128)),
)
CALLS: list[tuple[Callable[..., Any], Any, Any, dict[str, Any]]] = [
    (binary_focal_loss_with_logits, IMAGES, PIXELS == 1, {"alpha": 0.25}),
    (binary_focal_loss_with_logits_grad, IMAGES, PIXELS == 1, {"alpha": 0.25}),
    (
        focal_loss_with_logits,
        IMAGES.reshape(-1, 2),
        PIXELS.ravel()[::2],
        {"class_weights": [1.0, 2.0]},
    ),
    (
        focal_loss_with_logits_grad,
        IMAGES.reshape(-1, 2),
        PIXELS.ravel()[::2],
        {"class_weights": [1.0, 2.0]},
    ),
]

each_call = pytest.mark.parametrize(("function", "z", "y", "options"), CALLS)


@each_call
def test_the_memory_taken_stays_below_four_times_that_of_the_logits(
    function: Callable[..., Any], z: Floats, y: Any, options: dict[str, Any]
) -> None:
    function(z, y, **options)
    tracemalloc.start()
    function(z, y, **options)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * z.nbytes


@each_call
def test_blocks_leave_no_seam(
    function: Callable[..., Any],
    z: Floats,
    y: Any,
    options: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    z, y = (z[:23], y[:23]) if z.ndim == 2 else (z[:, :3, :7], y[:, :3, :7])
    whole = function(z, y, reduction="none", **options)
    for module in (focal, _formulas):
        monkeypatch.setattr(module, "_BLOCK", 10)
    np.testing.assert_allclose(function(z, y, reduction="none", **options), whole, rtol=1e-6)
