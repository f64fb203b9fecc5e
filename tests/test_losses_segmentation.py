"""Losses of masks and their gradients, beside loops and PyTorch's autograd."""

import inspect
import itertools
import re
import sys
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from nnref import losses
from nnref.activations import sigmoid
from nnref.gradcheck import check_grad
from oracles.losses import LOSSES as ROWS
from oracles.losses import drawn_from, scored_masks
from oracles.losses import masks as draw_masks

Floats = NDArray[np.floating]
SHAPE = (5, 3, 7)


class Loss(NamedTuple):
    """A loss of masks with its gradient, and options that it takes."""

    name: str
    options: dict[str, Any]

    @property
    def first(self) -> str:
        return next(iter(inspect.signature(getattr(losses, self.name)).parameters))

    def data(self, dtype: type[np.floating] = np.float64, shape: tuple[int, ...] = SHAPE) -> Any:
        """Return predictions and masks, of which the last is empty."""
        rng = np.random.default_rng(1)
        x = rng.uniform(0.1, 0.9, shape)
        if self.first == "logits":
            x = rng.normal(size=shape)
        masks = rng.integers(0, 2, shape)
        masks[-1:] = 0
        return x.astype(dtype), masks

    def value(self, x: Any, masks: Any, **options: Any) -> Any:
        return getattr(losses, self.name)(x, masks, **self.options | options)

    def grad(self, x: Any, masks: Any, **options: Any) -> Any:
        return getattr(losses, f"{self.name}_grad")(x, masks, **self.options | options)

    def twin(self, x: Floats, masks: Floats) -> float:
        options = {key: value for key, value in self.options.items() if key != "axes"}
        return ROWS[self.name].loop([x], [masks], **options)[0]

    def with_torch(self, x: torch.Tensor, masks: torch.Tensor, axes: tuple[int, ...]) -> Any:
        return ROWS[self.name].torch(x, masks, "none", axes=axes, **self.options)


LOSSES = [
    Loss(name, options)
    for name in drawn_from(draw_masks, scored_masks)
    for options in ({}, *ROWS[name].trials)
]
DICE, BOTH = Loss("dice_loss", {}), Loss("cross_entropy_dice_loss_with_logits", {})
each = pytest.mark.parametrize(
    "loss", LOSSES, ids=lambda loss: "-".join([loss.name, *loss.options])
)
by_dtype = pytest.mark.parametrize("dtype", [np.float32, np.float64])
by_reduction = pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
AXES = [(-2, -1), (1, 2), (0, 2), (2, 0), (1,), (0, 1, 2), (0, -2, -1), [1, 2]]
by_axes = pytest.mark.parametrize("axes", AXES, ids=str)


def test_dice_by_hand() -> None:
    p, mask = [[0.5, 1.0], [0.25, 0.0]], [[1, 1], [0, 0]]
    assert losses.dice_loss(p, mask) == pytest.approx(1 - 2 * 1.5 / 3.75, rel=1e-15)
    grad = [[-1.2 / 3.75, -1.2 / 3.75], [0.8 / 3.75, 0.8 / 3.75]]
    np.testing.assert_allclose(losses.dice_loss_grad(p, mask), grad, rtol=1e-15)


@by_axes
@each
def test_each_mask_equals_its_loop_twin(loss: Loss, axes: Any) -> None:
    x, masks = loss.data()
    values = loss.value(x, masks, axes=axes, reduction="none")
    kept = [axis for axis in range(3) if axis not in [a % 3 for a in axes]]
    assert values.shape == tuple(SHAPE[axis] for axis in kept)
    for index in np.ndindex(values.shape):
        pick = [slice(None)] * 3
        for axis, i in zip(kept, index, strict=True):
            pick[axis] = i
        wanted = loss.twin(x[tuple(pick)], masks[tuple(pick)])
        assert values[index] == pytest.approx(wanted, rel=1e-12)


@by_reduction
@by_axes
@each
def test_value_and_gradient_are_those_of_pytorch(loss: Loss, axes: Any, reduction: str) -> None:
    x, masks = loss.data()
    leaf = torch.tensor(x, requires_grad=True)
    none = loss.with_torch(leaf, torch.tensor(masks, dtype=torch.float64), axes)
    total = none.mean() if reduction == "mean" else none.sum()
    total.backward()
    got = loss.value(x, masks, axes=axes, reduction=reduction)
    wanted = none if reduction == "none" else total
    np.testing.assert_allclose(got, wanted.detach(), rtol=1e-10, atol=1e-15)
    grad = loss.grad(x, masks, axes=axes, reduction=reduction)
    np.testing.assert_allclose(grad, leaf.grad, rtol=1e-10, atol=1e-15)


