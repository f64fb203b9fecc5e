"""12 Summary."""

# %% exercise training_step
# The whole chapter in one function: one step of training for a layer with softmax, on a batch of welds.
# Scores, probabilities, probability − truth, the gradients, and a step against them.

# %% start
import numpy as np


def training_step(x, truth, weights, biases, learning_rate):
    """Return the new weights and biases after one step.

    x: (N, features); truth: (N, classes), one-hot;
    weights: (classes, features); biases: (classes,).
    The loss is the mean cross-entropy of the batch.
    Leave the arrays that come in as they are.
    """


# %% hint
# Forward: `scores = x @ weights.T + biases`, and softmax along each row (axis 1).

# %% hint
# The slope of the mean loss by the scores is (probabilities − truth) / N. It has the shape of the
# scores.

# %% hint
# The weights' gradient must be (classes, features): `error.T @ x`. The biases' is the sum over the welds,
# axis 0.


# %% solution
def training_step(x, truth, weights, biases, learning_rate):
    scores = x @ weights.T + biases
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    error = (shares / shares.sum(axis=1, keepdims=True) - truth) / len(x)
    new_weights = weights - learning_rate * error.T @ x
    return new_weights, biases - learning_rate * error.sum(axis=0)


# %% why
# A framework does the same, with more layers in between.

# %% tests
X, TRUTH = (
    np.array([[0.5, 1.0], [1.0, 0.0]]),
    np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]]),
)
NAMES, CALL = (
    ("weights", "biases"),
    "training_step(x, truth, weights, biases, 0.6)",
)
test(
    X[:1],
    TRUTH[:1],
    np.zeros((3, 2)),
    np.zeros(3),
    0.6,
    call=f"`{CALL}` with one weld, from zeros",
    names=NAMES,
    wanted=([[-0.1, -0.2], [0.2, 0.4], [-0.1, -0.2]], [-0.2, 0.4, -0.2]),
    hint="Each class has 1/3. The truth pulls its row up by 2/3, the others go down by 1/3, times 0.6.",
)
test(
    X,
    TRUTH,
    np.zeros((3, 2)),
    np.zeros(3),
    0.6,
    call=f"`{CALL}` with two welds, from zeros",
    names=NAMES,
    wanted=([[0.15, -0.1], [0.0, 0.2], [-0.15, -0.1]], [0.1, 0.1, -0.2]),
    hint="The mean of what either weld asks for.",
)
test(
    X,
    TRUTH,
    np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]),
    np.array([0.0, np.log(2.0), -1.0]),
    0.6,
    call=f"`{CALL}` with other weights",
    names=NAMES,
    wanted=(
        [
            [1.1064843699, -0.0663632729],
            [-0.0773816996, 1.0811709206],
            [-0.0291026703, -0.0148076477],
        ],
        [0.0733027335, 0.6563509413, -1.0365064942],
    ),
    hint="The probabilities are softmax of the scores of each weld.",
)


# %% wrong: The sign is wrong: the step climbs, and the loss grows. Subtract the gradient.
def training_step(x, truth, weights, biases, learning_rate):
    scores = x @ weights.T + biases
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    error = (shares / shares.sum(axis=1, keepdims=True) - truth) / len(x)
    return (
        weights + learning_rate * error.T @ x,
        biases + learning_rate * error.sum(axis=0),
    )


# %% wrong: This is the gradient of the sum of the losses. For the mean divide by the number of welds.
def training_step(x, truth, weights, biases, learning_rate):
    scores = x @ weights.T + biases
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    error = shares / shares.sum(axis=1, keepdims=True) - truth
    return (
        weights - learning_rate * error.T @ x,
        biases - learning_rate * error.sum(axis=0),
    )


# %% wrong: The error is taken from the scores. Cross-entropy compares probabilities: softmax comes first.
def training_step(x, truth, weights, biases, learning_rate):
    error = (x @ weights.T + biases - truth) / len(x)
    return (
        weights - learning_rate * error.T @ x,
        biases - learning_rate * error.sum(axis=0),
    )


# %% wrong: The biases stand still. Their gradient is the sum of the error over the welds.
def training_step(x, truth, weights, biases, learning_rate):
    scores = x @ weights.T + biases
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    error = (shares / shares.sum(axis=1, keepdims=True) - truth) / len(x)
    return weights - learning_rate * error.T @ x, biases


# %% wrong: Softmax runs over the welds here. The probabilities of one weld lie along axis 1 and add up to 1.
def training_step(x, truth, weights, biases, learning_rate):
    scores = x @ weights.T + biases
    shares = np.exp(scores - scores.max(axis=0))
    error = (shares / shares.sum(axis=0) - truth) / len(x)
    return (
        weights - learning_rate * error.T @ x,
        biases - learning_rate * error.sum(axis=0),
    )


