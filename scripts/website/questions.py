r"""Questions that answer back: a fold that begins with choices or numbers → a form and its answer.

    ??? question "What comes out?"
        - [ ] Twice as much: the factor cancels, because both grow.
        - [x] The same.

        The text that answers it.

One `[x]` makes a single choice, several make a multiple one. A wrong choice says behind its first
colon why it is wrong; a right one may add something there. A number stands as an expression, with
the tolerance of an answer and its unit; below it may stand numbers that are tempting, and why:

        - [= activations.sigmoid(2.0) ± 0.005] The probability
        - [≠ activations.sigmoid(-2.0)] That is the probability of "sound".

The expressions know `np`, `math` and the modules of `nnref`; the build computes them.
"""

import ast
import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from checks import pages
from website import ROOT, SourceError, memory

COMPUTE = Path(__file__).with_name("compute.py")
FOLD = re.compile(r'^\?\?\? question "(?P<title>(?:\\.|[^"\\])*)"$')
ITEM = re.compile(r"^ {4}- \[(?P<mark>[ x=≠])(?P<rest>.*)$")
VERBATIM = re.compile(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)|\$[^$]+\$|\[[^]]*\]\([^)]*\)")
PARTED = " ± "
CHECK = """<p class="question-check" markdown="0">
<button type="submit" disabled>Check</button>
<button type="reset" hidden>Try again</button>
</p>
<div role="status" markdown="0"></div>"""


@dataclass(frozen=True)
class Choice:
    """What one may choose, and what is said to who did."""

    text: str
    right: bool
    feedback: str


@dataclass
class Number:
    """A number to give: its expression, how near an answer must come, and tempting ones."""

    code: str
    within: str
    unit: str
    label: str
    tempting: list[tuple[str, str]] = field(default_factory=list)

    @property
    def codes(self) -> list[str]:
        """All expressions, the right one first."""
        return [self.code, *(code for code, _ in self.tempting)]


@dataclass(frozen=True)
class Question:
    """A question of a page: the line of its fold (from 0), and the first line of its answer."""

    title: str
    line: int
    answer: int
    choices: list[Choice]
    numbers: list[Number]

    @property
    def name(self) -> str:
        """A short name, which changes with the words of the question alone."""
        return hashlib.sha256(self.title.encode()).hexdigest()[:8]


def read(page: str) -> Iterator[Question]:
    """The questions of a page that answer back; what is wrong with one, by its line."""
    lines = page.split("\n")
    code = {line for fence in pages.fences(page) for line in within(fence)}
    titles: set[str] = set()
    for number, line in enumerate(lines):
        fold = FOLD.match(line)
        if not fold or number in code:
            continue
        end = number + 1
        while end < len(lines) and ITEM.match(lines[end]):
            end += 1
        if end > number + 1:
            title = re.sub(r"\\(.)", r"\1", fold["title"])
            choices, numbers = items(lines[number + 1 : end])
            checked(line, choices, numbers)
            if title in titles:
                raise SourceError(line, "this question is asked twice on its page")
            if end < len(lines) and lines[end]:
                raise SourceError(
                    lines[end], "a blank line parts choices and numbers from the answer"
                )
            titles.add(title)
            yield Question(title, number, end, choices, numbers)


def within(fence: pages.Fence) -> range:
    """The lines of a fence, from 0."""
    return range(fence.line - 1, fence.line + fence.text.count("\n") + 2)


def items(lines: list[str]) -> tuple[list[Choice], list[Number]]:
    """The choices and the numbers that a question begins with."""
    choices: list[Choice] = []
    numbers: list[Number] = []
    for line in lines:
        mark, rest = ITEM.match(line).groups()
        if mark in "x ":
            choices.append(choice(line, mark == "x", rest.removeprefix("]").strip()))
            continue
        code, text = expression(line, rest)
        code, _, tolerance = code.partition(PARTED)
        if mark == "=":
            amount, _, unit = tolerance.partition(" ")
            numbers.append(Number(code, amount or "0", unit, text))
            continue
        if not numbers or not text:
            raise SourceError(line, "a tempting number stands below the right one, with feedback")
        numbers[-1].tempting.append((code, text))
    return choices, numbers


def choice(line: str, right: bool, text: str) -> Choice:
    """A choice, parted from its feedback at the first colon outside of code, formulas, links."""
    aside = VERBATIM.sub(lambda found: "\ue000" * len(found[0]), text)
    end = aside.find(": ")
    said, feedback = (text, "") if end < 0 else (text[:end], text[end + 2 :])
    if not right and not feedback:
        raise SourceError(line, "a wrong choice says behind a colon why it is wrong")
    return Choice(said, right, feedback)


def expression(line: str, rest: str) -> tuple[str, str]:
    """What stands between the brackets of a number, which may hold brackets, and what follows."""
    for end in re.finditer(r"\](?= |$)", rest):
        code = rest[: end.start()].strip()
        try:
            ast.parse(code.partition(PARTED)[0], mode="eval")
        except SyntaxError:
            continue
        if PARTED in code or PARTED not in rest:
            return code, rest[end.end() :].strip()
    raise SourceError(line, "expected `- [= expression ± tolerance unit] label`")


