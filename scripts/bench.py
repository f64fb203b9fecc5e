"""Measure the site's build and the package's speed; print a table and write it as JSON."""

import argparse
import json
import math
import os
import platform
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import chain
from pathlib import Path

from benchmarks import build, live, losses, package, sums, training, twin
from benchmarks.timing import Row

ROOT = Path(__file__).resolve().parents[1]
PARTS = {
    "site": build.rows,
    "live": live.rows,
    "package": package.rows,
    "losses": losses.rows,
    "sums": sums.rows,
    "training": training.rows,
    "twin": twin.rows,
}
BY_NAME = {"twin"}  # it installs Jupyter Book, and takes a quarter of an hour


def main() -> None:
    """Measure what was asked for; by default everything that needs no network."""
    parser = argparse.ArgumentParser(prog="dev.py bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=f"any of {', '.join(PARTS)}")
    parser.add_argument("--runs", type=int, default=7, help="runs behind each median")
    parser.add_argument("--json", type=Path, default=ROOT / ".cache" / "bench.json")
    options = parser.parse_args()
    unknown = set(options.parts) - set(PARTS)
    if unknown or options.runs < 1:
        parser.error(f"parts are {', '.join(PARTS)}, and runs at least 1")

    rows = []
    parts = options.parts or [part for part in PARTS if part not in BY_NAME]
    for row in chain.from_iterable(PARTS[part](options.runs) for part in parts):
        print(line(row), flush=True)
        rows.append(row)
    means = dict(geometric_means(rows))
    for group, mean in means.items():
        print(f"{group:<28} {'geometric mean':<38} {'':>10} {'':>18} {mean:>7.2f}×")
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(report(rows, means, options.runs), indent=2) + "\n")
    print(f"written to {options.json}")


def line(row: Row) -> str:
    """A row as people read it."""
    peer = "" if row.peer_seconds is None else f"{row.peer} {readable(row.peer_seconds)}"
    ratio = "" if row.ratio is None else f"{row.ratio:.2f}×"
    memory = "" if row.memory is None else f"  {row.memory:.1f}× memory"
    name = f"{row.group:<28} {row.name:<38}"
    return f"{name} {readable(row.seconds):>10} {peer:>18} {ratio:>8}{memory}"


def readable(seconds: float) -> str:
    """Seconds, or milliseconds where that is easier to read."""
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.2f} ms"


def geometric_means(rows: list[Row]) -> Iterator[tuple[str, float]]:
    """Over all rows of a group that have a ratio to PyTorch."""
    groups = dict.fromkeys(row.group for row in rows if row.peer == "torch")
    for group in [*groups, "all beside torch"] if groups else []:
        ratios = [
            row.ratio
            for row in rows
            if row.peer == "torch" and row.ratio and group in (row.group, "all beside torch")
        ]
        yield group, math.exp(math.fsum(map(math.log, ratios)) / len(ratios))


def report(rows: list[Row], means: dict[str, float], runs: int) -> dict[str, object]:
    """The table with what one needs to compare it with another."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.platform()}, {os.cpu_count()} cores",
        "python": sys.version.split()[0],
        "numpy": version("numpy"),
        "runs": runs,
        "rows": [asdict(row) | {"ratio": row.ratio} for row in rows],
        "geometric_means": means,
    }


if __name__ == "__main__":
    try:
        main()
    except twin.TwinError as error:
        sys.exit(f"dev.py bench: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
