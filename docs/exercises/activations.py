"""5 Activation functions."""

# %% exercise softplus
# Write a softplus that neither overflows nor loses its digits. A neuron that is sure of a weld gets
# large scores, so that 1000 must work as well as 1. [Softplus][activations-softplus]

# %% start
import math


def softplus(x):
    """Return ln(1 + exp(x)) of one number x, from -1000 to 1000."""


# %% hint
# The formula as it stands asks for exp(1000), and a float ends near exp(709). Which exponential can
# you ask for instead, so that its argument is never positive?

# %% hint
# Take exp(x) out of the logarithm: ln(1 + exp(x)) = x + ln(1 + exp(−x)). This form is safe for
# positive x, the first one for negative x. `max(x, 0)` and `abs(x)` join the two into one.

# %% hint
# For x = −40 the sum 1 + exp(−40) is exactly 1 in a float, and its logarithm 0. `math.log1p(y)` is
# ln(1 + y) without that sum.


# %% solution
def softplus(x):
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


# %% why
# The exponential never gets a positive number.

# %% tests
test(0.0, wanted=0.6931471805599453, hint="ln(1 + exp(0)) is ln 2.")
test(
    3.0,
    wanted=3.048587351573742,
    hint="For positive x the result is a little more than x.",
)
test(
    -5.0,
    wanted=0.006715348489118068,
    hint="For negative x it is a little more than 0.",
)
test(1000.0, wanted=1000.0, hint="For a large x, softplus is x itself.")
test(-1000.0, wanted=0.0, hint="Far below 0, softplus is 0 in a float.")
test(
    -40.0,
    wanted=4.248354255291589e-18,
    atol=0.0,
    hint="This is nearly exp(−40). A number so small is lost if it is added to 1 first.",
)


# %% wrong: `exp(1000)` is larger than any float. Rewrite the formula so that the exponential never gets a positive number.
def softplus(x):
    return math.log(1 + math.exp(x))


# %% wrong: `exp(1000)` is larger than any float, with log1p too. Take the exponential of a negative number.
def softplus(x):
    return math.log1p(math.exp(x))


# %% wrong: This form is right for positive x alone: for −1000 it asks for `exp(1000)`.
def softplus(x):
    return x + math.log1p(math.exp(-x))


# %% wrong: NumPy's exponential of 1000 is infinity and raises no error, so that infinity comes out. Take the exponential of a negative number.
def softplus(x):
    import numpy as np

    return np.log1p(np.exp(x))


# %% wrong: Nearly right. `1 + exp(−40)` is exactly 1 in a float, so that its logarithm is 0: `math.log1p` keeps the digits.
def softplus(x):
    return max(x, 0.0) + math.log(1 + math.exp(-abs(x)))


# %% wrong: This is ReLU. It has the right ends, but softplus is a smooth curve between them.
def softplus(x):
    return max(x, 0.0)


# %% exercise softmax
# Write a softmax by rows for scores of any size. Each row holds the scores of one weld, one for each
# class. [Softmax][activations-softmax]

# %% start
import numpy as np


def softmax(scores):
    """Return the softmax of each row of scores, shape (N, C)."""


# %% hint
# Each share is the exponential of a score, divided by the sum of its row's exponentials. `axis=1`
# sums along a row, and `keepdims=True` keeps the sums in a column, so that they divide row by row.

# %% hint
# Softmax does not change if you subtract the same number from all scores of a row. Which number makes
# the largest exponential exactly 1?


# %% solution
def softmax(scores):
    shifted = scores - scores.max(axis=1, keepdims=True)
    shares = np.exp(shifted)
    return shares / shares.sum(axis=1, keepdims=True)


# %% why
# The largest score of each *row*: subtracting that of the whole batch can leave a row of zeros, and
# 0/0.

# %% tests
PORE, SOUND = (
    [0.1953649421, 0.7168519309, 0.0877831270],
    [0.6652409558, 0.2447284711, 0.0900305732],
)
SCORES = np.array([[1.2, 2.5, 0.4], [3.0, 2.0, 1.0]])
test(
    SCORES[:1],
    wanted=[PORE],
    hint="exp of each score, divided by the sum of the row's three.",
)
test(
    SCORES[:1] + 1000,
    wanted=[PORE],
    hint="The same weld with 1000 more on each score: the shares stay.",
)
test(
    SCORES - [[0], [2000]],
    wanted=[PORE, SOUND],
    hint="Each row adds up to 1, however far apart the rows are.",
)


