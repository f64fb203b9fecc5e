"""The package as readers get it: its wheel, and the packages that it and its notebooks need."""

import os
import re
import time
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from website import CACHE, ROOT, memory, stamp

MADE_OF = tuple(ROOT / name for name in ("pyproject.toml", "README.md", "LICENSE"))
PINS = ROOT / "constraints.txt"
DOWNLOADS = "downloads"
PACKAGES = {  # what a notebook may import besides `nnref`: its title, its name for pip, its part
    "numpy": ("NumPy", "numpy", "`nnref` itself"),
    "matplotlib": ("Matplotlib", "matplotlib", "the figures that a notebook draws"),
    "sklearn": ("scikit-learn", "scikit-learn", "the study of real data"),
    "torch": ("PyTorch", "torch", "the cells that compare with PyTorch"),
}


def wheel() -> Path:
    """The wheel, built by the backend that pip would use, once for each text of the package."""
    date = time.gmtime(int(stamp.date()))
    day = (*date[:3], 0, 0, 0)  # as exact as the site states its date
    sources = [path.read_bytes() for path in [*memory.files(ROOT / "nnref"), *MADE_OF]]
    folder = CACHE / "wheels" / memory.key(day, *sources)[:20]
    path = folder / f"nnref-{project()['version']}-py3-none-any.whl"
    if not path.exists():
        from flit_core.wheel import WheelBuilder  # needed once

        folder.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(f".{os.getpid()}")
        with part.open("w+b") as file:
            builder = WheelBuilder.from_ini_path(ROOT / "pyproject.toml", file)
            builder.source_time_stamp = day
            builder.build()
        part.replace(path)
    return path


def offered(wheel: Path, depth: int) -> str:
    """A link that downloads the wheel, with its size."""
    address = f"{'../' * depth}{DOWNLOADS}/{wheel.name}"
    size = round(wheel.stat().st_size / 1000)
    return f'<a href="{address}" download>{wheel.name}</a> ({size} kB)'


def versions() -> str:
    """What the notebooks import, from which version on, and the version that this site used."""
    rows = [
        f"| {title} | {part} | {oldest(pip) or 'not stated'} | {pinned(pip)} |"
        for title, pip, part in PACKAGES.values()
    ]
    head = ["| Package | Needed for | From version | Used for this site |", "|---|---|---|---|"]
    return "\n".join([*head, f"| Python | everything | {python()} | |", *rows])


def needed(modules: Iterable[str]) -> Iterator[tuple[str, str, str, str]]:
    """Of the modules that cells import those to install: name, title, name for pip, version."""
    for module in PACKAGES:
        if module in {"numpy", *modules}:
            title, pip, _ = PACKAGES[module]
            yield module, title, pip, oldest(pip)


def oldest(pip: str) -> str:
    """The oldest version of a package that `nnref` works with, where it says one."""
    found = (re.fullmatch(rf"{pip}>=([\d.]+)", each) for each in project()["dependencies"])
    return next((match[1] for match in found if match), "")


def pinned(pip: str) -> str:
    """The version of a package that the project installs."""
    pins = PINS.read_text(encoding="utf-8")
    return re.search(rf"^{pip}==(\S+)", pins, re.MULTILINE)[1]


def python() -> str:
    """The oldest Python that `nnref` runs on."""
    return str(project()["requires-python"]).removeprefix(">=")


def project() -> dict[str, Any]:
    """What the package says about itself."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
