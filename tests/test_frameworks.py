"""The record of other libraries' answers, and the command that makes it; no network, no library."""

import ast
import json
import math
import subprocess
import sys

import pytest

from frameworks import ask, measures, run, sources
from frameworks.libraries import LIBRARIES
from frameworks.probes import nnref as probe
from frameworks.questions import QUESTIONS

NAMES = sorted(LIBRARIES)
NOT_NUMBERS = {"NaN", "Infinity", "-Infinity"}


def quiet(_line: str) -> None:
    """Show nothing."""


# The record


def test_every_library_has_a_record_and_every_record_a_library():
    assert {path.stem for path in run.RECORDS.glob("*.json")} == {*NAMES, run.GPU}


@pytest.mark.parametrize("name", NAMES)
def test_a_record_is_what_the_probe_and_the_lock_file_say(name):
    assert run.stale(name) == []


@pytest.mark.parametrize("name", NAMES)
def test_every_question_has_an_answer_or_a_reason(name):
    for key, answer in run.load(name)["answers"].items():
        if "missing" in answer:
            assert set(answer) == {"missing"}, key
            assert answer["missing"].strip(), key
        else:
            assert set(answer) == {"value", "code"}, key
            value, parts = answer["value"], QUESTIONS[key].parts
            assert (tuple(value) if isinstance(value, dict) else ()) == parts, key
            assert value is not None, key


@pytest.mark.parametrize("name", [*NAMES, run.GPU])
def test_a_record_is_plain_json_and_names_no_machine(name):
    def refuse(constant):
        raise AssertionError(constant)

    text = run.path_of(name).read_text(encoding="utf-8")
    record = json.loads(text, parse_constant=refuse)
    assert record["packages"]
    assert not any(place in text for place in ("/tmp", "/root", "/home", "http"))  # noqa: S108


def test_at_least_twenty_packages_compute_for_themselves():
    answered = {}
    for name in NAMES:
        record = run.load(name)
        first = next(iter(record["packages"]))
        count = len(record["answers"])
        answered[first] = max(answered.get(first, 0), count)
    assert len(answered) >= 20
    assert all(count >= 10 for count in answered.values())


def test_the_code_of_an_answer_is_asked_with_the_question_s_inputs():
    code = run.load("torch")["answers"]["weighted_indices"]["code"]
    call = "print(weighted_indices(logits=[[1.2, 2.5, 0.4], [0.0, 0.0, 0.0]], labels=[1, 2]"
    assert call in code
    assert 'point=float("nan")' in run.load("torch")["answers"]["nan"]["code"]


def test_an_answer_s_code_runs_as_it_stands():
    record = run.load("nnref")
    code = "\n".join((record["shared"], record["answers"]["weighted_indices"]["code"]))
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert float(ran.stdout) == pytest.approx(record["answers"]["weighted_indices"]["value"])


# nnref's answers, asked again


def close(recorded, now, tolerance):
    """Whether two answers agree; places of the largest error may move."""
    if isinstance(recorded, dict):
        return set(recorded) == set(now) and all(
            close(recorded[key], now[key], tolerance) for key in recorded if key != "at"
        )
    if isinstance(recorded, list):
        return len(recorded) == len(now) and all(map(close, recorded, now, [tolerance] * len(now)))
    if isinstance(recorded, float) and not isinstance(now, str):
        return math.isclose(recorded, now, rel_tol=tolerance, abs_tol=1e-12)
    return recorded == now


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("key", [key for key in QUESTIONS if hasattr(probe, key)])
def test_nnref_still_answers_as_recorded(key):
    question = QUESTIONS[key]
    rough = question.unit == "ulp" or question.topic == "sums and norms"  # NumPy's, by processor
    recorded = run.load("nnref")["answers"][key]["value"]
    assert close(recorded, ask.answer(getattr(probe, key), question), 0.5 if rough else 1e-6)


def test_close_sees_a_difference():
    assert not close({"value": 1.0, "slope": 0.0}, {"value": 1.0, "slope": 0.1}, 1e-6)
    assert not close([0.0, "NaN"], [0.0, 1.0], 1e-6)


