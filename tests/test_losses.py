"""What holds for every loss of classification and regression, and for its gradient."""

import inspect
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from nnref import losses
from nnref.gradcheck import check_grad
from oracles.losses import ENTRIES, LOSSES, ROWS, THREE, drawn_from

Floats = NDArray[np.floating]


class Case(NamedTuple):
    """A loss with arguments that it takes: by entry, or by row of classes."""

    name: str
    options: Mapping[str, Any]

    def data(self, dtype: type[np.floating] = np.float64, count: int = 5) -> tuple[Floats, Any]:
        """Return predictions and targets for a number of examples."""
        rng = np.random.default_rng(count)
        shape = (count, 3) if self.by_row else (count, 3, 7)
        x = rng.uniform(0.1, 0.9, shape).astype(dtype)
        if self.by_row and not self.labels:
            return x, rng.dirichlet(np.ones(3), count).astype(dtype)
        return x, rng.integers(0, 3, count) if self.by_row else rng.integers(0, 2, shape)

    def value(self, x: Any, targets: Any, **options: Any) -> Any:
        return getattr(losses, self.name)(x, targets, **self.options, **options)

    def grad(self, x: Any, targets: Any, **options: Any) -> Any:
        return getattr(losses, f"{self.name}_grad")(x, targets, **self.options, **options)

    @property
    def by_row(self) -> bool:
        return LOSSES[self.name].draw in ROWS

    @property
    def arguments(self) -> list[str]:
        return list(inspect.signature(getattr(losses, self.name)).parameters)

    @property
    def first(self) -> str:
        return self.arguments[0]

    @property
    def labels(self) -> bool:
        return "labels" in self.arguments

    @property
    def weights(self) -> bool:
        return "class_weights" in self.options


CASES = [
    Case(name, options)
    for name in drawn_from(*ENTRIES, *ROWS)
    for options in ({}, *LOSSES[name].trials)
]

each = pytest.mark.parametrize(
    "case", CASES, ids=lambda case: "-".join([case.name, *map(str, case.options)])
)
by_row = pytest.mark.parametrize("case", [case for case in CASES if case.by_row])
by_dtype = pytest.mark.parametrize("dtype", [np.float32, np.float64])
by_reduction = pytest.mark.parametrize("reduction", ["mean", "sum", "none"])


@each
def test_a_gradient_takes_the_arguments_of_its_loss(case: Case) -> None:
    value, grad = (getattr(losses, case.name + end) for end in ("", "_grad"))
    assert inspect.signature(value).parameters == inspect.signature(grad).parameters


@by_dtype
@each
def test_shape_and_dtype(case: Case, dtype: type[np.floating]) -> None:
    x, targets = case.data(dtype)
    none = case.value(x, targets, reduction="none")
    assert (none.shape, none.dtype) == (x.shape[:1] if case.by_row else x.shape, dtype)
    for reduction in ("mean", "sum"):
        assert isinstance(case.value(x, targets, reduction=reduction), dtype)
    for reduction in ("mean", "sum", "none"):
        grad = case.grad(x, targets, reduction=reduction)
        assert (grad.shape, grad.dtype) == (x.shape, dtype)


@each
def test_one_number_gives_a_numpy_scalar(case: Case) -> None:
    if not case.by_row:
        assert isinstance(case.value(np.float32(0.5), 1, reduction="none"), np.float32)
        assert isinstance(case.grad(np.float32(0.5), 1, reduction="none"), np.float32)


@each
def test_the_mean_is_that_of_the_single_losses(case: Case) -> None:
    x, targets = case.data()
    none = case.value(x, targets, reduction="none")
    weights = case_weights(case, targets)
    np.testing.assert_allclose(case.value(x, targets), none.sum() / weights, rtol=1e-14, atol=0)
    np.testing.assert_allclose(
        case.value(x, targets, reduction="sum"), none.sum(), rtol=1e-14, atol=0
    )


