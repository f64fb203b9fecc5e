"""The page for teachers traces each objective to sections, questions and functions that exist."""

import importlib
import re
from itertools import pairwise
from typing import NamedTuple

import pytest

from checks import pages
from website import ROOT

DOCS = ROOT / "docs"
TEXT = "".join((DOCS / name).read_text(encoding="utf-8") for name in ("index.md", "teachers.md"))
PRACTICE = (DOCS / "practice.md").read_text(encoding="utf-8")
CHAPTER = {f"chapter/{path.name}" for path in (DOCS / "chapter").glob("*.md")}
PAGE = re.compile(r"\[(\d+ )?([^]]+)\]\((chapter/[^)]+)\)")


class Objective(NamedTuple):
    """An objective, and the links below it."""

    text: str
    sections: list[str]
    questions: list[int]
    names: list[str]


def part(name: str) -> str:
    """A section of the first page or of the page for teachers."""
    _, _, rest = TEXT.partition(f"{{#{name}}}\n")
    return rest.partition("\n## ")[0]


def objectives() -> list[Objective]:
    return [
        Objective(
            text,
            [address for *_, address in PAGE.findall(links)],
            [int(number) for number in re.findall(r"\]\[practice-(\d+)\]", links)],
            re.findall(r"\]\[(nnref\.[\w.]+)\]", links),
        )
        for text, links in re.findall(
            r"^\d\. \*\*(.+)\*\*\n((?:    .*\n)+)", f"{part('teachers-objectives')}\n", re.MULTILINE
        )
    ]


def questions() -> dict[int, str]:
    """Each practice question with the name of its section."""
    found, section = {}, ""
    for slug, number in re.findall(
        r"^## .*\{#practice-([a-z-]+)\}|^\[\]\(\)\{#practice-(\d+)\}", PRACTICE, re.MULTILINE
    ):
        section = slug or section
        if number:
            found[int(number)] = section
    return found


def exists(name: str) -> bool:
    module, _, attribute = name.rpartition(".")
    return attribute in importlib.import_module(module).__all__


def test_there_are_seven_objectives() -> None:
    assert len(objectives()) == 7


@pytest.mark.parametrize("objective", objectives(), ids=lambda objective: objective.text[:20])
def test_an_objective_links_sections_questions_and_names_that_exist(objective: Objective) -> None:
    assert objective.sections
    assert set(objective.sections) <= CHAPTER
    assert objective.questions
    assert set(objective.questions) <= set(questions())
    assert objective.names
    assert [name for name in objective.names if not exists(name)] == []


@pytest.mark.parametrize("objective", objectives(), ids=lambda objective: objective.text[:20])
def test_the_questions_of_an_objective_ask_about_its_sections(objective: Objective) -> None:
    asked = {questions()[number] for number in objective.questions}
    taught = {
        address.removeprefix("chapter/").removesuffix(".md") for address in objective.sections
    }
    assert asked <= taught


def test_every_section_and_every_question_serves_an_objective() -> None:
    traced = objectives()
    assert {page for each in traced for page in each.sections} == CHAPTER - {"chapter/summary.md"}
    assert {number for each in traced for number in each.questions} == set(questions())


def test_the_list_of_sections_has_every_page_by_its_title() -> None:
    listed = {address: text for _, text, address in PAGE.findall(part("index-sections"))}
    assert listed.keys() == CHAPTER
    for address, text in listed.items():
        page = (DOCS / address).read_text(encoding="utf-8")
        assert text == pages.front_matter(page)["title"]


def test_every_link_to_a_page_says_its_number_and_title() -> None:
    known = {}
    for line in part("index-sections").splitlines():
        number = re.match(r"(\d+)\.( )", line)  # a section inside another has none
        of = "".join(number.groups()) if number else ""
        known |= {address: (of, text) for _, text, address in PAGE.findall(line)}
    linked = PAGE.findall(part("teachers-objectives"))
    assert linked
    assert [link for link in linked if known[link[2]] != link[:2]] == []


def test_the_first_page_has_the_same_objectives() -> None:
    listed = re.findall(r"^\d\. (.+)$", part("index-objectives"), re.MULTILINE)
    assert listed == [objective.text for objective in objectives()]


def test_practice_questions_are_numbered_in_order() -> None:
    numbers = list(questions())
    assert numbers[0] == 1
    assert all(after == before + 1 for before, after in pairwise(numbers))
    shown = re.findall(r'^\?\?\? question "(\d+)\. ', PRACTICE, re.MULTILINE)
    assert [int(number) for number in shown] == numbers
