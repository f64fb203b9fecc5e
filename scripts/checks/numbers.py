"""Numbers: those that a text states, those that examples show, and whether the two agree.

A stated number agrees with a shown one that rounds to it. Small whole numbers need no support.
"""

import doctest
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from checks import pages

NUMBER = re.compile(
    r"""
    (?:(?<![\w)\]}.])(?P<sign>[-+−]))?
    (?<![^\W_])(?<![^\W_]_)(?<!\.)             # not inside `float32` or `fan_10`
    (?P<digits>
        \d{1,3}(?:[,_\u00a0\u2009\u202f]\d{3})+(?!\d)(?:\.\d+)?
      | \d+(?:\.\d+)*(?:\.(?=e[-+]\d))?
      | \.\d+
    )
    (?:[eE](?P<exponent>[-+]?\d+))?
    (?P<times>\s*×\s*10(?=\^|\*\*|[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]))?
    (?:
        (?:\^\{?|\*\*)(?P<power>[-−]?\d+)\}?
      | (?P<raised>⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)
    )?
    (?P<percent>\s?%)?
    """,
    re.VERBOSE,
)
SEPARATOR = re.compile(r"[,_\s]")
ASCII = str.maketrans("−⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "--0123456789")

AS_READ = [  # what a page's source holds beyond what its reader sees
    # a paper's number that its address repeats
    (re.compile(r"\[doi:(\S+?)\]\(https://doi\.org/\1\)"), ""),
    (re.compile(r"\[arXiv:(\S+?)\]\(https://arxiv\.org/abs/\1\)"), ""),
    # what a wrong choice says, and what a question's numbers are computed from
    (re.compile(r"^ *- \[ \] (?:`[^`]*`|\$[^$]*\$|[^`$\n])*?(?:: |$)", re.MULTILINE), ""),
    (re.compile(r"^ *- \[[=≠] (?:.* ± [^]\n]*|.*?)\](?= |$)", re.MULTILINE), ""),
    (re.compile(r"\[\[figure \w+ \| (.*?)\]\]"), r"\1"),
    (re.compile(r"\[\[recorded .*?\]\]"), ""),
    (re.compile(r"^ *:::.*|^ *\[[^]^]+\]: .*|<?https?://[^\s)>]+>?"), ""),
    (re.compile(r"\]\((?:[^()\s]|\([^()]*\))*(?: \"([^\"]*)\")?\)|\]\[[^]]*\]"), r"] \1"),
    (re.compile(r"\{:? *[#.][a-z][^{}]*\}"), ""),
    (re.compile(r"<[a-z]+[^<>]*? alt=\"([^\"]*)\"[^<>]*>"), r" \1 "),
    (re.compile(r"</?[a-z][a-z0-9]*(?: +[\w-]+(?:=\"[^\"]*\")?)* */?>"), " "),
    (re.compile(r"\\(?:times|cdot)\b"), "×"),
    (re.compile(r"\{,\}"), ","),
    (re.compile(r"\\[,;:!]"), "\u2009"),
    (re.compile(r"\\[a-zA-Z]+|\\"), " "),
]
FORMAT_SPEC = re.compile(r"""[:%"'][-+ <>^,]*[\d.,]+[a-z%](?=[}"'])""")


@dataclass(frozen=True)
class Number:
    """A number as it is printed; `unit` is the worth of its last digit, 0 where it is exact."""

    text: str
    value: Decimal
    unit: Decimal

    @property
    def counts(self) -> bool:
        """Whether a page may state it only with support."""
        return self.text.endswith("%") or self.unit < 1 or abs(self.value) >= 100

    def readings(self) -> Iterator[tuple[Decimal, Decimal]]:
        """Its value and unit; 8.78 % is also 0.0878."""
        yield self.value, self.unit
        if self.text.endswith("%"):
            yield self.value / 100, self.unit / 100

    def agrees(self, shown: "Number") -> bool:
        """Whether a shown number, printed at least as finely, rounds to this one."""
        if not (self.value.is_finite() and shown.value.is_finite()):
            return self.text == shown.text
        return any(
            abs(value - other) <= unit / 2 and step <= unit
            for value, unit in self.readings()
            for other, step in shown.readings()
        )


def find(text: str) -> Iterator[Number]:
    """Every number in a text."""
    return map(read, NUMBER.finditer(text))


def read(match: re.Match[str]) -> Number:
    """A number from its parts. One with two points is a version: it equals itself alone."""
    text = re.sub(r"\s", "", match[0].replace("−", "-"))
    digits = SEPARATOR.sub("", match["digits"])
    if digits.count(".") > 1:
        return Number(text, Decimal("Infinity"), Decimal(1))
    value = Decimal(digits).scaleb(int(match["exponent"] or 0))
    unit = Decimal((0, (1,), int(value.as_tuple().exponent)))
    power = int((match["power"] or match["raised"] or "0").translate(ASCII))
    if match["times"]:
        value, unit = value.scaleb(power), unit.scaleb(power)
    elif digits == "10" and power:
        value = unit = Decimal((0, (1,), power))
    elif digits == "2" and power:
        value, unit = Decimal(2) ** power, Decimal(power > 0)
    return Number(text, -value if text.startswith("-") else value, unit)


def stated(lines: Iterable[pages.Line]) -> Iterator[tuple[int, Number]]:
    """The numbers that need support, each with its line."""
    for line, text in lines:
        yield from ((line, number) for number in find(as_read(text)) if number.counts)


def as_read(text: str) -> str:
    """What a reader sees of a line of a page's source."""
    for pattern, replacement in AS_READ:
        text = pattern.sub(replacement, text)
    return text


def written(text: str, examples: Iterable[doctest.Example]) -> str:
    """All digits that a text's prose has, in order: what changes when one number changes."""
    lines = pages.prose(text, examples)
    return " ".join(digits for _, line in lines for digits in re.findall(r"\d+", as_read(line)))


def shown(examples: Iterable[doctest.Example]) -> set[Number]:
    """The numbers in examples: exact in a source, as fine as printed in an output."""
    numbers: set[Number] = set()
    for example in examples:
        source = FORMAT_SPEC.sub("", example.source)
        for comment in pages.comments(example).values():
            source = source.replace(comment, "")
        numbers |= {exact(number) for number in find(source)}
        printed = find(example.exc_msg or example.want)
        numbers |= {each if "." in each.text else exact(each) for each in printed}
    return numbers


def exact(number: Number) -> Number:
    """A number that is not rounded."""
    return replace(number, unit=Decimal(0))


def complaints(
    text: str, examples: Collection[doctest.Example], given: Iterable[str]
) -> Iterator[tuple[int, str]]:
    """Each number of a text without support and each idle declaration, with its line."""
    support = shown(examples)
    idle = {number.text: "is not stated" for key in given for number in find(key)}
    for line, number in stated(pages.prose(text, examples)):
        supported = any(number.agrees(each) for each in support)
        if number.text in idle:
            idle[number.text] = "is shown by an example" if supported else ""
        elif not supported:
            yield line, f"`{number.text}` is shown by no example here{nearest(number, support)}"
    for name, why in idle.items():
        if why:
            yield 1, f"`{name}` is declared as given but {why}"


def nearest(number: Number, support: Iterable[Number]) -> str:
    """The shown value next to a number, to help find the slip."""
    known = [each for each in support if each.value.is_finite() and number.value.is_finite()]
    known.sort(key=lambda each: abs(each.value - number.value))
    return f"; the nearest shown is {known[0].text}" if known else ""
