"""4 Hidden layers."""

# %% exercise two_layers
# Compute the score of one weld with a hidden layer: weighted sums, ReLU, and a weighted sum of what
# the hidden units say.

# %% start
import numpy as np


def two_layers(x, w1, b1, w2, b2):
    """Return the score of a network with one hidden layer of ReLU units.

    x: (features,); w1: (units, features);
    b1 and w2: (units,); b2: a number.
    """


# %% hint
# Go from the input to the output, a line for each layer: first the hidden numbers, then the score.

# %% hint
# ReLU is `np.maximum(0, …)`. It belongs to the hidden units; the score may have any sign.


# %% solution
def two_layers(x, w1, b1, w2, b2):
    hidden = np.maximum(0, w1 @ x + b1)
    return w2 @ hidden + b2


# %% why
# Without the `np.maximum` the two lines are one weighted sum of the features, and no hidden unit could
# help with XOR.

# %% tests
W1, B1, W2, B2 = (
    np.array([[1.0, 1.0], [1.0, 1.0]]),
    np.array([0.0, -1.0]),
    np.array([1.0, -2.0]),
    -0.5,
)
for x, wanted, hint in [
    (
        [0.0, 1.0],
        0.5,
        "Low current, high speed: only the first hidden unit speaks, and 1 − 0.5 is 0.5.",
    ),
    (
        [1.0, 1.0],
        -0.5,
        "Both are high: the hidden numbers are 2 and 1, and 2 − 2·1 − 0.5 is −0.5.",
    ),
    (
        [0.0, 0.0],
        -0.5,
        "Both are low: the second sum is −1, which ReLU turns into 0.",
    ),
]:
    test(
        np.array(x),
        W1,
        B1,
        W2,
        B2,
        wanted=wanted,
        hint=hint,
    )
test(
    np.array([0.5, 0.25, 1.0]),
    np.array([[1.0, 0.0, 2.0], [0.0, -4.0, 0.0]]),
    np.array([0.5, 0.5]),
    np.array([2.0, 3.0]),
    1.0,
    call="`two_layers(x, w1, b1, w2, b2)` with 3 features",
    wanted=7.0,
    hint="The numbers of features and of hidden units may differ. The second unit is silent here.",
)


# %% wrong: ReLU is missing, and without a bend two layers are one: this says that low and slow is a defect. Put `np.maximum(0, …)` around the hidden sums.
def two_layers(x, w1, b1, w2, b2):
    return w2 @ (w1 @ x + b1) + b2


# %% wrong: ReLU stands at the output as well, so that no score is ever negative and no weld is ever sound. The score keeps its sign.
def two_layers(x, w1, b1, w2, b2):
    return max(0.0, w2 @ np.maximum(0, w1 @ x + b1) + b2)


# %% wrong: The hidden biases come before ReLU, since they decide from where on a unit speaks.
def two_layers(x, w1, b1, w2, b2):
    return w2 @ (np.maximum(0, w1 @ x) + b1) + b2


# %% wrong: The output's bias `b2` is missing.
def two_layers(x, w1, b1, w2, b2):
    return w2 @ np.maximum(0, w1 @ x + b1)


# %% exercise collapse
# Find the one layer that does what two linear layers do.
# [Without a bend, layers collapse][hidden-layers-collapse]

# %% start
import numpy as np


def collapse(w1, b1, w2, b2):
    """Return the weights and biases of the one layer for two linear ones.

    The first layer computes w1 @ x + b1; the second gets that and uses w2
    and b2.
    """


# %% hint
# Write it down for one x: the second layer computes w2 @ (w1 @ x + b1) + b2. Multiply that out.

# %% hint
# What stands before x are the new weights. What has no x in it is the new bias.


# %% solution
def collapse(w1, b1, w2, b2):
    return w2 @ w1, w2 @ b1 + b2


# %% tests
test(
    np.array([[1.0, 2.0], [0.0, 1.0]]),
    np.array([1.0, 10.0]),
    np.array([[1.0, -1.0], [2.0, 0.0]]),
    np.array([0.5, 0.0]),
    call="collapse([[1, 2], [0, 1]], [1, 10], [[1, -1], [2, 0]], [0.5, 0])",
    names=("weights", "biases"),
    wanted=([[1.0, 1.0], [2.0, 4.0]], [-8.5, 2.0]),
    hint="For x = 0 the first layer gives (1, 10), and the second makes −8.5 and 2 of that.",
)
test(
    np.array([[1.0, 0.0, 2.0], [0.0, 3.0, 0.0]]),
    np.array([1.0, 1.0]),
    np.array([[1.0, 1.0]]),
    np.array([0.0]),
    call="collapse([[1, 0, 2], [0, 3, 0]], [1, 1], [[1, 1]], [0])",
    names=("weights", "biases"),
    wanted=([[1.0, 3.0, 2.0]], [2.0]),
    hint="Three features and one output make weights of shape (1, 3).",
)


# %% wrong: The order of a matrix product counts: the layer that works last stands first, `w2 @ w1`.
def collapse(w1, b1, w2, b2):
    return w1 @ w2, w2 @ b1 + b2


# %% wrong: The first biases go through the second layer like everything else: `w2 @ b1`.
def collapse(w1, b1, w2, b2):
    return w2 @ w1, b1[: len(b2)] + b2


# %% wrong: The first biases are lost. Multiply out w2 @ (w1 @ x + b1) + b2.
def collapse(w1, b1, w2, b2):
    return w2 @ w1, b2


# %% wrong: `*` multiplies number by number. Layers one after the other are a matrix product, `@`.
def collapse(w1, b1, w2, b2):
    return w2 * w1, w2 @ b1 + b2
