"""Install each library in an environment of its own, ask it, and record what it answers.

Standard library only: it runs before there is any environment.
"""

import datetime
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from frameworks import sources
from frameworks.libraries import LIBRARIES
from frameworks.questions import QUESTIONS

ROOT = Path(__file__).resolve().parents[2]
LOCKS = Path(__file__).parent / "locks"
RECORDS = ROOT / "docs" / "data" / "frameworks"
ENVIRONMENTS = ROOT / ".cache" / "frameworks"
GPU = "gpu"  # a record of its own, measured where there is one
SECONDS = 900  # the longest that a library may take to answer
RAISED = r"[\w.]+(Error|Exception)\b"
Show = Callable[[str], None]


class Problem(Exception):  # noqa: N818
    """Why a library cannot be asked, in one line."""


def main(names: list[str], show: Show, *, check: bool = False) -> bool:
    """Ask the libraries; without names, those whose record is not up to date.

    Returns whether something failed or, with `check`, has changed.
    """
    unknown = [name for name in names if name not in (*LIBRARIES, GPU)]
    if unknown:
        known = ", ".join((*LIBRARIES, GPU))
        raise Problem(f"no library is called {', '.join(unknown)}; there are {known}")
    chosen = names or [name for name in LIBRARIES if check or stale(name)]
    failed = 0
    for number, name in enumerate(chosen, 1):
        start = time.monotonic()
        try:
            at = f"{number}/{len(chosen)} "
            record = (ask_gpu if name == GPU else ask)(name, prefixed(show, at))
            failed += conclude(name, record, time.monotonic() - start, check=check)
        except (Problem, OSError) as problem:
            show("")
            print(f"{name}: {problem}", file=sys.stderr, flush=True)
            failed += 1
    kept = len(LIBRARIES) - len(chosen)
    if not names and kept:
        print(f"{kept} records are up to date; name a library to ask it again.")
    return bool(failed)


def prefixed(show: Show, text: str) -> Show:
    """Show lines with a text before them."""
    return lambda line: show(text + line if line else "")


def conclude(name: str, record: dict[str, Any], seconds: float, *, check: bool) -> bool:
    """Write a record, or compare it with the one that stands; return whether it differs."""
    if not check:
        write(name, record)
        print(f"{name}: {extent(record)} in {seconds:.0f} s", flush=True)
        return False
    if not path_of(name).is_file():
        raise Problem("there is no record to compare with")
    lines = changes(load(name), record)
    print(f"{name}: {len(lines)} changes" if lines else f"{name}: as recorded", flush=True)
    for line in lines:
        print(f"  {line}")
    return bool(lines)


def extent(record: dict[str, Any]) -> str:
    """Say how much a record holds."""
    if "measured" in record:
        return f"{len(record['measured'])} measurements"
    answered = sum("value" in answer for answer in record["answers"].values())
    return f"{answered} of {len(QUESTIONS)} questions answered"


# The record


def path_of(name: str) -> Path:
    """Where a library's record lies."""
    return RECORDS / f"{name}.json"


def load(name: str) -> dict[str, Any]:
    """Read a record."""
    loaded: dict[str, Any] = json.loads(path_of(name).read_text(encoding="utf-8"))
    return loaded


def write(name: str, record: dict[str, Any]) -> None:
    """Write a record whole: the old one stays until the new one is complete."""
    RECORDS.mkdir(parents=True, exist_ok=True)
    text = json.dumps(record, indent=1, ensure_ascii=False, allow_nan=False)
    unfinished = path_of(name).with_suffix(".unfinished")
    unfinished.write_text(text + "\n", encoding="utf-8")
    unfinished.replace(path_of(name))


