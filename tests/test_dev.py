"""The front door, run as a user runs it, on a toy project whose packages are stand-ins."""

import ast
import doctest
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import textwrap
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DEV = ROOT / "scripts" / "dev.py"
README = (ROOT / "README.md").read_text(encoding="utf-8")

PYPROJECT = """
    [build-system]
    requires = []
    build-backend = "backend"
    backend-path = ["."]
    [project]
    name = "toy"
"""

# Builds, without any download, a wheel that holds the stand-ins for the tools.
BACKEND = """
    import pathlib, zipfile

    def build_editable(folder, config_settings=None, metadata_directory=None):
        name = "toy-1-py3-none-any.whl"
        about = "toy-1.dist-info/"
        with zipfile.ZipFile(pathlib.Path(folder, name), "w") as wheel:
            for tool in ("ruff", "mypy", "codespell_lib", "mkdocs", "pytest"):
                wheel.write("tool.py", f"{tool}.py")
            if pathlib.Path("sabotage").exists():
                wheel.writestr("../../outside", "")
            extras = "".join(f"Provides-Extra: {extra}\\n" for extra in ("docs", "test"))
            head = "Metadata-Version: 2.1\\nName: toy\\nVersion: 1\\n"
            wheel.writestr(about + "METADATA", head + extras)
            tags = "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
            wheel.writestr(about + "WHEEL", tags)
            wheel.writestr(about + "RECORD", "")
        return name
"""

# Stands in for every tool: says how it was called, fails when told to, serves till Ctrl-C.
TOOL = """
    import os, pathlib, sys, time

    if __name__ == "__main__":
        name = pathlib.Path(__file__).stem
        try:
            print(os.getpid(), name, *sys.argv[1:], flush=True)
            time.sleep(60 if "serve" in sys.argv else 0)
        except KeyboardInterrupt:
            print("shutting down")
        if name == "pytest":
            print("site:", os.environ["NNREF_SITE"])
            print("= 1 passed =")
        sys.exit(name in os.environ.get("FAILING", ""))
"""


# Stands in for what fetches the browser's Python, which is there already.
WORKERS = "-n logical --maxprocesses=8 --max-worker-restart=0"
SILENT = """
    import os, sys

    sys.exit("runtime" in os.environ.get("FAILING", ""))
"""


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    """Return a toy project with an environment."""
    folder = tmp_path_factory.mktemp("toy")
    (folder / "scripts" / "browser").mkdir(parents=True)
    shutil.copy(DEV, folder / "scripts")
    contents = {"pyproject.toml": PYPROJECT, "backend.py": BACKEND, "tool.py": TOOL}
    contents |= dict.fromkeys(
        (f"scripts/{name}.py" for name in ("build", "bundle", "kernels")), TOOL
    )
    contents["scripts/browser/runtime.py"] = SILENT
    for name, text in contents.items():
        (folder / name).write_text(textwrap.dedent(text))
    (folder / "constraints.txt").touch()
    assert dev(folder, "setup", "--test").returncode == 0
    return folder


@pytest.fixture
def project(toy):
    """Return the toy project; what a test changes in its files is put back."""
    files = [toy / name for name in ("pyproject.toml", "constraints.txt", ".venv/stamp")]
    contents = [file.read_text() for file in files]
    yield toy
    for file, text in zip(files, contents, strict=True):
        file.write_text(text)


def dev(folder, *arguments, **environ):
    """Run a project's dev.py with these arguments and environment variables."""
    command = [sys.executable, folder / "scripts" / "dev.py", *arguments]
    return subprocess.run(
        command, env=os.environ | environ, capture_output=True, encoding="utf-8", timeout=60
    )


def assert_one_line(result, *parts):
    """Assert exit code 2 and, after any progress, one line that explains it with all parts."""
    line, *more = (each for each in result.stderr.splitlines() if not each.startswith("  "))
    assert (result.returncode, more) == (2, [])
    assert line.startswith("dev.py: ")
    for part in parts:
        assert part in line


def startup(folder, code):
    """Return the environment variables that run this code before dev.py."""
    (folder / "sitecustomize.py").write_text(code)
    return {"PYTHONPATH": str(folder)}


def offline():
    """Return the environment variables that cut pip off."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        closed = server.getsockname()[1]
    index = {"PIP_INDEX_URL": f"http://127.0.0.1:{closed}/", "PIP_EXTRA_INDEX_URL": ""}
    return index | {"PIP_CONFIG_FILE": os.devnull, "PIP_FIND_LINKS": "", "PIP_RETRIES": "1"}


def environment_python(project):
    """Return the path of the environment's Python."""
    return project / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def serves(project):
    """Whether the environment can still run MkDocs."""
    command = [environment_python(project), "-m", "mkdocs"]
    return subprocess.run(command, capture_output=True).returncode == 0


# The machine


def test_parses_on_python_3_6():
    ast.parse(DEV.read_text(encoding="ascii"), feature_version=(3, 6))


