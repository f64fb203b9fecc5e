"""Neural-network basics in NumPy, each function proven against PyTorch."""

from nnref import activations, gradcheck, tensors

__all__ = ["activations", "gradcheck", "tensors"]
__version__ = "0.1.0"
