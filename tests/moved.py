"""What nnref makes of the inputs of the figures that move."""

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from figures import inspection_desk, losses_boxes_masks
from nnref import losses
from nnref.activations import sigmoid, tanh, tanh_grad
from nnref.metrics import confusion_matrix, false_alarm_rate, missed_defect_rate, precision, recall

Numbers = dict[str, Any]
Array = NDArray[Any]

CRACK = 2
WEIGHTS = (1, 3, 10, 30, 100)


def at_the_desk(
    threshold: float, weight: str, miss: float, again: float, false_call: float, welds: str
) -> Numbers:
    """The counts, rates and bounds of a setting, and the cheapest of all settings."""
    found = matrices(welds, int(weight))
    at = int(np.clip(np.floor(threshold + 0.5), 0, len(found) - 1))
    matrix = found[at]
    prices = inspection_desk.bill(miss, false_call, again)
    bills = {each: billed(matrices(welds, each), miss, again, false_call) for each in WEIGHTS}
    best = {each: int(bills[each].argmin()) for each in WEIGHTS}
    winner = min(WEIGHTS, key=lambda each: float(bills[each][best[each]]))
    return rates(welds, int(weight), at) | {
        "matrix": matrix,
        "cost": 1000 * (matrix * prices / matrix.sum()).sum(),
        "never": bills[1][-1],
        "best": best[int(weight)],
        "least": bills[int(weight)][best[int(weight)]],
        "winner": winner,
        "winnerAt": best[winner],
        "leastOfAll": bills[winner][best[winner]],
    }


@cache
def matrices(welds: str, weight: int) -> Array:
    return inspection_desk.matrices(welds, weight).astype(int)


def billed(found: Array, miss: float, again: float, false_call: float) -> Array:
    """Dollars for 1,000 welds at each threshold."""
    lost = found[:, CRACK, 0] + found[:, [1, 3], 0].sum(axis=1) / 10
    looked, called = found[:, :, 1:].sum(axis=(1, 2)), found[:, 0, 1:].sum(axis=1)
    return 1000 / found[0].sum() * (again * looked + false_call * called + miss * lost)


@cache
def rates(welds: str, weight: int, at: int) -> Numbers:
    """What depends on the decisions alone, from the metrics of each weld."""
    found = matrices(welds, weight)
    said, labels = decisions(found[at])
    cracks = labels == CRACK
    np.testing.assert_array_equal(confusion_matrix(said, labels, 4), found[at])
    return {
        "cracks": cracks.sum(),
        "missed": np.count_nonzero(said[cracks] == 0),
        "missedRate": missed_defect_rate(said[cracks], labels[cracks]),
        "missedBound": missed_defect_rate(said[cracks], labels[cracks], confidence=0.95),
        "allMissed": missed_defect_rate(said, labels),
        "allBound": missed_defect_rate(said, labels, confidence=0.95),
        "falseCalls": false_alarm_rate(said, labels),
        "recall": recall(said, labels, positive=CRACK),
        "precision": precision(said, labels, positive=CRACK),
        "others": false_alarm_rate(said == CRACK, labels == CRACK),
    }


def decisions(matrix: Array) -> tuple[Array, Array]:
    """What each weld of a confusion matrix is called, and what it is."""
    labels, said = np.indices((4, 4)).reshape(2, -1).repeat(matrix.ravel(), axis=1)
    return said, labels


def two_boxes(
    px: float,
    py: float,
    tx: float,
    ty: float,
    width: float,
    height: float,
    loss: str,  # noqa: ARG001, it only chooses the arrows
) -> Numbers:
    """Both boxes, the four losses and their gradients by the corners of the predicted one."""
    sides = np.array([max(width, 0.0), max(height, 0.0)])
    predicted = losses_boxes_masks.around(np.array([px, py]), sides)
    real = losses_boxes_masks.around(np.array([tx, ty]), losses_boxes_masks.TRUE_SIDES)
    numbers: Numbers = {"predicted": predicted, "real": real}
    for name in ("IoU", "GIoU", "DIoU", "CIoU"):
        value, slope = (getattr(losses, f"{name.lower()}_loss{each}") for each in ("", "_grad"))
        numbers[name] = value([predicted], [real])
        numbers[f"d{name}"] = slope([predicted], [real])[0]
    return numbers


def worked_graph(step: float, x1: float, x2: float, w11: float, v2: float) -> Numbers:  # noqa: ARG001
    """The values of the 2-2-1 network and, after "d", their gradients, layer by layer."""
    x, v = np.array([x1, x2]), np.array([1.0, v2])
    w, b, c = np.array([[w11, -1.0], [-1.0, -0.5]]), np.array([0.0, 0.25]), 0.5
    with np.errstate(over="ignore", under="ignore", divide="ignore"):
        z = w @ x + b
        a = tanh(z)
        s = v @ a + c
        p, d_s = sigmoid(s), losses.binary_cross_entropy_with_logits_grad(s, 1)
        d_a = d_s * v
        d_z = d_a * tanh_grad(z)
        loss = losses.binary_cross_entropy_with_logits(s, 1)
        values = {"z": z, "a": a, "s": s, "p": p, "L": loss}
        grads = {"dp": -1 / p, "ds": d_s, "dv": d_s * a, "da": d_a, "dz": d_z}
        return values | grads | {"dw": np.outer(d_z, x), "dx": d_z @ w, "slopes": tanh_grad(z)}
