"""Checks a reader's answer to an exercise in the browser, in a namespace of its own."""

import dataclasses
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from browser import console
from exercises import checking

FOLDER = Path(checking.__file__).parent


def check(name: str, code: str) -> str:
    """What to say about an answer, as JSON: its tests and a mistake, or the error it ends with."""
    console.restore()
    console.note(code)
    try:
        with np.errstate(), np.printoptions():
            found = checked(exercise(name), code)
        console.restore()
        return json.dumps(found)
    except BaseException as error:  # noqa: BLE001 (a reader may raise anything)
        console.restore()
        text, line = console.described(error)
        stopped = isinstance(error, KeyboardInterrupt)
        said = checking.explained(error)
        return json.dumps({"error": text, "line": line, "stopped": stopped, "said": said})
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


def exercise(name: str) -> checking.Exercise:
    """The exercise of a name."""
    texts = (path.read_text(encoding="utf-8") for path in FOLDER.glob("*.py"))
    found = (
        each for text in texts if f"# %% exercise {name}\n" in text for each in checking.read(text)
    )
    return next(each for each in found if each.name == name)


def checked(exercise: checking.Exercise, code: str) -> dict[str, Any]:
    """What the tests say about code that defines the function asked for."""
    names: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(code, console.BLOCK, "exec"), names)  # noqa: S102
    answer = names.get(exercise.name)
    if not callable(answer):
        return {"error": checking.absent(exercise.name, names), "line": 0, "stopped": False}
    results, said = checking.check(exercise, answer)
    return {"tests": [dataclasses.asdict(each) for each in results], "said": said}
