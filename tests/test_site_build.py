"""The built folder: the same bytes each time, and nothing in it that reaches for another site."""

import base64
import hashlib
import os
import re
import shutil
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import pytest
import trees

from conftest import Shared
from website import CACHE, ROOT

FETCHED = {"icon", "manifest", "modulepreload", "preconnect", "prefetch", "preload", "stylesheet"}
DATA = "application/json"
NO_TORCH = 'raise ImportError("the site builds without torch")\n'


@dataclass
class Tag:
    """An element of a page with its attributes and, for a script, its text."""

    name: str
    attributes: dict[str, str]
    text: str = ""


class Reader(HTMLParser):
    """The tags of a page, in order."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.tags: list[Tag] = []
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(Tag(tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        if self.cdata_elem in ("script", "style"):
            self.tags[-1].text += data


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, list[Tag]]:
    found = {str(each.relative_to(site)): Reader(each).tags for each in site.rglob("*.html")}
    assert found
    return found


@pytest.fixture(scope="module")
def anew(shared: Shared, site: Path) -> Path:
    """The site built again, as unlike as can be: elsewhere, without history, torch or drawings.

    What the studies print and draw is compared where they run a second time.
    """

    def fill(folder: Path) -> None:
        tree = trees.copy(folder / "tree", with_cache=False)
        (tree / "torch.py").write_text(NO_TORCH, encoding="utf-8")
        for made in filter(Path.is_dir, (CACHE / "studies", CACHE / "browser")):
            shutil.copytree(made, tree / CACHE.name / made.name)
        other = {"PYTHONHASHSEED": "2", "SOURCE_DATE_EPOCH": date_of(site), "TZ": "Asia/Tokyo"}
        trees.succeed(trees.build(tree, folder / "site", **other))

    return shared("anew", fill) / "site"


def date_of(site: Path) -> str:
    """The day of the commit that a site is built from, as its files state it."""
    with (site / "sitemap.xml.gz").open("rb") as file:
        return str(int.from_bytes(file.read(8)[4:], "little"))


def test_two_builds_are_identical(site: Path, anew: Path) -> None:
    one, other = ({each.relative_to(out): each for each in files(out)} for out in (site, anew))
    assert one.keys() == other.keys()
    assert [name for name in one if one[name].read_bytes() != other[name].read_bytes()] == []


def files(out: Path) -> list[Path]:
    return [each for each in out.rglob("*") if each.is_file()]


def test_no_file_knows_where_it_was_built(site: Path) -> None:
    place = os.fsencode(ROOT)
    assert [each for each in files(site) if place in each.read_bytes()] == []


def test_a_page_is_edited_and_shared_only_where_its_addresses_are_known(tmp_path: Path) -> None:
    tree = trees.small(tmp_path / "tree")
    address = "https://example.org/owner/project"
    for repository in (address, ""):
        home = f"{repository}/" if repository else ""
        trees.succeed(trees.build(tree, tree / "site", REPO_URL=repository, SITE_URL=home))
        links = edit_links(tree / "site" / "index.html")
        assert [each.startswith(repository) for each in links] == [True] * bool(repository)
        card = told(tree / "site")
        assert card.get("og:url", "") == (home and f"{home}glossary.html")
        assert card.get("og:image", "") == (home and f"{home}assets/card.png")
        assert (tree / "site" / "assets" / "card.png").exists() == bool(home)


def told(site: Path) -> dict[str, str]:
    tags = [tag.attributes for tag in Reader(site / "glossary.html").tags]
    return {tag["property"]: tag["content"] for tag in tags if "property" in tag}


def edit_links(page: Path) -> list[str]:
    tags = Reader(page).tags
    return [each.attributes["href"] for each in tags if each.attributes.get("rel") == "edit"]


def test_the_policy_allows_the_inline_scripts_and_styles_of_the_page_alone(
    pages: dict[str, list[Tag]],
) -> None:
    for page, tags in pages.items():
        policy = policy_of(tags)
        styles = [each.attributes["style"] for each in tags if "style" in each.attributes]
        styles += [each.text for each in tags if each.name == "style"]
        assert hashes(policy["script-src"]) == {digest(text) for text in scripts(tags)}, page
        assert hashes(policy["style-src"]) == {digest(text) for text in styles}, page
        assert not any(name.startswith("on") for tag in tags for name in tag.attributes), page


def policy_of(tags: list[Tag]) -> dict[str, list[str]]:
    [meta] = [each for each in tags if "http-equiv" in each.attributes]
    assert meta.attributes["http-equiv"] == "Content-Security-Policy"
    assert "unsafe-inline" not in meta.attributes["content"]
    assert not any(each.name == "script" for each in tags[: tags.index(meta)])
    directives = (each.split() for each in meta.attributes["content"].split(";"))
    return {name: sources for name, *sources in directives}


def scripts(tags: list[Tag]) -> list[str]:
    inline = (each for each in tags if each.name == "script" and "src" not in each.attributes)
    return [each.text for each in inline if each.attributes.get("type") != DATA]


def hashes(sources: list[str]) -> set[str]:
    return {each for each in sources if each.startswith("'sha")}


def digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_the_policy_names_no_other_site(pages: dict[str, list[Tag]]) -> None:
    for page, tags in pages.items():
        policy = policy_of(tags)
        sources = {each for values in policy.values() for each in values}
        assert policy["default-src"] == ["'none'"], page
        live = {"'wasm-unsafe-eval'", "blob:"} if any(map(runs_python, tags)) else set()
        allowed = {"'self'", "'none'", "'unsafe-hashes'", "data:"} | live
        assert sources - hashes([*sources]) <= allowed, page


def runs_python(tag: Tag) -> bool:
    return "data-runtime" in tag.attributes


def test_a_page_loads_nothing_from_elsewhere(pages: dict[str, list[Tag]]) -> None:
    for page, tags in pages.items():
        assert [each for tag in tags for each in loads(tag) if "//" in each] == [], page


def loads(tag: Tag) -> list[str]:
    """The addresses that a browser fetches for a tag without being asked."""
    if tag.name == "link" and not FETCHED & {*tag.attributes.get("rel", "").split()}:
        return []
    names = ("src", "srcset", "data", "poster") + (("href",) if tag.name == "link" else ())
    addresses = [tag.attributes[name] for name in names if name in tag.attributes]
    return [each for each in addresses if not each.startswith("data:")]


def test_a_stylesheet_loads_nothing_from_elsewhere(site: Path) -> None:
    sheets = [*site.rglob("*.css"), *site.rglob("*.svg")]
    assert sheets
    for sheet in sheets:
        text = sheet.read_text(encoding="utf-8")
        assert not re.search(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//", text), sheet


def test_every_page_links_to_the_licenses_of_what_ships(
    pages: dict[str, list[Tag]], site: Path
) -> None:
    notices = (site / "licenses.txt").read_text(encoding="utf-8")
    for words in ("MIT License", "Martin Donath", "SIL OPEN FONT LICENSE", "STIX"):
        assert words in notices
    for page, tags in pages.items():
        if page == "404.html":  # it ships nothing but our own
            continue
        links = [each.attributes.get("href", "") for each in tags if each.name == "a"]
        assert any(each.endswith("licenses.txt") for each in links), page


def test_pages_have_titles_and_descriptions_of_their_own(site: Path) -> None:
    for pattern in (r"<title>(.*?)</title>", r'<meta name="description" content="(.*?)">'):
        pages = [page for page in site.rglob("*.html") if page.name != "404.html"]
        found = [re.search(pattern, page.read_text(encoding="utf-8"))[1] for page in pages]
        assert len({*found}) == len(found)
    home = (site / "index.html").read_text(encoding="utf-8")
    assert "<title>Introduction to Neural Networks</title>" in home
    assert re.search(r"Version \d+\.\d+\.\d+, \w+ \d+, \d{4}\.", home)
