"""Which functions of `nnref` a page's examples use, linked to the reference at the page's end."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from website import ROOT, memory


def links(sources: tuple[str, ...]) -> str:
    """A paragraph of links in the order of first use; nothing where no function is used."""
    found = [f"[`{name.rpartition('.')[2]}`][{name}]" for name in functions(sources)]
    return (
        f"\n\nFunctions on this page: {', '.join(found)}.\n{{: .facts .used }}\n" if found else ""
    )


def functions(sources: tuple[str, ...]) -> dict[str, None]:
    """The dotted names of the public functions and classes, each once, in order."""
    used: dict[str, None] = {}
    for name in mentioned(sources):
        module, _, function = name.rpartition(".")
        if function in public(module):
            used[name] = None
    return used


@memory.remembered
def mentioned(sources: tuple[str, ...]) -> list[str]:
    """The dotted names under `nnref` in a page's code."""
    modules: dict[str, str] = {}
    return [name for source in sources for name in names(source, modules)]


def names(source: str, modules: dict[str, str]) -> Iterator[str]:
    """The dotted names under `nnref` that an example imports, or reaches through a module."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("nnref"):
            for alias in node.names:
                name = f"{node.module}.{alias.name}"
                modules[alias.asname or alias.name] = name
                yield name
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield f"{modules.get(node.value.id, '')}.{node.attr}"


def public(module: str) -> set[str]:
    """The functions and classes that a module of `nnref`, or a package of it, defines."""
    stem = ROOT.joinpath(*module.split("."))
    if not module.startswith("nnref."):
        return set()
    files = [stem.with_suffix(".py")] if stem.with_suffix(".py").exists() else stem.glob("*.py")
    return set().union(*(defined(path, path.stat().st_mtime_ns) for path in files))


@cache
def defined(path: Path, _: int) -> frozenset[str]:
    """The public functions and classes in a file."""
    kinds = (ast.FunctionDef, ast.ClassDef)
    nodes = ast.parse(path.read_text(encoding="utf-8")).body
    return frozenset(n.name for n in nodes if isinstance(n, kinds) and n.name[0] != "_")