def checked(line: str, choices: list[Choice], numbers: list[Number]) -> None:
    """Refuse a question that nobody can answer."""
    if choices and numbers:
        raise SourceError(line, "a question asks for choices or for numbers, not for both")
    if choices and not any(each.right for each in choices):
        raise SourceError(line, "no choice of this question is right: mark one with `- [x]`")
    if len(choices) == 1:
        raise SourceError(line, "a question with one choice is none")
    for number in numbers:
        try:
            float(number.within)
        except ValueError:
            raise SourceError(line, f"`{number.within}` is no tolerance") from None


# Computing


def values(page: str, address: str, questions: list[Question]) -> dict[str, float]:
    """The value of each expression of a page's questions."""
    numbers = [number for each in questions for number in each.numbers]
    codes = [code for number in numbers for code in number.codes]
    if not codes:
        return {}
    package = [path.read_bytes() for path in memory.files(ROOT / "nnref")]
    key = memory.key(codes, [number.within for number in numbers], package)
    found = memory.recall("computed", address, key)
    if found is None:
        found = dict(zip(codes, computed(codes), strict=True))
        for number in numbers:
            for code in number.codes:
                if problem := wrong(number, code, found):
                    raise SourceError(line_of(page, code), problem)
        memory.keep("computed", address, key, found)
    return found


def line_of(page: str, code: str) -> str:
    """The line of a page that asks for an expression."""
    return next(line for line in page.split("\n") if ITEM.match(line) and code in line)


def wrong(number: Number, code: str, found: dict[str, float | str]) -> str:
    """What is wrong with an expression of a number, by the values of all, or nothing."""
    value, right = found[code], found[number.code]
    if isinstance(value, str):
        return f"`{code}` gives no number: {value}"
    if code != number.code and abs(value - right) <= float(number.within):
        return f"`{code}` is {value:g}, which is within the tolerance of the right number"
    return ""


def computed(codes: list[str]) -> list[float | str]:
    """What expressions give, in a fresh interpreter."""
    done = subprocess.run(
        [sys.executable, "-P", COMPUTE],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        input=json.dumps(codes),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    return json.loads(done.stdout)


# Showing


def staged(page: str, address: str) -> str:
    """A page's Markdown in which each such question is a form, followed by its answer, folded."""
    questions = list(read(page))
    numbers = values(page, address, questions)
    lines = page.split("\n")
    for each in reversed(questions):
        lines[each.line : each.answer] = [
            *form(each, f"{address}#{each.name}", numbers),
            "",
            '??? question answer "Show the answer"',
        ]
    return "\n".join(lines)


def listed(page: str) -> str:
    """A page's Markdown in which each such question is its words and a list, as in a notebook."""
    lines = page.split("\n")
    for each in reversed(list(read(page))):
        said = [choice.text for choice in each.choices]
        said += [f"{number.label or 'A number'}{unit(number)}" for number in each.numbers]
        fold = lines[each.line]
        lines[each.line : each.answer] = [fold, "", *(f"    - {text}" for text in said)]
    return "\n".join(lines)


def unit(number: Number) -> str:
    """How a number's unit stands behind its label."""
    return f", in {number.unit}" if number.unit else ""


def form(question: Question, name: str, values: dict[str, float]) -> Iterator[str]:
    """A question as HTML with Markdown inside; without its script it lists the choices."""
    several = sum(choice.right for choice in question.choices) > 1
    note = " <small>(more than one is right)</small>" * several
    yield f'<form class="question" data-script="questions" data-question="{name}" markdown="block">'
    yield '<fieldset markdown="block">'
    yield f'<legend markdown="span">{question.title}{note}</legend>'
    yield '<ul data-search-exclude="true" markdown="block">'
    for choice in question.choices:
        kind = "checkbox" if several else "radio"
        field = f'<input type="{kind}" name="choice"{" data-right" * choice.right}>'
        yield item(f"{field} <span>{choice.text}</span>", why(choice.feedback))
    for number in question.numbers:
        label = f"<span>{number.label or 'Your answer'}</span> {blank(number, values)}"
        feedback = "".join(why(text, exact(values[code])) for code, text in number.tempting)
        yield item(f"{label}{fineness(number)}", feedback)
    yield f"</ul>\n{CHECK}\n</fieldset>\n</form>"


def blank(number: Number, values: dict[str, float]) -> str:
    """Where a number is written, and what it is compared with."""
    kind = '<input type="text" inputmode="decimal" autocomplete="off" size="8"'
    return f'{kind}{exact(values[number.code])} data-within="{number.within}">'


def fineness(number: Number) -> str:
    """The unit of a number, and how near an answer must come."""
    near = f"<small>±\u00a0{number.within}</small>" * (float(number.within) > 0)
    return "".join(f" {part}" for part in (number.unit, near) if part)


def exact(value: float) -> str:
    """The attribute of a number that an answer is compared with; -0 is 0."""
    return f' data-value="{value + 0.0:.12g}"'


def item(label: str, feedback: str) -> str:
    """One choice, or one number to give."""
    return f'<li markdown="span"><label>{label}</label>{feedback}</li>'


def why(feedback: str, attributes: str = "") -> str:
    """What the script says to an answer."""
    return f" <span hidden{attributes}>{feedback}</span>" if feedback else ""
