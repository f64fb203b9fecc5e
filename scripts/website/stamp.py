"""Whether a built site is what a build would make again: what it was made of, and what came out.

Loads nothing but the standard library: who has nothing to do says so at once.
"""

import hashlib
import json
import os
import subprocess
from pathlib import Path

from browser import runtime
from website import CACHE, ROOT, memory

MADE_OF = tuple(ROOT / name for name in ("docs", "nnref", "scripts"))
ALONE = tuple(
    ROOT / name
    for name in ("mkdocs.yml", "LICENSE", "README.md", "pyproject.toml", "constraints.txt")
)
UNDATED = "315532800"  # the first day that a zip file knows
SETTINGS = ("SITE_URL", "REPO_URL", "EDIT_URI")  # the variables that mkdocs.yml reads


def valid(site: Path) -> bool:
    """Whether nothing has changed since a site was stamped, neither what it is made of nor it."""
    try:
        found = json.loads(stamp(site).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(found == made(site))


def write(site: Path) -> None:
    """Stamp a site that has just been built."""
    path = stamp(site)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(made(site)), encoding="utf-8")


def stamp(site: Path) -> Path:
    """Where a site's stamp lies."""
    return CACHE / "built" / f"{hashlib.sha256(str(site.resolve()).encode()).hexdigest()[:20]}.json"


def made(site: Path) -> dict[str, object]:
    """What a site is made of, and every file of it, by their hashes."""
    settings = [os.environ.get(name, "") for name in SETTINGS]
    sources = [*memory.files(*MADE_OF), *ALONE]
    return {
        "tools": memory.key(settings, date()),
        "runtime": getattr(runtime.folder(), "name", ""),
        "sources": {path.relative_to(ROOT).as_posix(): hashed(path) for path in sources},
        "site": {path.relative_to(site).as_posix(): hashed(path) for path in memory.files(site)},
    }


def hashed(path: Path) -> str:
    """The hash of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def date() -> str:
    """The seconds that what is made carries as its date: as set, else those of the last commit."""
    return os.environ.get("SOURCE_DATE_EPOCH") or commit_time()


def commit_time() -> str:
    """The time of the last commit, or, outside a repository, none."""
    git = ["git", "log", "-1", "--format=%ct"]
    try:
        run = subprocess.run(git, cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return UNDATED
    return run.stdout.strip()
