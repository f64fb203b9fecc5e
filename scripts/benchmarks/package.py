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

    torch.set_num_threads(1)
    rng = np.random.default_rng(0)
    for dtype in (np.float32, np.float64):
        flat = (rng.standard_normal(SIZE) * 5).astype(dtype)
        for name, theirs in pointwise(torch).items():
            yield from pair(name, theirs, flat, runs)
        table = flat.reshape(-1, CLASSES)
        for name, theirs in rowwise(torch).items():
            yield from pair(name, theirs, table, runs)


def import_row(modules: str, runs: int) -> Row:
    """A fresh interpreter that imports modules of ours against one that imports NumPy."""

    def importing(names: str) -> Callable[[], object]:
        return partial(subprocess.run, [sys.executable, "-c", f"import {names}"], check=True)

    ours, theirs = in_turn(importing(modules), importing("numpy"), runs)
    return Row("import", modules, ours, "numpy", theirs)


def pointwise(torch: Any) -> dict[str, Callable[[Any], Any]]:
    """PyTorch's counterparts of the functions of one number."""
    functional = torch.nn.functional
    return {
        # A copy, as ours is; torch.nn.Identity hands its input back.
        "linear": torch.clone,
        "relu": torch.relu,
        "leaky_relu": functional.leaky_relu,
        "softplus": functional.softplus,
        "hard_threshold": partial(heaviside, torch),
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "gelu": functional.gelu,
        "gelu_tanh": partial(functional.gelu, approximate="tanh"),
        "silu": functional.silu,
    }


def heaviside(torch: Any, x: Any) -> Any:
    """1 where x ≥ 0, else 0, as PyTorch computes it."""
    return torch.heaviside(x, torch.ones((), dtype=x.dtype))


def rowwise(torch: Any) -> dict[str, Callable[[Any], Any]]:
    """PyTorch's counterparts of the functions of a row of scores."""
    return {
        "softmax": partial(torch.softmax, dim=-1),
        "log_softmax": partial(torch.log_softmax, dim=-1),
        "logsumexp": partial(torch.logsumexp, dim=-1),
    }


def pair(
    name: str, theirs: Callable[[Any], Any], x: np.ndarray[Any, Any], runs: int
) -> Iterator[Row]:
    """A function, and its derivative, beside PyTorch's, which has none for the threshold."""
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
    elif hasattr(activations, f"{name}_grad") and name != "hard_threshold":
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
