"""Record the numbers in the pages' prose, once they have been read.

Small numbers ("3 channels") are not proven by an example; a test compares them with this record,
so that none changes unnoticed.
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from checks import numbers, pages
from website import ROOT

RECORD = ROOT / "tests" / "data" / "prose_numbers.json"


def numbers_of(page: Path) -> str:
    """The digits in a page's prose."""
    text = page.read_text(encoding="utf-8")
    return numbers.written(text, pages.page_examples(text))


def current() -> dict[str, str]:
    """The record as the pages stand."""
    found = sorted(ROOT.glob("docs/**/*.md"))
    return {page.relative_to(ROOT).as_posix(): numbers_of(page) for page in found}


if __name__ == "__main__":
    RECORD.write_text(json.dumps(current(), indent=1) + "\n", encoding="utf-8")
    print(f"written to {RECORD.relative_to(ROOT)}")
