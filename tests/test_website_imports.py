"""What a study or a figure is run again for: the code it uses, and nothing else."""

from pathlib import Path

import pytest

from website import ROOT, SiteError, imports

PACKAGE = {
    "nnref/__init__.py": '"""A package."""\n',
    "nnref/losses/__init__.py": (
        "from nnref.losses.one import f, g\nfrom nnref.losses.two import h\n"
    ),
    "nnref/losses/one.py": 'def f():\n    """F."""\n    return 1\n\n\ng = f\n',
    "nnref/losses/two.py": "def h():\n    return 2\n",
    "nnref/checks.py": "x = 1\n",
}


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package whose `losses` only hand on what their modules define."""
    monkeypatch.setattr(imports, "ROOT", tmp_path)
    monkeypatch.setattr(imports, "FOLDERS", {"nnref": tmp_path})
    for name, text in PACKAGE.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def used(tree: Path, source: str) -> set[str]:
    """What a source uses of the package."""
    path = tree / "study.py"
    path.write_text(source, encoding="utf-8")
    return {each.relative_to(tree).as_posix() for each in imports.reachable(path) - {path}}


@pytest.mark.parametrize(
    "source",
    [
        "from nnref.losses import f\n",
        "from nnref import losses\n\nlosses.f()\n",
        "from nnref import losses as l\n\nprint(l.f, l.g)\n",
        "import nnref.losses\n\nnnref.losses.f()\n",
        "import nnref.losses.one\n\nnnref.losses.one.f()\n",
    ],
)
def test_of_a_package_that_hands_on_only_the_defining_module_counts(
    tree: Path, source: str
) -> None:
    assert used(tree, source) == {"nnref/losses/one.py"}


def test_a_package_that_is_used_as_a_whole_counts_as_a_whole(tree: Path) -> None:
    assert used(tree, "from nnref import losses\n\ngetattr(losses, 'f')\n") == {
        "nnref/losses/__init__.py",
        "nnref/losses/one.py",
        "nnref/losses/two.py",
    }


def test_what_a_used_module_uses_counts(tree: Path) -> None:
    (tree / "nnref/losses/one.py").write_text("from nnref import checks\n\nf = checks.x\n")
    assert used(tree, "from nnref.losses import f\n") == {"nnref/losses/one.py", "nnref/checks.py"}


def test_a_new_loss_concerns_only_who_uses_its_module(tree: Path) -> None:
    one, two = tree / "one.py", tree / "two.py"
    one.write_text("from nnref.losses import f\n")
    two.write_text("from nnref.losses import h\n")
    before = [imports.fingerprint(imports.reachable(each)) for each in (one, two)]
    with (tree / "nnref/losses/two.py").open("a") as module:
        module.write("\n\ndef new():\n    return 3\n")
    text = PACKAGE["nnref/losses/__init__.py"].replace("import h", "import h, new")
    (tree / "nnref/losses/__init__.py").write_text(text)
    after = [imports.fingerprint(imports.reachable(each)) for each in (one, two)]
    assert after[0] == before[0]
    assert after[1] != before[1]


def test_comments_and_docstrings_concern_nobody(tree: Path) -> None:
    study = tree / "study.py"
    study.write_text("from nnref.losses import f\n")
    before = imports.fingerprint(imports.reachable(study))
    module = tree / "nnref/losses/one.py"
    text = PACKAGE["nnref/losses/one.py"].replace('"""F."""', '"""Other."""  # why')
    module.write_text(text)
    assert imports.fingerprint(imports.reachable(study)) == before
    module.write_text(text.replace("return 1", "return 2"))
    assert imports.fingerprint(imports.reachable(study)) != before


def test_what_is_given_beside_the_files_counts() -> None:
    assert imports.fingerprint([], "a") != imports.fingerprint([], "b")


def test_what_a_module_does_is_its_code_and_not_what_is_written_about_it() -> None:
    source = '"""About."""\n\n\ndef f(x):\n    """Double."""\n    return 2 * x  # why\n'
    same = '"""Other."""\ndef f(x):\n    """Two\n    lines."""\n\n    return 2*x\n'
    assert imports.code(source) == imports.code(same)
    assert imports.code(source) != imports.code(source.replace("2 *", "3 *"))
    assert imports.code("x = 1\n") != imports.code("x = 2\n")


def test_a_module_that_python_cannot_read_is_named(tree: Path) -> None:
    (tree / "nnref/losses/one.py").write_text("def f():\nreturn 1\n")
    with pytest.raises(SiteError, match=r"nnref/losses/one\.py:2: expected an indented block"):
        used(tree, "from nnref.losses import f\n")


def test_a_figure_depends_on_what_its_module_imports_and_on_nothing_else() -> None:
    found = imports.reachable(ROOT / "scripts" / "figures" / "tensors.py")
    names = {path.relative_to(ROOT).as_posix() for path in found}
    assert {"scripts/figures/style.py", "nnref/tensors.py", "nnref/_checks.py"} <= names
    assert not any("activations" in name for name in names)
