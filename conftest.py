"""Pages and docstrings as tests, and how the tests are shared among workers."""

import os
from typing import Any

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


# ---- sharing: python -m pytest -n logical

# The longest come first, since a worker who waits at the end helps nobody.
FIRST = ["site_build", "docs_planted", "dev", "kernels", "docs_studies", "docs_notebooks"]
FIRST += ["site_live", "site_exercises", "site_reader", "site_browser"]
# In these modules what belongs together is one page, one notebook, not the whole module.
APART = {"docs_studies", "docs_notebooks", "site_live", "site_reader", "site_browser"}


def topic(nodeid: str) -> str:
    """What a file of tests is about; of other files, their path."""
    return nodeid.partition("::")[0].removeprefix("tests/test_").removesuffix(".py")


def together(nodeid: str) -> str:
    """A name that tests share which one worker has to run: a page's examples are one session."""
    about = topic(nodeid)
    return about + nodeid.partition("[")[2] if about in APART else about


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long; apart from that the order stays."""
    items.sort(key=lambda item: [*FIRST, topic(item.nodeid)].index(topic(item.nodeid)))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Hand a worker who is free the next tests that belong together."""
    from xdist.scheduler import LoadScopeScheduling

    config.option.loadscopereorder = False
    scheduler = LoadScopeScheduling(config, log)
    scheduler._split_scope = together
    return scheduler
