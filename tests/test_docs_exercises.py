"""The exercises: solutions pass their tests, and each usual mistake is told what it is."""

import builtins
import json
import math
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from browser import answers
from checks import pages
from exercises import checking
from exercises.checking import Exercise
from website import ROOT, SiteError, exercises

EXERCISES = exercises.exercises()
DOCS = ROOT / "docs"
MARKER = re.compile(r"^\[\[exercise (\w+)\]\]$", re.MULTILINE)


@pytest.fixture(params=EXERCISES)
def exercise(request: pytest.FixtureRequest) -> Exercise:
    return EXERCISES[request.param]


def told(exercise: Exercise, code: str) -> tuple[list[bool], str]:
    """Which tests an answer passes, and which mistake it is told of."""
    results, said = checking.check(exercise, exercise.function(code))
    return [each.right for each in results], said


def test_the_solution_is_right(exercise: Exercise) -> None:
    rights, said = told(exercise, exercise.solution)
    assert all(rights), checking.verdict(exercise, exercise.function(exercise.solution))
    assert said == ""


def test_what_one_begins_with_returns_nothing_yet(exercise: Exercise) -> None:
    results, said = checking.check(exercise, exercise.function(exercise.start))
    assert {each.came for each in results} == {"returns nothing yet"}
    assert said == checking.NOTHING


def test_each_usual_mistake_fails_with_a_message_of_its_own(exercise: Exercise) -> None:
    assert len(exercise.wrongs) >= 3
    for message, code in exercise.wrongs:
        rights, said = told(exercise, code)
        assert not all(rights), code
        assert said == message, code
    assert len({message for message, _ in exercise.wrongs}) == len(exercise.wrongs)


def test_an_exercise_tells_all_that_its_reader_needs(exercise: Exercise) -> None:
    assert exercise.task
    assert exercise.hints
    assert f"def {exercise.name}(" in exercise.start
    assert len(exercise.tests) >= 2
    assert all(test.hint for test in exercise.tests)
    assert max(map(len, exercise.start.splitlines())) < 80


def test_every_exercise_stands_on_one_page_and_each_chapter_page_has_one() -> None:
    texts = {path: path.read_text(encoding="utf-8") for path in DOCS.glob("**/*.md")}
    shown = [name for text in texts.values() for name in MARKER.findall(text)]
    assert sorted(shown) == sorted(EXERCISES)
    lacking = [
        path.stem for path in (DOCS / "chapter").glob("*.md") if not MARKER.search(texts[path])
    ]
    assert lacking == []
    headed = re.findall(
        r"^### (\w+) \{#practice-exercise-", texts[DOCS / "practice.md"], re.MULTILINE
    )
    assert MARKER.findall(texts[DOCS / "practice.md"]) == headed


# ---- what a test says

HALF = """# %% exercise half
# Take half of it.

# %% start
import numpy as np


def half(x):
    pass


# %% hint
# Divide.

# %% hint
# By
# two.

# %% solution
def half(x):
    return x / 2


# %% tests
test(np.array([2.0, 4.0]), wanted=[1.0, 2.0], hint="Half of each.")
test(1.0, wanted=0.5, hint="Half of one.")

# %% wrong: This is a third.
def half(x):
    return x / 3

# %% wrong: This is a third of the first alone.
def half(x):
    return x / 3 if isinstance(x, np.ndarray) else x / 2

# %% wrong: You write into what you are given.
def half(x):
    x /= 2
    return x
"""
[EXERCISE] = checking.read(HALF)


def said(code: str) -> list[str]:
    """What is said of an answer: each failing test, and the mistake."""
    results, mistake = checking.check(EXERCISE, EXERCISE.function(code))
    failing = [
        f"{each.call} {each.came}; wanted {each.wanted}" for each in results if not each.right
    ]
    return [*failing, mistake]


def test_an_exercise_is_read_from_its_cells() -> None:
    assert (EXERCISE.name, EXERCISE.task) == ("half", "Take half of it.")
    assert EXERCISE.hints == ["Divide.", "By two."]
    assert EXERCISE.wrongs[0][0] == "This is a third."