def case_weights(case: Case, targets: Floats) -> float:
    """Return what the mean divides by."""
    if not case.weights:
        return len(targets) if case.by_row else targets.size
    one_hot = targets if targets.ndim == 2 else np.eye(3)[targets]
    return float((one_hot * THREE).sum())


@each
def test_the_gradient_follows_the_reduction(case: Case) -> None:
    x, targets = case.data()
    total = case.grad(x, targets, reduction="sum")
    assert np.array_equal(case.grad(x, targets, reduction="none"), total)
    mean = total / case_weights(case, targets)
    np.testing.assert_allclose(case.grad(x, targets), mean, rtol=1e-13, atol=0)


@by_reduction
@each
def test_the_gradient_agrees_with_finite_differences(case: Case, reduction: str) -> None:
    x, targets = case.data()
    # for "none" each loss is derived by its own example: together, that is the sum's gradient
    total = "sum" if reduction == "none" else reduction
    check_grad(
        lambda x: case.value(x, targets, reduction=total),
        lambda x: case.grad(x, targets, reduction=reduction),
        x,
    )


@each
def test_examples_do_not_disturb_each_other(case: Case) -> None:
    x, targets = case.data()
    for function in (case.value, case.grad):
        whole = function(x, targets, reduction="none")
        alone = function(x[2:3], targets[2:3], reduction="none")
        np.testing.assert_allclose(whole[2:3], alone, rtol=1e-14, atol=0)


@each
def test_nan_stays_with_its_example(case: Case) -> None:
    x, targets = case.data()
    x[(2,) if case.by_row else (2, 1, 3)] = np.nan
    for function in (case.value, case.grad):
        result = function(x, targets, reduction="none")
        assert np.array_equal(
            np.isnan(result), np.isnan(x) if result.ndim > 1 else x[:, 0] != x[:, 0]
        )
    assert np.isnan(case.value(x, targets))


@each
def test_inputs_are_not_changed_and_may_be_read_only_in_any_layout(case: Case) -> None:
    x, targets = case.data()
    for layout in (x, np.asfortranarray(x), np.repeat(x, 2, axis=-1)[..., ::2]):
        locked, locked_targets = layout.copy("K"), np.array(targets)
        locked.setflags(write=False)
        locked_targets.setflags(write=False)
        for function in (case.value, case.grad):
            np.testing.assert_allclose(
                function(locked, locked_targets), function(x, targets), rtol=1e-14
            )
        assert np.array_equal(locked, x)


@each
def test_a_result_shares_no_memory_with_the_inputs(case: Case) -> None:
    x, targets = case.data()
    for function in (case.value, case.grad):
        result = function(x, targets, reduction="none")
        assert not np.shares_memory(result, x)
        assert not np.shares_memory(result, targets)


@each
def test_an_empty_batch_has_a_sum_and_no_mean(case: Case) -> None:
    x, targets = case.data(count=0)
    assert case.value(x, targets, reduction="sum") == 0
    assert case.value(x, targets, reduction="none").shape == (
        x.shape[:1] if case.by_row else x.shape
    )
    assert case.grad(x, targets, reduction="sum").shape == x.shape
    message = f'`{case.first}` must not be empty for a "mean", got shape '
    for function in (case.value, case.grad):
        with pytest.raises(ValueError, match=re.escape(message)):
            function(x, targets)


@each
def test_integers_and_bools_count_as_float64(case: Case) -> None:
    x, targets = case.data()
    for kind in (np.int64, bool):
        whole = np.round(x).astype(kind)
        result = case.value(whole, targets, reduction="none")
        assert result.dtype == np.float64
        assert np.array_equal(result, case.value(whole.astype(float), targets, reduction="none"))
        assert case.grad(whole, targets).dtype == np.float64


@each
def test_float64_targets_do_not_widen_float32(case: Case) -> None:
    x, targets = case.data(np.float32)
    if case.labels:
        return
    assert case.value(x, np.asarray(targets, np.float64)).dtype == np.float32
    assert case.grad(x, np.asarray(targets, np.float64)).dtype == np.float32


