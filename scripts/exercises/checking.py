"""Checks answers to exercises: what was called, what came, what was wanted, and a hint.

An exercise is a text in cells. `# %% exercise NAME` begins one and tells the task; then follow
`start`, a `hint` for each step, `solution` and perhaps `why`, `tests`, and a `wrong` for each usual
mistake, with what to say about it. An answer that fails as a mistake does is told what that says.

This needs Python and NumPy alone, and runs in tests, in a browser, and beside a reader's file.
"""

import builtins
import copy
import difflib
import re
import sys
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

CELL = re.compile(
    r"^# %% (exercise|start|hint|solution|why|tests|wrong)\b:? ?(.*)\n",
    re.MULTILINE,
)
COMMENT = re.compile(r"^# ?", re.MULTILINE)
MOST_SHOWN = 24  # numbers of an array; of a larger one its shape is shown
NOTHING = "The function returns nothing yet. End it with `return` and what it has computed."
ERRORS = {  # by what stands in its message
    "truth value of an array": "An array holds many numbers, so that `max`, `if`, `and` and `or` "
    "find no one answer. What works number by number is `np.maximum`, `np.where`, `&` and `|`.",
    "could not be broadcast": "Two shapes do not fit. A sum or mean along an axis takes that axis "
    "away; with `keepdims=True` it stays. Print the shapes to see it.",
    "core dimension": "In `a @ b` the last axis of a and the first of b must be equally long. "
    "Print the shapes; `.T` turns a matrix.",
    "'list' object has no attribute": "This is a list of Python, and what you ask of it only an "
    "array has: `np.array(…)` makes one of it.",
    "can't multiply sequence": "A list cannot be multiplied as an array can. Go through it in a "
    "loop, or make an array of it with `np.array(…)`.",
    "index out of range": "A list of N numbers has the places 0 to N − 1.",
    "is out of bounds": "An axis of length N has the places 0 to N − 1.",
    "name 'np' is not defined": "`np` is NumPy once you have written `import numpy as np`.",
    "name 'math' is not defined": "`math` is there once you have written `import math`.",
    "No module named 'torch'": "PyTorch is not here. An exercise needs NumPy alone.",
}
WRITES = (
    "`x += …` and `x[0] = …` write into the array that you are given; `x = x + …` and "
    "`x = x.copy()` make a new one."
)
MOST_TEXT = 400  # characters of what came


@dataclass(frozen=True)
class Test:
    """A call, what is wanted of it, and what to say where something else comes."""

    call: str
    arguments: tuple[Any, ...]
    wanted: Any
    hint: str
    names: tuple[str, ...]  # of several results
    of: Callable[[Any], Any] | None  # what of the result is compared
    atol: float


@dataclass
class Exercise:
    """A function to write."""

    name: str
    task: str = ""
    start: str = ""
    solution: str = ""
    why: str = ""
    test_code: str = ""
    hints: list[str] = field(default_factory=list)
    wrongs: list[tuple[str, str]] = field(default_factory=list)  # what to say, and the code

    def function(self, code: str) -> Any:
        """The function that a cell defines, with what the start imports."""
        names: dict[str, Any] = {}
        exec(f"{self.start}\n\n{code}", names)  # noqa: S102 (our own)
        return names[self.name]

    @property
    def tests(self) -> list[Test]:
        """The calls that an answer has to stand."""
        found: list[Test] = []

        def test(
            *arguments: Any,
            wanted: Any,
            hint: str,
            call: str = "",
            names: tuple[str, ...] = (),
            of: Callable[[Any], Any] | None = None,
            atol: float = 1e-9,
        ) -> None:
            call = call or f"{self.name}({', '.join(map(shown, arguments))})"
            found.append(Test(call, arguments, wanted, hint, names, of, atol))

        exec(self.test_code, {"np": np, "test": test})  # noqa: S102 (our own)
        return found


@dataclass(frozen=True)
class Result:
    """What a test says: the call, what came, what was wanted, and a hint if they differ."""

    call: str
    came: str
    wanted: str
    right: bool
    hint: str


class Changed:
    """In place of a result: the call has changed an array that it was given."""


# ---- reading


