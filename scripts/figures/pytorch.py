"""Figures of the page that trains one network in nnref and in PyTorch."""

import json
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from figures import style

# What `dev.py accuracy` has recorded: the loss of each step, a row for each seed.
RECORD = Path(__file__).parents[2] / "docs" / "data" / "training.json"


def losses() -> tuple[np.ndarray, np.ndarray]:
    """The recorded losses of nnref and of PyTorch."""
    record = json.loads(RECORD.read_text(encoding="utf-8"))
    return np.array(record["nnref"]), np.array(record["torch"])


def same_losses() -> Figure:
    nnref, torch = losses()
    steps = np.arange(nnref.shape[1]) + 1
    figure, axes = style.canvas()
    axes.plot(steps, nnref[0], "C0")
    axes.plot(steps[9::10], torch[0, 9::10], "oC1", markersize=4)
    axes.annotate("nnref, each step", (30, nnref[0, 30]), (45, 0.62), color="C0")
    axes.annotate("PyTorch, each tenth step", (60, torch[0, 60]), (45, 0.42), color="C1")
    axes.set(xlabel="step", ylabel="loss of the batch", ylim=(0, None))
    return figure


def loss_differences() -> Figure:
    nnref, torch = losses()
    apart = np.abs(nnref - torch) / torch
    figure, axes = style.canvas(height=2.8)
    steps = np.arange(apart.shape[1]) + 1
    shown = np.where(apart > 0, apart, np.nan)
    axes.plot(steps, shown.T, ".", color="C0", alpha=0.5, markersize=3)
    axes.axhline(1e-10, color="C1", linestyle="--")
    axes.axhline(np.finfo(float).eps, color=style.faint(), linestyle=":")
    axes.text(200, 6e-11, "what the test allows", color="C1", ha="right", va="top")
    axes.text(200, 4e-15, "each of five seeds", color="C0", ha="right")
    axes.set(xlabel="step", ylabel="relative difference", yscale="log", ylim=(2e-17, 1e-9))
    return figure
