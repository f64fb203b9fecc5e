"""Exercises: on a page the task, the code to begin with, hints and a solution; and two files.

A page says `[[exercise name]]`; the file of a page in `docs/exercises/` has the exercise. Its
tests run in the reader's browser, or by `python checks.py` beside the reader's exercises.py.
"""

import re
import textwrap
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from exercises import checking
from exercises.checking import Exercise
from website import ROOT, SiteError

FOLDER = ROOT / "docs" / "exercises"
ENGINE = Path(checking.__file__)
TITLE = re.compile(r'"""(?P<title>(?P<section>\d+) [^\n]+)\."""\n')
TOLD = re.compile(r"^# %% (?:hint|solution|why)\b.*?(?=^# %%|\Z)", re.MULTILINE | re.DOTALL)
IMPORT = re.compile(r"^import .+\n", re.MULTILINE)
BLANK = re.compile(r"\n{3,}")
LINK = re.compile(r"\s*\[[^\]]+\]\[[^\]]+\]$")
ADDRESS = "exercises"

BLOCK = """<div class="exercise" data-exercise="{name}" data-script="exercises" markdown="1">

{text}

</div>"""
TEXT = """{task}

```python
{start}
```

{how}

{folds}"""
HOW = (
    "To check it on your own computer, [take the two files of the practice page]"
    "[practice-exercises]; there `python checks.py {name}` does it."
)
ELSEWHERE = '<p class="live-off" markdown="1">{}</p>'
FOLD = '??? {kind} "{title}"\n\n{text}'
OFFERED = """<ul>
<li><a href="{folder}/exercises.py" download>exercises.py</a>: what each function should do, for
you to fill in;</li>
<li><a href="{folder}/checks.py" download>checks.py</a>: the checks.</li>
</ul>"""
PROGRESS = """<p class="exercises-done" data-script="exercises" data-count="{count}"></p>"""

BEGINNING = '''"""Exercises of "Introduction to Neural Networks".

Write your answer below each description, here in this file. With checks.py in the same folder,
run as often as you like:

    python checks.py

You need Python and NumPy.
"""

{imports}'''
END = """

# ---- the exercises: what each begins with, its tests, and usual mistakes with what to say

EXERCISES = r'''
{texts}'''

if __name__ == "__main__":
    import exercises

    sys.exit(main(sys.argv[1:], read(EXERCISES), exercises))
"""


def files() -> list[Path]:
    """The files with exercises, in the order of the chapter."""
    return sorted(
        FOLDER.glob("*.py"), key=lambda path: (int(TITLE.match(text(path))["section"]), path.name)
    )


def text(path: Path) -> str:
    """A file's text."""
    return path.read_text(encoding="utf-8")


read = cache(checking.read)  # a page asks for each of its exercises


def exercises() -> dict[str, Exercise]:
    """All exercises, by their names."""
    found: dict[str, Exercise] = {}
    for path in files():
        for exercise in read(text(path)):
            if exercise.name in found:
                raise SiteError(f"two exercises are called `{exercise.name}`")
            found[exercise.name] = exercise
    return found


def block(name: str) -> str:
    """An exercise as Markdown, to be done on the page."""
    return BLOCK.format(name=name, text=as_text(name, how=ELSEWHERE))


def as_text(name: str, how: str = "{}") -> str:
    """An exercise as Markdown to read, with how it is checked without a browser."""
    known = exercises()
    if name not in known:
        raise SiteError(f"no exercise `{name}` in docs/exercises/, but {', '.join(known)}")
    exercise = known[name]
    folds = "\n\n".join(fold(*part) for part in parts(exercise))
    return TEXT.format(
        task=exercise.task,
        start=BLANK.sub("\n\n", exercise.start),
        how=how.format(HOW.format(name=name)),
        folds=folds,
    )


def parts(exercise: Exercise) -> Iterator[tuple[str, str, str]]:
    """What folds out below an exercise: kind, title and text."""
    count = len(exercise.hints)
    for number, hint in enumerate(exercise.hints, 1):
        yield "hint", f"Hint {number} of {count}" if count > 1 else "Hint", hint
    solution = f"```python\n{exercise.solution}\n```"
    yield "solution", "A solution", "\n\n".join(filter(None, [solution, exercise.why]))


def fold(kind: str, title: str, text: str) -> str:
    """A text that folds out."""
    inside = re.sub(r"^(?=.)", "    ", text, flags=re.MULTILINE)
    return FOLD.format(kind=kind, title=title, text=inside)


# ---- to take away


def offered(depth: int) -> str:
    """Links that download both files, and how far the reader is."""
    done = PROGRESS.format(count=len(exercises()))
    return f"{OFFERED.format(folder='../' * depth + ADDRESS)}\n{done}"


def downloads() -> dict[str, str]:
    """Both files, by their addresses."""
    return {f"{ADDRESS}/exercises.py": to_fill_in(), f"{ADDRESS}/checks.py": checks()}


def to_fill_in() -> str:
    """What each function should do, in one file."""
    found = {TITLE.match(text(path))["title"]: read(text(path)) for path in files()}
    imports = {line for each in exercises().values() for line in IMPORT.findall(each.start)}
    parts = [BEGINNING.format(imports="".join(sorted(imports)).rstrip())]
    for title, each in found.items():
        parts += [f"# ---- {title}", *map(described, each)]
    return "\n\n\n".join(parts) + "\n"


def described(exercise: Exercise) -> str:
    """An exercise with its task above it, without the page's link."""
    task = textwrap.wrap(LINK.sub("", exercise.task), 90)
    return "\n".join([*(f"# {line}" for line in task), IMPORT.sub("", exercise.start).strip()])


def checks() -> str:
    """The checks in one file, without hints and solutions."""
    texts = "\n\n".join(TOLD.sub("", text(path)).split('"""\n', 1)[1].strip() for path in files())
    return text(ENGINE) + END.format(texts=texts)
