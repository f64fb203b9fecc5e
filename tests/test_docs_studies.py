"""The case studies: what they say is what they printed, and their notebooks run anywhere."""

import ast
import io
import json
import re
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path
from statistics import mean

import clean
import nbformat
import pytest
import trees

from checks import numbers
from website import ROOT, SiteError, imports, kernel, markers, package, studies
from website.studies import Cell, Study

PATHS = sorted((ROOT / "docs" / "case-studies").glob("*.py"))
SECTIONS = ("data", "learned", "failed", "otherwise")
MAY_IMPORT = {"nnref", "numpy", "matplotlib", "IPython", *sys.stdlib_module_names}
ONLY_HERE = {"digits": {"sklearn"}}

each_study = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)


def executed(path: Path, site: Path) -> Study:
    """A study as the site's build has run it, read from the notebook that readers take away."""
    notebook = json.loads(download(path, site).read_text("utf-8"))
    return Study(path.stem, notebook["cells"][2:])  # behind those that bring the package


def download(path: Path, site: Path) -> Path:
    """The notebook of a study that readers take away."""
    return site / "case-studies" / f"study-{path.stem}.ipynb"


# ---- what a study says


def unprinted(study: Study) -> Iterator[str]:
    """The numbers in a study's text that its cells do not print.

    A whole number below 100 may also be one that the code states.
    """
    printed = {
        number if "." in number.text else numbers.exact(number)
        for number in numbers.find(study.printed)
    }
    coded = {number.value for source in study.sources for number in numbers.find(source)}
    for text in [study.text, *comments(study)]:
        for number in numbers.find(numbers.as_read(re.sub(r"\n(?=\S)", " ", text))):
            stated = number.value in coded and not number.counts
            if not stated and not any(number.agrees(each) for each in printed):
                yield number.text


def comments(study: Study) -> Iterator[str]:
    for source in study.sources:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.COMMENT:
                yield token.string


@each_study
def test_every_number_in_the_text_is_printed_by_a_cell(path: Path, site: Path) -> None:
    assert list(unprinted(executed(path, site))) == []


@each_study
def test_a_wrong_number_is_found_wherever_it_stands(path: Path, site: Path) -> None:
    study = executed(path, site)
    text = study.text
    found = [match for match in re.finditer(r"\d+\.\d+", numbers.as_read(text)) if match[0] in text]
    assert found
    for match in found:
        wrong = text.replace(match[0], "0.123456789")
        changed = Study(study.name, [*code(study), {"cell_type": "markdown", "source": wrong}])
        assert list(unprinted(changed)) != [], match[0]


def code(study: Study) -> list[Cell]:
    """A study's code cells, without what describes their figures."""
    return [cell | {"metadata": {}} for cell in study.cells if cell["cell_type"] == "code"]


@each_study
def test_what_it_concludes_holds_over_the_seeds(path: Path, site: Path) -> None:
    study = executed(path, site)
    told = " ".join(study.text.split())
    for claim, count, seeds in study.claims:
        assert seeds >= 5, claim
        assert 2 * count > seeds, claim
        if count < seeds:
            assert f"{count} of {seeds}" in told, claim


@each_study
def test_it_measures_before_and_after_over_at_least_five_seeds(path: Path, site: Path) -> None:
    results = executed(path, site).results
    assert results
    for result in results:
        assert set(result) == {"metric", "better", "runs"}
        assert result["better"] in ("higher", "lower")
        assert len(result["runs"]) >= 2
        seeds = {len(values) for values in result["runs"].values()}
        assert len(seeds) == 1
        assert min(seeds) >= 5


@each_study
def test_it_has_the_sections_that_every_study_has(path: Path) -> None:
    ids = re.findall(rf"^# ## .*\{{#study-{path.stem}-([a-z-]+)\}}$", path.read_text("utf-8"), re.M)
    places = [ids.index(section) for section in SECTIONS]
    assert places == sorted(places)
    assert places[-1] == len(ids) - 1


@each_study
def test_it_says_on_which_data_it_chooses_and_asks_before_it_shows(path: Path) -> None:
    text = path.read_text("utf-8")
    for words in ("The question.", "validation", " test ", '??? question "'):
        assert words in text


@each_study
def test_it_needs_no_more_than_the_package_and_numpy_and_matplotlib(path: Path) -> None:
    nodes = ast.walk(ast.parse(path.read_text("utf-8")))
    names = [
        name
        for node in nodes
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module] if isinstance(node, ast.ImportFrom) else map(name_of, node.names)
        )
    ]
    used = {str(name).partition(".")[0] for name in names}
    assert "nnref" in used
    assert used <= MAY_IMPORT | ONLY_HERE.get(path.stem, set())


def name_of(alias: ast.alias) -> str:
    return alias.name


# ---- the notebook to take away


