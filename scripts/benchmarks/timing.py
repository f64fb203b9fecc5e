"""Medians of several runs, taken in turn with a peer so that both meet the same machine."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One line of the table: median seconds, the peer's, and memory, where they were measured."""

    group: str
    name: str
    seconds: float
    peer: str = ""
    peer_seconds: float | None = None
    memory: float | None = None  # the call's peak, divided by the size of its arguments

    @property
    def ratio(self) -> float | None:
        """Our time divided by the peer's."""
        return self.seconds / self.peer_seconds if self.peer_seconds else None


def seconds(action: Callable[[], object]) -> float:
    """How long one call takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def median(action: Callable[[], object], runs: int) -> float:
    """The median of several calls."""
    return statistics.median(seconds(action) for _ in range(runs))


def in_turn(
    ours: Callable[[], object], theirs: Callable[[], object], runs: int, *, warm: bool = False
) -> tuple[float, float]:
    """The medians of two actions, called in turn; unless they are warm, after one call of each."""
    if not warm:
        ours()
        theirs()
    pairs = [(seconds(ours), seconds(theirs)) for _ in range(runs)]
    first, second = zip(*pairs, strict=True)
    return statistics.median(first), statistics.median(second)
