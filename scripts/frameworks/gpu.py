"""What one CUDA device does with the chapter's functions; `dev.py frameworks gpu` records it.

Needs PyTorch with CUDA in the Python that runs it; JAX where present. Every function below is one
entry of the record, its docstring says what the entry holds.
"""

import datetime
import itertools
import json
import math
import platform
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn, optim

from frameworks import ask, measures

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
FUNCTIONS: dict[str, Callable[..., torch.Tensor]] = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "softplus": F.softplus,
    "silu": F.silu,
}


def main() -> None:
    """Print the record as JSON."""
    out, sys.stdout = sys.stdout, sys.stderr
    if DEVICE != "cuda":
        raise SystemExit("no CUDA device: PyTorch finds none")
    record = machine()  # which loads JAX where there is one
    measured = {}
    for function in MEASURED:
        print(f"ask: {function.__name__}", file=sys.stderr, flush=True)
        torch.manual_seed(0)
        measured[function.__name__] = ask.plain(function())
    json.dump({**record, "measured": measured}, out, allow_nan=False)


def machine() -> dict[str, Any]:
    """Name the device and the versions."""
    packages = {"torch": torch.__version__, "numpy": np.__version__}
    try:
        import jax

        packages["jax"] = jax.__version__
    except ImportError:
        pass
    return {
        "title": "One GPU",
        "device": torch.cuda.get_device_name(0),
        "packages": packages,
        "python": platform.python_version(),
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
    }


def products() -> dict[str, float]:
    """Largest error of a float32 product of 1024² matrices, relative to that of sizes."""
    rng = np.random.default_rng(0)
    a, b = (rng.standard_normal((1024, 1024)).astype(np.float32) for _ in range(2))
    true = a.astype(np.float64) @ b
    scale = np.abs(a).astype(np.float64) @ np.abs(b)

    def error(got: Any) -> float:
        return float((np.abs(np.asarray(got) - true) / scale).max())

    x, y = torch.tensor(a), torch.tensor(b)
    found = {"NumPy": error(a @ b), "PyTorch, CPU": error(x @ y)}
    x, y = x.to(DEVICE), y.to(DEVICE)
    found["PyTorch"] = error((x @ y).cpu())
    torch.set_float32_matmul_precision("high")
    found["PyTorch, TF32"] = error((x @ y).cpu())
    torch.set_float32_matmul_precision("highest")
    if "jax" in sys.modules:
        import jax.numpy as jnp

        found["JAX"] = error(jnp.asarray(a) @ jnp.asarray(b))
        found["JAX, highest"] = error(jnp.matmul(a, b, precision="highest"))
    return found


def convolutions() -> dict[str, float]:
    """Largest error of a float32 convolution, relative to that of sizes."""
    x, w = torch.randn(4, 64, 32, 32), torch.randn(64, 64, 3, 3)
    true = F.conv2d(x.double(), w.double())
    scale = F.conv2d(x.abs().double(), w.abs().double())

    def error(got: torch.Tensor) -> float:
        return float(((got.cpu() - true).abs() / scale).max())

    found = {"CPU": error(F.conv2d(x, w)), "GPU": error(F.conv2d(x.to(DEVICE), w.to(DEVICE)))}
    torch.backends.cudnn.allow_tf32 = False
    found["GPU, TF32 off"] = error(F.conv2d(x.to(DEVICE), w.to(DEVICE)))
    torch.backends.cudnn.allow_tf32 = True
    return found


def errors() -> dict[str, dict[str, float]]:
    """Largest error in float32, in ulp, among results of the normal range."""
    points = measures.spread()
    x, found = torch.tensor(points), {}
    for name, function in FUNCTIONS.items():
        error = measures.error_of(name)
        torch._dynamo.reset()
        compiled = torch.compile(function)
        found[name] = {
            "CPU": error(function(x), points)["largest"],
            "GPU": error(function(x.to(DEVICE)).cpu(), points)["largest"],
            "GPU, compiled": error(compiled(x.to(DEVICE)).cpu(), points)["largest"],
        }
    return found


