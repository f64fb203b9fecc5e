"""Boxes at the ends of the float range, for the measures and for the losses."""

import numpy as np
from numpy.typing import NDArray


def boxes_of_any_size(dtype: type[np.floating]) -> NDArray[np.floating]:
    """Return boxes with every choice of corners, from the smallest float to the largest."""
    info = np.finfo(dtype)
    ends = np.array([0, info.smallest_subnormal, info.tiny, 1e-4, 1, 1e4, info.max], dtype)
    ends = np.unique(np.concatenate([ends, -ends]))
    corners = np.stack(np.meshgrid(ends, ends, ends, ends), axis=-1).reshape(-1, 4)
    return corners[(corners[:, :2] <= corners[:, 2:]).all(axis=1)]