# %% wrong: `-=` writes into the arrays of whoever called you. Return new ones.
def training_step(x, truth, weights, biases, learning_rate):
    scores = x @ weights.T + biases
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    error = (shares / shares.sum(axis=1, keepdims=True) - truth) / len(x)
    weights -= learning_rate * error.T @ x
    biases -= learning_rate * error.sum(axis=0)
    return weights, biases


# %% exercise train_neuron
# Put the loop together: train one sigmoid neuron. [The loop][training-loop]

# %% start
import numpy as np


def train_neuron(features, labels, learning_rate, steps):
    """Train one sigmoid neuron; return its weights and its bias.

    Start at zero. Each step uses all N examples and the mean of their
    binary cross-entropies.
    features: shape (N, D); labels: shape (N,), each 0 or 1.
    """


# %% hint
# A step has four lines: the probabilities of all examples, the error (probability − label) / N, the new
# weights and the new bias.

# %% hint
# The weights' gradient is the sum of feature times error over the examples, `features.T @ error`; the
# bias's is the sum of the errors.


# %% solution
def train_neuron(features, labels, learning_rate, steps):
    w, b = np.zeros(features.shape[1]), 0.0
    for _ in range(steps):
        p = 1 / (1 + np.exp(-(features @ w + b)))
        error = (p - labels) / len(labels)
        w = w - learning_rate * features.T @ error
        b = b - learning_rate * error.sum()
    return w, b


# %% tests
X, LABELS = np.array([[0.0, 1.0], [2.0, 0.0], [2.0, 1.0]]), np.array([0, 1, 1])


def loss(got):
    """The mean binary cross-entropy of a neuron on these welds."""
    weights, bias = got
    return np.mean(np.logaddexp(0, -(2 * LABELS - 1) * (X @ weights + bias)))


test(
    X,
    LABELS,
    0.6,
    1,
    call="train_neuron(features, labels, 0.6, 1)",
    names=("weights", "bias"),
    wanted=([0.4, 0.0], 0.1),
    hint="From zero every probability is 1/2; the errors are 1/6, −1/6 and −1/6.",
)
test(
    X,
    LABELS,
    0.6,
    500,
    call="the answers after `train_neuron(features, labels, 0.6, 500)`",
    of=lambda got: (X @ got[0] + got[1] > 0) * 1,
    wanted=[0, 1, 1],
    hint="After 500 steps the neuron is right about its three welds.",
)
test(
    X,
    LABELS,
    0.6,
    500,
    call="the loss after `train_neuron(features, labels, 0.6, 500)`",
    of=loss,
    wanted=0.004904749083,
    hint="Each step uses all examples and the mean of their losses.",
)


# %% wrong: The sign is wrong: the neuron learns to be wrong. Subtract learning rate × gradient.
def train_neuron(features, labels, learning_rate, steps):
    w, b = np.zeros(features.shape[1]), 0.0
    for _ in range(steps):
        error = (1 / (1 + np.exp(-(features @ w + b))) - labels) / len(labels)
        w, b = (
            w + learning_rate * features.T @ error,
            b + learning_rate * error.sum(),
        )
    return w, b


# %% wrong: This is the gradient of the sum. For the mean of the losses divide by the number of examples.
def train_neuron(features, labels, learning_rate, steps):
    w, b = np.zeros(features.shape[1]), 0.0
    for _ in range(steps):
        error = 1 / (1 + np.exp(-(features @ w + b))) - labels
        w, b = (
            w - learning_rate * features.T @ error,
            b - learning_rate * error.sum(),
        )
    return w, b


# %% wrong: The bias does not learn. Its gradient is the sum of the errors.
def train_neuron(features, labels, learning_rate, steps):
    w, b = np.zeros(features.shape[1]), 0.0
    for _ in range(steps):
        error = (1 / (1 + np.exp(-(features @ w + b))) - labels) / len(labels)
        w = w - learning_rate * features.T @ error
    return w, b


# %% wrong: The sigmoid is missing: this is linear regression on the labels.
def train_neuron(features, labels, learning_rate, steps):
    w, b = np.zeros(features.shape[1]), 0.0
    for _ in range(steps):
        error = (features @ w + b - labels) / len(labels)
        w, b = (
            w - learning_rate * features.T @ error,
            b - learning_rate * error.sum(),
        )
    return w, b


# %% wrong: The loop ends after one step: `return` stands inside it.
def train_neuron(features, labels, learning_rate, steps):
    w, b = np.zeros(features.shape[1]), 0.0
    for _ in range(steps):
        error = (1 / (1 + np.exp(-(features @ w + b))) - labels) / len(labels)
        w, b = (
            w - learning_rate * features.T @ error,
            b - learning_rate * error.sum(),
        )
        return w, b
