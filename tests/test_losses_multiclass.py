"""Cross-entropy: by hand, by a loop, by PyTorch, and where it parts with PyTorch."""

import math
import re
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812 - PyTorch's own name for it
from numpy.typing import NDArray

from nnref.losses import (
    categorical_cross_entropy_with_logits,
    categorical_cross_entropy_with_logits_grad,
    sparse_categorical_cross_entropy_with_logits,
    sparse_categorical_cross_entropy_with_logits_grad,
)
from nnref.tensors import one_hot
from oracles.losses import LOSSES

Floats = NDArray[np.floating]

RNG = np.random.default_rng(31)
LOGITS, LABELS = RNG.normal(0, 3, (5, 3)), np.array([2, 0, 1, 1, 2])
WEIGHTS = np.array([1.0, 2.0, 5.0])
TWO, TWO_LABELS = np.array([[1.2, 2.5, 0.4], [0.0, 0.0, 0.0]]), np.array([1, 2])


def test_values_by_hand() -> None:
    logits = [[0, math.log(3)], [0, 0]]
    losses = sparse_categorical_cross_entropy_with_logits(logits, [0, 1], reduction="none")
    np.testing.assert_allclose(losses, [math.log(4), math.log(2)])
    losses = categorical_cross_entropy_with_logits(logits, [[1, 0], [0.5, 0.5]], reduction="none")
    np.testing.assert_allclose(losses, [math.log(4), math.log(2)])


def test_gradients_by_hand() -> None:
    logits = [[0, math.log(3)], [0, 0]]
    grad = sparse_categorical_cross_entropy_with_logits_grad(logits, [0, 1])
    np.testing.assert_allclose(grad, [[-0.375, 0.375], [0.25, -0.25]])
    grad = categorical_cross_entropy_with_logits_grad(logits, [[1, 0], [0.5, 0.5]])
    np.testing.assert_allclose(grad, [[-0.375, 0.375], [0, 0]])


def test_the_mean_divides_by_the_weights_of_the_batch() -> None:
    options = {"class_weights": WEIGHTS}
    for loss in (
        sparse_categorical_cross_entropy_with_logits(TWO, TWO_LABELS, **options),
        categorical_cross_entropy_with_logits(TWO, one_hot(TWO_LABELS, 3), **options),
    ):
        assert round(float(loss), 4) == 0.8798
    total = sparse_categorical_cross_entropy_with_logits(
        TWO, TWO_LABELS, reduction="sum", **options
    )
    assert round(float(total) / 2, 4) == 3.0794


def test_smoothing_moves_a_share_to_all_classes() -> None:
    smoothed = categorical_cross_entropy_with_logits(
        TWO, [[0, 1, 0], [0, 0, 1]], label_smoothing=0.3
    )
    spelled_out = categorical_cross_entropy_with_logits(TWO, [[0.1, 0.8, 0.1], [0.1, 0.1, 0.8]])
    np.testing.assert_allclose(smoothed, spelled_out)


def test_full_smoothing_forgets_the_label() -> None:
    options = {"label_smoothing": 1.0, "reduction": "none"}
    first, second = (
        sparse_categorical_cross_entropy_with_logits(LOGITS, labels, **options)
        for labels in (LABELS, (LABELS + 1) % 3)
    )
    np.testing.assert_allclose(first, second)


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 1.0])
@pytest.mark.parametrize("weights", [np.ones(3), WEIGHTS])
def test_the_loop_gives_the_same(weights: Floats, smoothing: float) -> None:
    options = {"class_weights": weights, "label_smoothing": smoothing}
    soft = RNG.dirichlet(np.ones(3), 5)
    for targets in (soft, np.eye(3)[LABELS]):
        np.testing.assert_allclose(
            categorical_cross_entropy_with_logits(LOGITS, targets, reduction="none", **options),
            LOSSES["categorical_cross_entropy_with_logits"].loop(LOGITS, targets, **options),
        )
    np.testing.assert_allclose(
        sparse_categorical_cross_entropy_with_logits(LOGITS, LABELS, reduction="none", **options),
        LOSSES["sparse_categorical_cross_entropy_with_logits"].loop(LOGITS, LABELS, **options),
    )


