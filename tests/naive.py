"""Loop twins: what each function means, number by number, slow and without tricks."""

import math
from collections.abc import Iterator, Sequence

# losses of classification and regression: one number for each example, before the reduction

Row = Sequence[float]


def softmax_row(scores: Row) -> list[float]:
    exponentials = [math.exp(score) for score in scores]
    return [exponential / sum(exponentials) for exponential in exponentials]


def sigmoid(score: float) -> float:
    return 1 / (1 + math.exp(-score))


def binary_cross_entropy(
    probabilities: Row, targets: Row, epsilon: float = 1e-7
) -> Iterator[float]:
    for p, y in zip(probabilities, targets, strict=True):
        if p < epsilon:
            p = epsilon
        if p > 1 - epsilon:
            p = 1 - epsilon
        yield -y * math.log(p) - (1 - y) * math.log(1 - p)


def binary_cross_entropy_with_logits(
    logits: Row, targets: Row, pos_weight: float = 1.0
) -> Iterator[float]:
    for z, y in zip(logits, targets, strict=True):
        p = sigmoid(z)
        yield -pos_weight * y * math.log(p) - (1 - y) * math.log(1 - p)


def binary_focal_loss_with_logits(
    logits: Row, targets: Row, alpha: float | None = None, gamma: float = 2.0
) -> Iterator[float]:
    for z, y in zip(logits, targets, strict=True):
        right = sigmoid(z) if y == 1 else 1 - sigmoid(z)
        weight = 1.0
        if alpha is not None:
            weight = alpha if y == 1 else 1 - alpha
        yield -weight * (1 - right) ** gamma * math.log(right)


def categorical_cross_entropy_with_logits(
    logits: Sequence[Row],
    targets: Sequence[Row],
    class_weights: Row,
    label_smoothing: float = 0.0,
) -> Iterator[float]:
    for scores, row in zip(logits, targets, strict=True):
        loss = 0.0
        for p, y, weight in zip(softmax_row(scores), row, class_weights, strict=True):
            smoothed = (1 - label_smoothing) * y + label_smoothing / len(row)
            loss -= weight * smoothed * math.log(p)
        yield loss


def focal_loss_with_logits(
    logits: Sequence[Row], labels: Sequence[int], class_weights: Row, gamma: float = 2.0
) -> Iterator[float]:
    for scores, label in zip(logits, labels, strict=True):
        p = softmax_row(scores)[label]
        yield -class_weights[label] * (1 - p) ** gamma * math.log(p)


def generalized_cross_entropy_with_logits(
    logits: Sequence[Row], labels: Sequence[int], q: float = 0.7
) -> Iterator[float]:
    for scores, label in zip(logits, labels, strict=True):
        yield (1 - softmax_row(scores)[label] ** q) / q


def mean_squared_error(predictions: Row, targets: Row) -> Iterator[float]:
    for prediction, target in zip(predictions, targets, strict=True):
        yield (prediction - target) ** 2


def mean_absolute_error(predictions: Row, targets: Row) -> Iterator[float]:
    for prediction, target in zip(predictions, targets, strict=True):
        yield prediction - target if prediction > target else target - prediction


def smooth_l1(predictions: Row, targets: Row, beta: float = 1.0) -> Iterator[float]:
    for error in mean_absolute_error(predictions, targets):
        yield error**2 / (2 * beta) if error < beta else error - beta / 2


def huber(predictions: Row, targets: Row, delta: float = 1.0) -> Iterator[float]:
    for error in mean_absolute_error(predictions, targets):
        yield error**2 / 2 if error < delta else delta * (error - delta / 2)


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


# masks and classes, example by example


def dice_loss(probabilities: Row, mask: Row) -> float:
    """Return the loss of one mask; its pixels may be in any order."""
    overlap = total = 0.0
    for p, y in zip(probabilities, mask, strict=True):
        overlap += p * y
        total += p + y
    return 1 - 2 * overlap / total if total else 0.0


def cross_entropy_dice_loss_with_logits(
    logits: Row, mask: Row, cross_entropy_weight: float = 1.0, dice_weight: float = 1.0
) -> float:
    pixels = list(binary_cross_entropy_with_logits(logits, mask))
    dice = dice_loss([sigmoid(z) for z in logits], mask)
    return cross_entropy_weight * sum(pixels) / len(pixels) + dice_weight * dice


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
    return 1 - dice_loss(prediction, mask)
