"""Activations: what holds for any finite input."""

import hypothesis
import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from nnref import activations as act
from oracles.activations import ENTRIES

Floats = NDArray[np.floating]

RISING = [name for name, row in ENTRIES.items() if row.rising]
BOUNDS = [(name, *(row.bounds or row.tails)) for name, row in ENTRIES.items()]
BOUNDS += [(f"{name}_grad", *row.slope_bounds) for name, row in ENTRIES.items() if row.slope_bounds]
BOUNDS = [bound for bound in BOUNDS if bound[1:] != (-np.inf, np.inf)]

settings = hypothesis.settings(derandomize=True, deadline=None)
finite = st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def floats(draw: st.DrawFn, *shape: int, bound: float | None = None) -> Floats:
    """Draw an array of finite float32 or float64."""
    width = draw(st.sampled_from([32, 64]))
    top = np.float32(bound).item() if bound else None
    entries = st.floats(
        None if top is None else -top, top, allow_nan=False, allow_infinity=False, width=width
    )
    return draw(arrays(np.dtype(f"f{width // 8}"), shape, elements=entries))


@pytest.mark.parametrize("name", RISING)
@hypothesis.given(x=floats(2))
@settings
def test_values_never_fall(name: str, x: Floats) -> None:
    low, high = getattr(act, name)(np.sort(x))
    # an exponential off by an ulp or two may order neighbors the other way round
    info = np.finfo(x.dtype)
    assert low <= high or low - high <= 8 * info.eps * abs(high) + info.smallest_subnormal


@pytest.mark.parametrize(("name", "low", "high"), BOUNDS)
@hypothesis.given(x=floats(4))
@settings
def test_values_stay_in_bounds(name: str, low: float, high: float, x: Floats) -> None:
    result = getattr(act, name)(x)
    assert (result >= x.dtype.type(low)).all()
    assert (result <= x.dtype.type(high)).all()


@hypothesis.given(x=floats(4))
@settings
def test_sigmoid_of_the_opposite_is_the_complement(x: Floats) -> None:
    epsilon = np.finfo(x.dtype).eps
    np.testing.assert_allclose(act.sigmoid(-x), 1 - act.sigmoid(x), rtol=0, atol=2 * epsilon)


@hypothesis.given(x=floats(4))
@settings
def test_tanh_is_odd_and_its_slope_even(x: Floats) -> None:
    np.testing.assert_array_equal(act.tanh(-x), -act.tanh(x))
    np.testing.assert_array_equal(act.tanh_grad(-x), act.tanh_grad(x))
    np.testing.assert_array_equal(act.sigmoid_grad(-x), act.sigmoid_grad(x))


@pytest.mark.parametrize("name", ["gelu", "gelu_tanh", "silu"])
@hypothesis.given(x=floats(4))
@settings
def test_a_gate_and_its_mirror_image_add_up_to_1(name: str, x: Floats) -> None:
    value, slope = getattr(act, name), getattr(act, f"{name}_grad")
    info = np.finfo(x.dtype)
    halves = 2 * info.smallest_subnormal  # half an odd subnormal is none
    np.testing.assert_allclose(value(x) - value(-x), x, rtol=2 * info.eps, atol=halves)
    np.testing.assert_allclose(slope(x) + slope(-x), 1, rtol=2 * info.eps)


@hypothesis.given(x=floats(4))
@settings
def test_softplus_is_above_relu_by_at_most_ln_2(x: Floats) -> None:
    gap = act.softplus(x) - act.relu(x)
    slack = 2 * np.finfo(x.dtype).eps * (1 + np.abs(x))
    assert ((gap >= 0) & (gap <= np.log(2) + slack)).all()


@hypothesis.given(x=floats(5, 3))
@settings
def test_softmax_sums_to_1(x: Floats) -> None:
    p = act.softmax(x)
    assert ((p >= 0) & (p <= 1)).all()
    np.testing.assert_allclose(p.sum(-1), 1, rtol=4 * np.finfo(x.dtype).eps)


@hypothesis.given(x=arrays(float, (5, 3), elements=st.integers(-800, 800)), c=st.integers())
@settings
def test_softmax_does_not_depend_on_a_shift(x: Floats, c: int) -> None:
    shift = c % 2**40  # integers, so that adding it rounds nothing
    np.testing.assert_array_equal(act.softmax(x + shift), act.softmax(x))
    np.testing.assert_array_equal(act.log_softmax(x + shift), act.log_softmax(x))


@hypothesis.given(x=floats(5, 3))
@settings
def test_logsumexp_lies_between_the_maximum_and_log_n_above(x: Floats) -> None:
    result, m = act.logsumexp(x), x.max(-1)
    assert (result >= m).all()
    slack = 2 * np.finfo(x.dtype).eps * (1 + np.abs(m))
    assert (result - m <= np.log(3) + slack).all()


@hypothesis.given(x=floats(5, 3, bound=1e4), upstream=arrays(float, (5, 3), elements=finite))
@settings
def test_a_gradient_through_softmax_moves_no_common_shift(x: Floats, upstream: Floats) -> None:
    g = np.clip(upstream, -1e4, 1e4)
    for vjp in (act.softmax_vjp, act.log_softmax_vjp):
        total = vjp(x, g).sum(-1)
        np.testing.assert_allclose(total, 0, atol=2e6 * np.finfo(x.dtype).eps)
