r"""Tensors: what shape they have, how their axes are ordered, and who shares memory."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnref import _checks

__all__ = [
    "describe",
    "one_hot",
    "rank_of",
    "shape_of",
    "shares_memory",
    "to_channels_first",
    "to_channels_last",
]

_CHANNELS = (1, 3, 4)  # gray, RGB, RGB with transparency


def shape_of(x: ArrayLike) -> tuple[int, ...]:
    r"""Return the length along each axis.

    Nested lists are read as NumPy reads them: the outermost list is axis 0. A ragged
    list, whose rows differ in length, has no shape and is refused.

    Args:
        x: numbers or bools of any shape; an array, a PyTorch tensor or nested lists.

    Returns:
        One length per axis; `()` for a single number.

    Raises:
        TypeError: if `x` holds anything but real numbers or bools.
        ValueError: if `x` is ragged.

    Examples:
        >>> from nnref.tensors import shape_of
        >>> shape_of([[0, 1, 2], [10, 11, 12]])
        (2, 3)
        >>> shape_of(0.25)
        ()
        >>> shape_of([[1, 2, 3], [4, 5]])
        Traceback (most recent call last):
            ...
        ValueError: `x` must be rectangular, got rows of length 3 and 2 on axis 1

    PyTorch: `tuple(tensor.shape)`.

    In the chapter: [Rank and shape][tensors-rank-and-shape].
    """
    return _checks.array(x, "x").shape


def rank_of(x: ArrayLike) -> int:
    r"""Return the number of axes.

    The rank counts axes and not numbers, so a list of five scores has rank 1. It is not the
    rank of a matrix in linear algebra.

    Args:
        x: numbers or bools of any shape.

    Returns:
        0 for a scalar, 1 for a vector, 2 for a matrix, and so on.

    Raises:
        TypeError: if `x` holds anything but real numbers or bools.
        ValueError: if `x` is ragged.

    Examples:
        >>> from nnref.tensors import rank_of
        >>> rank_of(0.25), rank_of([3, 1, 4, 1, 5]), rank_of([[0, 1, 2], [10, 11, 12]])
        (0, 1, 2)

    PyTorch: `tensor.ndim`.

    In the chapter: [Rank and shape][tensors-rank-and-shape].
    """
    return len(shape_of(x))


def describe(x: ArrayLike) -> str:
    r"""Say in one line what an array is: rank, shape, dtype, number of elements, size.

    Print it before a convolution, a plot or a loss, because most shape mistakes show here.

    Args:
        x: numbers or bools of any shape.

    Returns:
        One line. The size counts the elements' bytes, 1 kB being 1000 bytes.

    Raises:
        TypeError: if `x` holds anything but real numbers or bools.
        ValueError: if `x` is ragged.

    Examples:
        >>> import numpy as np
        >>> from nnref.tensors import describe
        >>> print(describe(np.zeros((16, 3, 224, 224), dtype=np.float32)))
        rank 4, shape (16, 3, 224, 224), float32, 2408448 elements, 9.6 MB
        >>> print(describe(0.25))
        rank 0, shape (), float64, 1 element, 8 bytes

    PyTorch: no counterpart; `tensor.shape`, `tensor.dtype` and `tensor.nbytes` say as much.

    In the chapter: [Rank and shape][tensors-rank-and-shape].
    """
    values = _checks.array(x, "x")
    elements = "1 element" if values.size == 1 else f"{values.size} elements"
    parts = (f"rank {values.ndim}", f"shape {values.shape}", f"{values.dtype}", elements)
    return ", ".join((*parts, _size(values.nbytes)))


def _size(count: float) -> str:
    """Write a number of bytes with a unit: 12 bytes, 9.6 MB."""
    if count < 1000:
        return f"{count} bytes"
    for unit in ("kB", "MB", "GB"):
        count /= 1000
        if count < 999.95:  # prints as 999.9 at most
            return f"{count:.1f} {unit}"
    return f"{count / 1000:.1f} TB"


def to_channels_last(images: ArrayLike) -> NDArray[Any]:
    r"""Move the channel axis to the end: CHW to HWC, NCHW to NHWC.

    PyTorch's convolutions take channels first; Matplotlib and most image files take
    them last. The axes are permuted, so that each pixel keeps its color. A reshape to
    the same shape would mix up the pixels.

    Args:
        images: one image of shape (C, H, W) or a batch of shape (N, C, H, W), with
            C = 1 (gray), 3 (RGB) or 4 (RGB with transparency).

    Returns:
        A view of shape (H, W, C) or (N, H, W, C) and the same dtype. It shares memory
        with `images`: writing into one changes the other.

    Raises:
        TypeError: if `images` holds anything but real numbers or bools.
        ValueError: if the rank is neither 3 nor 4, or C is not 1, 3 or 4.

    Examples:
        >>> import numpy as np
        >>> from nnref.tensors import to_channels_last
        >>> to_channels_last(np.zeros((3, 32, 48))).shape
        (32, 48, 3)
        >>> to_channels_last(np.zeros((32, 48, 3)))
        Traceback (most recent call last):
            ...
        ValueError: `images` must have 1, 3 or 4 channels on axis 0, got 32 in shape (32, 48, 3)

    PyTorch: `tensor.movedim(-3, -1)`, or `permute` with every axis named. The memory
    format `torch.channels_last` is something else: it keeps the shape (N, C, H, W).

    In the chapter: [Channel order][tensors-channel-order].
    """
    return np.moveaxis(_images(images, channel_axis=-3), -3, -1)


def to_channels_first(images: ArrayLike) -> NDArray[Any]:
    r"""Move the channel axis before height and width: HWC to CHW, NHWC to NCHW.

    It undoes [`to_channels_last`][nnref.tensors.to_channels_last].

    Args:
        images: one image of shape (H, W, C) or a batch of shape (N, H, W, C), with
            C = 1 (gray), 3 (RGB) or 4 (RGB with transparency).

    Returns:
        A view of shape (C, H, W) or (N, C, H, W) and the same dtype. It shares memory
        with `images`: writing into one changes the other.

    Raises:
        TypeError: if `images` holds anything but real numbers or bools.
        ValueError: if the rank is neither 3 nor 4, or C is not 1, 3 or 4.

    Examples:
        >>> import numpy as np
        >>> from nnref.tensors import to_channels_first
        >>> to_channels_first(np.zeros((16, 32, 48, 3))).shape
        (16, 3, 32, 48)

    PyTorch: `tensor.movedim(-1, -3)`.

    In the chapter: [Channel order][tensors-channel-order].
    """
    return np.moveaxis(_images(images, channel_axis=-1), -1, -3)


def _images(x: ArrayLike, channel_axis: int) -> NDArray[Any]:
    """Check the rank and the number of channels of images."""
    values = _checks.array(x, "images", native=False)  # a copy would be no view
    if values.ndim not in (3, 4):
        raise ValueError(f"`images` must have rank 3 or 4, got shape {values.shape}")
    channels = values.shape[channel_axis]
    if channels not in _CHANNELS:
        wanted = f"1, 3 or 4 channels on axis {channel_axis % values.ndim}"
        raise ValueError(f"`images` must have {wanted}, got {channels} in shape {values.shape}")
    return values


def one_hot(labels: ArrayLike, num_classes: int) -> NDArray[np.float64]:
    r"""Write each class index as a vector with a 1 at its class and 0 elsewhere.

    $$ y_{n k} = \begin{cases} 1 & \text{if } k = \ell_n \\ 0 & \text{otherwise} \end{cases} $$

    A label is a name and not an amount, so class 2 is not twice class 1. One-hot vectors are
    all equally far apart.

    Args:
        labels: class indices in [0, num_classes), integers of any shape.
        num_classes: the number of classes K, at least 1.

    Returns:
        float64 of shape (*labels.shape, K).

    Raises:
        TypeError: if `labels` or `num_classes` are not integers.
        ValueError: if a label is outside [0, num_classes), or `num_classes` is below 1.

    Examples:
        The classes are `no_defect`, `porosity`, `crack` and `undercut`.

        >>> from nnref.tensors import one_hot
        >>> one_hot([1, 0, 2], num_classes=4).tolist()
        [[0.0, 1.0, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0]]
        >>> one_hot([4], num_classes=4)
        Traceback (most recent call last):
            ...
        ValueError: `labels` must be in [0, 4), got 4

    PyTorch: `torch.nn.functional.one_hot`, which returns int64 and, if the number of
    classes is left out, takes it from the largest label of the batch.

    In the chapter: [Cross-entropy over classes][losses-cross-entropy].
    """
    count = _checks.integer(num_classes, "num_classes", minimum=1)
    classes = _checks.labels(labels, count)

    return np.asarray(classes[..., np.newaxis] == np.arange(count), dtype=np.float64)


def shares_memory(a: ArrayLike, b: ArrayLike) -> bool:
    r"""Tell whether two arrays have an element in common in memory.

    If they do, writing into one can change the other. A transpose or a slice is a view
    and shares; a copy does not. `reshape` gives a view where it can and a copy where it
    must.

    Args:
        a: an array or a PyTorch tensor on the CPU.
        b: the same.

    Returns:
        Whether they share memory. A list is copied when it is read, so it never does.

    Raises:
        TypeError: if `a` or `b` hold anything but real numbers or bools.
        ValueError: if `a` or `b` is ragged.

    Examples:
        >>> import numpy as np
        >>> from nnref.tensors import shares_memory
        >>> x = np.arange(12)
        >>> shares_memory(x, x.reshape(3, 4)), shares_memory(x, x.copy())
        (True, False)

    PyTorch: comparing `tensor.data_ptr()` finds two tensors that start at the same
    element.

    In the chapter: [View or reshape][tensors-view-or-reshape].
    """
    return np.shares_memory(
        _checks.array(a, "a", native=False), _checks.array(b, "b", native=False)
    )