@pytest.mark.parametrize("dtype", [np.float16, np.longdouble, complex, object, str])
@each
def test_other_dtypes_are_refused(case: Case, dtype: type) -> None:
    x, targets = case.data()
    for function in (case.value, case.grad):
        with pytest.raises(TypeError, match=f"^`{case.first}` must hold"):
            function(x.astype(dtype), targets)


@each
def test_shapes_are_never_broadcast(case: Case) -> None:
    x, targets = case.data()
    second = "labels" if targets.ndim == 1 else "targets"
    for wrong in (targets[:4], targets[:1], targets[..., np.newaxis]):
        message = f"`{second}` must have shape {targets.shape}, got {wrong.shape}"
        for function in (case.value, case.grad):
            with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
                function(x, wrong)


@each
def test_an_unknown_reduction_is_refused(case: Case) -> None:
    for function in (case.value, case.grad):
        with pytest.raises(ValueError, match=r'^`reduction` must be "mean", "sum" or "none", got'):
            function(*case.data(), reduction="average")


@by_row
def test_logits_are_rows_of_classes(case: Case) -> None:
    for shape in [(3,), (5, 0), (5, 3, 2)]:
        message = f"`logits` must have shape (N, C) with at least one class, got {shape}"
        for function in (case.value, case.grad):
            with pytest.raises(ValueError, match=re.escape(message)):
                function(np.zeros(shape), np.zeros(shape[0], int))


def outside(interval: str) -> list[float]:
    """Return numbers next to an interval, and NaN."""
    opening, low, high, closing = re.match(r"(.)(.+), (.+)([\])])", interval).groups()
    least, most = float(low), float(high)
    below = [least - 1, least if opening == "(" else least / 2 or -0.1]
    return [*below, most if closing == ")" else most + 0.1, np.nan]


RANGES = [
    (option, name, interval)
    for name in drawn_from(*ENTRIES, *ROWS)
    for option, interval in LOSSES[name].ranges.items()
]


@pytest.mark.parametrize(("option", "name", "interval"), RANGES)
def test_an_option_out_of_range_is_refused(option: str, name: str, interval: str) -> None:
    plain = Case(name, {})
    for function in (plain.value, plain.grad):
        for value in outside(interval):
            message = f"`{option}` must be in {interval}, got {value}"
            with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
                function(*plain.data(), **{option: value})
        for value, kind in [("1", "str"), (True, "bool"), ([1.0], "list")]:
            message = f"^`{option}` must be a number, got {kind}$"
            with pytest.raises(TypeError, match=message):
                function(*plain.data(), **{option: value})


# an option, a loss that has it, and what float32 rounds to the end of its interval
ROUNDED = [
    ("epsilon", "binary_cross_entropy", 0.5 - 1e-10, "[6e-08, 0.5)"),
    ("pos_weight", "binary_cross_entropy_with_logits", 1e-46, "(0, inf)"),
    ("pos_weight", "binary_cross_entropy_with_logits", 1e39, "(0, inf)"),
    ("alpha", "binary_focal_loss_with_logits", 1 - 1e-9, "(0, 1)"),
    ("gamma", "binary_focal_loss_with_logits", 1e39, "[0, inf)"),
    ("gamma", "focal_loss_with_logits", 1e39, "[0, inf)"),
    ("q", "generalized_cross_entropy_with_logits", 1e-46, "(0, 1]"),
    ("beta", "smooth_l1", 1e39, "[0, inf)"),
    ("delta", "huber", 1e-46, "(0, inf)"),
    ("delta", "huber", 1e39, "(0, inf)"),
]


@pytest.mark.parametrize(("option", "name", "value", "interval"), ROUNDED)
def test_an_option_is_checked_in_the_dtype_of_the_computation(
    option: str, name: str, value: float, interval: str
) -> None:
    plain = Case(name, {})
    message = f"`{option}` must be in {interval} for float32, got {value}"
    for function in (plain.value, plain.grad):
        function(*plain.data(), **{option: value})
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            function(*plain.data(np.float32), **{option: value})


