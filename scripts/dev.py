"""The front door: makes the environment in .venv, then serves, tests or builds.

Standard library only. The file parses on every Python since 3.6, so that an old one gets an
answer instead of a SyntaxError.
"""

import argparse
import contextlib
import hashlib
import importlib.util
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

OLDEST: tuple = (3, 11)  # this script needs Python 3.11 or newer
ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
ASIDE = ROOT / ".cache" / "venv"  # the replaced environment, until the new one is complete
STAMP = VENV / "stamp"  # what a complete environment was made from
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
SITE = ROOT / "site"
BUILD = ("scripts/build.py", "--strict", SITE)
# pytest runs on every core; where a worker has ended xdist may wait forever, so the run ends too
WORKERS = ("-n", "logical", "--maxprocesses=8", "--max-worker-restart=0")
ENVIRON = {
    **os.environ,
    "NNREF_SITE": str(SITE),
    "NO_MKDOCS_2_WARNING": "1",
    "OMP_NUM_THREADS": "1",  # on small matrices threads wait for each other
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONUTF8": "1",
}


def fail(message):
    """Say in one line what is wrong and leave with exit code 2."""
    print(f"dev.py: {message}", file=sys.stderr)
    raise SystemExit(2)


# Running things


@contextlib.contextmanager
def started(*arguments, **options):
    """Start the environment's Python; it ends no later than the block does."""
    child = subprocess.Popen([PYTHON, *arguments], cwd=ROOT, env=ENVIRON, **options)
    try:
        yield child
        child.wait()
    finally:
        try:
            child.wait(timeout=2)  # a terminal's Ctrl-C has reached the child as well
        except subprocess.TimeoutExpired:
            child.send_signal(signal.SIGINT if os.name == "posix" else signal.SIGTERM)
            child.wait()


def run(*arguments):
    """Run the environment's Python in sight and return its exit code."""
    with started(*arguments) as child:
        pass
    return child.returncode


def works(*arguments):
    """Whether the environment's Python can do this."""
    try:
        return subprocess.run([PYTHON, *arguments], capture_output=True).returncode == 0
    except OSError:
        return False


def progress():
    """Show the latest line: in place on a terminal, else one every five seconds."""
    last = time.monotonic()
    width = shutil.get_terminal_size().columns - 1

    def show(line):
        nonlocal last
        if sys.stderr.isatty():
            print("\r" + line[:width].ljust(width), end="\r", file=sys.stderr, flush=True)
        elif line and not line.startswith("WARNING") and time.monotonic() - last > 5:
            last = time.monotonic()
            print(f"  {line[:width]}", file=sys.stderr, flush=True)

    return show


# The environment


def prepare(extra):
    """Bring .venv to the state that pyproject.toml and constraints.txt describe."""
    keep_the_complete_one()
    state = hashlib.sha256(str(ROOT).encode())  # an editable install names its folder
    for name in ("pyproject.toml", "constraints.txt"):
        state.update((ROOT / name).read_bytes())
    version = "{}.{}.{}".format(*sys.version_info)
    stamp = f"{version} {state.hexdigest()} {extra}"
    found = STAMP.read_text() if STAMP.is_file() else ""
    if found in (stamp, stamp.replace(extra, "test")) and works("-c", "import mkdocs"):
        return

    print(f"Installing the {extra} environment; the first time takes minutes.", flush=True)
    start = time.monotonic()
    same_python = found.startswith("{}.{}.".format(*sys.version_info))
    if same_python and works("-m", "pip", "--version"):
        install(extra, stamp)
    else:
        replace(extra, stamp)
    print(f"Installed into .venv in {time.monotonic() - start:.0f} s.", flush=True)


def replace(extra, stamp):
    """Make a new environment; the one before comes back if that fails."""
    if None in map(importlib.util.find_spec, ("venv", "ensurepip")):
        fail("this Python lacks venv or ensurepip; on Debian: sudo apt install python3-venv")
    if VENV.exists():
        ASIDE.parent.mkdir(exist_ok=True)
        VENV.rename(ASIDE)
    try:
        creator = getattr(sys, "_base_executable", sys.executable)  # ours may lie in .venv
        made = subprocess.run([creator, "-m", "venv", VENV], capture_output=True, text=True)
        if made.returncode:
            fail(f"python -m venv failed: {' '.join((made.stdout + made.stderr).split())}")
        install(extra, stamp)
    finally:
        keep_the_complete_one()


def keep_the_complete_one():
    """Of an environment and its successor keep one, also after a run that was killed."""
    if ASIDE.exists():
        if STAMP.is_file():
            remove(ASIDE)
        else:
            remove(VENV)
            ASIDE.rename(VENV)


