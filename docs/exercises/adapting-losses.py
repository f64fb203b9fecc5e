"""11 Adapting losses."""

# %% exercise price
# Price what a model's answers cost the plant. A defect that it calls sound costs `missed`, a sound weld
# that it calls defective costs `opened`, since somebody has to look at it again. A crack that it calls
# porosity is opened anyway and costs nothing more.

# %% start
import numpy as np


def price(predictions, labels, missed, opened):
    """Return what all answers cost together.

    predictions, labels: arrays of class numbers, 0 for sound, 1 and up
    for the defects.
    """


# %% hint
# `labels > 0` says which welds have a defect, `predictions == 0` which ones are called sound; `&` joins
# two such arrays. Put each comparison in parentheses.

# %% hint
# The sum of an array of True and False is the number of True.


# %% solution
def price(predictions, labels, missed, opened):
    misses = (labels > 0) & (predictions == 0)
    alarms = (labels == 0) & (predictions > 0)
    return missed * misses.sum() + opened * alarms.sum()


# %% why
# With `missed` at 50 and `opened` at 1 the best model is seldom the one with the fewest mistakes.

# %% tests
test(
    np.array([0, 0]),
    np.array([2, 0]),
    50,
    1,
    wanted=50,
    hint="One crack is missed; the sound weld is right.",
)
test(
    np.array([1, 2, 0]),
    np.array([0, 0, 0]),
    50,
    1,
    wanted=2,
    hint="Two sound welds are opened for nothing.",
)
test(
    np.array([1, 2]),
    np.array([2, 1]),
    50,
    1,
    wanted=0,
    hint="A defect that is called by another defect's name is opened anyway.",
)
test(
    np.array([0, 3, 1, 0, 2]),
    np.array([1, 0, 1, 3, 1]),
    50,
    2,
    wanted=102,
    hint="Two misses and one false alarm.",
)


# %% wrong: The two costs have changed places: a missed defect is the expensive one.
def price(predictions, labels, missed, opened):
    misses, alarms = (
        (labels > 0) & (predictions == 0),
        (labels == 0) & (predictions > 0),
    )
    return opened * misses.sum() + missed * alarms.sum()


# %% wrong: You divide by the number of welds. Asked for is the sum of all costs, not their mean.
def price(predictions, labels, missed, opened):
    misses, alarms = (
        (labels > 0) & (predictions == 0),
        (labels == 0) & (predictions > 0),
    )
    return missed * misses.mean() + opened * alarms.mean()


# %% wrong: A crack that is called porosity counts as missed here. It is opened anyway: only defects called sound are missed.
def price(predictions, labels, missed, opened):
    misses = (labels > 0) & (predictions != labels)
    alarms = (labels == 0) & (predictions > 0)
    return missed * misses.sum() + opened * alarms.sum()


# %% wrong: False alarms are free here. Each sound weld that is opened costs, too.
def price(predictions, labels, missed, opened):
    return missed * ((labels > 0) & (predictions == 0)).sum()


# %% wrong: You count the welds that are called defective, also those that have a defect. An alarm is false only where the weld is sound.
def price(predictions, labels, missed, opened):
    return (
        missed * ((labels > 0) & (predictions == 0)).sum()
        + opened * (predictions > 0).sum()
    )


# %% exercise weighted_cross_entropy
# Compute the cross-entropy of several classes with class weights.
# [What a mean divides by][adapting-losses-weighted-mean]

# %% start
import numpy as np


def weighted_cross_entropy(scores, labels, class_weights):
    """Return the weighted mean cross-entropy of scores (logits).

    Each example counts by the weight of its class; divide by the sum of
    these weights. scores: shape (N, C); labels: shape (N,), class numbers.
    """


# %% hint
# The loss of one row is the logarithm of the sum of its exponentials, less the score of the right class.
# Subtract each row's largest score first, so that nothing overflows.

# %% hint
# `class_weights[labels]` is the weight of each example. Multiply, add up, and divide by the sum of
# these weights, not by N.


# %% solution
def weighted_cross_entropy(scores, labels, class_weights):
    shifted = scores - scores.max(axis=1, keepdims=True)
    log_sums = np.log(np.exp(shifted).sum(axis=1))
    each = log_sums - shifted[np.arange(len(labels)), labels]
    weights = class_weights[labels]
    return (weights * each).sum() / weights.sum()


# %% tests
WEIGHTS = np.array([1.0, 2.0, 5.0])
test(
    np.array([[1.2, 2.5, 0.4], [0.0, 0.0, 0.0]]),
    np.array([1, 2]),
    WEIGHTS,
    wanted=0.8798325287,
    hint="The losses are 0.3329 and ln 3, their weights 2 and 5, and the divisor is 7.",
)
test(
    np.array([[1000.0, 0.0, 0.0], [0.0, 1000.0, 0.0]]),
    np.array([0, 2]),
    WEIGHTS,
    wanted=5000 / 6,
    hint="Scores this large overflow in the exponential unless the largest of the row is taken off.",
)
test(
    np.array([[1000.0, 0.0, 0.0], [0.0, 1.0, 0.0]]),
    np.array([0, 1]),
    WEIGHTS,
    wanted=0.3676298093,
    hint="The rows may be far apart: each has a largest score of its own.",
)


