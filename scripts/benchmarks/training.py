"""Training beside PyTorch's on one thread: a step, a run, and a scalar engine for scale."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from benchmarks.timing import Row, in_turn, median
from nnref import activations, datasets, losses
from nnref.autograd import Value
from nnref.initializers import he_normal
from nnref.layers import Activation, Dense, Sequential
from nnref.optimizers import SGD
from nnref.training import Loss, batches

WIDTHS = (8, 32, 32, 4)
BATCH = 64
LEARNING_RATE = 0.1


def rows(runs: int) -> Iterator[Row]:
    """The rows of the table about training."""
    import torch

    torch.set_num_threads(1)
    rng = np.random.default_rng(0)
    x = rng.standard_normal((BATCH, WIDTHS[0])).astype(np.float32)
    labels = rng.integers(WIDTHS[-1], size=BATCH)
    name = "-".join(map(str, WIDTHS))
    ours, theirs = our_step(WIDTHS, rng), torch_step(torch, WIDTHS)
    by_hand = numpy_step(WIDTHS, rng)
    tensors = torch.from_numpy(x), torch.from_numpy(labels)

    def many(step: Callable[..., object], *arguments: Any) -> Callable[[], object]:
        return lambda: [step(*arguments) for _ in range(100)]

    times = in_turn(many(ours, x, labels), many(theirs, *tensors), runs)
    row = f"100 steps of {name}, batch {BATCH}"
    yield Row("training", row, times[0], "torch", times[1])
    times = in_turn(many(ours, x, labels), many(by_hand, x, labels), runs)
    yield Row("training", row, times[0], "by hand in NumPy", times[1])
    yield weld_classifier(torch, rng, max(3, runs // 2))
    yield Row("training", "1 step of it with scalar Values", median(value_step(x, labels), 1))


def our_step(widths: tuple[int, ...], rng: np.random.Generator) -> Callable[..., object]:
    """One step of gradient descent with `nnref`, in float32 as PyTorch does it."""
    layers: list[Any] = []
    for wide, narrow in pairwise(widths):
        layers += [
            Dense(wide, narrow, rng=rng, dtype=np.float32),
            Activation(activations.relu, activations.relu_grad),
        ]
    model = Sequential(*layers[:-1])
    optimizer = SGD(model.parameters(), learning_rate=LEARNING_RATE)
    loss = Loss(
        losses.sparse_categorical_cross_entropy_with_logits,
        losses.sparse_categorical_cross_entropy_with_logits_grad,
    )

    def step(x: np.ndarray[Any, Any], labels: np.ndarray[Any, Any]) -> None:
        _, grad = loss.value_and_grad(model.forward(x), labels)
        model.backward(grad)
        optimizer.step()

    return step


def numpy_step(widths: tuple[int, ...], rng: np.random.Generator) -> Callable[..., object]:
    """The same step without any package, as the page on training writes it out."""
    shapes = [(narrow, wide) for wide, narrow in pairwise(widths)]
    weights = [he_normal(shape, rng=rng).astype(np.float32) for shape in shapes]
    biases = [np.zeros(len(w), np.float32) for w in weights]

    def step(x: np.ndarray[Any, Any], labels: np.ndarray[Any, Any]) -> float:
        inputs, z = [x], x @ weights[0].T + biases[0]
        for w, b in zip(weights[1:], biases[1:], strict=True):
            inputs.append(np.maximum(z, 0))
            z = inputs[-1] @ w.T + b
        z -= z.max(axis=1, keepdims=True)
        p = np.exp(z)
        p /= p.sum(axis=1, keepdims=True)
        rows = np.arange(len(labels))
        loss = -np.log(p[rows, labels]).mean()
        p[rows, labels] -= 1
        g = p / len(labels)
        for k in reversed(range(len(weights))):
            w_grad, b_grad = g.T @ inputs[k], g.sum(axis=0)
            if k > 0:
                g = g @ weights[k] * (inputs[k] > 0)
            weights[k] -= LEARNING_RATE * w_grad
            biases[k] -= LEARNING_RATE * b_grad
        return float(loss)

    return step


def torch_step(torch: Any, widths: tuple[int, ...]) -> Callable[..., object]:
    """The same step with PyTorch."""
    layers: list[Any] = []
    for wide, narrow in pairwise(widths):
        layers += [torch.nn.Linear(wide, narrow), torch.nn.ReLU()]
    model = torch.nn.Sequential(*layers[:-1])
    optimizer = torch.optim.SGD(model.parameters(), lr=LEARNING_RATE)

    def step(x: Any, labels: Any) -> None:
        loss = torch.nn.functional.cross_entropy(model(x), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return step


def weld_classifier(torch: Any, rng: np.random.Generator, runs: int) -> Row:
    """100 epochs on 1,000 synthetic welds."""
    welds = datasets.weld_features(1000, rng=rng)
    x = welds.features.astype(np.float32)
    widths = (x.shape[1], 32, 32, len(datasets.WELD_CLASSES))

    def train(step: Callable[..., object], convert: Callable[..., Any]) -> Callable[[], None]:
        def run() -> None:
            for _ in range(100):
                for pair in batches(x, welds.labels, batch_size=BATCH, rng=rng):
                    step(*map(convert, pair))

        return run

    ours = train(our_step(widths, rng), np.asarray)
    theirs = train(torch_step(torch, widths), torch.from_numpy)
    times = in_turn(ours, theirs, runs)
    return Row("training", "100 epochs on 1000 welds", times[0], "torch", times[1])


def value_step(x: np.ndarray[Any, Any], labels: np.ndarray[Any, Any]) -> Callable[[], None]:
    """The forward and the backward pass of a step, number by number."""
    rng = np.random.default_rng(0)
    weights = [
        [[Value(w) for w in row] for row in rng.standard_normal((narrow, wide)) * 0.3]
        for wide, narrow in pairwise(WIDTHS)
    ]

    def dot(row: list[Any], example: list[Any]) -> Any:
        return sum((w * v for w, v in zip(row, example, strict=True)), Value(0))

    def score(example: list[Any], label: int) -> Any:
        for depth, layer in enumerate(weights, 1):
            totals = [
                sum((w * v for w, v in zip(row, example, strict=True)), Value(0)) for row in layer
            ]
            example = totals if depth == len(weights) else [total.relu() for total in totals]
        return sum((z.exp() for z in example), Value(0)).log() - example[label]

    def step() -> None:
        pairs = zip(x.tolist(), labels.tolist(), strict=True)
        total = sum((score(example, label) for example, label in pairs), Value(0)) / BATCH
        total.backward()

    return step
