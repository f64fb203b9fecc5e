"""What a file's code depends on: the project's own code that it uses, without comments.

A package whose `__init__` hands on the names of its modules counts as those modules: of
`from nnref import losses` and `losses.huber` the module that defines `huber`, none beside it.
"""

import ast
import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from website import ROOT, SiteError, memory

DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef)
FOLDERS = {"nnref": ROOT, "figures": ROOT / "scripts"}


def fingerprint(files: Iterable[Path], *more: object) -> str:
    """A text that changes with what the code of files does, and with whatever else is given."""
    digest = hashlib.sha256(repr(more).encode())
    for file in sorted(files):
        digest.update(code(file.read_text(encoding="utf-8")).encode())
    return digest.hexdigest()[:20]


@memory.remembered
def code(source: str) -> str:
    """What a module does: its source without docstrings, comments and layout."""
    return bare(ast.parse(source))


def bare(tree: ast.AST) -> str:
    """The code of a tree without its docstrings."""
    for node in ast.walk(tree):
        if isinstance(node, DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
            node.body[0] = ast.Pass()
    return ast.unparse(tree)


def reachable(file: Path) -> set[Path]:
    """A file, the files it uses, those that they use, and so on."""
    found: set[Path] = set()
    waiting = {file}
    while waiting:
        found |= waiting
        waiting = {each for one in waiting for each in used(one)} - found
    return found


def used(file: Path) -> set[Path]:
    """The project's files that define what a file imports."""
    with reading(file) as source:
        found = map(defining, mentioned(source))
    return {each for each in found if each}


@contextmanager
def reading(file: Path) -> Iterator[str]:
    """A file's source; what Python cannot read is reported with its place."""
    try:
        yield file.read_text(encoding="utf-8")
    except SyntaxError as error:
        place = f"{file.relative_to(ROOT).as_posix()}:{error.lineno}"
        raise SiteError(f"{place}: {error.msg}") from None


@cache
def mentioned(source: str) -> frozenset[str]:
    """The dotted names that a source imports; of a module it imports, those that it uses."""
    bound = handed_on(source)
    modules = {name for name, dotted in bound.items() if module(dotted)}
    names = {dotted for name, dotted in bound.items() if name not in modules}
    return frozenset(names | {bound[root] + rest for root, rest in uses(source) if root in modules})


@memory.remembered
def uses(source: str) -> set[tuple[str, str]]:
    """What a source says of each name that it imports: the name, and the longest that follows."""
    tree = ast.parse(source)
    bound = dict(imports(tree))
    found: dict[ast.Name, tuple[str, str]] = {}
    for node in ast.walk(tree):
        root, dotted = chain(node)
        if root and root.id in bound:
            found.setdefault(root, (root.id, dotted))
    return set(found.values())


@memory.remembered
def handed_on(source: str) -> dict[str, str]:
    """What a module imports, by the name it has there."""
    return dict(imports(ast.parse(source)))


def imports(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """What a source imports: the name it has there, and its dotted name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                root = alias.name.partition(".")[0]
                yield (alias.asname, alias.name) if alias.asname else (root, root)
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def chain(node: ast.AST) -> tuple[ast.Name | None, str]:
    """The name that a dotted expression starts with, and what follows it."""
    if isinstance(node, ast.Attribute):
        root, dotted = chain(node.value)
        return root, f"{dotted}.{node.attr}"
    return (node, "") if isinstance(node, ast.Name) else (None, "")


def defining(name: str) -> Path | None:
    """The project's file that defines what a dotted name means; a package as a whole is its own."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        file = module(".".join(parts[:length]))
        if file and file.stem == "__init__" and parts[length:]:
            source = handed_on(file.read_text(encoding="utf-8")).get(parts[length])
            return defining(source) if source and source.startswith("nnref.") else file
        if file:
            return file
    return None


def module(name: str) -> Path | None:
    """The project's file of a dotted name, if it is a module's."""
    folder = FOLDERS.get(name.partition(".")[0])
    if not folder:
        return None
    stem = folder.joinpath(*name.split("."))
    return next(filter(Path.is_file, [stem.with_suffix(".py"), stem / "__init__.py"]), None)
