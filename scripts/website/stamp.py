"""Whether a built site is what a build would make again: what it was made of, and what came out."""

import hashlib
import json
from pathlib import Path

from website import CACHE, ROOT, memory

MADE_OF = tuple(ROOT / name for name in ("docs", "nnref", "scripts"))
ALONE = tuple(ROOT / name for name in ("mkdocs.yml", "LICENSE"))


def valid(site: Path, *settings: object) -> bool:
    """Whether nothing has changed since a site was stamped, neither what it is made of nor it."""
    try:
        found = json.loads(stamp(site).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(found == {"inputs": inputs(*settings), "outputs": outputs(site)})


def write(site: Path, *settings: object) -> None:
    """Stamp a site that has just been built."""
    path = stamp(site)
    path.parent.mkdir(parents=True, exist_ok=True)
    made = {"inputs": inputs(*settings), "outputs": outputs(site)}
    path.write_text(json.dumps(made), encoding="utf-8")


def stamp(site: Path) -> Path:
    """Where a site's stamp lies."""
    return CACHE / "built" / f"{hashlib.sha256(str(site).encode()).hexdigest()[:20]}.json"


def inputs(*settings: object) -> str:
    """A text that changes with all that a site is made of."""
    digest = hashlib.sha256(memory.key(*settings).encode())
    for path in [*memory.files(*MADE_OF), *ALONE]:
        digest.update(f"{path.relative_to(ROOT).as_posix()}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def outputs(site: Path) -> dict[str, str]:
    """Every file of a site, by its hash."""
    return {
        path.relative_to(site).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in memory.files(site)
    }
