"""What several test modules share: the built site, its server and a browser."""

import functools
import http.server
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import chromium
import pytest
import trees
from playwright.sync_api import Browser, sync_playwright

from website import ROOT


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site: the one that `NNREF_SITE` names, or a fresh one."""
    if "NNREF_SITE" in os.environ:
        return Path(os.environ["NNREF_SITE"]).resolve()
    out = tmp_path_factory.mktemp("site")
    run = trees.build(ROOT, out)
    assert run.returncode == 0, run.stderr
    return out


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
