"""Initializers: moments as the theory says, depth, reproducibility, PyTorch's own draws.

A moment of n draws scatters around the true one with a known standard error. Each is asked
to lie within 5 of them, which an honest draw misses once in 1.7 million times.
"""

import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from nnref import initializers as init

Floats = NDArray[np.float64]
Initializer = Callable[..., Floats]

DENSE, CONV = (128, 256), (32, 16, 5, 3)  # fan_in, fan_out: 256, 128 and 240, 480
NORMAL_KURTOSIS, UNIFORM_KURTOSIS = 3.0, 1.8

NORMALS = [
    (init.small_normal, {}, 1e-4, 1e-4),
    (init.small_normal, {"std": 0.5}, 0.25, 0.25),
    (init.xavier_normal, {}, 2 / 384, 2 / 720),
    (init.he_normal, {}, 2 / 256, 2 / 240),
]
UNIFORMS = [
    (init.small_uniform, {}, 1e-4 / 3, 1e-4 / 3),
    (init.small_uniform, {"bound": 0.3}, 0.03, 0.03),
    (init.xavier_uniform, {}, 2 / 384, 2 / 720),
    (init.he_uniform, {}, 2 / 256, 2 / 240),
    (init.torch_default, {}, 1 / 768, 1 / 720),
]
RANDOM = [*NORMALS, *UNIFORMS]
CONSTANT = [(init.zeros, {}), (init.constant, {"value": 0.1})]
EACH = [*CONSTANT, *((draw, options) for draw, options, *_ in RANDOM)]
SCALED = [row for row in RANDOM if not row[0].__name__.startswith("small")]

by_random = pytest.mark.parametrize(("draw", "options", "dense", "conv"), RANDOM)
by_scaled = pytest.mark.parametrize(("draw", "options", "dense", "conv"), SCALED)
by_each = pytest.mark.parametrize(("draw", "options"), EACH)


def rng(seed: int = 47) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_the_tables_name_every_initializer() -> None:
    assert {draw.__name__ for draw, _ in EACH} | {"fans"} == set(init.__all__)


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ((128, 256), (256, 128)),
        ((5, 3), (3, 5)),
        ((16, 3, 5, 5), (75, 400)),
        ((7, 2, 3), (6, 21)),
        ((1, 1), (1, 1)),
        ([2, 3, 5, 7, 11], (3 * 385, 2 * 385)),
    ],
)
def test_fans_by_hand_and_as_pytorch(shape: Any, expected: tuple[int, int]) -> None:
    assert init.fans(shape) == expected
    assert init.fans(shape) == torch.nn.init._calculate_fan_in_and_fan_out(torch.empty(*shape))


# moments


def assert_moments(draws: Floats, variance: float, kurtosis: float) -> None:
    """Compare the first four moments with the true ones, each by its standard error."""
    n, z = draws.size, draws / math.sqrt(variance)
    assert abs(z.mean()) < 5 / math.sqrt(n)
    assert abs((z**2).mean() - 1) < 5 * math.sqrt((kurtosis - 1) / n)
    third, fourth = (15, 96) if kurtosis == NORMAL_KURTOSIS else (27 / 7, 5.76)
    assert abs((z**3).mean()) < 5 * math.sqrt(third / n)
    assert abs((z**4).mean() - kurtosis) < 5 * math.sqrt(fourth / n)


@pytest.mark.parametrize(("draw", "options", "dense", "conv"), NORMALS)
def test_normal_draws_have_the_moments_of_the_theory(
    draw: Initializer, options: dict[str, float], dense: float, conv: float
) -> None:
    assert_moments(draw(DENSE, rng=rng(), **options), dense, NORMAL_KURTOSIS)
    assert_moments(draw(CONV, rng=rng(), **options), conv, NORMAL_KURTOSIS)


@pytest.mark.parametrize(("draw", "options", "dense", "conv"), UNIFORMS)
def test_uniform_draws_have_the_moments_and_bounds_of_the_theory(
    draw: Initializer, options: dict[str, float], dense: float, conv: float
) -> None:
    for shape, variance in [(DENSE, dense), (CONV, conv)]:
        draws, bound = draw(shape, rng=rng(), **options), math.sqrt(3 * variance)
        assert_moments(draws, variance, UNIFORM_KURTOSIS)
        # n draws miss the outer 14/n of the interval once in 1.2 million times
        assert bound * (1 - 14 / draws.size) < np.abs(draws).max() <= bound