def test_sure_answers_are_those_of_pytorch() -> None:
    masks = np.random.default_rng(2).integers(0, 2, SHAPE)
    for sign in (1, -1):
        z = sign * (2 * masks - 1) * np.array([1, 30, 300, 1e4, 1e4])[:, None, None]
        leaf = torch.tensor(z, requires_grad=True)
        total = BOTH.with_torch(leaf, torch.tensor(masks, dtype=torch.float64), (1, 2)).mean()
        total.backward()
        np.testing.assert_allclose(BOTH.value(z, masks), total.detach(), rtol=1e-10, atol=1e-15)
        np.testing.assert_allclose(BOTH.grad(z, masks), leaf.grad, rtol=1e-10, atol=1e-15)


@by_reduction
@each
def test_gradient_agrees_with_finite_differences(loss: Loss, reduction: str) -> None:
    x, masks = loss.data()
    total = "sum" if reduction == "none" else reduction
    check_grad(
        lambda x: loss.value(x, masks, reduction=total),
        lambda x: loss.grad(x, masks, reduction=reduction),
        x,
    )


def test_an_empty_mask_costs_nothing_where_nothing_is_seen_and_one_where_anything_is() -> None:
    empty = np.zeros((1, 2, 3))
    for doubt in (5e-324, 1e-7, 0.5, 1):
        assert losses.dice_loss(empty + doubt, empty) == 1
        assert not losses.dice_loss_grad(empty + doubt, empty).any()
    assert losses.dice_loss(empty, empty) == 0
    assert not losses.dice_loss_grad(empty, empty).any()
    nothing = torch.zeros((1, 2, 3))
    assert DICE.with_torch(nothing, nothing, (1, 2)).isnan().all()  # 0/0 without the rule


def test_joined_masks_or_cross_entropy_teach_something_on_an_empty_mask() -> None:
    masks = np.zeros((2, 2, 3))
    masks[0, 0, 0] = 1
    p = masks * 0 + 0.5
    assert not losses.dice_loss_grad(p, masks)[1].any()
    assert (losses.dice_loss_grad(p, masks, axes=(0, -2, -1))[1] > 0).all()
    assert (losses.cross_entropy_dice_loss_with_logits_grad(p, masks)[1] > 0).all()


def test_a_small_loss_keeps_its_digits() -> None:
    mask = np.ones((1, 4, 4), np.float32)
    near = np.nextafter(mask, np.float32(0))
    wanted = float((1 - near.astype(float)).sum() / (near.astype(float).sum() + 16))
    assert losses.dice_loss(near, mask) == pytest.approx(wanted, rel=1e-6)
    assert wanted < 1e-7


def test_one_mask_a_class_is_its_own_loss() -> None:
    x, masks = DICE.data(shape=(2, 3, 5, 7))
    values = losses.dice_loss(x, masks, reduction="none")
    assert values.shape == (2, 3)
    for n, c in np.ndindex(2, 3):
        assert values[n, c] == losses.dice_loss(x[n, c], masks[n, c])


def test_the_sum_is_weighted_and_either_part_may_be_left_out() -> None:
    z, masks = BOTH.data()
    cross_entropy = losses.binary_cross_entropy_with_logits(z, masks)
    dice = losses.dice_loss(sigmoid(z), masks)
    for w_c, w_d in [(1, 1), (0.5, 2), (0, 1), (1, 0), (np.float32(2), np.int64(3))]:
        value = BOTH.value(z, masks, cross_entropy_weight=w_c, dice_weight=w_d)
        assert value == pytest.approx(w_c * cross_entropy + w_d * dice, rel=1e-14)


@by_dtype
def test_a_wrong_answer_has_a_gradient_however_sure_it_is(dtype: type[np.floating]) -> None:
    masks = np.array([[[0, 1]]])
    for size in (20, 100, 1e4):
        z = np.array([[[size, -size]]], dtype)
        with np.errstate(all="raise"):
            assert losses.cross_entropy_dice_loss_with_logits(z, masks) == pytest.approx(size + 1)
            grad = losses.cross_entropy_dice_loss_with_logits_grad(z, masks)
        assert grad.tolist() == [[[pytest.approx(0.5), pytest.approx(-0.5)]]]