def softplus_tail() -> dict[str, float]:
    """Softplus of -100, a number below the normal range of float32."""
    x = torch.full((8,), -100.0, device=DEVICE)
    torch._dynamo.reset()
    return {
        "CPU": F.softplus(x.cpu())[0].item(),
        "GPU": F.softplus(x)[0].item(),
        "GPU, compiled": torch.compile(F.softplus)(x)[0].item(),
    }


def small_loss() -> dict[str, list[float]]:
    """Binary cross-entropy in float32, label 0, at -5, -10, -12 and -15, beside the truth."""
    logits = [-5.0, -10.0, -12.0, -15.0]
    z = torch.tensor(logits)

    def loss(z: torch.Tensor) -> torch.Tensor:
        return F.binary_cross_entropy_with_logits(z, torch.zeros_like(z), reduction="none")

    torch._dynamo.reset()
    return {
        "truth": [math.log1p(math.exp(value)) for value in logits],
        "CPU": loss(z).tolist(),
        "GPU": loss(z.to(DEVICE)).tolist(),
        "GPU, compiled": torch.compile(loss)(z.to(DEVICE)).tolist(),
    }


def half_cross_entropy() -> dict[str, dict[str, float]]:
    """Relative error of the mean cross-entropy of 4096 × 1000 logits."""
    rng = np.random.default_rng(0)
    logits = torch.tensor(rng.standard_normal((4096, 1000)) * 5)
    labels = torch.tensor(rng.integers(0, 1000, 4096))
    found = {}
    for kind in (torch.float32, torch.bfloat16, torch.float16):
        z = logits.to(kind)
        true = F.cross_entropy(z.double(), labels).item()
        by_device = {"CPU": "cpu", "GPU": DEVICE}
        found[str(kind).partition(".")[2]] = {
            title: abs(F.cross_entropy(z.to(place), labels.to(place)).item() - true) / true
            for title, place in by_device.items()
        }
    return found


def half_dice() -> dict[str, float]:
    """Dice loss by hand of 512 × 512 pixels, probabilities 0.95 and 0.05, a mask of 100 rows."""
    mask = torch.zeros(512, 512, device=DEVICE)
    mask[:100] = 1
    p = 0.05 + 0.9 * mask

    def dice(kind: torch.dtype) -> float:
        x, y = p.to(kind), mask.to(kind)
        return (1 - 2 * (x * y).sum() / (x.sum() + y.sum())).item()

    return {
        str(kind).partition(".")[2]: dice(kind)
        for kind in (torch.float32, torch.float16, torch.bfloat16)
    }


def autocast_types() -> dict[str, str]:
    """The type that comes out of float16 inputs under autocast."""
    x = torch.rand(4, 8, device=DEVICE).half()
    labels = torch.zeros(4, dtype=torch.long, device=DEVICE)
    operations = {
        "softmax": lambda: F.softmax(x, -1),
        "cross_entropy": lambda: F.cross_entropy(x, labels),
        "mse_loss": lambda: F.mse_loss(x, x),
        "sigmoid": lambda: torch.sigmoid(x),
        "tanh": lambda: torch.tanh(x),
        "gelu": lambda: F.gelu(x),
        "softplus": lambda: F.softplus(x),
        "exp": lambda: x.exp(),
        "sum": lambda: x.sum(),
        "mean": lambda: x.mean(),
        "norm": lambda: x.norm(),
        "layer_norm": lambda: F.layer_norm(x, (8,)),
        "cumsum": lambda: x.cumsum(0),
    }
    with torch.autocast(DEVICE, torch.float16):
        return {name: str(run().dtype).partition(".")[2] for name, run in operations.items()}


def sums() -> dict[str, float]:
    """Relative error of the sum of ten million float32 values of 0.1."""
    values = np.full(10_000_000, 0.1, np.float32)
    true = float(values[0]) * len(values)
    x = torch.tensor(values)
    found = {
        "NumPy": values.sum(),
        "PyTorch, CPU": x.sum(),
        "PyTorch": x.to(DEVICE).sum(),
        "NumPy, cumsum": np.cumsum(values)[-1],
        "PyTorch, cumsum": x.to(DEVICE).cumsum(0)[-1],
    }
    return {name: abs(float(total) - true) / true for name, total in found.items()}


