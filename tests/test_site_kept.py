"""A live server keeps the rendering of unchanged pages; what it serves is what a build makes."""

import filecmp
from pathlib import Path

import pytest
from material.plugins.search import plugin as search
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.structure.pages import Page

from website import ROOT, kept

SETTINGS = f"""
site_name: kept
use_directory_urls: false
theme: {{name: material, font: false}}
plugins:
  - search
  - autorefs
  - mkdocstrings:
      handlers: {{python: {{paths: ["{ROOT.as_posix()}"], options: {{backlinks: tree}}}}}}
"""
PAGE = "# One\n\nSee [check_grad][nnref.gradcheck.check_grad] and [two](two.md#two).\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small site; whatever `keep` changes is put back afterwards."""
    monkeypatch.setenv("NO_MKDOCS_2_WARNING", "1")
    monkeypatch.setattr(Page, "render", Page.render)
    monkeypatch.setattr(search, "Parser", search.Parser)
    monkeypatch.setattr(kept, "renderings", {})
    docs = tmp_path / "docs"
    docs.mkdir()
    (tmp_path / "mkdocs.yml").write_text(SETTINGS, encoding="utf-8")
    (docs / "index.md").write_text(PAGE, encoding="utf-8")
    (docs / "two.md").write_text("# Two\n\n::: nnref.gradcheck\n", encoding="utf-8")
    return tmp_path


def built(project: Path, name: str) -> Path:
    """Build as a live server does, with settings read anew."""
    config = load_config(str(project / "mkdocs.yml"), site_dir=str(project / name))
    build(config)
    return project / name


def differing(one: Path, other: Path) -> list[str]:
    """The files that are not the same in two folders."""
    names = {path.relative_to(site).as_posix() for site in (one, other) for path in site.rglob("*")}
    files = sorted(name for name in names if not (one / name).is_dir())
    same, _, _ = filecmp.cmpfiles(one, other, files, shallow=False)
    return [name for name in files if name not in same and not name.startswith("sitemap")]


def test_after_an_edit_the_site_is_what_a_build_from_nothing_makes(project: Path) -> None:
    rendered: list[str] = []
    render = Page.render

    def counted(page: Page, *arguments: object) -> None:
        rendered.append(page.file.src_uri)
        render(page, *arguments)

    Page.render = counted
    kept.keep()
    built(project, "first")
    assert sorted(rendered) == ["index.md", "two.md"]

    (project / "docs" / "index.md").write_text(PAGE + "\nMore.\n", encoding="utf-8")
    rendered.clear()
    live = built(project, "live")
    assert rendered == ["index.md"]

    kept.renderings.clear()
    assert differing(live, built(project, "fresh")) == []
    assert "More." in (live / "index.html").read_text(encoding="utf-8")
    assert 'href="two.html#nnref.gradcheck.check_grad"' in (live / "index.html").read_text()


def test_a_change_that_all_pages_share_renders_them_all() -> None:
    kept.only_while("one")
    kept.renderings["page.md"] = object()
    kept.only_while("one")
    assert kept.renderings
    kept.only_while("two")
    assert not kept.renderings