# %% wrong: `exp(1001)` overflows to infinity, and infinity divided by infinity is NaN. Subtract each row's largest score first.
def softmax(scores):
    shares = np.exp(scores)
    return shares / shares.sum(axis=1, keepdims=True)


# %% wrong: You subtract the largest score of the whole batch. A row far below it keeps exponentials of 0, and 0/0 is NaN: take `max(axis=1, keepdims=True)`.
def softmax(scores):
    shares = np.exp(scores - scores.max())
    return shares / shares.sum(axis=1, keepdims=True)


# %% wrong: You divide by the sum of the whole batch, or sum over the wrong axis: each row must add up to 1, so sum with `axis=1, keepdims=True`.
def softmax(scores):
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    return shares / shares.sum()


# %% wrong: You sum along axis 0, which runs over the welds of the batch. The classes of one weld lie along axis 1.
def softmax(scores):
    shares = np.exp(scores - scores.max(axis=0))
    return shares / shares.sum(axis=0)


# %% wrong: The sums of the rows lie in a row and meet the columns. Keep them in a column with `keepdims=True`.
def softmax(scores):
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    return shares / shares.sum(axis=1)


# %% wrong: The scores themselves are divided by their sum. Softmax takes the exponential first, so that every share is positive.
def softmax(scores):
    return scores / scores.sum(axis=1, keepdims=True)


# %% exercise relu_and_slope
# Five hidden units have scores for a weld. Return what ReLU makes of them, and how much of a gradient
# each unit lets through: the slope of ReLU at its score. At exactly 0 take the slope 0, as this page
# does.

# %% start
import numpy as np


def relu_and_slope(scores):
    """Return two arrays: ReLU of each score, and its slope there (0 at 0)."""


# %% hint
# Python's `max` compares two numbers. NumPy's `np.maximum` compares all numbers of an array with 0.

# %% hint
# The slope is 1 where a score is above 0 and 0 elsewhere: `scores > 0` says where, and as numbers True
# and False are 1 and 0.


# %% solution
def relu_and_slope(scores):
    return np.maximum(0, scores), (scores > 0) * 1.0


# %% why
# A unit with a negative score is silent in both ways: it says 0, and its weights learn nothing from
# this weld.

# %% tests
NAMES = ("values", "slopes")
test(
    np.array([-3.0, -0.5, 0.25, 2.0]),
    names=NAMES,
    wanted=([0.0, 0.0, 0.25, 2.0], [0.0, 0.0, 1.0, 1.0]),
    hint="Negative scores become 0 and have slope 0; positive ones stay and have slope 1.",
)
test(
    np.array([0.0]),
    names=NAMES,
    wanted=([0.0], [0.0]),
    hint="At exactly 0 take the slope 0.",
)
test(
    np.array([[1000.0], [-1000.0]]),
    names=NAMES,
    wanted=([[1000.0], [0.0]], [[1.0], [0.0]]),
    hint="The array may have any shape, and however large a score is, the slope is 1.",
)


# %% wrong: `max` asks whether a whole array is larger than 0, which has no one answer. `np.maximum(0, scores)` compares number by number.
def relu_and_slope(scores):
    return max(0, scores), (scores > 0) * 1.0


# %% wrong: At 0 the slope is 0 here: compare with `>`, not with `>=`.
def relu_and_slope(scores):
    return np.maximum(0, scores), (scores >= 0) * 1.0


# %% wrong: The second array has the values again. The slope says how fast the value grows: by 1 for each 1, wherever a score is positive.
def relu_and_slope(scores):
    return np.maximum(0, scores), np.maximum(0, scores)


# %% wrong: `abs` turns a negative score into a positive one. ReLU turns it into 0.
def relu_and_slope(scores):
    return abs(scores), np.sign(scores)


# %% wrong: The slope is 0 on the negative side, not −1: there ReLU is flat.
def relu_and_slope(scores):
    return np.maximum(0, scores), np.sign(scores)
