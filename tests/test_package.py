"""The package: what it exports, what it imports, and what it does not."""

import ast
import importlib
import pkgutil
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

import nnref

PACKAGE = Path(nnref.__file__).parent
ROOT = PACKAGE.parent
MODULES = [name for _, name, _ in pkgutil.walk_packages(nnref.__path__, "nnref.")]
PUBLIC = [name for name in MODULES if "._" not in name]

FLOORS = [
    {"_checks"},
    {"_archive", "_boxes", "_formulas", "_pair", "_radiograph", "_reduce", "gradcheck"},
    {"activations", "autograd", "boxes", "datasets", "initializers", "optimizers", "tensors"},
    {"losses", "metrics", "perceptron"},
    {"layers"},
    {"training"},
]


def imported(module: str) -> set[str]:
    """Return the dotted names that a module imports."""
    file = Path(importlib.import_module(module).__file__)
    names = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def loaded(statement: str) -> set[str]:
    """Return the modules that a statement loads in a fresh interpreter."""
    code = f"{statement}; import sys; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(run.stdout.split())


def test_no_module_loads_torch_or_matplotlib() -> None:
    found = loaded(f"import {', '.join(MODULES)}")
    assert {*MODULES, "numpy"} <= found
    assert not found & {"torch", "matplotlib", "scipy", "mpmath", "hypothesis"}


def test_importing_the_package_loads_no_more_than_numpy_and_itself() -> None:
    extra = loaded("import nnref") - loaded("import numpy")
    assert extra == {"nnref"}


def test_modules_load_at_their_first_use() -> None:
    assert "nnref.losses" not in loaded("import nnref; nnref.activations")
    assert {"nnref.activations", "nnref.tensors"} <= loaded(
        "import nnref; nnref.activations; nnref.tensors"
    )
    assert set(nnref.__all__) <= set(dir(nnref))


def test_a_misspelled_module_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match=r"^module 'nnref' has no attribute 'activation'$"):
        nnref.activation  # noqa: B018 (reading it is the test)


@pytest.mark.parametrize("module", ["nnref", *MODULES])
def test_only_numpy_and_the_standard_library_are_imported(module: str) -> None:
    packages = {name.partition(".")[0] for name in imported(module)}
    assert packages <= sys.stdlib_module_names | {"numpy", "nnref"}


@pytest.mark.parametrize("module", MODULES)
def test_imports_only_go_down(module: str) -> None:
    floor = {name: height for height, names in enumerate(FLOORS) for name in names}
    own = module.split(".")[1]
    used = {name.split(".")[1] for name in imported(module) if name.startswith("nnref.")}
    assert own in floor
    assert [name for name in used - {own} if floor[name] >= floor[own]] == []


@pytest.mark.parametrize("module", PUBLIC)
def test_all_names_what_is_public(module: str) -> None:
    found = importlib.import_module(module)
    own = {
        name
        for name, value in vars(found).items()
        if not name.startswith("_") and getattr(value, "__module__", "").startswith(module)
    }
    assert own <= set(found.__all__) <= set(vars(found))


def test_every_public_module_is_in_the_package() -> None:
    assert set(nnref.__all__) == {name.split(".")[1] for name in PUBLIC}
    assert all(isinstance(getattr(nnref, name), ModuleType) for name in nnref.__all__)


def test_the_version_is_that_of_the_metadata() -> None:
    metadata = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert nnref.__version__ == metadata["project"]["version"]


def test_the_package_says_that_it_is_typed() -> None:
    assert (PACKAGE / "py.typed").is_file()
