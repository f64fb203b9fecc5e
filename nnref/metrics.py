r"""Metrics: how good a trained model is, in the terms that the inspection cares about.

A loss is for training, and a metric is for judging. Predictions come first, then what is true,
both as classes: integers, or bools for a yes-or-no question. Where the classes are those of a
weld, 0 is `no_defect`.

A ratio whose denominator is 0 is undefined and comes back as NaN, never as a silent 0: the
recall of cracks in a batch without cracks is neither good nor bad.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnref import _checks, _reduce

__all__ = [
    "accuracy",
    "confusion_matrix",
    "dice_coefficient",
    "f1_score",
    "false_alarm_rate",
    "mask_iou",
    "missed_defect_rate",
    "precision",
    "recall",
]


def confusion_matrix(
    predictions: ArrayLike, labels: ArrayLike, num_classes: int
) -> NDArray[np.intp]:
    r"""Count how often each class was predicted as each class.

    $$ M_{jk} = \text{number of examples of class } j \text{ predicted as class } k $$

    Rows are what is true, and columns are what was predicted, so the diagonal counts the right
    answers.

    Args:
        predictions: predicted classes in [0, num_classes), integers or bools of any shape.
        labels: true classes, of the shape of `predictions`.
        num_classes: the number of classes K, at least 1.

    Returns:
        intp of shape (K, K).

    Raises:
        TypeError: if `predictions` or `labels` are not integers or bools, or `num_classes`
            is not an integer.
        ValueError: if the shapes differ, a class is outside [0, num_classes), or
            `num_classes` is below 1.

    Examples:
        The classes are `no_defect`, `porosity` and `crack`. One of two cracks was taken for
        porosity, one sound weld for a crack:

        >>> from nnref.metrics import confusion_matrix
        >>> labels = [0, 0, 0, 1, 2, 2]
        >>> predictions = [0, 0, 2, 1, 1, 2]
        >>> print(confusion_matrix(predictions, labels, num_classes=3))
        [[2 0 1]
         [0 1 0]
         [0 1 1]]

    PyTorch: no counterpart. scikit-learn's `confusion_matrix` has the same rows and
    columns, but takes the true classes first.
    """
    count = _checks.integer(num_classes, "num_classes", 1)
    predicted, true = _classes(predictions, labels)
    _checks.labels(predicted, count, "predictions")
    _checks.labels(true, count, "labels")

    cells = count * true + predicted
    return np.bincount(cells.ravel(), minlength=count**2).reshape(count, count)


def accuracy(predictions: ArrayLike, labels: ArrayLike) -> np.float64:
    r"""Return the share of predictions that are right.

    $$ \text{accuracy} = \frac{\text{number of right predictions}}{\text{number of predictions}} $$

    It hides rare classes, because where one weld in a hundred has a crack, a model that never
    says so is right about the other 99.

    Args:
        predictions: predicted classes, integers or bools of any shape.
        labels: true classes, of the shape of `predictions`.

    Returns:
        A number in [0, 1]; NaN if there are no examples.

    Raises:
        TypeError: if `predictions` or `labels` are not integers or bools.
        ValueError: if the shapes differ or a class is negative or beyond int64.

    Examples:
        >>> import numpy as np
        >>> from nnref.metrics import accuracy, recall
        >>> never, cracks = np.zeros(100, dtype=int), np.arange(100) == 7
        >>> float(accuracy(never, cracks)), float(recall(never, cracks))
        (0.99, 0.0)

    PyTorch: `(predictions == labels).float().mean()`.

    In the chapter: [Equal costs, ordinary loss][adapting-losses-equal-costs].
    """
    predicted, true = _classes(predictions, labels)

    return _ratio(np.count_nonzero(predicted == true), true.size)


def precision(predictions: ArrayLike, labels: ArrayLike, *, positive: int = 1) -> np.float64:
    r"""Return the share of alarms that are true.

    $$ \text{precision} = \frac{TP}{TP + FP} $$

    TP counts what was rightly called positive, and FP what was wrongly called so.

    Args:
        predictions: predicted classes, integers or bools of any shape.
        labels: true classes, of the shape of `predictions`.
        positive: the class that counts as positive; all others are negative.

    Returns:
        A number in [0, 1]; NaN if nothing was called positive.

    Raises:
        TypeError: if `predictions` or `labels` are not integers or bools, or `positive` is
            not an integer.
        ValueError: if the shapes differ or a class is negative or beyond int64.

    Examples:
        Of three welds called cracked, class 2, one is:

        >>> from nnref.metrics import precision
        >>> float(precision([2, 2, 2, 0, 0], [2, 0, 1, 2, 0], positive=2).round(4))
        0.3333
        >>> float(precision([0, 0, 0], [2, 0, 1], positive=2))
        nan

    PyTorch: no counterpart. scikit-learn's `precision_score` gives 0 where it is undefined,
    with a warning.

    In the chapter: [The loss is not the metric][losses-metric].
    """
    tp, fp, _ = _counts(predictions, labels, positive)

    return _ratio(tp, tp + fp)


def recall(predictions: ArrayLike, labels: ArrayLike, *, positive: int = 1) -> np.float64:
    r"""Return the share of what is positive that was found.

    $$ \text{recall} = \frac{TP}{TP + FN} $$

    TP counts what was rightly called positive, and FN what is positive and was not called so.

    Args:
        predictions: predicted classes, integers or bools of any shape.
        labels: true classes, of the shape of `predictions`.
        positive: the class that counts as positive; all others are negative.

    Returns:
        A number in [0, 1]; NaN if nothing is positive.

    Raises:
        TypeError: if `predictions` or `labels` are not integers or bools, or `positive` is
            not an integer.
        ValueError: if the shapes differ or a class is negative or beyond int64.

    Examples:
        Of two cracks, class 2, one was found:

        >>> from nnref.metrics import recall
        >>> float(recall([2, 2, 2, 0, 0], [2, 0, 1, 2, 0], positive=2))
        0.5

    PyTorch: no counterpart. scikit-learn's `recall_score` gives 0 where it is undefined,
    with a warning.

    In the chapter: [The loss is not the metric][losses-metric].
    """
    tp, _, fn = _counts(predictions, labels, positive)

    return _ratio(tp, tp + fn)


def f1_score(predictions: ArrayLike, labels: ArrayLike, *, positive: int = 1) -> np.float64:
    r"""Return the harmonic mean of precision and recall.

    $$ F_1 = \frac{2 \, TP}{2 \, TP + FP + FN} $$

    It is high only if both are. Written by counts it is defined as soon as anything is
    positive or was called so.

    Args:
        predictions: predicted classes, integers or bools of any shape.
        labels: true classes, of the shape of `predictions`.
        positive: the class that counts as positive; all others are negative.

    Returns:
        A number in [0, 1]; NaN if nothing is positive and nothing was called so.

    Raises:
        TypeError: if `predictions` or `labels` are not integers or bools, or `positive` is
            not an integer.
        ValueError: if the shapes differ or a class is negative or beyond int64.

    Examples:
        Precision is one third and recall one half:

        >>> from nnref.metrics import f1_score
        >>> float(f1_score([2, 2, 2, 0, 0], [2, 0, 1, 2, 0], positive=2))
        0.4

    PyTorch: no counterpart. scikit-learn's `f1_score` gives 0 where it is undefined, with a
    warning.

    In the chapter: [The loss is not the metric][losses-metric].
    """
    tp, fp, fn = _counts(predictions, labels, positive)

    return _ratio(2 * tp, 2 * tp + fp + fn)


def missed_defect_rate(
    predictions: ArrayLike,
    labels: ArrayLike,
    *,
    no_defect: int = 0,
    confidence: float | None = None,
) -> np.float64:
    r"""Return the share of defects that were called sound, or a bound that it stays below.

    $$ \text{missed-defect rate} = \frac{\text{missed defects}}{\text{defects}} $$

    A crack that was called porosity is not missed here, because somebody will look at it. With
    two classes the rate is 1 minus the recall.

    No miss among a few defects does not prove much. With `confidence` you get the largest
    rate p under which a sample with so few misses still has a probability of
    1 - confidence. This is the exact bound of Clopper and Pearson; with k misses among n
    defects it solves

    $$ \sum_{i=0}^{k} \binom{n}{i} p^i (1 - p)^{n - i} = 1 - \text{confidence} $$

    It needs defects that are independent of each other, such as one from each weld, and a
    test set that was not used to choose the model or its threshold.

    Args:
        predictions: predicted classes, integers or bools of any shape.
        labels: true classes, of the shape of `predictions`.
        no_defect: the class of sound welds; all others are defects.
        confidence: None for the observed rate; for the upper bound of the rate, a number
            above 0 and below 1, such as 0.95.

    Returns:
        A number in [0, 1]. Without defects the rate is NaN and the bound 1: nothing is
        known.

    Raises:
        TypeError: if `predictions` or `labels` are not integers or bools, `no_defect` is
            not an integer, or `confidence` is not a number.
        ValueError: if the shapes differ, a class is negative or beyond int64, or `confidence`
            is out of range.

    Examples:
        One of four defects was called sound:

        >>> import numpy as np
        >>> from nnref.metrics import missed_defect_rate
        >>> float(missed_defect_rate([0, 1, 2, 1, 0], [1, 1, 2, 2, 0]))
        0.25

        Not one was missed, among 30, 100 and 300. In percent, the rate may still be

        >>> for n in (30, 100, 300):
        ...     defects = np.ones(n, dtype=int)
        ...     print(n, round(100 * missed_defect_rate(defects, defects, confidence=0.95), 2))
        30 9.5
        100 2.95
        300 0.99

    PyTorch: no counterpart. The bound is that of SciPy's
    `binomtest(k, n, alternative="less").proportion_ci(confidence)`.

    References:
        [Clopper and Pearson, The Use of Confidence or Fiducial Limits Illustrated in the
        Case of the Binomial](https://doi.org/10.1093/biomet/26.4.404).

    In the chapter: [The loss is not the metric][losses-metric].
    """
    predicted, true = _classes(predictions, labels)
    sound = _checks.integer(no_defect, "no_defect")
    level = None if confidence is None else _checks.number(confidence, "confidence", "(0, 1)")

    defects = int(np.count_nonzero(true != sound))
    missed = int(np.count_nonzero((true != sound) & (predicted == sound)))
    return _ratio(missed, defects) if level is None else _upper_bound(missed, defects, level)


def _upper_bound(missed: int, total: int, confidence: float) -> np.float64:
    """Halve the interval that holds the rate until no float lies between its ends."""
    i = np.arange(missed + 1)
    log_choose = np.concatenate([[0.0], np.cumsum(np.log((total - i[:-1]) / i[1:]))])
    low, high = 0.0, 1.0
    while low < (rate := (low + high) / 2) < high:
        with np.errstate(under="ignore"):
            terms = np.exp(log_choose + i * np.log(rate) + (total - i) * np.log1p(-rate))
        low, high = (rate, high) if _reduce.grand_total(terms) > 1 - confidence else (low, rate)
    return np.float64(high)


def false_alarm_rate(
    predictions: ArrayLike, labels: ArrayLike, *, no_defect: int = 0
) -> np.float64:
    r"""Return the share of sound welds that were called defective.

    $$ \text{false-alarm rate} = \frac{\text{false alarms}}{\text{sound welds}} $$

    This is the price of a low missed-defect rate, because each false alarm is a sound weld
    that is opened again.

    Args:
        predictions: predicted classes, integers or bools of any shape.
        labels: true classes, of the shape of `predictions`.
        no_defect: the class of sound welds; all others are defects.

    Returns:
        A number in [0, 1]; NaN if no weld is sound.

    Raises:
        TypeError: if `predictions` or `labels` are not integers or bools, or `no_defect` is
            not an integer.
        ValueError: if the shapes differ or a class is negative or beyond int64.

    Examples:
        One of four sound welds was called cracked:

        >>> from nnref.metrics import false_alarm_rate
        >>> float(false_alarm_rate([0, 0, 0, 2, 2], [0, 0, 0, 0, 2]))
        0.25

    PyTorch: no counterpart.

    In the chapter: [The loss is not the metric][losses-metric].
    """
    predicted, true = _classes(predictions, labels)
    sound = _checks.integer(no_defect, "no_defect")

    alarms = np.count_nonzero((true == sound) & (predicted != sound))
    return _ratio(alarms, np.count_nonzero(true == sound))


def mask_iou(
    predictions: ArrayLike, masks: ArrayLike, *, axes: int | tuple[int, ...] = (-2, -1)
) -> NDArray[np.float64] | np.float64:
    r"""Return intersection over union of each predicted mask and the true one.

    $$ \operatorname{IoU} = \frac{|P \cap Y|}{|P \cup Y|} $$

    Args:
        predictions: predicted masks of 0 and 1 or bools, such as (N, H, W). Probabilities
            need a threshold first.
        masks: the true masks, of the shape of `predictions`.
        axes: the axes that make up one mask.

    Returns:
        float64 of the shape of `masks` without `axes`, each entry in [0, 1]; NaN where both
        masks are empty.

    Raises:
        TypeError: if `predictions` or `masks` hold anything but real numbers or bools, or
            `axes` is neither an integer nor a tuple of integers.
        ValueError: if the shapes differ, a value is not 0 or 1, or `axes` does not name
            different axes of `masks`.

    Examples:
        One pixel in common, three covered; then an empty mask, rightly predicted:

        >>> from nnref.metrics import mask_iou
        >>> predictions = [[[1, 1, 0]], [[0, 0, 0]]]
        >>> masks = [[[0, 1, 1]], [[0, 0, 0]]]
        >>> mask_iou(predictions, masks).round(4).tolist()
        [0.3333, nan]

    PyTorch: no counterpart.

    In the chapter: [Dice][losses-dice].
    """
    overlap, total = _overlap(predictions, masks, axes)

    return _ratio(overlap, total - overlap)


def dice_coefficient(
    predictions: ArrayLike, masks: ArrayLike, *, axes: int | tuple[int, ...] = (-2, -1)
) -> NDArray[np.float64] | np.float64:
    r"""Return the Dice coefficient of each predicted mask and the true one.

    $$ \operatorname{Dice} = \frac{2 |P \cap Y|}{|P| + |Y|} $$

    It is the F1 score of the pixels, and 2 IoU / (1 + IoU): both rank predictions alike.

    Args:
        predictions: predicted masks of 0 and 1 or bools, such as (N, H, W). Probabilities
            need a threshold first.
        masks: the true masks, of the shape of `predictions`.
        axes: the axes that make up one mask.

    Returns:
        float64 of the shape of `masks` without `axes`, each entry in [0, 1]; NaN where both
        masks are empty. There [`dice_loss`][nnref.losses.dice_loss] is 0, since a model
        cannot be trained on NaN.

    Raises:
        TypeError: if `predictions` or `masks` hold anything but real numbers or bools, or
            `axes` is neither an integer nor a tuple of integers.
        ValueError: if the shapes differ, a value is not 0 or 1, or `axes` does not name
            different axes of `masks`.

    Examples:
        One pixel in common, two in each mask; then an empty mask, rightly predicted:

        >>> from nnref.metrics import dice_coefficient
        >>> predictions = [[[1, 1, 0]], [[0, 0, 0]]]
        >>> masks = [[[0, 1, 1]], [[0, 0, 0]]]
        >>> dice_coefficient(predictions, masks).tolist()
        [0.5, nan]

    PyTorch: no counterpart.

    References:
        [Dice, Measures of the Amount of Ecologic Association Between
        Species](https://doi.org/10.2307/1932409).

    In the chapter: [Dice][losses-dice].
    """
    overlap, total = _overlap(predictions, masks, axes)

    return _ratio(2 * overlap, total)


def _ratio(part: Any, whole: Any) -> Any:
    """Return part / whole; NaN where the whole is 0."""
    part, whole = np.asarray(part), np.asarray(whole)
    undefined = np.full(whole.shape, np.nan)
    return np.divide(part, whole, out=undefined, where=whole > 0)[()]


def _classes(
    predictions: ArrayLike, labels: ArrayLike
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return predicted and true classes of one shape, bools as 0 and 1."""
    predicted, true = _class_indices(predictions, "predictions"), _class_indices(labels, "labels")
    _checks.shape(true, "labels", predicted.shape)
    return predicted, true


def _class_indices(values: ArrayLike, name: str) -> NDArray[np.int64]:
    checked = _checks.array(values, name)
    if checked.size and checked.dtype.kind not in "biu":
        raise TypeError(f"`{name}` must be integers or bools, got {checked.dtype}")
    indices = checked.astype(np.int64)
    unfit = checked[indices < 0]  # from 2**63 on, uint64 wraps
    if unfit.size:
        wanted = "at least 0" if unfit[0] < 0 else "below 2**63"
        raise ValueError(f"`{name}` must be {wanted}, got {unfit[0]!s}")
    return indices


def _counts(predictions: ArrayLike, labels: ArrayLike, positive: int) -> tuple[int, int, int]:
    """Return the numbers of true positives, false positives and false negatives."""
    predicted, true = _classes(predictions, labels)
    wanted = _checks.integer(positive, "positive")

    called, is_so = predicted == wanted, true == wanted
    tp, alarms, positives = (int(np.count_nonzero(x)) for x in (called & is_so, called, is_so))
    return tp, alarms - tp, positives - tp


def _overlap(predictions: ArrayLike, masks: ArrayLike, axes: _checks.Axes) -> tuple[Any, Any]:
    """Count the pixels in both masks, and those in the one plus those in the other."""
    predicted, true = _checks.array(predictions, "predictions"), _checks.array(masks, "masks")
    _checks.shape(true, "masks", predicted.shape)
    _checks.zero_or_one(predicted, "predictions")
    _checks.zero_or_one(true, "masks")
    indices = _checks.axes_of(axes, true)

    total = np.count_nonzero(predicted, axis=indices) + np.count_nonzero(true, axis=indices)
    return np.count_nonzero((predicted == 1) & (true == 1), axis=indices), total
