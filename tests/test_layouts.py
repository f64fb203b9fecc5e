"""The contract: every public function gives one result, right, in any memory layout.

Its arrays come in each layout below, read-only, in float32. Where numbers are added there are a
million elements, and a result is off from that in float64 by no more than 4 ulp of the sum of
its terms without their signs.
"""

import importlib
from collections.abc import Callable
from functools import cache, partial
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

import nnref
from nnref import activations, boxes, gradcheck, losses, metrics, tensors
from nnref.layers import Activation, Dense, Parameter, Sequential
from nnref.optimizers import SGD, Adam, sgd_update
from nnref.perceptron import Neuron, Perceptron
from nnref.training import batches

Array = NDArray[Any]
RUN = 264  # ulp: the bound that `Dense` states for its products

# ----------------------------------------------------------------------------- layouts


def channels_last(x: Array) -> Array:
    """The first axis next to each other in memory: what `to_channels_first` gives."""
    return np.moveaxis(np.ascontiguousarray(np.moveaxis(x, 0, -1)), -1, 0)


def negative_strides(x: Array) -> Array:
    back = (slice(None, None, -1),) * x.ndim
    return np.ascontiguousarray(x[back])[back]


def every_third(x: Array) -> Array:
    return np.repeat(x[..., np.newaxis], 3, axis=-1)[..., 1]


def field_of_a_record(x: Array) -> Array:
    """Strides that are no multiple of the size of a number."""
    records = np.zeros(x.shape, [("flag", np.uint8), ("x", x.dtype), ("note", "S2")])
    records["x"] = x
    return records["x"]


def big_endian(x: Array) -> Array:
    return x.astype(x.dtype.newbyteorder(">"))


LAYOUTS = {
    "C": np.ascontiguousarray,
    "Fortran": np.asfortranarray,
    "channels last": channels_last,
    "negative strides": negative_strides,
    "every third": every_third,
    "field of a record": field_of_a_record,
    "big-endian": big_endian,
}


def laid_out(x: Array, layout: str) -> Array:
    laid = LAYOUTS[layout](x.copy())
    laid.setflags(write=False)
    assert np.array_equal(laid, x)
    return laid


# ------------------------------------------------------------------------------- cases


class Case(NamedTuple):
    """A call; its arrays; the sum of the sizes of its terms; the ulp that it may be off."""

    name: str
    call: Callable[..., Any]
    arrays: Callable[[], tuple[Array, ...]]
    terms: Callable[..., Any] | None = None  # the size of the result itself, unless given
    ulp: float = 4


def random(*shape: int, low: float = 0, high: float = 1, seed: int = 0) -> Array:
    return np.random.default_rng(seed).uniform(low, high, shape).astype(np.float32)


def rare(*shape: int) -> Array:
    """A mask of 2 % ones."""
    return (random(*shape, seed=7) < 0.02).astype(np.float32)


def labels(count: int, classes: int) -> Array:
    return np.random.default_rng(3).integers(0, classes, count)


IMAGE = (3, 592, 592)  # channels, height, width: a million numbers
WIDE, TALL = (4, 2**18), (2**18, 4)
SMALL = (3, 8, 10)


def pair(f: str, *more: Any, arrays: Any, terms: Any = None, ulp: float = 4, **options: Any) -> Any:
    """A loss and its gradient, whose terms the function given adds up."""
    value, grad = getattr(losses, f), getattr(losses, f"{f}_grad")
    yield Case(f"losses.{f}", partial(value, *more, **options), arrays)
    yield Case(f"losses.{f}_grad", partial(grad, *more, **options), arrays, terms, ulp)


