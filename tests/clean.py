"""Two environments as a reader may have them: without `nnref`, and with PyTorch or without."""

import json
import sys
import sysconfig
from pathlib import Path

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

# Without `site` nothing leads to this copy of the project; what pip has installed is found.
START = """
import sys
sys.path += {packages!r}
sys.modules.update({hidden!r})
from ipykernel.kernelapp import launch_new_instance
launch_new_instance()
"""


def kernel(folder: Path, *, torch: bool) -> KernelManager:
    """What runs notebooks in such an environment; not started yet."""
    packages = sorted({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")})
    code = START.format(packages=packages, hidden={} if torch else {"torch": None})
    launch = [sys.executable, "-I", "-S", "-c", code, "-f", "{connection_file}"]
    spec = {"argv": launch, "display_name": "Python 3", "language": "python"}
    (folder / "clean").mkdir(parents=True)
    (folder / "clean" / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")
    specs = KernelSpecManager(kernel_dirs=[str(folder)], ensure_native_kernel=False)
    return KernelManager(kernel_name="clean", kernel_spec_manager=specs)
