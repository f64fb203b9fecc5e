"""Activations: shapes, dtypes, limits, conventions and errors."""

import tracemalloc

import numpy as np
import pytest
from numpy.typing import NDArray

from nnref import _formulas
from nnref import activations as act
from oracles.activations import ENTRIES, GRADS, ROWS, VJPS

Floats = NDArray[np.floating]

VALUES = list(ENTRIES)
DTYPES = (np.float32, np.float64)

TAILS = [(name, *row.tails) for name, row in ENTRIES.items()]
TAILS += [(f"{name}_grad", *row.slope_tails) for name, row in ENTRIES.items()]

by_entry = pytest.mark.parametrize("name", VALUES + GRADS)
by_any = pytest.mark.parametrize("name", [*VALUES, *GRADS, *ROWS, *VJPS])
by_dtype = pytest.mark.parametrize("dtype", DTYPES)


def call(name: str, x: object, **options: int) -> Floats:
    """Call a function, with an upstream gradient of its own if it takes one."""
    function = getattr(act, name)
    if name in VJPS:
        return function(x, np.ones(np.shape(x)) + np.arange(np.size(x)).reshape(np.shape(x)))
    return function(x, **options)


# contracts


@by_dtype
@pytest.mark.parametrize("shape", [(), (0,), (5, 3, 7), (2, 0, 3)])
@by_entry
def test_shape_and_dtype_of_entries_are_kept(
    name: str, shape: tuple[int, ...], dtype: type[np.floating]
) -> None:
    result = call(name, np.full(shape, 0.5, dtype))
    assert (result.shape, result.dtype) == (shape, dtype)


@by_entry
def test_a_number_gives_a_numpy_scalar(name: str) -> None:
    assert isinstance(call(name, np.array(0.5, np.float32)), np.float32)
    assert isinstance(call(name, 0.5), np.float64)


def test_logsumexp_of_a_vector_is_a_numpy_scalar() -> None:
    assert isinstance(act.logsumexp(np.ones(3, np.float32)), np.float32)
    assert isinstance(act.logsumexp([-np.inf, 0.0]), np.float64)


@by_dtype
@pytest.mark.parametrize("shape", [(7,), (5, 3, 7), (0, 7), (1, 7, 1)])
@pytest.mark.parametrize("axis", [0, -1])
@pytest.mark.parametrize("name", [*ROWS, *VJPS])
def test_shape_and_dtype_of_rows(
    name: str, axis: int, shape: tuple[int, ...], dtype: type[np.floating]
) -> None:
    x = np.full(shape, 0.5, dtype)
    arguments = (x, x) if name in VJPS else (x,)
    result = getattr(act, name)(*arguments, axis=axis)
    kept = np.delete(shape, axis) if name == "logsumexp" else shape
    assert (result.shape, result.dtype) == (tuple(kept), dtype)
    assert result.flags.c_contiguous


@pytest.mark.parametrize("name", ["softmax", "log_softmax", *VJPS])
def test_an_axis_of_length_0_gives_an_empty_result(name: str) -> None:
    assert call(name, np.ones((3, 0))).shape == (3, 0)


def test_logsumexp_of_nothing_is_log_0() -> None:
    assert act.logsumexp(np.ones((3, 0))).tolist() == [-np.inf] * 3
    assert act.logsumexp(np.ones((0, 3), np.float32), axis=0).dtype == np.float32


@by_any
def test_integers_and_bools_become_float64(name: str) -> None:
    for x in ([3, -2, 0], np.array([3, -2, 0], np.int8), [True, False, False]):
        result = call(name, x)
        assert result.dtype == np.float64
        np.testing.assert_array_equal(result, call(name, np.array(x, np.float64)))


@by_any
def test_any_memory_layout_gives_the_same_numbers(name: str) -> None:
    x = np.random.default_rng(3).normal(size=(5, 3, 7))
    expected = call(name, x)
    layouts = [np.asfortranarray(x), np.repeat(x, 2, axis=1)[:, ::2], x.astype(">f8")]
    for layout in layouts:
        result = call(name, layout)
        assert result.dtype == np.float64
        np.testing.assert_array_equal(result, expected)