def test_constants_are_constant() -> None:
    assert init.zeros((5, 3)).tolist() == [[0.0] * 3] * 5
    assert init.constant((2, 3), value=-0.5).tolist() == [[-0.5] * 3] * 2


@pytest.mark.parametrize(
    ("ours", "theirs", "options"),
    [
        (init.xavier_normal, torch.nn.init.xavier_normal_, {}),
        (init.xavier_uniform, torch.nn.init.xavier_uniform_, {}),
        (init.he_normal, torch.nn.init.kaiming_normal_, {"nonlinearity": "relu"}),
        (init.he_uniform, torch.nn.init.kaiming_uniform_, {"nonlinearity": "relu"}),
        (init.torch_default, torch.nn.init.kaiming_uniform_, {"a": math.sqrt(5)}),
    ],
)
@pytest.mark.parametrize("shape", [DENSE, CONV])
def test_pytorchs_draws_have_the_same_scale(
    shape: tuple[int, ...],
    ours: Initializer,
    theirs: Callable[..., torch.Tensor],
    options: dict[str, Any],
) -> None:
    generator = torch.Generator().manual_seed(47)
    drawn = theirs(torch.empty(shape, dtype=torch.float64), generator=generator, **options)
    ratio = ours(shape, rng=rng()).var() / drawn.numpy().var()
    assert abs(ratio - 1) < 5 * math.sqrt(2 * 2 / math.prod(shape))


def test_torch_default_is_what_its_layers_do() -> None:
    torch.manual_seed(47)
    for layer, shape in [
        (torch.nn.Linear(256, 128), DENSE),
        (torch.nn.Conv2d(16, 32, (5, 3)), CONV),
    ]:
        bound = 1 / math.sqrt(init.fans(shape)[0])
        ours = np.abs(init.torch_default(shape, rng=rng()))
        theirs = layer.weight.detach().abs().numpy()
        assert theirs.shape == shape
        for sizes in (ours, theirs):
            assert bound * (1 - 14 / sizes.size) < sizes.max() <= bound * (1 + 1e-6)
            assert abs(sizes.mean() / bound - 0.5) < 5 / math.sqrt(12 * sizes.size)
        assert layer.bias.detach().abs().max() <= bound


# depth


def spread(draw: Initializer, activation: Callable[[Floats], Floats], depth: int = 30) -> float:
    """Return the standard deviation of the activations after so many layers of 256."""
    generator = rng()
    x = generator.normal(size=(64, 256))
    for _ in range(depth):
        x = activation(x @ draw((256, 256), rng=generator).T)
    return float(x.std())


def test_he_keeps_the_scale_through_30_layers_of_relu_and_the_others_lose_it() -> None:
    def relu(x: Floats) -> Floats:
        return np.maximum(x, 0)

    for draw in (init.he_normal, init.he_uniform):
        assert 0.2 < spread(draw, relu) < 2
    for draw in (init.xavier_normal, init.xavier_uniform):
        assert 0.2 < spread(draw, relu) * 2**15 < 2  # half the variance a layer
    assert 0.2 < spread(init.torch_default, relu) * 6**15 < 2  # a sixth
    assert spread(init.small_normal, relu) < 1e-25


def test_xavier_keeps_the_scale_of_linear_layers() -> None:
    for draw in (init.xavier_normal, init.xavier_uniform):
        assert 0.5 < spread(draw, np.positive) < 2


# reproducibility


@by_random
def test_the_same_state_gives_the_same_numbers_bit_for_bit(
    draw: Initializer, options: dict[str, float], dense: float, conv: float
) -> None:
    del dense, conv
    first, again = (draw(DENSE, rng=rng(), **options) for _ in range(2))
    assert first.tobytes() == again.tobytes()
    generator = rng()
    assert draw(DENSE, rng=generator, **options).tobytes() == first.tobytes()
    assert draw(DENSE, rng=generator, **options).tobytes() != first.tobytes()
    assert draw(DENSE, rng=rng(48), **options).tobytes() != first.tobytes()


