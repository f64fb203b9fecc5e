"""Tensors: shapes, descriptions, channel order, one-hot vectors, shared memory."""

import re

import numpy as np
import pytest
import torch

from nnref import tensors
from nnref.tensors import (
    describe,
    one_hot,
    rank_of,
    shape_of,
    shares_memory,
    to_channels_first,
    to_channels_last,
)

TAKES_ANY = [shape_of, rank_of, describe, to_channels_last, to_channels_first]


@pytest.mark.parametrize(
    ("x", "shape"),
    [
        (0.25, ()),
        ([], (0,)),
        ([[], []], (2, 0)),
        ([[0, 1, 2], [10, 11, 12]], (2, 3)),
        (((1, 2), [3, 4], np.array([5, 6])), (3, 2)),
        (np.zeros((16, 3, 224, 224), np.float16), (16, 3, 224, 224)),
        (torch.zeros(32, 3, 64, 64), (32, 3, 64, 64)),
        ([True, False], (2,)),
    ],
)
def test_shape_and_rank(x: object, shape: tuple[int, ...]) -> None:
    assert shape_of(x) == shape
    assert rank_of(x) == len(shape)
    assert {type(length) for length in shape_of(x)} <= {int}


@pytest.mark.parametrize("function", TAKES_ANY)
def test_a_ragged_list_has_no_shape(function: object) -> None:
    name = "images" if "channels" in function.__name__ else "x"
    message = f"^`{name}` must be rectangular, got rows of length 3 and 2 on axis 1$"
    with pytest.raises(ValueError, match=message):
        function([[1, 2, 3], [4, 5]])


@pytest.mark.parametrize("function", TAKES_ANY)
@pytest.mark.parametrize("x", [["a"], [1j], [None]])
def test_only_numbers_have_a_shape(function: object, x: list[object]) -> None:
    with pytest.raises(TypeError, match=r"^`\w+` must hold real numbers or bools, got "):
        function(x)


@pytest.mark.parametrize(
    ("x", "line"),
    [
        (np.float32(1), "rank 0, shape (), float32, 1 element, 4 bytes"),
        ([1, 2], "rank 1, shape (2,), int64, 2 elements, 16 bytes"),
        (np.zeros((0, 5)), "rank 2, shape (0, 5), float64, 0 elements, 0 bytes"),
        (np.zeros(124), "rank 1, shape (124,), float64, 124 elements, 992 bytes"),
        (np.zeros(125), "rank 1, shape (125,), float64, 125 elements, 1.0 kB"),
        (np.zeros((28, 28), bool), "rank 2, shape (28, 28), bool, 784 elements, 784 bytes"),
        (
            torch.zeros(32, 3, 64, 64),
            "rank 4, shape (32, 3, 64, 64), float32, 393216 elements, 1.6 MB",
        ),
    ],
)
def test_describe(x: object, line: str) -> None:
    assert describe(x) == line


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (999_949, "999.9 kB"),
        (999_950, "1.0 MB"),
        (9_633_792, "9.6 MB"),
        (5 * 10**9, "5.0 GB"),
        (3 * 10**15, "3000.0 TB"),
    ],
)
def test_sizes_have_a_unit(count: int, text: str) -> None:
    assert tensors._size(count) == text


def test_channels_move_and_pixels_stay_together() -> None:
    image = np.arange(3 * 5 * 7).reshape(3, 5, 7)
    moved = to_channels_last(image)
    assert moved.shape == (5, 7, 3)
    for row, column in np.ndindex(5, 7):
        assert moved[row, column].tolist() == image[:, row, column].tolist()
    assert (moved != image.reshape(5, 7, 3)).any()


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("batch", [(), (2,), (0,)])
def test_channels_come_back(channels: int, batch: tuple[int, ...]) -> None:
    images = np.random.default_rng(3).random((*batch, channels, 5, 7), np.float32)
    last = to_channels_last(images)
    assert last.shape == (*batch, 5, 7, channels)
    wanted = torch.from_numpy(images).movedim(-3, -1).numpy()
    np.testing.assert_array_equal(last, wanted)
    first = to_channels_first(last)
    np.testing.assert_array_equal(first, images)
    assert (last.dtype, first.dtype) == (np.float32, np.float32)