def entrywise() -> Any:
    """What works on each number alone: layouts must not matter, and nothing is added."""
    rows = ("softmax", "log_softmax", "logsumexp", "softmax_vjp", "log_softmax_vjp")
    for name in set(activations.__all__) - set(rows):
        yield Case(
            f"activations.{name}",
            getattr(activations, name),
            lambda: (random(*SMALL, low=-20, high=20),),
        )
    near = lambda: (box_pairs(500)[0],)  # noqa: E731
    yield Case("boxes.area", boxes.area, near)
    for name in ("intersection", "union", "enclosing_area", "iou", "giou", "diou", "ciou"):
        yield Case(f"boxes.{name}", getattr(boxes, name), lambda: box_pairs(500), sized(8))
    yield Case("boxes.pairwise_iou", boxes.pairwise_iou, lambda: box_pairs(50), sized(8))
    for name in ("shape_of", "rank_of", "describe"):
        yield Case(f"tensors.{name}", getattr(tensors, name), lambda: (random(*SMALL),))
    yield Case("tensors.to_channels_last", tensors.to_channels_last, lambda: (random(*SMALL),))
    first = lambda: (random(8, 10, 3),)  # noqa: E731
    yield Case("tensors.to_channels_first", tensors.to_channels_first, first)
    yield Case("tensors.one_hot", lambda y: tensors.one_hot(y, 4), lambda: (labels(9, 4),))
    yield Case(
        "tensors.shares_memory",
        lambda x: (tensors.shares_memory(x, x.T), tensors.shares_memory(x, x.copy())),
        lambda: (random(4, 5),),
    )
    three = lambda: (random(*SMALL), random(*SMALL, seed=1))  # noqa: E731
    yield Case("optimizers.sgd_update", partial(sgd_update, learning_rate=0.1), three, sized(2))
    for optimizer in (SGD, Adam):
        call = partial(stepped, partial(optimizer, learning_rate=0.1))
        yield Case(f"optimizers.{optimizer.__name__}", call, three, sized(2))
    yield Case("layers.Parameter", lambda x: Parameter(x).value, lambda: (random(*SMALL),))
    yield Case(
        "gradcheck.numeric_grad",
        lambda x: gradcheck.numeric_grad(lambda v: (v**2).sum(), x),
        lambda: (random(3, 4),),
        sized(1e9),
    )
    yield Case(
        "gradcheck.check_grad",
        lambda x: gradcheck.check_grad(lambda v: (v**2).sum(), lambda v: 2 * v, x) or 0,
        lambda: (random(3, 4),),
    )
    yield Case(
        "training.batches",
        lambda x, y: [*batches(x, y, batch_size=50, rng=np.random.default_rng(0))][1],
        lambda: (random(99, 4), labels(99, 4)),
    )
    yield Case(
        "perceptron.Perceptron",
        lambda x, y: learned(Perceptron(np.zeros(4, np.float32)), x, y),
        lambda: (random(99, 4), labels(99, 2)),
    )


def counts() -> Any:
    """Metrics: whole numbers, exact in any layout."""
    maps = lambda: (labels(30_000, 4).reshape(3, 100, 100), rare(3, 100, 100).astype(int))  # noqa: E731
    yield Case("metrics.confusion_matrix", partial(metrics.confusion_matrix, num_classes=4), maps)
    for name in set(metrics.__all__) - {"confusion_matrix", "mask_iou", "dice_coefficient"}:
        yield Case(f"metrics.{name}", getattr(metrics, name), maps)
    yield Case("metrics.missed_defect_rate", bounded, maps)
    for name in ("mask_iou", "dice_coefficient"):
        call = partial(getattr(metrics, name), axes=(-2, -1))
        two = lambda: (rare(3, 100, 100), rare(3, 100, 100)[:, ::-1])
        yield Case(f"metrics.{name}", call, two)