@by_any
def test_inputs_are_not_changed(name: str) -> None:
    x = np.random.default_rng(3).normal(size=(5, 3, 7))
    before = x.copy()
    result = call(name, x)
    np.testing.assert_array_equal(x, before)
    assert not np.shares_memory(result, x)
    x.flags.writeable = False
    np.testing.assert_array_equal(call(name, x), result)


@pytest.mark.parametrize("name", VJPS)
def test_upstream_is_not_changed(name: str) -> None:
    upstream = np.arange(6.0).reshape(2, 3)
    result = getattr(act, name)(np.ones((2, 3)), upstream)
    assert upstream.tolist() == [[0, 1, 2], [3, 4, 5]]
    assert not np.shares_memory(result, upstream)


@by_entry
def test_blocks_join_without_a_seam(name: str) -> None:
    x = np.random.default_rng(3).normal(size=2 * _formulas._BLOCK + 3)
    ends = [0, _formulas._BLOCK - 1, _formulas._BLOCK, 2 * _formulas._BLOCK, -1]
    np.testing.assert_array_equal(call(name, x)[ends], call(name, x[ends]))


@by_dtype
@by_entry
def test_many_blocks_keep_shape_and_dtype(name: str, dtype: type[np.floating]) -> None:
    x = np.random.default_rng(3).normal(size=(3, _formulas._BLOCK, 1)).astype(dtype)
    result = call(name, x)
    assert (result.shape, result.dtype) == (x.shape, dtype)
    np.testing.assert_array_equal(result, np.stack([call(name, part) for part in x]))


@by_entry
def test_the_memory_taken_stays_near_that_of_the_result(name: str) -> None:
    x = np.random.default_rng(3).normal(size=8 * _formulas._BLOCK)
    call(name, x)
    tracemalloc.start()
    call(name, x)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2.5 * x.nbytes


@by_dtype
@by_any
def test_no_finite_input_raises_a_floating_point_error(name: str, dtype: type[np.floating]) -> None:
    info = np.finfo(dtype)
    sizes = [0, info.smallest_subnormal, info.tiny, 1e-30, 1, 37, 88, 90, 104, 709, 746, 1e30]
    x = np.array([*sizes, info.max], dtype)
    x = np.concatenate([x, -x])
    with np.errstate(all="raise"):
        assert not np.isnan(call(name, x)).any()
        if name not in VALUES + GRADS:
            pairs = np.stack(np.meshgrid(x, x), axis=-1)
            assert not np.isnan(call(name, pairs)).any()


# limits and NaN


@by_entry
def test_nan_stays_nan_and_stays_where_it_is(name: str) -> None:
    result = call(name, [1.0, np.nan, -1.0])
    assert np.isnan(result).tolist() == [False, True, False]


@by_dtype
@pytest.mark.parametrize(("name", "low", "high"), TAILS)
def test_infinities_give_the_limits(
    name: str, low: float, high: float, dtype: type[np.floating]
) -> None:
    result = call(name, np.array([-np.inf, np.inf], dtype))
    np.testing.assert_array_equal(result, np.array([low, high], dtype))


@by_dtype
def test_the_tails_follow_the_exponential_into_the_subnormals(
    dtype: type[np.floating],
) -> None:
    x = dtype(-103.0 if dtype == np.float32 else -744.0)
    tail = np.exp(x)
    assert 0 < tail < np.finfo(dtype).tiny
    assert act.sigmoid(x) == act.softplus(x) == act.sigmoid_grad(x) == tail
    assert act.tanh_grad(x / 2) == 4 * tail


@by_dtype
@pytest.mark.parametrize(
    ("name", "float32", "float64"),
    [("gelu", -14.1, -38.4), ("gelu_tanh", -10.3, -21.5), ("silu", -107.0, -750.0)],
)
def test_a_gate_closes_in_the_subnormals_only(
    name: str, float32: float, float64: float, dtype: type[np.floating]
) -> None:
    x = dtype(float32 if dtype == np.float32 else float64)
    tiny = np.finfo(dtype).tiny
    value, slope = call(name, x), call(f"{name}_grad", x)
    assert -tiny < value < 0
    assert -tiny < slope < 0
    assert call(name, 1.1 * x) == call(f"{name}_grad", 1.1 * x) == 0


@pytest.mark.parametrize("name", ["softmax", "log_softmax", *VJPS])
def test_nan_spoils_its_own_row_only(name: str) -> None:
    result = call(name, np.array([[1.0, np.nan, 2.0], [1.0, 2.0, 3.0], [np.nan] * 3]))
    assert np.isnan(result).all(axis=-1).tolist() == [True, False, True]
    assert not np.isnan(result[1]).any()
    assert np.isnan(call(name, [np.nan])).all()


