"""The figure of the failure gallery."""

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from figures import style
from nnref import losses
from nnref.activations import relu, relu_grad
from nnref.datasets import standardize, weld_features
from nnref.initializers import he_normal, zeros
from nnref.layers import Activation, Dense, Sequential

Initializer = Callable[..., np.ndarray]


def loss_history(initializer: Initializer, rate: float) -> list[float]:
    """The losses of 61 steps of gradient descent on 200 welds."""
    welds = weld_features(200, rng=np.random.default_rng(0))
    x, labels = standardize(welds.features), welds.labels
    rng = np.random.default_rng(1)
    model = Sequential(
        Dense(8, 16, rng=rng, initializer=initializer),
        Activation(relu, relu_grad),
        Dense(16, 4, rng=rng, initializer=initializer),
    )
    history = []
    for _ in range(61):
        z = model.forward(x)
        history.append(float(losses.sparse_categorical_cross_entropy_with_logits(z, labels)))
        model.backward(losses.sparse_categorical_cross_entropy_with_logits_grad(z, labels))
        for p in model.parameters():
            p.value = p.value - rate * p.grad
    return history


def loss_curves() -> Figure:
    figure, axes = style.canvas()
    for name, initializer, rate, color, place in [
        ("rate too large", he_normal, 8.0, "C1", (32, 2.6)),
        ("rate too small", he_normal, 0.01, "C3", (60, 1.6)),
        ("weights of zero", zeros, 0.5, "C2", (60, 1.1)),
        ("healthy", he_normal, 0.5, "C0", (60, 0.05)),
    ]:
        axes.plot(loss_history(initializer, rate), color)
        axes.text(*place, name, color=color, ha="right")
    axes.set(xlabel="training step", ylabel="loss", ylim=(0, 3))
    return figure