def test_a_test_says_what_was_called_what_came_and_what_was_wanted() -> None:
    assert said("def half(x):\n    return x") == [
        "half([2.0, 4.0]) is [2.0, 4.0]; wanted [1.0, 2.0]",
        "half(1.0) is 1.0; wanted 0.5",
        "",
    ]
    one, other, _ = said("def half(x):\n    return 1 / len(x)")
    assert one == "half([2.0, 4.0]) is 0.5; wanted [1.0, 2.0]"
    line = len(EXERCISE.start.splitlines()) + 3
    assert other == (
        f"half(1.0) raises TypeError: object of type 'float' has no len() (line {line}); wanted 0.5"
    )


def test_an_answer_that_fails_as_a_mistake_does_is_told_of_it() -> None:
    assert said("def half(x):\n    return np.multiply(x, 1 / 3)")[-1] == "This is a third."
    assert said("def half(x):\n    return x / (3 if np.ndim(x) else 2)")[-1] == (
        "This is a third of the first alone."
    )
    assert said("def half(x):\n    return x / 4")[-1] == ""


def test_an_answer_that_fails_as_a_mistake_does_in_one_test_alone_is_not_told_of_it() -> None:
    assert said("def half(x):\n    return x / (3 if np.ndim(x) else 4)")[-1] == ""


@pytest.mark.parametrize(
    ("code", "part"),
    [
        ("return max(0, x)", "truth value of an array"),
        ("return x + np.ones(3)", "could not be broadcast"),
        ("return np.ones((4, 3)) @ x", "core dimension"),
        ("return [x].mean()", "'list' object has no attribute"),
        ("return [1] * [x]", "can't multiply sequence"),
        ("return [x][1]", "index out of range"),
        ("return x[2]", "is out of bounds"),
        ("return xyz_unlike_any", ""),
        ("raise ImportError(\"No module named 'torch'\")", "No module named 'torch'"),
    ],
)
def test_a_beginners_error_is_explained(code: str, part: str) -> None:
    assert said(f"def half(x):\n    {code}")[-1] == checking.ERRORS.get(part, "")


@pytest.mark.parametrize(("written", "meant"), [("X", "x"), ("prnt", "print"), ("floatt", "float")])
def test_a_misspelled_name_is_told_the_one_near_it(written: str, meant: str) -> None:
    told = f"Nothing is called `{written}` here. Is it `{meant}`?"
    assert said(f"def half(x):\n    return {written}")[-1] == told


def test_who_names_the_function_otherwise_is_told_the_name_that_was_found() -> None:
    names = {"np": np, "Half": said, "told": told}
    assert checking.absent("half", names) == "There is no function `half`, but `Half`."
    assert checking.absent("half", {"np": np, "f": said}).endswith(", but `f`.")
    assert checking.absent("half", {"np": np}) == "There is no function `half`."


def test_one_result_where_several_are_wanted_is_told_how_to_return_them() -> None:
    text = HALF.replace("wanted=0.5", 'wanted=(0.5, 2.0), names=("weights", "bias")')
    [exercise] = checking.read(text)
    half = exercise.function("def half(x):\n    return x / 2")
    assert "`return weights, bias`" in checking.check(exercise, half)[1]


def test_a_forgotten_import_is_explained() -> None:
    def half(_: object) -> None:
        raise NameError("name 'np' is not defined")

    assert "import numpy as np" in checking.check(EXERCISE, half)[1]


def test_an_answer_may_not_change_what_it_is_given() -> None:
    first, mistake = said("def half(x):\n    x *= 0.5\n    return x")
    assert "changes an array that it is given" in first
    assert mistake == "You write into what you are given."


def test_who_writes_into_an_array_is_told_what_makes_a_new_one() -> None:
    assert said("def half(x):\n    x *= 0.7\n    return x")[-1] == checking.WRITES


def test_an_answer_that_is_no_function_of_python_is_told_as_well() -> None:
    assert said("half = len")[:1] == ["half([2.0, 4.0]) is 2; wanted [1.0, 2.0]"]
    assert said("half = len")[1].startswith("half(1.0) raises TypeError: object of type 'float'")
    assert len(said("def half(x):\n    return list(range(10_000))")[0]) < 500