# %% wrong: You divide by the number of examples. A weighted mean divides by the sum of the weights, here 7 and not 2.
def weighted_cross_entropy(scores, labels, class_weights):
    shifted = scores - scores.max(axis=1, keepdims=True)
    each = (
        np.log(np.exp(shifted).sum(axis=1))
        - shifted[np.arange(len(labels)), labels]
    )
    return (class_weights[labels] * each).mean()


# %% wrong: This is the sum. Divide by the sum of the weights to have the weighted mean.
def weighted_cross_entropy(scores, labels, class_weights):
    shifted = scores - scores.max(axis=1, keepdims=True)
    each = (
        np.log(np.exp(shifted).sum(axis=1))
        - shifted[np.arange(len(labels)), labels]
    )
    return (class_weights[labels] * each).sum()


# %% wrong: The class weights do not count yet. Multiply each loss by the weight of its label.
def weighted_cross_entropy(scores, labels, class_weights):
    shifted = scores - scores.max(axis=1, keepdims=True)
    each = (
        np.log(np.exp(shifted).sum(axis=1))
        - shifted[np.arange(len(labels)), labels]
    )
    return each.mean()


# %% wrong: Nearly right: `exp(1000)` is infinity. Take each row's largest score off first.
def weighted_cross_entropy(scores, labels, class_weights):
    each = (
        np.log(np.exp(scores).sum(axis=1))
        - scores[np.arange(len(labels)), labels]
    )
    weights = class_weights[labels]
    return (weights * each).sum() / weights.sum()


# %% wrong: You take off the largest score of the whole batch. In a row far below it all exponentials are 0, and ln 0 is infinite: take each row's own.
def weighted_cross_entropy(scores, labels, class_weights):
    shifted = scores - scores.max()
    each = (
        np.log(np.exp(shifted).sum(axis=1))
        - shifted[np.arange(len(labels)), labels]
    )
    weights = class_weights[labels]
    return (weights * each).sum() / weights.sum()


# %% wrong: You divide by the sum of the weights of all classes. What counts are the weights of the examples that are there.
def weighted_cross_entropy(scores, labels, class_weights):
    shifted = scores - scores.max(axis=1, keepdims=True)
    each = (
        np.log(np.exp(shifted).sum(axis=1))
        - shifted[np.arange(len(labels)), labels]
    )
    return (class_weights[labels] * each).sum() / class_weights.sum()


# %% exercise missed_defect_rate
# Compute the share of defects that were called sound. [The loss is not the metric][losses-metric]

# %% start
import math

import numpy as np


def missed_defect_rate(predictions, labels):
    """Return the share of defects that were predicted as class 0, no_defect.

    Classes 1 and up are defects. NaN if there is no defect.
    """


# %% hint
# First look at the defects alone: `labels > 0` picks them, from the predictions as well.

# %% hint
# Of these, the share that is predicted as 0 is a mean of True and False. Without any defect return
# `math.nan`, because nothing is known.


# %% solution
def missed_defect_rate(predictions, labels):
    defects = labels > 0
    if not defects.any():
        return math.nan
    return (predictions[defects] == 0).mean()


# %% tests
test(
    np.array([0, 1, 1, 0, 0, 0]),
    np.array([1, 1, 2, 2, 0, 3]),
    wanted=0.6,
    hint="Five defects, and three of them are called sound. A crack that is called porosity is not missed.",
)
test(
    np.array([0, 3]),
    np.array([0, 0]),
    wanted=float("nan"),
    hint="There is no defect, so that nothing is known.",
)


# %% wrong: A crack that is called porosity is not missed: it is opened anyway. Count the defects that are predicted as 0.
def missed_defect_rate(predictions, labels):
    defects = labels > 0
    return (
        np.mean(predictions[defects] != labels[defects])
        if defects.any()
        else math.nan
    )


# %% wrong: You divide by all welds. The rate is a share of the defects.
def missed_defect_rate(predictions, labels):
    return np.mean((labels > 0) & (predictions == 0))


# %% wrong: This is the share that was found. Asked for is the share that was missed.
def missed_defect_rate(predictions, labels):
    defects = labels > 0
    return np.mean(predictions[defects] != 0) if defects.any() else math.nan


# %% wrong: Without a defect the rate is not 0: that would be a promise. Nothing is known, which is NaN.
def missed_defect_rate(predictions, labels):
    defects = labels > 0
    return np.mean(predictions[defects] == 0) if defects.any() else 0.0