@each_study
def test_the_notebook_runs_without_the_package_or_torch_and_prints_and_draws_the_same(
    path: Path, site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    study = executed(path, site)
    notebook = nbformat.read(download(path, site), as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    (tmp_path / "style.json").write_text(json.dumps(kernel.SETTINGS), encoding="utf-8")
    style = f"--config={tmp_path / 'style.json'}"  # what is drawn is to be compared
    with clean.kernel(tmp_path, torch=False) as manager:
        clean.run(notebook, manager, tmp_path, style)
    _, opening, *cells = notebook.cells
    assert opening.outputs[0].text.startswith("nnref comes from this notebook: nnref-")
    again = Study(path.stem, [studies.in_one_piece(each) for each in cells])
    assert again.printed == study.printed
    assert again.drawings == study.drawings


# ---- what other pages quote


def test_the_decision_table_shows_what_the_studies_measured(site: Path) -> None:
    page = (site / "chapter" / "adapting-losses.html").read_text("utf-8")
    source = (ROOT / "docs" / "chapter" / "adapting-losses.md").read_text("utf-8")
    quoted = []
    others = dict.fromkeys(markers.WORDS, str)
    markers.expand(source, others | {"measured": lambda m: quoted.append(m["study"]) or ""})
    assert len(quoted) == 6
    for name in quoted:
        result = executed(ROOT / f"{name}.py", site).results[0]
        text = re.sub(r"<[^>]+>", "", page)
        assert result["metric"] in text
        for run, values in result["runs"].items():
            assert f"{studies.readable(mean(values))} {run}" in text, run
        assert f'href="../case-studies/{name}.html"' in page


# ---- the steps, on small notebooks


def markdown(source: str) -> Cell:
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def cell(source: str, *outputs: dict, **metadata: object) -> Cell:
    return {
        "cell_type": "code",
        "execution_count": 1,
        "metadata": metadata,
        "outputs": list(outputs),
        "source": source,
    }


def stream(text: str) -> dict:
    return {"output_type": "stream", "name": "stdout", "text": text}


def data(**kinds: str) -> dict:
    names = {"svg": "image/svg+xml", "markdown": "text/markdown", "plain": "text/plain"}
    held = {names[kind]: text for kind, text in kinds.items()}
    return {"output_type": "display_data", "metadata": {}, "data": held}


SVG = '<svg viewBox="0 0 72 36"><path style="fill: #1f5fa8"/><path style="fill: #1d2430"/></svg>'
TOLD = {"alt": "A rise.", "caption": "It rises."}


def test_a_number_of_the_text_is_looked_for_in_the_output_and_not_in_the_code() -> None:
    output = cell("loss = 0.25; steps = 7", stream("0.521 and 1,200 of 3\n"))
    right = "0.52, 52 % and 52.1\n%; 1,200 welds, 3 of them, 7 steps"
    assert list(unprinted(Study("s", [output, markdown(right)]))) == []
    for wrong in ("0.25", "0.53", "53 %", "1,300", "4", "0.5211"):
        assert list(unprinted(Study("s", [output, markdown(wrong)]))) != [], wrong
    assert list(unprinted(Study("s", [cell("x = 1  # 0.9 of it", stream("0.8"))]))) == ["0.9"]
    for told in ("alt", "caption"):
        drawn = cell("plot()", data(svg=SVG, plain="f"), **{told: "up to 0.7"})
        assert list(unprinted(Study("s", [drawn])))


def test_a_cell_becomes_code_and_output() -> None:
    page = Study("s", [markdown("# T"), cell("print(1)", stream("1\n"))]).page
    assert page == "# T\n\n```python\nprint(1)\n```\n\n``` {.text .output}\n1\n```\n"


def test_a_table_stays_a_table() -> None:
    table = "| a |\n|---|\n| 1 |"
    assert Study("s", [cell("t", data(markdown=table, plain="<M>"))]).page.endswith(
        f"\n\n{table}\n"
    )


def test_long_code_is_folded_its_output_is_not() -> None:
    source = "\n".join(f"x{k} = {k}" for k in range(20))
    page = Study("s", [cell(source, stream("1\n"))]).page
    assert page.startswith('??? example "Show the code"\n\n    ```python\n    x0 = 0\n')
    assert page.endswith("\n\n``` {.text .output}\n1\n```\n")


def test_a_figure_comes_light_and_dark_with_its_code_folded() -> None:
    study = Study("s", [cell("plot()", data(svg=SVG, plain="<Figure>"), **TOLD)])
    light, dark = (
        study.drawings[f"figures/case-studies/s-0-{theme}.svg"] for theme in ("light", "dark")
    )
    assert light == SVG
    assert dark == SVG.replace("#1f5fa8", "#7db3f2").replace("#1d2430", "#e3e7ee")
    assert study.page.count('alt="A rise." width="96" height="48"') == 2
    assert "<figcaption>It rises.</figcaption>" in study.page
    assert '??? example "Show the code that generated this plot"' in study.page
    assert study.printed == ""


@pytest.mark.parametrize("lacking", ["alt", "caption"])
def test_a_figure_that_is_not_described_is_refused(lacking: str) -> None:
    drawn = cell("plot()", data(svg=SVG, plain="<Figure>"), **TOLD | {lacking: " "})
    with pytest.raises(SiteError, match=f"s: the cell of a figure needs `{lacking}=`"):
        _ = Study("s", [drawn]).page


def test_the_notebook_leaves_out_what_only_the_site_knows_and_what_changes() -> None:
    text = markdown("## Data {#study-s-data}\n\nSee [fit][nnref.training.fit].")
    timed = cell("print(1)", stream("1\n"), execution={"started": "now"}, tags=["claims"])
    front = {"cell_type": "raw", "metadata": {}, "source": "---\ntitle: T\n---"}
    cells = json.loads(Study("s", [front, text, timed]).download(package.wheel()))["cells"][2:]
    assert cells[0]["source"] == "## Data\n\nSee fit."
    assert cells[1]["metadata"] == {"tags": ["claims"]}
    assert [each["id"] for each in cells] == ["cell-2", "cell-3"]


def test_a_claim_that_cannot_be_read_is_refused() -> None:
    said = [cell("", stream("it helps: 4 of 5 seeds\nlater: 5 of 5 seeds\n"), tags=["claims"])]
    assert Study("s", said).claims == [("it helps", 4, 5), ("later", 5, 5)]
    unclear = [cell("", stream("it helps mostly\n"), tags=["claims"])]
    with pytest.raises(SiteError, match="k of n seeds"):
        _ = Study("s", unclear).claims
    with pytest.raises(SiteError, match="one cell is tagged `claims`, got 0"):
        _ = Study("s", []).claims


def test_a_mean_is_quoted_with_about_three_digits() -> None:
    assert [studies.readable(x) for x in (0.4186, 57.39, 1234.5)] == ["0.42", "57.4", "1,234"]


def test_a_page_quotes_means_before_and_after() -> None:
    runs = "{'CE': [0.1, 0.3], 'weighted': [0.5, 0.7], 'focal': [0.0, 0.5]}"
    results = f"[{{'metric': 'recall', 'better': 'higher', 'runs': {runs}}}]"
    study = Study("s", [cell("", data(plain=results), tags=["results"])])
    assert studies.measured(study) == (
        '<span class="measured">[recall](../case-studies/s.py): '
        "**0.20** CE → **0.60** weighted, **0.25** focal</span>"
    )


# ---- running


def test_text_that_comes_in_pieces_is_joined() -> None:
    pieces = cell("f()", stream("a\n"), stream("b\n"), data(plain="1"), stream("c\n"))
    texts = [each.get("text") for each in studies.in_one_piece(pieces)["outputs"]]
    assert texts == ["a\nb\n", None, "c\n"]


def test_a_warning_is_noticed() -> None:
    warned = cell("f()", stream("fine\n"), stream("UserWarning: x\n") | {"name": "stderr"})
    assert Study("s", [studies.in_one_piece(warned)]).warned == "UserWarning: x\n"
    assert Study("s", [cell("f()", stream("fine\n")), markdown("m")]).warned == ""


def test_a_study_is_run_again_where_what_it_imports_has_changed(tmp_path: Path) -> None:
    study = tmp_path / "s.py"
    study.write_text("from nnref import metrics\n", encoding="utf-8")
    before = studies.key(study)
    assert studies.key(study) == before
    study.write_text("from nnref import metrics, boxes\n", encoding="utf-8")
    assert studies.key(study) != before


def test_what_a_module_does_is_its_code_and_not_what_is_written_about_it() -> None:
    source = '"""About."""\n\n\ndef f(x):\n    """Double."""\n    return 2 * x  # why\n'
    same = '"""Other."""\ndef f(x):\n    """Two\n    lines."""\n\n    return 2*x\n'
    assert imports.code(source) == imports.code(same)
    assert imports.code(source) != imports.code(source.replace("2 *", "3 *"))
    assert imports.code("x = 1\n") != imports.code("x = 2\n")


def test_a_cell_that_fails_stops_the_build(tmp_path: Path) -> None:
    tree = trees.small(tmp_path / "tree")
    study = tree / "docs" / "case-studies" / "failing.py"
    study.parent.mkdir()
    study.write_text("# %%\nfrom nnref import metrics\n\n1 / 0\n", encoding="utf-8")
    run = trees.build(tree, tmp_path / "out")
    assert run.returncode != 0
    assert f"docs/case-studies/{study.name} does not run:" in run.stderr
    assert "ZeroDivisionError: division by zero" in run.stderr
    assert "\x1b" not in run.stderr
