"""What a build remembers for the next one, under a key of all that it was made of.

For each name the newest is kept.
"""

import atexit
import hashlib
import os
import pickle
import sys
import sysconfig
from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from website import CACHE, ROOT

Made = TypeVar("Made")
BROKEN = (OSError, EOFError, ValueError, TypeError, AttributeError, ImportError)


def recall(kind: str, name: str, key: str) -> Any:
    """What was made of a name under this very key, or nothing."""
    try:
        known, made = pickle.loads(shelf(kind, name).read_bytes())  # noqa: S301 (our own cache)
    except (*BROKEN, pickle.UnpicklingError):
        return None
    return made if known == key else None


def keep(kind: str, name: str, key: str, made: Any) -> None:
    """Remember what was made of a name under a key."""
    path = shelf(kind, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}")
    part.write_bytes(pickle.dumps((key, made)))
    part.replace(path)


def remembered(function: Callable[..., Made]) -> Callable[..., Made]:
    """A function of texts and of nothing else, which remembers what it has made of them.

    What a build has not asked for, the next one has forgotten.
    """
    name = f"{function.__module__}.{function.__qualname__}"
    used: dict[str, Made] = {}

    @cache
    def last() -> dict[str, Made]:
        atexit.register(save)
        return recall("texts", name, key()) or {}

    def save() -> None:
        if used.keys() != last().keys():
            keep("texts", name, key(), used)

    @cache
    @wraps(function)
    def made(*texts: object) -> Made:
        place = hashlib.sha256(repr(texts).encode()).hexdigest()
        used[place] = last()[place] if place in last() else function(*texts)
        return used[place]

    return made


def shelf(kind: str, name: str) -> Path:
    """The file of a name."""
    return CACHE / kind / f"{quote(name, safe='')}.pickle"


def key(*parts: object) -> str:
    """A text that changes with any of its parts, with the tools and with this code."""
    return hashlib.sha256(repr([tools(), *parts]).encode()).hexdigest()


@cache
def tools() -> str:
    """A text that changes with the installed packages and with the code that makes the site."""
    packages = sorted(path.name for path in Path(sysconfig.get_path("purelib")).glob("*-info"))
    digest = hashlib.sha256(repr([sys.version, packages]).encode())
    for path in files(Path(__file__).parent, ROOT / "scripts" / "checks"):
        digest.update(path.read_bytes())
    digest.update((ROOT / "mkdocs.yml").read_bytes())
    return digest.hexdigest()


def files(*folders: Path) -> list[Path]:
    """The files in folders, in one order, without what Python has compiled."""
    return sorted(
        path
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    )