def operations() -> dict[str, Callable[[], torch.Tensor]]:
    """What is run again and again, or with determinism demanded."""
    index = torch.randint(0, 100, (1_000_000,), device=DEVICE)
    values = torch.randn(1_000_000, device=DEVICE)
    weights = torch.rand(1000, device=DEVICE)
    logits = torch.randn(8192, 1000, device=DEVICE, requires_grad=True)
    labels = torch.randint(0, 1000, (8192,), device=DEVICE)
    images = torch.randn(8, 4, 256, 256, device=DEVICE, requires_grad=True)
    masks = torch.randint(0, 4, (8, 256, 256), device=DEVICE)
    embedding = nn.Embedding(100, 64, device=DEVICE)
    grid = torch.rand(8, 32, 32, 2, device=DEVICE)

    def slope(loss: Callable[[], torch.Tensor], leaf: torch.Tensor) -> torch.Tensor:
        return torch.autograd.grad(loss(), leaf)[0]

    def embedded() -> torch.Tensor:
        return (embedding(index[:100_000]) * values[:100_000, None]).sum()

    return {
        "index_add": lambda: torch.zeros(100, device=DEVICE).index_add_(0, index, values),
        "scatter_add": lambda: torch.zeros(100, device=DEVICE).scatter_add_(0, index, values),
        "weighted bincount": lambda: torch.bincount(index, values),
        "histc": lambda: torch.histc(values, 100),
        "sum": lambda: values.sum(),
        "cumsum": lambda: values.cumsum(0),
        "median with indices": lambda: values.median(0).values,
        "matrix product": lambda: logits.detach()[:1000].T @ logits.detach()[:1000],
        "cross-entropy": lambda: slope(lambda: F.cross_entropy(logits, labels), logits),
        "weighted cross-entropy": lambda: slope(
            lambda: F.cross_entropy(logits, labels, weight=weights), logits
        ),
        "weighted cross-entropy of images": lambda: slope(
            lambda: F.cross_entropy(images, masks, weight=weights[:4]), images
        ),
        "embedding": lambda: slope(embedded, embedding.weight),
        "convolution": lambda: F.conv2d(images.detach(), torch.ones(4, 4, 3, 3, device=DEVICE)),
        "bilinear interpolation": lambda: slope(
            lambda: F.interpolate(images, scale_factor=2, mode="bilinear").sum(), images
        ),
        "grid_sample": lambda: slope(
            lambda: F.grid_sample(images, grid, align_corners=False).sum(), images
        ),
        "max pooling": lambda: slope(lambda: F.max_pool2d(images, 2).sum(), images),
        "adaptive average pooling": lambda: slope(
            lambda: F.adaptive_avg_pool2d(images, 5).sum(), images
        ),
    }


def repeatable() -> dict[str, int]:
    """Distinct results in 20 runs of the same call; of losses and layers, of the gradient."""
    return {
        name: len({run().detach().cpu().numpy().tobytes() for _ in range(20)})
        for name, run in operations().items()
    }


def deterministic() -> dict[str, str]:
    """What happens where deterministic algorithms are demanded: "passes" or "raises"."""
    calls, found = operations(), {}
    torch.use_deterministic_algorithms(True)
    for name, run in calls.items():
        try:
            run()
            found[name] = "passes"
        except RuntimeError:
            found[name] = "raises"
    torch.use_deterministic_algorithms(False)
    return found


def dense(width: int = 32, inputs: int = 8, outputs: int = 4) -> nn.Module:
    """Two hidden layers of ReLU."""
    sizes = [inputs, width, width, outputs]
    layers: list[nn.Module] = []
    for fan_in, fan_out in itertools.pairwise(sizes):
        layers += [nn.Linear(fan_in, fan_out), nn.ReLU()]
    return nn.Sequential(*layers[:-1]).to(DEVICE)


