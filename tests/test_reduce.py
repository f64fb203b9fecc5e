"""Reductions: the mean, the sum, each loss, what they refuse; sums and products of any layout."""

import ast
import itertools
import math
import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import nnref
from nnref import _reduce

LOSSES = np.array([[1.0, 2.0, 6.0], [0.5, 0.25, 0.25]])


def test_the_mean_divides_by_the_number_of_losses_or_by_what_it_is_told() -> None:
    assert _reduce.reduce(LOSSES, "mean") == 10 / 6
    assert _reduce.reduce(LOSSES, "mean", 4.0) == 2.5


def test_the_sum_and_the_losses_themselves_take_no_divisor() -> None:
    assert _reduce.reduce(LOSSES, "sum", 4.0) == 10
    assert _reduce.reduce(LOSSES, "none", 4.0) is LOSSES


def test_only_a_mean_shares_the_gradient() -> None:
    assert [_reduce.reduce_grad(name, 8) for name in ("mean", "sum", "none")] == [0.125, 1, 1]


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_float32_losses_are_added_in_float64(reduction: str) -> None:
    total = _reduce.reduce(np.array([2**24, 1, 1], np.float32), reduction, 1.0)
    assert total == 2**24 + 2  # added in float32, each 1 is lost
    assert total.dtype == np.float32


def test_the_mean_of_huge_losses_is_finite_where_their_sum_is_not() -> None:
    assert _reduce.reduce(np.array([1e308, 1.5e308, 0.5e308]), "mean") == 1e308
    assert _reduce.reduce(np.array([1e308, 1.5e308, 0.5e308]), "sum") == np.inf
    assert _reduce.reduce(np.array([3e38, 3e38], np.float32), "mean") == np.float32(3e38)
    assert _reduce.reduce(np.array([3e38, 3e38], np.float32), "sum") == np.inf


def test_one_infinite_loss_makes_the_mean_infinite_and_nan_stays_nan() -> None:
    assert _reduce.reduce(np.array([1.0, np.inf]), "mean") == np.inf
    assert np.isnan(_reduce.reduce(np.array([1.0, np.nan]), "mean"))


def test_the_weights_are_added_up_and_a_mean_wants_one_above_0() -> None:
    assert _reduce.total_weight(np.array([0.5, 0.0, 2.0]), "mean") == 2.5
    assert _reduce.total_weight(np.array([2**24, 1, 1], np.float32), "mean") == 2**24 + 2
    assert _reduce.total_weight(np.zeros(3), "sum") == 0
    wanted = 'be above 0 for some class of the batch for a "mean", got only zeros there'
    with pytest.raises(ValueError, match=f"^{re.escape(f'`class_weights` must {wanted}')}$"):
        _reduce.total_weight(np.zeros(3), "mean")


@pytest.mark.parametrize("reduction", ["average", "", None, 0])
def test_an_unknown_reduction_is_refused(reduction: str) -> None:
    message = f'`reduction` must be "mean", "sum" or "none", got {reduction!r}'
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        _reduce.check(reduction, LOSSES, "logits")


def test_only_a_mean_refuses_an_empty_batch() -> None:
    empty = np.zeros((0, 3))
    _reduce.check("sum", empty, "logits")
    _reduce.check("none", empty, "logits")
    message = '`logits` must not be empty for a "mean", got shape (0, 3)'
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        _reduce.check("mean", empty, "logits")


# ------------------------------------------------------------ sums and products themselves

SHAPES = [(5,), (2000,), (70_000,), (16, 300), (17, 300), (300, 17), (40, 9, 50), (3, 90, 70)]


def every_choice(ndim: int) -> Iterator[tuple[int, ...]]:
    for count in range(1, ndim + 1):
        yield from itertools.combinations(range(ndim), count)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", SHAPES)
def test_totals_are_those_of_exact_arithmetic(
    shape: tuple[int, ...], dtype: type[np.floating]
) -> None:
    x = np.random.default_rng(0).uniform(-1, 2, shape).astype(dtype)
    padded = np.repeat(x, 2, axis=-1)[..., ::2]
    for axes in every_choice(len(shape)):
        rows = np.moveaxis(x, axes, range(-len(axes), 0)).reshape(
            *[n for axis, n in enumerate(shape) if axis not in axes], -1
        )
        exact = np.apply_along_axis(math.fsum, -1, rows)
        size = np.apply_along_axis(math.fsum, -1, np.abs(rows))
        for layout in (x, np.asfortranarray(x), padded, x[::-1].copy()[::-1]):
            got = _reduce.total(layout, axes)
            assert (got.dtype, got.shape) == (dtype, exact.shape)
            assert (np.abs(got - exact) <= 4 * np.spacing(size.astype(dtype))).all()
            kept = _reduce.total(layout, axes, keepdims=True)
            assert np.array_equal(kept, np.expand_dims(got, axes))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("value", [0.02, 0.1, 1 / 3, 1e-6])
