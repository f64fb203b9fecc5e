"""Exercises of "Introduction to Neural Networks".

Write your answer below each description, here in this file. With checks.py in the same folder,
run as often as you like:

    python checks.py

You need Python and NumPy; begin with `import numpy as np`.
"""

# 1 Tensors and arrays


def to_channels_last(images):
    """Return a batch of shape (N, C, H, W) as (N, H, W, C), every pixel unchanged."""


# 2 Neural networks


def count_parameters(widths):
    """Return how many weights and biases a network of dense layers has.

    widths: the lengths from input to output, such as [8, 32, 16, 4].
    """


# 3 Perceptrons and neurons


def perceptron_step(weights, bias, features, label):
    """Return the new weights and the new bias after one example of the perceptron rule.

    The perceptron says 1 where weights @ features + bias is at least 0, otherwise 0. After a
    missed defect (it said 0, label 1) add the features to the weights and 1 to the bias;
    after a false alarm subtract them. Leave the arrays that come in as they are.
    """


# 4 Hidden layers


def collapse(w1, b1, w2, b2):
    """Return the weights and biases of the one layer that does what two linear layers do.

    The first layer computes w1 @ x + b1; the second gets that and uses w2 and b2.
    """


# 5 Activation functions


def softplus(x):
    """Return ln(1 + exp(x)) of one number, right for every x from -1000 to 1000."""


def softmax(scores):
    """Return the softmax of each row of scores, shape (N, C), for scores of any size."""


# 6 Training


def batches(count, size, rng):
    """Return a list of index arrays: the numbers 0 to count - 1, shuffled, in batches.

    Each number occurs once. All batches have `size` numbers, the last one what is left.
    """


# 7 Weight initialization


def he_normal(fan_in, fan_out, rng):
    """Return He's start weights for a dense layer, shape (fan_out, fan_in)."""


# 8 Loss functions


def binary_cross_entropy(scores, labels):
    """Return the mean binary cross-entropy of scores (logits), for scores of any size.

    scores, labels: arrays of shape (N,); each label is 0 or 1.
    """


def giou(a, b):
    """Return the generalized IoU of two boxes (x1, y1, x2, y2).

    IoU - (enclosing area - union) / enclosing area. The boxes need not touch.
    """


# 9 Backpropagation


def backward(x, y, w, b, v, c):
    """Return the gradients of w, b, v and c for one example.

    hidden = tanh(w @ x + b)
    score = v @ hidden + c
    loss = binary cross-entropy of sigmoid(score) and the label y

    x: shape (D,); w: (H, D); b and v: (H,); c and y: numbers. Each gradient has the shape of
    its variable.
    """


# 10 Gradient descent


def momentum_step(weights, velocity, gradient, learning_rate, momentum):
    """Return the new weights and the new velocity.

    new velocity = momentum * velocity + gradient
    new weights = weights - learning rate * new velocity
    """


# 11 Adapting losses


def weighted_cross_entropy(scores, labels, class_weights):
    """Return the weighted mean of the cross-entropies of scores (logits), shape (N, C).

    Each example counts by the weight of its class; divide by the sum of these weights.
    """


def missed_defect_rate(predictions, labels):
    """Return the share of defects that were predicted as class 0, no_defect.

    Classes 1 and up are defects. NaN if there is no defect.
    """


# 12 Summary


def train_neuron(features, labels, learning_rate, steps):
    """Train one sigmoid neuron with binary cross-entropy; return its weights and its bias.

    Start at zero. Each step uses all N examples and the mean of their losses.
    features: shape (N, D); labels: shape (N,), each 0 or 1.
    """