def test_asks_for_the_python_that_pyproject_requires(tmp_path):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    oldest = project["requires-python"].removeprefix(">=")
    old = startup(tmp_path, "import sys; sys.version_info = (3, 8, 18)")
    assert_one_line(dev(ROOT, "serve", **old), f"Python {oldest} or newer", "Python 3.8.18")


def test_names_the_package_when_venv_cannot_work(tmp_path):
    scripts = tmp_path / "scripts"
    scripts.mkdir()
    shutil.copy(DEV, scripts)
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "constraints.txt").touch()
    without = startup(tmp_path, "import sys; sys.modules['ensurepip'] = None")
    assert_one_line(dev(tmp_path, "setup", **without), "apt install python3-venv")


def test_refuses_a_copy_without_pyproject(tmp_path):
    scripts = tmp_path / "scripts"
    scripts.mkdir()
    shutil.copy(DEV, scripts)
    assert_one_line(dev(tmp_path, "clean"), "no pyproject.toml")


# The command line


def test_help_names_every_command():
    result = dev(ROOT, "--help")
    assert result.returncode == 0
    for command in (
        "serve",
        "test",
        "setup",
        "build",
        "bundle",
        "bench",
        "accuracy",
        "frameworks",
        "findings",
        "clean",
    ):
        assert re.search(rf"^    {command}\s", result.stdout, re.MULTILINE)


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        ((), "required: command"),
        (("srve",), "'srve'"),
        (("serve", "--prot", "9"), "--prot 9"),
        (("build", "--", "-x"), "-x"),
        (("serve", "--port", "0"), "1 to 65535"),
        (("serve", "--port", "65536"), "1 to 65535"),
        (("serve", "--host", "192.0.2.1"), "cannot serve on 192.0.2.1:8000"),
    ],
)
def test_a_wrong_command_line_takes_one_line(arguments, part):
    assert_one_line(dev(ROOT, *arguments), part)


def test_a_taken_port_is_found_before_anything_is_installed(project):
    (project / ".venv" / "stamp").unlink()
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken = str(server.getsockname()[1])
        result = dev(project, "serve", "--port", taken)
    assert_one_line(result, f"127.0.0.1:{taken}", "--port")
    assert result.stdout == ""


# The environment


def test_nothing_is_installed_twice(project):
    assert dev(project, "setup").stdout == ""
    assert dev(project, "setup", "--test").stdout == ""


@pytest.mark.parametrize("name", ["pyproject.toml", "constraints.txt"])
def test_a_changed_file_installs_again(project, name):
    with (project / name).open("a") as file:
        file.write("# changed\n")
    assert "Installed" in dev(project, "setup", "--test").stdout
    assert dev(project, "setup").stdout == ""


def test_without_network_the_environment_and_its_stamp_stay(project):
    stamp = (project / ".venv" / "stamp").read_text()
    wanting = PYPROJECT.replace("requires = []", 'requires = ["flit_core"]')
    (project / "pyproject.toml").write_text(textwrap.dedent(wanting))
    assert_one_line(dev(project, "build", **offline()), "no package index answers", "-m mkdocs")
    assert serves(project)
    assert (project / ".venv" / "stamp").read_text() == stamp


def test_a_replacement_that_fails_puts_the_environment_back(project):
    (project / ".venv" / "stamp").unlink()
    wanting = PYPROJECT.replace("requires = []", 'requires = ["flit_core"]')
    (project / "pyproject.toml").write_text(textwrap.dedent(wanting))
    assert_one_line(dev(project, "build", **offline()), "no package index answers", "-m mkdocs")
    assert serves(project)
    assert not (project / ".cache" / "venv").exists()


def test_a_failure_amid_the_changes_withdraws_the_stamp(project):
    (project / "sabotage").touch()
    (project / "constraints.txt").write_text("# sabotage\n")
    assert_one_line(dev(project, "setup"), "installing failed", "outside")
    (project / "sabotage").unlink()
    assert not (project / ".venv" / "stamp").exists()


def test_a_broken_environment_is_replaced(project):
    environment_python(project).unlink()
    environment_python(project).write_text("broken")
    (tool,) = (project / ".venv").rglob("mkdocs.py")
    tool.unlink()
    assert "Installed" in dev(project, "setup", "--test").stdout
    assert serves(project)


def test_after_a_killed_replacement_the_complete_environment_is_kept(project):
    aside = project / ".cache" / "venv"
    aside.parent.mkdir(exist_ok=True)
    (project / ".venv").rename(aside)
    (project / ".venv").mkdir()
    assert dev(project, "setup").stdout == ""
    assert serves(project)

    aside.mkdir()
    assert dev(project, "setup").stdout == ""
    assert not aside.exists()
    assert serves(project)


# The commands


def calls(result):
    """Return how the stand-ins were called, in order, without their process ids."""
    lines = [line.partition(" ") for line in result.stdout.splitlines()]
    return [call for number, _, call in lines if number.isdecimal()]