# The GPU's record


def test_the_record_of_the_gpu_holds_what_the_script_measures():
    from frameworks import gpu

    measured = run.load(run.GPU)["measured"]
    assert list(measured) == [function.__name__ for function in gpu.MEASURED]
    for function in (gpu.convolutions, gpu.half_dice, gpu.autocast_types):  # the quick ones
        assert list(function()) == list(measured[function.__name__])


# What is made of an answer


def test_nan_and_infinity_become_text():
    assert ask.plain({"a": [math.nan, math.inf, -math.inf, 1.0]}) == {
        "a": ["NaN", "Infinity", "-Infinity", 1.0]
    }


def test_an_exception_is_an_answer_where_the_question_says_so():
    def refuse(**_inputs):
        raise IndexError("3 is out of bounds")

    assert ask.answer(refuse, QUESTIONS["label_negative"]) == "refused (IndexError)"
    with pytest.raises(IndexError):
        ask.answer(refuse, QUESTIONS["smoothed"])


def test_an_answer_with_other_parts_is_refused():
    with pytest.raises(ValueError, match=r"bce_right has the parts \(\), wanted \('value'"):
        ask.answer(lambda **_inputs: 1.0, QUESTIONS["bce_right"])


def test_a_question_needs_an_answer_or_a_reason():
    with pytest.raises(LookupError, match="neither answers smoothed nor says why not"):
        ask.reason({}, "torch", QUESTIONS["smoothed"])
    assert ask.reason({"*": "no"}, "torch", QUESTIONS["smoothed"]) == "no"
    asked = ask.reason({}, "torch", QUESTIONS["export_bce"])
    assert asked == "asked of PyTorch exported to ONNX only"


def test_distributions_are_told_apart():
    import numpy as np

    rng = np.random.default_rng(0)
    normal = rng.standard_normal(100_000)
    assert measures.distribution(normal) == "normal"
    assert measures.distribution(normal[abs(normal) < 2]) == "truncated normal"
    assert measures.distribution(rng.uniform(-1, 1, 100_000)) == "uniform"
    assert measures.distribution(np.zeros(9)) == "all 0"


def test_the_error_of_a_function_is_found_where_it_was_put():
    import numpy as np

    points = measures.spread()
    values = np.tanh(points.astype(np.float64)).astype(np.float32)
    exact = measures.error_of("tanh")(values, points=points)
    assert exact["largest"] <= 0.51
    values[7] += 8 * np.spacing(values[7])
    off = measures.error_of("tanh")(values, points=points)
    assert off["largest"] == pytest.approx(8, abs=1)
    assert off["at"] == pytest.approx(points[7], rel=1e-3)


# The command


@pytest.fixture
def house(tmp_path, monkeypatch):
    """Records and environments of a test's own; one library, whose Python is this one."""
    for name in ("RECORDS", "ENVIRONMENTS", "LOCKS"):
        folder = tmp_path / name
        folder.mkdir()
        monkeypatch.setattr(run, name, folder)
    version = "{}.{}".format(*sys.version_info)
    (run.LOCKS / "nnref.txt").write_text(f"# Python {version}\nnumpy==0\n", encoding="utf-8")


def test_an_unknown_name_is_refused():
    with pytest.raises(run.Problem, match="no library is called nonesuch; there are nnref, torch"):
        run.main(["nonesuch"], quiet)


@pytest.mark.usefixtures("house")
def test_a_missing_interpreter_is_named(capsys):
    (run.LOCKS / "nnref.txt").write_text("# Python 3.99\nnumpy==0\n", encoding="utf-8")
    assert run.main(["nnref"], quiet)
    told = "nnref: it needs Python 3.99, and no python3.99 is on the path\n"
    assert capsys.readouterr().err == told
    assert list(run.RECORDS.iterdir()) == []


