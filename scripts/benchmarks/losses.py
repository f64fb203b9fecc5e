"""Losses and their gradients beside PyTorch's on one thread, and the memory they take."""

import tracemalloc
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from benchmarks.timing import Row, in_turn
from nnref import losses

Case = tuple[str, Callable[..., Any], tuple[np.ndarray[Any, Any], ...]]


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """Name, PyTorch's counterpart and arguments; the name is also that of our function."""
    from torch.nn import functional

    from benchmarks import peers

    logits = rng.standard_normal((100_000, 10)).astype(np.float32)
    yield (
        "sparse_categorical_cross_entropy_with_logits",
        functional.cross_entropy,
        (logits, rng.integers(10, size=100_000)),
    )
    boxes, targets = (boxes_near(rng, 100_000) for _ in range(2))
    for kind in ("iou", "giou", "diou", "ciou"):
        yield f"{kind}_loss", partial(peers.box_loss, kind), (boxes, targets)
    masks = (rng.random((16, 256, 256)) < 0.01).astype(np.float32)
    scores = rng.standard_normal(masks.shape).astype(np.float32)
    yield "dice_loss", peers.dice_loss, (1 / (1 + np.exp(-scores)), masks)
    yield "binary_focal_loss_with_logits", peers.focal_loss_with_logits, (scores, masks)
    for dtype in (np.float32, np.float64):
        pair = scores.astype(dtype), masks.astype(dtype)
        yield (
            "binary_cross_entropy_with_logits",
            functional.binary_cross_entropy_with_logits,
            pair,
        )


def boxes_near(rng: np.random.Generator, count: int) -> np.ndarray[Any, Any]:
    """Boxes that mostly overlap those of another call."""
    corners = rng.random((count, 2))
    return np.hstack([corners, corners + 0.5 + rng.random((count, 2))]).astype(np.float32)


def rows(runs: int) -> Iterator[Row]:
    """The rows of the table about the losses."""
    import torch

    from benchmarks import peers

    torch.set_num_threads(1)
    for name, theirs, arguments in cases(np.random.default_rng(0)):
        wide = "float64 " * (arguments[0].dtype == np.float64)
        group = f"losses {wide}{arguments[0].shape}"
        tensors = [torch.from_numpy(each) for each in arguments]
        for suffix, peer in (("", theirs), ("_grad", partial(peers.gradient, theirs))):
            ours = partial(getattr(losses, name + suffix), *arguments)
            mine, torchs = in_turn(ours, partial(peer, *tensors), runs)
            taken = memory(ours, arguments)
            yield Row(group, name + suffix, mine, "torch", torchs, taken)


def memory(action: Callable[[], object], arguments: tuple[np.ndarray[Any, Any], ...]) -> float:
    """The largest memory taken during a call, divided by that of its arguments."""
    tracemalloc.start()
    action()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / sum(each.nbytes for each in arguments)