def test_test_runs_every_check_and_ends_with_pytest(project):
    result = dev(project, "test", "-k", "relu", "--", "-x", "tests/a.py")
    site = project / "site"
    assert result.returncode == 0
    assert calls(result) == [
        "ruff check",
        "ruff format --check",
        "mypy",
        "codespell_lib docs nnref scripts tests",
        f"mkdocs build --strict --site-dir {site}",
        f"pytest {WORKERS} --durations=10 -k relu -x tests/a.py",
    ]
    assert result.stdout.splitlines()[-2:] == [f"site: {site}", "= 1 passed ="]


def test_test_goes_on_after_a_failure_and_names_it(project):
    result = dev(project, "test", FAILING="mypy mkdocs")
    assert result.returncode == 1
    assert len(calls(result)) == 6
    assert result.stderr == "dev.py: failed: mypy, mkdocs build --strict\n"


def test_test_with_other_kernels_runs_the_numbers_alone_and_returns_the_failure(project):
    result = dev(project, "test", "--kernels", "-k", "relu", "--", "-x")
    assert (result.returncode, calls(result)) == (
        0,
        [f"kernels {WORKERS} -k relu -x"],
    )
    assert dev(project, "test", "--kernels", FAILING="kernels").returncode == 1


def test_test_with_the_browsers_python_runs_every_example_or_fails(project):
    result = dev(project, "test", "--live")
    assert (result.returncode, calls(result)) == (
        0,
        [
            f"mkdocs build --strict --site-dir {project / 'site'}",
            "pytest tests/test_site_live.py tests/test_site_exercises.py"
            " tests/test_site_engines.py",
        ],
    )
    assert dev(project, "test", "--live", FAILING="runtime").returncode == 1


def test_only_who_requires_the_browsers_python_fails_without_it(project):
    assert dev(project, "build", FAILING="runtime").returncode == 0
    result = dev(project, "build", "--require-live", FAILING="runtime")
    assert (result.returncode, calls(result)) == (1, [])


def test_test_with_downloads_builds_and_runs_the_notebooks_alone(project):
    result = dev(project, "test", "--downloads", "-k", "relu", "--", "-x")
    assert (result.returncode, calls(result)) == (
        0,
        [
            f"build --strict {project / 'site'}",
            f"pytest {WORKERS} -m downloads -k relu -x",
        ],
    )


def test_bundle_packs_what_was_built_and_nothing_after_a_failure(project):
    site = project / "site"
    packing = [f"build --strict {site}", f"bundle {site} {project / 'dist'}"]
    result = dev(project, "bundle")
    assert (result.returncode, calls(result)) == (0, packing)
    result = dev(project, "bundle", FAILING="build")
    assert (result.returncode, calls(result)) == (1, packing[:1])


def test_build_returns_the_failure(project):
    result = dev(project, "build")
    assert (result.returncode, calls(result)) == (0, [f"build --strict {project / 'site'}"])
    assert dev(project, "build", FAILING="build").returncode == 1


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals to send")
@pytest.mark.parametrize("by_terminal", [True, False])
def test_ctrl_c_and_termination_end_the_server_too(project, by_terminal):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    command = [sys.executable, project / "scripts" / "dev.py", "serve", "--port", str(port)]
    pipe = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "encoding": "utf-8"}
    with subprocess.Popen(command, **pipe, start_new_session=True) as running:
        assert f"http://127.0.0.1:{port}/" in running.stdout.readline()
        child, _, call = running.stdout.readline().partition(" ")
        assert call == f"mkdocs serve --livereload -a 127.0.0.1:{port}\n"
        if by_terminal:
            os.killpg(running.pid, signal.SIGINT)
        else:
            running.terminate()
        output = running.stdout.read()
    assert running.returncode == 130
    assert "Traceback" not in output
    with pytest.raises(ProcessLookupError):
        os.kill(int(child), 0)


def test_clean_removes_what_was_made_and_follows_no_link(tmp_path):
    project = tmp_path / "project"
    for folder in (".venv", "site", ".mypy_cache", "scripts/__pycache__"):
        (project / folder).mkdir(parents=True)
    shutil.copy(DEV, project / "scripts")
    (project / "pyproject.toml").touch()
    (project / "constraints.txt").touch()
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").touch()
    if os.name == "posix":
        (project / ".cache").symlink_to(outside)
        (project / "site" / "link").symlink_to(outside)
    assert dev(project, "clean").returncode == 0
    left = sorted(path.relative_to(project).as_posix() for path in project.rglob("*"))
    assert left == ["constraints.txt", "pyproject.toml", "scripts", "scripts/dev.py"]
    assert (outside / "kept").exists()


# The README


def test_the_readme_opens_with_the_two_commands():
    fences = re.findall(r"^```\n(.*?)^```\n", README, re.MULTILINE | re.DOTALL)
    assert fences[:2] == [f"python3 scripts/dev.py {name}\n" for name in ("serve", "test")]


def test_the_readme_examples_print_what_it_shows():
    text = re.sub(r"^`{3,}.*$", "", README, flags=re.MULTILINE)
    examples = doctest.DocTestParser().get_doctest(text, {}, "README.md", "README.md", 0)
    assert len(examples.examples) == 4
    said = []
    assert doctest.DocTestRunner().run(examples, out=said.append).failed == 0, "".join(said)
