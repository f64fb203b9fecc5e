"""The atlas: question by question what each library answers, from the records, as HTML.

The page's script (docs/assets/atlas.js) filters what stands here and looks up numbers in it.
"""

import math
import re
from collections.abc import Callable, Iterator
from html import escape
from typing import Any

from frameworks import sources
from frameworks.libraries import LIBRARIES
from frameworks.questions import QUESTIONS, Question
from website import SiteError, recorded

# What an answer shows, said of one library; the others that answer so share the words.
CONVENTIONS = {
    "weighted_indices": {
        "torch": "divides by the weights of the labels",
        "keras_jax": "divides by the number of examples",
    },
    "weighted_rows": {
        "nnref": "divides by the weights of the labels",
        "torch": "divides by the number of examples",
    },
    "label_negative": {"mlx": "counts as the last class", "tinygrad": "costs nothing"},
    "bce_wrong": {
        "torch": "stops the logarithm at −100",
        "keras_jax": "clips the probability at 1e-7, in float32",
        "nnref": "clips the probability at 1e-7, in float64",
        "tinygrad": "clips nothing",
    },
    "focal_default": {
        "nnref": "no α, γ = 2",
        "torchvision": "α = 0.25, γ = 2",
        "ultralytics": "α = 0.25, γ = 1.5",
    },
    "dice_nothing": {"nnref": "0/0 costs nothing", "keras_jax": "0/0 costs all"},
    "dice_batch": {"nnref": "each picture by itself", "keras_jax": "the batch is one mask"},
    "tversky_alpha": {"smp": "α counts false alarms", "keras_jax": "β counts false alarms"},
    "huber": {"torch": "with the factor ½", "nnabla": "without the factor ½"},
    "recall_absent": {"nnref": "undefined", "sklearn": "counts as 0"},
    "f1_absent": {"nnref": "undefined", "sklearn": "counts as 0"},
    "macro_f1_absent": {
        "nnref": "undefined",
        "sklearn": "the absent class is left out",
        "keras_jax": "the absent class counts as 0",
        "smp": "the absent class counts as 1",
    },
    "threshold_tie": {"nnref": "yes", "torchmetrics": "no"},
    "leaky_slope": {"torch": "slope 0.01", "keras_jax": "slope 0.2", "nnabla": "slope 0.1"},
    "hard_sigmoid": {"torch": "x / 6 + ½", "thinc": "x / 5 + ½"},
    "gelu_form": {"torch": "exact", "jax": "with tanh"},
    "batch_norm": {
        "torch": "10 % of the new; variance with n − 1",
        "paddle": "10 % of the new; variance with n",
        "keras_jax": "1 % of the new; variance with n",
        "haiku": "corrects the first mean",
        "tvm": "90 % of the new",
    },
    "standard_deviation": {"nnref": "divides by n", "torch": "divides by n − 1"},
    "median": {"nnref": "the mean of the middle two", "torch": "the lower of the middle two"},
    "adam_first_step": {
        "torch": "ε = 1e-8 after the correction",
        "keras_jax": "ε = 1e-7 before the correction",
        "nnabla": "ε = 1e-8 before the correction",
        "mlx": "no correction",
    },
    "adam_decay": {"torch": "joins the gradient", "keras_jax": "beside the gradient"},
    "momentum": {
        "torch": "the rate outside the velocity",
        "keras_jax": "the rate inside the velocity",
    },
    "rmsprop_first_step": {"torch": "ρ = 0.99", "keras_jax": "ρ = 0.9", "paddle": "ρ = 0.95"},
    "adagrad_first_step": {"torch": "squares from 0", "keras_jax": "squares from 0.1"},
}
# Examples that many programs run, each with the questions (and parts) whose numbers it gives.
EXAMPLES = {
    "Weighted cross-entropy: labels as indices; as rows": ("weighted_indices", "weighted_rows"),
    "Binary cross-entropy at p = 1: label 0; label 1": ("bce_wrong/value", "bce_right/value"),
    "Focal loss: missed defect; false alarm": ("focal_default/missed", "focal_default/false alarm"),
    "Dice loss: nothing to find; one pixel of false alarm": ("dice_nothing", "dice_false_alarm"),
    "Dice loss: two pores, one missed; p = 0.6 and 0.2": ("dice_batch", "dice_probabilities"),
    "Huber loss of 2: default; δ = 0.5": ("huber/default", "huber/0.5"),
    "GIoU loss: equal tiny squares; lying on upright": (
        "giou_loss/tiny",
        "giou_loss/lying on upright",
    ),
    "Macro F1: absent class; predicted only": ("macro_f1_absent", "macro_f1_predicted"),
    "Adam's first step: gradient 1e-8; 1e-3": ("adam_first_step/1e-08", "adam_first_step/0.001"),
    "First step: RMSprop; Adagrad": ("rmsprop_first_step", "adagrad_first_step"),
    "Batch normalization: running mean; variance": ("batch_norm/mean", "batch_norm/variance"),
    "1, 2, 3, 4: standard deviation; median": ("standard_deviation", "median"),
}
NEAR = 1e-4  # relative; float32 and a small ε in a sum stay within it
ULP = 10  # two largest errors within this factor are alike