@by_random
def test_the_draw_is_the_one_that_the_docstring_names(
    draw: Initializer, options: dict[str, float], dense: float, conv: float
) -> None:
    del dense
    numbers = draw(CONV, rng=rng(), **options)
    if draw in (init.small_normal, init.xavier_normal, init.he_normal):
        expected = rng().normal(0.0, math.sqrt(conv), CONV)
    else:
        expected = rng().uniform(-math.sqrt(3 * conv), math.sqrt(3 * conv), CONV)
    np.testing.assert_allclose(numbers, expected, rtol=1e-14)


def test_the_global_state_is_neither_used_nor_changed() -> None:
    np.random.seed(1)  # noqa: NPY002 - to see that it makes no difference
    before = np.random.get_state()[1].tolist()  # noqa: NPY002
    first = init.he_normal(DENSE, rng=rng())
    assert np.random.get_state()[1].tolist() == before  # noqa: NPY002
    np.random.seed(2)  # noqa: NPY002
    assert np.array_equal(init.he_normal(DENSE, rng=rng()), first)


# contracts and errors


@by_each
def test_all_are_called_alike_and_give_float64(
    draw: Initializer, options: dict[str, float]
) -> None:
    for shape in (DENSE, CONV, [5, 3], (np.int64(2), 7)):
        weights = draw(shape, rng=rng(), **options)
        assert (weights.shape, weights.dtype) == (tuple(shape), np.float64)
        assert weights.flags.writeable


@pytest.mark.parametrize(
    ("draw", "options"),
    [*CONSTANT, (init.small_normal, {}), (init.small_uniform, {})],
)
def test_a_bias_has_one_length(draw: Initializer, options: dict[str, float]) -> None:
    assert draw((7,), rng=rng(), **options).shape == (7,)


@by_scaled
def test_a_scale_from_fans_needs_two_lengths(
    draw: Initializer, options: dict[str, float], dense: float, conv: float
) -> None:
    del dense, conv
    for shape in [(), (7,)]:
        message = f"`shape` must have at least 2 lengths, got {shape}"
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            draw(shape, rng=rng(), **options)


WRONG_SHAPES: list[tuple[Any, type[Exception], str]] = [
    (5, TypeError, "`shape` must be a tuple of integers, got int"),
    ("53", TypeError, "`shape` must be a tuple of integers, got str"),
    ((5, 3.0), TypeError, "`shape[1]` must be an integer, got float"),
    ((True, 3), TypeError, "`shape[0]` must be an integer, got bool"),
    ((5, 0), ValueError, "`shape` must have lengths of at least 1, got (5, 0)"),
    ((-1, 3), ValueError, "`shape` must have lengths of at least 1, got (-1, 3)"),
]


@pytest.mark.parametrize(("shape", "error", "message"), WRONG_SHAPES)
@by_each
def test_a_wrong_shape_is_refused(
    draw: Initializer,
    options: dict[str, float],
    shape: Any,
    error: type[Exception],
    message: str,
) -> None:
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        draw(shape, rng=rng(), **options)


@by_random
def test_only_a_generator_will_do(
    draw: Initializer, options: dict[str, float], dense: float, conv: float
) -> None:
    del dense, conv
    for source in (47, None, np.random, np.random.RandomState(1)):
        message = f"`rng` must be a numpy.random.Generator, got {type(source).__name__}"
        with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
            draw(DENSE, rng=source, **options)
    with pytest.raises(TypeError, match="missing 1 required keyword-only argument: 'rng'"):
        draw(DENSE, **options)


@pytest.mark.parametrize(
    ("draw", "option", "outside", "interval"),
    [
        (init.small_normal, "std", [0, -0.1, math.inf, math.nan], "(0, inf)"),
        (init.small_uniform, "bound", [0, -0.1, math.inf, math.nan], "(0, inf)"),
        (init.constant, "value", [math.inf, -math.inf, math.nan], "(-inf, inf)"),
    ],
)
def test_an_option_out_of_range_is_refused(
    draw: Initializer, option: str, outside: list[float], interval: str
) -> None:
    for value in outside:
        message = f"`{option}` must be in {interval}, got {value}"
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            draw(DENSE, rng=rng(), **{option: value})
    with pytest.raises(TypeError, match=f"^`{option}` must be a number, got str$"):
        draw(DENSE, rng=rng(), **{option: "1"})
