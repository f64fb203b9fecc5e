r"""Starting values for weights and biases.

Every initializer is called alike: `initializer(shape, rng=rng)`. The random ones draw from the
generator handed in and from nothing else, so that the same state of `rng` gives the same
numbers, bit for bit, with the same version of NumPy. Each says which draw it makes. With too
small a scale, signals die out on their way through the layers, and with too large a scale they
explode. `xavier_` and `he_` choose it from the number of connections.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from nnref import _checks

__all__ = [
    "constant",
    "fans",
    "he_normal",
    "he_uniform",
    "small_normal",
    "small_uniform",
    "torch_default",
    "xavier_normal",
    "xavier_uniform",
    "zeros",
]


def fans(shape: Sequence[int]) -> tuple[int, int]:
    r"""Count the connections into a unit and out of it.

    $$ \text{fan}_\text{in} = C_\text{in} \cdot K, \qquad
       \text{fan}_\text{out} = C_\text{out} \cdot K $$

    K is the number of kernel positions, 1 for a dense layer. Weights have PyTorch's
    layout: outputs first, inputs second, then the kernel.

    Args:
        shape: (out_features, in_features) for a dense layer, or (out_channels,
            in_channels, *kernel) for a convolution.

    Returns:
        fan_in and fan_out.

    Raises:
        TypeError: if `shape` is not a tuple or list of integers.
        ValueError: if there are fewer than 2 lengths, or one is below 1.

    Examples:
        >>> from nnref.initializers import fans
        >>> fans((128, 256))
        (256, 128)
        >>> fans((16, 3, 5, 5))
        (75, 400)

    PyTorch: the same rule, inside `torch.nn.init`.

    In the chapter: [The right scale][initialization-scale].
    """
    lengths = _shape(shape)
    if len(lengths) < 2:
        raise ValueError(f"`shape` must have at least 2 lengths, got {lengths}")
    kernel = math.prod(lengths[2:])

    return lengths[1] * kernel, lengths[0] * kernel


def _shape(shape: Sequence[int]) -> tuple[int, ...]:
    if not isinstance(shape, tuple | list):
        raise TypeError(f"`shape` must be a tuple of integers, got {type(shape).__name__}")
    lengths = tuple(_checks.integer(n, f"shape[{axis}]") for axis, n in enumerate(shape))
    if any(length < 1 for length in lengths):
        raise ValueError(f"`shape` must have lengths of at least 1, got {lengths}")
    return lengths


def zeros(shape: Sequence[int], *, rng: Generator | None = None) -> NDArray[np.float64]:
    r"""Return zeros: right for biases, wrong for the weights of hidden layers.

    $$ w = 0 $$

    Units that start alike get the same gradient and stay alike, so a hidden layer of any width
    then computes one feature.

    Args:
        shape: the shape of the weights or biases.
        rng: not used; accepted so that all initializers are called alike.

    Returns:
        float64 of the shape asked for.

    Raises:
        TypeError: if `shape` is not a tuple or list of integers.
        ValueError: if a length is below 1.

    Examples:
        >>> from nnref.initializers import zeros
        >>> zeros((2, 3)).tolist()
        [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]

    PyTorch: `torch.nn.init.zeros_`, which fills the tensor it is given.

    In the chapter: [Equal weights stay equal][initialization-symmetry].
    """
    return constant(shape, value=0.0, rng=rng)


def constant(
    shape: Sequence[int],
    *,
    value: float,
    rng: Generator | None = None,  # noqa: ARG001 - all initializers are called alike
) -> NDArray[np.float64]:
    r"""Return one value everywhere, such as a small positive bias before ReLU.

    $$ w = v $$

    For the output of a classifier of rare defects, the log-odds of the defect make a good
    bias, because the model then starts from the base rate instead of one half.

    Args:
        shape: the shape of the weights or biases.
        value: v, any finite number.
        rng: not used; accepted so that all initializers are called alike.

    Returns:
        float64 of the shape asked for.

    Raises:
        TypeError: if `shape` is not a tuple or list of integers, or `value` is not a number.
        ValueError: if a length is below 1, or `value` is not finite.

    Examples:
        One weld in 50 has a crack:

        >>> import math
        >>> from nnref.activations import sigmoid
        >>> from nnref.initializers import constant
        >>> bias = constant((1,), value=math.log(1 / 49))
        >>> bias.round(4).tolist()
        [-3.8918]
        >>> sigmoid(bias).round(4).tolist()
        [0.02]

    PyTorch: `torch.nn.init.constant_`, which fills the tensor it is given.

    In the chapter: [The output bias of a rare class][initialization-output-bias].
    """
    lengths = _shape(shape)
    number = _checks.number(value, "value", "(-inf, inf)")

    return np.full(lengths, number)


def small_normal(shape: Sequence[int], *, rng: Generator, std: float = 0.01) -> NDArray[np.float64]:
    r"""Draw from a normal distribution of a fixed small width.

    $$ w \sim \mathcal{N}(0, \sigma^2) $$

    You meet it in older code, and in large networks whose layers rescale their input. It
    breaks the symmetry between units, but its scale does not depend on the layer, so in a deep
    network without such rescaling, signals shrink from layer to layer.

    Args:
        shape: the shape of the weights.
        rng: the generator to draw from; the draw is `rng.normal(0.0, std, shape)`.
        std: the standard deviation σ, a finite number above 0.

    Returns:
        float64 of the shape asked for.

    Raises:
        TypeError: if `shape` is not a tuple or list of integers, `rng` is not a
            `numpy.random.Generator`, or `std` is not a number.
        ValueError: if a length is below 1, or `std` is not a finite number above 0.

    Examples:
        >>> import numpy as np
        >>> from nnref.initializers import small_normal
        >>> w = small_normal((128, 256), rng=np.random.default_rng(0))
        >>> round(float(w.std()), 4)
        0.01

    PyTorch: `torch.nn.init.normal_`, whose default is a standard deviation of 1.

    In the chapter: [The right scale][initialization-scale].
    """
    return _normal(shape, _checks.number(std, "std", "(0, inf)"), rng)


def small_uniform(
    shape: Sequence[int], *, rng: Generator, bound: float = 0.01
) -> NDArray[np.float64]:
    r"""Draw evenly between two fixed small bounds.

    $$ w \sim \mathcal{U}(-b, b), \qquad \operatorname{Var}(w) = \frac{b^2}{3} $$

    As [`small_normal`][nnref.initializers.small_normal], with no value far out.

    Args:
        shape: the shape of the weights.
        rng: the generator to draw from; the draw is `rng.uniform(-bound, bound, shape)`.
        bound: b, a finite number above 0.

    Returns:
        float64 of the shape asked for.

    Raises:
        TypeError: if `shape` is not a tuple or list of integers, `rng` is not a
            `numpy.random.Generator`, or `bound` is not a number.
        ValueError: if a length is below 1, or `bound` is not a finite number above 0.

    Examples:
        >>> import numpy as np
        >>> from nnref.initializers import small_uniform
        >>> w = small_uniform((128, 256), rng=np.random.default_rng(0))
        >>> round(float(abs(w).max()), 4), round(float(w.std()), 4)
        (0.01, 0.0058)

    PyTorch: `torch.nn.init.uniform_`, whose default is [0, 1) and thus not centered.

    In the chapter: [The right scale][initialization-scale].
    """
    return _uniform(shape, _checks.number(bound, "bound", "(0, inf)"), rng)


def xavier_normal(shape: Sequence[int], *, rng: Generator) -> NDArray[np.float64]:
    r"""Draw from a normal distribution that keeps the scale of a linear layer.

    $$ w \sim \mathcal{N}(0, \sigma^2), \qquad
       \sigma^2 = \frac{2}{\text{fan}_\text{in} + \text{fan}_\text{out}} $$

    Use it with tanh or sigmoid. fan_in would keep the scale on the way forward and
    fan_out that of the gradients on the way back; their mean is a compromise.

    Args:
        shape: the shape of the weights, as for [`fans`][nnref.initializers.fans].
        rng: the generator to draw from; the draw is `rng.normal(0.0, σ, shape)`.

    Returns:
        float64 of the shape asked for.

    Raises:
        TypeError: if `shape` is not a tuple or list of integers, or `rng` is not a
            `numpy.random.Generator`.
        ValueError: if there are fewer than 2 lengths, or one is below 1.

    Examples:
        With fan_in = 256 and fan_out = 128, σ is the root of 2/384, about 0.0722:

        >>> import math
        >>> import numpy as np
        >>> from nnref.initializers import xavier_normal
        >>> round(math.sqrt(2 / 384), 4)
        0.0722
        >>> w = xavier_normal((128, 256), rng=np.random.default_rng(0))
        >>> round(float(w.std()), 3)
        0.072

    PyTorch: `torch.nn.init.xavier_normal_`.

    References:
        [Glorot and Bengio, Understanding the Difficulty of Training Deep Feedforward
        Neural Networks](https://proceedings.mlr.press/v9/glorot10a.html), equation 12.

    In the chapter: [The right scale][initialization-scale].
    """
    return _normal(shape, math.sqrt(2 / sum(fans(shape))), rng)


def xavier_uniform(shape: Sequence[int], *, rng: Generator) -> NDArray[np.float64]:
    r"""Draw evenly, with the variance of [`xavier_normal`][nnref.initializers.xavier_normal].

    $$ w \sim \mathcal{U}(-b, b), \qquad
       b = \sqrt{\frac{6}{\text{fan}_\text{in} + \text{fan}_\text{out}}} $$

    Use it with tanh or sigmoid, where no weight should lie far out.

    Args:
        shape: the shape of the weights, as for [`fans`][nnref.initializers.fans].
        rng: the generator to draw from; the draw is `rng.uniform(-b, b, shape)`.

    Returns:
        float64 of the shape asked for.

    Raises:
        TypeError: if `shape` is not a tuple or list of integers, or `rng` is not a
            `numpy.random.Generator`.
        ValueError: if there are fewer than 2 lengths, or one is below 1.

    Examples:
        >>> import numpy as np
        >>> from nnref.initializers import xavier_uniform
        >>> w = xavier_uniform((128, 256), rng=np.random.default_rng(0))
        >>> round(float(abs(w).max()), 3), round(float(w.std()), 3)
        (0.125, 0.072)

    PyTorch: `torch.nn.init.xavier_uniform_`.

    References:
        [Glorot and Bengio, Understanding the Difficulty of Training Deep Feedforward
        Neural Networks](https://proceedings.mlr.press/v9/glorot10a.html), equation 16.

    In the chapter: [The right scale][initialization-scale].
    """
    return _uniform(shape, math.sqrt(6 / sum(fans(shape))), rng)


def he_normal(shape: Sequence[int], *, rng: Generator) -> NDArray[np.float64]:
    r"""Draw from a normal distribution that keeps the scale of a layer with ReLU.

    $$ w \sim \mathcal{N}(0, \sigma^2), \qquad
       \sigma^2 = \frac{2}{\text{fan}_\text{in}} $$

    Use it with ReLU. ReLU replaces half of the scores by 0 and with them half of the mean
    square; the 2 makes up for that.

    Args:
        shape: the shape of the weights, as for [`fans`][nnref.initializers.fans].
        rng: the generator to draw from; the draw is `rng.normal(0.0, σ, shape)`.

    Returns:
        float64 of the shape asked for.

    Raises:
        TypeError: if `shape` is not a tuple or list of integers, or `rng` is not a
            `numpy.random.Generator`.
        ValueError: if there are fewer than 2 lengths, or one is below 1.

    Examples:
        With fan_in = 256, σ is the root of 2/256, about 0.0884:

        >>> import math
        >>> import numpy as np
        >>> from nnref.initializers import he_normal
        >>> round(math.sqrt(2 / 256), 4)
        0.0884
        >>> w = he_normal((128, 256), rng=np.random.default_rng(0))
        >>> round(float(w.std()), 3)
        0.088

    PyTorch: `torch.nn.init.kaiming_normal_(w, nonlinearity="relu")`. Keras's `he_normal`
    cuts the tails off and widens the rest to the same variance.

    References:
        [He et al., Delving Deep into Rectifiers](https://arxiv.org/abs/1502.01852),
        equation 10.

    In the chapter: [The right scale][initialization-scale].
    """
    return _normal(shape, math.sqrt(2 / fans(shape)[0]), rng)


def he_uniform(shape: Sequence[int], *, rng: Generator) -> NDArray[np.float64]:
    r"""Draw evenly, with the variance of [`he_normal`][nnref.initializers.he_normal].

    $$ w \sim \mathcal{U}(-b, b), \qquad b = \sqrt{\frac{6}{\text{fan}_\text{in}}} $$

    Use it with ReLU, where no weight should lie far out.

    Args:
        shape: the shape of the weights, as for [`fans`][nnref.initializers.fans].
        rng: the generator to draw from; the draw is `rng.uniform(-b, b, shape)`.

    Returns:
        float64 of the shape asked for.

    Raises:
        TypeError: if `shape` is not a tuple or list of integers, or `rng` is not a
            `numpy.random.Generator`.
        ValueError: if there are fewer than 2 lengths, or one is below 1.

    Examples:
        >>> import numpy as np
        >>> from nnref.initializers import he_uniform
        >>> w = he_uniform((128, 256), rng=np.random.default_rng(0))
        >>> round(float(abs(w).max()), 3), round(float(w.std()), 3)
        (0.153, 0.088)

    PyTorch: `torch.nn.init.kaiming_uniform_(w, nonlinearity="relu")`.

    References:
        [He et al., Delving Deep into Rectifiers](https://arxiv.org/abs/1502.01852),
        equation 10.

    In the chapter: [The right scale][initialization-scale].
    """
    return _uniform(shape, math.sqrt(6 / fans(shape)[0]), rng)


def torch_default(shape: Sequence[int], *, rng: Generator) -> NDArray[np.float64]:
    r"""Draw as PyTorch's `nn.Linear` and `nn.Conv2d` do unless told otherwise.

    $$ w \sim \mathcal{U}(-b, b), \qquad b = \frac{1}{\sqrt{\text{fan}_\text{in}}}, \qquad
       \operatorname{Var}(w) = \frac{1}{3 \, \text{fan}_\text{in}} $$

    Use it to compare with PyTorch. The variance is a sixth of He's, so that in a deep
    network of ReLUs signals fade. PyTorch draws the bias from the same interval:
    `small_uniform(bias_shape, bound=b, rng=rng)` with b of the weights.

    Args:
        shape: the shape of the weights, as for [`fans`][nnref.initializers.fans].
        rng: the generator to draw from; the draw is `rng.uniform(-b, b, shape)`.

    Returns:
        float64 of the shape asked for.

    Raises:
        TypeError: if `shape` is not a tuple or list of integers, or `rng` is not a
            `numpy.random.Generator`.
        ValueError: if there are fewer than 2 lengths, or one is below 1.

    Examples:
        >>> import numpy as np
        >>> from nnref.initializers import he_normal, torch_default
        >>> rng = np.random.default_rng(0)
        >>> default, he = torch_default((128, 256), rng=rng), he_normal((128, 256), rng=rng)
        >>> round(float(abs(default).max()), 4)
        0.0625
        >>> round(float(he.var() / default.var()))
        6

    PyTorch: `torch.nn.init.kaiming_uniform_(w, a=math.sqrt(5))`, the same distribution
    under a misleading name.

    In the chapter: [What PyTorch does by default][initialization-pytorch-default].
    """
    return _uniform(shape, 1 / math.sqrt(fans(shape)[0]), rng)


def _normal(shape: Sequence[int], std: float, rng: Generator) -> NDArray[np.float64]:
    return _checks.generator(rng).normal(0.0, std, _shape(shape))


def _uniform(shape: Sequence[int], bound: float, rng: Generator) -> NDArray[np.float64]:
    return _checks.generator(rng).uniform(-bound, bound, _shape(shape))
