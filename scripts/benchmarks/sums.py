"""What accuracy in every memory layout costs: sums and products beside NumPy's own."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from benchmarks.timing import Row, in_turn
from nnref import _reduce

SUMS = {  # a shape in memory, the axes that are added
    "of (1000000)": ((1_000_000,), (0,)),
    "of (1000, 1000) down the columns": ((1000, 1000), (0,)),
    "of (100000, 10) along the rows": ((100_000, 10), (1,)),
    "of (512, 512, 3), one a channel": ((512, 512, 3), (0, 1)),
}
PRODUCTS = ((64, 32, 32), (4096, 512, 256), (100_000, 32, 32), (1_000_000, 8, 4))


def rows(runs: int) -> Iterator[Row]:
    """The rows of the table about sums and products."""
    rng = np.random.default_rng(0)
    for dtype in (np.float32, np.float64):
        group = f"sums {dtype.__name__}"
        for name, (shape, axes) in SUMS.items():
            x = rng.random(shape).astype(dtype)
            times = in_turn(partial(_reduce.total, x, axes), partial(np.sum, x, axes), runs)
            yield Row(group, name, times[0], "numpy", times[1])
        for examples, inputs, outputs in PRODUCTS:
            x = rng.random((examples, inputs)).astype(dtype)
            g = rng.random((examples, outputs)).astype(dtype).T
            times = in_turn(partial(_reduce.product, g, x), partial(np.matmul, g, x), runs)
            name = f"gradient of ({outputs}, {inputs}) weights, {examples} examples"
            yield Row(group, name, times[0], "numpy", times[1])
