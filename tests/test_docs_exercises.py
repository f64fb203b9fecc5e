"""The exercises: the page's answers pass their checks, the usual mistakes do not."""

import importlib.util
import math
import re
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from checks import pages
from website import ROOT

FOLDER = ROOT / "docs" / "exercises"
PAGE = (ROOT / "docs" / "practice.md").read_text(encoding="utf-8")


def module(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"exercise_{name}", FOLDER / f"{name}.py")
    assert spec
    assert spec.loader
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


CHECKS = module("checks")


def shown_answers() -> dict[str, Any]:
    """What the page's folded answers define, the last section alone."""
    _, _, section = PAGE.partition("{#practice-exercises}")
    names: dict[str, Any] = {"np": np}
    for example in pages.page_examples(section):
        exec(compile(example.source, "practice.md", "single"), names)  # noqa: S102
    return names


@pytest.fixture(scope="module")
def answers() -> dict[str, Any]:
    return shown_answers()


@pytest.mark.parametrize("name", CHECKS.CHECKS)
def test_the_answer_on_the_page_is_right(name: str, answers: dict[str, Any]) -> None:
    assert CHECKS.verdict(CHECKS.CHECKS[name], answers[name]) == "right"


@pytest.mark.parametrize("name", CHECKS.CHECKS)
def test_an_empty_answer_is_not_right_yet(name: str) -> None:
    empty = getattr(module("exercises"), name)
    assert "returns nothing yet" in CHECKS.verdict(CHECKS.CHECKS[name], empty)


def always_step(weights: Any, bias: Any, features: Any, label: Any) -> Any:
    return weights + (2 * label - 1) * features, bias + (2 * label - 1)


def step_in_place(weights: Any, bias: Any, features: Any, label: Any) -> Any:
    error = label - int(weights @ features + bias >= 0)
    weights += error * features
    return weights, bias + error


def step_above_zero(weights: Any, bias: Any, features: Any, label: Any) -> Any:
    error = label - int(weights @ features + bias > 0)
    return weights + error * features, bias


def exponentials(scores: Any, largest: Any) -> Any:
    shares = np.exp(scores - largest)
    return shares / shares.sum(axis=1, keepdims=True)


def from_probabilities(scores: Any, labels: Any) -> Any:
    p = 1 / (1 + np.exp(-scores))
    return -np.mean(labels * np.log(p) + (1 - labels) * np.log(1 - p))


def clipped(scores: Any, labels: Any) -> Any:
    p = np.clip(1 / (1 + np.exp(-scores)), 1e-7, 1 - 1e-7)
    return -np.mean(labels * np.log(p) + (1 - labels) * np.log(1 - p))


def overlap_of_sides(a: Any, b: Any) -> Any:
    sides = [min(a[i + 2], b[i + 2]) - max(a[i], b[i]) for i in (0, 1)]
    hull = math.prod(max(a[i + 2], b[i + 2]) - min(a[i], b[i]) for i in (0, 1))
    both = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (a, b))
    union = both - math.prod(sides)
    return math.prod(sides) / union - (hull - union) / hull


def only_iou(a: Any, b: Any) -> Any:
    sides = [max(min(a[i + 2], b[i + 2]) - max(a[i], b[i]), 0) for i in (0, 1)]
    both = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (a, b))
    return math.prod(sides) / (both - math.prod(sides))


def without_slope_of_tanh(x: Any, y: Any, w: Any, b: Any, v: Any, c: Any) -> Any:
    hidden = np.tanh(w @ x + b)
    d_score = 1 / (1 + np.exp(-(v @ hidden + c))) - y
    return np.outer(d_score * v, x), d_score * v, d_score * hidden, d_score


def transposed(x: Any, y: Any, w: Any, b: Any, v: Any, c: Any) -> Any:
    hidden = np.tanh(w @ x + b)
    d_score = 1 / (1 + np.exp(-(v @ hidden + c))) - y
    d_sum = d_score * v * (1 - hidden**2)
    return np.outer(x, d_sum), d_sum, d_score * hidden, d_score


def weighted(scores: Any, labels: Any, class_weights: Any, mean: Callable[..., Any]) -> Any:
    shifted = scores - scores.max(axis=1, keepdims=True)
    losses = np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(labels)), labels]
    return mean(losses, class_weights[labels])


def uphill(features: Any, labels: Any, rate: float, steps: int, factor: float = -1) -> Any:
    w, b = np.zeros(features.shape[1]), 0.0
    for _ in range(steps):
        error = 1 / (1 + np.exp(-(features @ w + b))) - labels
        w, b = w - factor * rate * features.T @ error / len(error), b - factor * rate * error.mean()
    return w, b


