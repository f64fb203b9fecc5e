"""2 Neural networks."""

# %% exercise layer
# Write what a layer does for a whole batch of welds at once: the scores of all its units, before the
# activation. Each weld is a row of `x`, each unit a row of `weights`.

# %% start
import numpy as np


def layer(x, weights, biases):
    """Return the scores of a layer, shape (N, units).

    x: (N, features); weights: (units, features); biases: (units,).
    """


# %% hint
# One unit's score for one weld is the sum of feature times weight, plus the unit's bias. A matrix
# product does that for all pairs of rows, if the inner lengths agree.

# %% hint
# `x` is (N, features), so that the second factor must be (features, units): `weights.T`. The biases
# then meet the last axis, which counts the units.


# %% solution
def layer(x, weights, biases):
    return x @ weights.T + biases


# %% why
# PyTorch's `Linear` keeps its weights in this shape too, a row for each unit.

# %% tests
THREE = np.array([[0.5, 0.75, 1.0], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0]])
W = np.array([[-1.0, 2.0, 2.0], [4.0, -2.0, -1.0], [0.0, 2.0, -1.0]])
test(
    THREE[:1],
    W,
    np.array([-1.0, 0.0, 0.5]),
    wanted=[[2.0, -0.5, 1.0]],
    hint="The weld of the chapter: its first score is −1·0.5 + 2·0.75 + 2·1 − 1.",
)
test(
    THREE,
    W,
    np.array([-1.0, 0.0, 0.5]),
    wanted=[[2.0, -0.5, 1.0], [1.0, -2.0, 2.5], [-2.0, 4.0, 0.5]],
    hint="Three welds and three units: a row for each weld, a column for each unit.",
)
test(
    np.ones((4, 3)),
    W[:2],
    np.array([0.0, 10.0]),
    call="`layer(x, weights, biases).shape` for 4 welds, 3 features, 2 units",
    of=np.shape,
    wanted=(4, 2),
    hint="The number of units may differ from the number of features.",
)


# %% wrong: `x @ weights` multiplies features by units' rows the wrong way round. It runs where both lengths are equal, and means something else: transpose the weights.
def layer(x, weights, biases):
    return x @ weights + biases


# %% wrong: This has the units in the rows and the welds in the columns. `x @ weights.T` has a row for each weld.
def layer(x, weights, biases):
    return weights @ x.T + biases[:, np.newaxis]


# %% wrong: The order of a matrix product counts. The welds stand in the rows of `x`, so that `x` comes first: `x @ weights.T`.
def layer(x, weights, biases):
    return weights @ x + biases


# %% wrong: The biases are missing. Each unit adds its own.
def layer(x, weights, biases):
    return x @ weights.T


# %% wrong: The scores of a layer keep their sign: ReLU is the activation, which comes after them.
def layer(x, weights, biases):
    return np.maximum(0, x @ weights.T + biases)


# %% wrong: `*` multiplies number by number. A weighted sum needs the matrix product `@`.
def layer(x, weights, biases):
    return x * weights.T + biases


# %% exercise count_parameters
# Count the weights and biases of a network of dense layers from its widths.
# [Layers][neural-networks-layers]


# %% start
def count_parameters(widths):
    """Return how many weights and biases a network of dense layers has.

    widths: the lengths from input to output, such as [8, 32, 16, 4].
    """


# %% hint
# A layer with 8 inputs and 32 units has a weight for each pair of them. How many biases has it?

# %% hint
# `zip(widths, widths[1:])` gives the layers as pairs: (8, 32), (32, 16), (16, 4).


# %% solution
def count_parameters(widths):
    pairs = zip(widths, widths[1:])
    return sum((inputs + 1) * units for inputs, units in pairs)


# %% tests
test(
    [3, 1],
    wanted=4,
    hint="One unit with three inputs: three weights and a bias.",
)
test(
    [8, 32, 16, 4],
    wanted=884,
    hint="288 for the first layer, 528 for the second, 68 for the third.",
)


# %% wrong: You count the weights only. Each unit has a bias as well.
def count_parameters(widths):
    return sum(n * m for n, m in zip(widths, widths[1:]))


# %% wrong: A bias belongs to a unit, not to an input: add the layer's second length, not its first.
def count_parameters(widths):
    return sum(n * m + n for n, m in zip(widths, widths[1:]))


# %% wrong: You add one bias a layer. Each of its units has its own.
def count_parameters(widths):
    return sum(n * m + 1 for n, m in zip(widths, widths[1:]))


# %% wrong: The input has no units and no biases: it is what comes in. Count biases from the second width on.
def count_parameters(widths):
    return sum(n * m for n, m in zip(widths, widths[1:])) + sum(widths)
