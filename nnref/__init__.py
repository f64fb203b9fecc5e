"""Neural-network basics in NumPy, compared with PyTorch wherever it has a counterpart."""

import importlib
from types import ModuleType

__all__ = [
    "activations",
    "autograd",
    "boxes",
    "datasets",
    "gradcheck",
    "initializers",
    "layers",
    "losses",
    "metrics",
    "optimizers",
    "perceptron",
    "tensors",
    "training",
]
__version__ = "0.1.0"


def __getattr__(name: str) -> ModuleType:
    """Import a module of the package at its first use, so that `import nnref` is quick."""
    if name not in __all__:
        raise AttributeError(f"module 'nnref' has no attribute {name!r}")
    return importlib.import_module(f"nnref.{name}")


def __dir__() -> list[str]:
    return __all__
