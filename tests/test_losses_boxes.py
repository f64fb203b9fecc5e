"""Box losses and their gradients, beside PyTorch's autograd of the formulas."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest
import torch
from corners import boxes_of_any_size
from numpy.typing import NDArray

from nnref import _boxes, boxes, losses
from nnref.gradcheck import check_grad
from oracles.boxes import pairs
from oracles.losses import LOSSES as ROWS
from oracles.losses import drawn_from

Floats = NDArray[np.floating]


class Loss(NamedTuple):
    """A loss of boxes with its gradient."""

    name: str

    def value(self, p: Any, t: Any, **options: Any) -> Any:
        return getattr(losses, f"{self.name}_loss")(p, t, **options)

    def grad(self, p: Any, t: Any, **options: Any) -> Any:
        return getattr(losses, f"{self.name}_loss_grad")(p, t, **options)

    def torch(self, p: torch.Tensor, t: torch.Tensor, reduction: str = "none") -> torch.Tensor:
        return ROWS[f"{self.name}_loss"].torch(p, t, reduction)


LOSSES = [Loss(name) for name in ("iou", "giou", "diou", "ciou")]
EVERY = [Loss(name.removesuffix("_loss")) for name in drawn_from(pairs)]
each = pytest.mark.parametrize("loss", EVERY, ids=lambda loss: loss.name)
by_dtype = pytest.mark.parametrize("dtype", [np.float32, np.float64])
by_reduction = pytest.mark.parametrize("reduction", ["mean", "sum", "none"])


def random_boxes(count: int, seed: int) -> Floats:
    """Return boxes that meet, nest or are apart, none of them square or without area."""
    rng = np.random.default_rng(seed)
    low, sides = rng.uniform(0, 10, (count, 2)), rng.uniform(0.5, 8, (count, 2))
    return np.concatenate([low, low + sides], axis=1)


def on_a_grid(count: int, seed: int) -> Floats:
    """Return boxes with an area whose edges often tie or touch."""
    rng = np.random.default_rng(seed)
    low, sides = rng.integers(0, 4, (count, 2)), rng.integers(1, 4, (count, 2))
    return np.concatenate([low, low + sides], axis=1).astype(float)


def test_published_values() -> None:
    lying, upright = [[0, 0, 4, 2]], [[0, 0, 2, 4]]
    values = [float(loss.value(lying, upright).round(7)) for loss in LOSSES]
    assert values == [0.6666667, 0.9166667, 0.7291667, 0.7629183]


@each
def test_a_loss_is_one_less_the_measure(loss: Loss) -> None:
    p, t = random_boxes(50, seed=1), random_boxes(50, seed=2)
    measure = getattr(boxes, loss.name)(p, t)
    np.testing.assert_allclose(loss.value(p, t, reduction="none"), 1 - measure, atol=1e-15)


@pytest.mark.parametrize("shift", [1e-3, 1e-9, 1e-15])
@each
def test_boxes_that_nearly_coincide_keep_their_digits(loss: Loss, shift: float) -> None:
    target = [[0.0, 0.0, 1.0, 1.0]]  # the shifted box and this one share 1 - shift of a side
    losses = {
        "iou": 2 * shift / (1 + shift),
        "giou": 2 * shift / (1 + shift),
        "diou": 2 * shift / (1 + shift) + shift**2 / (1 + (1 + shift) ** 2),
    }
    value = loss.value([[shift, 0.0, 1 + shift, 1.0]], target)
    wanted = losses.get(loss.name, losses["diou"])  # squares have no term of CIoU
    assert float(value) == pytest.approx(wanted, rel=0.2 if shift == 1e-15 else 1e-6)


@by_reduction
@pytest.mark.parametrize("make", [random_boxes, on_a_grid])
@each
def test_value_and_gradient_are_those_of_pytorch(
    loss: Loss, make: Callable[..., Floats], reduction: str
) -> None:
    p, t = make(500, seed=1), make(500, seed=2)
    leaf = torch.tensor(p, requires_grad=True)
    wanted = loss.torch(leaf, torch.tensor(t), reduction)
    wanted.sum().backward()
    got = loss.value(p, t, reduction=reduction)
    np.testing.assert_allclose(got, wanted.detach(), rtol=1e-10, atol=1e-15)
    grad = loss.grad(p, t, reduction=reduction)
    np.testing.assert_allclose(grad, leaf.grad, rtol=1e-10, atol=1e-15)


def test_the_grid_has_ties_touching_and_nested_boxes_and_gaps() -> None:
    p, t = on_a_grid(500, seed=1), on_a_grid(500, seed=2)
    inner = np.minimum(p, t)[:, 2:] - np.maximum(p, t)[:, :2]
    assert min((p == t).all(axis=1).sum(), (inner == 0).sum(), (inner < 0).sum()) > 1
    assert ((p == t).sum(axis=0) > 50).all()


@each
def test_gradient_agrees_with_finite_differences(loss: Loss) -> None:
    p, t = random_boxes(40, seed=3), random_boxes(40, seed=4)
    if loss.name != "ciou":
        check_grad(lambda p: loss.value(p, t), lambda p: loss.grad(p, t), p)
        return

    def aspect(p: Floats) -> Floats:
        (w, h), (v, g) = (boxes[:, 2:].T - boxes[:, :2].T for boxes in (p, t))
        return 4 / np.pi**2 * (np.arctan(v / g) - np.arctan(w / h)) ** 2

    alpha = aspect(p) / (1 - boxes.iou(p, t) + aspect(p))

    def frozen(p: Floats) -> np.floating:
        return losses.diou_loss(p, t) + (alpha * aspect(p)).mean()

    assert frozen(p) == pytest.approx(float(loss.value(p, t)), rel=1e-14)
    check_grad(frozen, lambda p: loss.grad(p, t), p)
    with pytest.raises(AssertionError, match=r"`grad\(x\)` must be"):  # α moves here, by design
        check_grad(lambda p: loss.value(p, t), lambda p: loss.grad(p, t), p)


@each
def test_a_perfect_box_is_at_rest(loss: Loss) -> None:
    p = random_boxes(5, seed=5)
    assert loss.value(p, p) == 0
    assert not loss.grad(p, p).any()


def test_at_a_tie_the_slope_is_the_mean_of_both_sides() -> None:
    p, t, h = np.array([[0, 0, 4, 2.0]]), [[0, 0, 4, 3.0]], 1e-6
    for loss in LOSSES[:3]:
        up, down = (float(loss.value(p + np.array([0, 0, s, 0]), t)) for s in (h, -h))
        slopes = (up - float(loss.value(p, t))) / h, (float(loss.value(p, t)) - down) / h
        assert slopes[0] - slopes[1] > 0.1
        assert loss.grad(p, t)[0, 2] == pytest.approx(sum(slopes) / 2, abs=1e-5)


def test_touching_boxes_take_the_slope_of_overlapping_ones() -> None:
    t = [[0, 0, 2, 3.0]]
    slopes = [losses.iou_loss_grad([[x, 0, 6, 3.0]], t)[0, 0] for x in (2 - 1e-9, 2, 2 + 1e-9)]
    assert slopes == [pytest.approx(1 / 6), pytest.approx(1 / 6), 0]
    squares = losses.iou_loss_grad([[2, 0, 4, 2.0]], [[0, 0, 2, 2]])
    assert squares.tolist() == [[0.25, 0, 0, 0]]


def test_only_iou_says_nothing_to_a_box_that_is_apart() -> None:
    p, t = [[10, 0, 14, 3.0]], [[0, 0, 4, 3.0]]
    assert not losses.iou_loss_grad(p, t).any()
    for loss in LOSSES[1:]:
        x1, _, x2, _ = loss.grad(p, t)[0]
        assert x1 > 0, loss
        assert x1 + x2 > 0, loss  # downhill is to the left


@each
def test_descent_brings_a_box_from_afar_onto_its_target(loss: Loss) -> None:
    p, t = np.array([[12, 9, 14, 15.0]]), np.array([[2, 1, 6, 4.0]])
    for step in range(1200):
        p = p - (5 if step < 1000 else 0.05) * loss.grad(p, t)
        p = np.concatenate([np.minimum(p[:, :2], p[:, 2:]), np.maximum(p[:, :2], p[:, 2:])], 1)
    assert (boxes.iou(p, t) > 0.9) == (loss.name != "iou")


DEGENERATE = {
    "point in a box": ([3, 1, 3, 1], [0, 0, 6, 4]),
    "line in a box": ([1, 2, 5, 2], [0, 0, 6, 4]),
    "box on a line": ([0, 0, 6, 4], [1, 2, 5, 2]),
    "two points": ([0, 0, 0, 0], [3, 4, 3, 4]),
    "the same point": ([3, 4, 3, 4], [3, 4, 3, 4]),
    "the same line": ([0, 1, 4, 1], [0, 1, 4, 1]),
    "lines on one line": ([0, 1, 4, 1], [2, 1, 6, 1]),
    "crossing lines": ([0, 1, 4, 1], [2, 0, 2, 5]),
}


@pytest.mark.parametrize(("p", "t"), DEGENERATE.values(), ids=DEGENERATE)
@each
def test_boxes_without_area_have_finite_gradients(
    loss: Loss, p: list[float], t: list[float]
) -> None:
    with np.errstate(all="raise"):
        assert np.isfinite(loss.value([p], [t]))
        assert np.isfinite(loss.grad([p], [t])).all()


def test_boxes_without_area_by_hand() -> None:
    same, other = [[3, 4, 3, 4.0]], [[0, 0, 0, 0.0]]
    for loss, apart in zip(LOSSES, (1, 2, 2, 2), strict=True):
        assert loss.value(same, same) == 1
        assert loss.value(same, other) == apart
        assert not loss.grad(same, same).any()
    # two points: the diagonal is the distance, so that only it may change, and nothing does
    np.testing.assert_allclose(
        losses.diou_loss_grad(same, other), [[0.12, 0.16, -0.12, -0.16]], rtol=1e-14
    )
    # without an enclosing area, IoU and GIoU are 0 and at rest
    for p, t in ([[0, 1, 4, 1]], [[0, 1, 4, 1]]), ([[2, 0, 2, 3]], [[2, 2, 2, 5]]):
        for loss in LOSSES[:2]:
            assert loss.value(p, t) == 1
            assert not loss.grad(p, t).any()
    # a line in a box: it should open up
    line, box = [[1, 2, 5, 2.0]], [[0, 0, 6, 4.0]]
    for loss in LOSSES[:2]:
        np.testing.assert_allclose(
            loss.grad(line, box), [[0, 1 / 6, 0, -1 / 6]], rtol=1e-15, atol=0
        )


def test_pytorch_gives_nan_where_we_state_a_value() -> None:
    point = torch.tensor([[3, 4, 3, 4.0]], dtype=torch.float64, requires_grad=True)
    for loss in LOSSES:
        value = loss.torch(point, point.detach())
        assert value.isnan()
        assert loss.value([[3, 4, 3, 4]], [[3, 4, 3, 4]]) == 1


def test_an_epsilon_in_the_union_would_spoil_small_boxes() -> None:
    side = 1e-4
    tiny = np.array([[0, 0, side, side]])
    assert 1 - side**2 / (side**2 + 1e-7) == pytest.approx(0.909, abs=1e-3)  # as in torchvision
    assert [float(loss.value(tiny, tiny)) for loss in LOSSES] == [0, 0, 0, 0]


@by_dtype
@each
def test_a_gradient_scales_with_the_inverse_of_the_unit(
    loss: Loss, dtype: type[np.floating]
) -> None:
    p, t = (on_a_grid(300, seed).astype(dtype) - 3 for seed in (6, 7))
    info = np.finfo(dtype)
    grad = loss.grad(p, t, reduction="sum")
    for exponent in (3 * info.maxexp // 4, info.minexp + 4, info.minexp // 2):
        unit = dtype(2.0**exponent)
        with np.errstate(all="raise"):
            scaled = loss.grad(p * unit, t * unit, reduction="sum")
        np.testing.assert_allclose(scaled * unit, grad, rtol=4 * info.eps, atol=info.eps)


@by_dtype
@each
def test_no_warning_and_no_nan_over_the_whole_float_range(
    loss: Loss, dtype: type[np.floating]
) -> None:
    every = boxes_of_any_size(dtype)
    with np.errstate(all="raise"):
        for shift in (0, 1, 13, 1000):
            others = np.roll(every, shift, axis=0)
            assert np.isfinite(loss.value(every, others))
            assert not np.isnan(loss.grad(every, others)).any()


@each
def test_blocks_leave_no_seam(loss: Loss, monkeypatch: pytest.MonkeyPatch) -> None:
    p, t = random_boxes(23, seed=8), random_boxes(23, seed=9)
    value, grad = loss.value(p, t), loss.grad(p, t)
    monkeypatch.setattr(_boxes, "_BLOCK", 7)
    assert loss.value(p, t) == value
    assert np.array_equal(loss.grad(p, t), grad)


@by_dtype
@each
def test_shape_dtype_and_untouched_inputs(loss: Loss, dtype: type[np.floating]) -> None:
    p, t = (random_boxes(5, seed).astype(dtype) for seed in (1, 2))
    for layout in (p.copy(), np.asfortranarray(p), np.repeat(p, 2, axis=0)[::2]):
        layout.setflags(write=False)
        for targets in (t, t.astype(np.float64)):
            none = loss.value(layout, targets, reduction="none")
            assert (none.shape, none.dtype) == ((5,), dtype)
            for reduction in ("mean", "sum", "none"):
                grad = loss.grad(layout, targets, reduction=reduction)
                assert (grad.shape, grad.dtype, grad.flags.c_contiguous) == ((5, 4), dtype, True)
            assert isinstance(loss.value(layout, targets), dtype)
            assert np.array_equal(none, loss.value(p, t, reduction="none"))
        assert np.array_equal(layout, p)


@each
def test_reductions(loss: Loss) -> None:
    p, t = random_boxes(5, seed=1), random_boxes(5, seed=2)
    none, grad = loss.value(p, t, reduction="none"), loss.grad(p, t, reduction="none")
    assert loss.value(p, t) == pytest.approx(none.mean(), rel=1e-15)
    assert loss.value(p, t, reduction="sum") == pytest.approx(none.sum(), rel=1e-15)
    assert np.array_equal(loss.grad(p, t, reduction="sum"), grad)
    np.testing.assert_allclose(loss.grad(p, t), grad / 5, rtol=1e-15)
    alone = loss.grad(p[2:3], t[2:3])
    np.testing.assert_allclose(alone, grad[2:3], rtol=1e-15)


@each
def test_an_empty_batch_has_a_sum_and_no_mean(loss: Loss) -> None:
    empty = np.zeros((0, 4))
    assert loss.value(empty, empty, reduction="sum") == 0
    assert loss.value(empty, empty, reduction="none").shape == (0,)
    assert loss.grad(empty, empty, reduction="sum").shape == (0, 4)
    message = re.escape('`predictions` must not be empty for a "mean", got shape (0, 4)')
    for function in (loss.value, loss.grad):
        with pytest.raises(ValueError, match=f"^{message}$"):
            function(empty, empty)


WRONG = [
    ([0, 0, 1, 1], ValueError, "must have shape (N, 4), got (4,)"),
    ([[2, 2, 0, 0]], ValueError, "must have x1 <= x2 and y1 <= y2, got [2.0, 2.0, 0.0, 0.0]"),
    ([[0, 0, 1, np.nan]], ValueError, "must be finite, got nan"),
    (np.zeros((1, 4), np.float16), TypeError, "must hold float32, float64, integers or bools"),
]


@pytest.mark.parametrize(("wrong", "error", "message"), WRONG)
@each
def test_wrong_boxes_are_refused(
    loss: Loss, wrong: Any, error: type[Exception], message: str
) -> None:
    right = [[0, 0, 1, 1]]
    for function in (loss.value, loss.grad):
        with pytest.raises(error, match=f"^`predictions` {re.escape(message)}"):
            function(wrong, right)
        if "shape" not in message:
            with pytest.raises(error, match=f"^`targets` {re.escape(message)}"):
                function(right, wrong)


@each
def test_other_shapes_and_reductions_are_refused(loss: Loss) -> None:
    p = random_boxes(3, seed=1)
    for function in (loss.value, loss.grad):
        with pytest.raises(ValueError, match=r"^`targets` must have shape \(3, 4\), got \(1, 4\)$"):
            function(p, p[:1])
        with pytest.raises(ValueError, match=r'^`reduction` must be "mean", "sum" or "none", got'):
            function(p, p, reduction="average")
