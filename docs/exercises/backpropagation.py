"""9 Backpropagation."""

# %% exercise nudge
# Before you trust a gradient, test it by nudging. Move one weight a little up and a little down, divide
# the difference of the two losses by the whole way, and do so for each weight.

# %% start
import numpy as np


def nudge(loss, weights, step=1e-5):
    """Return the slope of loss(weights) for each of the weights.

    loss: a function of an array of shape (D,); leave `weights` as it is.
    """


# %% hint
# Begin with zeros in the shape of the weights, and fill in one slope after the other in a loop.

# %% hint
# Copy the weights for each nudge: `above = weights.copy()` and `above[i] += step`. An array that is
# nudged and not put back would spoil the slopes that follow.

# %% hint
# From step below to step above it is two steps: divide by `2 * step`.


# %% solution
def nudge(loss, weights, step=1e-5):
    slopes = np.zeros(len(weights))
    for i in range(len(weights)):
        above, below = weights.copy(), weights.copy()
        above[i] += step
        below[i] -= step
        slopes[i] = (loss(above) - loss(below)) / (2 * step)
    return slopes


# %% why
# Two nudges cancel the curvature: the error falls with the square of the step.


# %% tests
def squares(w):
    return (w**2).sum()


def weld(w):
    return np.log1p(np.exp(-(w @ np.array([0.5, 0.75, 1.0]) - 1.0)))


test(
    squares,
    np.array([3.0]),
    call="nudge(lambda w: (w**2).sum(), [3.0])",
    wanted=[6.0],
    hint="The slope of w² at 3 is 6.",
)
test(
    squares,
    np.array([3.0, -1.0, 0.0]),
    call="nudge(lambda w: (w**2).sum(), [3.0, -1.0, 0.0])",
    wanted=[6.0, -2.0, 0.0],
    hint="Each weight is nudged on its own, while the others stay.",
)
test(
    weld,
    np.array([-1.0, 2.0, 2.0]),
    call="nudge(loss of the weld neuron, [-1.0, 2.0, 2.0])",
    wanted=[-0.0596014611, -0.0894021917, -0.1192029220],
    hint="The chapter's neuron: (0.8808 − 1) times each feature.",
)


# %% wrong: From `step` below to `step` above it is two steps: divide by `2 * step`.
def nudge(loss, weights, step=1e-5):
    rows = step * np.eye(len(weights))
    return np.array(
        [(loss(weights + row) - loss(weights - row)) / step for row in rows]
    )


# %% wrong: The sign is wrong: the loss above comes first, then the one below. Downhill is the optimizer's business.
def nudge(loss, weights, step=1e-5):
    rows = step * np.eye(len(weights))
    return np.array(
        [
            (loss(weights - row) - loss(weights + row)) / (2 * step)
            for row in rows
        ]
    )


# %% wrong: You nudge upward alone. That is off by half a step times the curvature: nudge both ways.
def nudge(loss, weights, step=1e-5):
    rows = step * np.eye(len(weights))
    return np.array(
        [(loss(weights + row) - loss(weights)) / step for row in rows]
    )


# %% wrong: You write into the caller's weights and leave a nudge behind. Work on copies.
def nudge(loss, weights, step=1e-5):
    slopes = np.zeros(len(weights))
    for i in range(len(weights)):
        weights[i] += step
        above = loss(weights)
        weights[i] -= 3 * step
        slopes[i] = (above - loss(weights)) / (3 * step)
    return slopes


# %% wrong: All weights are nudged at once, which gives the sum of their slopes. Nudge one, and leave the others.
def nudge(loss, weights, step=1e-5):
    slope = (loss(weights + step) - loss(weights - step)) / (2 * step)
    return np.full(len(weights), slope)


# %% exercise backward
# Make one backward step by hand: the gradients of a network with one tanh layer.
# [A network by hand][backpropagation-worked-example]

# %% start
import numpy as np


def backward(x, y, w, b, v, c):
    """Return the gradients of w, b, v and c for one example.

    hidden = tanh(w @ x + b)
    score = v @ hidden + c
    loss = binary cross-entropy of sigmoid(score) and the label y

    x: shape (D,); w: (H, D); b and v: (H,); c and y: numbers.
    Each gradient has the shape of its variable.
    """


