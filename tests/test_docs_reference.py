"""The reference has each loss on one page, to which the module's own page leads."""

import re
from collections import Counter

from nnref import losses
from website import ROOT

REFERENCE = ROOT / "docs" / "reference"
GROUPS = [path.read_text(encoding="utf-8") for path in sorted(REFERENCE.glob("losses-*.md"))]


def test_each_loss_stands_on_the_page_of_one_group() -> None:
    shown = Counter(name for page in GROUPS for name in re.findall(r"^ +- (\w+)$", page, re.M))
    assert shown == Counter(losses.__all__)


def test_the_page_of_all_losses_leads_to_each() -> None:
    page = (REFERENCE / "losses.md").read_text(encoding="utf-8")
    assert set(re.findall(r"\]\[nnref\.losses\.(\w+)\]", page)) == set(losses.__all__)