def read(text: str) -> list[Exercise]:
    """The exercises of a file."""
    found: list[Exercise] = []
    _, *parts = CELL.split(text)
    for kind, said, body in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        if kind == "exercise":
            found.append(Exercise(said, task=words(body)))
        elif kind == "hint":
            found[-1].hints.append(words(body))
        elif kind == "wrong":
            found[-1].wrongs.append((said, body.strip()))
        elif kind == "why":
            found[-1].why = words(body)
        else:
            setattr(
                found[-1],
                "test_code" if kind == "tests" else kind,
                body.strip(),
            )
    return found


def words(comment: str) -> str:
    """What a comment of several lines says, a paragraph in a line."""
    paragraphs = COMMENT.sub("", comment.strip()).split("\n\n")
    return "\n\n".join(" ".join(each.split("\n")) for each in paragraphs)


# ---- checking


def check(exercise: Exercise, answer: Callable[..., Any]) -> tuple[list[Result], str]:
    """What each test says about an answer, and which usual mistake it looks like, if any."""
    tests = exercise.tests
    came = [outcome(answer, test) for test in tests]
    results = [result(test, got, answer) for test, got in zip(tests, came, strict=True)]
    failing = [
        (got, test) for got, test, each in zip(came, tests, results, strict=True) if not each.right
    ]
    if not failing:
        return results, ""
    if not any(got is not None for got in came):
        return results, NOTHING
    return results, mistake(exercise, tests, came) or slip(*failing[0])


def outcome(function: Callable[..., Any], test: Test) -> Any:
    """What a call gives: a result, or the error that it raises."""
    given = copy.deepcopy(test.arguments)
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            got = function(*given)
            if got is not None and test.of:
                got = test.of(got)
    except Exception as error:  # noqa: BLE001 (a reader's code may raise anything)
        return error
    return Changed() if changed(given, test.arguments) else got


def changed(given: Iterable[Any], before: Iterable[Any]) -> bool:
    """Whether an array is no longer what it was."""
    pairs = zip(given, before, strict=True)
    return any(not np.array_equal(a, b) for a, b in pairs if isinstance(a, np.ndarray))


def mistake(exercise: Exercise, tests: list[Test], came: list[Any]) -> str:
    """What to say about the usual mistake that gives the same in every test, or nothing."""
    for said, code in exercise.wrongs:
        other = [outcome(exercise.function(code), test) for test in tests]
        if all(map(alike, came, other, tests)):
            return said
    return ""


def slip(got: Any, test: Test) -> str:
    """What to say about what came, whichever exercise it is, or nothing."""
    if isinstance(got, Changed):
        return WRITES
    if isinstance(got, Exception):
        return explained(got)
    if test.names and not several(got, test):
        wanted = ", ".join(each.replace(" ", "_") for each in test.names)
        return f"{len(test.names)} results are wanted, in this order: `return {wanted}`."
    return ""


def explained(error: BaseException) -> str:
    """What an error of Python means for a beginner, or nothing."""
    known = next((said for part, said in ERRORS.items() if part in str(error)), "")
    if known or not isinstance(error, NameError) or not error.name:
        return known
    close = near(error.name, visible(error))
    return f"Nothing is called `{error.name}` here. Is it `{close}`?" if close else ""


def visible(error: BaseException) -> set[str]:
    """The names that were there where an error came from."""
    names = set(vars(builtins))
    trace = error.__traceback__
    while trace:
        frame, trace = trace.tb_frame, trace.tb_next
        if not trace:
            names |= {*frame.f_globals, *frame.f_locals}
    return names


def near(name: str, names: Iterable[str]) -> str:
    """The one of these names that a reader may have meant, or nothing."""
    public = sorted(each for each in names if each != name and not each.startswith("_"))
    plain = {each.lower().replace("_", ""): each for each in public}
    found = difflib.get_close_matches(name.lower().replace("_", ""), plain, 1, cutoff=0.75)
    return plain[found[0]] if found else ""


def absent(name: str, names: dict[str, Any]) -> str:
    """What to say where an answer's names have no such function."""
    code = [each for each, value in names.items() if hasattr(value, "__code__")]
    other = near(name, code) or next(iter(code), "")
    return f"There is no function `{name}`" + (f", but `{other}`." if other else ".")


def alike(one: Any, other: Any, test: Test) -> bool:
    """Whether two calls gave the same."""
    if one is None or isinstance(one, (Exception, Changed)) or type(other) in (Changed, type(None)):
        return type(one) is type(other)
    return not isinstance(other, Exception) and equal(one, other, test)


