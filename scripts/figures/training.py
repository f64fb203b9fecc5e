"""Figures of the page on training."""

from functools import cache

import numpy as np
from matplotlib.figure import Figure

from figures import style
from nnref import losses
from nnref.activations import relu, relu_grad
from nnref.datasets import standardize, weld_features
from nnref.layers import Activation, Dense, Sequential
from nnref.optimizers import SGD
from nnref.training import History, Loss, fit


@cache
def history(welds: int, hidden: int, epochs: int) -> History:
    """The losses of a run on the first welds, as on the page."""
    data, rng = weld_features(600, rng=np.random.default_rng(0)), np.random.default_rng(1)
    x = standardize(data.features, by=data.features[:400])
    layers = Dense(8, hidden, rng=rng), Activation(relu, relu_grad), Dense(hidden, 4, rng=rng)
    model = Sequential(*layers)
    return fit(
        model,
        x[:welds],
        data.labels[:welds],
        loss=Loss(
            losses.sparse_categorical_cross_entropy_with_logits,
            losses.sparse_categorical_cross_entropy_with_logits_grad,
        ),
        optimizer=SGD(model.parameters(), learning_rate=0.1),
        epochs=epochs,
        batch_size=20,
        rng=np.random.default_rng(2),
        validation=(x[400:], data.labels[400:]),
    )


def training_loop() -> Figure:
    figure, axes = style.canvas(height=2.6)
    frame = {"boxstyle": "round,pad=0.5", "linewidth": 1.5}
    frame |= {"facecolor": style.surface()}
    line = {"arrowstyle": "-|>", "linewidth": 1.5, "shrinkA": 0, "shrinkB": 0}
    line |= {"color": style.faint()}
    steps = {
        "batch": ((0, 1), "features,\nlabels", (0.5, 1.27)),
        "predict": ((1, 1), "scores", (1.5, 1.27)),
        "loss": ((2, 1), "one\nnumber", (2.12, 0.5)),
        "backpropagate": ((1.75, 0), "gradients", (0.95, -0.3)),
        "update": ((0.25, 0), "new weights,\nnext batch", (-0.35, 0.5)),
    }
    places = np.array([place for place, _, _ in steps.values()])
    ways = np.roll(places, -1, axis=0) - places
    tails, heads = places + 0.28 * ways, places + 0.7 * ways
    for tail, head in zip(tails, heads, strict=True):
        axes.annotate("", head, tail, arrowprops=line)
    for name, (place, gives, beside) in steps.items():
        look = frame | {"edgecolor": "C1" if name == "update" else "C0"}
        axes.text(*place, name, ha="center", va="center", bbox=look)
        side = "left" if name == "loss" else "center"
        axes.text(*beside, gives, color=style.faint(), ha=side, va="center")
    axes.set(xlim=(-0.75, 2.65), ylim=(-0.5, 1.55))
    axes.axis("off")
    return figure


def loss_curve() -> Figure:
    run = history(welds=400, hidden=16, epochs=20)
    ends = np.arange(20, 401, 20)  # the steps that end an epoch
    figure, axes = style.canvas()
    axes.plot(run.step_losses, color=style.faint(), linewidth=0.8)
    axes.plot(ends - 10, run.epoch_losses, "C0")
    axes.plot(ends, run.validation_losses, "C1--")
    axes.text(32, 1.5, "each batch", color=style.faint())
    axes.text(300, 0.68, "mean of each epoch", color="C0", ha="center")
    axes.text(300, 0.82, "validation", color="C1", ha="center")
    axes.set(xlabel="training step", ylabel="loss", ylim=(0, 1.85))
    return figure


def overfitting() -> Figure:
    run = history(welds=60, hidden=32, epochs=300)
    epochs = np.arange(1, 301)
    best = int(np.argmin(run.validation_losses))
    figure, axes = style.canvas()
    axes.semilogx(epochs, run.epoch_losses, "C0")
    axes.semilogx(epochs, run.validation_losses, "C1--")
    axes.plot(epochs[best], run.validation_losses[best], "C1o")
    axes.text(20, 0.12, "training", color="C0", ha="right")
    axes.text(120, 1.0, "validation", color="C1", ha="right")
    axes.set(xlabel="epoch", ylabel="loss", ylim=(0, 1.5))
    axes.set_xticks([1, 10, 100], ["1", "10", "100"])
    return figure
