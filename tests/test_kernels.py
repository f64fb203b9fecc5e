"""The command that tests with other machine code: it asks the libraries and does not guess."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import kernels

ROOT = Path(__file__).parents[1]


def test_the_libraries_do_what_was_asked_where_nothing_was(monkeypatch):
    for name in (kernels.KERNEL, kernels.NO_SIMD):
        monkeypatch.delenv(name, raising=False)
    assert kernels.complaints() == []


def test_a_kernel_or_an_extension_other_than_asked_for_is_noticed(monkeypatch):
    monkeypatch.setenv(kernels.KERNEL, "Nonesuch")
    monkeypatch.setenv(kernels.NO_SIMD, " ".join(kernels.simd()))
    assert f"OpenBLAS runs {kernels.loaded_kernels()} and not Nonesuch" in kernels.complaints()
    if kernels.simd():
        assert f"NumPy still uses {', '.join(kernels.simd())}" in kernels.complaints()


def run(folder, name, **environ):
    """Run the command on one file of tests, away from the project's settings."""
    command = [sys.executable, ROOT / "scripts" / "kernels.py", "-c", os.devnull, folder / name]
    return subprocess.run(
        command, env=os.environ | environ, capture_output=True, encoding="utf-8", timeout=120
    )


def test_each_kernel_runs_under_its_name_and_a_result_that_differs_fails(tmp_path):
    (tmp_path / "test_kernel.py").write_text(
        "import kernels\n\n\n"
        "def test_kernel():\n"
        "    print(kernels.loaded_kernels(), kernels.simd())\n"
        "    assert 'Nehalem' not in kernels.loaded_kernels()\n"
    )
    result = run(tmp_path, "test_kernel.py")
    *_, summary = result.stdout.partition("s\n\nOpenBLAS Nehalem: failed\n")
    if not kernels.can_run("Nehalem"):
        pytest.skip("not an x86 processor with OpenBLAS")
    assert result.returncode == 1
    for name in kernels.KERNELS[1:]:
        wanted = "passed" if kernels.can_run(name) else "this processor cannot run it"
        assert f"OpenBLAS {name}: {wanted}" in summary
    if found := kernels.simd():
        assert f"NumPy without {', '.join(found)}: passed" in summary


def test_under_a_wrong_name_nothing_is_tested(tmp_path):
    (tmp_path / "test_nothing.py").write_text("def test_nothing(): pass\n")
    if not kernels.loaded_kernels():
        pytest.skip("no OpenBLAS")
    environ = {kernels.KERNEL: "Nonesuch", "PYTHONPATH": str(ROOT / "scripts")}
    command = [sys.executable, "-m", "pytest", "-p", "kernels", "-c", os.devnull, tmp_path]
    result = subprocess.run(
        command, env=os.environ | environ, capture_output=True, encoding="utf-8", timeout=60
    )
    assert result.returncode == pytest.ExitCode.USAGE_ERROR
    assert "and not Nonesuch" in result.stderr
    assert "passed" not in result.stdout