def finder() -> str:
    """The form that looks for two numbers."""
    options = "".join(
        f'<option value="{escape(" ".join(map(quoted_path, paths)))}">{escape(title)}</option>'
        for title, paths in EXAMPLES.items()
    )
    return (
        '<form class="atlas-form" id="finder">\n'
        f'<label>Example <select name="example">{options}</select></label>\n'
        '<label>First number <input name="first" inputmode="decimal" autocomplete="off"></label>\n'
        '<label>Second number <input name="second" inputmode="decimal" autocomplete="off"></label>'
        "\n</form>\n"
        '<div id="found" class="atlas-found" role="status"></div>\n'
        '<script src="assets/atlas.js" defer></script>\n'
    )


def quoted_path(path: str) -> str:
    """A question and part as one word."""
    question, _, part = path.partition("/")
    parts = QUESTIONS[question].parts
    return f"{question}/{parts.index(part) if part else 0}"


def questions() -> str:
    """All questions with their tables, topic by topic, and the code before each answer."""
    topics = dict.fromkeys(question.topic for question in QUESTIONS.values())
    blocks = [filters()]
    for topic in topics:
        asked = [q for q in QUESTIONS.values() if q.topic == topic]
        title = topic[0].upper() + topic[1:]
        blocks += [f"## {title} {{#atlas-{topic.replace(' ', '-')}}}", wrapped(map(section, asked))]
    blocks += ["## Before each answer {#atlas-before}", BEFORE, wrapped(shared())]
    return "\n\n".join(blocks)


BEFORE = (
    "Imports and helpers that a library's answers share. Copied code begins with them; whoever "
    "copies by hand puts them before it."
)


def filters() -> str:
    """The form that hides what one does not look for."""
    options = "".join(
        f'<option value="{name}">{escape(library.title)}</option>'
        for name, library in LIBRARIES.items()
    )
    return (
        '<form class="atlas-form" id="filter">\n'
        '<label>Question <input name="text" type="search" placeholder="a word of it" '
        'autocomplete="off"></label>\n'
        '<label>Library <select name="library"><option value="">all</option>'
        f"{options}</select></label>\n"
        '<label><input name="odd" type="checkbox"> only where it stands apart</label>\n'
        '<span id="counted" role="status"></span>\n</form>'
    )


def wrapped(parts: Iterator[str]) -> str:
    """A block of HTML that the search, whose index every page loads, leaves out."""
    return '<div class="atlas" data-search-exclude>\n' + "\n".join(parts) + "\n</div>"


def section(question: Question) -> str:
    """One question."""
    answers = {name: recorded.record(name)["answers"][question.id] for name in LIBRARIES}
    values = {name: each["value"] for name, each in answers.items() if "value" in each}
    groups = grouped(values, question)
    marks = apart(groups)
    words = conventions(groups, question)
    same: dict[str, list[str]] = {}
    for name, value in values.items():
        same.setdefault(shown(value, question), []).append(name)
    rows = "".join(
        f"<tr{' data-odd' * bool(marks[names[0]])}><td>{cell(values[names[0]], question)}</td>"
        f'<th scope="row">{", ".join(map(titled, names))}</th>'
        f"<td>{note(words.get(names[0], ''), marks[names[0]])}</td></tr>\n"
        for names in same.values()
    )
    return (
        f'<section id="{question.id}">\n<h3>{escape(question.text)}</h3>\n'
        '<table class="answers"><thead><tr><th scope="col">Answer</th>'
        '<th scope="col">Libraries</th><th scope="col">Convention</th></tr></thead>\n'
        f"<tbody>{rows}</tbody></table>\n{codes(answers)}{missing(answers)}</section>"
    )


def titled(name: str) -> str:
    """A library with its version."""
    version = next(iter(recorded.record(name)["packages"].values()))
    of = "NumPy " * (name == "nnref")
    title = LIBRARIES[name].title
    return f'<span data-library="{name}"><b>{escape(title)}</b> {of}{version}</span>'


def shown(value: Any, question: Question) -> str:
    """An answer as its reader sees it."""
    return re.sub(r"<[^>]*>", "", cell(value, question))


def cell(value: Any, question: Question) -> str:
    """An answer, its parts by name."""
    if not question.parts:
        return data(value)
    if not isinstance(value, dict):
        return escape(recorded.written(value))
    return " ".join(f"<span><i>{escape(k)}</i> {data(v)}</span>" for k, v in value.items())


def data(value: Any) -> str:
    """A value, to more digits than are shown where it is a number."""
    value = single(value)
    shown = escape(recorded.written(value, ".5g"))
    if isinstance(value, bool) or not isinstance(value, float | int):
        return f"<data>{shown}</data>"
    return f'<data value="{value:.7g}">{shown}</data>'


