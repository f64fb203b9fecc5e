"""What the search reads of a page: prose to show, and code and names to find it by.

A hit shows the prose around it. Code is searched and not shown. A function is found by its dotted
name and by the parts of it, a page also by what `docs/search.toml` says that readers call it.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from website import ROOT, glossary

TABLE = ROOT / "docs" / "search.toml"
CODE = re.compile(r"<pre\b.*?</pre>", re.DOTALL)
TAG = re.compile(r"<[^>]+>")
SPACE = re.compile(r"\s+")
WORD = re.compile(r"[^\W.]+(?:\.[^\W.]+)*")
OBJECT = "#nnref."
# A derivative, a method, a constant: asked for by its own name, else behind what it belongs to.
SECOND = re.compile(r"(?:_grad|_vjp|#nnref\.\w+\.\w+\.\w+|\.[A-Z_]{2,})$")

Entry = dict[str, Any]


def table() -> dict[str, dict[str, Any]]:
    """How much hits count, by the address that they start with, and what else finds a place."""
    return read(TABLE.stat().st_mtime_ns)


@cache
def read(_: int) -> dict[str, dict[str, Any]]:
    """The table as it stands at a time."""
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))


def refined(entry: Entry) -> Entry:
    """An entry of the index, with its code apart from its prose and all that it is found by."""
    location = entry["location"]
    code = CODE.findall(entry["text"])
    _, is_object, name = location.partition(OBJECT)
    known = [f"nnref.{name}"] if is_object else []
    also = [*known, table()["also"].get(location, "")]
    found = {
        **entry,
        "text": SPACE.sub(" ", CODE.sub(" ", entry["text"])).strip(),
        "code": SPACE.sub(" ", TAG.sub(" ", " ".join(code))).strip(),
        "also": " ".join(words(" ".join(also))),
        "boost": boost(location),
    }
    return {key: value for key, value in found.items() if value or key in entry}


def boost(location: str) -> float:
    """How much a hit at an address counts."""
    starts = [start for start in table()["boost"] if location.startswith(start)]
    counts = table()["boost"][max(starts, key=len)] if starts else 1
    return counts * (0.5 if SECOND.search(location) else 1)


def words(text: str) -> list[str]:
    """A text's words, in lower case; of a dotted name also its ends, and the parts of the last."""
    found: dict[str, None] = {}
    for word in WORD.findall(text.lower()):
        parts = word.split(".")
        ends = ["_".join(parts[start:]) for start in range(len(parts))]
        found |= dict.fromkeys([*ends, *ends[-1].split("_")])
    return list(filter(None, found))


def terms(page: str, address: str) -> Iterator[Entry]:
    """An entry for each term of the glossary, to lead there and not to the list of all."""
    for found in glossary.ENTRY.finditer(page):
        location = f"{address}#{found['name']}"
        yield {
            "location": location,
            "title": found["term"],
            "text": glossary.plain(found["meaning"]),
        }


def unknown(locations: Iterable[str]) -> list[str]:
    """What is wrong with a table that names what is not on the site."""
    missing = table()["also"].keys() - set(locations)
    return [f"docs/search.toml: no such place: {each}" for each in sorted(missing)]