@by_dtype
def test_no_warning_and_no_nan_over_the_whole_float_range(dtype: type[np.floating]) -> None:
    info = np.finfo(dtype)
    ends = np.array([0, info.smallest_subnormal, info.tiny, 1, 88, 709, 1e4, info.max], dtype)
    z = np.stack(np.meshgrid(ends, -ends), axis=-1).reshape(-1, 1, 2)
    p = z[(z >= 0).all(axis=(1, 2)) & (z <= 1).all(axis=(1, 2))]
    with np.errstate(all="raise"):
        for loss, x in ((DICE, p), (BOTH, z)):
            for mask in ([[0, 0]], [[0, 1]], [[1, 0]], [[1, 1]]):
                masks = np.broadcast_to(mask, x.shape)
                for reduction in ("mean", "sum", "none"):
                    assert not np.isnan(loss.value(x, masks, reduction=reduction)).any()
                    assert not np.isnan(loss.grad(x, masks, reduction=reduction)).any()


def test_no_warning_and_no_nan_with_weights_of_any_size() -> None:
    z, masks = np.array([[[-740, -9, 5, 800.0]]]), [[[0, 1, 1, 0]]]
    with np.errstate(all="raise"):
        for w_c, w_d in itertools.product((5e-324, 1.0, sys.float_info.max), repeat=2):
            weights = {"cross_entropy_weight": w_c, "dice_weight": w_d}
            assert not np.isnan(BOTH.value(z, masks, **weights)).any()
            assert not np.isnan(BOTH.value(z[..., :1], [[[0]]], **weights)).any()
            assert not np.isnan(BOTH.grad(z, masks, **weights)).any()
            assert not np.isnan(BOTH.grad(z[..., 1:2], [[[1]]], **weights)).any()


def test_a_trace_of_doubt_beside_a_perfect_answer_may_vanish() -> None:
    with np.errstate(all="raise"):
        assert losses.dice_loss([[1, 5e-324]], [[1, 0]]) == 0
        assert losses.dice_loss_grad([[1, 5e-324]], [[1, 0]]).tolist() == [[-0.5, 0.5]]


def test_a_single_pixel_missed_altogether_has_the_steepest_slope() -> None:
    assert losses.dice_loss_grad([[0.0, 0.0]], [[1, 0]]).tolist() == [[-2.0, 0.0]]


@each
def test_a_stack_of_one_stays_a_stack(loss: Loss) -> None:
    x, masks = loss.data()
    assert loss.value(x[:1], masks[:1], reduction="none").shape == (1,)


def test_a_mask_may_be_a_single_pixel() -> None:
    assert BOTH.value([[0.0]], [[1]]) == pytest.approx(np.log(2) + 1 / 3)


@each
def test_nan_stays_with_its_mask(loss: Loss) -> None:
    x, masks = loss.data()
    x[2, 1, 3] = np.nan
    assert np.isnan(loss.value(x, masks, reduction="none")).tolist() == [n == 2 for n in range(5)]
    assert np.isnan(loss.grad(x, masks)).any(axis=(1, 2)).tolist() == [n == 2 for n in range(5)]


@by_dtype
@each
def test_shape_dtype_and_untouched_inputs(loss: Loss, dtype: type[np.floating]) -> None:
    x, masks = loss.data(dtype)
    for layout in (x.copy(), np.asfortranarray(x), np.repeat(x, 2, axis=-1)[..., ::2]):
        layout.setflags(write=False)
        for kind in (bool, np.uint8, np.float32, np.float64):
            true = masks.astype(kind)
            true.setflags(write=False)
            none = loss.value(layout, true, reduction="none")
            assert (none.shape, none.dtype) == ((5,), dtype)
            np.testing.assert_allclose(
                none, loss.value(x, masks, reduction="none"), rtol=4 * np.finfo(dtype).eps
            )
            assert isinstance(loss.value(layout, true), dtype)
            assert isinstance(loss.value(layout, true, axes=(0, 1, 2), reduction="none"), dtype)
            grad = loss.grad(layout, true)
            assert (grad.shape, grad.dtype) == (SHAPE, dtype)
        assert np.array_equal(layout, x)


@each
def test_integers_count_as_float64(loss: Loss) -> None:
    x, masks = loss.data()
    for kind in (np.int64, bool):
        whole = np.round(x).astype(kind)
        assert loss.value(whole, masks).dtype == loss.grad(whole, masks).dtype == np.float64
        assert loss.value(whole, masks) == loss.value(whole.astype(float), masks)


@each
def test_reductions(loss: Loss) -> None:
    x, masks = loss.data()
    none, grad = loss.value(x, masks, reduction="none"), loss.grad(x, masks, reduction="none")
    assert loss.value(x, masks) == pytest.approx(none.mean(), rel=1e-15)
    assert loss.value(x, masks, reduction="sum") == pytest.approx(none.sum(), rel=1e-15)
    assert np.array_equal(loss.grad(x, masks, reduction="sum"), grad)
    np.testing.assert_allclose(loss.grad(x, masks), grad / 5, rtol=1e-14, atol=0)


