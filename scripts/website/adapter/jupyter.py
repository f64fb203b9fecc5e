"""mkdocs-jupyter: runs the studies of a MkDocs build, with the options in `mkdocs.yml`."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mkdocs_jupyter.config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs_jupyter.convert import nb2html

from website import ROOT, kernel

PLUGIN = "mkdocs-jupyter"
TEMPLATES = ROOT / "scripts" / "website" / "templates" / "jupyter"


def runner(config: MkDocsConfig) -> Callable[[Path], dict[str, Any]]:
    """What runs a script as the plugin would, and hands on the executed notebook."""
    options = config.plugins[PLUGIN].config
    kernel.install()
    # The plugin has no option for it: its template would make a page with 590 kB of styles and
    # with scripts from elsewhere. Ours is one line that writes the notebook itself.
    mkdocs_jupyter.config.settings.templates_dir = str(TEMPLATES)

    def run(path: Path) -> dict[str, Any]:
        names = ("execute", "kernel_name", "allow_errors")
        return json.loads(nb2html(str(path), **{name: options[name] for name in names}))

    return run