def install(extra, stamp):
    """Let pip install the package with an extra, then stamp the environment."""
    command = ["-m", "pip", "install", "--progress-bar=off", "--no-color"]
    command += ["-c", "constraints.txt", "-e", f".[{extra}]"]
    pipe = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    lines = []
    show = progress()
    with started(*command, **pipe, encoding="utf-8", errors="replace") as pip:
        for line in map(str.strip, pip.stdout):
            if line.startswith("Installing collected packages"):
                STAMP.unlink(missing_ok=True)  # up to here pip has changed nothing
            lines.append(line)
            show(line)
    show("")
    if pip.returncode:
        explain(lines)
    STAMP.write_text(stamp)


def explain(lines):
    """Fail with what pip said: what went wrong, what to do, what still works."""
    kept = ""
    if STAMP.is_file() or ASIDE.exists():
        serving = f"{PYTHON.relative_to(ROOT)} -m mkdocs serve --livereload"
        kept = f" The previous environment is unchanged: {serving}"
    fail(f"installing failed: {reason(lines)}{kept}")


def reason(lines):
    """Find in what pip said why it failed."""
    if re.search(r"connection (broken|error)|timed out|certificate verify", "\n".join(lines)):
        return "no package index answers. Go online and repeat."
    return " ".join([line for line in lines if line.startswith("ERROR:")] or lines[-1:])


def browser_python():
    """Bring the browser's Python into the cache; without it the pages' examples stay still."""
    return run("scripts/browser/runtime.py")


# The commands


def serve(options):
    """Build the site and serve it; an edit reloads the page."""
    number = free_address(options.host, options.port)
    prepare("docs")
    browser_python()
    host = f"[{options.host}]" if ":" in options.host else options.host
    print(f"Building, then http://{host}:{options.port}/ (Ctrl-C ends)", flush=True)
    # --livereload is meant to be the default, but MkDocs 1.6.1 loses it under click 8.3
    return run("-m", "mkdocs", "serve", "--livereload", "-a", f"{number}:{options.port}")


def free_address(host, port):
    """Return the host's number, which MkDocs wants, once its port proves to be free."""
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family) as probe:
            if os.name == "posix":  # as MkDocs does; on Windows it would share the port
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        reason = error.strerror or error
        fail(f"cannot serve on {host}:{port} ({reason}); try another --port or --host.")
    return address[0]


def test(options):
    """Run every check: lint, format, types, spelling, strict build, pytest."""
    prepare("test")
    chosen = ["-k", options.k] if options.k else []
    if options.kernels:
        return run("scripts/kernels.py", *WORKERS, *chosen, *options.rest)
    missing = browser_python()
    site = ["mkdocs", "build", "--strict", "--site-dir", SITE]
    if options.live:
        ENVIRON["NNREF_LIVE"] = "1"
        tests = [f"tests/test_site_{name}.py" for name in ("live", "exercises", "engines")]
        examples = ["pytest", *tests, *chosen, *options.rest]
        return missing or run("-m", *site) or run("-m", *examples)
    if options.downloads:
        later = ["-m", "downloads", *chosen, *options.rest]
        return run(*BUILD) or run("-m", "pytest", *WORKERS, *later)
    prose = ["docs", "nnref", "scripts", "tests", *(page.name for page in ROOT.glob("*.md"))]
    steps = {
        "ruff check": ["ruff", "check"],
        "ruff format --check": ["ruff", "format", "--check"],
        "mypy": ["mypy"],
        "codespell": ["codespell_lib", *prose],
        "mkdocs build --strict": site,
        "pytest": ["pytest", *WORKERS, "--durations=10", *chosen, *options.rest],
    }
    failed = []
    for name, command in steps.items():
        print(f"== {name}", flush=True)
        start = time.monotonic()
        if run("-m", *command):
            failed.append(name)
        if name != "pytest":  # its own last line tells the time and ends the output
            print(f"== {name}: {time.monotonic() - start:.1f} s\n", flush=True)
    if failed:
        print(f"dev.py: failed: {', '.join(failed)}", file=sys.stderr)
    return failed


def setup(options):
    """Make or update the environment, no more."""
    prepare("test" if options.test else "docs")
    browser_python()


def build(options):
    """Build the site into site/, unless it is current; a warning is an error."""
    prepare("docs")
    if browser_python() and options.require_live:
        return 1
    return run(*BUILD)


def bundle(options):
    """Build the site and pack it into dist/, with a server and a start file for each system."""
    return build(options) or run("scripts/bundle.py", SITE, ROOT / "dist")


def bench(options):
    """Measure; further arguments go to scripts/bench.py."""
    prepare("test")
    return run("scripts/bench.py", *options.rest)


def accuracy(_):
    """Measure every function's error and write docs/data/accuracy.json."""
    prepare("test")
    return run("scripts/accuracy.py")


