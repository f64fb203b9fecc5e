"""What one build remembers for the next, and when a site needs no build."""

from collections.abc import Callable
from pathlib import Path

import pytest

from website import memory, stamp


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(memory, "CACHE", tmp_path / "cache")
    return tmp_path / "cache"


def test_what_was_kept_under_a_key_comes_back_under_this_key_alone() -> None:
    memory.keep("kind", "a/b.md", "key", {"x": [1]})
    assert memory.recall("kind", "a/b.md", "key") == {"x": [1]}
    assert memory.recall("kind", "a/b.md", "other") is None
    assert memory.recall("kind", "a/c.md", "key") is None
    memory.keep("kind", "a/b.md", "other", 2)
    assert memory.recall("kind", "a/b.md", "key") is None


@pytest.mark.parametrize("broken", [b"", b"no pickle", b"\x80\x04K\x01.", b"cnowhere\nnothing\n."])
def test_a_broken_memory_is_none(cache: Path, broken: bytes) -> None:
    memory.keep("kind", "name", "key", 1)
    [path] = (cache / "kind").iterdir()
    path.write_bytes(broken)
    assert memory.recall("kind", "name", "key") is None


def test_a_key_changes_with_each_part_and_with_the_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = {memory.key(), memory.key("a"), memory.key("a", "b"), memory.key("ab")}
    monkeypatch.setattr(memory, "tools", lambda: "another version")
    assert len(keys | {memory.key("a")}) == 5


def build(asked: list[str]) -> list[str]:
    """What a process makes that is asked for the lengths of texts, and what it says at its end."""
    made: list[str] = []
    at_end: list[Callable[[], None]] = []

    def length(text: str) -> int:
        made.append(text)
        return len(text)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(memory.atexit, "register", at_end.append)
        remembered = memory.remembered(length)
        assert [remembered(text) for text in asked] == [len(text) for text in asked]
    for save in at_end:
        save()
    return made


def test_what_was_made_of_a_text_is_remembered_by_the_next_build_alone() -> None:
    assert build(["a", "bc", "a"]) == ["a", "bc"]
    assert build(["bc", "d"]) == ["d"]
    assert build(["d", "bc"]) == []
    assert build(["a"]) == ["a"]  # nobody has asked for it in between


# ---- a site that is as it would be built


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site made of one page, just built."""
    monkeypatch.setattr(stamp, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(stamp, "ROOT", tmp_path)
    monkeypatch.setattr(stamp, "MADE_OF", (tmp_path / "docs",))
    monkeypatch.setattr(stamp, "ALONE", ())
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    monkeypatch.delenv("SITE_URL", raising=False)
    for name in ("docs/a.md", "site/a.html", "site/b/c.css"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name, encoding="utf-8")
    assert not stamp.valid(tmp_path / "site")
    stamp.write(tmp_path / "site")
    return tmp_path / "site"


def test_a_site_that_nothing_has_changed_is_current(site: Path) -> None:
    (site.parent / "docs" / "__pycache__").mkdir()
    (site.parent / "docs" / "__pycache__" / "a.pyc").write_text("compiled")
    assert stamp.valid(site)


@pytest.mark.parametrize(
    "change",
    [
        lambda site: (site / "a.html").write_text("altered"),
        lambda site: (site / "b" / "c.css").unlink(),
        lambda site: (site / "new.txt").write_text("new"),
        lambda site: (site.parent / "docs" / "a.md").write_text("edited"),
        lambda site: (site.parent / "docs" / "b.md").write_text("new"),
        lambda site: (site.parent / "docs" / "a.md").unlink(),
    ],
    ids=["altered", "removed", "added", "edited", "new page", "page removed"],
)
def test_a_site_is_built_again_when_anything_has_changed(site: Path, change: object) -> None:
    change(site)
    assert not stamp.valid(site)


@pytest.mark.parametrize("name", ["SITE_URL", "REPO_URL", "EDIT_URI", "SOURCE_DATE_EPOCH"])
def test_a_site_is_built_again_for_another_setting(
    site: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "2")
    assert not stamp.valid(site)


def test_a_site_that_was_never_built_is_not_current(tmp_path: Path) -> None:
    assert not stamp.valid(tmp_path / "nowhere")
