"""8 Loss functions."""

# %% exercise cross_entropy
# A model has given each weld of a batch a probability for each class, and the labels say which class
# is right. Return the mean cross-entropy of the batch.

# %% start
import numpy as np


def cross_entropy(probabilities, labels):
    """Return the mean cross-entropy of a batch.

    probabilities: shape (N, classes), rows that add up to 1;
    labels: (N,), class numbers.
    """


# %% hint
# Of each row only the probability of the right class counts. `probabilities[np.arange(N), labels]` picks
# one number from each row.

# %% hint
# Then −ln of each, `-np.log(…)`, and the mean of these.


# %% solution
def cross_entropy(probabilities, labels):
    right = probabilities[np.arange(len(labels)), labels]
    return -np.log(right).mean()


# %% why
# What the other classes got does not enter: they share what the right one has left.

# %% tests
P = np.array([[0.2, 0.7, 0.1], [0.5, 0.25, 0.25]])
test(
    P[:1],
    np.array([1]),
    wanted=0.3566749439,
    hint="The right class got 0.7, and −ln 0.7 is 0.3567.",
)
test(
    P[:1],
    np.array([2]),
    wanted=2.302585093,
    hint="The same answer for a crack, which got 0.1: −ln 0.1 is 2.3026.",
)
test(
    P,
    np.array([1, 0]),
    wanted=0.5249110622,
    hint="The mean of −ln 0.7 and −ln 0.5.",
)
test(
    np.array([[1.0, 0.0]]),
    np.array([0]),
    wanted=0.0,
    hint="The right class got everything: the loss is 0.",
)


# %% wrong: You add the losses up. Asked for is their mean, so that a large batch costs no more than a small one.
def cross_entropy(probabilities, labels):
    return -np.log(probabilities[np.arange(len(labels)), labels]).sum()


# %% wrong: The sign is wrong: the logarithm of a probability is negative, and a loss is not.
def cross_entropy(probabilities, labels):
    return np.log(probabilities[np.arange(len(labels)), labels]).mean()


# %% wrong: You take the largest probability of each row, which is what the model is sure of. What counts is the probability of the label.
def cross_entropy(probabilities, labels):
    return -np.log(probabilities.max(axis=1)).mean()


# %% wrong: You take the logarithm of the mean. Each weld has its own −ln, and the mean comes last.
def cross_entropy(probabilities, labels):
    return -np.log(probabilities[np.arange(len(labels)), labels].mean())


# %% wrong: `probabilities[:, labels]` picks these columns from every row. Pair each row with its own label: `probabilities[np.arange(N), labels]`.
def cross_entropy(probabilities, labels):
    return -np.log(probabilities[:, labels]).mean()


# %% wrong: You average over all classes. What the wrong classes got does not count: pick the probability of the right one first.
def cross_entropy(probabilities, labels):
    return -np.log(probabilities).mean()


# %% wrong: This is the squared error. Cross-entropy takes −ln of the right class's probability.
def cross_entropy(probabilities, labels):
    return np.mean((1 - probabilities[np.arange(len(labels)), labels]) ** 2)


# %% exercise binary_cross_entropy
# Compute the mean binary cross-entropy from scores, also where the model is confident and wrong.
# [From the score][losses-with-logits]

# %% start
import numpy as np


def binary_cross_entropy(scores, labels):
    """Return the mean binary cross-entropy of scores (logits) of any size.

    scores, labels: arrays of shape (N,); each label is 0 or 1.
    """


# %% hint
# With a probability in between, a score of 1000 becomes exactly 1, and the logarithm of 1 − 1 is
# minus infinity. The loss can be written in the score itself.

# %% hint
# For label 1 it is softplus(−z), for label 0 softplus(z); both are softplus(z) − z·label.

# %% hint
# A softplus that holds for all z: `np.maximum(z, 0) + np.log1p(np.exp(-abs(z)))`.


# %% solution
def binary_cross_entropy(scores, labels):
    each = (
        np.maximum(scores, 0)
        - scores * labels
        + np.log1p(np.exp(-abs(scores)))
    )
    return each.mean()


# %% why
# Clipping a probability makes the loss the same for every large score.

# %% tests
test(
    np.array([2.0]),
    np.array([1]),
    wanted=0.1269280110,
    hint="Fairly sure and right: −ln 0.8808.",
)
test(
    np.array([2.0, 2.0]),
    np.array([1, 0]),
    wanted=1.1269280110,
    hint="Once right, once wrong: the mean of 0.127 and 2.127.",
)
test(
    np.array([1000.0, -1000.0]),
    np.array([1, 0]),
    wanted=0.0,
    hint="Sure and right costs nothing.",
)
test(
    np.array([1000.0, -1000.0]),
    np.array([0, 1]),
    wanted=1000.0,
    hint="Sure and wrong costs as much as the score is large.",
)


# %% wrong: The probability is exactly 1 or 0 for such scores, and 0 times infinity is NaN. Compute from the score, without a probability in between.
def binary_cross_entropy(scores, labels):
    p = 1 / (1 + np.exp(-scores))
    return -np.mean(labels * np.log(p) + (1 - labels) * np.log(1 - p))


# %% wrong: Clipping hides the mistake: every confident and wrong score costs the same 16.1 and has the slope 0, so that nothing is learned from it.
def binary_cross_entropy(scores, labels):
    p = np.clip(1 / (1 + np.exp(-scores)), 1e-7, 1 - 1e-7)
    return -np.mean(labels * np.log(p) + (1 - labels) * np.log(1 - p))


# %% wrong: You add the losses up. Asked for is their mean.
def binary_cross_entropy(scores, labels):
    return np.sum(
        np.maximum(scores, 0)
        - scores * labels
        + np.log1p(np.exp(-abs(scores)))
    )


# %% wrong: `exp(1000)` is infinity. Use the softplus that takes the exponential of −|z|.
def binary_cross_entropy(scores, labels):
    return np.mean(np.log(1 + np.exp(scores)) - scores * labels)


# %% wrong: The labels are turned round: label 1 with a high score is the right answer and costs little.
def binary_cross_entropy(scores, labels):
    each = (
        np.maximum(scores, 0)
        - scores * (1 - labels)
        + np.log1p(np.exp(-abs(scores)))
    )
    return each.mean()
