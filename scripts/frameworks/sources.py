"""Read a probe without running it: its answers' code, the lines before them, what it lacks."""

import ast
from functools import cache
from pathlib import Path

from frameworks.questions import QUESTIONS, Question

PROBES = Path(__file__).parent / "probes"


@cache
def probe(name: str) -> tuple[str, dict[str, str]]:
    """Return a probe's shared lines (imports, helpers) and the source of each answer."""
    text = (PROBES / f"{name}.py").read_text(encoding="utf-8")
    lines = text.splitlines()  # ast.get_source_segment would split the text for each node
    shared, answers = [], {}
    for number, node in enumerate(ast.parse(text).body):
        *before, last = lines[node.lineno - 1 : node.end_lineno]
        source = "\n".join([*before, last.encode()[: node.end_col_offset].decode()])
        if isinstance(node, ast.FunctionDef) and node.name in QUESTIONS:
            answers[node.name] = source
        elif number and not source.startswith("MISSING"):  # the first is the docstring
            apart = "\n" if isinstance(node, ast.FunctionDef | ast.ClassDef) else ""
            shared.append(apart + source)
    return "\n".join(shared), answers


def code(name: str, question: Question) -> str:
    """Return the code of one answer, with the call that asked it."""
    arguments = ", ".join(
        f"{key}={value.__name__ + '()' if callable(value) else written(value)}"
        for key, value in question.inputs.items()
    )
    return f"{probe(name)[1][question.id]}\n\n\nprint({question.id}({arguments}))"


def written(value: object) -> str:
    """Write an input as Python."""
    text = repr(value)
    return f'float("{text}")' if text in {"nan", "-inf"} else text
