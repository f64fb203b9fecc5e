"""A build remembers how it rendered what has not changed; what it makes is what a new one makes."""

import filecmp
import shutil
from pathlib import Path

import pytest
import trees

LINKS = "\n\nSee [half][nnref.small.half] and [up](glossary.md#glossary-gradient).\n"
BROKEN = "\n\n[There](glossary.md#missing).\n"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A small tree whose site has been built once."""
    tree = trees.small(tmp_path / "tree")
    append(tree / "docs" / "index.md", LINKS)
    trees.succeed(trees.build(tree, tmp_path / "first"))
    return tree


def append(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


def kept(tree: Path) -> dict[str, bytes]:
    """The renderings that a tree keeps, by the names of their pages."""
    found = (tree / ".cache" / "rendered").iterdir()
    return {path.stem: path.read_bytes() for path in found}


def differing(one: Path, other: Path) -> list[str]:
    """The files that are not the same in two folders."""
    names = {path.relative_to(site).as_posix() for site in (one, other) for path in site.rglob("*")}
    files = sorted(name for name in names if not (one / name).is_dir())
    same, _, _ = filecmp.cmpfiles(one, other, files, shallow=False)
    return [name for name in files if name not in same]


def test_after_an_edit_the_site_is_what_a_build_from_nothing_makes(
    tree: Path, tmp_path: Path
) -> None:
    before = kept(tree)
    assert set(before) == {"index.md", "glossary.md", "reference.md"}
    append(tree / "docs" / "index.md", "More.\n")
    trees.succeed(trees.build(tree, tmp_path / "again"))
    assert [name for name, page in kept(tree).items() if page != before[name]] == ["index.md"]

    shutil.rmtree(tree / ".cache")
    trees.succeed(trees.build(tree, tmp_path / "fresh"))
    assert differing(tmp_path / "again", tmp_path / "fresh") == []
    page = (tmp_path / "again" / "index.html").read_text(encoding="utf-8")
    assert "More." in page
    assert 'href="reference.html#nnref.small.half"' in page


def test_a_change_that_all_pages_share_renders_them_all(tree: Path, tmp_path: Path) -> None:
    before = kept(tree)
    append(tree / "mkdocs.yml", "# changed\n")
    trees.succeed(trees.build(tree, tmp_path / "again"))
    after = kept(tree)
    assert before.keys() == after.keys()
    assert [name for name in before if after[name] == before[name]] == []


def test_what_is_wrong_is_said_in_each_build(tree: Path, tmp_path: Path) -> None:
    append(tree / "docs" / "index.md", BROKEN)
    for name in ("once", "twice"):
        run = trees.build(tree, tmp_path / name)
        assert run.returncode != 0
        assert "'glossary.md#missing'" in run.stderr
