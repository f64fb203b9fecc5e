"""The study on rare defects without its figures and tables: what others train as it does."""

import ast
from typing import Any

from website import ROOT

STUDY = ROOT / "docs" / "case-studies" / "rare-defects.py"


def names(last: str) -> dict[str, Any]:
    """What the study imports, its constants and functions up to one of them, and no more."""
    nodes = ast.parse(STUDY.read_text(encoding="utf-8")).body
    end = [getattr(node, "name", "") for node in nodes].index(last)
    kept = [node for node in nodes[: end + 1] if defines(node)]
    namespace: dict[str, Any] = {}
    exec(compile(ast.Module(kept, []), STUDY, "exec"), namespace)  # noqa: S102, our own file
    return namespace


def defines(node: ast.stmt) -> bool:
    """Whether a statement imports, or defines a function or a constant."""
    if isinstance(node, ast.Assign | ast.AugAssign):
        target = node.target if isinstance(node, ast.AugAssign) else node.targets[0]
        return ast.unparse(target).isupper()
    return isinstance(node, ast.Import | ast.ImportFrom | ast.FunctionDef)
