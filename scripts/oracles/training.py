"""One training, in `nnref` and in PyTorch: the same start, the same batches, the same losses."""

from typing import Any

import numpy as np
import torch
from numpy.random import Generator, default_rng
from numpy.typing import NDArray

from nnref.activations import relu, relu_grad
from nnref.datasets import standardize, weld_features
from nnref.layers import Activation, Dense, Layer, Sequential
from nnref.losses import (
    sparse_categorical_cross_entropy_with_logits,
    sparse_categorical_cross_entropy_with_logits_grad,
)
from nnref.optimizers import Adam
from nnref.training import Loss, batches, fit

# As in docs/case-studies/rare-defects.py; a test compares the trained weights.
EPOCHS, BATCH_SIZE, LEARNING_RATE = 20, 200, 0.02
SEEDS = range(5)

Array = NDArray[Any]


def welds(seed: int) -> tuple[Array, Array]:
    """The study's training data."""
    found = weld_features(2000, class_ratio=(84, 8, 2, 6), rng=default_rng(seed))
    return standardize(found.features), found.labels


def start(seed: int) -> tuple[Sequential, Generator]:
    """The study's network before training, and the generator that will shuffle its examples."""
    rng = default_rng(100 + seed)
    layers = Dense(8, 16, rng=rng), Activation(relu, relu_grad), Dense(16, 4, rng=rng)
    return Sequential(*layers), rng


def in_nnref(seed: int) -> tuple[Layer, list[float]]:
    """The trained network and the loss of each step."""
    model, rng = start(seed)
    history = fit(
        model,
        *welds(seed),
        loss=Loss(
            sparse_categorical_cross_entropy_with_logits,
            sparse_categorical_cross_entropy_with_logits_grad,
        ),
        optimizer=Adam(model.parameters(), learning_rate=LEARNING_RATE),
        epochs=EPOCHS,
        batch_size=BATCH_SIZE,
        rng=rng,
    )
    return model, history.step_losses


def in_torch(seed: int) -> list[float]:
    """The loss of each step in PyTorch: weights copied before the first, gradients its own."""
    source, rng = start(seed)
    model = torch.nn.Sequential(
        torch.nn.Linear(8, 16), torch.nn.ReLU(), torch.nn.Linear(16, 4)
    ).double()
    with torch.no_grad():
        for name, parameter in source.named_parameters().items():
            model.get_parameter(name).copy_(torch.from_numpy(parameter.value))
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)
    return [
        step(model, optimizer, torch.from_numpy(x), torch.from_numpy(y))
        for _ in range(EPOCHS)
        for x, y in batches(*welds(seed), batch_size=BATCH_SIZE, rng=rng)
    ]


def step(
    model: torch.nn.Module, optimizer: torch.optim.Optimizer, x: torch.Tensor, y: torch.Tensor
) -> float:
    """One step of training; the loss before it."""
    value = torch.nn.functional.cross_entropy(model(x), y)
    optimizer.zero_grad()
    value.backward()
    optimizer.step()
    return value.item()


def figures() -> dict[str, list[list[float]]]:
    """The losses of each step, a list for each seed, and how far apart they are in each epoch.

    The differences are the rounding of one processor; ten digits of a loss are those of all.
    """
    ours = np.array([in_nnref(seed)[1] for seed in SEEDS])
    theirs = np.array([in_torch(seed) for seed in SEEDS])
    apart = np.abs(ours - theirs) / theirs
    largest = apart.reshape(len(SEEDS), EPOCHS, -1).max(axis=2)
    return {
        "nnref": rounded(ours, 10),
        "torch": rounded(theirs, 10),
        "apart": rounded(largest, 2),
    }


def rounded(values: Array, digits: int) -> list[list[float]]:
    """Keep so many digits of each number."""
    return [[float(f"{value:.{digits}g}") for value in row] for row in values.tolist()]
