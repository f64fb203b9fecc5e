"""What readers take away: the wheel that pip would build, and what it and the notebooks need."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import trees

import nnref
from website import package


def test_the_wheel_holds_the_package_and_its_license_and_nothing_else() -> None:
    wheel = package.wheel()
    assert wheel.name == f"nnref-{nnref.__version__}-py3-none-any.whl"
    about = f"nnref-{nnref.__version__}.dist-info"
    with zipfile.ZipFile(wheel) as archive:
        names = {*archive.namelist()}
        metadata = archive.read(f"{about}/METADATA").decode()
    assert f"{about}/licenses/LICENSE" in names
    assert {each.partition("/")[0] for each in names} == {"nnref", about}
    modules = {path.relative_to(package.ROOT).as_posix() for path in MODULES}
    assert modules == {each for each in names if each.endswith(".py")}
    assert "Requires-Dist: numpy>=2.1\n" in metadata


MODULES = [*Path(nnref.__file__).parent.rglob("*.py")]


def test_the_wheel_has_the_same_bytes_wherever_it_is_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = package.wheel()
    monkeypatch.setattr(package, "CACHE", tmp_path)
    other = package.wheel()
    assert other.is_relative_to(tmp_path)
    assert one.read_bytes() == other.read_bytes()


def test_the_wheel_changes_with_the_day_and_not_with_the_hour(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wheels = []
    for date in (315619200, 315619200 + 3600, 315619200 + 86400):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(date))
        wheels.append(package.wheel().read_bytes())
    assert wheels[0] == wheels[1] != wheels[2]


def test_pip_installs_the_wheel_of_the_site_without_an_index(site: Path, tmp_path: Path) -> None:
    (wheel,) = (site / "downloads").glob("*.whl")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", wheel]
    trees.succeed(subprocess.run([*pip, "--target", tmp_path], capture_output=True, text=True))
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import nnref; print(nnref.__file__)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.stdout.startswith(str(tmp_path))


def test_the_page_about_it_names_the_wheel_that_there_is() -> None:
    page = (package.ROOT / "docs" / "get-nnref.md").read_text(encoding="utf-8")
    assert f"python -m pip install {package.wheel().name}\n" in page


def test_no_two_downloads_have_the_same_name(site: Path) -> None:
    offered = [path for path in site.rglob("*") if "live" not in path.parts]  # what readers save
    names = [path.name for path in offered if path.suffix in {".ipynb", ".py", ".whl", ".zip"}]
    assert len(names) == len({*names})
    assert sum(name.endswith((".ipynb", ".whl")) for name in names) == 13 + 10 + 1


def test_a_notebook_needs_what_its_cells_import_and_what_the_package_imports() -> None:
    needed = [*package.needed(["math", "torch"])]
    assert needed == [("numpy", "NumPy", "numpy", "2.1"), ("torch", "PyTorch", "torch", "")]


def test_the_versions_are_those_that_the_project_pins() -> None:
    rows = package.versions().splitlines()
    assert rows[2] == "| Python | everything | 3.11 | |"
    assert f"| NumPy | `nnref` itself | 2.1 | {package.pinned('numpy')} |" in rows
    assert len(rows) == 3 + len(package.PACKAGES)