# %% hint
# First run forward and keep `hidden` and `score`. Then go back from the loss: its slope by the score is
# probability − label.

# %% hint
# `c` gets that slope as it is, `v` gets it times `hidden`. What goes on to the hidden units is the slope
# times `v`.

# %% hint
# The slope of tanh is 1 − hidden². With it you have the slope by the sums: that is the gradient of `b`,
# and `np.outer` of it and `x` is that of `w`.


# %% solution
def backward(x, y, w, b, v, c):
    hidden = np.tanh(w @ x + b)
    score = v @ hidden + c
    d_score = 1 / (1 + np.exp(-score)) - y
    d_sum = d_score * v * (1 - hidden**2)
    return np.outer(d_sum, x), d_sum, d_score * hidden, d_score


# %% tests
def nudged(x, y, variables, step=1e-5):
    """Central differences of the loss for all variables."""

    def loss():
        w, b, v, c = variables
        score = v @ np.tanh(w @ x + b) + c
        return np.logaddexp(0, score) - y * score

    gradients = [np.zeros_like(each) for each in variables]
    for variable, gradient in zip(variables, gradients, strict=True):
        for place in np.ndindex(variable.shape):
            kept = variable[place].copy()
            variable[place] = kept + step
            above = loss()
            variable[place] = kept - step
            gradient[place] = (above - loss()) / (2 * step)
            variable[place] = kept
    return tuple(np.round(each, 9) for each in gradients)


rng = np.random.default_rng(0)
X, W, B, V = (rng.normal(size=shape) for shape in (3, (2, 3), 2, 2))
for y in (0, 1):
    test(
        X,
        y,
        W,
        B,
        V,
        0.3,
        call=f"backward(x, {y}, w, b, v, 0.3)",
        names=("gradient w", "gradient b", "gradient v", "gradient c"),
        wanted=nudged(X, y, [W.copy(), B.copy(), V.copy(), np.array(0.3)]),
        hint="What is wanted here was found by nudging each number.",
    )


# %% wrong: The gradients of w and b lack the slope of tanh: multiply what comes back by 1 − hidden².
def backward(x, y, w, b, v, c):
    hidden = np.tanh(w @ x + b)
    d_score = 1 / (1 + np.exp(-(v @ hidden + c))) - y
    return np.outer(d_score * v, x), d_score * v, d_score * hidden, d_score


# %% wrong: The gradient of w is transposed: it has a row for each hidden unit, as w has.
def backward(x, y, w, b, v, c):
    hidden = np.tanh(w @ x + b)
    d_score = 1 / (1 + np.exp(-(v @ hidden + c))) - y
    d_sum = d_score * v * (1 - hidden**2)
    return np.outer(x, d_sum), d_sum, d_score * hidden, d_score


# %% wrong: All gradients have the wrong sign: the slope by the score is probability − label.
def backward(x, y, w, b, v, c):
    hidden = np.tanh(w @ x + b)
    d_score = y - 1 / (1 + np.exp(-(v @ hidden + c)))
    d_sum = d_score * v * (1 - hidden**2)
    return np.outer(d_sum, x), d_sum, d_score * hidden, d_score


# %% wrong: The way back to the hidden units goes through the output weights: multiply by `v`.
def backward(x, y, w, b, v, c):
    hidden = np.tanh(w @ x + b)
    d_score = 1 / (1 + np.exp(-(v @ hidden + c))) - y
    d_sum = d_score * (1 - hidden**2)
    return np.outer(d_sum, x), d_sum, d_score * hidden, d_score


# %% wrong: You begin with the slope of the sigmoid as for a squared error. With cross-entropy the logarithm cancels it: probability − label is all.
def backward(x, y, w, b, v, c):
    hidden = np.tanh(w @ x + b)
    p = 1 / (1 + np.exp(-(v @ hidden + c)))
    d_score = (p - y) * p * (1 - p)
    d_sum = d_score * v * (1 - hidden**2)
    return np.outer(d_sum, x), d_sum, d_score * hidden, d_score
