"""What a page gets from its own text: its notebook's words, and links to the functions it uses."""

import pytest

from checks import pages
from website import notebooks, prose, used


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("See [fit][nnref.training.fit].", "See fit."),
        (
            "See [the\nloss](losses.md#losses-why) and [Adam\nhere][adam].",
            "See the\nloss and Adam\nhere.",
        ),
        ('See [`x[0]`](tensors.md), [loss][] and [T](t.md "title").', "See `x[0]`, loss and T."),
        ("[NumPy](https://numpy.org) stays.", "[NumPy](https://numpy.org) stays."),
        ("Take a[0][1], m[i][j] and `b[0](c)`.", "Take a[0][1], m[i][j] and `b[0](c)`."),
        ("It is $a_{[0]}[k](x)$ here.", "It is $a_{[0]}[k](x)$ here."),
        ("    inside a tab\n    on two lines", "inside a tab\non two lines"),
        ('=== "NumPy"', "**NumPy**"),
        ('??? question "1. Why?"', "**1. Why?**"),
        ("## Data {#study-data}", "## Data"),
        ("`{: .x }` stays, {: .facts } goes", "`{: .x }` stays, goes"),
    ],
)
def test_a_notebook_has_what_any_reader_of_markdown_shows(text: str, plain: str) -> None:
    assert notebooks.plain(text) == plain


def test_a_meaning_has_no_links() -> None:
    assert prose.without_links("A [*thin* gap](x.md), `a[0][b]`.") == "A *thin* gap, `a[0][b]`."


def test_the_functions_of_a_page_are_linked_in_the_order_of_first_use() -> None:
    page = (
        "```pycon\n>>> from nnref import losses\n>>> from nnref.activations import relu as r\n"
        ">>> from nnref.datasets import WELD_CLASSES\n"
        ">>> losses.huber([1.0], [2.0], delta=1.0), losses.nothing, r(1)\n```\n"
    )
    code = pages.sources(page)
    assert list(used.functions(code)) == ["nnref.activations.relu", "nnref.losses.huber"]
    assert "Functions on this page: [`relu`][nnref.activations.relu], [`huber`]" in used.links(code)
    assert used.links(()) == ""
