"""Pages and docstrings as tests."""

import os

import pytest
from sybil import Sybil

from checks import doctests

# Before PyTorch is loaded: on small matrices threads wait for each other.
os.environ.setdefault("OMP_NUM_THREADS", "1")

pytest_collect_file = Sybil(
    [doctests.parse], path="docs", pattern="*.md", setup=doctests.fresh
).pytest()


def pytest_itemcollected(item: pytest.Item) -> None:
    """Compare the output of a docstring's example as that of a page's."""
    if isinstance(item, pytest.DoctestItem):
        item.runner._checker = doctests.Checker()
