"""Losses and their gradients beside PyTorch's on one thread, and the memory they take."""

import tracemalloc
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from benchmarks.timing import Row, in_turn
from nnref import losses

Array = np.ndarray[Any, Any]
Case = tuple[str, Callable[..., Any], tuple[Array, ...]]


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """Name, PyTorch's counterpart and arguments; the name is also that of our function."""
    from oracles.losses import LOSSES, logits

    arguments = large(rng)
    for name, row in LOSSES.items():
        yield name, row.torch, arguments[row.draw]
    wide = tuple(each.astype(np.float64) for each in arguments[logits])
    yield (name := "binary_cross_entropy_with_logits"), LOSSES[name].torch, wide


def large(rng: np.random.Generator) -> dict[Callable[..., Any], tuple[Array, Array]]:
    """Arguments of each kind that a loss is drawn from: 100,000 examples, or a million pixels."""
    from oracles import boxes, losses

    rows = rng.standard_normal((100_000, 10)).astype(np.float32)
    shares = rng.dirichlet(np.ones(10), 100_000).astype(np.float32)
    pixels = (rng.random((16, 256, 256)) < 0.01).astype(np.float32)
    scores = rng.standard_normal(pixels.shape).astype(np.float32)
    chances = 1 / (1 + np.exp(-scores))
    return {
        losses.classes: (rows, rng.integers(10, size=100_000)),
        losses.mixtures: (rows, shares),
        losses.logits: (scores, pixels),
        losses.chances: (chances, pixels),
        losses.measurements: (scores, chances),
        losses.masks: (chances, pixels),
        losses.scored_masks: (scores, pixels),
        boxes.pairs: (boxes_near(rng, 100_000), boxes_near(rng, 100_000)),
    }


def boxes_near(rng: np.random.Generator, count: int) -> Array:
    """Boxes that mostly overlap those of another call."""
    corners = rng.random((count, 2))
    return np.hstack([corners, corners + 0.5 + rng.random((count, 2))]).astype(np.float32)


def rows(runs: int) -> Iterator[Row]:
    """The rows of the table about the losses."""
    import torch

    torch.set_num_threads(1)
    for name, theirs, arguments in cases(np.random.default_rng(0)):
        wide = "float64 " * (arguments[0].dtype == np.float64)
        group = f"losses {wide}{arguments[0].shape}"
        tensors = [torch.from_numpy(each) for each in arguments]
        for suffix, peer in (("", theirs), ("_grad", partial(gradient, theirs))):
            ours = partial(getattr(losses, name + suffix), *arguments)
            mine, torchs = in_turn(ours, partial(peer, *tensors), runs)
            taken = memory(ours, arguments)
            yield Row(group, name + suffix, mine, "torch", torchs, taken)


def gradient(loss: Callable[..., Any], variable: Any, *others: Any) -> Any:
    """PyTorch's gradient by the first argument, the forward pass included."""
    import torch

    variable = variable.detach().requires_grad_()
    return torch.autograd.grad(loss(variable, *others), variable)[0]


def memory(action: Callable[[], object], arguments: tuple[Array, ...]) -> float:
    """The largest memory taken during a call, divided by that of its arguments."""
    tracemalloc.start()
    action()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / sum(each.nbytes for each in arguments)
