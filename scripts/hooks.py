"""What MkDocs loads, once: it knows when something is to be done, `website.adapter` knows what.

What outlives a build stands here: of a live server the workshop, where work goes on between two
builds. The code that makes the site is loaded again when it has changed.
"""

import importlib
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import event_priority

SCRIPTS = Path(__file__).parent
CODE = (
    "website/**/*.py",
    "checks/*.py",
    "exercises/*.py",
    "frameworks/*.py",
    "figures/themes.py",
    "figures/controls.py",
)
PACKAGES = {"website", "checks", "exercises", "frameworks", "figures"}


@dataclass
class Process:
    """What MkDocs was started for, and what goes on for as long as it runs."""

    command: str = "build"
    code: str = ""
    workshop: Any = None
    served: bool = False


process = Process()


def on_startup(command: str, **_: object) -> None:
    """Note whether a site is built or served."""
    process.command = command


@event_priority(100)  # before other plugins read what is prepared here
def on_config(config: MkDocsConfig) -> None:
    """Begin a build."""
    build, live = fresh("build"), fresh("live")
    if process.command != "serve":
        build.Build(config, build.workshop(config), live=False)
        return
    if not process.workshop:
        process.workshop = live.workshop(config, opened=process.served)
    build.Build(config, process.workshop, live=True)


def on_serve(server: LiveReloadServer, **_: object) -> None:
    """When the first pages are shown, begin to draw and to run."""
    process.served = True
    fresh("live").serve(server, process.workshop)


def fresh(name: str) -> ModuleType:
    """A module of the adapter, loaded again with all that it uses if any of it has changed."""
    files = sorted(path for pattern in CODE for path in SCRIPTS.glob(pattern))
    code = str([(path, path.stat().st_mtime_ns) for path in files])
    if process.code and process.code != code:
        for loaded in [each for each in sys.modules if each.partition(".")[0] in PACKAGES]:
            del sys.modules[loaded]
        importlib.invalidate_caches()
        process.workshop = None
    process.code = code
    if str(SCRIPTS) not in sys.path:
        sys.path.insert(0, str(SCRIPTS))
    return importlib.import_module(f"website.adapter.{name}")
