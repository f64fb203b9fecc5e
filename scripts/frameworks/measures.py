"""What is made of a probe's numbers before they are recorded.

NumPy is loaded only when one is called, because the command itself runs without it.
"""

import math
from typing import Any


def spread() -> Any:
    """100,000 float32 points: even from -20 to 20 and from -104 to 89, and on a log scale."""
    import numpy as np

    small = np.geomspace(1e-30, 10, 25_000)
    points = (np.linspace(-20, 20, 30_000), np.linspace(-104, 89, 20_000), small, -small)
    return np.concatenate(points).astype(np.float32)


def by_part(parts: tuple[str, ...]) -> Any:
    """Name each value of a list."""

    def named(values: Any, **_: Any) -> dict[str, float]:
        return dict(zip(parts, flat(values).tolist(), strict=True))

    return named


def error_of(name: str) -> Any:
    """Return what finds the largest error of an activation, in units of the last place."""

    def error(values: Any, points: Any) -> dict[str, float]:
        import numpy as np

        got, points = flat(values), points.astype(np.float64)
        true = TRUTHS[name](points)
        normal = np.abs(true) >= 2.0**-126  # below that a runtime may flush
        _, exponent = np.frexp(np.abs(true))
        with np.errstate(all="ignore"):
            errors = np.abs(got - true) / np.ldexp(1.0, exponent - 24)
        errors = np.where(normal, np.where(np.isfinite(got), errors, np.inf), 0.0)
        worst = int(errors.argmax())
        largest = float(errors[worst])
        rounded = float(f"{largest:.2g}") if math.isfinite(largest) else largest
        return {"largest": rounded, "at": float(f"{points[worst]:.4g}")}

    return error


def dense(layer: dict[str, Any], fan_in: int, fan_out: int) -> dict[str, Any]:
    """Describe the weights and biases of a dense layer."""
    biases = flat(layer["bias"])
    return {
        **he(layer["weight"], fan_in, fan_out),
        "bias": two_digits(math.sqrt(float((biases**2).mean()))),
        "shape": " × ".join(str(size) for size in layer["weight"].shape),
    }


def he(weights: Any, fan_in: int, fan_out: int) -> dict[str, Any]:  # noqa: ARG001
    """Describe weights of mean 0."""
    weights = flat(weights)
    variance = float((weights**2).mean()) * fan_in
    return {"distribution": distribution(weights), "variance times fan-in": two_digits(variance)}


def embedding(entries: Any, count: int, size: int) -> dict[str, Any]:  # noqa: ARG001
    """Describe the entries of an embedding."""
    entries = flat(entries)
    deviation = math.sqrt(float((entries**2).mean()))
    return {"distribution": distribution(entries), "standard deviation": two_digits(deviation)}


def distribution(values: Any) -> str:
    """Tell uniform, normal and truncated by the kurtosis and by how many values are large."""
    scale = math.sqrt(float((values**2).mean()))
    if scale == 0:
        return "all 0"
    kurtosis = float(((values / scale) ** 4).mean())
    if kurtosis < 2:
        return "uniform"
    large = float((abs(values) > 2.5 * scale).mean())  # of normal values 1.2 %
    return "truncated normal" if large < 1e-3 else "normal"


def flat(values: Any) -> Any:
    """Bring any library's array to a flat float64 array."""
    import numpy as np

    return np.asarray(values, dtype=np.float64).reshape(-1)


def two_digits(value: float) -> float:
    """Keep what the random draws determine."""
    return float(f"{value:.2g}")


# True values, in float64: exact to far below one float32 ulp


def sigmoid(x: Any) -> Any:
    """1 / (1 + exp(-x)), without overflow."""
    import numpy as np

    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1.0, small) / (1 + small)


def softplus(x: Any) -> Any:
    """log(1 + exp(x)), without overflow."""
    import numpy as np

    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def gelu(x: Any) -> Any:
    """X Φ(x); erfc keeps the tail."""
    import numpy as np

    tail = [math.erfc(-value / math.sqrt(2)) for value in x.tolist()]
    return 0.5 * x * np.array(tail)


def silu(x: Any) -> Any:
    """X times its sigmoid."""
    return x * sigmoid(x)


def tanh(x: Any) -> Any:
    """NumPy's own in float64."""
    import numpy as np

    return np.tanh(x)


TRUTHS = {"sigmoid": sigmoid, "softplus": softplus, "gelu": gelu, "silu": silu, "tanh": tanh}
