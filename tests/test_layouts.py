"""The contract: every public function gives one result, right, in any memory layout.

Its arrays come in each layout below, read-only, in float32. Where numbers are added there are a
million elements, and a result is off from that in float64 by no more than 4 ulp of the sum of
its terms without their signs.
"""

import importlib
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

import nnref
from nnref import activations, boxes, gradcheck, initializers, losses, metrics, tensors
from nnref.datasets import standardize
from nnref.layers import Activation, Dense, Parameter, Sequential
from nnref.optimizers import SGD, Adam, sgd_update
from nnref.perceptron import Neuron, Perceptron
from nnref.training import Loss, batches
from oracles import losses as oracle
from oracles.activations import ROWS, VJPS
from oracles.boxes import pairs

Array = NDArray[Any]
RUN = 264  # ulp: the bound that `Dense` states for its products
ROWWISE = (*ROWS, *VJPS)

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
SMALL = partial(random, 3, 8, 10)
OTHER = partial(SMALL, seed=1)


def made(*makers: Callable[[], Array]) -> Callable[[], tuple[Array, ...]]:
    return lambda: tuple(make() for make in makers)


def losses_of(draw: Any, arrays: Any, terms: Any = None, **options: Any) -> Iterator[Case]:
    """The losses that take such arrays, and their gradients."""
    for name in oracle.drawn_from(draw):
        yield from loss(name, arrays, TERMS.get(name, terms), **options)


def loss(name: str, arrays: Any, terms: Any = None, **options: Any) -> Iterator[Case]:
    """A loss and its gradient, whose terms the function given adds up."""
    value, grad, ulp = getattr(losses, name), getattr(losses, f"{name}_grad"), ULP.get(name, 4)
    yield Case(f"losses.{name}", partial(value, **options), arrays, ulp=ulp)
    yield Case(f"losses.{name}_grad", partial(grad, **options), arrays, terms, ulp)


def entrywise() -> Iterator[Case]:
    """What works on each number alone: layouts must not matter, and nothing is added."""
    wide = made(partial(SMALL, low=-20, high=20))
    for name in sorted(set(activations.__all__) - set(ROWWISE)):
        yield Case(f"activations.{name}", getattr(activations, name), wide)
    one, two = made(SMALL), made(SMALL, OTHER)
    yield Case("layers.Parameter", lambda x: Parameter(x).value, one)
    yield Case("layers.Activation", activated, two)
    yield Case("optimizers.sgd_update", partial(sgd_update, learning_rate=0.1), two, sized(2))
    for optimizer in (SGD, Adam):
        call = partial(stepped, partial(optimizer, learning_rate=0.1))
        yield Case(f"optimizers.{optimizer.__name__}", call, two, sized(2))

    yield Case("boxes.area", boxes.area, lambda: box_pairs(500)[:1])
    for name in ("intersection", "union", "enclosing_area", "iou", "giou", "diou", "ciou"):
        yield Case(f"boxes.{name}", getattr(boxes, name), lambda: box_pairs(500), sized(8))
    yield Case("boxes.pairwise_iou", boxes.pairwise_iou, lambda: box_pairs(50), sized(8))

    for name in ("shape_of", "rank_of", "describe"):
        yield Case(f"tensors.{name}", getattr(tensors, name), one)
    yield Case("tensors.to_channels_last", tensors.to_channels_last, one)
    yield Case(
        "tensors.to_channels_first", tensors.to_channels_first, made(partial(random, 8, 10, 3))
    )
    yield Case("tensors.one_hot", lambda y: tensors.one_hot(y, 4), made(partial(labels, 9, 4)))
    yield Case("tensors.shares_memory", shared_with_views_alone, one)

    square, twice = (lambda x: (x**2).sum()), (lambda x: 2 * x)
    few = made(partial(random, 3, 4))
    yield Case("gradcheck.numeric_grad", partial(gradcheck.numeric_grad, square), few, sized(1e4))
    yield Case("gradcheck.check_grad", lambda x: gradcheck.check_grad(square, twice, x) or 0, few)
    examples = made(partial(random, 99, 4), partial(labels, 99, 2))
    yield Case("training.batches", first_batch, examples)
    yield Case("training.Loss", both_ways, two, sized(1))
    yield Case("perceptron.Perceptron", learned, examples)


def counts() -> Iterator[Case]:
    """Metrics: whole numbers, exact in any layout."""
    maps = made(lambda: labels(30_000, 4).reshape(3, 100, 100), lambda: rare(3, 100, 100) > 0)
    yield Case("metrics.confusion_matrix", partial(metrics.confusion_matrix, num_classes=4), maps)
    yield Case(
        "metrics.missed_defect_rate", partial(metrics.missed_defect_rate, confidence=0.9), maps
    )
    for name in sorted(set(metrics.__all__) - {"confusion_matrix", "mask_iou", "dice_coefficient"}):
        yield Case(f"metrics.{name}", getattr(metrics, name), maps)
    masks = made(partial(rare, 3, 100, 100), lambda: rare(3, 100, 100)[:, ::-1])
    for name in ("mask_iou", "dice_coefficient"):
        yield Case(f"metrics.{name}", getattr(metrics, name), masks)


