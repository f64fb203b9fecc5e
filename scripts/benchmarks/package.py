"""The package: its import beside NumPy's, its functions beside PyTorch's on one thread."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from benchmarks.timing import Row, in_turn
from nnref import activations

SIZE = 1_000_000
CLASSES = 10


def rows(runs: int) -> Iterator[Row]:
    """The rows of the table about the package."""
    for modules in ("nnref", "nnref.activations", "nnref.losses, nnref.layers, nnref.training"):
        yield import_row(modules, runs * 2)
    import torch

    from oracles.activations import ENTRIES, ROWS

    torch.set_num_threads(1)
    rng = np.random.default_rng(0)
    for dtype in (np.float32, np.float64):
        flat = (rng.standard_normal(SIZE) * 5).astype(dtype)
        for name, entry in ENTRIES.items():
            yield from pair(name, entry.torch, flat, runs, entry.differentiable)
        table = flat.reshape(-1, CLASSES)
        for name, row_wise in ROWS.items():
            yield from pair(name, partial(row_wise.torch, dim=-1), table, runs)


def import_row(modules: str, runs: int) -> Row:
    """A fresh interpreter that imports modules of ours against one that imports NumPy."""

    def importing(names: str) -> Callable[[], object]:
        return partial(subprocess.run, [sys.executable, "-c", f"import {names}"], check=True)

    ours, theirs = in_turn(importing(modules), importing("numpy"), runs)
    return Row("import", modules, ours, "numpy", theirs)


def pair(
    name: str,
    theirs: Callable[[Any], Any],
    x: np.ndarray[Any, Any],
    runs: int,
    differentiable: bool = True,
) -> Iterator[Row]:
    """A function, and its derivative where PyTorch has one, beside PyTorch's."""
    import torch

    group = f"{x.dtype} {x.shape}".replace(",)", ")")
    tensor = torch.from_numpy(x)
    ours = partial(getattr(activations, name), x)
    yield row(group, name, ours, partial(theirs, tensor), runs)

    upstream = np.ones_like(x)
    variable = tensor.clone().requires_grad_()
    if hasattr(activations, f"{name}_vjp"):
        ours = partial(getattr(activations, f"{name}_vjp"), x, upstream)
        name = f"{name}_vjp"
    elif hasattr(activations, f"{name}_grad") and differentiable:
        ours = partial(getattr(activations, f"{name}_grad"), x)
        name = f"{name}_grad"
    else:
        return

    def forward_and_backward() -> object:
        # Ours starts from x too, so PyTorch's forward pass belongs to its time.
        return torch.autograd.grad(theirs(variable), variable, torch.from_numpy(upstream))

    yield row(group, name, ours, forward_and_backward, runs)


def row(
    group: str, name: str, ours: Callable[[], Any], theirs: Callable[[], Any], runs: int
) -> Row:
    """One function beside PyTorch's."""
    mine, torchs = in_turn(ours, theirs, runs)
    return Row(group, name, mine, "torch", torchs)
