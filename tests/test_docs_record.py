"""No number in the prose of a page changes unnoticed, not even a small one."""

import json

import pytest

import record

RECORDED = json.loads(record.RECORD.read_text(encoding="utf-8"))
CURRENT = record.current()
HINT = "read the change, then run `python scripts/record.py`"


def test_every_page_is_in_the_record() -> None:
    assert set(CURRENT) == set(RECORDED), HINT


@pytest.mark.parametrize("page", CURRENT)
def test_the_numbers_in_a_page_are_the_recorded_ones(page: str) -> None:
    assert CURRENT[page].split() == RECORDED.get(page, "").split(), f"{page}: {HINT}"


def test_one_changed_digit_is_seen() -> None:
    page = record.ROOT / "docs" / "chapter" / "tensors.md"
    text = page.read_text(encoding="utf-8")
    examples = record.pages.page_examples(text)
    changed = text.replace("3 color channels in each", "4 color channels in each")
    assert record.numbers.written(changed, examples) != record.numbers.written(text, examples)