def along_axes() -> Iterator[Case]:
    """Softmax and its kin; 2 ulp more for rounding x - m, which is below 2."""
    for shape, axis in ((TALL, 0), (TALL, -1), (IMAGE, (-2, -1))):
        logits = partial(random, *shape, low=-1)
        one, two = made(logits), made(logits, partial(logits, seed=1))
        terms = {
            "softmax_vjp": partial(softmax_terms, axis=axis),
            "log_softmax_vjp": partial(log_softmax_terms, axis=axis),
        }
        for name in ROWWISE:
            call = partial(getattr(activations, name), axis=axis)
            arrays = two if name in terms else one
            yield Case(f"activations.{name}", call, arrays, terms.get(name), ulp=6)


def entries() -> Iterator[Case]:
    """Losses of each number, and their sums over a million of them."""
    mask = partial(rare, *IMAGE)
    probabilities = made(partial(random, *IMAGE, low=0.001, high=0.999), mask)
    logits = made(partial(random, *IMAGE, low=-8, high=8), mask)
    lengths = made(partial(random, *IMAGE), partial(random, *IMAGE, seed=1))
    yield from losses_of(oracle.chances, probabilities, steep_terms)
    yield from losses_of(oracle.logits, logits)
    yield from losses_of(oracle.measurements, lengths)


def maps() -> Iterator[Case]:
    """Losses of whole masks."""
    faint = made(lambda: np.full(IMAGE, 0.02, np.float32), stripe)
    logits = made(partial(random, *IMAGE, low=-6, high=2), stripe)
    yield from loss("dice_loss", faint, dice_terms)
    joined = {"axes": (0, 1, 2)}
    yield from loss("dice_loss", faint, partial(dice_terms, **joined), **joined)
    yield from loss("cross_entropy_dice_loss_with_logits", logits, mixed_terms)


def by_row() -> Iterator[Case]:
    """Losses of many rows, and of long ones."""
    for rows, classes in (WIDE, TALL):
        logits = partial(random, rows, classes, low=-1)
        named = made(logits, partial(labels, rows, classes))
        halves = made(logits, partial(targets, rows, classes))
        sparse = "sparse_categorical_cross_entropy_with_logits"
        yield from loss(sparse, named, row_terms, label_smoothing=0.1)
        yield from losses_of(oracle.classes, named, row_terms)
        yield from losses_of(oracle.mixtures, halves, row_terms)
    yield from losses_of(pairs, lambda: box_pairs(2**18), box_terms)


def products() -> Iterator[Case]:
    """Sums over a million products: over the examples, and over the inputs of one."""
    many = made(partial(random, 2**18, 4), partial(random, 2**18, 3, low=-0.1))
    long = made(partial(random, 3, 2**19), partial(random, 3, 2, low=-0.1))
    yield Case("layers.Dense", passed_through, many, product_terms, RUN)
    yield Case("layers.Dense", passed_through, long, product_terms, RUN)
    yield Case(
        "layers.Sequential", partial(passed_through, wrap=Sequential), many, product_terms, RUN
    )
    yield Case("perceptron.Neuron", scored, made(partial(random, *WIDE)))
    table = made(partial(random, *TALL, low=3, high=4), partial(random, *TALL, low=3, high=5))
    yield Case("datasets.standardize", lambda x, by: standardize(x, by=by), table, sized(1))


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


def learned(x: Array, y: Array) -> Array:
    perceptron = Perceptron(np.zeros(4, np.float32))
    perceptron.fit(x, y, max_passes=3)
    return perceptron.weights


def first_batch(x: Array, y: Array) -> tuple[Array, Array]:
    return next(batches(x, y, batch_size=50, rng=np.random.default_rng(0)))


def both_ways(x: Array, y: Array) -> tuple[Any, Any]:
    loss = Loss(losses.huber, losses.huber_grad, delta=0.2)
    return loss.value(x, y), loss.grad(x, y)


def shared_with_views_alone(x: Array) -> tuple[bool, bool]:
    return tensors.shares_memory(x, x.T), tensors.shares_memory(x, x.copy())


def scored(x: Array) -> Any:
    return Neuron(np.full(x.shape[-1], 0.01, np.float32)).score(x)


