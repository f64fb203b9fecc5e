r"""Small synthetic data sets, made on the spot from a random generator.

They show what a method does but not how well it would do on real welds, because no film was
exposed and no part was cut open for them. The same state of `rng` gives the same data, up to
the last digits between machines. Labels are `intp`, NumPy's type of an index: int64 on a
64-bit system, int32 in a browser, so that `np.bincount` and `np.repeat` take them anywhere.

[`standardize`][nnref.datasets.standardize] gives their features, or yours, one scale.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike, NDArray

from nnref import _checks, _radiograph, _reduce

__all__ = [
    "WELD_CLASSES",
    "WELD_FEATURES",
    "WeldFeatures",
    "WeldImages",
    "standardize",
    "two_moons",
    "weld_features",
    "weld_images",
    "xor",
]

WELD_CLASSES = ("no_defect", "porosity", "crack", "undercut")
"""The names of the classes 0 to 3."""

WELD_FEATURES = (
    "brightness",
    "contrast",
    "edge_strength",
    "roundness",
    "length_mm",
    "width_mm",
    "spots",
    "edge_distance_mm",
)
"""The names of the columns of `weld_features`; the first four lie in (0, 1)."""

# The median of each feature for each class, and how much it varies between welds: the
# standard deviation of its logit (first four) or logarithm (last four).
_MEDIANS = np.array(
    [
        [0.55, 0.14, 0.16, 0.55, 1.0, 0.50, 1.2, 2.2],
        [0.48, 0.26, 0.26, 0.80, 1.2, 0.80, 3.5, 2.2],
        [0.52, 0.18, 0.26, 0.30, 2.8, 0.32, 1.3, 1.8],
        [0.47, 0.24, 0.24, 0.36, 3.6, 0.60, 1.5, 0.7],
    ]
)
_SPREAD = np.array([0.3, 0.45, 0.45, 0.6, 0.5, 0.4, 0.4, 0.5])
_SEVERITY = np.array([-0.1, 0.35, 0.25, 0.0, 0.35, 0.25, 0.2, 0.0])  # what a worse defect adds


class WeldFeatures(NamedTuple):
    """What [`weld_features`][nnref.datasets.weld_features] returns.

    Attributes:
        features: float64 of shape (N, 8), the columns named by `WELD_FEATURES`.
        labels: intp of shape (N,), as an inspector may have written them down.
        true_labels: intp of shape (N,), without the inspector's mistakes.
    """

    features: NDArray[np.float64]
    labels: NDArray[np.intp]
    true_labels: NDArray[np.intp]


class WeldImages(NamedTuple):
    """What [`weld_images`][nnref.datasets.weld_images] returns.

    Attributes:
        images: gray values in [0, 1], float64 of shape (N, 1, size, size).
        masks: True on the defect's pixels, of the shape of the images.
        boxes: (x1, y1, x2, y2) around the mask in pixels, float64 of shape (N, 4); all 0
            where there is no defect.
        labels: intp of shape (N,).
    """

    images: NDArray[np.float64]
    masks: NDArray[np.bool_]
    boxes: NDArray[np.float64]
    labels: NDArray[np.intp]


def xor() -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    r"""Return the four corners of a square, labeled 1 where one coordinate is 1.

    No straight line separates the two classes, so no perceptron can learn them. One hidden
    layer can.

    Returns:
        Inputs, float64 of shape (4, 2), and labels, intp of shape (4,).

    Examples:
        >>> from nnref.datasets import xor
        >>> inputs, labels = xor()
        >>> inputs.tolist()
        [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
        >>> labels.tolist()
        [0, 1, 1, 0]

    In the chapter: [What no line can separate][perceptrons-xor].
    """
    inputs = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    return inputs, np.array([0, 1, 1, 0], dtype=np.intp)


def two_moons(
    count: int, *, noise: float = 0.1, rng: Generator
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    r"""Return points on two interleaved half circles.

    $$ (\cos t, \, \sin t) \quad \text{and} \quad
       \big(1 - \cos t, \, \tfrac12 - \sin t\big), \qquad t \in [0, \pi] $$

    The classes touch nowhere, but the boundary between them must bend. With two
    coordinates the decision region of a network can be drawn.

    Args:
        count: the number of points N, half of each class.
        noise: the standard deviation added to each coordinate, at least 0.
        rng: the generator to draw from.

    Returns:
        Inputs, float64 of shape (N, 2), and labels, intp of shape (N,), in random order.

    Raises:
        TypeError: if `count` is not an integer, `noise` not a number or `rng` not a
            generator.
        ValueError: if `count` is below 1, or `noise` is negative or not finite.

    Examples:
        >>> import numpy as np
        >>> from nnref.datasets import two_moons
        >>> inputs, labels = two_moons(200, rng=np.random.default_rng(0))
        >>> inputs.shape, np.bincount(labels).tolist()
        ((200, 2), [100, 100])
    """
    total = _checks.integer(count, "count", minimum=1)
    spread = _checks.number(noise, "noise", "[0, inf)")
    rng = _checks.generator(rng)

    labels = rng.permutation(np.arange(total, dtype=np.intp) % 2)
    t = rng.uniform(0, np.pi, total)
    upper = np.column_stack([np.cos(t), np.sin(t)])
    lower = np.column_stack([1 - np.cos(t), 0.5 - np.sin(t)])
    inputs = np.where(labels[:, np.newaxis] == 0, upper, lower)
    return inputs + spread * rng.normal(size=inputs.shape), labels


def weld_features(
    count: int,
    *,
    class_ratio: Sequence[float] = (1, 1, 1, 1),
    noise: float = 1.0,
    label_noise: float = 0.0,
    rng: Generator,
) -> WeldFeatures:
    r"""Return welds as eight measurements each, with the class an inspector gave them.

    For each weld, the strongest indication on its film: the average brightness around it,
    its contrast, edge strength and roundness, its length and width in mm, the number of
    dark spots per cm, and its distance from the edge of the weld in mm.

    The classes overlap, because a short crack with soft edges measures like a clean weld. The
    columns differ in scale, as measurements do, so standardize them before training.

    What is missing: real welds have more classes, several defects at a time, operators
    and equipment that leave their own marks, and measurements that depend on each other
    in more ways than through how bad the defect is.

    Args:
        count: the number of welds N.
        class_ratio: four shares of any sum, in the order of `WELD_CLASSES`. The counts
            follow them exactly, up to whole numbers.
        noise: how much welds of a class differ, in [0, 10]. At 0 all are equal.
        label_noise: the probability, in [0, 1], that a label is replaced by another class.
        rng: the generator to draw from.

    Returns:
        Features, labels and true labels, in random order. The features do not depend on
        `label_noise`.

    Raises:
        TypeError: if `count` is not an integer, an option not a number or `rng` not a
            generator.
        ValueError: if `count` is below 1, or an option is out of range.

    Examples:
        Four welds in a hundred show a crack:

        >>> import numpy as np
        >>> from nnref.datasets import weld_features
        >>> rng = np.random.default_rng(0)
        >>> welds = weld_features(500, class_ratio=(80, 10, 4, 6), rng=rng)
        >>> welds.features.shape, np.bincount(welds.labels).tolist()
        ((500, 8), [400, 50, 20, 30])

    In the chapter: [A whole run][training-run].
    """
    total = _checks.integer(count, "count", minimum=1)
    ratio = _ratio(class_ratio)
    spread = _checks.number(noise, "noise", "[0, 10]")
    flipped = _checks.number(label_noise, "label_noise", "[0, 1]")
    rng = _checks.generator(rng)

    truth = _labels(total, ratio, rng)
    severity = rng.normal(size=(total, 1))
    variation = _SEVERITY * severity + _SPREAD * rng.normal(size=(total, len(_SPREAD)))
    medians, factor = _MEDIANS[truth], np.exp(spread * variation)
    share = medians[:, :4] / (1 - medians[:, :4]) * factor[:, :4]  # odds; p = odds / (1 + odds)
    features = np.hstack([share / (1 + share), medians[:, 4:] * factor[:, 4:]])

    wrong = rng.random(total) < flipped
    step = rng.integers(1, len(WELD_CLASSES), total).astype(np.intp)
    labels = np.where(wrong, (truth + step) % len(WELD_CLASSES), truth)
    return WeldFeatures(features, labels, truth)


def weld_images(
    count: int,
    *,
    size: int = 64,
    class_ratio: Sequence[float] = (1, 1, 1, 1),
    noise: float = 1.0,
    rng: Generator,
) -> WeldImages:
    r"""Return gray radiographs of weld seams with masks, boxes and labels.

    Each shows a square of 16 mm of a plate with a weld across it. The weld is thicker and
    so brighter than the plate, with the ripples of its freezing. Where steel is missing
    the film is darker: pores are round spots in the weld, a crack is a thin jagged line,
    an undercut is a groove along the weld's edge. Drops of spatter, uneven exposure, blur
    and film grain make it harder.

    What is missing: scattered rays and the response of a real film, other defects such as
    slag, several kinds in one image, lettering and image quality indicators, welds of
    other shapes. A model that does well here has learned these drawings, not weld
    inspection.

    Args:
        count: the number of images N.
        size: the number of pixels along each side, at least 16.
        class_ratio: four shares of any sum, in the order of `WELD_CLASSES`. The counts
            follow them exactly, up to whole numbers.
        noise: the amount of film grain, in [0, 10].
        rng: the generator to draw from.

    Returns:
        Images, masks, boxes and labels, in random order. A box ends where the last
        masked pixel ends: x2 - x1 is its width in pixels.

    Raises:
        TypeError: if `count` or `size` is not an integer, an option not a number or `rng`
            not a generator.
        ValueError: if `count` is below 1, `size` below 16, or an option is out of range.

    Examples:
        >>> import numpy as np
        >>> from nnref.datasets import weld_images
        >>> welds = weld_images(8, rng=np.random.default_rng(0))
        >>> welds.images.shape, welds.masks.shape, welds.boxes.shape
        ((8, 1, 64, 64), (8, 1, 64, 64), (8, 4))
        >>> np.bincount(welds.labels).tolist()
        [2, 2, 2, 2]

    In the chapter: [Tiny defects in masks][adapting-losses-small-masks].
    """
    total = _checks.integer(count, "count", minimum=1)
    side = _checks.integer(size, "size", minimum=16)
    ratio = _ratio(class_ratio)
    grain = _checks.number(noise, "noise", "[0, 10]")
    rng = _checks.generator(rng)

    labels = _labels(total, ratio, rng)
    drawn = [_radiograph.draw(label, side, grain, rng) for label in labels.tolist()]
    images, masks = (np.stack(maps)[:, np.newaxis] for maps in zip(*drawn, strict=True))
    boxes = np.array([_box(mask[0]) for mask in masks], dtype=np.float64)
    return WeldImages(images, masks, boxes, labels)


def standardize(features: ArrayLike, *, by: ArrayLike | None = None) -> NDArray[np.floating]:
    r"""Give each feature mean 0 and standard deviation 1, as measured on the training data.

    $$ z = \frac{x - m}{s}, \qquad m = \frac{1}{N} \sum_n x_n, \qquad
       s = \sqrt{\frac{1}{N} \sum_n (x_n - m)^2} $$

    Measurements in mm and gray values then have the same scale, and one learning rate suits
    all weights. Further data are standardized by the training data, not by themselves:
    a model has to read the same number for the same weld, and nothing of the data that
    judge it may leak into training.

    A feature that is the same for all training examples tells nothing and becomes 0
    there; it is not divided, so that another value elsewhere keeps its distance.

    Args:
        features: x of shape (N, D), or (..., D) with the features along the last axis.
        by: the training data, with as many features; `features` themselves if not given.

    Returns:
        The same shape and dtype.

    Raises:
        TypeError: if an array is not float32, float64, integers or bools.
        ValueError: if an array has no axis or is not finite, if `by` has another number
            of features or no example.

    Examples:
        >>> from nnref.datasets import standardize
        >>> training = [[1.0, 250.0], [3.0, 150.0]]
        >>> standardize(training).tolist()
        [[-1.0, 1.0], [1.0, -1.0]]
        >>> standardize([[2.0, 300.0]], by=training).tolist()
        [[0.0, 2.0]]

    PyTorch: no counterpart for tables; `torchvision.transforms.Normalize` takes the mean
    and the standard deviation of each channel from you.

    In the chapter: [A whole run][training-run].
    """
    x = _measurements(features, "features")
    seen = x if by is None else _measurements(by, "by")
    if seen.shape[-1] != x.shape[-1]:
        raise ValueError(f"`by` must have {x.shape[-1]} features, got shape {seen.shape}")
    if x.size == 0:
        return x.copy()
    if seen.size == 0:
        raise ValueError(f"`by` must hold at least one example, got shape {seen.shape}")

    rows = seen.reshape(-1, x.shape[-1]).astype(np.float64)
    low, high = rows.min(axis=0), rows.max(axis=0)
    varies = low < high
    with np.errstate(over="ignore", under="ignore"):
        exponent = np.frexp(np.maximum(-low, high))[1]
        rows = np.ldexp(rows, -exponent)  # by a power of 2, so that no square overflows
        shift = np.where(varies, -exponent, 0)
        center = _reduce.total(rows, (0,)) / len(rows)
        mean_square = _reduce.total((rows - center) ** 2, (0,)) / len(rows)
        mean = np.where(varies, center, low)
        spread = np.where(varies, np.sqrt(mean_square), 1)  # of 0.1, 0.1, 0.1 it is not exactly 0
        return ((np.ldexp(x.astype(np.float64), shift) - mean) / spread).astype(x.dtype)


def _measurements(values: ArrayLike, name: str) -> NDArray[np.floating]:
    """Return finite features along the last axis."""
    checked = _checks.floating(values, name)
    if checked.ndim == 0:
        raise ValueError(f"`{name}` must have features along its last axis, got shape ()")
    _checks.finite(checked, name)
    return checked


def _ratio(class_ratio: Sequence[float]) -> NDArray[np.float64]:
    """Return the share of each class; the shares add up to 1."""
    shares = _checks.floating(class_ratio, "class_ratio").astype(np.float64)
    _checks.shape(shares, "class_ratio", (len(WELD_CLASSES),))
    _checks.finite(shares, "class_ratio")
    if (shares < 0).any() or not shares.any():
        wanted = "hold no negative share and one above 0"
        raise ValueError(f"`class_ratio` must {wanted}, got {shares.tolist()}")
    ratio: NDArray[np.float64] = shares / shares.sum()
    return ratio


def _labels(count: int, ratio: NDArray[np.float64], rng: Generator) -> NDArray[np.intp]:
    """Return labels in random order, their counts as close to the ratio as can be."""
    exact = count * ratio
    counts = np.floor(exact).astype(np.intp)
    largest_rests = np.argsort(counts - exact, kind="stable")
    counts[largest_rests[: count - counts.sum()]] += 1
    return rng.permutation(np.repeat(np.arange(len(ratio), dtype=np.intp), counts))


def _box(mask: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    """Return the smallest box around a mask, all 0 for an empty one."""
    if not mask.any():
        return 0, 0, 0, 0
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return columns[0], rows[0], columns[-1] + 1, rows[-1] + 1
