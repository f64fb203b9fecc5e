"""What a new activation or loss needs: each missing place is named, with its file."""

import importlib
import inspect
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest

from nnref import activations, losses
from oracles.activations import ACTIVATIONS, GRADS, VJPS
from oracles.losses import ENTRIES, LOSSES, drawn_from
from website import ROOT

RECORD = json.loads((ROOT / "docs" / "data" / "accuracy.json").read_text(encoding="utf-8"))
MODULES = {"activations": activations, "losses": losses}
ROWS: dict[str, dict[str, Any]] = {"activations": dict(ACTIVATIONS), "losses": dict(LOSSES)}
DERIVATIVES = {"activations": {*GRADS, *VJPS}, "losses": {f"{name}_grad" for name in LOSSES}}
CHECKED_ELSEWHERE = {"reduction", "class_weights", "axis", "axes", "negative_slope"}

Missing = Callable[[str], Iterator[str]]
by_module = pytest.mark.parametrize("module", MODULES)


def functions(module: str) -> set[str]:
    """The public functions of a package, but for derivatives."""
    return {name for name in MODULES[module].__all__ if not name.endswith(("_grad", "_vjp"))}


def parts(package: ModuleType) -> list[ModuleType]:
    """The modules that a package takes its functions from."""
    names = {getattr(package, name).__module__ for name in package.__all__}
    return [importlib.import_module(name) for name in sorted(names)]


def text_of(folder: str, pattern: str) -> str:
    files = sorted((ROOT / folder).glob(pattern))
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


def unexported(module: str) -> Iterator[str]:
    for part in parts(MODULES[module]):
        for name in sorted(set(part.__all__) - set(MODULES[module].__all__)):
            yield f"import `{name}` in nnref/{module}/__init__.py and add it to `__all__`"


def without_row(module: str) -> Iterator[str]:
    for name in sorted(functions(module) - ROWS[module].keys()):
        yield f"add a row `{name}` to scripts/oracles/{module}.py"
    for name in sorted(ROWS[module].keys() - functions(module)):
        yield f"write `{name}` in nnref/{module}/, or take its row from scripts/oracles/{module}.py"


def without_derivative(module: str) -> Iterator[str]:
    for name in sorted(DERIVATIVES[module] - set(MODULES[module].__all__)):
        yield f"write `{name}` beside its function in nnref/{module}/"


def without_record(module: str) -> Iterator[str]:
    wanted = ROWS[module].keys() | DERIVATIVES[module]
    for name in sorted(wanted - RECORD["functions"].keys()):
        yield f"`{name}` is not in docs/data/accuracy.json: run `python3 scripts/dev.py accuracy`"


def without_page(module: str) -> Iterator[str]:
    pages = text_of("docs/chapter", "*.md")
    for name in sorted(functions(module)):
        if f"][nnref.{module}.{name}]" not in pages:
            yield f"teach `{name}` on a page: [`{name}`][nnref.{module}.{name}] in docs/chapter/"


def without_section(module: str) -> Iterator[str]:
    for name in sorted(functions(module)):
        function = getattr(MODULES[module], name)
        if not re.search(r"^ *In the chapter: \[", function.__doc__ or "", re.MULTILINE):
            file = function.__module__.replace(".", "/")
            yield f"end the docstring of `{name}` in {file}.py with `In the chapter: [...]`"


def without_range(module: str) -> Iterator[str]:
    for name, row in ROWS[module].items():
        stated = CHECKED_ELSEWHERE | getattr(row, "ranges", {}).keys()
        for option, parameter in parameters(module, name).items():
            if parameter.kind is parameter.KEYWORD_ONLY and option not in stated:
                file = f"scripts/oracles/{module}.py"
                yield f"add the interval of `{option}` to the `ranges` of `{name}` in {file}"


def without_curve(module: str) -> Iterator[str]:
    drawn = text_of("scripts/figures", "*.py")
    for name in drawn_from(*ENTRIES) if module == "losses" else ():
        shown = LOSSES[name].drawn_as or name
        if not re.search(rf"\b{shown}\b", drawn):
            yield f"draw `{shown}` in scripts/figures/, in the module of the page that teaches it"


def parameters(module: str, name: str) -> dict[str, inspect.Parameter]:
    function = getattr(MODULES[module], name, None)
    return dict(inspect.signature(function).parameters) if function else {}


MISSING = (
    unexported,
    without_row,
    without_derivative,
    without_record,
    without_page,
    without_section,
    without_range,
    without_curve,
)


@pytest.mark.parametrize("missing", MISSING, ids=lambda missing: missing.__name__)
@by_module
def test_nothing_is_missing(module: str, missing: Missing) -> None:
    found = list(missing(module))
    assert not found, "; ".join(found)


# ---- each of these finds a loss of which nothing but the function is there


def unfinished(predictions: Any, targets: Any, *, sharpness: float = 1.0) -> None:
    """A loss that somebody has begun."""


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setattr(losses, "unfinished", unfinished, raising=False)
    monkeypatch.setattr(losses, "__all__", [*losses.__all__, "unfinished"])
    return monkeypatch


@pytest.fixture
def with_row(begun: pytest.MonkeyPatch) -> None:
    row = replace(LOSSES["mean_squared_error"], options={})
    begun.setitem(LOSSES, "unfinished", row)
    begun.setitem(ROWS["losses"], "unfinished", row)
    begun.setitem(DERIVATIVES, "losses", {*DERIVATIVES["losses"], "unfinished_grad"})


@pytest.mark.usefixtures("begun")
def test_a_forgotten_row_is_named() -> None:
    assert "add a row `unfinished` to scripts/oracles/losses.py" in without_row("losses")


@pytest.mark.usefixtures("with_row")
@pytest.mark.parametrize(
    ("missing", "said"),
    [
        (without_derivative, ["write `unfinished_grad` beside its function in nnref/losses/"]),
        (
            without_record,
            [
                f"`{name}` is not in docs/data/accuracy.json: run `python3 scripts/dev.py accuracy`"
                for name in ("unfinished", "unfinished_grad")
            ],
        ),
        (
            without_page,
            [
                "teach `unfinished` on a page: "
                "[`unfinished`][nnref.losses.unfinished] in docs/chapter/"
            ],
        ),
        (
            without_section,
            ["end the docstring of `unfinished` in test_oracles.py with `In the chapter: [...]`"],
        ),
        (
            without_range,
            [
                "add the interval of `sharpness` to the `ranges` of `unfinished` in "
                "scripts/oracles/losses.py"
            ],
        ),
        (
            without_curve,
            ["draw `unfinished` in scripts/figures/, in the module of the page that teaches it"],
        ),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_a_forgotten_place_is_named(missing: Missing, said: list[str]) -> None:
    assert set(said) <= set(missing("losses"))


def test_a_row_without_a_function_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(losses, "__all__", [name for name in losses.__all__ if name != "huber"])
    said = "write `huber` in nnref/losses/, or take its row from scripts/oracles/losses.py"
    assert said in without_row("losses")
    said = "import `huber` in nnref/losses/__init__.py and add it to `__all__`"
    assert said in unexported("losses")
