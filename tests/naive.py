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


def categorical_cross_entropy(
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


def focal_loss(
    logits: Sequence[Row], labels: Sequence[int], class_weights: Row, gamma: float = 2.0
) -> Iterator[float]:
    for scores, label in zip(logits, labels, strict=True):
        p = softmax_row(scores)[label]
        yield -class_weights[label] * (1 - p) ** gamma * math.log(p)


def generalized_cross_entropy(
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