def test_nan_spoils_its_own_logsumexp_only() -> None:
    result = act.logsumexp([[1.0, np.nan], [0.0, 0.0], [np.nan, np.inf]])
    assert np.isnan(result).tolist() == [True, False, True]


def test_one_infinite_score_takes_all_the_probability() -> None:
    x = [1.0, np.inf, -np.inf]
    assert act.softmax(x).tolist() == [0.0, 1.0, 0.0]
    assert act.log_softmax(x).tolist() == [-np.inf, 0.0, -np.inf]
    assert act.softmax([-np.inf]).tolist() == [1.0]
    assert act.softmax([[np.inf, 0.0], [1.0, np.inf]]).tolist() == [[1.0, 0.0], [0.0, 1.0]]


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
@pytest.mark.parametrize("x", [[np.inf, np.inf, 0.0], [-np.inf, -np.inf]])
def test_a_row_without_a_limit_is_nan(name: str, x: list[float]) -> None:
    assert np.isnan(call(name, x)).all()


def test_infinite_logsumexp() -> None:
    rows = np.array([[np.inf, np.inf], [np.inf, -np.inf], [-np.inf, -np.inf], [-np.inf, 5.0]])
    assert act.logsumexp(rows).tolist() == [np.inf, np.inf, -np.inf, 5.0]


# conventions and numbers


def test_conventions_at_the_kinks() -> None:
    for zero in (0.0, -0.0):
        assert act.relu_grad(zero) == 0
        assert act.leaky_relu_grad(zero) == 0.01
        assert act.hard_threshold(zero) == 1
        assert act.hard_threshold_grad(zero) == 0


def test_negative_slope_is_used() -> None:
    assert act.leaky_relu([-2.0, 3.0], negative_slope=0.25).tolist() == [-0.5, 3.0]
    assert act.leaky_relu_grad([-2.0, 3.0], negative_slope=0.25).tolist() == [0.25, 1.0]
    assert act.leaky_relu([-2.0, 3.0], negative_slope=1).tolist() == [-2.0, 3.0]


def test_softmax_keeps_axes_apart() -> None:
    x = np.random.default_rng(3).normal(size=(5, 3, 7))
    for axis in (-3, -2, -1, 0, 1, 2):
        e = np.exp(x)
        np.testing.assert_allclose(act.softmax(x, axis=axis), e / e.sum(axis, keepdims=True))
        np.testing.assert_allclose(act.logsumexp(x, axis=axis), np.log(e.sum(axis)))


def test_log_softmax_keeps_the_digits_of_a_probability_next_to_1() -> None:
    assert act.log_softmax([100.0, 0.0])[0] == pytest.approx(-np.exp(-100.0), rel=1e-12)
    assert act.log_softmax([0.0, -1000.0]).tolist() == [0.0, -1000.0]


def test_ties_share() -> None:
    assert act.softmax([7.0, 7.0, 7.0, 7.0]).tolist() == [0.25] * 4
    assert act.logsumexp([1000.0, 1000.0]) == 1000 + np.log(2)


def test_softmax_of_two_classes_is_the_sigmoid_of_the_difference() -> None:
    x = np.random.default_rng(3).normal(0, 9, size=(50, 2))
    np.testing.assert_allclose(act.softmax(x)[:, 0], act.sigmoid(x[:, 0] - x[:, 1]))


# errors


@by_any
@pytest.mark.parametrize(
    ("x", "got"),
    [
        (np.ones(3, np.float16), "float16"),
        (np.ones(3, np.longdouble), str(np.dtype(np.longdouble))),
    ],
)
def test_other_floats_are_refused(name: str, x: Floats, got: str) -> None:
    wanted = "`x` must hold float32, float64, integers or bools, got"
    with pytest.raises(TypeError, match=f"^{wanted} {got}$"):
        call(name, x)


@by_any
@pytest.mark.parametrize(
    ("x", "got"),
    [
        (np.ones(3, complex), "complex128"),
        (np.array(["1", "2"]), "<U1"),
        (np.array([None, 1]), "object"),
    ],
)
def test_what_is_no_number_is_refused(name: str, x: NDArray[np.generic], got: str) -> None:
    with pytest.raises(TypeError, match=f"^`x` must hold real numbers or bools, got {got}$"):
        call(name, x)