@pytest.mark.usefixtures("house")
def test_an_interrupted_install_begins_again(monkeypatch):
    steps = []
    monkeypatch.setattr(run, "command", lambda _show, _name, line: steps.append(line[1:3]))
    folder = run.ENVIRONMENTS / "nnref"
    folder.mkdir()
    (folder / "half").touch()  # no stamp
    with pytest.raises(OSError, match="stamp"):  # the stand-in makes no folder
        run.install("nnref", quiet)
    assert not (folder / "half").exists()
    assert steps == [["-m", "venv"], ["-m", "pip"]]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("Failed: connection error to the index", "no package index answers. Go online and repeat"),
        (
            "ERROR: No matching distribution found for mlx==0.32.4",
            "the index has no mlx==0.32.4 for this platform; the record stays as it is",
        ),
        ("ERROR: the disk is full", "ERROR: the disk is full"),
    ],
)
def test_an_install_that_fails_says_why(line, told):
    assert told in run.explained([line])


@pytest.mark.usefixtures("house")
def test_a_probe_that_raises_is_named_and_the_others_go_on(monkeypatch, capsys):
    def asked(name, _show):
        if name == "torch":
            return run.printed(name, [sys.executable, "-c", BROKEN], {}, quiet)
        return {"packages": {}, "answers": {}}

    monkeypatch.setattr(run, "ask", asked)
    assert run.main(["torch", "jax"], quiet)
    told = capsys.readouterr()
    assert told.err == "torch: the probe failed at median: ValueError: no median\n"
    assert "jax: 0 of" in told.out
    assert [path.name for path in run.RECORDS.iterdir()] == ["jax.json"]


BROKEN = """
import sys
print("ask: median", file=sys.stderr)
raise ValueError("no median")
"""


@pytest.mark.usefixtures("house")
def test_a_probe_that_prints_no_json_is_a_problem():
    with pytest.raises(run.Problem, match="the probe printed no JSON: 'hello"):
        run.printed("torch", [sys.executable, "-c", "print('hello')"], {}, quiet)


@pytest.mark.usefixtures("house")
def test_a_probe_that_takes_too_long_is_ended(monkeypatch):
    monkeypatch.setattr(run, "SECONDS", 0.2)
    with pytest.raises(run.Problem, match=r"no answer to its import within 0.2 s"):
        run.printed("torch", [sys.executable, "-c", "import time; time.sleep(60)"], {}, quiet)


@pytest.mark.usefixtures("house")
def test_check_compares_and_writes_nothing(monkeypatch, capsys):
    record = {"packages": {"a": "1"}, "answers": {"median": {"value": 2.0, "code": ""}}}
    run.write("torch", record)
    before = run.path_of("torch").read_bytes()
    monkeypatch.setattr(run, "ask", lambda _name, _show: record)
    assert not run.main(["torch"], quiet, check=True)
    assert capsys.readouterr().out == "torch: as recorded\n"
    changed = {"packages": {"a": "2"}, "answers": {"median": {"value": 2.5, "code": ""}}}
    monkeypatch.setattr(run, "ask", lambda _name, _show: changed)
    assert run.main(["torch"], quiet, check=True)
    assert capsys.readouterr().out == "torch: 2 changes\n  a 1 → 2\n  median: 2.0 → 2.5\n"
    assert run.path_of("torch").read_bytes() == before
    assert run.main(["jax"], quiet, check=True)
    assert "there is no record to compare with" in capsys.readouterr().err


def test_a_probe_is_read_without_being_run():
    shared, answers = sources.probe("torch")
    assert shared.startswith("import torch\n")
    assert "MISSING" not in shared
    assert answers["smoothed"].startswith("def smoothed(logits, labels, smoothing):")


def test_every_reason_belongs_to_a_question_or_a_topic():
    known = {*QUESTIONS, *(question.topic for question in QUESTIONS.values()), "*"}
    for path in sorted(sources.PROBES.glob("[a-z]*.py")):
        lines = ast.parse(path.read_text(encoding="utf-8")).body
        (given,) = (
            ast.literal_eval(node.value)
            for node in lines
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "MISSING"
        )
        assert set(given) <= known, path.name