WRONG: dict[str, list[Callable[..., Any]]] = {
    "to_channels_last": [
        lambda x: x.reshape(len(x), *x.shape[2:], x.shape[1]),
        lambda x: x.transpose(0, 3, 2, 1),
        lambda x: x,
    ],
    "count_parameters": [
        lambda widths: sum(n * m for n, m in pairwise(widths)),
        lambda widths: sum(n * m + n for n, m in pairwise(widths)),
    ],
    "perceptron_step": [always_step, step_in_place, step_above_zero],
    "collapse": [
        lambda w1, b1, w2, b2: (w1 @ w2, w2 @ b1 + b2),
        lambda w1, b1, w2, b2: (w2 @ w1, b1[:2] + b2),
    ],
    "softplus": [
        lambda x: math.log(1 + math.exp(x)),
        lambda x: math.log1p(math.exp(x)),
        lambda x: x + math.log1p(math.exp(-x)),
        lambda x: np.log1p(np.exp(x)),
        lambda x: max(x, 0.0) + math.log(1 + math.exp(-abs(x))),
    ],
    "softmax": [
        lambda scores: exponentials(scores, 0),
        lambda scores: exponentials(scores, scores.max()),
        lambda scores: np.exp(scores) / np.exp(scores).sum(),
    ],
    "batches": [
        lambda count, size, rng: [rng.permutation(count)[:size] for _ in range(count // size)],
        lambda count, size, rng: [rng.integers(count, size=n) for n in (size, size, count % size)],
        lambda count, size, _: [np.arange(count)[i : i + size] for i in range(0, count, size)],
    ],
    "he_normal": [
        lambda n, m, rng: rng.normal(scale=math.sqrt(2 / m), size=(m, n)),
        lambda n, m, rng: rng.normal(scale=math.sqrt(2 / (n + m)), size=(m, n)),
        lambda n, m, rng: rng.normal(scale=2 / n, size=(m, n)),
        lambda n, m, rng: rng.normal(scale=math.sqrt(2 / n), size=(n, m)),
    ],
    "binary_cross_entropy": [from_probabilities, clipped],
    "giou": [overlap_of_sides, only_iou],
    "backward": [without_slope_of_tanh, transposed],
    "momentum_step": [
        lambda w, v, g, rate, momentum: (w - rate * g, momentum * v + g),
        lambda w, v, g, rate, momentum: (w - rate * v, momentum * v + g),
        lambda w, v, g, rate, momentum: (w + rate * (momentum * v + g), momentum * v + g),
    ],
    "weighted_cross_entropy": [
        lambda *given: weighted(*given, lambda losses, w: np.mean(w * losses)),
        lambda *given: weighted(*given, lambda losses, _: np.mean(losses)),
    ],
    "missed_defect_rate": [
        lambda answers, labels: np.mean(answers[labels > 0] != labels[labels > 0]),
        lambda answers, labels: np.mean((labels > 0) & (answers == 0)),
    ],
    "train_neuron": [uphill, lambda *given: uphill(*given, factor=3)],
}


@pytest.mark.parametrize(
    ("name", "number"), [(name, i) for name, each in WRONG.items() for i in range(len(each))]
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # of the mistakes, not of the checks
def test_a_usual_mistake_is_not_right(name: str, number: int) -> None:
    assert CHECKS.verdict(CHECKS.CHECKS[name], WRONG[name][number]).startswith("not yet: ")


def test_every_exercise_has_its_task_its_answer_and_its_mistakes() -> None:
    tasks = re.findall(r"^def (\w+)", (FOLDER / "exercises.py").read_text(encoding="utf-8"), re.M)
    on_page = re.findall(r"^### (\w+) \{#practice-exercise-", PAGE, re.MULTILINE)
    assert tasks == on_page == list(CHECKS.CHECKS) == list(WRONG)


def test_the_checks_run_by_one_command_beside_an_answer(tmp_path: Path) -> None:
    (tmp_path / "checks.py").write_bytes((FOLDER / "checks.py").read_bytes())
    tasks = (FOLDER / "exercises.py").read_text(encoding="utf-8")
    answer = "import math\ndef softplus(x): return max(x, 0) + math.log1p(math.exp(-abs(x)))\n"
    (tmp_path / "exercises.py").write_text(f"{tasks}\n{answer}", encoding="utf-8")

    def run(*names: str) -> tuple[int, str]:
        command = [sys.executable, "checks.py", *names]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    assert run("softplus") == (0, f"{'softplus':<24}right\n1 of 1 right\n")
    code, said = run()
    assert code == 1
    assert said.endswith("1 of 15 right\n")
    code, said = run("softplsu")
    assert code == 1
    assert said.startswith("no such exercise: softplsu; there are to_channels_last, ")


def test_the_files_need_no_more_than_numpy() -> None:
    source = "".join((FOLDER / f"{name}.py").read_text() for name in ("exercises", "checks"))
    imported = re.findall(r"^ *(?:import|from) (\w+)", source, re.MULTILINE)
    assert set(imported) == {"exercises", "math", "numpy", "sys"}
