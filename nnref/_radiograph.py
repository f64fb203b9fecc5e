"""Draw one synthetic radiograph: a weld seam across a plate, with or without a defect.

Lengths are in mm. Material weakens the rays, so less of it means a darker film: a bead of
weld metal is bright, and a pore, a crack or an undercut in it is dark.
"""

from typing import NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

_FIELD = 16.0  # side of the square piece of plate that an image shows
_PLATE = 6.0  # its thickness
_ATTENUATION = 0.16  # of the rays, per mm of steel
_UNSHARPNESS = 0.13  # standard deviation of the blur
_GRAIN = 0.034  # standard deviation of the gray values at noise 1

Map = NDArray[np.float64]
Mask = NDArray[np.bool_]


class _Seam(NamedTuple):
    """Where the weld lies: maps of the same shape, but for the side of a pixel."""

    x: Map
    across: Map  # signed distance from the center line
    half_width: Map
    pixel: float


def draw(label: int, size: int, noise: float, rng: Generator) -> tuple[Map, Mask]:
    """Return gray values in [0, 1] and the mask of the defect, each of shape (size, size)."""
    seam = _seam(size, rng)
    loss, mask = (_none, _pores, _crack, _undercut)[label](seam, rng)
    steel = _PLATE + _bead(seam, rng) + _spatter(seam, rng) - loss
    film = 1.6 - 3.4 * np.exp(-_ATTENUATION * steel) * _exposure(size, rng)
    grain = _GRAIN * noise * _unit_noise(size, 0.6, rng)
    return np.clip(_blurred(film, _UNSHARPNESS / seam.pixel) + grain, 0, 1), mask


def _seam(size: int, rng: Generator) -> _Seam:
    """Lay a slightly tilted, slightly winding weld across the field."""
    pixel = _FIELD / size
    y, x = (np.mgrid[:size, :size] + 0.5) * pixel
    tilt, shift, phase = rng.uniform(-0.12, 0.12), rng.uniform(-1.5, 1.5), rng.uniform(0, 6.3)
    center = _FIELD / 2 + shift + tilt * (x - _FIELD / 2) + 0.2 * np.sin(x / 2 + phase)
    half_width = rng.uniform(2.8, 4) * (1 + 0.04 * np.sin(1.3 * x + 2 * phase))
    return _Seam(x, y - center, half_width, pixel)


def _bead(seam: _Seam, rng: Generator) -> Map:
    """Return the height of the weld metal over the plate, with the ripples of its freezing."""
    radius = seam.across / seam.half_width
    cap = np.sqrt(np.clip(1 - radius**2, 0, None))
    ripples = np.sin(2 * np.pi * (seam.x / rng.uniform(0.9, 1.5) + 0.8 * radius**2))
    rough = _unit_noise(len(cap), 0.5 / seam.pixel, rng)
    return cap * (rng.uniform(1.5, 2.3) + 0.1 * ripples + 0.12 * rough)


def _spatter(seam: _Seam, rng: Generator) -> Map:
    """Return the height of a few drops of metal beside the weld."""
    height = np.zeros_like(seam.x)
    for _ in range(rng.poisson(1.5)):
        drop, _ = _ball(seam, rng.uniform(0, _FIELD), rng.uniform(-8, 8), rng.uniform(0.2, 0.4))
        height += drop / 2
    return height


def _exposure(size: int, rng: Generator) -> Map:
    """Return the strength of the rays, which is uneven over the film."""
    y, x = np.mgrid[-1 : 1 : size * 1j, -1 : 1 : size * 1j]
    tilt = rng.uniform(-0.05, 0.05) * x + rng.uniform(-0.05, 0.05) * y
    return 1 + tilt - 0.03 * (x**2 + y**2)


def _none(seam: _Seam, _rng: Generator) -> tuple[Map, Mask]:
    """Return no loss of material."""
    return np.zeros_like(seam.x), np.zeros(seam.x.shape, bool)


def _pores(seam: _Seam, rng: Generator) -> tuple[Map, Mask]:
    """Return a cluster of gas bubbles: the steel they take away, and where."""
    loss, mask = _none(seam, rng)
    place, reach = rng.uniform(3, _FIELD - 3), 0.6 * seam.half_width.min()
    for _ in range(rng.integers(2, 9)):
        radius = max(np.clip(rng.lognormal(-1, 0.35), 0.2, 0.8), 0.75 * seam.pixel)
        along, across = rng.normal(place, 1.1), rng.uniform(-reach, reach)
        bubble, inside = _ball(seam, np.clip(along, 1, _FIELD - 1), across, radius)
        loss, mask = np.maximum(loss, bubble), mask | inside
    return loss, mask


def _ball(seam: _Seam, along: float, across: float, radius: float) -> tuple[Map, Mask]:
    """Return the length of each ray inside a ball, and where it is above 0."""
    squared = radius**2 - (seam.x - along) ** 2 - (seam.across - across) ** 2
    return 2 * np.sqrt(np.clip(squared, 0, None)), squared > 0


def _crack(seam: _Seam, rng: Generator) -> tuple[Map, Mask]:
    """Return a thin jagged split, mostly along the weld, sometimes across."""
    angle = rng.normal(0, 0.15) + (np.pi / 2 if rng.random() < 0.25 else 0)
    length = rng.uniform(3, 8) if abs(angle) < 1 else rng.uniform(2, 4)
    x, y = seam.x - rng.uniform(4.5, _FIELD - 4.5), seam.across - rng.uniform(-1, 1)
    u, v = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    knots = np.arange(-length / 2, length / 2 + 0.5, 0.5)
    v = v - np.interp(u, knots, rng.normal(0, 0.16, len(knots)).cumsum())
    return _groove(
        u, v, length, max(rng.uniform(0.14, 0.24), 0.6 * seam.pixel), rng.uniform(1, 2.4)
    )


def _undercut(seam: _Seam, rng: Generator) -> tuple[Map, Mask]:
    """Return a groove melted into the plate along one edge of the weld."""
    side, length = rng.choice([-1, 1]), rng.uniform(3, 9)
    u = seam.x - rng.uniform(4, _FIELD - 4)
    ragged = 0.12 * np.sin(2.1 * seam.x + rng.uniform(0, 6.3)) + 0.06 * np.sin(5.3 * seam.x)
    v = side * seam.across - seam.half_width - 0.15 + ragged
    return _groove(
        u, v, length, max(rng.uniform(0.3, 0.5), 0.6 * seam.pixel), rng.uniform(0.4, 1.1)
    )


def _groove(u: Map, v: Map, length: float, half_width: float, depth: float) -> tuple[Map, Mask]:
    """Return a groove along v = 0 that runs out toward both ends."""
    taper = np.sqrt(np.clip(1 - (2 * u / length) ** 2, 0, None))
    mask = (np.abs(v) < half_width) & (taper > 0.2)
    return depth * taper * np.exp(-((v / half_width) ** 2)), mask


def _unit_noise(size: int, sigma: float, rng: Generator) -> Map:
    """Return noise of standard deviation 1, smooth over sigma pixels."""
    noise = _blurred(rng.normal(size=(size, size)), sigma)
    return noise / noise.std()


def _blurred(image: Map, sigma: float) -> Map:
    """Return the image after a Gaussian blur of sigma pixels: rows and columns in turn."""
    offsets = np.abs(np.subtract.outer(np.arange(len(image)), np.arange(len(image))))
    kernel = np.where(offsets < 4 * sigma, np.exp(-0.5 * (offsets / sigma) ** 2), 0)
    kernel /= kernel.sum(axis=1, keepdims=True)
    return kernel @ image @ kernel.T