@pytest.mark.parametrize("name", ["categorical", "sparse_categorical"])
def test_a_smoothing_that_float32_rounds_to_0_is_none(name: str) -> None:
    case = Case(f"{name}_cross_entropy_with_logits", {})
    x, targets = case.data(np.float32)
    x[:, 0] = -np.inf
    smoothed = case._replace(options={"label_smoothing": 1e-46})
    for function in ("value", "grad"):
        wanted, got = (getattr(each, function)(x, targets) for each in (case, smoothed))
        assert np.array_equal(wanted, got, equal_nan=True)


INF = np.inf

# logits, targets, the losses in the limit, their derivatives
LIMITS: list[tuple[str, Any, Any, Any, Any]] = [
    (
        "binary_cross_entropy_with_logits",
        [INF, INF, INF, -INF, -INF, -INF],
        [1, 0, 0.5, 0, 1, 0.5],
        [0, INF, INF, 0, INF, INF],
        [0, 1, 0.5, 0, -1, -0.5],
    ),
    (
        "binary_focal_loss_with_logits",
        [INF, INF, -INF, -INF],
        [1, 0, 0, 1],
        [0, INF, 0, INF],
        [0, 1, 0, -1],
    ),
]
IMPOSSIBLE = [[-INF, 1.0, 1.0], [INF, 1.0, 1.0], [1.0, INF, 1.0], [-INF, INF, 1.0]]
PULLS = [[-1.0, 0.5, 0.5], [0.0, 0.0, 0.0], [-1.0, 1.0, 0.0], [-1.0, 1.0, 0.0]]
FIRST = np.eye(3)[[0, 0, 0, 0]]
LIMITS += [
    ("categorical_cross_entropy_with_logits", IMPOSSIBLE, FIRST, [INF, 0, INF, INF], PULLS),
    (
        "sparse_categorical_cross_entropy_with_logits",
        IMPOSSIBLE,
        [0] * 4,
        [INF, 0, INF, INF],
        PULLS,
    ),
    ("focal_loss_with_logits", IMPOSSIBLE, [0] * 4, [INF, 0, INF, INF], PULLS),
    (
        "generalized_cross_entropy_with_logits",
        IMPOSSIBLE,
        [0] * 4,
        [1 / 0.7, 0, 1 / 0.7, 1 / 0.7],
        np.zeros((4, 3)),
    ),
]


@by_dtype
@pytest.mark.parametrize(("name", "logits", "targets", "values", "slopes"), LIMITS)
def test_infinite_logits_give_the_limits(
    name: str, logits: Any, targets: Any, values: Any, slopes: Any, dtype: type[np.floating]
) -> None:
    value, grad = getattr(losses, name), getattr(losses, f"{name}_grad")
    x = np.array(logits, dtype)
    with np.errstate(all="raise"):
        for index in (slice(None), slice(0, 1), slice(1, None)):
            got = value(x[index], targets[index], reduction="none")
            np.testing.assert_allclose(got, values[index], rtol=1e-6)
            got = grad(x[index], targets[index], reduction="sum")
            np.testing.assert_allclose(got, slopes[index], rtol=1e-6)
        assert value(x, targets, reduction="sum") == pytest.approx(np.sum(values))
        if x.ndim == 1:
            assert isinstance(value(x[0], targets[0], reduction="none"), dtype)


