"""Neural-network basics in NumPy, each function proven against PyTorch."""

__version__ = "0.1.0"