def repeated_trainings() -> dict[str, int]:
    """Distinct networks in ten trainings of 100 steps from one seed."""

    def trained(*, images: bool, benchmark: bool = False) -> bytes:
        torch.manual_seed(0)
        torch.backends.cudnn.benchmark = benchmark
        small = nn.Sequential(
            nn.Conv2d(1, 8, 3),
            nn.ReLU(),
            nn.Conv2d(8, 8, 3),
            nn.AdaptiveAvgPool2d(4),
            nn.Flatten(),
            nn.Linear(128, 4),
        )
        network = small.to(DEVICE) if images else dense()
        x = torch.randn(64, *((1, 32, 32) if images else (8,)), device=DEVICE)
        y = torch.randint(0, 4, (64,), device=DEVICE)
        rule = optim.SGD(network.parameters(), lr=0.1)
        for _ in range(100):
            train_step(network, rule, x, y)
        torch.backends.cudnn.benchmark = False
        weights = [p.detach().flatten() for p in network.parameters()]
        return torch.cat(weights).cpu().numpy().tobytes()

    kinds = {
        "dense": {"images": False},
        "convolutional": {"images": True},
        "convolutional, benchmark": {"images": True, "benchmark": True},
    }
    return {name: len({trained(**kind) for _ in range(10)}) for name, kind in kinds.items()}


def train_step(network: nn.Module, rule: optim.Optimizer, x: Any, y: Any) -> torch.Tensor:
    """Take one step; return the loss before it."""
    rule.zero_grad()
    loss = F.cross_entropy(network(x), y)
    loss.backward()
    rule.step()
    return loss


def same_row() -> dict[str, dict[str, bool]]:
    """Whether rows of a linear layer computed apart equal, bit by bit, those of a batch of 128."""
    found = {}
    for width in (32, 512, 2048):
        weight, batch = torch.randn(width, width), torch.randn(128, width)
        products = {
            "CPU": lambda x, w=weight: x @ w,
            "GPU": lambda x, w=weight: (x.to(DEVICE) @ w.to(DEVICE)).cpu(),
            "NumPy": lambda x, w=weight: torch.tensor(x.numpy() @ w.numpy()),
        }
        for name, product in products.items():
            whole = product(batch)
            found[f"{name}, width {width}"] = {
                f"{count} of 128": bool((product(batch[:count]) == whole[:count]).all())
                for count in (1, 7, 64)
            }
    return found


def training() -> dict[str, dict[str, dict[str, float]]]:
    """Relative difference of a training's loss from that in float64 on the CPU, by the step."""
    rng = np.random.default_rng(1)
    x, labels = rng.standard_normal((640, 8)), torch.tensor(rng.integers(0, 4, 640))
    shapes = (32, 8), (32, 32), (4, 32)
    start = [rng.standard_normal(shape) * math.sqrt(2 / shape[1]) for shape in shapes]

    def run(rule: str, place: str, kind: torch.dtype, *, tf32: bool = False) -> list[float]:
        torch.backends.cuda.matmul.allow_tf32 = tf32
        network = dense().to(place, kind)
        with torch.no_grad():
            for layer, weight in zip(list(network)[::2], start, strict=True):
                layer.weight.copy_(torch.tensor(weight))
                layer.bias.zero_()
        optimizer: optim.Optimizer = (
            optim.SGD(network.parameters(), lr=0.1)
            if rule == "SGD"
            else optim.Adam(network.parameters(), lr=0.01)
        )
        data, y = torch.tensor(x).to(place, kind), labels.to(place)
        rows = [slice(step % 10 * 64, step % 10 * 64 + 64) for step in range(400)]
        losses = [train_step(network, optimizer, data[r], y[r]).item() for r in rows]
        torch.backends.cuda.matmul.allow_tf32 = False
        return losses

    found: dict[str, dict[str, dict[str, float]]] = {}
    for rule in ("SGD", "Adam"):
        true = run(rule, "cpu", torch.float64)
        runs = {
            "CPU, float32": run(rule, "cpu", torch.float32),
            "GPU, float64": run(rule, DEVICE, torch.float64),
            "GPU, float32": run(rule, DEVICE, torch.float32),
            "GPU, TF32": run(rule, DEVICE, torch.float32, tf32=True),
            "GPU, bfloat16": run(rule, DEVICE, torch.bfloat16),
        }
        found[rule] = {
            name: {
                str(step): abs(losses[step - 1] - true[step - 1]) / true[step - 1]
                for step in (1, 10, 100, 200, 400)
            }
            for name, losses in runs.items()
        }
    return found


