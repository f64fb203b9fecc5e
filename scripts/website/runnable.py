"""Which examples of a page run in a reader's browser, decided from their code alone.

There they have the standard library, NumPy, matplotlib and `nnref`. An example that imports more,
or uses a name that only such an example has bound, shows what was recorded. A name that both have
bound keeps the value of the one that runs; a test in a browser compares what all then print.
"""

import ast
import doctest
import symtable
import sys
from collections.abc import Iterator

from checks import pages
from website import imports, memory

THERE = {*sys.stdlib_module_names, "numpy", "matplotlib", "mpl_toolkits", "nnref"}
Needs = dict[str, str]  # names that a page's reader lacks, with the package they come from


@memory.remembered
def needs(text: str) -> list[str]:
    """For each session of a page the package that it needs and that is not there, or nothing."""
    sessions = [sources(fence.text) for fence in pages.fences(text) if fence.language == pages.RUN]
    there: set[str] = set()
    lacking: Needs = {}
    return [need(session, there, lacking) for session in sessions]


def sources(session: str) -> list[str]:
    """The statements of a session; what cannot be read, its page's tests report."""
    try:
        return [each.source for each in doctest.DocTestParser().get_examples(session)]
    except ValueError:
        return []


def need(sources: list[str], there: set[str], lacking: Needs) -> str:
    """What a session needs; notes which names are there behind it, and which are lacking."""
    bound: set[str] = set()
    found: list[str] = []
    for source in sources:
        used, new = names(source)
        found += imported(source)
        found += [lacking[name] for name in sorted(used - bound - there) if name in lacking]
        bound |= new
    if found:
        lacking.update(dict.fromkeys(bound, found[0]))
        return found[0]
    there |= bound
    return ""


def imported(source: str) -> Iterator[str]:
    """The packages that a statement imports and that are not there."""
    roots = (dotted.partition(".")[0] for _, dotted in imports.imports(ast.parse(source)))
    yield from (root for root in roots if root not in THERE)


def names(source: str) -> tuple[set[str], set[str]]:
    """The names of the page that a statement uses, and those that it binds."""
    top = symtable.symtable(source, "example", "exec")
    used = {each.get_name() for each in top.get_symbols() if each.is_referenced()}
    used |= {name for scope in top.get_children() for name in from_outside(scope)}
    bound = {each.get_name() for each in top.get_symbols() if each.is_assigned()}
    bound |= {each.get_name() for each in top.get_symbols() if each.is_imported()}
    return used, bound


def from_outside(scope: symtable.SymbolTable) -> Iterator[str]:
    """The page's names that a function or class uses."""
    yield from (each.get_name() for each in scope.get_symbols() if each.is_global())
    for inner in scope.get_children():
        yield from from_outside(inner)