@by_dtype
def test_an_impossible_class_costs_only_where_it_is_the_target(dtype: type[np.floating]) -> None:
    logits = np.array([[0.0, -INF, 0.0]], dtype)
    weighted = {"class_weights": [1.0, 0.0, 1.0]}
    for name, right, wrong in (
        ("categorical_cross_entropy_with_logits", [[0.5, 0, 0.5]], [[0.5, 0.25, 0.25]]),
        ("sparse_categorical_cross_entropy_with_logits", [0], [1]),
    ):
        loss = getattr(losses, name)
        assert loss(logits, right, reduction="sum") == pytest.approx(np.log(2))
        assert loss(logits, wrong, reduction="sum") == INF
        assert np.isfinite(loss(logits, wrong, reduction="sum", **weighted))
        smoothed = loss(logits, right, reduction="sum", label_smoothing=0.1)
        assert smoothed == INF
        free = loss(logits, right, reduction="sum", label_smoothing=0.1, **weighted)
        assert free == pytest.approx((0.9 + 0.2 / 3) * np.log(2))


@by_row
def test_rows_without_a_limit_are_nan(case: Case) -> None:
    if not case.labels:
        return
    rows_without = [[-INF, -INF, -INF], [INF, INF, 0.0]]
    got = case.value(np.array(rows_without), [0, 0], reduction="none")
    assert np.isnan(got).all()


WRONG_WEIGHTS = [
    ([1.0, 2.0], ValueError, "must have shape (3,), got (2,)"),
    ([[1.0, 2.0, 5.0]], ValueError, "must have shape (3,), got (1, 3)"),
    ([1.0, -2.0, 5.0], ValueError, "must be in [0, inf), got -2.0"),
    ([1.0, np.inf, 5.0], ValueError, "must be in [0, inf), got inf"),
    ([1.0, np.nan, 5.0], ValueError, "must be in [0, inf), got nan"),
    ([0.0, 0.0, 0.0], ValueError, "must hold a weight above 0, got only zeros"),
    (["a", "b", "c"], TypeError, "must hold real numbers or bools, got <U1"),
]


@pytest.mark.parametrize(("weights", "error", "message"), WRONG_WEIGHTS)
@by_row
def test_wrong_class_weights_are_refused(
    case: Case, weights: list[Any], error: type[Exception], message: str
) -> None:
    if "class_weights" not in case.arguments:
        return
    plain = case._replace(options={})
    for function in (plain.value, plain.grad):
        with pytest.raises(error, match=f"^{re.escape(f'`class_weights` {message}')}$"):
            function(*plain.data(), class_weights=weights)


@by_row
def test_a_mean_wants_weight_in_the_batch(case: Case) -> None:
    if "class_weights" not in case.arguments:
        return
    x, targets = case._replace(options={}).data()
    targets = np.eye(3)[np.zeros(5, int)] if targets.ndim == 2 else np.zeros(5, int)
    plain = case._replace(options={"class_weights": [0.0, 1.0, 1.0]})
    assert plain.value(x, targets, reduction="sum") == 0
    message = "`class_weights` must be above 0 for some class of the batch"
    for function in (plain.value, plain.grad):
        with pytest.raises(ValueError, match=re.escape(message)):
            function(x, targets)


WRONG_LABELS: list[tuple[Callable[[Any], Any], type[Exception], str]] = [
    (lambda y: y - 1, ValueError, "`labels` must be in [0, 3), got -1"),
    (lambda y: y + 3, ValueError, "`labels` must be in [0, 3), got "),
    (lambda y: y.astype(float), TypeError, "`labels` must be integers, got float64"),
    (lambda y: y > 0, TypeError, "`labels` must be integers, got bool"),
]


@pytest.mark.parametrize(("spoil", "error", "message"), WRONG_LABELS)
@by_row
def test_wrong_labels_are_refused(
    case: Case, spoil: Callable[[Any], Any], error: type[Exception], message: str
) -> None:
    x, targets = case.data()
    if targets.ndim == 2:
        return
    for function in (case.value, case.grad):
        with pytest.raises(error, match=re.escape(message)):
            function(x, spoil(targets))


