"""Named arrays in an `.npz` file, without pickle."""

import io
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


def write(path: str | Path, arrays: dict[str, Any]) -> None:
    """Write the arrays to a file of exactly this name."""
    with Path(path).open("wb") as file:
        np.savez(file, **arrays)


def read(path: str | Path) -> dict[str, NDArray[Any]]:
    """Return the arrays by name; nothing in the file is executed."""
    content = io.BytesIO(Path(path).read_bytes())  # from here on every fault is the content's
    try:
        with np.load(content, allow_pickle=False) as archive:
            return dict(archive.items())
    except Exception as error:  # NumPy and zipfile raise a dozen kinds of it
        raise ValueError(f"`path` must be an .npz file of arrays, got {path}") from error
