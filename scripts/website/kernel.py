"""The Python process that runs a case study: the site's drawing style, this copy of `nnref`.

mkdocs-jupyter starts it by its name, which `mkdocs.yml` says; `run` does without a generator.
What the reader's own Jupyter or IPython is set to plays no part.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

from figures import themes
from website import CACHE, ROOT

NAME = "nnref"
HOME = CACHE / "jupyter"
DRAWN_WITH = {"bbox_inches": None, "metadata": {"Date": None, "Creator": None}}
SETTINGS: dict[str, Any] = {
    "Application": {"log_level": "ERROR"},
    "HistoryManager": {"enabled": False},
    "InlineBackend": {
        "figure_formats": ["svg"],
        "print_figure_kwargs": DRAWN_WITH,
        "rc": themes.settings("light"),
    },
    "InteractiveShellApp": {"matplotlib": "inline"},  # before a cell reads a color
}


def install() -> None:
    """Write the kernel where only this project's builds look for it."""
    directory = HOME / "kernels" / NAME
    directory.mkdir(parents=True, exist_ok=True)
    config = directory / "config.json"
    config.write_text(json.dumps(SETTINGS), encoding="utf-8")
    launch = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    kernel = {
        "argv": [*launch, f"--config={config}"],
        "display_name": "Python 3",
        "language": "python",
        "env": {
            "IPYTHONDIR": str(HOME / "ipython"),
            "OMP_NUM_THREADS": "1",  # on small matrices threads wait for each other
            "OPENBLAS_NUM_THREADS": "1",
            "PYTHONPATH": str(ROOT),
        },
    }
    (directory / "kernel.json").write_text(json.dumps(kernel), encoding="utf-8")
    os.environ["JUPYTER_PATH"] = str(HOME)
    os.environ["JUPYTER_CONFIG_DIR"] = str(HOME / "config")


def run(path: Path) -> dict[str, Any]:
    """The executed notebook of a study; for all who build without MkDocs."""
    import jupytext
    from nbclient import NotebookClient

    install()
    notebook = jupytext.read(path)
    NotebookClient(notebook, kernel_name=NAME, timeout=None).execute()
    return notebook