def test_moved_channels_share_memory() -> None:
    image = np.zeros((3, 5, 7))
    assert shares_memory(image, to_channels_last(image))
    assert shares_memory(image, to_channels_first(to_channels_last(image)))


@pytest.mark.parametrize("function", [to_channels_last, to_channels_first])
@pytest.mark.parametrize("shape", [(), (3,), (3, 3), (1, 3, 3, 3, 3)])
def test_images_have_rank_3_or_4(function: object, shape: tuple[int, ...]) -> None:
    message = f"`images` must have rank 3 or 4, got shape {shape}"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        function(np.zeros(shape))


@pytest.mark.parametrize(
    ("function", "shape", "message"),
    [
        (to_channels_last, (5, 3, 3), "axis 0, got 5 in shape (5, 3, 3)"),
        (to_channels_last, (3, 2, 3, 3), "axis 1, got 2 in shape (3, 2, 3, 3)"),
        (to_channels_first, (3, 3, 0), "axis 2, got 0 in shape (3, 3, 0)"),
        (to_channels_first, (3, 3, 3, 7), "axis 3, got 7 in shape (3, 3, 3, 7)"),
    ],
)
def test_images_have_1_3_or_4_channels(
    function: object, shape: tuple[int, ...], message: str
) -> None:
    message = f"`images` must have 1, 3 or 4 channels on {message}"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        function(np.zeros(shape))


@pytest.mark.parametrize("shape", [(), (0,), (5,), (5, 3)])
def test_one_hot_vectors_are_those_of_pytorch(shape: tuple[int, ...]) -> None:
    labels = np.random.default_rng(3).integers(0, 7, shape)
    result = one_hot(labels, num_classes=7)
    wanted = torch.nn.functional.one_hot(torch.as_tensor(labels), 7).numpy()
    assert (result.shape, result.dtype) == ((*shape, 7), np.float64)
    np.testing.assert_array_equal(result, wanted)


def test_one_hot_of_a_list_and_of_nothing() -> None:
    assert one_hot(2, 3).tolist() == [0, 0, 1]
    assert one_hot([], 4).shape == (0, 4)
    assert one_hot(np.array([0, 255], np.uint8), 256)[1, 255] == 1
    assert one_hot([0, 0], np.int64(1)).tolist() == [[1], [1]]


@pytest.mark.parametrize(
    ("labels", "num_classes", "error"),
    [
        ([0, 4], 4, "ValueError: `labels` must be in [0, 4), got 4"),
        ([0, -1], 4, "ValueError: `labels` must be in [0, 4), got -1"),
        ([0.0, 1.0], 4, "TypeError: `labels` must be integers, got float64"),
        ([0, 1], 0, "ValueError: `num_classes` must be at least 1, got 0"),
        ([0, 1], 4.0, "TypeError: `num_classes` must be an integer, got float"),
    ],
)
def test_bad_labels_are_refused(labels: list[float], num_classes: int, error: str) -> None:
    with pytest.raises((TypeError, ValueError)) as caught:
        one_hot(labels, num_classes)
    assert f"{caught.type.__name__}: {caught.value}" == error


def test_views_share_memory_and_copies_do_not() -> None:
    x = np.arange(12.0).reshape(3, 4)
    for view in (x, x.T, x.reshape(2, 6), x[:, ::2], x[1:]):
        assert shares_memory(x, view)
        assert shares_memory(view, x)
    for other in (x.copy(), x.T.reshape(12), x + 0, x.tolist(), 1.0):
        assert not shares_memory(x, other)
    assert not shares_memory(x[:, 0], x[:, 1])


def test_tensors_of_pytorch_share_memory_too() -> None:
    t = torch.arange(12.0).reshape(3, 4)
    assert shares_memory(t, t.view(12))
    assert shares_memory(t, t.numpy())
    assert not shares_memory(t, t.t().reshape(12))


@pytest.mark.parametrize("arguments", [(["a"], 1), (1, ["a"])])
def test_only_numbers_can_share_memory(arguments: tuple[object, object]) -> None:
    name = "a" if arguments[0] == ["a"] else "b"
    with pytest.raises(TypeError, match=f"^`{name}` must hold real numbers or bools, got <U1$"):
        shares_memory(*arguments)
