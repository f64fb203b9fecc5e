"""What MkDocs loads: it knows when something is to be done, `website.adapter` knows what."""

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority

from website import workshop
from website.adapter import build, jupyter


@event_priority(100)  # before mkdocstrings reads its inventories
def on_config(config: MkDocsConfig) -> None:
    build.Build(config, workshop.Workshop(jupyter.runner(config)))
