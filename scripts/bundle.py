"""Pack a built site for people who have neither a server nor this project: `bundle.py SITE FOLDER`.

The zip holds the site, a server in one file of Python, and a start file for each system.
"""

import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

from website import ROOT, memory, package, stamp

NAME = "introduction-to-neural-networks"
BUNDLED = ROOT / "scripts" / "bundled"
WINDOWS = {".bat", ".txt"}  # what Windows' own programs read: lines end as they expect it
STARTED = {".command", ".sh"}


def write(site: Path, folder: Path) -> Path:
    """Write the bundle of a site; of the same site and commit, the same bytes."""
    path = folder / f"{NAME}-{package.project()['version']}.zip"
    date = int(stamp.date())
    folder.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with zipfile.ZipFile(part, "w") as archive:
        for name, content in contents(site):
            info = zipfile.ZipInfo(f"{NAME}/{name}", time.gmtime(date)[:6])
            mode = 0o755 if Path(name).suffix in STARTED else 0o644
            info.create_system, info.external_attr = 3, (0o100000 | mode) << 16  # as Unix knows it
            archive.writestr(info, content, zipfile.ZIP_DEFLATED)
    part.replace(path)
    return path


def contents(site: Path) -> Iterator[tuple[str, bytes]]:
    """Each file of the bundle: its name and its bytes."""
    for path in [ROOT / "LICENSE", *memory.files(BUNDLED)]:
        content = path.read_bytes()
        ends = b"\r\n" if path.suffix in WINDOWS else b"\n"
        yield path.name, content.replace(b"\n", ends)
    for path in memory.files(site):
        yield f"site/{path.relative_to(site).as_posix()}", path.read_bytes()


if __name__ == "__main__":
    _, site, folder = sys.argv
    written = write(Path(site), Path(folder))
    print(f"{written.stat().st_size / 1e6:.1f} MB in {written}")
