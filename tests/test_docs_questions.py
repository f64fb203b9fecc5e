"""Questions that answer back: how they are written, what their authors hear, and those of the site.

A number that a question asks for is computed at build; here it must also be one that an example of
its page shows, so that the answer that folds out never says another.
"""

from decimal import Decimal
from pathlib import Path

import pytest

from checks import numbers, pages
from website import ROOT, SourceError, memory, notebooks, questions, stage

CHAPTER = sorted((ROOT / "docs" / "chapter").glob("*.md"))
ASKING = [
    path
    for path in sorted(ROOT.glob("docs/**/*.md"))
    if any(each.numbers for each in questions.read(path.read_text(encoding="utf-8")))
]

CHOICE = """# Page

??? question "What *is* `[1]`?"
    - [ ] It is `a: b` and $c: d$: No, because of \\"this\\".
    - [x] One
    - [ ] Two: There is one.

    The answer.
"""
NUMBER = """??? question "How much?"
    - [= np.array([[1, 2]])[0][1] ± 0.25 mm] The width
    - [≠ 10] Those are cm.
    - [= 3 * 100]

    Two.
"""


def only(page: str) -> questions.Question:
    [found] = questions.read(page)
    return found


@pytest.fixture
def forgetful(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A build that remembers nothing."""
    monkeypatch.setattr(memory, "CACHE", tmp_path)


# ---- how they are written


def test_choices_are_parted_from_what_is_said_to_them_outside_of_code_and_formulas() -> None:
    found = only(CHOICE)
    assert found.title == "What *is* `[1]`?"
    assert [(each.text, each.right, each.feedback) for each in found.choices] == [
        ("It is `a: b` and $c: d$", False, 'No, because of \\"this\\".'),
        ("One", True, ""),
        ("Two", False, "There is one."),
    ]


def test_a_number_has_a_tolerance_a_unit_a_label_and_tempting_ones() -> None:
    width, count = only(NUMBER).numbers
    assert (width.code, width.within, width.unit) == ("np.array([[1, 2]])[0][1]", "0.25", "mm")
    assert (width.label, width.tempting) == ("The width", [("10", "Those are cm.")])
    assert (count.code, count.within, count.unit, count.label) == ("3 * 100", "0", "", "")


@pytest.mark.parametrize(
    "page",
    [
        '??? question "Why?"\n    Because of\n\n    - [x] a list that is no choice.\n',
        f"```text\n{CHOICE}```\n",
        CHOICE.replace("??? question", "!!! note"),
    ],
    ids=["a fold that explains", "a fence", "a note"],
)
def test_what_is_no_such_question_stays(page: str) -> None:
    assert questions.staged(page, "p.html") == page
    assert questions.listed(page) == page


def test_the_build_gives_a_form_with_real_fields_and_the_answer_folded() -> None:
    form, fold = questions.staged(CHOICE, "p.html").split("\n\n??? question answer ")
    assert form.count('<input type="radio" name="choice">') == 2
    assert '<input type="radio" name="choice" data-right> <span>One</span>' in form
    assert "<span hidden>There is one.</span>" in form
    assert f'data-question="p.html#{only(CHOICE).name}"' in form
    assert fold == '"Show the answer"\n\n    The answer.\n'


def test_several_right_choices_take_boxes_and_say_so() -> None:
    page = CHOICE.replace("- [ ] Two: There is one.", "- [x] Two")
    form = questions.staged(page, "p.html")
    assert form.count('type="checkbox"') == 3
    assert "more than one is right" in form


@pytest.mark.usefixtures("forgetful")
def test_a_number_is_computed_at_build() -> None:
    form = questions.staged(NUMBER, "p.html")
    assert 'data-value="2" data-within="0.25"> mm <small>±\u00a00.25</small>' in form
    assert '<span hidden data-value="10">Those are cm.</span>' in form
    assert 'data-value="300" data-within="0"></label>' in form


@pytest.mark.usefixtures("forgetful")
def test_a_number_is_computed_anew_when_its_expression_changes() -> None:
    questions.staged(NUMBER, "p.html")
    assert 'data-value="400"' in questions.staged(NUMBER.replace("3 * 100", "4 * 100"), "p.html")


def test_in_a_notebook_the_choices_are_a_list_and_none_is_marked() -> None:
    cells = notebooks.text_cells(notebooks.plain(questions.listed(CHOICE + NUMBER)))
    [text] = [cell["source"] for cell in cells]
    listed = "- It is `a: b` and $c: d$\n- One\n- Two\n\nThe answer."
    assert f"**What *is* `[1]`?**\n\n{listed}" in text
    assert "- The width, in mm\n- A number\n\nTwo." in text


# ---- what their authors hear


@pytest.mark.parametrize(
    ("page", "old", "new", "said"),
    [
        (CHOICE, "- [x] One", "- [ ] One: No.", "no choice of this question is right"),
        (CHOICE, "Two: There is one.", "Two", "a wrong choice says behind a colon"),
        (CHOICE, "- [ ] Two: There is one.", "- [= 2] Two", "for choices or for numbers"),
        (NUMBER, "3 * 100", "1 / 0", "`1 / 0` gives no number: ZeroDivisionError"),
        (NUMBER, "3 * 100", "float('nan')", "gives no number: it is nan"),
        (NUMBER, "3 * 100", "1 +", "expected `- [= expression ± tolerance unit] label`"),
        (NUMBER, "± 0.25", "± small", "`small` is no tolerance"),
        (NUMBER, "[≠ 10]", "[≠ 2.1]", "`2.1` is 2.1, which is within the tolerance"),
        (NUMBER, "\n    Two.", "    Two.", "a blank line parts"),
        (NUMBER, " Those are cm.", "", "stands below the right one, with feedback"),
    ],
)
@pytest.mark.usefixtures("forgetful")
def test_a_question_that_is_wrong_is_refused(page: str, old: str, new: str, said: str) -> None:
    with pytest.raises(SourceError) as refused:
        questions.staged(page.replace(old, new), "p.html")
    assert said in str(refused.value)
    assert refused.value.text in page.replace(old, new).splitlines()


def test_the_complaint_names_file_and_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(stage, "DOCS", tmp_path)
    page = CHOICE.replace("Two: There is one.", "Two")
    (tmp_path / "p.md").write_text(page, encoding="utf-8")
    with pytest.raises(SourceError) as refused:
        questions.staged(page, "p.html")
    assert str(stage.placed("p.md", refused.value)).startswith("docs/p.md:6: a wrong choice")


def test_two_questions_with_the_same_words_are_refused() -> None:
    with pytest.raises(SourceError, match="asked twice"):
        questions.staged(CHOICE + CHOICE, "p.html")


def test_what_a_wrong_choice_says_needs_no_example_and_what_is_said_to_it_does() -> None:
    page = '??? question "?"\n    - [ ] `a: b` is 0.25: It is 0.5.\n    - [= 0.125 ± 0.01] 0.75\n'
    found = [said.split("`")[1] for _, said in numbers.complaints(page, [], ())]
    assert found == ["0.5", "0.75"]


# ---- those of the site


def name(path: Path) -> str:
    return path.stem


@pytest.mark.parametrize("path", CHAPTER, ids=name)
def test_a_page_of_the_chapter_ends_with_a_quiz(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    _, heading, quiz = text.partition(f"\n## Check yourself {{#{path.stem}-check-yourself}}\n")
    assert heading
    assert "\n## " not in quiz
    assert len(list(questions.read(quiz))) >= 3


@pytest.mark.parametrize("path", ASKING, ids=name)
def test_each_number_that_is_asked_for_is_one_that_its_page_shows(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    found = list(questions.read(text))
    address = path.relative_to(ROOT / "docs").with_suffix(".html").as_posix()
    values = questions.values(text, address, found)
    shown = numbers.shown(pages.page_examples(text))
    for question in found:
        for number in question.numbers:
            value = Decimal(values[number.code])
            slack = Decimal(number.within) + Decimal("1e-9")
            assert any(
                abs(each.value - value) <= slack + each.unit / 2
                for each in shown
                if each.value.is_finite()
            ), f"{question.title}: {number.code} is {value}"