def frameworks(options):
    """Ask other libraries the same questions and record their answers."""
    from frameworks import run as asking

    try:
        return asking.main(options.names, progress(), check=options.check)
    except asking.Problem as problem:
        fail(problem)


def findings(options):
    """Run the scripts in findings/ again: each installs what it needs in a folder of its own."""
    known = {path.stem: path for path in sorted((ROOT / "findings").glob("*.sh"))}
    unknown = [name for name in options.names if name not in known]
    if unknown:
        fail(f"no finding is called {', '.join(unknown)}; there are {', '.join(known)}")
    changed = 0
    for name in options.names or known:
        print(f"{name}: ", end="", flush=True)
        ran = subprocess.run(["sh", known[name]], capture_output=True, text=True)
        print("changed" if ran.returncode else "as recorded")
        if ran.returncode:
            changed += 1
            print(f"{ran.stdout}{ran.stderr}".strip(), file=sys.stderr)
    return changed


def clean(_):
    """Remove the environment, the built site and every cache."""
    made = (".venv", "site", "dist", ".cache", ".*_cache", ".hypothesis", "**/__pycache__")
    for pattern in made:
        for path in list(ROOT.glob(pattern)):
            print(f"removing {path.relative_to(ROOT)}")
            remove(path)


def remove(path):
    """Delete a file, a folder or a link, never what a link points to."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


# The command line


class Parser(argparse.ArgumentParser):
    """A parser whose errors take one line."""

    def error(self, message):
        """Leave out the usage."""
        fail(f"{message}; see dev.py --help")


def port(text):
    """Read a TCP port number."""
    if not (text.isdecimal() and 0 < int(text) < 65536):
        raise argparse.ArgumentTypeError(f"{text} is no port from 1 to 65535")
    return int(text)


COMMANDS = (
    serve,
    test,
    setup,
    build,
    bundle,
    bench,
    accuracy,
    frameworks,
    findings,
    clean,
)


def parse(arguments):
    """Read the command line; `rest` is what test and bench hand on."""
    parser = Parser(prog="dev.py", description=__doc__.partition("\n")[0])
    commands = parser.add_subparsers(metavar="command", required=True, parser_class=Parser)
    added = {}
    for function in COMMANDS:
        name, about = function.__name__, function.__doc__
        added[name] = commands.add_parser(name, help=about, description=about)
        added[name].set_defaults(run=function)
    added["serve"].add_argument("--host", default="127.0.0.1", help="default: %(default)s")
    added["serve"].add_argument("--port", default=8000, type=port, help="default: %(default)s")
    added["test"].add_argument("-k", metavar="EXPR", help="of pytest, run only what matches")
    kernels = "only the tests of numbers, with each kernel of OpenBLAS and without SIMD"
    added["test"].add_argument("--kernels", action="store_true", help=kernels)
    live = "only the pages' examples and exercises, every one, in the browser's Python"
    added["test"].add_argument("--live", action="store_true", help=live)
    downloads = "only the notebooks to take away, each in every environment that readers may have"
    added["test"].add_argument("--downloads", action="store_true", help=downloads)
    added["test"].epilog = "Arguments after -- go to pytest."
    require = "fail where the browser's Python cannot be had"
    for name in ("build", "bundle"):
        added[name].add_argument("--require-live", action="store_true", help=require)
    for name in ("frameworks", "findings"):
        added[name].add_argument("names", nargs="*", metavar="NAME", help="only these")
    added["frameworks"].epilog = "Without a name: those whose record is not up to date."
    added["frameworks"].add_argument("--check", action="store_true", help="compare, write nothing")
    added["setup"].add_argument("--test", action="store_true", help="with what the tests need")

    cut = arguments.index("--") if "--" in arguments else len(arguments)
    options, unknown = parser.parse_known_args(arguments[:cut])
    options.rest = unknown + arguments[cut + 1 :]
    if options.rest and options.run not in (test, bench):
        parser.error(f"unrecognized arguments: {' '.join(options.rest)}")
    return options


def main(arguments):
    """Check what every command needs, then run the one that was asked for."""
    if sys.version_info < OLDEST:
        running = "{}.{}.{} ({})".format(*sys.version_info[:3], sys.executable)
        fail(f"Python 3.11 or newer is needed; this is Python {running}.")
    options = parse(arguments)
    for name in ("pyproject.toml", "constraints.txt"):
        if not (ROOT / name).is_file():
            fail(f"no {name} in {ROOT}: run dev.py from a complete copy of the project.")
    for number in (signal.SIGINT, signal.SIGTERM):  # also where a shell has ignored them
        signal.signal(number, signal.default_int_handler)
    try:
        return 1 if options.run(options) else 0
    except KeyboardInterrupt:
        print("dev.py: interrupted", file=sys.stderr)
        return 130
    except OSError as error:
        fail(error)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
