"""Which of the project's own files a module imports, read from its source."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from pipeline import ROOT

DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef)
FOLDERS = {"nnref": ROOT, "figures": ROOT / "scripts"}


def reachable(path: Path) -> set[Path]:
    """A file, the files it imports, those that they import, and so on."""
    found: set[Path] = set()
    waiting = {path}
    while waiting:
        found |= waiting
        waiting = {each for one in waiting for each in imported(one)} - found
    return found


def imported(path: Path) -> set[Path]:
    """The project's files that a file names in its import statements."""
    return set(_imported(path, path.stat().st_mtime_ns))


@cache
def _imported(path: Path, _: int) -> list[Path]:
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return [file for node in nodes for name in names(node) for file in files(name)]


def names(node: ast.AST) -> Iterator[str]:
    """The dotted names that a statement may import."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        yield node.module
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


def files(name: str) -> Iterator[Path]:
    """The project's file of a dotted name, if it is a module's."""
    folder = FOLDERS.get(name.partition(".")[0])
    if folder:
        stem = folder.joinpath(*name.split("."))
        yield from filter(Path.is_file, [stem.with_suffix(".py"), stem / "__init__.py"])


@cache
def code(source: str) -> str:
    """What a module does: its source without docstrings, comments and layout."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
            node.body[0] = ast.Pass()
    return ast.unparse(tree)