@by_dtype
@each
def test_no_warning_and_no_nan_over_the_whole_float_range(
    case: Case, dtype: type[np.floating]
) -> None:
    info, tiny = np.finfo(dtype), np.finfo(dtype).smallest_subnormal
    ends = np.array([0, tiny, info.tiny, 1, 88, 709, 1e4, info.max / 2, info.max])
    ends = np.concatenate([ends, -ends]).astype(dtype)
    if case.first == "probabilities":
        ends = ends[(ends >= 0) & (ends <= 1)]
    if case.by_row:
        x = np.stack(np.meshgrid(ends, ends, ends), axis=-1).reshape(-1, 3).repeat(3, axis=0)
        targets = np.tile([0, 1, 2], len(x) // 3)
        if not case.labels:
            targets = np.array([[1, tiny, 0], [0, 1, tiny], [tiny, 0, 1]])[targets]
    else:
        x, targets = np.meshgrid(ends, [0, 1] if "focal" in case.name else [0, tiny, 1])
    with np.errstate(all="raise"):
        for reduction in ("mean", "sum", "none"):
            assert not np.isnan(case.value(x, targets, reduction=reduction)).any()
            assert not np.isnan(case.grad(x, targets, reduction=reduction)).any()


FROM_LOGITS = [case for case in CASES if case.first == "logits" and "general" not in case.name]


@pytest.mark.parametrize("scale", [1, 30, 1e2, 1e4])
@pytest.mark.parametrize("case", FROM_LOGITS)
def test_a_wrong_answer_from_logits_has_a_gradient_however_sure_it_is(
    case: Case, scale: float
) -> None:
    if case.by_row:
        x = np.array([[-1, 0, 1], [1, 0, -1], [0, 1, 0.5]], np.float32) * np.float32(scale)
        labels = np.array([0, 2, 2])
        targets = labels if case.labels else np.eye(3)[labels]
    else:
        x, targets = np.array([-1, 1], np.float32) * np.float32(scale), np.array([1, 0])
    loss = case.value(x, targets, reduction="none")
    grad = case.grad(x, targets, reduction="none")
    assert np.isfinite(loss).all()
    assert (loss > 0.1 * scale / 4).all()
    wrong = grad[np.arange(3), labels] if case.by_row else grad
    assert (np.abs(wrong) > 0.1).all()


# the oracles

ALL = [Case(name, row.options) for name, row in LOSSES.items()]
of_all = pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)


@of_all
def test_every_value_and_gradient_is_that_of_its_loop_in_a_hundred_digits(case: Case) -> None:
    row = LOSSES[case.name]
    x, y = row.points(np.float64, 40)
    wanted = row.loop(x, y, **case.options)
    np.testing.assert_allclose(case.value(x, y, reduction="none"), wanted, rtol=1e-14)
    slopes = np.array([[float(slope) for slope in g] for g in row.gradients(x, y, **case.options)])
    np.testing.assert_allclose(
        case.grad(x, y, reduction="sum"), slopes.reshape(x.shape), rtol=1e-12, atol=1e-15
    )


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@of_all
def test_every_value_and_gradient_is_that_of_pytorch(case: Case, reduction: str) -> None:
    row = LOSSES[case.name]
    x, y = row.points(np.float64, 200)
    leaf = torch.from_numpy(x).requires_grad_()
    theirs = row.torch(leaf, torch.from_numpy(y), reduction=reduction, **case.options)
    (slope,) = torch.autograd.grad(theirs.sum(), leaf)
    # what PyTorch rounds away next to 1 is below the absolute tolerance
    np.testing.assert_allclose(
        case.value(x, y, reduction=reduction), theirs.detach().numpy(), rtol=1e-10, atol=1e-14
    )
    np.testing.assert_allclose(
        case.grad(x, y, reduction=reduction), slope.numpy(), rtol=1e-10, atol=1e-13
    )


@pytest.mark.parametrize("name", [name for name, row in LOSSES.items() if row.scipy])
def test_a_value_is_that_of_scipy(name: str) -> None:
    row = LOSSES[name]
    x, y = row.points(np.float64, 200)
    ours = getattr(losses, name)(x, y, reduction="none", **row.options)
    np.testing.assert_allclose(ours, row.scipy(x, y, **row.options), rtol=1e-12, atol=1e-15)
