"""What pages quote from the records of other libraries, and the atlas that shows all of it."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise

import numpy as np
import pytest

from checks import pages
from frameworks.libraries import LIBRARIES
from frameworks.questions import QUESTIONS
from nnref.activations import sigmoid
from nnref.losses import dice_loss
from website import ROOT, SiteError, atlas, recorded, stage

FRAMEWORKS = (ROOT / "docs" / "frameworks.md").read_text(encoding="utf-8")
RUN_HERE = {"nnref", "PyTorch"}
NAMES = {library.title for library in LIBRARIES.values()} - RUN_HERE | {"Keras", "Flax"}
NAMED = re.compile(rf"\b({'|'.join(sorted(map(re.escape, NAMES), key=len, reverse=True))})\b")
TIED = ("[[recorded ", "](atlas.md")


# A value on a page


@pytest.mark.parametrize(
    ("name", "path", "form", "shown"),
    [
        ("torch", "weighted_indices", ".4f", "0.8798"),
        ("keras_jax", "adam_epsilon", ".0e", "1e-7"),
        ("keras_jax", "bce_right/slope", ".0f", "0"),
        ("torch", "softmax_minus_infinity", None, "NaN, NaN, NaN"),
        ("tinygrad", "bce_wrong/value", None, "infinity"),
        ("nnref", "focal_slope/30", ".1e", "−4.3e-20"),
        ("monai", "version", None, "1.6.1"),
        ("torchvision", "version/torch", None, "2.14.1"),
        ("gpu", "step_seconds/width 32, batch 64/GPU", ".2fms", "1.32\u00a0ms"),
        ("gpu", "same_row/NumPy, width 512/1 of 128", None, "no"),
    ],
)
def test_a_value_is_quoted_as_people_read_it(name, path, form, shown):
    assert recorded.quoted(name, path, form) == shown


@pytest.mark.parametrize(
    ("name", "path", "form", "problem"),
    [
        ("torsh", "iou", None, "no record docs/data/frameworks/torsh.json; do you mean `torch`?"),
        ("torch", "weighted", None, "the record of torch has no `weighted`; do you mean `w"),
        ("torch", "bce_wrong/slop", None, "the record of torch bce_wrong has no `slop`; do you"),
        ("torch", "bce_wrong", None, "torch bce_wrong has several values: value, slope"),
        ("torch", "weighted_rows/0", None, "has no `0`, it is one value"),
        ("torch", "dice_nothing", None, "torch gives no dice_nothing: PyTorch has no Dice"),
        ("torch", "weighted_rows", ".4q", "`.4q` does not write 3.0794"),
    ],
)
def test_a_value_that_no_record_has_is_an_error(name, path, form, problem):
    with pytest.raises(SiteError) as caught:
        recorded.quoted(name, path, form)
    assert problem in str(caught.value)


def test_a_page_shows_what_the_record_says_now(tmp_path, monkeypatch):
    record = recorded.record("torch")
    record = json.loads(json.dumps(record))
    record["answers"]["weighted_rows"]["value"] = 1.25
    (tmp_path / "torch.json").write_text(json.dumps(record), encoding="utf-8")
    monkeypatch.setattr(recorded, "RECORDS", tmp_path)
    assert recorded.quoted("torch", "weighted_rows", ".4f") == "1.2500"


def test_a_marker_without_a_value_stops_the_page():
    staging = stage.Stage.__new__(stage.Stage)
    staging.figures, staging.scripts = {}, {}
    with pytest.raises(SiteError, match="has no `weighted_row`; do you mean `weighted_rows`"):
        staging.page("frameworks.md", "# A\n\nIt is [[recorded torch weighted_row as .4f]].\n")


def sentences(text: str) -> Iterator[str]:
    """The sentences of a page; a row of a table is one, its head is none."""
    lines = [line for _, line in pages.prose(text, pages.page_examples(text))]
    for line, below in pairwise([*lines, ""]):
        if below.startswith("|---"):
            continue
        if line.startswith("|"):
            yield line
        else:
            yield from re.split(r"(?<=[.!?])\s+(?=[A-Z*`\[])", line)


def untied(text: str) -> list[str]:
    """The sentences that tell of a library without its record."""
    told = (each for each in sentences(text) if NAMED.search(each))
    return [each for each in told if not any(tie in each for tie in TIED)]


def test_every_sentence_about_a_library_is_tied_to_its_record():
    body = FRAMEWORKS[pages.FRONT_MATTER.match(FRAMEWORKS).end() :]
    assert untied(body) == []


def test_an_untied_sentence_is_found():
    assert untied(
        "PyTorch stops. Keras clips at 15.94. Keras gives [[recorded keras_jax x]].\n"
    ) == ["Keras clips at 15.94."]


def test_dice_of_an_empty_mask_costs_nothing_only_at_exactly_0():
    sound = np.zeros((64, 64))
    assert dice_loss(sound, sound) == 0
    for score in (-10.0, -40.0):
        assert dice_loss(np.full((64, 64), sigmoid(score)), sound) == 1


def test_a_large_smoothing_makes_a_doubtful_picture_cost_nearly_nothing():
    total = 64 * 64 * sigmoid(-10.0)
    monai = recorded.found("monai", ["dice_sound", "-10"])
    assert 1 - 1e-5 / (total + 1e-5) == pytest.approx(monai, abs=1e-6)
    assert 1 - 20 / (total + 20) < 0.01


# The atlas


class Tables(HTMLParser):
    """Reads which libraries answer which question, and which ids there are."""

    def __init__(self, text):
        super().__init__()
        self.rows, self.values, self.ids = {}, {}, []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.ids += [attributes["id"]] if "id" in attributes else []
        if tag == "section":
            self.question = attributes["id"]
            self.rows[self.question] = []
        elif tag == "tr":
            self.row = []
        elif tag == "data":
            self.row.append(attributes.get("value"))
        elif "data-library" in attributes:
            self.rows[self.question].append(attributes["data-library"])
            self.values[self.question, attributes["data-library"]] = self.row


@pytest.fixture(scope="module")
def shown():
    return atlas.questions()


@pytest.fixture(scope="module")
def tables(shown):
    return Tables(shown)


def test_the_atlas_shows_every_answer_of_every_library(tables):
    for question in QUESTIONS:
        answered = [
            name for name in LIBRARIES if "value" in recorded.record(name)["answers"][question]
        ]
        assert sorted(tables.rows[question]) == sorted(answered)


def test_the_atlas_shows_the_recorded_numbers(tables):
    value = recorded.found("keras_jax", ["adam_first_step", "1e-08"])
    assert float(tables.values["adam_first_step", "keras_jax"][0]) == pytest.approx(value, rel=1e-6)
    assert tables.values["softmax_minus_infinity", "torch"] == [None]


def test_every_id_of_the_atlas_is_used_once(tables):
    assert len(tables.ids) == len(set(tables.ids))


def test_the_atlas_holds_the_code_that_asked_and_what_stands_before_it(shown):
    assert "print(weighted_indices(logits=[[1.2, 2.5, 0.4], [0.0, 0.0, 0.0]]" in shown
    for before in re.findall(r'data-before="(\w+)"', shown):
        assert f'id="before-{before}"' in shown


def test_who_stands_apart_is_marked():
    answers = {name: recorded.record(name)["answers"]["weighted_indices"] for name in LIBRARIES}
    values = {name: each["value"] for name, each in answers.items() if "value" in each}
    marks = atlas.apart(atlas.grouped(values, QUESTIONS["weighted_indices"]))
    assert marks["torch"] == ""
    assert marks["keras_jax"] == "unlike most and unlike nnref"


def test_a_package_that_was_run_in_several_ways_is_no_majority():
    question = QUESTIONS["weighted_indices"]
    values = {"keras_jax": 2.0, "keras_torch": 2.0, "keras_tensorflow": 2.0, "torch": 1.0}
    assert set(atlas.apart(atlas.grouped(values, question)).values()) == {""}
    groups = atlas.grouped(values | {"optax": 1.0}, question)
    assert atlas.apart(groups)["keras_jax"] == "unlike most"


@pytest.mark.parametrize(
    ("one", "other", "question", "same"),
    [
        (0.5, 0.50000001, "weighted_rows", True),
        (0.5, 0.501, "weighted_rows", False),
        (0.0, -0.0, "weighted_rows", True),
        ("NaN", 0.0, "weighted_rows", False),
        ([0.0], 0.0, "weighted_rows", True),
        ("refused (IndexError)", "refused (ValueError)", "label_negative", True),
        ({"largest": 2.0, "at": 1}, {"largest": 3.0, "at": 9}, "error_tanh", True),
        ({"largest": 2.0, "at": 1}, {"largest": 63.0, "at": 1}, "error_tanh", False),
        ({"value": 1.0, "slope": None}, {"value": 1.0, "slope": 2.0}, "bce_right", True),
        ({"alpha": None}, {"alpha": 0.25}, "focal_options", False),
    ],
)
def test_answers_are_alike_up_to_rounding(one, other, question, same):
    assert atlas.alike(one, other, QUESTIONS[question]) is same


def test_a_convention_is_said_of_one_answer(monkeypatch):
    said = {"weighted_rows": {"torch": "by the count", "keras_jax": "by the weights"}}
    monkeypatch.setattr(atlas, "CONVENTIONS", said)
    with pytest.raises(SiteError, match="weighted_rows: one answer, several conventions"):
        atlas.section(QUESTIONS["weighted_rows"])


def test_conventions_and_examples_name_what_was_asked():
    for question, said in atlas.CONVENTIONS.items():
        for name in said:
            assert "value" in recorded.record(name)["answers"][question], (question, name)
    for path in (path for paths in atlas.EXAMPLES.values() for path in paths):
        question, _, part = path.partition("/")
        assert QUESTIONS[question].parts == () or part in QUESTIONS[question].parts