def sums() -> Any:
    """What adds up a million numbers."""
    for shape, axis in ((TALL, 0), (TALL, -1), (IMAGE, (-2, -1))):
        logits = partial(random, *shape, low=-1)
        x = lambda logits=logits: (logits(),)
        x_g = lambda logits=logits: (logits(), logits(seed=1))
        on = {"axis": axis}
        for name in ("softmax", "log_softmax"):  # 2 more: rounding x - m, which is below 2
            yield Case(f"activations.{name}", partial(getattr(activations, name), **on), x, ulp=6)
        yield Case("activations.logsumexp", partial(activations.logsumexp, **on), x)
        vjp, terms = partial(activations.softmax_vjp, **on), partial(softmax_terms, **on)
        yield Case("activations.softmax_vjp", vjp, x_g, terms, ulp=6)
        vjp, terms = partial(activations.log_softmax_vjp, **on), partial(log_softmax_terms, **on)
        yield Case("activations.log_softmax_vjp", vjp, x_g, terms, ulp=6)

    yes_no = lambda: (random(*IMAGE, low=0.001, high=0.999), rare(*IMAGE))  # noqa: E731
    scores = lambda: (random(*IMAGE, low=-8, high=8), rare(*IMAGE))  # noqa: E731
    lengths = lambda: (random(*IMAGE), random(*IMAGE, seed=1))  # noqa: E731
    steep = lambda p, y: (1 / (p * (1 - p)) ** 2) / p.size  # noqa: E731
    yield from pair("binary_cross_entropy", arrays=yes_no, terms=steep)
    yield from pair("binary_cross_entropy_with_logits", arrays=scores, ulp=8)
    yield from pair("binary_focal_loss_with_logits", arrays=scores, ulp=32)
    for name in ("mean_squared_error", "mean_absolute_error", "smooth_l1", "huber"):
        yield from pair(name, arrays=lengths)

    masks = lambda: (np.full(IMAGE, 0.02, np.float32), stripe())  # noqa: E731
    yield from pair("dice_loss", arrays=masks, terms=dice_terms)
    joined = {"axes": (0, 1, 2)}
    yield from pair("dice_loss", arrays=masks, terms=partial(dice_terms, **joined), **joined)
    both = lambda: (random(*IMAGE, low=-6, high=2), stripe())  # noqa: E731
    yield from pair("cross_entropy_dice_loss_with_logits", arrays=both, terms=mixed_terms)

    for rows, classes in (WIDE, TALL):
        logits = partial(random, rows, classes, low=-1)
        named = lambda z=logits, n=rows, k=classes: (z(), labels(n, k))
        yield from pair("focal_loss_with_logits", arrays=named, terms=focal_terms, ulp=8)
        name = "generalized_cross_entropy_with_logits"
        yield from pair(name, arrays=named, terms=robust_terms, ulp=32)  # p to a power
        name = "sparse_categorical_cross_entropy_with_logits"
        yield from pair(name, arrays=named, terms=row_terms, ulp=8)
        smoothed = {"label_smoothing": 0.1}
        yield from pair(name, arrays=named, terms=row_terms, ulp=8, **smoothed)
        shared = lambda z=logits, n=rows, k=classes: (z(), targets(n, k))
        name = "categorical_cross_entropy_with_logits"
        yield from pair(name, arrays=shared, terms=row_terms, ulp=8)
    for kind in ("iou", "giou", "diou", "ciou"):
        yield from pair(f"{kind}_loss", arrays=lambda: box_pairs(2**18), terms=box_terms, ulp=32)

    rows = lambda: (random(2**18, 4), random(2**18, 3, low=-0.1))  # noqa: E731
    yield Case("layers.Dense", passed_through, rows, product_terms, ulp=RUN)
    wide = lambda: (random(3, 2**19), random(3, 2, low=-0.1))  # noqa: E731
    yield Case("layers.Dense", passed_through, wide, product_terms, ulp=RUN)
    yield Case("layers.Sequential", partial(passed_through, deep=True), rows, product_terms, RUN)
    yield Case("layers.Activation", activated, lambda: (random(*SMALL), random(*SMALL)))
    yield Case(
        "perceptron.Neuron",
        lambda x: Neuron(np.full(2**18, 0.01, np.float32)).score(x),
        lambda: (random(4, 2**18),),
    )


# ------------------------------------------- what the calls need, and sums of their terms


def box_pairs(count: int) -> tuple[Array, Array]:
    """Boxes that overlap others, of sides from 1 to 2."""
    pairs = []
    for seed in (1, 2):
        corners = random(count, 2, seed=seed)
        pairs.append(np.hstack([corners, corners + 1 + random(count, 2, seed=seed + 2)]))
    return pairs[0], pairs[1]


def stripe() -> Array:
    """Masks that are 1 in their first 10 rows."""
    y = np.zeros(IMAGE, np.float32)
    y[:, :10] = 1
    return y


def targets(rows: int, classes: int) -> Array:
    """One half on each of two classes."""
    y = np.zeros((rows, classes), np.float32)
    y[np.arange(rows), labels(rows, classes)] += 0.5
    y[:, 0] += 0.5
    return y


