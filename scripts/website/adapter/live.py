"""A live server shows its pages at once; drawings and studies follow when they are ready."""

import time

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.livereload import LiveReloadServer

from website import CACHE
from website.adapter import jupyter
from website.workshop import Workshop

READY = CACHE / "ready"  # the server watches it
PATIENCE = 2.0  # seconds that an edit waits for its drawing
PAUSE = 3.0  # seconds between two builds for what is ready


def workshop(config: MkDocsConfig, *, opened: bool) -> Workshop:
    """Where figures are drawn and studies are run while the server goes on."""
    made = Workshop(jupyter.runner(config), PATIENCE, opened=opened)
    last = time.monotonic()

    def ready() -> None:
        nonlocal last
        if not made.busy or time.monotonic() - last > PAUSE:
            last = time.monotonic()
            READY.touch()

    made.ready = ready
    return made


def serve(server: LiveReloadServer, workshop: Workshop) -> None:
    """Begin to work, and have the server build again when something is ready."""
    READY.parent.mkdir(exist_ok=True)
    READY.touch()
    server.watch(str(READY))
    workshop.open()
