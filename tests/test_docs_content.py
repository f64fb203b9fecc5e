"""Every page teaches what the course asks of it, and every page of the chapter is asked."""

import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
MAP = tomllib.loads((ROOT / "tests" / "data" / "chapter_map.toml").read_text(encoding="utf-8"))
WRITTEN = [page for page in MAP if (DOCS / page).exists()]


def missing(page: str, text: str) -> list[str]:
    """What the map asks of a page and the text does not have."""
    lower = text.lower()
    return [phrase for phrase in MAP[page]["holds"] if phrase.lower() not in lower]


@pytest.mark.parametrize("page", WRITTEN)
def test_the_page_has_all_that_the_map_asks(page: str) -> None:
    assert missing(page, (DOCS / page).read_text(encoding="utf-8")) == []


def test_a_missing_item_is_found() -> None:
    page = "chapter/activations.md"
    text = (DOCS / page).read_text(encoding="utf-8")
    assert missing(page, text.replace("3.048587", "3.048588")) == ["3.048587"]


def test_every_page_of_the_chapter_is_in_the_map() -> None:
    pages = {f"chapter/{path.name}" for path in (DOCS / "chapter").glob("*.md")}
    assert pages <= set(MAP)
