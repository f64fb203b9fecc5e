"""Binary cross-entropy: by hand, by a loop, by PyTorch, and what the clip costs."""

import math
import re

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812 - PyTorch's own name for it
from numpy.typing import NDArray

from nnref.activations import sigmoid
from nnref.losses import (
    binary_cross_entropy,
    binary_cross_entropy_grad,
    binary_cross_entropy_with_logits,
    binary_cross_entropy_with_logits_grad,
)
from oracles.losses import LOSSES

Floats = NDArray[np.floating]
REDUCTIONS = ("mean", "sum")

RNG = np.random.default_rng(29)
LOGITS = RNG.normal(0, 4, (5, 3, 7))
SOFT = RNG.uniform(0, 1, LOGITS.shape)
HARD = RNG.integers(0, 2, LOGITS.shape)


def test_values_by_hand() -> None:
    losses = binary_cross_entropy([0.8, 0.8, 0.5], [1, 0, 0.25], reduction="none")
    np.testing.assert_allclose(losses, [-math.log(0.8), -math.log(0.2), math.log(2)])
    losses = binary_cross_entropy_with_logits([0, math.log(3)], [1, 0], reduction="none")
    np.testing.assert_allclose(losses, [math.log(2), math.log(4)])


def test_gradients_by_hand() -> None:
    grad = binary_cross_entropy_grad([0.8, 0.8, 0.5], [1, 0, 0.25], reduction="sum")
    np.testing.assert_allclose(grad, [-1.25, 5, 1])
    grad = binary_cross_entropy_with_logits_grad([0, math.log(3)], [1, 0], reduction="sum")
    np.testing.assert_allclose(grad, [-0.5, 0.75])


def test_a_positive_weighs_as_told_and_the_mean_still_counts_entries() -> None:
    losses = binary_cross_entropy_with_logits([0, 0], [1, 0], pos_weight=5, reduction="none")
    np.testing.assert_allclose(losses, [5 * math.log(2), math.log(2)])
    mean = binary_cross_entropy_with_logits([0, 0], [1, 0], pos_weight=5)
    np.testing.assert_allclose(mean, 3 * math.log(2))


@pytest.mark.parametrize("targets", [SOFT, HARD])
def test_the_loop_gives_the_same(targets: Floats) -> None:
    p, y, z = (array.ravel().tolist() for array in (sigmoid(LOGITS), targets, LOGITS))
    np.testing.assert_allclose(
        binary_cross_entropy(p, y, epsilon=0.1, reduction="none"),
        LOSSES["binary_cross_entropy"].loop(p, y, epsilon=0.1),
    )
    np.testing.assert_allclose(
        binary_cross_entropy_with_logits(z, y, pos_weight=5, reduction="none"),
        LOSSES["binary_cross_entropy_with_logits"].loop(z, y, pos_weight=5),
    )


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("targets", [SOFT, HARD])
def test_probabilities_as_pytorch(targets: Floats, reduction: str) -> None:
    p = torch.from_numpy(np.clip(sigmoid(LOGITS), 1e-3, 1 - 1e-3)).requires_grad_()
    loss = F.binary_cross_entropy(p, torch.from_numpy(targets * 1.0), reduction=reduction)
    (grad,) = torch.autograd.grad(loss, p)
    ours = p.detach().numpy()
    assert_close(binary_cross_entropy(ours, targets, reduction=reduction), loss)
    assert_close(binary_cross_entropy_grad(ours, targets, reduction=reduction), grad)


HARD_CASES = [
    (LOGITS, SOFT),
    (LOGITS, HARD),
    (np.array([[-1e4, 1e4, -1e4, 1e4]]), np.array([[0, 0, 1, 1]])),
    (np.array([-37.0, 37.0, -745.0, 745.0, 0.0, -0.0]), np.array([0, 1, 1, 0, 1, 0])),
    (np.array([1e4]), np.array([0.3])),
    (np.array([[2.5]]), np.array([[1]])),
]


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("weight", [1.0, 5.0, 0.1])
@pytest.mark.parametrize(("logits", "targets"), HARD_CASES)
def test_logits_as_pytorch(logits: Floats, targets: Floats, weight: float, reduction: str) -> None:
    z = torch.from_numpy(logits).requires_grad_()
    options = {"pos_weight": weight, "reduction": reduction}
    theirs = LOSSES["binary_cross_entropy_with_logits"].torch
    loss = theirs(z, torch.from_numpy(targets * 1.0), **options)
    (grad,) = torch.autograd.grad(loss, z)
    assert_close(binary_cross_entropy_with_logits(logits, targets, **options), loss)
    assert_close(binary_cross_entropy_with_logits_grad(logits, targets, **options), grad)


def assert_close(ours: Floats, theirs: torch.Tensor) -> None:
    # the tail that PyTorch rounds away next to 1 is below the absolute tolerance
    np.testing.assert_allclose(ours, theirs.detach().numpy(), rtol=1e-10, atol=1e-15)