@by_entry
def test_a_ragged_list_is_refused(name: str) -> None:
    message = "^`x` must be rectangular, got rows of length 3 and 2 on axis 1$"
    with pytest.raises(ValueError, match=message):
        call(name, [[1, 2, 3], [4, 5]])


@pytest.mark.parametrize("name", ["leaky_relu", "leaky_relu_grad"])
@pytest.mark.parametrize("slope", [0, -0.1, 1.5, np.nan])
def test_a_slope_out_of_range_is_refused(name: str, slope: float) -> None:
    message = rf"^`negative_slope` must be in \(0, 1\], got {slope}$"
    with pytest.raises(ValueError, match=message):
        getattr(act, name)([], negative_slope=slope)


@pytest.mark.parametrize("name", [*ROWS, *VJPS])
@pytest.mark.parametrize("axis", [2, -3])
def test_an_axis_out_of_range_is_refused(name: str, axis: int) -> None:
    x = np.ones((2, 3))
    arguments = (x, x) if name in VJPS else (x,)
    message = rf"^`axis` must be in \[-2, 2\) for shape \(2, 3\), got {axis}$"
    with pytest.raises(ValueError, match=message):
        getattr(act, name)(*arguments, axis=axis)


@pytest.mark.parametrize("name", ROWS)
def test_a_number_has_no_axis(name: str) -> None:
    with pytest.raises(ValueError, match=r"^`axis` must name an axis for shape \(\), got -1$"):
        call(name, 0.5)


@pytest.mark.parametrize("name", ROWS)
@pytest.mark.parametrize("axis", [0.0, "0", None])
def test_an_axis_of_another_type_is_refused(name: str, axis: object) -> None:
    wanted = "an integer or a tuple of integers"
    message = f"^`axis` must be {wanted}, got {type(axis).__name__}$"
    with pytest.raises(TypeError, match=message):
        getattr(act, name)(np.ones((2, 3)), axis=axis)


@pytest.mark.parametrize("name", VJPS)
@pytest.mark.parametrize("shape", [(3,), (3, 2), (2, 1), ()])
def test_upstream_is_never_broadcast(name: str, shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"^`upstream` must have shape \(2, 3\), got \("):
        getattr(act, name)(np.ones((2, 3)), np.ones(shape))


@pytest.mark.parametrize("name", [*ROWS, *VJPS])
@pytest.mark.parametrize("axes", [(0, 1), (2, 0), (-1, 1), (0, 1, 2), (1,)])
def test_several_axes_count_as_one(name: str, axes: tuple[int, ...]) -> None:
    rng = np.random.default_rng(0)
    arrays = [rng.normal(size=(2, 3, 4)) for _ in range(1 + name.endswith("_vjp"))]
    places = range(-len(axes), 0)
    moved = [np.moveaxis(array, axes, places) for array in arrays]
    kept = moved[0].shape[: 3 - len(axes)]
    rows = getattr(act, name)(*(array.reshape(*kept, -1) for array in moved))
    wanted = rows
    if name != "logsumexp":
        wanted = np.moveaxis(rows.reshape(moved[0].shape), places, axes)
    got = getattr(act, name)(*arrays, axis=axes)
    assert got.shape == wanted.shape
    np.testing.assert_allclose(got, wanted, rtol=1e-14)


def test_an_axis_named_twice_is_refused() -> None:
    message = r"^`axis` must name different axes of shape \(2, 3\), got \(1, -1\)$"
    with pytest.raises(ValueError, match=message):
        act.softmax(np.ones((2, 3)), axis=(1, -1))


def test_the_gradient_of_log_softmax_is_finite_where_the_sum_of_the_upstream_is_not() -> None:
    with np.errstate(all="raise"):
        huge = np.finfo(np.float64).max
        got = act.log_softmax_vjp([0.0, 0.0, -1000.0], [huge, huge, huge])
        np.testing.assert_allclose(got, [-huge / 2, -huge / 2, huge], rtol=1e-15)
        assert act.log_softmax_vjp(np.zeros(4), [huge, huge, -huge, -huge]).tolist() == [
            huge,
            huge,
            -huge,
            -huge,
        ]
