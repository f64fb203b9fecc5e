"""The repository's tree for tests: build its site, or copy it to break the copy."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from website import CACHE, ROOT

NOT_COPIED = shutil.ignore_patterns(".*_cache", ".cache", ".git", ".venv", "__pycache__", "site")


def build(tree: Path, out: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Build the site of a tree; not `--quiet`, with which a warning is none to `--strict`."""
    return run(tree, "mkdocs", "build", "--strict", "--site-dir", str(out), **environment)


def run(tree: Path, *module: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a Python module in a tree."""
    return subprocess.run(
        [sys.executable, "-m", *module],
        cwd=tree,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1", "REPO_URL": ""} | environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def copy(to: Path, *, with_cache: bool) -> Path:
    """Copy the tree; with the cache, its figures need not be drawn again."""
    shutil.copytree(ROOT, to, ignore=NOT_COPIED)
    if with_cache and CACHE.exists():
        shutil.copytree(CACHE, to / CACHE.name, ignore=shutil.ignore_patterns("twin"))
    return to