def stale(name: str) -> list[str]:
    """List what a record lacks or has otherwise than the probe and the lock file."""
    if not path_of(name).is_file():
        return ["no record"]
    library, record = LIBRARIES[name], load(name)
    pinned, probe = lock(name), library.probe or name
    found = [
        f"{package} {version}, the lock file has {pinned.get(package)}"
        for package, version in record["packages"].items()
        if pinned.get(package) != version
    ]
    if record["shared"] != sources.probe(probe)[0]:
        found.append("the probe's imports or helpers have changed")
    asked = record["answers"]
    found += [f"{key}: not asked" for key in QUESTIONS if key not in asked]
    found += [f"{key}: no such question" for key in asked if key not in QUESTIONS]
    found += [
        f"{key}: the code has changed"
        for key, question in QUESTIONS.items()
        if "code" in asked.get(key, {})
        and (
            key not in sources.probe(probe)[1]
            or asked[key]["code"] != sources.code(probe, question)
        )
    ]
    return found


def changes(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """Say what differs between two records; numbers count as equal to six digits."""
    lines = [
        f"{package} {before['packages'].get(package)} → {version}"
        for package, version in now["packages"].items()
        if before["packages"].get(package) != version
    ]
    old, new = (held(record) for record in (before, now))
    for key in dict.fromkeys((*old, *new)):
        texts = [json.dumps(rounded(values.get(key)), ensure_ascii=False) for values in (old, new)]
        if texts[0] != texts[1]:
            lines.append(f"{key}: {' → '.join(texts)}")
    return lines


def held(record: dict[str, Any]) -> dict[str, Any]:
    """What a record holds, without the code."""
    if "measured" in record:
        return dict(record["measured"])
    return {
        key: answer.get("value", answer.get("missing")) for key, answer in record["answers"].items()
    }


def rounded(value: Any) -> Any:
    """Keep six digits of every number."""
    if isinstance(value, dict):
        return {key: rounded(part) for key, part in value.items()}
    if isinstance(value, list):
        return [rounded(part) for part in value]
    return float(f"{value:.5e}") if isinstance(value, float) else value


# Asking


def ask(name: str, show: Show) -> dict[str, Any]:
    """Install a library where needed, ask it, and return its record."""
    library = LIBRARIES[name]
    python = install(library.environment or name, show)
    pinned = lock(name)
    versions = {package: pinned[package] for package in library.packages}
    return {
        "title": library.title,
        "packages": versions,
        "python": version_of(python),
        "platform": f"{platform.system()} {platform.machine()}",
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "shared": sources.probe(library.probe or name)[0],
        "answers": answers(name, python, show),
    }


def answers(name: str, python: Path, show: Show) -> dict[str, Any]:
    """Let the library's own Python ask, without a GPU."""
    variables = {
        **LIBRARIES[name].variables,
        "CUDA_VISIBLE_DEVICES": "",
        "OMP_NUM_THREADS": "1",  # a sum in several threads is another sum
    }
    return printed(name, [python, "-m", "frameworks.ask", name], variables, show)


def ask_gpu(name: str, show: Show) -> dict[str, Any]:
    """Measure on this machine's GPU with the Python that runs, which has to have PyTorch."""
    return printed(name, [sys.executable, "-m", "frameworks.gpu"], {}, show)


def printed(
    name: str, arguments: list[Any], variables: dict[str, str], show: Show
) -> dict[str, Any]:
    """Run what prints a record as JSON; the last question tells where it broke."""
    ENVIRONMENTS.mkdir(parents=True, exist_ok=True)
    variables = {
        **os.environ,
        **variables,
        "PYTHONPATH": os.pathsep.join((str(ROOT / "scripts"), str(ROOT))),
        "PYTHONUTF8": "1",
    }
    answered = ENVIRONMENTS / f"{name}.answers"
    last = errors = ""
    start = time.monotonic()
    with (
        answered.open("w", encoding="utf-8") as out,
        subprocess.Popen(
            arguments,
            cwd=ROOT / "scripts",
            env=variables,
            stdout=out,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
        ) as child,
    ):
        timer = threading.Timer(SECONDS, child.kill)
        timer.start()
        try:
            for line in map(str.strip, child.stderr or ()):
                if line.startswith("ask: "):
                    last = line.removeprefix("ask: ")
                    show(f"{name}: {last}")
                elif line and not (re.match(RAISED, errors) and not re.match(RAISED, line)):
                    errors = line  # the last line that names an exception, or else the last
        except BaseException:
            child.kill()
            raise
        finally:
            timer.cancel()
    show("")
    text = answered.read_text(encoding="utf-8")
    answered.unlink()
    if child.returncode and time.monotonic() - start > SECONDS:
        raise Problem(f"no answer to {last or 'its import'} within {SECONDS} s")
    if child.returncode:
        raise Problem(f"the probe failed at {last or 'its import'}: {errors[:300]}")
    try:
        given: dict[str, Any] = json.loads(text)
    except ValueError as error:
        raise Problem(f"the probe printed no JSON: {text[:100]!r}") from error
    return given


# Environments


def lock_of(environment: str) -> Path:
    """Where the exact versions of an environment stand."""
    return LOCKS / f"{environment}.txt"


def lock(name: str) -> dict[str, str]:
    """The versions of a library's environment; names in small letters with hyphens."""
    path = lock_of(LIBRARIES[name].environment or name)
    lines = path.read_text(encoding="utf-8").splitlines()
    pinned = (line.split("==") for line in lines if "==" in line and line[0] != "#")
    return {name.lower().replace("_", "-"): version for name, version in pinned}


def install(environment: str, show: Show) -> Path:
    """Make an environment, or find it complete; return its Python."""
    folder, wanted = ENVIRONMENTS / environment, lock_of(environment).read_text(encoding="utf-8")
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp = folder / "stamp"  # written last: without it an install was interrupted
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted and python.exists():
        return python
    creator = interpreter(wanted)
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    command(show, environment, [creator, "-m", "venv", str(folder)])
    install_line = [str(python), "-m", "pip", "install", "--no-color", "--progress-bar=off"]
    packages = [*install_line, "--disable-pip-version-check", "-r", str(lock_of(environment))]
    command(show, environment, packages)
    stamp.write_text(wanted, encoding="utf-8")
    return python


def interpreter(wanted: str) -> str:
    """Find the Python that a lock file names in its first line."""
    version = wanted.partition("\n")[0].removeprefix("# Python ")
    if version == "{}.{}".format(*sys.version_info):
        return sys.executable
    for name in (f"python{version}", f"python{version}.exe"):
        found = shutil.which(name)
        if found:
            return found
    raise Problem(f"it needs Python {version}, and no python{version} is on the path")


def command(show: Show, environment: str, arguments: list[str]) -> None:
    """Run a step of an install; explain in one line what went wrong."""
    lines = []
    with subprocess.Popen(
        arguments,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    ) as child:
        for line in map(str.strip, child.stdout or ()):
            lines.append(line)
            show(f"installing {environment}: {line}")
    show("")
    if child.returncode:
        raise Problem(explained(lines))


def explained(lines: list[str]) -> str:
    """Say why an install failed."""
    text = "\n".join(lines)
    if re.search(r"connection (broken|error)|timed out|name resolution|certificate verify", text):
        return "installing failed: no package index answers. Go online and repeat."
    absent = re.search(r"No matching distribution found for (\S+)", text)
    if absent:
        return (
            f"installing failed: the index has no {absent[1]} for this platform; "
            "the record stays as it is."
        )
    errors = [line for line in lines if line.startswith("ERROR:")] or lines[-1:] or ["no word"]
    return f"installing failed: {errors[-1]}"


def version_of(python: Path) -> str:
    """Ask an environment's Python for its version."""
    line = [python, "-c", "import platform; print(platform.python_version())"]
    return subprocess.run(line, capture_output=True, text=True, check=True).stdout.strip()
