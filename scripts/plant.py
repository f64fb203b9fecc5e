"""Plant wrong numbers in the pages, one at a time, and report the share that the tests catch.

A planted output is compared with what its example prints. A planted number in prose goes through
the check of prose numbers, then through the comparison with the record of numbers that someone
has read. Nothing is written: each change lives in memory only.
"""

import argparse
import contextlib
import doctest
import io
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from checks import doctests, numbers, pages
from website import ROOT

BY_OUTPUT = "by an example's output"
BY_EXAMPLES = "in prose, by the examples"
BY_RECORD = "in prose, by the record"


@dataclass(frozen=True)
class Plant:
    """A number to change: where it stands, and what sees the change, if anything does."""

    place: str
    text: str
    caught: Callable[[str], str]

    def changed(self, rng: random.Random) -> str:
        """The text with one digit of its number changed."""
        places = [k for k, character in enumerate(self.text) if character.isdigit()]
        k = rng.choice(places)
        digits = set("0123456789") - {self.text[k]}
        if k == places[0] and len(places) > 1:
            digits -= {"0"}
        return self.text[:k] + rng.choice(sorted(digits)) + self.text[k + 1 :]


class Recorder(doctests.Checker):
    """Remembers what each example prints."""

    def __init__(self) -> None:
        """Start with nothing."""
        self.printed: list[tuple[str, str]] = []

    def check_output(self, want: str, got: str, optionflags: int) -> bool:
        """Note the output, and compare as the tests do."""
        self.printed.append((want, got))
        return super().check_output(want, got, optionflags)


def plants(path: Path) -> Iterator[Plant]:
    """Every number that one can change on a page."""
    text = path.read_text(encoding="utf-8")
    examples = pages.page_examples(text)
    place = path.relative_to(ROOT).as_posix()
    yield from in_outputs(place, examples)
    yield from in_prose(place, text, examples)


def in_outputs(place: str, examples: list[doctest.Example]) -> Iterator[Plant]:
    """The numbers that the page says its examples print."""
    recorder = Recorder()
    namespace: dict[str, object] = {}
    doctests.fresh(namespace)
    test = doctest.DocTest(examples, namespace, place, place, 0, None)
    runner = doctest.DocTestRunner(recorder, verbose=False, optionflags=doctest.ELLIPSIS)
    with contextlib.redirect_stdout(io.StringIO()):
        runner.run(test, clear_globs=False)
    for example, (want, got) in zip(examples, recorder.printed, strict=True):
        for match in numbers.NUMBER.finditer(want):

            def caught(number: str, match=match, want=want, got=got) -> str:
                planted = want[: match.start()] + number + want[match.end() :]
                same = doctests.Checker().check_output(planted, got, doctest.ELLIPSIS)
                return "" if same else BY_OUTPUT

            yield Plant(f"{place}:{example.lineno + 1} output", match[0], caught)


def in_prose(place: str, text: str, examples: list[doctest.Example]) -> Iterator[Plant]:
    """The numbers in the page's sentences, tables, formulas and descriptions of figures."""
    given = pages.front_matter(text).get("given", {})
    recorded = numbers.written(text, examples)
    lines = text.splitlines()
    for line, visible in pages.prose(text, examples):
        raw = lines[line - 1]
        for match in numbers.NUMBER.finditer(raw, raw.rfind(visible)) if visible else ():

            def planted(number: str, raw=raw, match=match) -> str:
                return raw[: match.start()] + number + raw[match.end() :]

            def caught(number: str, line=line, planted=planted) -> str:
                changed = "\n".join([*lines[: line - 1], planted(number), *lines[line:]])
                anew = pages.page_examples(changed)  # a comment in code is prose as well
                if any(numbers.complaints(changed, anew, given)):
                    return BY_EXAMPLES
                return BY_RECORD if numbers.written(changed, anew) != recorded else ""

            if numbers.as_read(planted("7777")) != numbers.as_read(raw):
                yield Plant(f"{place}:{line} prose", match[0], caught)


def main() -> None:
    """Plant, count, and name what was not caught."""
    parser = argparse.ArgumentParser(prog="plant.py", description=__doc__)
    parser.add_argument("--count", type=int, default=200, help="how many numbers to change")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    rng = random.Random(options.seed)  # noqa: S311 (a sample, not a secret)
    found = [plant for path in sorted(ROOT.glob("docs/**/*.md")) for plant in plants(path)]
    chosen = rng.sample(found, min(options.count, len(found)))
    caught: Counter[str] = Counter()
    for plant in chosen:
        changed = plant.changed(rng)
        how = plant.caught(changed)
        caught[how] += 1
        if not how:
            print(f"not caught: {plant.place}: {plant.text} → {changed}")
    for how, count in caught.most_common():
        print(f"{count:5} caught {how}" if how else f"{count:5} not caught")
    print(f"{len(chosen) - caught['']} of {len(chosen)} caught, from {len(found)} numbers")


if __name__ == "__main__":
    main()