SPARSE_CASES = [
    (LOGITS, LABELS, WEIGHTS),
    (RNG.normal(size=(3, 5)), np.array([4, 0, 2]), np.array([1, 2, 3, 0.5, 4.0])),
    (RNG.normal(size=(1, 7)), np.array([6]), np.arange(1, 8.0)),
    (RNG.normal(size=(4, 1)), np.zeros(4, int), np.array([2.0])),
    (LOGITS, np.array([2, 0, 1, 2, 2]), np.array([0, 0, 1.0])),
    (np.array([[1e4, -1e4, 0], [-1e4, 1e4, 0], [1e4, 1e4, -1e4]]), np.arange(3), WEIGHTS),
    (np.array([[800.0, 0, -745], [1e-300, 0, 37]]), np.array([1, 2]), WEIGHTS),
]


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("smoothing", [0.0, 0.1, 1.0])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(("logits", "labels", "weights"), SPARSE_CASES)
def test_indices_as_pytorch(
    logits: Floats,
    labels: Floats,
    weights: Floats,
    weighted: bool,
    smoothing: float,
    reduction: str,
) -> None:
    z = torch.from_numpy(logits).requires_grad_()
    options: Any = {
        "class_weights": weights if weighted else None,
        "label_smoothing": smoothing,
        "reduction": reduction,
    }
    theirs = LOSSES["sparse_categorical_cross_entropy_with_logits"].torch
    loss = theirs(z, torch.from_numpy(labels), **options)
    (grad,) = torch.autograd.grad(loss, z)
    assert_close(sparse_categorical_cross_entropy_with_logits(logits, labels, **options), loss)
    assert_close(sparse_categorical_cross_entropy_with_logits_grad(logits, labels, **options), grad)
    rows = one_hot(labels, logits.shape[1])
    assert_close(categorical_cross_entropy_with_logits(logits, rows, **options), loss)
    assert_close(categorical_cross_entropy_with_logits_grad(logits, rows, **options), grad)


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 1.0])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("count", [1, 5])
def test_probabilities_as_pytorch_but_for_the_divisor(
    count: int, weighted: bool, smoothing: float
) -> None:
    logits, targets = RNG.normal(0, 3, (count, 3)), RNG.dirichlet(np.ones(3), count)
    z = torch.from_numpy(logits).requires_grad_()
    weights = WEIGHTS if weighted else np.ones(3)
    options: Any = {"class_weights": weights, "label_smoothing": smoothing}
    theirs = LOSSES["categorical_cross_entropy_with_logits"].torch
    loss = theirs(z, torch.from_numpy(targets), **options)
    (grad,) = torch.autograd.grad(loss, z)
    ratio = count / (targets * weights).sum()  # PyTorch divides by N
    assert_close(categorical_cross_entropy_with_logits(logits, targets, **options), loss * ratio)
    assert_close(
        categorical_cross_entropy_with_logits_grad(logits, targets, **options), grad * ratio
    )


def assert_close(ours: Floats, theirs: torch.Tensor) -> None:
    # the tail that PyTorch rounds away next to 1 is below the absolute tolerance
    np.testing.assert_allclose(ours, theirs.detach().numpy(), rtol=1e-10, atol=1e-15)


def test_pytorch_weighs_one_hot_rows_and_indices_differently_and_we_do_not() -> None:
    z, weights = torch.from_numpy(TWO), torch.from_numpy(WEIGHTS)
    by_index = F.cross_entropy(z, torch.from_numpy(TWO_LABELS), weight=weights)
    rows = one_hot(TWO_LABELS, 3)
    by_row = F.cross_entropy(z, torch.from_numpy(rows), weight=weights)
    assert (round(by_index.item(), 4), round(by_row.item(), 4)) == (0.8798, 3.0794)
    ours = categorical_cross_entropy_with_logits(TWO, rows, class_weights=WEIGHTS)
    assert ours == pytest.approx(by_index.item(), rel=1e-12)


