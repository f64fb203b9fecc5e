"""Brings `nnref` along, so that no index is asked for it; says which other packages are missing.

The long line at the end is the package itself: a wheel, as base64.
"""

import ast
import base64
import importlib.metadata
import importlib.util
import re
import sys
import tempfile
from pathlib import Path


def begin(python, needs, name, wheel):
    """Make `nnref` importable; skip the cells that need what is missing, and say what it is."""
    importlib.invalidate_caches()
    if importlib.util.find_spec("nnref") is None:
        carried = Path(tempfile.mkdtemp(), name)
        carried.write_bytes(base64.b64decode(wheel))
        sys.path.append(str(carried))
        print(f"nnref comes from this notebook: {name}")
    else:
        print(f"nnref is installed here: {importlib.util.find_spec('nnref').origin}")

    missing = {}
    for module, title, package, oldest in needs:
        if importlib.util.find_spec(module) is None or older(installed(package), oldest):
            missing[module] = f"{title} {oldest}".rstrip()
            print(f"{missing[module]} is missing: cells that need it are skipped. To have it, run")
            print(
                f'    %pip install "{package}>={oldest}"'
                if oldest
                else f"    %pip install {package}"
            )
            print("in a cell of its own, and then this cell again.")
    if "numpy" in missing:
        missing["nnref"] = missing["numpy"]
    if older("{}.{}".format(*sys.version_info), python):
        missing["nnref"] = f"Python {python}"
        print(f"nnref needs Python {python} or newer; cells that need it are skipped.")
    shell = get_ipython()  # noqa: F821 (Jupyter provides it)
    others = [each for each in shell.ast_transformers if type(each).__name__ != "Skip"]
    shell.ast_transformers[:] = [*others, Skip(missing)] if missing else others


def installed(package):
    """The version of a package, or nothing where it does not say."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""


def older(version, wanted):
    """Whether a version is known and comes before the one that is wanted."""
    one, other = ([int(part) for part in re.findall(r"\d+", text)] for text in (version, wanted))
    return bool(one) and one < other


class Skip:
    """Puts a message in the place of each cell that needs what is missing."""

    def __init__(self, missing):
        self.modules = missing
        self.names = {}  # what skipped cells would have set

    def visit(self, cell):
        """The cell, or what it says instead."""
        imported, loaded, stored = set(), set(), set()
        for node in ast.walk(cell):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                modules = [getattr(node, "module", None) or each.name for each in node.names]
                imported |= {each.partition(".")[0] for each in modules}
                stored |= {each.asname or each.name.partition(".")[0] for each in node.names}
            elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                stored.add(node.name)
            elif isinstance(node, ast.Name):
                (loaded if isinstance(node.ctx, ast.Load) else stored).add(node.id)
        lost = [self.modules[each] for each in imported if each in self.modules]
        lost += [self.names[each] for each in loaded - stored if each in self.names]
        for name in stored:
            self.names.pop(name, None)
        if not lost:
            return cell
        self.names.update(dict.fromkeys(stored, lost[0]))
        return ast.parse(f"print('Skipped: this cell needs {lost[0]}.')")
