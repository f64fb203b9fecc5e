"""Loop twins of metrics and of measures of boxes: number by number, slow and without tricks.

Those of the losses stand in `scripts/oracles`.
"""

import math
from collections.abc import Sequence

Row = Sequence[float]

# boxes of whole numbers, counted cell by cell

Cells = set[tuple[int, int]]


def cells(box: Sequence[int]) -> Cells:
    x1, y1, x2, y2 = box
    return {(x, y) for x in range(x1, x2) for y in range(y1, y2)}


def hull(a: Sequence[int], b: Sequence[int]) -> list[int]:
    low = [a[i] if a[i] < b[i] else b[i] for i in (0, 1)]
    return low + [a[i] if a[i] > b[i] else b[i] for i in (2, 3)]


def iou(a: Sequence[int], b: Sequence[int]) -> float:
    either = cells(a) | cells(b)
    return len(cells(a) & cells(b)) / len(either) if either else 0.0


def giou(a: Sequence[int], b: Sequence[int]) -> float:
    around = cells(hull(a, b))
    empty = around - cells(a) - cells(b)
    return iou(a, b) - (len(empty) / len(around) if around else 0.0)


def diou(a: Sequence[int], b: Sequence[int]) -> float:
    centers = [((x1 + x2) / 2, (y1 + y2) / 2) for x1, y1, x2, y2 in (a, b)]
    x1, y1, x2, y2 = hull(a, b)
    diagonal = math.dist((x1, y1), (x2, y2))
    return iou(a, b) - ((math.dist(*centers) / diagonal) ** 2 if diagonal else 0.0)


def ciou(a: Sequence[int], b: Sequence[int]) -> float:
    sides = [(x2 - x1, y2 - y1) for x1, y1, x2, y2 in (a, b)]
    if (0, 0) in sides:
        return diou(a, b)
    first, second = (math.atan2(*side) for side in sides)
    v = (2 / math.pi * (first - second)) ** 2
    return diou(a, b) - (v**2 / (1 - iou(a, b) + v) if v else 0.0)


# classes and masks, example by example


def confusion_matrix(
    predictions: Sequence[int], labels: Sequence[int], num_classes: int
) -> list[list[int]]:
    counts = [[0] * num_classes for _ in range(num_classes)]
    for predicted, true in zip(predictions, labels, strict=True):
        counts[true][predicted] += 1
    return counts


def share(examples: Sequence[bool]) -> float:
    """Return how many of the examples hold, in relation to all; NaN if there are none."""
    return sum(examples) / len(examples) if examples else math.nan


def accuracy(predictions: Sequence[int], labels: Sequence[int]) -> float:
    return share([p == y for p, y in zip(predictions, labels, strict=True)])


def precision(predictions: Sequence[int], labels: Sequence[int], positive: int = 1) -> float:
    pairs = zip(predictions, labels, strict=True)
    return share([y == positive for p, y in pairs if p == positive])


def recall(predictions: Sequence[int], labels: Sequence[int], positive: int = 1) -> float:
    return precision(labels, predictions, positive)


def f1_score(predictions: Sequence[int], labels: Sequence[int], positive: int = 1) -> float:
    """Return the harmonic mean, undefined where nothing is or was called positive."""
    p, r = (f(predictions, labels, positive) for f in (precision, recall))
    if math.isnan(p) and math.isnan(r):
        return math.nan
    return 2 / (1 / p + 1 / r) if p > 0 and r > 0 else 0.0


def missed_defect_rate(predictions: Sequence[int], labels: Sequence[int]) -> float:
    return share([p == 0 for p, y in zip(predictions, labels, strict=True) if y != 0])


def false_alarm_rate(predictions: Sequence[int], labels: Sequence[int]) -> float:
    return share([p != 0 for p, y in zip(predictions, labels, strict=True) if y == 0])


def mask_iou(prediction: Row, mask: Row) -> float:
    return share([p == y == 1 for p, y in zip(prediction, mask, strict=True) if p or y])


def dice_coefficient(prediction: Row, mask: Row) -> float:
    if not (any(prediction) or any(mask)):
        return math.nan
    both = sum(p * y for p, y in zip(prediction, mask, strict=True))
    return 2 * both / (sum(prediction) + sum(mask))
