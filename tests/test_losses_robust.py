"""Generalized cross-entropy: by hand, by a loop, by PyTorch's autograd, and its limits."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from nnref.activations import softmax
from nnref.losses import (
    generalized_cross_entropy_with_logits,
    generalized_cross_entropy_with_logits_grad,
    mean_absolute_error,
    robust,
    sparse_categorical_cross_entropy_with_logits,
    sparse_categorical_cross_entropy_with_logits_grad,
)
from oracles.losses import LOSSES

Floats = NDArray[np.floating]

RNG = np.random.default_rng(41)
LOGITS, LABELS = RNG.normal(0, 3, (5, 3)), np.array([2, 0, 1, 1, 2])
QS = (1e-3, 0.5, 0.7, 1.0)

by_q = pytest.mark.parametrize("q", QS)


def test_values_and_gradients_by_hand() -> None:
    logits = [[0, 0], [0, math.log(3)]]
    losses = generalized_cross_entropy_with_logits(logits, [0, 0], q=0.5, reduction="none")
    np.testing.assert_allclose(losses, [2 - math.sqrt(2), 1])
    grad = generalized_cross_entropy_with_logits_grad(logits, [0, 0], q=0.5, reduction="sum")
    half = math.sqrt(0.5) / 2
    np.testing.assert_allclose(grad, [[-half, half], [-0.375, 0.375]])


@by_q
def test_the_loop_gives_the_same(q: float) -> None:
    np.testing.assert_allclose(
        generalized_cross_entropy_with_logits(LOGITS, LABELS, q=q, reduction="none"),
        LOSSES["generalized_cross_entropy_with_logits"].loop(LOGITS, LABELS, q=q),
        rtol=1e-11,
    )


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize(
    ("logits", "labels"),
    [
        (LOGITS, LABELS),
        (RNG.normal(size=(3, 5)), np.array([4, 0, 2])),
        (RNG.normal(size=(1, 7)), np.array([6])),
    ],
)
@pytest.mark.parametrize("q", [0.5, 0.7, 1.0])
def test_as_pytorch_derives_it(q: float, logits: Floats, labels: Floats, reduction: str) -> None:
    z = torch.from_numpy(logits).requires_grad_()
    options = {"q": q, "reduction": reduction}
    theirs = LOSSES["generalized_cross_entropy_with_logits"].torch
    loss = theirs(z, torch.from_numpy(labels), **options)
    (grad,) = torch.autograd.grad(loss, z)
    assert_close(generalized_cross_entropy_with_logits(logits, labels, **options), loss)
    assert_close(generalized_cross_entropy_with_logits_grad(logits, labels, **options), grad)


def assert_close(ours: Floats, theirs: torch.Tensor) -> None:
    np.testing.assert_allclose(ours, theirs.detach().numpy(), rtol=1e-10, atol=1e-15)


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_toward_q_0_it_is_cross_entropy(reduction: str) -> None:
    for q, rtol in [(1e-8, 1e-6), (1e-300, 1e-14)]:
        options = {"q": q, "reduction": reduction}
        np.testing.assert_allclose(
            generalized_cross_entropy_with_logits(LOGITS, LABELS, **options),
            sparse_categorical_cross_entropy_with_logits(LOGITS, LABELS, reduction=reduction),
            rtol=rtol,
        )
        np.testing.assert_allclose(
            generalized_cross_entropy_with_logits_grad(LOGITS, LABELS, **options),
            sparse_categorical_cross_entropy_with_logits_grad(LOGITS, LABELS, reduction=reduction),
            rtol=rtol,
        )


def test_at_q_1_it_is_half_the_absolute_error_of_the_probabilities() -> None:
    p, one_hot = softmax(LOGITS), np.eye(3)[LABELS]
    absolute = mean_absolute_error(p, one_hot, reduction="none").sum(axis=1)
    ours = generalized_cross_entropy_with_logits(LOGITS, LABELS, q=1, reduction="none")
    np.testing.assert_allclose(ours, absolute / 2)


@by_q
def test_no_label_costs_more_than_1_by_q(q: float) -> None:
    losses = generalized_cross_entropy_with_logits(
        [[0.0, 1e4], [0.0, -1e4]], [0, 0], q=q, reduction="none"
    )
    np.testing.assert_allclose(losses, [-math.expm1(-q * 1e4) / q, 0])
    assert losses[0] <= 1 / q


def test_a_label_that_the_model_finds_absurd_teaches_nothing_by_design() -> None:
    logits = np.array([[0.0, 1e4]], np.float32)
    assert not generalized_cross_entropy_with_logits_grad(logits, [0]).any()
    assert sparse_categorical_cross_entropy_with_logits_grad(logits, [0]).any()


def test_a_small_loss_and_gradient_keep_their_digits() -> None:
    tail = math.exp(-40)
    np.testing.assert_allclose(
        generalized_cross_entropy_with_logits([[40.0, 0]], [0]), tail, rtol=1e-14
    )
    grad = generalized_cross_entropy_with_logits_grad([[40.0, 0]], [0])
    np.testing.assert_allclose(grad, [[-tail, tail]], rtol=1e-14)


@pytest.mark.parametrize(
    "function", [generalized_cross_entropy_with_logits, generalized_cross_entropy_with_logits_grad]
)
@pytest.mark.parametrize(
    ("options", "message"),
    [({"q": 0}, "`q` must be in"), ({"reduction": "average"}, "`reduction` must be")],
)
def test_options_are_refused_before_any_work(
    function: Callable[..., Floats],
    options: dict[str, Any],
    message: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(robust, "sparse_categorical_cross_entropy_with_logits", pytest.fail)
    with pytest.raises(ValueError, match=f"^{message}"):
        function(LOGITS, LABELS, **options)
