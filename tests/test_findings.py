"""The findings' list and the command that runs them; the scripts themselves need the network."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SCRIPTS = sorted((ROOT / "findings").glob("*.sh"))


def findings(folder, *names):
    """Run the command in a folder that has a copy of it."""
    command = [sys.executable, folder / "scripts" / "dev.py", "findings", *names]
    return subprocess.run(command, capture_output=True, encoding="utf-8", timeout=60)


@pytest.fixture
def copy(tmp_path):
    """Copy dev.py to a folder with two findings, one of which has changed."""
    for folder in ("scripts", "findings"):
        (tmp_path / folder).mkdir()
    shutil.copy(ROOT / "scripts" / "dev.py", tmp_path / "scripts")
    for name in ("pyproject.toml", "constraints.txt"):
        (tmp_path / name).touch()
    (tmp_path / "findings" / "kept.sh").write_text("exit 0\n", encoding="utf-8")
    (tmp_path / "findings" / "moved.sh").write_text("echo '< 64'; exit 1\n", encoding="utf-8")
    return tmp_path


def test_the_list_names_every_script_in_order():
    text = (ROOT / "findings" / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| \[([\w-]+)\]\(\1\.sh\)", text, re.MULTILINE) == [
        script.stem for script in SCRIPTS
    ]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_a_script_pins_what_it_installs_and_says_what_was_guessed(script):
    text = script.read_text(encoding="utf-8")
    assert "\n# Guess before the run: " in text
    installed = re.search(r"pip install --quiet --disable-pip-version-check (.+)", text)[1]
    free = [word for word in installed.split() if "==" not in word]
    assert free in ([], ["setuptools"])  # PaddlePaddle needs one and says so nowhere
    assert "nnref" not in text


@pytest.mark.skipif(os.name != "posix", reason="the scripts are for a POSIX shell")
def test_findings_are_run_and_a_change_is_shown(copy):
    ran = findings(copy)
    assert ran.returncode == 1
    assert ran.stdout == "kept: as recorded\nmoved: changed\n"
    assert ran.stderr == "< 64\n"
    assert findings(copy, "kept").returncode == 0


def test_an_unknown_finding_is_refused(copy):
    ran = findings(copy, "lost")
    told = "dev.py: no finding is called lost; there are kept, moved\n"
    assert (ran.returncode, ran.stderr) == (2, told)
