"""The repository's tree for tests: build its site, or copy it to break the copy."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from website import CACHE, ROOT

NOT_COPIED = shutil.ignore_patterns(".*_cache", ".cache", ".git", ".venv", "__pycache__", "site")
SMALL = {
    "docs/index.md": "# Start {#start}\n\nThe small site has what every site here has.\n",
    "docs/glossary.md": "# Glossary\n\ngradient {#glossary-gradient}\n:   Where up is.\n",
    "docs/search.toml": "[boost]\n\n[also]\n",
    "docs/reference.md": "# Reference {#reference}\n\n::: nnref.small\n",
    "nnref/small.py": '''"""A module."""


def half(x: float) -> float:
    """Halve.

    Args:
        x: a number.
    """
    return x / 2
''',
}
NAVIGATION = re.compile(r"^nav:\n(?: .*\n)+", re.MULTILINE)


def build(tree: Path, out: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Build the site of a tree; not `--quiet`, with which a warning is none to `--strict`."""
    return run(tree, "mkdocs", "build", "--strict", "--site-dir", str(out), **environment)


def run(tree: Path, *module: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a Python module in a tree."""
    return subprocess.run(
        [sys.executable, "-m", *module],
        cwd=tree,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"} | environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def succeed(done: subprocess.CompletedProcess[str]) -> None:
    """Fail with what a run has said, unless it has ended well."""
    assert done.returncode == 0, done.stdout + done.stderr


def copy(to: Path, *, with_cache: bool) -> Path:
    """Copy the tree; with the cache, its figures need not be drawn again."""
    shutil.copytree(ROOT, to, ignore=NOT_COPIED)
    if with_cache and CACHE.exists():
        shutil.copytree(CACHE, to / CACHE.name, ignore=shutil.ignore_patterns("twin", "browser"))
    return to


def small(to: Path) -> Path:
    """Copy what builds the site, with pages so few that a build takes seconds."""
    for name in ("nnref", "scripts", "docs/assets", "docs/overrides"):
        shutil.copytree(ROOT / name, to / name, ignore=NOT_COPIED)
    for module in (to / "scripts" / "figures").glob("*.py"):
        if re.search(r"^def \w+\(\) -> Figure:", module.read_text(encoding="utf-8"), re.MULTILINE):
            module.unlink()
    for name, text in SMALL.items():
        (to / name).write_text(text, encoding="utf-8")
    for name in ("LICENSE", "README.md", "constraints.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, to)
    settings = NAVIGATION.sub("", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    (to / "mkdocs.yml").write_text(settings, encoding="utf-8")
    return to
