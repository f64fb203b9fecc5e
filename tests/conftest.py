"""What several test modules share: the built site, its server and a browser."""

import functools
import http.server
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import chromium
import pytest
import trees
from filelock import FileLock
from playwright.sync_api import Browser, sync_playwright

from website import ROOT

Shared = Callable[[str, Callable[[Path], None]], Path]


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Shared:
    """Give the folder of a name; the first worker who needs it fills it, the others wait."""
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent  # a worker's own folder lies in the one of them all

    def folder(name: str, fill: Callable[[Path], None]) -> Path:
        path, filled = base / name, base / f"{name}.filled"
        with FileLock(base / f"{name}.lock"):
            if not filled.exists():
                shutil.rmtree(path, ignore_errors=True)  # what one who failed has left
                fill(path)
                filled.touch()
        return path

    return folder


@pytest.fixture(scope="session")
def site(shared: Shared) -> Path:
    """The built site: the one that `NNREF_SITE` names, or a fresh one."""
    if "NNREF_SITE" in os.environ:
        return Path(os.environ["NNREF_SITE"]).resolve()
    return shared("site", lambda folder: trees.succeed(trees.build(ROOT, folder)))


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves the site without a word."""

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="session")
def origins(site: Path) -> Iterator[dict[str, str]]:
    """Where the site is found: on a server, and as a folder that is opened without one."""
    handler = functools.partial(Handler, directory=site)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        served = f"http://127.0.0.1:{server.server_port}/"
        yield {"served": served, "opened": f"{site.as_uri()}/"}
        server.shutdown()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A browser, or no test; where `CI` is set, having none is a failure."""
    with sync_playwright() as playwright:
        found = chromium.launch(playwright.chromium)
        if not found:
            (pytest.fail if os.environ.get("CI") else pytest.skip)(chromium.HINT)
        yield found
        found.close()