def test_equal_terms_do_not_drift(value: float, dtype: type[np.floating]) -> None:
    x = np.full((600_000, 2), value, dtype)
    exact = 600_000 * float(x[0, 0])
    for layout in (x, np.asfortranarray(x), np.full((600_000, 4), value, dtype)[:, ::2]):
        limit = 24 if dtype is np.float64 else 1
        off = np.abs(_reduce.total(layout, (0,)) - exact)
        assert (off <= limit * np.spacing(dtype(exact))).all()
        assert abs(_reduce.grand_total(layout) - 2 * exact) <= limit * np.spacing(dtype(2 * exact))


def test_the_sum_of_nothing_is_0() -> None:
    for shape in ((0,), (3, 0), (0, 3), (0, 5000)):
        assert not _reduce.total(np.zeros(shape, np.float32), (0,)).any()
        assert _reduce.grand_total(np.zeros(shape)) == 0


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("terms", [0, 1, 511, 512, 513, 1500, 8192, 8193, 20_001])
def test_products_stay_within_their_bound(terms: int, dtype: type[np.floating]) -> None:
    rng = np.random.default_rng(terms)
    a, b = rng.uniform(-1, 2, (3, terms)).astype(dtype), rng.uniform(size=(terms, 2)).astype(dtype)
    exact = np.array(
        [[sum(map(Fraction, map(float, r * c.astype(object)))) for c in b.T] for r in a]
    )
    size = np.abs(a).astype(float) @ b.astype(float)
    for left, right in (
        (a, b),
        (np.asfortranarray(a), np.asfortranarray(b)),
        (a, b[::-1].copy()[::-1]),
    ):
        got = _reduce.product(left, right)
        assert (got.dtype, got.shape) == (dtype, (3, 2))
        off = [abs(Fraction(float(g)) - e) for g, e in zip(got.flat, exact.flat, strict=True)]
        ulp = np.spacing(size.astype(dtype)).astype(float).ravel()
        assert all(o <= 264 * Fraction(u) for o, u in zip(off, ulp, strict=True))


def test_a_product_of_equal_terms_does_not_drift() -> None:
    a, b = np.full((1, 10**6), 1e-6, np.float32), np.ones((10**6, 1), np.float32)
    assert abs(float(_reduce.product(a, b)[0, 0]) / (10**6 * float(a[0, 0])) - 1) < 264 * 2**-24


# ---------------------------------------------------------- that they are the only ones

ADDING = {
    *("sum", "nansum", "mean", "nanmean", "average", "std", "nanstd", "var", "nanvar"),
    *("cumsum", "prod", "cumprod", "dot", "vdot", "inner", "matmul", "tensordot", "einsum"),
    *("vecdot", "matvec", "trace", "norm", "convolve", "correlate", "fsum", "sumprod"),
}
EXCEPT = {
    "_checks._masked: sum": "counts, whole numbers",
    "initializers.xavier_normal: sum": "two whole numbers",
    "initializers.xavier_uniform: sum": "two whole numbers",
    "initializers.fans: prod": "whole numbers",
    "activations.axiswise._rows: prod": "whole numbers",
    "losses.segmentation._pixels: prod": "whole numbers",
    "activations.gated._cubic: sum": "a constant in two parts",
    "metrics._upper_bound: cumsum": "float64, and each partial sum is wanted",
    "datasets._ratio: sum": "four shares in float64",
    "datasets._labels: sum": "counts, whole numbers",
    "_radiograph._crack: cumsum": "a path of a few knots in float64, each of them wanted",
    "_radiograph._unit_noise: std": "the look of a drawing, in float64",
    "_radiograph._blurred: sum": "the look of a drawing, in float64",
    "_radiograph._blurred: @": "the look of a drawing, in float64",
}


def additions(node: ast.AST, where: str = "") -> Iterator[str]:
    """Yield where a module adds numbers up, and by what."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        where = node.name
    if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.MatMult):
        yield f"{where}: @"
    if isinstance(node, ast.Call):
        called = node.func
        name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        ufunc = getattr(called.value, "attr", "") if isinstance(called, ast.Attribute) else ""
        if name in ADDING:
            yield f"{where}: {name}"
        if name in ("reduce", "accumulate", "reduceat") and ufunc in (
            "add",
            "multiply",
            "logaddexp",
        ):
            yield f"{where}: {ufunc}.{name}"
    for child in ast.iter_child_nodes(node):
        yield from additions(child, where)


def test_nothing_is_added_up_elsewhere() -> None:
    package = Path(nnref.__file__).parent
    found = set()
    for file in package.rglob("*.py"):
        module = ".".join(file.relative_to(package).with_suffix("").parts)
        if module != "_reduce":
            tree = ast.parse(file.read_text(encoding="utf-8"))
            found |= {f"{module}.{place}" for place in additions(tree)}
    assert found == set(EXCEPT)


def test_each_way_of_adding_is_noticed() -> None:
    code = "x.sum(0); np.add.reduce(x); a @ b; a @= b; np.einsum('i', x); sum(x); _reduce.total(x)"
    code += "; np.fmax.reduce(x)"
    found = [*additions(ast.parse(code))]
    assert found == [": sum", ": add.reduce", ": @", ": @", ": einsum", ": sum"]