@each
def test_an_empty_batch_has_a_sum_and_no_mean(loss: Loss) -> None:
    for shape in [(0, 3, 7), (5, 0, 7), (5, 3, 0)]:
        empty = np.zeros(shape)
        assert loss.value(empty, empty, reduction="sum") == 0
        assert loss.value(empty, empty, reduction="none").tolist() == [0] * shape[0]
        assert loss.grad(empty, empty, reduction="sum").shape == shape
        message = re.escape(f'`{loss.first}` must not be empty for a "mean", got shape {shape}')
        for function in (loss.value, loss.grad):
            with pytest.raises(ValueError, match=f"^{message}$"):
                function(empty, empty)


WRONG_MASKS: list[tuple[Callable[[Any], Any], type[Exception], str]] = [
    (lambda y: y * 0.5, ValueError, "must be 0 or 1, got 0.5"),
    (lambda y: -y, ValueError, "must be 0 or 1, got -1.0"),
    (lambda y: y * 255, ValueError, "must be 0 or 1, got 255.0"),
    (lambda y: y * np.nan, ValueError, "must be 0 or 1, got nan"),
    (lambda y: y[:1], ValueError, "must have shape (5, 3, 7), got (1, 3, 7)"),
    (lambda y: y[..., None], ValueError, "must have shape (5, 3, 7), got (5, 3, 7, 1)"),
    (lambda y: y.astype(complex), TypeError, "must hold real numbers or bools, got complex128"),
]


@pytest.mark.parametrize(("spoil", "error", "message"), WRONG_MASKS)
@each
def test_wrong_masks_are_refused(
    loss: Loss, spoil: Callable[[Any], Any], error: type[Exception], message: str
) -> None:
    x, masks = loss.data()
    for function in (loss.value, loss.grad):
        with pytest.raises(error, match=f"^`masks` {re.escape(message)}$"):
            function(x, spoil(masks))


WRONG_AXES = [
    ("1", TypeError, "must be an integer or a tuple of integers, got str"),
    (3, ValueError, "must be in [-3, 3) for shape (5, 3, 7), got 3"),
    ((1.0, 2), TypeError, "must be an integer, got float"),
    ((), ValueError, "must name different axes of shape (5, 3, 7), got ()"),
    ((1, -2), ValueError, "must name different axes of shape (5, 3, 7), got (1, -2)"),
    ((1, 3), ValueError, "must be in [-3, 3) for shape (5, 3, 7), got 3"),
]


@pytest.mark.parametrize(("axes", "error", "message"), WRONG_AXES)
@each
def test_wrong_axes_are_refused(
    loss: Loss, axes: Any, error: type[Exception], message: str
) -> None:
    for function in (loss.value, loss.grad):
        with pytest.raises(error, match=f"^`axes` {re.escape(message)}$"):
            function(*loss.data(), axes=axes)


@each
def test_one_axis_may_stand_without_a_tuple(loss: Loss) -> None:
    for function in (loss.value, loss.grad):
        alone, tupled = (function(*loss.data(), axes=axes) for axes in (1, (1,)))
        assert np.array_equal(alone, tupled)


@each
def test_other_dtypes_and_reductions_are_refused(loss: Loss) -> None:
    x, masks = loss.data()
    for function in (loss.value, loss.grad):
        with pytest.raises(TypeError, match=f"^`{loss.first}` must hold float32, float64"):
            function(x.astype(np.float16), masks)
        with pytest.raises(ValueError, match=r'^`reduction` must be "mean", "sum" or "none", got'):
            function(x, masks, reduction="average")


def test_probabilities_outside_0_and_1_are_refused() -> None:
    _, masks = DICE.data()
    for function in (DICE.value, DICE.grad):
        for value in (1.5, -0.25):
            message = re.escape(f"`probabilities` must be in [0, 1], got {value}")
            with pytest.raises(ValueError, match=f"^{message}$"):
                function(masks + value, masks)


def test_wrong_weights_are_refused() -> None:
    for function in (BOTH.value, BOTH.grad):
        for name in ("cross_entropy_weight", "dice_weight"):
            for weight in (-1, np.inf, np.nan):
                message = re.escape(f"`{name}` must be in [0, inf), got {weight}")
                with pytest.raises(ValueError, match=f"^{message}$"):
                    function(*BOTH.data(), **{name: weight})
            with pytest.raises(TypeError, match=f"^`{name}` must be a number, got str$"):
                function(*BOTH.data(), **{name: "1"})
        message = "`dice_weight` must be above 0 where `cross_entropy_weight` is 0, got 0"
        with pytest.raises(ValueError, match=f"^{message}$"):
            function(*BOTH.data(), cross_entropy_weight=0, dice_weight=0)
