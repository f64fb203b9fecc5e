"""What `dev.py bench` measures: the site's build, and `nnref` beside NumPy and PyTorch."""
