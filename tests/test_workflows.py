"""The workflows hold what zizmor asks of them, and its answer depends on what it reads."""

import re
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
WORKFLOWS = ROOT / ".github" / "workflows"
PYTHONS = re.compile(r"(?<=Python )3\.(\d+) to 3\.(\d+)")


def findings(folder: Path) -> str:
    """What zizmor, installed beside this Python, finds; without a network."""
    zizmor = shutil.which("zizmor", path=sysconfig.get_path("scripts"))
    assert zizmor, "zizmor is not installed"
    command = [zizmor, "--offline", "--quiet", "--format=plain", folder]
    run = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert not run.stderr, run.stderr
    return run.stdout if run.returncode else ""


def test_zizmor_finds_no_fault() -> None:
    assert findings(WORKFLOWS) == ""


@pytest.mark.parametrize(
    ("old", "new", "audit"),
    [
        (r"@[0-9a-f]{40} # v\S+", "@v5", "unpinned-uses"),
        (r" +with:\n +persist-credentials: false\n", "", "artipacked"),
        (r'(python-version: "3.13").*', r"\1\n          cache: pip", "cache-poisoning"),
    ],
)
def test_zizmor_finds_what_is_planted(tmp_path: Path, old: str, new: str, audit: str) -> None:
    folder = shutil.copytree(WORKFLOWS, tmp_path / ".github" / "workflows")
    for path in folder.iterdir():
        path.write_text(re.sub(old, new, path.read_text(encoding="utf-8")), encoding="utf-8")
    assert f"[{audit}]" in findings(folder)


def test_every_python_that_the_readme_names_is_checked_on_both_processors() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    [(oldest, newest)] = PYTHONS.findall(readme)
    check = (WORKFLOWS / "check.yml").read_text(encoding="utf-8")
    named = [f'"3.{minor}"' for minor in range(int(oldest), int(newest) + 1)]
    assert f"python: [{', '.join(named)}]" in check
    assert "-arm," in check