def test_stopping_an_answer_stops_the_check() -> None:
    with pytest.raises(KeyboardInterrupt):
        said("def half(x):\n    raise KeyboardInterrupt")


@pytest.mark.parametrize(
    ("module", "name", "code"),
    [
        (math, "exp", "import math\nmath.exp = math.log1p = abs"),
        (np, "allclose", "import numpy as np\nnp.allclose = np.asarray = min"),
        (builtins, "isinstance", "import builtins\nbuiltins.isinstance = None\n1 / 0"),
    ],
)
def test_what_an_answer_does_to_a_module_is_undone(
    module: ModuleType, name: str, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "FOLDER", exercises.FOLDER)
    monkeypatch.setattr(module, name, getattr(module, name))
    before = getattr(module, name)
    answers.check("softplus", code)
    assert getattr(module, name) is before
    solution = f"import math\n{EXERCISES['softplus'].solution}"
    tests = json.loads(answers.check("softplus", solution))["tests"]
    assert all(test["right"] for test in tests)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.float64(0.5), "0.5"),
        ((np.int64(2), 3), "(2, 3)"),
        (0.1 + 0.2, "0.3"),
        (np.zeros((9, 9)), "an array of shape (9, 9)"),
        ([np.arange(2), None], "[[0, 1], None]"),
    ],
)
def test_a_value_is_shown_as_short_as_it_can_be_compared(value: object, text: str) -> None:
    assert checking.shown(value) == text


# ---- on a page, and in two files


def test_a_page_shows_task_code_hints_and_solution_in_folds() -> None:
    block = exercises.block("softplus")
    assert '??? hint "Hint 1 of 3"' in block
    assert '??? solution "A solution"\n\n    ```python\n    def softplus(x):' in block
    assert "`python checks.py softplus`" in block
    assert "\n\n\n" not in block.partition("```python")[2].partition("```")[0]
    with pytest.raises(SiteError, match="no exercise `softplsu` in docs/exercises/, but "):
        exercises.block("softplsu")


def test_the_checks_run_by_one_command_beside_an_answer(tmp_path: Path) -> None:
    for address, text in exercises.downloads().items():
        (tmp_path / Path(address).name).write_text(text, encoding="utf-8")
    answers = (tmp_path / "exercises.py").read_text(encoding="utf-8")
    (tmp_path / "exercises.py").write_text(
        answers + "\n\n" + EXERCISES["softplus"].solution + "\n\n" + EXERCISES["dice"].wrongs[0][1],
        encoding="utf-8",
    )

    def run(*names: str) -> tuple[int, str]:
        command = [sys.executable, "checks.py", *names]
        done = subprocess.run(
            command, cwd=tmp_path, capture_output=True, encoding="utf-8", env={"PYTHONUTF8": "1"}
        )
        return done.returncode, done.stdout + done.stderr

    assert run("softplus") == (0, f"{'softplus':<24}right\n1 of 1 right\n")
    code, told = run()
    assert code == 1
    assert told.endswith(f"1 of {len(EXERCISES)} right\n")
    assert EXERCISES["dice"].wrongs[0][0] in told
    assert f"{'giou':<24}nothing yet\n" in told
    code, told = run("softplsu")
    assert code == 1
    assert told.startswith(
        "no such exercise: softplsu; there are subtract_mean, to_channels_last, "
    )


def test_the_files_need_no_more_than_numpy_and_hold_no_solution() -> None:
    to_fill_in, checks = exercises.downloads().values()
    imported = re.findall(r"^ *(?:import|from) (\w+)", to_fill_in + checks, re.MULTILINE)
    assert set(imported) - {"exercises", "numpy"} <= sys.stdlib_module_names
    assert to_fill_in.count("import numpy as np") == 1
    assert (
        "# Turn a batch of shape (N, C, H, W) into (N, H, W, C) without scrambling a pixel.\ndef "
        in (to_fill_in)
    )
    assert not [name for name, each in EXERCISES.items() if each.solution in checks + to_fill_in]


def test_a_notebook_has_the_exercise_without_html() -> None:
    text = exercises.as_text("dice")
    assert "<" not in text.replace("<=", "")
    assert len(list(pages.fences(text))) == 2
