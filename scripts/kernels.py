"""Run the tests of numbers with other kernels of OpenBLAS and without NumPy's SIMD.

Both libraries pick their machine code by the processor, and the results must not depend on it.
They can be told otherwise before they are loaded. pytest loads this module as a plugin, which
asks them in the very process that tests.
"""

import os
import platform
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_info

ROOT = Path(__file__).resolve().parents[1]
KERNELS = ("Nehalem", "Haswell", "SkylakeX")  # SSE4.2, AVX2, AVX-512
KERNEL, NO_SIMD = "OPENBLAS_CORETYPE", "NPY_DISABLE_CPU_FEATURES"
OTHERS = ("bundle", "dev", "docs_notebooks", "docs_planted", "docs_studies")
OTHERS += ("kernels", "site_*", "website_package", "workflows")
WITHOUT_NUMBERS = [f"--ignore-glob=*/test_{name}.py" for name in OTHERS]
ILLEGAL_INSTRUCTION = (-getattr(signal, "SIGILL", 0), 0xC000001D)  # POSIX, Windows
MULTIPLY = """
import numpy as np
for dtype in (np.float32, np.float64):
    a = np.ones((300, 300), dtype)
    a @ a, a @ a[0], a[0] @ a[0]
"""


# Inside the process that tests


def loaded_kernels() -> list[str]:
    """The kernel of each OpenBLAS in this process."""
    return [each["architecture"] for each in threadpool_info() if "openblas" in each.values()]


def simd() -> list[str]:
    """The SIMD extensions beyond the baseline that NumPy uses in this process."""
    found: list[str] = np.show_config("dicts")["SIMD Extensions"].get("found", [])
    return found


def complaints() -> list[str]:
    """What the environment asks of the libraries and they do not do."""
    wanted, unwanted = os.environ.get(KERNEL), os.environ.get(NO_SIMD, "").split()
    said = []
    if wanted and {*loaded_kernels()} != {wanted}:
        said.append(f"OpenBLAS runs {loaded_kernels()} and not {wanted}")
    if kept := [each for each in simd() if each in unwanted]:
        said.append(f"NumPy still uses {', '.join(kept)}")
    return said


def pytest_sessionstart() -> None:
    """Test nothing under a wrong name."""
    if said := complaints():
        raise pytest.UsageError("; ".join(said))


# Outside


def can_run(kernel: str) -> bool:
    """Whether this processor knows the kernel's instructions; the way to learn it is to try."""
    if platform.machine() not in ("x86_64", "AMD64") or not loaded_kernels():
        return False
    tried = subprocess.run([sys.executable, "-c", MULTIPLY], env=os.environ | {KERNEL: kernel})
    return tried.returncode not in ILLEGAL_INSTRUCTION


def tested(setting: dict[str, str], arguments: list[str]) -> bool:
    """Whether the tests pass with a setting."""
    paths = filter(None, [str(ROOT / "scripts"), os.environ.get("PYTHONPATH")])
    environ = os.environ | setting | {"PYTHONPATH": os.pathsep.join(paths)}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "kernels", *WITHOUT_NUMBERS, *arguments]
    return subprocess.run(command, cwd=ROOT, env=environ).returncode == 0


def main(arguments: list[str]) -> int:
    """Run the tests with each setting; say which ran, and which this processor cannot."""
    able = {name: can_run(name) for name in KERNELS}
    settings = {f"OpenBLAS {name}": {KERNEL: name} for name in KERNELS if able[name]}
    if found := simd():
        settings[f"NumPy without {', '.join(found)}"] = {NO_SIMD: " ".join(found)}
    passed = {}
    for title, setting in settings.items():
        print(f"== {title}", flush=True)
        start = time.monotonic()
        passed[title] = tested(setting, arguments)
        print(f"== {title}: {time.monotonic() - start:.1f} s\n", flush=True)

    for title, fine in passed.items():
        print(f"{title}: {'passed' if fine else 'failed'}")
    for name in KERNELS:
        if not able[name]:
            print(f"OpenBLAS {name}: this processor cannot run it, or no OpenBLAS is loaded")
    return 0 if all(passed.values()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