def passed_through(x: Array, upstream: Array, wrap: Any = lambda layer: layer) -> tuple[Any, ...]:
    """All that a layer computes, in the dtype of its input."""
    shape = upstream.shape[1], x.shape[1]
    dtype = x.dtype.newbyteorder("=").type
    dense = Dense(shape[1], shape[0], rng=np.random.default_rng(5), dtype=dtype)
    dense.weight.value = np.linspace(0.1, 0.3, dense.weight.value.size).reshape(shape)
    layer = wrap(dense)
    y, back = layer.forward(x), layer.backward(upstream)
    return y, back, dense.weight.grad, dense.bias.grad


def activated(x: Array, upstream: Array) -> tuple[Any, ...]:
    layer = Activation(activations.relu, activations.relu_grad)
    return layer.forward(x), layer.backward(upstream)


def product_terms(x: Array, upstream: Array) -> tuple[Any, ...]:
    return passed_through(np.abs(x), np.abs(upstream))


def sized(factor: float) -> Callable[..., Any]:
    """The terms are of the size of the numbers that go in."""
    return lambda *arrays: factor * max(float(np.abs(x).max()) for x in arrays)


def steep_terms(p: Array, y: Array) -> Array:
    """The derivative is (p - y) / p (1 - p), and 1 - p has lost digits where p is next to 1."""
    return (p + y) / (p * (1 - p)) / np.minimum(p, 1 - p) / p.size


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


def box_terms(p: Array, _: Array) -> float:
    return 4 / len(p)


TERMS = {
    "focal_loss_with_logits": focal_terms,
    "generalized_cross_entropy_with_logits": robust_terms,
}
ULP = {
    "binary_cross_entropy_with_logits": 8,
    "binary_focal_loss_with_logits": 32,  # a power of the sigmoid
    "categorical_cross_entropy_with_logits": 8,
    "focal_loss_with_logits": 8,
    "generalized_cross_entropy_with_logits": 32,  # a power of a small p
    "sparse_categorical_cross_entropy_with_logits": 8,
}

CASES = [
    *entrywise(),
    *counts(),
    *along_axes(),
    *entries(),
    *maps(),
    *by_row(),
    *products(),
]

EXCUSED = {
    "autograd.Value": "single numbers, no arrays",
    "layers.Layer": "the base of the others, with nothing to compute",
    "perceptron.PerceptronFit": "a record of plain numbers",
    "training.DivergenceError": "a message and a record",
    "training.History": "a record of plain numbers",
    "training.Epoch": "a record of plain numbers and the model",
    "training.epochs": "hands its arrays to `batches`, the model and the loss",
    "training.fit": "hands its arrays to `batches`, the model and the loss",
    "datasets.WELD_CLASSES": "words",
    "datasets.WELD_FEATURES": "words",
    "datasets.WeldFeatures": "a record",
    "datasets.WeldImages": "a record",
    "datasets.two_moons": "takes numbers, not arrays",
    "datasets.weld_features": "takes numbers, not arrays",
    "datasets.weld_images": "takes numbers, not arrays",
    "datasets.xor": "takes nothing",
} | {f"initializers.{name}": "takes numbers, not arrays" for name in initializers.__all__}


# ------------------------------------------------------------------------------- tests


def test_every_public_name_is_tested_or_excused() -> None:
    public = {
        f"{module}.{name}"
        for module in nnref.__all__
        for name in importlib.import_module(f"nnref.{module}").__all__
    }
    tested = {case.name for case in CASES}
    missing = sorted(public - tested - set(EXCUSED))
    assert not missing, (
        f"add a row to scripts/oracles or a case to {Path(__file__).name}: {missing}"
    )
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
        assert losses.dice_loss(p, y, reduction="none") == pytest.approx([0.9802] * 3, abs=5e-5)
    assert losses.dice_loss(picture, mask, axes=(0, 1)) == pytest.approx(0.9802, abs=5e-5)


def test_a_batch_with_its_channels_last_pulls_the_background_down() -> None:
    batch, masks = np.full((8, 256, 256, 3), 0.02, np.float32), np.zeros((8, 256, 256, 3))
    masks[:, :5] = 1
    loss = losses.dice_loss(batch, masks, axes=(0, 1, 2), reduction="none")
    assert loss == pytest.approx([0.9802] * 3, abs=1e-4)
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
    assert abs(dense.weight.grad[0, 0] - 1) < RUN * 2**-23


def test_probabilities_down_a_long_column_add_up_to_1() -> None:
    x = random(2**20, 2)
    p = activations.softmax(x, axis=0)
    np.testing.assert_allclose(p.astype(np.float64).sum(axis=0), 1, rtol=1e-6)
    wide = activations.logsumexp(x.astype(np.float64), axis=0)
    np.testing.assert_allclose(activations.logsumexp(x, axis=0), wide, rtol=1e-7)
