"""The figure of the page "Summary"."""

import numpy as np
from matplotlib.figure import Figure

from figures import style
from figures.neural_networks import FEATURES, HIDDEN, HIDDEN_BIAS, OUTPUT, OUTPUT_BIAS
from nnref.activations import relu, relu_grad, softmax
from nnref.layers import Activation, Dense, Sequential
from nnref.losses import sparse_categorical_cross_entropy_with_logits_grad
from nnref.optimizers import SGD


def by_hand() -> Sequential:
    """The network of the chapter's second section."""
    rng = np.random.default_rng(0)
    hidden, output = Dense(3, 3, rng=rng), Dense(3, 3, rng=rng)
    hidden.weight.value, hidden.bias.value = HIDDEN, HIDDEN_BIAS
    output.weight.value, output.bias.value = OUTPUT, OUTPUT_BIAS
    return Sequential(hidden, Activation(relu, relu_grad), output)


def one_weld_learned() -> Figure:
    network = by_hand()
    optimizer = SGD(network.parameters(), learning_rate=0.05)
    probabilities = []
    for _ in range(31):
        scores = network.forward([FEATURES])
        probabilities.append(softmax(scores)[0])
        network.backward(sparse_categorical_cross_entropy_with_logits_grad(scores, [1]))
        optimizer.step()

    figure, axes = style.canvas(height=2.9)
    labels = [("no_defect", "C2", 0.2), ("porosity", "C0", 0.74), ("crack", "C1", -0.02)]
    for line, (name, color, y) in zip(np.transpose(probabilities), labels, strict=True):
        axes.plot(line, color)
        axes.text(4, y, name, color=color, va="center")
    axes.set(xlabel="training step", ylabel="probability", ylim=(-0.08, 1.03))
    return figure
