"""Build the site, unless it is as it would be built: `build.py [options of mkdocs build] SITE`."""

import runpy
import sys
from pathlib import Path

from website import stamp

if __name__ == "__main__":
    _, *options, site = sys.argv
    if stamp.valid(Path(site)):
        print(f"Nothing has changed: {site} is as it would be built.")
    else:
        sys.argv = ["mkdocs", "build", *options, "--site-dir", site]
        runpy.run_module("mkdocs", run_name="__main__")
