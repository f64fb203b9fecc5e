"""The twin that `dev.py bench twin` measures: what it is made of, and how it says no."""

import argparse
import ast
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import jupytext
import nbformat
import pytest

import dev
from benchmarks import build, twin

ROOT = Path(__file__).parent.parent
CHAPTER = sorted((ROOT / "docs" / "chapter").glob("*.md"))
STUDIES = sorted((ROOT / "docs" / "case-studies").glob("*.py"))
OURS = re.compile(r"^ *(===|!!!|\?\?\?) |\[\[[a-z]|\]\[[a-z]|\{#|^given:|\]\([^#h)]", re.MULTILINE)
SAMPLE = """\
---
title: A page
---

# A page

## A part {#page-part}

[[figure bars | Three bars. | Compare them.]]

See [`relu`][nnref.activations.relu], [the
part][page-part], [why](#page-part), [other](../other.md), [far](https://example.org)
and `a[0][x.y]`.[[measured boxes]]

=== "One"

    ```pycon
    >>> a[0][1]  # [[figure no | no]]
    ```

??? question "Why?"
    Because.

    !!! note "And"
        So.

The end.
"""
CONVERTED = """\

# A page

(page-part)=
## A part

![Three bars.](../figures/bars.svg)

See {py:obj}`relu <nnref.activations.relu>`, [the
part](#page-part), [why](#page-part), other, [far](https://example.org)
and `a[0][x.y]`.

::::{tab-set}
:::{tab-item} One
```pycon
>>> a[0][1]  # [[figure no | no]]
```
:::

::::

::::{admonition} Why?
:class: dropdown

Because.

:::{admonition} And
So.
:::

::::

The end.

"""


def test_a_page_becomes_myst():
    assert twin.page(SAMPLE, {"page-part"}) == CONVERTED


@pytest.mark.parametrize("path", CHAPTER, ids=lambda path: path.stem)
def test_a_page_keeps_its_examples_and_nothing_that_only_mkdocs_knows(path):
    text = path.read_text(encoding="utf-8")
    converted = twin.page(text, set(twin.ID.findall(text)))
    assert examples(converted) == examples(text) != []
    prose = []
    twin.outside_fences(converted, lambda part: prose.append(part) or part)
    without_images = re.sub(r"^!\[.*\)$", "", "".join(prose), flags=re.MULTILINE)
    assert not OURS.findall(without_images)


def examples(text):
    """Return the fences of a page without their indentation."""
    return [dedent(match[0]) for match in twin.FENCE.finditer(text)]


def test_a_study_becomes_a_notebook_with_the_same_code():
    text = STUDIES[0].read_text(encoding="utf-8")
    notebook = nbformat.reads(twin.study(text, set()), as_version=4)
    nbformat.validate(notebook)
    assert {cell.cell_type for cell in notebook.cells} == {"code", "markdown"}
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    assert code == [
        cell.source for cell in jupytext.read(STUDIES[0]).cells if cell.cell_type == "code"
    ]
    assert ast.dump(ast.parse("\n".join(code))) == ast.dump(ast.parse(text))
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert prose.startswith("# ")
    assert not OURS.findall(prose)


def test_the_book_holds_the_chapter_the_studies_and_the_reference(tmp_path):
    drawing = tmp_path / "tree" / "site" / "figures" / "activations" / "relu_curve-light.svg"
    shutil.copytree(ROOT / "docs", tmp_path / "tree" / "docs")
    drawing.parent.mkdir(parents=True)
    drawing.write_text("<svg/>")
    book = tmp_path / "book"
    twin.write(tmp_path / "tree", book)
    made = {path.relative_to(book).as_posix() for path in book.rglob("*") if path.is_file()}
    assert made == {
        "_config.yml",
        "_toc.yml",
        "index.md",
        "figures/relu_curve.svg",
        *(f"chapter/{path.stem}.md" for path in CHAPTER),
        *(f"case-studies/{path.stem}.ipynb" for path in STUDIES),
        *(
            f"reference/{path.name}"
            for path in (ROOT / "docs" / "reference").glob("*.md")
            if path.stem != "index" and not path.stem.startswith("losses-")
        ),
    }


def test_both_sites_use_the_same_versions():
    ours, theirs = (
        dict(re.findall(r"^([\w.-]+)==(\S+)", path.read_text(encoding="utf-8"), re.MULTILINE))
        for path in (ROOT / "constraints.txt", twin.LOCK)
    )
    differ = {name for name in theirs if name in ours and theirs[name] != ours[name]}
    assert differ == {"markdown-it-py"}  # Jupyter Book needs an older one
    assert {"numpy", "matplotlib", "scikit-learn", "ipykernel", "nbclient"} <= set(theirs)
    assert theirs["jupyter-book"] == "1.0.4"


def test_our_side_builds_as_dev_py_does(monkeypatch):
    commands = []
    monkeypatch.setattr(dev, "prepare", lambda _: None)
    monkeypatch.setattr(dev, "works", lambda *_: False)  # the site has to be built
    monkeypatch.setattr(dev, "run", lambda *command: commands.append(command))
    dev.build(argparse.Namespace(require_live=False))
    assert commands[-1] == (*twin.SITE_COMMAND, dev.SITE)


def test_a_page_that_does_not_show_its_edit_is_an_error(tmp_path):
    (tmp_path / "chapter").mkdir()
    for suffix in ("md", "html"):
        (tmp_path / f"{twin.EDITED}.{suffix}").write_text("as before\n")
    side = twin.Side(tmp_path, [sys.executable, "-c", ""], tmp_path, ".", ".")
    with pytest.raises(twin.TwinError, match="does not show an edit of activations"):
        side.edit()


def test_a_build_that_fails_says_why_in_one_line(tmp_path):
    failing = "import sys; print('reading'); sys.exit('ERROR: no such page')"
    side = twin.Side(tmp_path, [sys.executable, "-c", failing], tmp_path, ".", ".")
    with pytest.raises(twin.TwinError) as error:
        side.build()
    assert str(error.value) == f"{tmp_path.name} does not build: ERROR: no such page"


def test_offline_the_command_says_so_in_one_line(tmp_path):
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts", ignore=build.LEFT_OUT)
    leftover = tmp_path / ".cache" / "twin" / "bin"  # of an installation that was interrupted
    leftover.mkdir(parents=True)
    with socket.create_server(("127.0.0.1", 0)) as server:
        closed = server.getsockname()[1]
    index = {"PIP_INDEX_URL": f"http://127.0.0.1:{closed}/", "PIP_EXTRA_INDEX_URL": ""}
    index |= {"PIP_CONFIG_FILE": os.devnull, "PIP_FIND_LINKS": "", "PIP_RETRIES": "1"}
    result = subprocess.run(
        [sys.executable, tmp_path / "scripts" / "bench.py", "twin"],
        env=os.environ | index | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
    )
    assert result.returncode == 1
    assert result.stderr == (
        "dev.py bench: installing failed: no package index answers. Go online and repeat.\n"
    )
    assert not (tmp_path / ".cache" / "twin" / "stamp").exists()