def equal(got: Any, wanted: Any, test: Test) -> bool:
    """Whether a result is another, up to rounding."""
    if test.names:
        if not several(got, test) or not several(wanted, test):
            return False
        return all(close(a, b, test.atol) for a, b in zip(got, wanted, strict=True))
    return close(got, wanted, test.atol)


def several(got: Any, test: Test) -> bool:
    """Whether there are as many results as were asked for."""
    return isinstance(got, (tuple, list)) and len(got) == len(test.names)


def close(got: Any, wanted: Any, atol: float) -> bool:
    """Whether numbers are others, up to rounding."""
    try:
        got, wanted = np.asarray(got), np.asarray(wanted)
        if got.shape != wanted.shape:
            return False
        return bool(np.allclose(got, wanted, rtol=1e-6, atol=atol, equal_nan=True))
    except (TypeError, ValueError):
        return False


# ---- telling


def result(test: Test, got: Any, answer: Callable[..., Any]) -> Result:
    """What a test says."""
    if got is None:
        return Result(
            test.call,
            "returns nothing yet",
            shown_all(test.wanted, test),
            False,
            "",
        )
    if isinstance(got, Exception):
        came = f"raises {type(got).__name__}: {got}{place(got, answer)}"
    elif isinstance(got, Changed):
        came = "changes an array that it is given, which belongs to whoever calls"
    elif test.names and not several(got, test):
        came = f"returns {shown(got)}, and not {len(test.names)} results"
    else:
        came = f"is {shown_all(got, test)}"
    if len(came) > MOST_TEXT:
        came = f"{came[:MOST_TEXT]} …"
    right = not isinstance(got, (Exception, Changed)) and equal(got, test.wanted, test)
    return Result(
        test.call,
        came,
        shown_all(test.wanted, test),
        right,
        "" if right else test.hint,
    )


def place(error: Exception, answer: Callable[..., Any]) -> str:
    """The line of an answer that an error came from."""
    file = answer.__code__.co_filename if hasattr(answer, "__code__") else ""
    lines = []
    trace = error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename == file:
            lines.append(trace.tb_lineno)
        trace = trace.tb_next
    return f" (line {lines[-1]})" if lines else ""


def shown_all(value: Any, test: Test) -> str:
    """A value, or several with their names."""
    if not test.names:
        return shown(value)
    return ", ".join(f"{name} {shown(each)}" for name, each in zip(test.names, value, strict=True))


def shown(value: Any) -> str:
    """A value as short as a reader can compare it."""
    if isinstance(value, np.random.Generator):
        return "rng"
    if isinstance(value, np.ndarray) and value.size > MOST_SHOWN:
        return f"an array of shape {value.shape}"
    if isinstance(value, (np.ndarray, np.generic)):
        return shown(value.tolist())
    if isinstance(value, float):
        return repr(float(f"{value:.10g}"))
    if isinstance(value, list):
        return f"[{', '.join(map(shown, value))}]"
    if isinstance(value, tuple):
        return f"({', '.join(map(shown, value))}{',' * (len(value) == 1)})"
    return repr(value)


# ---- beside a reader's file


def main(names: list[str], exercises: list[Exercise], answers: Any) -> int:
    """Check the answers of these names in a module, or all; return 1 if one is not right yet."""
    known = {exercise.name: exercise for exercise in exercises}
    if unknown := sorted(set(names) - set(known)):
        sys.exit(f"no such exercise: {', '.join(unknown)}; there are {', '.join(known)}")
    said = {name: verdict(known[name], getattr(answers, name, None)) for name in names or known}
    for name, lines in said.items():
        print(f"{name:<24}{lines}")
    right = list(said.values()).count("right")
    print(f"{right} of {len(said)} right")
    return int(right < len(said))


def verdict(exercise: Exercise, answer: Callable[..., Any] | None) -> str:
    """What to say about an answer: the first test that fails, and what helps."""
    if answer is None:
        return "not yet: there is no such function"
    results, said = check(exercise, answer)
    if said == NOTHING:
        return "nothing yet"
    for each in results:
        if not each.right:
            told = f"not yet: {each.call} {each.came}; wanted {each.wanted}"
            return "\n    ".join(filter(None, [told, said or each.hint]))
    return "right"