def stepped(optimizer: Any, x: Array, grad: Array) -> Array:
    """A parameter after two steps."""
    p = Parameter(x)
    steps = optimizer([p])
    for _ in range(2):
        p.grad = grad
        steps.step()
    return p.value


def learned(perceptron: Perceptron, x: Array, y: Array) -> Array:
    perceptron.fit(x, y, max_passes=3)
    return perceptron.weights


def bounded(predictions: Array, truth: Array) -> Any:
    return metrics.missed_defect_rate(predictions[:, :9, :9], truth[:, :9, :9], confidence=0.9)


def passed_through(x: Array, upstream: Array, *, deep: bool = False) -> tuple[Any, ...]:
    """All that a layer computes, in the dtype of its input."""
    rng = np.random.default_rng(5)
    dense = Dense(x.shape[1], upstream.shape[1], rng=rng, dtype=x.dtype.newbyteorder("=").type)
    dense.weight.value = np.linspace(0.1, 0.3, dense.weight.value.size).reshape(
        dense.weight.value.shape
    )
    layer = Sequential(dense) if deep else dense
    y = layer.forward(x)
    back = layer.backward(upstream)
    return y, back, dense.weight.grad, dense.bias.grad


def activated(x: Array, upstream: Array) -> tuple[Any, ...]:
    layer = Activation(activations.relu, activations.relu_grad)
    return layer.forward(x), layer.backward(upstream)


def product_terms(x: Array, upstream: Array) -> tuple[Any, ...]:
    return passed_through(np.abs(x), np.abs(upstream))


def sized(factor: float) -> Callable[..., Any]:
    """The terms are of the size of the numbers that go in."""
    return lambda *arrays: factor * max(float(np.abs(x).max()) for x in arrays)


def softmax_terms(x: Array, g: Array, axis: Any) -> Array:
    p = activations.softmax(x, axis=axis)
    return p * (np.abs(g) + (p * np.abs(g)).sum(axis, keepdims=True))


def log_softmax_terms(x: Array, g: Array, axis: Any) -> Array:
    p = activations.softmax(x, axis=axis)
    return np.abs(g) + p * np.abs(g).sum(axis, keepdims=True)


def dice_terms(p: Array, y: Array, axes: tuple[int, ...] = (-2, -1)) -> Array:
    whole = (p + y).sum(axes, keepdims=True)
    loss = np.abs(p - y).sum(axes, keepdims=True) / whole
    return (1 + 2 * y + loss) / whole / loss.size


def mixed_terms(z: Array, y: Array) -> Array:
    p = 1 / (1 + np.exp(-z))
    return (p + y) / z.size + p * (1 - p) * dice_terms(p, y)


def row_terms(z: Array, y: Array, pull: Any = 1) -> Array:
    """Probabilities less targets, each row scaled; at the label, the sum of the others."""
    sizes = activations.softmax(z)
    if y.ndim == 2:
        sizes += y
        sizes[np.arange(len(y)), z.argmax(axis=1)] = 2
    else:
        sizes[np.arange(len(y)), y] = 1
    return np.broadcast_to(pull, len(y))[:, np.newaxis] * sizes / len(y)


def focal_terms(z: Array, y: Array) -> Array:
    return row_terms(z, y, 1 - np.log(label_probability(z, y)))


def robust_terms(z: Array, y: Array) -> Array:
    return row_terms(z, y, label_probability(z, y) ** 0.7)


def label_probability(z: Array, y: Array) -> Array:
    return activations.softmax(z)[np.arange(len(y)), y]


def box_terms(p: Array, t: Array) -> float:
    return 4 / len(p)


CASES = [*entrywise(), *counts(), *sums()]

EXCUSED = {
    "autograd.Value": "single numbers, no arrays",
    "layers.Layer": "the base of the others, with nothing to compute",
    "perceptron.PerceptronFit": "a record of plain numbers",
    "training.DivergenceError": "a message and a record",
    "training.History": "a record of plain numbers",
    "training.fit": "hands its arrays to `batches`, the model and the loss",
} | {
    f"{module}.{name}": "takes numbers, not arrays"
    for module in ("datasets", "initializers")
    for name in importlib.import_module(f"nnref.{module}").__all__
}


