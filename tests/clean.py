"""Two environments as a reader may have them: without `nnref`, with PyTorch and without."""

import json
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient
from nbformat import NotebookNode

# Without `site` nothing leads to this copy of the project; what pip has installed is found.
START = """
import sys
from importlib.machinery import PathFinder
class Finder(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name.partition(".")[0] not in {hidden!r}:
            return super().find_spec(name, path, target)
sys.meta_path[sys.meta_path.index(PathFinder)] = Finder
sys.path += {packages!r}
from ipykernel.kernelapp import launch_new_instance
launch_new_instance()
"""


@contextmanager
def kernel(folder: Path, *, torch: bool) -> Iterator[KernelManager]:
    """What runs notebooks in such an environment: their first one starts it."""
    packages = sorted({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")})
    code = START.format(packages=packages, hidden=[] if torch else ["torch"])
    launch = [sys.executable, "-I", "-S", "-c", code, "-f", "{connection_file}"]
    spec = {"argv": launch, "display_name": "Python 3", "language": "python"}
    (folder / "clean").mkdir(parents=True)
    (folder / "clean" / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")
    specs = KernelSpecManager(kernel_dirs=[str(folder)], ensure_native_kernel=False)
    manager = KernelManager(kernel_name="clean", kernel_spec_manager=specs)
    try:
        yield manager
    finally:
        if manager.has_kernel:
            manager.shutdown_kernel(now=True)


def run(notebook: NotebookNode, kernel: KernelManager, folder: Path, *arguments: str) -> None:
    """Run a notebook in a folder, and go on to its end."""
    options = {"timeout": 300, "extra_arguments": arguments}
    place = {"metadata": {"path": str(folder)}}
    client = NotebookClient(notebook, km=kernel, resources=place, **options)
    try:
        client.execute()
    finally:
        client.kc.stop_channels()