def test_logits_and_their_probabilities_cost_the_same() -> None:
    z = np.linspace(-15, 15, 31)
    for y in (np.zeros(31), np.ones(31)):
        np.testing.assert_allclose(
            binary_cross_entropy_with_logits(z, y), binary_cross_entropy(sigmoid(z), y)
        )


def test_a_small_loss_and_gradient_keep_their_digits() -> None:
    z, y = np.array([40.0, -40.0]), [1, 0]
    tail = math.exp(-40)
    losses = binary_cross_entropy_with_logits(z, y, reduction="none")
    np.testing.assert_allclose(losses, [tail, tail], rtol=1e-14)
    grad = binary_cross_entropy_with_logits_grad(z, y, reduction="none")
    np.testing.assert_allclose(grad, [-tail, tail], rtol=1e-14)


def test_the_clip_takes_the_gradient_from_a_sure_wrong_answer() -> None:
    z = np.array([20], np.float32)
    p, y = sigmoid(z), [0]
    assert p == 1
    assert round(float(binary_cross_entropy(p, y)), 2) == 15.94
    assert binary_cross_entropy_grad(p, y) == 0
    assert binary_cross_entropy_with_logits(z, y) == 20
    assert binary_cross_entropy_with_logits_grad(z, y) == 1


def test_pytorch_stops_the_logarithm_where_we_clip() -> None:
    p, y = torch.tensor([1.0], requires_grad=True), torch.tensor([0.0])
    loss = F.binary_cross_entropy(p, y)
    (slope,) = torch.autograd.grad(loss, p)
    assert (loss.item(), slope.item()) == (100, pytest.approx(1e12))
    assert binary_cross_entropy(np.ones(1), [0]) == pytest.approx(-math.log(1e-7))
    assert binary_cross_entropy_grad(np.ones(1), [0]) == 0


def test_in_pytorch_too_only_the_logit_has_a_gradient() -> None:
    z, y = torch.tensor([50.0], requires_grad=True), torch.tensor([0.0])
    through_p = F.binary_cross_entropy(torch.sigmoid(z), y)
    assert through_p.item() == 100
    assert torch.autograd.grad(through_p, z)[0].item() == 0
    from_logit = F.binary_cross_entropy_with_logits(z, y)
    assert torch.autograd.grad(from_logit, z)[0].item() == 1


def test_the_clip_ends_belong_to_the_inside() -> None:
    p = np.array([0.125, 0.875, 0.124, 0.876])
    grad = binary_cross_entropy_grad(p, [0, 1, 0, 1], epsilon=0.125, reduction="sum")
    np.testing.assert_allclose(grad, [1 / 0.875, -1 / 0.875, 0, 0])


def test_a_perfect_answer_costs_little_and_never_less_than_nothing() -> None:
    for dtype in (np.float32, np.float64):
        losses = binary_cross_entropy(np.array([0, 1], dtype), [0, 1], reduction="none")
        assert (losses > 0).all()
        assert (losses < 2e-7).all()


@pytest.mark.parametrize(
    ("dtype", "epsilon", "least"),
    [(np.float32, 1e-12, "6e-08"), (np.float32, 5e-8, "6e-08"), (np.float64, 1e-17, "1e-16")],
)
def test_an_epsilon_that_1_swallows_is_refused(
    dtype: type[np.floating], epsilon: float, least: str
) -> None:
    message = f"`epsilon` must be in [{least}, 0.5) for {np.dtype(dtype)}, got {epsilon}"
    for function in (binary_cross_entropy, binary_cross_entropy_grad):
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            function(np.ones(1, dtype), [0], epsilon=epsilon)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_smallest_epsilon_keeps_the_loss_finite(dtype: type[np.floating]) -> None:
    epsilon = float(f"{np.finfo(dtype).epsneg:.1g}")
    losses = binary_cross_entropy(np.array([0, 1], dtype), [1, 0], epsilon=epsilon)
    assert np.isfinite(losses)


@pytest.mark.parametrize(
    ("p", "y", "message"),
    [
        ([0.5, 1.5], [0, 1], "`probabilities` must be in [0, 1], got 1.5"),
        ([0.5, -0.1], [0, 1], "`probabilities` must be in [0, 1], got -0.1"),
        ([0.5, 0.5], [0, 2], "`targets` must be in [0, 1], got 2.0"),
    ],
)
def test_what_is_no_probability_is_refused(p: Floats, y: Floats, message: str) -> None:
    for function in (binary_cross_entropy, binary_cross_entropy_grad):
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            function(p, y)


def test_targets_outside_0_to_1_are_refused_for_logits_too() -> None:
    message = re.escape("`targets` must be in [0, 1], got -1.0")
    for function in (
        binary_cross_entropy_with_logits,
        binary_cross_entropy_with_logits_grad,
    ):
        with pytest.raises(ValueError, match=f"^{message}$"):
            function([0.5, 0.5], [-1, 1])