def seconds(step: Callable[[], Any], repeats: int = 30) -> float:
    """Median time of a step, of three rounds."""

    def wait() -> None:
        if DEVICE == "cuda":
            torch.cuda.synchronize()

    for _ in range(5):
        step()
    rounds = []
    for _ in range(3):
        wait()
        start = time.perf_counter()
        for _ in range(repeats):
            step()
        wait()
        rounds.append((time.perf_counter() - start) / repeats)
    return statistics.median(rounds)


def step_seconds() -> dict[str, dict[str, float]]:
    """Seconds of one training step, two hidden layers of that width."""
    found = {}
    for width in (32, 128, 512, 2048):
        for batch in (64, 1024):
            by_device = {}
            for title, place in (("CPU", "cpu"), ("GPU", DEVICE)):
                network = dense(width, width).to(place)
                rule = optim.SGD(network.parameters(), lr=0.01)
                x = torch.randn(batch, width, device=place)
                y = torch.randint(0, 4, (batch,), device=place)
                by_device[title] = seconds(lambda: train_step(network, rule, x, y), 8)  # noqa: B023
            found[f"width {width}, batch {batch}"] = by_device
    return found


def whole_step_seconds() -> dict[str, float]:
    """Seconds of one step of the 8-32-32-4 network, batch 64, by how it is run on the GPU."""
    x = torch.randn(64, 8, device=DEVICE)
    y = torch.randint(0, 4, (64,), device=DEVICE)

    def timed(prepare: Callable[[nn.Module], Any]) -> float:
        torch._dynamo.reset()
        network = dense()
        rule = optim.SGD(network.parameters(), lr=0.1)
        ready = prepare(network)
        return seconds(lambda: train_step(ready, rule, x, y), 200)

    found = {
        "eager": timed(lambda network: network),
        "compiled": timed(torch.compile),
        "compiled, reduce-overhead": timed(
            lambda network: torch.compile(network, mode="reduce-overhead")
        ),
    }
    if DEVICE == "cuda":
        network = dense()
        rule = optim.SGD(network.parameters(), lr=0.1)
        side = torch.cuda.Stream()
        with torch.cuda.stream(side):
            for _ in range(5):
                train_step(network, rule, x, y)
        torch.cuda.current_stream().wait_stream(side)
        graph = torch.cuda.CUDAGraph()
        rule.zero_grad(set_to_none=True)
        with torch.cuda.graph(graph):
            F.cross_entropy(network(x), y).backward()
            rule.step()
        found["whole step as a CUDA graph"] = seconds(graph.replay, 1000)
    if "jax" in sys.modules:
        found["JAX, jit"] = jax_step_seconds()
    return found


def jax_step_seconds() -> float:
    """Seconds of the same step in JAX."""
    import jax
    import jax.numpy as jnp

    keys = jax.random.split(jax.random.key(0), 5)
    shapes = (8, 32), (32, 32), (32, 4)
    weights = [
        (jax.random.normal(key, shape), jnp.zeros(shape[1]))
        for key, shape in zip(keys, shapes, strict=False)
    ]
    x = jax.random.normal(keys[3], (64, 8))
    y = jax.random.randint(keys[4], (64,), 0, 4)

    def loss(weights: Any) -> Any:
        h = x
        for number, (w, b) in enumerate(weights):
            h = h @ w + b if number == 2 else jax.nn.relu(h @ w + b)
        return -jnp.mean(jax.nn.log_softmax(h)[jnp.arange(64), y])

    @jax.jit
    def step(weights: Any) -> Any:
        return jax.tree.map(lambda p, g: p - 0.1 * g, weights, jax.grad(loss)(weights))

    def repeat() -> None:
        nonlocal weights
        weights = step(weights)

    return seconds(lambda: (repeat(), jax.block_until_ready(weights)), 300)


MEASURED = (
    products,
    convolutions,
    errors,
    softplus_tail,
    small_loss,
    half_cross_entropy,
    half_dice,
    autocast_types,
    sums,
    repeatable,
    deterministic,
    repeated_trainings,
    same_row,
    training,
    step_seconds,
    whole_step_seconds,
)


if __name__ == "__main__":
    main()
