"""10 Gradient descent."""

# %% exercise descend
# Write gradient descent itself: begin at the weights you are given, and in each step go against the
# gradient at the place where you are.

# %% start
import numpy as np


def descend(gradient, weights, learning_rate, steps):
    """Return the weights after so many steps of gradient descent.

    gradient: a function that gives the gradient at an array of weights;
    leave `weights` as it is.
    """


# %% hint
# new weights = weights − learning rate × gradient, again and again in a loop.

# %% hint
# Ask for the gradient in each step anew, `gradient(weights)`, because it changes on the way.


# %% solution
def descend(gradient, weights, learning_rate, steps):
    for _ in range(steps):
        weights = weights - learning_rate * gradient(weights)
    return weights


# %% why
# `weights = weights - …` makes a new array in each step; `weights -= …` would write into the caller's.


# %% tests
def bowl(w):
    """The gradient of (w − 5)², summed."""
    return 2 * (w - 5)


test(
    bowl,
    np.array([0.0]),
    0.1,
    1,
    call="descend(gradient of (w - 5)², [0.0], 0.1, 1)",
    wanted=[1.0],
    hint="At 0 the gradient is −10, and 0 − 0.1·(−10) is 1.",
)
test(
    bowl,
    np.array([0.0]),
    0.1,
    2,
    call="descend(gradient of (w - 5)², [0.0], 0.1, 2)",
    wanted=[1.8],
    hint="At 1 the gradient is −8: the second step is shorter than the first.",
)
test(
    bowl,
    np.array([0.0, 7.0]),
    0.1,
    100,
    call="descend(gradient of (w - 5)², [0.0, 7.0], 0.1, 100)",
    wanted=[4.9999999990, 5.0000000004],
    hint="After 100 steps it has all but arrived at 5, from either side.",
)
test(
    bowl,
    np.array([3.0]),
    0.1,
    0,
    call="descend(gradient of (w - 5)², [3.0], 0.1, 0)",
    wanted=[3.0],
    hint="No steps, no change.",
)


# %% wrong: The sign is wrong: you climb. A step goes against the gradient, with a minus.
def descend(gradient, weights, learning_rate, steps):
    for _ in range(steps):
        weights = weights + learning_rate * gradient(weights)
    return weights


# %% wrong: You use the gradient of the start in every step. Ask for it anew, because it changes on the way.
def descend(gradient, weights, learning_rate, steps):
    return weights - steps * learning_rate * gradient(weights)


# %% wrong: `-=` writes into the array of whoever called you. Make a new one in each step: `weights = weights - …`.
def descend(gradient, weights, learning_rate, steps):
    for _ in range(steps):
        weights -= learning_rate * gradient(weights)
    return weights


# %% wrong: The learning rate is missing: with the whole gradient a step jumps over the lowest point.
def descend(gradient, weights, learning_rate, steps):
    for _ in range(steps):
        weights = weights - gradient(weights)
    return weights


# %% wrong: `gradient` is a function. Call it at the weights where you are: `gradient(weights)`.
def descend(gradient, weights, learning_rate, steps):
    for _ in range(steps):
        weights = weights - learning_rate * gradient
    return weights


# %% wrong: The loop ends after one step: `return` stands inside it.
def descend(gradient, weights, learning_rate, steps):
    for _ in range(steps):
        weights = weights - learning_rate * gradient(weights)
        return weights
    return weights


# %% exercise momentum_step
# Make one step of gradient descent with momentum. [Momentum and Adam][gradient-descent-momentum-adam]

# %% start
import numpy as np


def momentum_step(weights, velocity, gradient, learning_rate, momentum):
    """Return the new weights and the new velocity.

    new velocity = momentum * velocity + gradient
    new weights = weights - learning rate * new velocity
    """


# %% hint
# Compute the new velocity first: the weights move by it, and it is returned for the next step.


# %% solution
def momentum_step(weights, velocity, gradient, learning_rate, momentum):
    velocity = momentum * velocity + gradient
    return weights - learning_rate * velocity, velocity


# %% tests
NAMES = ("weights", "velocity")
test(
    np.array([1.0, 2.0]),
    np.zeros(2),
    np.array([1.0, -2.0]),
    0.1,
    0.9,
    names=NAMES,
    wanted=([0.9, 2.2], [1.0, -2.0]),
    hint="From rest the velocity is the gradient.",
)
test(
    np.array([0.9, 2.2]),
    np.array([1.0, -2.0]),
    np.array([1.0, -2.0]),
    0.1,
    0.9,
    names=NAMES,
    wanted=([0.71, 2.58], [1.9, -3.8]),
    hint="Nine tenths of the old velocity are kept, and the gradient is added.",
)


# %% wrong: The weights move by the gradient alone, as without momentum. They move by the new velocity.
def momentum_step(weights, velocity, gradient, learning_rate, momentum):
    return weights - learning_rate * gradient, momentum * velocity + gradient


# %% wrong: The weights move by the old velocity. Compute the new one first.
def momentum_step(weights, velocity, gradient, learning_rate, momentum):
    return weights - learning_rate * velocity, momentum * velocity + gradient


# %% wrong: The sign is wrong: the weights go uphill. Subtract learning rate × velocity.
def momentum_step(weights, velocity, gradient, learning_rate, momentum):
    velocity = momentum * velocity + gradient
    return weights + learning_rate * velocity, velocity


# %% wrong: Here the gradient counts for 1 − momentum of the velocity, as in Adam. This rule adds it whole.
def momentum_step(weights, velocity, gradient, learning_rate, momentum):
    velocity = momentum * velocity + (1 - momentum) * gradient
    return weights - learning_rate * velocity, velocity