def single(value: Any) -> Any:
    """A value out of lists that hold no other."""
    while isinstance(value, list) and len(value) == 1:
        value = value[0]
    return value


def note(words: str, marks: str) -> str:
    """What a library's convention is, and whether it stands apart."""
    return f"{escape(words)} <mark>{marks}</mark>" if marks else escape(words)


def codes(answers: dict[str, Any]) -> str:
    """The code that asked, once for the libraries that share it."""
    shares: dict[tuple[str, str], list[str]] = {}
    for name, answer in answers.items():
        if "code" in answer:
            shares.setdefault((probe(name), answer["code"]), []).append(name)
    blocks = "".join(
        f'<div data-libraries="{" ".join(names)}"><p>{titles(names)}</p>'
        f'<pre data-before="{source}">{escape(code, quote=False)}</pre></div>'
        for (source, code), names in shares.items()
    )
    return f'<details class="example"><summary>The code that asked</summary>{blocks}</details>\n'


def probe(name: str) -> str:
    """Whose probe asks a library."""
    return LIBRARIES[name].probe or name


def titles(names: list[str]) -> str:
    """Libraries in a row."""
    return escape(", ".join(LIBRARIES[name].title for name in names))


def missing(answers: dict[str, Any]) -> str:
    """Why libraries have no answer, the reasons that several share once."""
    reasons: dict[str, list[str]] = {}
    for name, answer in answers.items():
        if "missing" in answer:
            reasons.setdefault(answer["missing"], []).append(name)
    if not reasons:
        return ""
    items = "".join(f"<li>{titles(v)}: {escape(k)}</li>" for k, v in reasons.items())
    count = sum(map(len, reasons.values()))
    return (
        f'<details class="example"><summary>No answer from {count}</summary><ul>{items}</ul>'
        "</details>\n"
    )


def shared() -> Iterator[str]:
    """The lines before the answers of each probe."""
    for source in dict.fromkeys(map(probe, LIBRARIES)):
        names = [name for name in LIBRARIES if probe(name) == source]
        yield (
            f'<details class="example"><summary>{titles(names)}</summary>'
            f'<pre id="before-{source}">{escape(sources.probe(source)[0], quote=False)}</pre>'
            "</details>"
        )


# Who stands apart


def apart(groups: list[list[str]]) -> dict[str, str]:
    """What sets each library's answer apart: from most packages, from nnref.

    A package that was run in several ways counts once, so Keras is no majority by itself.
    """
    packages = [{package(name) for name in group} for group in groups]
    total = len(set().union(*packages))
    most = next((g for g, p in zip(groups, packages, strict=True) if 2 * len(p) > total), None)
    own = next((group for group in groups if "nnref" in group), None)
    return {
        name: " and ".join(
            ["unlike most"] * bool(most and name not in most)
            + ["unlike nnref"] * bool(own and name not in own)
        )
        for group in groups
        for name in group
    }


def package(name: str) -> str:
    """The package that computes."""
    return LIBRARIES[name].packages[0]


def grouped(values: dict[str, Any], question: Question) -> list[list[str]]:
    """The libraries that give the same answer."""
    groups: list[list[str]] = []
    for name, value in values.items():
        for group in groups:
            if alike(values[group[0]], value, question):
                group.append(name)
                break
        else:
            groups.append([name])
    return groups


def alike(one: Any, other: Any, question: Question) -> bool:
    """Whether two answers are the same, up to rounding; errors in ulp, up to their size."""
    one, other = single(one), single(other)
    if isinstance(one, dict) and isinstance(other, dict):
        return all(alike(one[key], other[key], question) for key in one if key != "at")
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(
            alike(a, b, question) for a, b in zip(one, other, strict=True)
        )
    if isinstance(one, str) and isinstance(other, str):
        return one.partition(" (")[0] == other.partition(" (")[0]  # refused, by any exception
    if one is None or other is None:  # what a library does not have; of options, an answer
        return one is other or bool(question.inputs)
    if isinstance(one, str | dict | list) or isinstance(other, str | dict | list):
        return one == other
    if question.unit == "ulp":
        return max(one, other) <= ULP * min(one, other)
    return math.isclose(one, other, rel_tol=NEAR)


def conventions(groups: list[list[str]], question: Question) -> dict[str, str]:
    """The words for each library's convention."""
    words: dict[str, str] = {}
    said = CONVENTIONS.get(question.id, {})
    for group in groups:
        of = {said[name] for name in group if name in said}
        if len(of) > 1:
            raise SiteError(f"{question.id}: one answer, several conventions: {', '.join(of)}")
        words |= dict.fromkeys(group, next(iter(of), ""))
    return words


PARTS: dict[str, Callable[[], str]] = {"finder": finder, "questions": questions}
