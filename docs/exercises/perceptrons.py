"""3 Perceptrons and neurons."""

# %% exercise perceptron
# Write the answer of a perceptron for one patch of a weld: the weighted sum of its features plus the
# bias, and then 1 for "defective" if that is at least 0, otherwise 0. Plain Python is enough.


# %% start
def perceptron(weights, bias, features):
    """Return 1 (defective) or 0 (sound) for one list of features."""


# %% hint
# `zip(weights, features)` gives the pairs to multiply; `sum` adds the products up.

# %% hint
# The bias is added once, after the products. Then compare with 0: at exactly 0 the answer is 1.


# %% solution
def perceptron(weights, bias, features):
    score = sum(w * x for w, x in zip(weights, features)) + bias
    return 1 if score >= 0 else 0


# %% tests
W = [-1.0, 2.0, 2.0]
test(
    W,
    -1.0,
    [0.5, 0.75, 1.0],
    wanted=1,
    hint="The score is −0.5 + 1.5 + 2 − 1 = 2, which is at least 0.",
)
test(
    W,
    -1.0,
    [1.0, 0.0, 0.25],
    wanted=0,
    hint="The score is −1 + 0 + 0.5 − 1 = −1.5, below 0.",
)
test(
    W,
    -2.5,
    [0.5, 0.75, 0.5],
    wanted=0,
    hint="The products add up to 2, and the bias of −2.5 takes that below 0.",
)
test(
    W,
    -0.5,
    [0.5, 0.5, 0.25],
    wanted=1,
    hint="The products add up to 1, and the bias takes 0.5 off once.",
)
test(
    W,
    -1.0,
    [0.0, 0.75, 0.0],
    wanted=1,
    hint="The score is 0 + 1.5 + 0 − 1 = 0.5: each of the products counts.",
)
test(
    W,
    0.5,
    [0.5, 0.0, 0.0],
    wanted=1,
    hint="The score is −0.5 + 0.5 = 0, and at exactly 0 the answer is 1.",
)


# %% wrong: At a score of exactly 0 the perceptron says 1: compare with `>=`.
def perceptron(weights, bias, features):
    return int(sum(w * x for w, x in zip(weights, features)) + bias > 0)


# %% wrong: The bias is missing: the products alone decide here.
def perceptron(weights, bias, features):
    return int(sum(w * x for w, x in zip(weights, features)) >= 0)


# %% wrong: The bias is added to the sum, not subtracted from it.
def perceptron(weights, bias, features):
    return int(sum(w * x for w, x in zip(weights, features)) >= bias)


# %% wrong: The bias is added to each product, three times here. It belongs to the unit, once.
def perceptron(weights, bias, features):
    return int(sum(w * x + bias for w, x in zip(weights, features)) >= 0)


# %% wrong: Only the last product counts, since each `=` forgets the one before. Add them up with `+=`.
def perceptron(weights, bias, features):
    for w, x in zip(weights, features):
        score = w * x
    return int(score + bias >= 0)


# %% wrong: This is the score. The perceptron says only whether it is at least 0.
def perceptron(weights, bias, features):
    return sum(w * x for w, x in zip(weights, features)) + bias


# %% exercise perceptron_step
# Make one step of the perceptron rule, for a missed defect, a false alarm, or neither.
# [How a perceptron learns][perceptrons-learning-rule]

# %% start
import numpy as np


def perceptron_step(weights, bias, features, label):
    """Return the new weights and bias after one example.

    The perceptron says 1 where weights @ features + bias is at least 0,
    otherwise 0. After a missed defect (it said 0, label 1) add the
    features to the weights and 1 to the bias; after a false alarm
    subtract them. Leave the arrays that come in as they are.
    """


# %% hint
# Let the perceptron answer first. The difference label − answer is 1 after a missed defect, −1 after
# a false alarm and 0 where it was right.

# %% hint
# That difference is the factor of the features, and of 1 for the bias: one line serves all cases.


# %% solution
def perceptron_step(weights, bias, features, label):
    answer = int(weights @ features + bias >= 0)
    error = label - answer  # 1 missed, -1 false alarm, 0 right
    return weights + error * features, bias + error


# %% why
# `weights += error * features` would change the array of the caller.

# %% tests
FEATURES = np.array([0.5, 0.25])
for weights, bias, label, wanted, hint in [
    (
        [1.0, 1.0],
        -1.0,
        1,
        ([1.5, 1.25], 0.0),
        "The score is −0.25, so it said 0: a missed defect. Add.",
    ),
    (
        [1.0, 1.0],
        0.0,
        0,
        ([0.5, 0.75], -1.0),
        "The score is 0.75, so it said 1: a false alarm. Subtract.",
    ),
    (
        [1.0, 1.0],
        -1.0,
        0,
        ([1.0, 1.0], -1.0),
        "It said 0, and that is right: nothing changes.",
    ),
    (
        [1.0, 2.0],
        -1.0,
        1,
        ([1.0, 2.0], -1.0),
        "The score is exactly 0, so it said 1, and that is right.",
    ),
]:
    test(
        np.array(weights),
        bias,
        FEATURES,
        label,
        wanted=wanted,
        names=("weights", "bias"),
        hint=hint,
    )


# %% wrong: You step after a right answer too. The rule changes nothing there: let the perceptron answer first, and compare.
def perceptron_step(weights, bias, features, label):
    return weights + (2 * label - 1) * features, bias + (2 * label - 1)


# %% wrong: `+=` writes into the array of whoever called you. Return a new one: `weights + error * features`.
def perceptron_step(weights, bias, features, label):
    error = label - int(weights @ features + bias >= 0)
    weights += error * features
    return weights, bias + error


# %% wrong: The bias learns too: it goes up by 1 after a missed defect and down by 1 after a false alarm.
def perceptron_step(weights, bias, features, label):
    error = label - int(weights @ features + bias >= 0)
    return weights + error * features, bias


# %% wrong: At a score of exactly 0 the perceptron says 1: compare with `>=`.
def perceptron_step(weights, bias, features, label):
    error = label - int(weights @ features + bias > 0)
    return weights + error * features, bias + error


# %% wrong: The sign is wrong: this moves the weights away from the right answer. The error is label − answer.
def perceptron_step(weights, bias, features, label):
    error = int(weights @ features + bias >= 0) - label
    return weights + error * features, bias + error
