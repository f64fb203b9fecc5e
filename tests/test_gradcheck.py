"""Finite differences: right on known slopes, and loud about wrong gradients."""

import re

import numpy as np
import pytest
import torch

from nnref.gradcheck import check_grad, numeric_grad

X = np.array([[0.3, -1.2, 2.0], [4.0, -0.01, 1e-5]])


def smooth(x: np.ndarray) -> float:
    """Return a function of all entries, each with another slope."""
    return (np.sin(x) * np.arange(1, 7).reshape(2, 3)).sum()


def smooth_grad(x: np.ndarray) -> np.ndarray:
    return np.cos(x) * np.arange(1, 7).reshape(2, 3)


def test_slopes_are_found_to_nine_digits() -> None:
    np.testing.assert_allclose(numeric_grad(smooth, X), smooth_grad(X), rtol=5e-9, atol=2e-9)


def test_the_slope_of_a_cube_has_the_error_of_the_formula() -> None:
    for step in (0.5, 0.25):
        assert numeric_grad(lambda x: x**3, 1.0, step=step) == 3 + step**2
    assert numeric_grad(lambda x: x**3, 2.0, step=0.25) == 12 + 0.5**2  # the step is relative


@pytest.mark.parametrize("shape", [(), (0,), (5, 3, 7)])
def test_shape_is_kept_and_dtype_is_float64(shape: tuple[int, ...]) -> None:
    for dtype in (np.float32, np.float64, np.int64):
        grad = numeric_grad(lambda x: x.sum(), np.ones(shape, dtype))
        assert (grad.shape, grad.dtype) == (shape, np.float64)
        np.testing.assert_allclose(grad, np.ones(shape), rtol=1e-9)


def test_a_float32_point_is_differentiated_in_float64() -> None:
    seen = []
    numeric_grad(lambda x: seen.append(x.dtype) or x.sum(), np.float32([1, 2]))
    assert set(seen) == {np.dtype(np.float64)}


def test_the_point_is_not_changed_even_by_a_function_that_writes() -> None:
    def writes(x: np.ndarray) -> float:
        x *= 2
        return x.sum()

    x = np.array([1.0, 2.0])
    np.testing.assert_allclose(numeric_grad(writes, x), [2, 2], rtol=1e-9)
    check_grad(writes, lambda x: np.multiply(x, 0, out=x) + 2, x)
    assert x.tolist() == [1.0, 2.0]


def test_the_slope_of_a_line_is_exact_at_huge_and_tiny_points() -> None:
    for x in (1e300, -1e300, 1 / 3, 1e-300, 5e-324, 0.0):
        assert numeric_grad(lambda x: x.sum(), x) == 1


def test_autograd_agrees() -> None:
    t = torch.from_numpy(X).requires_grad_()
    (t.exp().sum() / t.abs().sum()).backward()
    check_grad(lambda x: np.exp(x).sum() / np.abs(x).sum(), lambda _: t.grad.numpy(), X)


def test_a_right_gradient_passes() -> None:
    check_grad(smooth, smooth_grad, X)
    check_grad(lambda x: x.sum(), np.ones_like, np.ones((0, 3)))


def test_the_worst_entry_is_named() -> None:
    def wrong(x: np.ndarray) -> np.ndarray:
        grad = smooth_grad(x)
        grad[0, 1] += 1e-3
        grad[1, 2] *= -1
        return grad

    message = "`grad(x)` must be 6 at index (1, 2), got -6"
    with pytest.raises(AssertionError, match=f"^{re.escape(message)}$"):
        check_grad(smooth, wrong, np.zeros((2, 3)))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_gradient_that_is_not_finite_fails(value: float) -> None:
    message = rf"at index \(1,\), got {value}$"
    with pytest.raises(AssertionError, match=message):
        check_grad(lambda x: x.sum(), lambda _: [1.0, value, 9.0], [1.0, 2.0, 9.0], atol=1e3)


def test_a_function_that_gives_nan_fails() -> None:
    with pytest.raises(AssertionError, match=r"must be nan at index \(0,\), got 1$"):
        check_grad(lambda x: x.sum() * np.nan, np.ones_like, [1.0, 2.0])


def test_an_infinite_slope_fails_without_a_warning() -> None:
    with pytest.raises(AssertionError, match=r"must be inf at index \(0,\), got inf$"):
        check_grad(lambda x: np.inf if x[0] > 0 else 0.0, lambda _: [np.inf], [0.0])


def test_tolerances_add_up() -> None:
    def off(x: np.ndarray) -> np.ndarray:
        return np.full_like(x, 100 + 0.015)

    def steep(x: np.ndarray) -> float:
        return 100 * x.sum()

    check_grad(steep, off, [1.0], rtol=1e-4, atol=0.006)
    for rtol, atol in ((1e-4, 0.004), (0.4e-4, 0.006)):
        with pytest.raises(AssertionError):
            check_grad(steep, off, [1.0], rtol=rtol, atol=atol)


def test_a_gradient_just_at_the_tolerance_passes() -> None:
    check_grad(lambda x: x.sum(), np.ones_like, [1.0], rtol=0, atol=0)


def test_by_default_a_millionth_passes_and_beside_0_a_hundred_millionth() -> None:
    for slope, within, beyond in ((100, 100 + 9e-5, 100 + 11e-5), (0, 9e-9, 11e-9)):
        check_grad(lambda x, k=slope: k * x.sum(), lambda _, g=within: [g], [1.0])
        with pytest.raises(AssertionError, match=r"at index \(0,\), got "):
            check_grad(lambda x, k=slope: k * x.sum(), lambda _, g=beyond: [g], [1.0])


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"step": 0}, "ValueError: `step` must be in [1e-15, 1], got 0"),
        ({"step": 1e-17}, "ValueError: `step` must be in [1e-15, 1], got 1e-17"),
        ({"step": "small"}, "TypeError: `step` must be a number, got str"),
        ({"rtol": -1e-6}, "ValueError: `rtol` must be in [0, inf), got -1e-06"),
        ({"atol": np.nan}, "ValueError: `atol` must be in [0, inf), got nan"),
        ({"x": [1.0, np.inf]}, "ValueError: `x` must be finite, got inf"),
        ({"x": ["1"]}, "TypeError: `x` must hold real numbers or bools, got <U1"),
        ({"f": lambda x: x}, "ValueError: `f(x)` must be one number, got shape (2,)"),
        ({"f": lambda _: 1j}, "TypeError: `f(x)` must hold real numbers or bools, got complex128"),
        ({"grad": np.sum}, "ValueError: `grad(x)` must have shape (2,), got ()"),
    ],
)
def test_bad_input_is_refused(options: dict[str, object], error: str) -> None:
    arguments = {"f": np.sum, "grad": np.ones_like, "x": [1.0, 2.0]} | options
    with pytest.raises((TypeError, ValueError)) as caught:
        check_grad(**arguments)
    assert f"{caught.type.__name__}: {caught.value}" == error


def test_a_bad_point_of_an_estimate_is_refused() -> None:
    with pytest.raises(TypeError, match=r"^`x` must hold real numbers or bools, got <U1$"):
        numeric_grad(np.sum, ["1"])
