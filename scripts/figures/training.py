"""Figures of the page on training."""

from functools import cache

import numpy as np
from matplotlib.figure import Figure

from figures import style
from nnref import losses
from nnref.activations import relu, relu_grad
from nnref.datasets import WELD_CLASSES, standardize, weld_features
from nnref.layers import Activation, Dense, Sequential
from nnref.optimizers import SGD
from nnref.training import History, Loss, epochs, fit

CROSS_ENTROPY = Loss(
    losses.sparse_categorical_cross_entropy_with_logits,
    losses.sparse_categorical_cross_entropy_with_logits_grad,
)
WELDS = weld_features(600, rng=np.random.default_rng(0))


def network(inputs: int, hidden: int) -> Sequential:
    """The page's network before it has learned anything."""
    rng = np.random.default_rng(1)
    layers = Dense(inputs, hidden, rng=rng), Activation(relu, relu_grad), Dense(hidden, 4, rng=rng)
    return Sequential(*layers)


@cache
def history(welds: int, hidden: int, epochs: int, rate: float = 0.1) -> History:
    """The losses of a run on the first welds, as on the page."""
    x, model = standardize(WELDS.features, by=WELDS.features[:400]), network(8, hidden)
    return fit(
        model,
        x[:welds],
        WELDS.labels[:welds],
        loss=CROSS_ENTROPY,
        optimizer=SGD(model.parameters(), learning_rate=rate),
        epochs=epochs,
        batch_size=20,
        rng=np.random.default_rng(2),
        validation=(x[400:], WELDS.labels[400:]),
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


def regions() -> Figure:
    raw, model = WELDS.features[:, [3, 7]], network(2, 16)
    roundness, distance = np.meshgrid(np.linspace(0, 1, 161), np.linspace(0, 6, 161))
    everywhere = np.stack([roundness.ravel(), distance.ravel()], axis=1)
    run = epochs(
        model,
        standardize(raw[:400], by=raw[:400]),
        WELDS.labels[:400],
        loss=CROSS_ENTROPY,
        optimizer=SGD(model.parameters(), learning_rate=0.1),
        epochs=20,
        batch_size=20,
        rng=np.random.default_rng(2),
    )
    figure, panels = style.canvas(1, 3, height=2.7, sharey=True)
    shown = dict(zip((1, 5, 20), panels, strict=True))
    for epoch in run:
        if axes := shown.get(epoch.number):
            scores = model.forward(standardize(everywhere, by=raw[:400]))
            answer = scores.argmax(axis=1).reshape(roundness.shape)
            levels, hues = np.arange(-0.5, 4), ["C0", "C1", "C2", "C3"]
            axes.contourf(roundness, distance, answer, levels, colors=hues, alpha=0.3)
            for label, (color, marker) in enumerate(zip(hues, "o^sX", strict=True)):
                new = raw[400:][WELDS.labels[400:] == label]
                axes.plot(*new.T, marker, color=color, markersize=3)
            axes.set(title=f"epoch {epoch.number}", xlim=(0, 1), ylim=(0, 6), xticks=[0, 0.5, 1])
            axes.grid(visible=False)
    for x, name, color in zip((0.16, 0.4, 0.62, 0.84), WELD_CLASSES, hues, strict=True):
        figure.text(x, 0.01, name, color=color, ha="center", va="bottom")
    panels[0].set_ylabel("distance from edge (mm)")
    figure.supxlabel("roundness\n", fontsize=11)
    return figure


def four_rates() -> Figure:
    figure, axes = style.canvas()
    for rate, color, label, x, y in (
        (0.001, "C3", "0.001: too low", 10, 1.65),
        (0.1, "C0", "0.1: right", 14, 0.12),
        (2.0, "C2", "2: high", 6.5, 0.6),
        (10.0, "C1", "10: too high", 0.5, 2.3),
    ):
        run = history(welds=400, hidden=16, epochs=20, rate=rate)
        seen = [run.step_losses[0], *run.epoch_losses]
        gone = next((epoch for epoch, loss in enumerate(seen) if loss > 100), 20)
        axes.plot(seen[: gone + 1], color=color)
        axes.text(x, y, label, color=color)
    axes.set(xlabel="epoch", ylabel="training loss", xlim=(0, 20), ylim=(0, 2.5))
    axes.set_xticks([0, 5, 10, 15, 20])
    return figure