def test_softmax_passed_for_logits_costs_a_right_answer_dearly() -> None:
    logits = np.array([[0.0, 10.0, 0.0]])
    p = np.exp(logits) / np.exp(logits).sum()
    assert sparse_categorical_cross_entropy_with_logits(logits, [1]) < 1e-4
    assert sparse_categorical_cross_entropy_with_logits(p, [1]) > 0.5


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_small_loss_and_gradient_keep_their_digits(dtype: type[np.floating]) -> None:
    z, tails = np.array([[40, 0, 1]], dtype), [math.exp(-40), math.exp(-39)]
    rtol = 8 * np.finfo(dtype).eps
    for loss, grad in (
        (
            sparse_categorical_cross_entropy_with_logits(z, [0]),
            sparse_categorical_cross_entropy_with_logits_grad(z, [0]),
        ),
        (
            categorical_cross_entropy_with_logits(z, [[1, 0, 0]]),
            categorical_cross_entropy_with_logits_grad(z, [[1, 0, 0]]),
        ),
    ):
        np.testing.assert_allclose(loss, sum(tails), rtol=rtol)
        np.testing.assert_allclose(grad, [[-sum(tails), *tails]], rtol=rtol)
    theirs = torch.from_numpy(z).requires_grad_()
    loss = F.cross_entropy(theirs, torch.tensor([0]))
    assert loss.item() == 0
    assert torch.autograd.grad(loss, theirs)[0][0, 0] == 0


def test_a_gradient_row_adds_up_to_0() -> None:
    grad = sparse_categorical_cross_entropy_with_logits_grad(
        LOGITS, LABELS, class_weights=WEIGHTS, label_smoothing=0.1
    )
    np.testing.assert_allclose(grad.sum(axis=1), 0, atol=1e-16)


def test_a_shift_of_all_scores_changes_nothing() -> None:
    shifted = LOGITS + 1024
    np.testing.assert_allclose(
        sparse_categorical_cross_entropy_with_logits(shifted, LABELS),
        sparse_categorical_cross_entropy_with_logits(LOGITS, LABELS),
    )


def test_labels_of_any_integer_dtype_are_read() -> None:
    expected = sparse_categorical_cross_entropy_with_logits(LOGITS, LABELS)
    for dtype in (np.uint8, np.int8, np.uint64):
        assert (
            sparse_categorical_cross_entropy_with_logits(LOGITS, LABELS.astype(dtype)) == expected
        )


@pytest.mark.parametrize(
    ("targets", "message"),
    [
        ([[0, 1.5, 0], [0, 0, 1]], "`targets` must be in [0, 1], got 1.5"),
        ([[0, 1, 0], [0, -0.5, 1]], "`targets` must be in [0, 1], got -0.5"),
        ([[0, 1, 0], [0, 0, 0]], "`targets` must have rows that add up to 1, got 0.0"),
        ([[0, 1, 1], [0, 0, 1]], "`targets` must have rows that add up to 1, got 2.0"),
        ([[0, 0.998, 0], [0, 0, 1]], "`targets` must have rows that add up to 1, got 0.998"),
    ],
)
def test_rows_that_are_no_distribution_are_refused(
    targets: list[list[float]], message: str
) -> None:
    for function in (
        categorical_cross_entropy_with_logits,
        categorical_cross_entropy_with_logits_grad,
    ):
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            function(TWO, targets)


def test_rows_rounded_in_print_still_add_up_to_1() -> None:
    assert np.isfinite(
        categorical_cross_entropy_with_logits(TWO, [[0.1954, 0.7169, 0.0878], [0, 0, 1]])
    )
