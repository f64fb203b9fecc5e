"""Ask one library every question, in the library's own environment; print the answers as JSON."""

import importlib
import json
import math
import sys
from typing import Any

from frameworks import sources
from frameworks.libraries import LIBRARIES
from frameworks.questions import QUESTIONS, Question

NOT_FINITE = {math.inf: "Infinity", -math.inf: "-Infinity"}


def main(name: str) -> None:
    """Ask the library; standard output carries nothing but the answers."""
    out, sys.stdout = sys.stdout, sys.stderr  # a library may print
    json.dump(answers(name), out, allow_nan=False)


def answers(name: str) -> dict[str, Any]:
    """Return the answer to every question, or the reason why there is none."""
    source = LIBRARIES[name].probe or name
    probe = importlib.import_module(f"frameworks.probes.{source}")
    given: dict[str, Any] = {}
    for question in QUESTIONS.values():
        print(f"ask: {question.id}", file=sys.stderr, flush=True)
        if not hasattr(probe, question.id):
            given[question.id] = {"missing": reason(probe.MISSING, name, question)}
            continue
        try:
            value = answer(getattr(probe, question.id), question)
        except NotImplementedError as error:
            given[question.id] = {"missing": str(error).partition("\n")[0]}
        else:
            given[question.id] = {"value": value, "code": sources.code(source, question)}
    return given


def answer(function: Any, question: Question) -> Any:
    """Ask one question; where an exception is an answer, its name is recorded."""
    inputs = {key: v() if callable(v) else v for key, v in question.inputs.items()}
    try:
        value = function(**inputs)
        if question.measure:
            if isinstance(value, dict):
                value = {key: array(part) for key, part in value.items()}
            else:
                value = array(value)
            value = question.measure(value, **inputs)
        value = plain(value)
    except NotImplementedError:
        raise
    except Exception as error:
        if question.refusal:
            return f"refused ({type(error).__name__})"
        raise
    found = tuple(value) if isinstance(value, dict) else ()
    if found != question.parts:
        raise ValueError(f"{question.id} has the parts {found}, wanted {question.parts}")
    return value


def array(value: Any) -> Any:
    """Bring a library's array to NumPy's, unless it can be read as one."""
    if hasattr(value, "detach"):
        value = value.detach()
    return value.numpy() if hasattr(value, "numpy") else value


def plain(value: Any) -> Any:
    """Bring an answer to what JSON can hold; NaN and infinity become text."""
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return "NaN" if value != value else NOT_FINITE.get(value, value)
    if hasattr(value, "tolist"):
        listed = plain(value.tolist())
        while isinstance(listed, list) and len(listed) == 1:
            listed = listed[0]
        return listed
    return plain(value.numpy().tolist() if hasattr(value, "numpy") else float(value))


def reason(missing: dict[str, str], name: str, question: Question) -> str:
    """Find why a question is not answered: by its id, its topic, or for all."""
    if question.only and name not in question.only:
        titles = " and ".join(LIBRARIES[other].title for other in question.only)
        return f"asked of {titles} only"
    for key in (question.id, question.topic, "*"):
        if key in missing:
            return missing[key]
    raise LookupError(f"the probe neither answers {question.id} nor says why not")


if __name__ == "__main__":
    main(sys.argv[1])
