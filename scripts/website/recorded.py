"""One value that a page quotes from `docs/data/frameworks`: a library's answer, or a GPU's."""

import json
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from website import ROOT, SiteError

RECORDS = ROOT / "docs" / "data" / "frameworks"
GPU = "gpu"
VERSION = "version"
WORDS = {"NaN": "NaN", "Infinity": "infinity", "-Infinity": "minus infinity"}
MILLISECONDS = "ms"

Record = dict[str, Any]


def record(name: str) -> Record:
    """A record as it stands."""
    path = RECORDS / f"{name}.json"
    if not path.is_file():
        raise SiteError(f"no record {path.relative_to(ROOT)}{known(name, names())}")
    return load(path, path.stat().st_mtime_ns)


@cache
def load(path: Path, _: int) -> Record:
    """Read a record, once for each of its versions."""
    loaded: Record = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def names() -> list[str]:
    """The records that there are."""
    return sorted(path.stem for path in RECORDS.glob("*.json"))


def quoted(name: str, path: str, form: str | None) -> str:
    """The value at a path of a record, as a page shows it."""
    value = found(name, path.split("/"))
    try:
        return written(value, form)
    except ValueError:
        raise SiteError(f"`{form}` does not write {value!r} of {name} {path}") from None


def found(name: str, path: list[str]) -> Any:
    """The value at a path: of a GPU's measurements, of a library's answers, or a version."""
    whole = record(name)
    value: Any = whole["measured"] if name == GPU else whole["answers"]
    if path[0] == VERSION:
        packages = whole["packages"]
        return packages[path[1]] if path[1:] else next(iter(packages.values()))
    for depth, key in enumerate(path):
        if not isinstance(value, dict) or key not in value:
            at = " ".join([name, "/".join(path[:depth])]).strip()
            raise SiteError(f"the record of {at} has no `{key}`{known(key, value)}")
        value = value[key]
        if depth == 0 and name != GPU:
            if "missing" in value:
                raise SiteError(f"{name} gives no {key}: {value['missing']}")
            value = value["value"]
    if isinstance(value, dict):
        raise SiteError(f"{name} {'/'.join(path)} has several values: {', '.join(value)}")
    return value


def known(key: str, keys: Any) -> str:
    """What may have been meant."""
    if not isinstance(keys, dict | list):
        return ", it is one value"
    near = get_close_matches(key, list(map(str, keys)), n=1, cutoff=0.5)
    return f"; do you mean `{near[0]}`?" if near else ""


def written(value: Any, form: str | None = None) -> str:
    """A value as people read it; `form` is Python's, or ends with `ms` for seconds."""
    if isinstance(value, list):
        return ", ".join(written(each, form) for each in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return "none"
    if isinstance(value, str):
        return WORDS.get(value, value)
    if form and form.endswith(MILLISECONDS):
        return f"{written(value * 1000, form.removesuffix(MILLISECONDS))}\u00a0ms"
    text = format(value, form or ".4g")
    mantissa, e, exponent = text.partition("e")
    if not mantissa.strip("-0."):  # a zero has no sign here
        mantissa = mantissa.lstrip("-")
    mantissa = mantissa.replace("-", "−")
    return f"{mantissa}e{int(exponent)}" if e else mantissa