# ------------------------------------------------------------------------------- tests


def test_every_public_name_is_tested_or_excused() -> None:
    public = {
        f"{module}.{name}"
        for module in nnref.__all__
        for name in importlib.import_module(f"nnref.{module}").__all__
    }
    tested = {case.name for case in CASES}
    assert tested | set(EXCUSED) == public
    assert not tested & set(EXCUSED)


@cache
def exact(index: int) -> tuple[tuple[Array, ...], list[Array], list[Any]]:
    """The arrays of a case, its results in float64 and how far off each may be."""
    case = CASES[index]
    arrays = case.arrays()
    wide = tuple(x.astype(np.float64) if x.dtype == np.float32 else x for x in arrays)
    results = each(case.call(*wide))
    if case.terms is None:
        return arrays, results, results
    with np.errstate(all="ignore"):
        sizes = case.terms(*wide)
    return arrays, results, list(sizes) if isinstance(sizes, tuple) else [sizes] * len(results)


def each(result: Any) -> list[Array]:
    parts = result if isinstance(result, tuple) else (result,)
    return [np.asarray(part) for part in parts]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("index", range(len(CASES)), ids=[case.name for case in CASES])
def test_the_layout_does_not_matter(index: int, layout: str) -> None:
    case = CASES[index]
    arrays, wanted, sizes = exact(index)
    got = each(case.call(*(laid_out(x, layout) for x in arrays)))
    for part, truth, size in zip(got, wanted, sizes, strict=True):
        assert part.shape == truth.shape
        if part.dtype.kind != "f":
            assert np.array_equal(part, truth) or part.dtype.kind in "US"
            continue
        with np.errstate(invalid="ignore"):
            ulp = np.spacing(np.abs(np.broadcast_to(size, truth.shape)).astype(np.float32))
            off = np.abs(part - truth) / ulp
        assert not (off > case.ulp).any(), f"{off.max():.1f} ulp"


def test_a_picture_costs_the_same_whichever_way_its_channels_lie() -> None:
    picture, mask = np.full((512, 512, 3), 0.02, np.float32), np.zeros((512, 512, 3), np.float32)
    mask[:10] = 1
    views = tensors.to_channels_first(picture), tensors.to_channels_first(mask)
    for p, y in (views, map(np.ascontiguousarray, views)):
        assert losses.dice_loss(p, y, reduction="none").round(4).tolist() == [0.9802] * 3
    assert losses.dice_loss(picture, mask, axes=(0, 1)).round(4) == np.float32(0.9802)


def test_a_batch_with_its_channels_last_pulls_the_background_down() -> None:
    batch, masks = np.full((8, 256, 256, 3), 0.02, np.float32), np.zeros((8, 256, 256, 3))
    masks[:, :5] = 1
    loss = losses.dice_loss(batch, masks, axes=(0, 1, 2), reduction="none")
    assert loss.round(4).tolist() == [0.9802] * 3
    slope = losses.dice_loss_grad(batch, masks, axes=(0, 1, 2), reduction="sum")
    pixels = masks[..., 0].size
    wanted = (1 - 0.9802) / (pixels * 0.02 + masks[..., 0].sum())
    np.testing.assert_allclose(slope[:, 5:], wanted, rtol=2e-3)
    assert (slope[:, :5] < 0).all()


def test_a_dense_layer_adds_up_a_million_examples() -> None:
    dense = Dense(1, 1, rng=np.random.default_rng(0), dtype=np.float32)
    dense.forward(np.ones((10**6, 1), np.float32))
    dense.backward(np.full((10**6, 1), 1e-6, np.float32))
    assert abs(dense.bias.grad[0] - 1) < 2e-7
    assert abs(dense.weight.grad[0, 0] - 1) < 2e-7


def test_probabilities_down_a_long_column_add_up_to_1() -> None:
    x = random(2**21, 2)
    p = activations.softmax(x, axis=0)
    np.testing.assert_allclose(p.astype(np.float64).sum(axis=0), 1, rtol=1e-6)
    wide = activations.logsumexp(x.astype(np.float64), axis=0)
    np.testing.assert_allclose(activations.logsumexp(x, axis=0), wide, rtol=1e-7)
