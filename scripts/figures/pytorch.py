"""Figures of the page that trains one network in nnref and in PyTorch."""

import json
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from figures import style

# What `dev.py accuracy` has recorded: the loss of each step, a row for each seed.
RECORD = Path(__file__).parents[2] / "docs" / "data" / "training.json"


def recorded(name: str) -> np.ndarray:
    """The losses of "nnref" or "torch", or the largest difference of each epoch, "apart"."""
    return np.array(json.loads(RECORD.read_text(encoding="utf-8"))[name])


def same_losses() -> Figure:
    nnref, torch = recorded("nnref"), recorded("torch")
    steps = np.arange(nnref.shape[1]) + 1
    figure, axes = style.canvas()
    axes.plot(steps, nnref[0], "C0")
    axes.plot(steps[9::10], torch[0, 9::10], "oC1", markersize=4)
    axes.annotate("nnref, each step", (30, nnref[0, 30]), (45, 0.62), color="C0")
    axes.annotate("PyTorch, each tenth step", (60, torch[0, 60]), (45, 0.42), color="C1")
    axes.set(xlabel="step", ylabel="loss of the batch", ylim=(0, None))
    return figure


def loss_differences() -> Figure:
    apart = recorded("apart")
    figure, axes = style.canvas(height=2.8)
    epochs = np.arange(apart.shape[1]) + 1
    axes.plot(epochs, apart.T, ".", color="C0", alpha=0.6, markersize=4)
    axes.axhline(1e-10, color="C1", linestyle="--")
    axes.axhline(np.finfo(float).eps, color=style.faint(), linestyle=":")
    axes.text(20, 6e-11, "what the test allows", color="C1", ha="right", va="top")
    axes.text(20, 1e-14, "each of five seeds", color="C0", ha="right")
    axes.set(xlabel="epoch", ylabel="largest relative difference", yscale="log", ylim=(2e-17, 1e-9))
    axes.set_xticks([1, 5, 10, 15, 20])
    return figure
