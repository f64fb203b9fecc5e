"""The workshop: draws figures and runs studies, side by side, each version once.

What is finished lies in the cache, under a key of all that it depends on. Who builds for readers
waits for it; a live server shows its pages at once and says what is still being made.
"""

import math
import os
import threading
import time
import traceback
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from queue import Empty, SimpleQueue

from website import SiteError, figures, studies

CORES = os.cpu_count() or 1
KERNELS = CORES + 2  # while one study waits for its kernel to start or to end, others work

Source = figures.Source | studies.Script


class Workshop:
    """What is being made, by its key: a future problem, empty if all went well."""

    def __init__(self, run: studies.Run, patience: float = math.inf, opened: bool = True) -> None:
        """A workshop that makes one wait up to so many seconds after it was given work."""
        self.ready: Callable[[], object] = list  # called whenever something is finished
        self._run = run
        self._patience = patience
        self._opened = opened
        self._until = math.inf
        self._jobs: dict[str, Future[str]] = {}
        self._drawings: list[figures.Source] = []
        self._scripts: SimpleQueue[studies.Script] = SimpleQueue()

    def give(self, drawings: Iterable[figures.Source], scripts: Iterable[studies.Script]) -> None:
        """Accept work: all that is neither made nor accepted."""
        self._until = time.monotonic() + self._patience if self._opened else 0
        self._drawings += filter(self._accepted, drawings)
        for script in filter(self._accepted, scripts):
            self._scripts.put(script)
        if self._opened:
            self.open()

    def _accepted(self, source: Source) -> bool:
        new = not source.made and source.key not in self._jobs
        if new:
            self._jobs[source.key] = Future()
        return new

    def open(self) -> None:
        """Work on what was given, in the background."""
        self._opened = True
        for _ in range(min(KERNELS, self._scripts.qsize())):
            threading.Thread(target=self._study, daemon=True).start()
        if missing := self._drawings:
            self._drawings = []
            arguments = (missing, self._finish, min(CORES, len(missing)))
            threading.Thread(target=figures.draw, args=arguments, daemon=True).start()

    def has(self, source: Source) -> bool:
        """Whether a drawing or a study is there; raises what went wrong in making it."""
        job = self._jobs.get(source.key)
        if source.made or not job:
            return source.made
        patience = self._until - time.monotonic()
        try:
            problem = job.result(None if patience == math.inf else max(patience, 0))
        except TimeoutError:
            return False
        if problem:
            del self._jobs[source.key]  # given again, it is tried again
            raise SiteError(problem)
        return True

    @property
    def busy(self) -> int:
        """How many drawings and studies are still to come."""
        return sum(not job.done() for job in self._jobs.values())

    def _study(self) -> None:
        while True:
            try:
                script = self._scripts.get_nowait()
            except Empty:
                return
            try:
                script.execute(self._run)
                problem = ""
            except SiteError as error:
                problem = str(error)
            except Exception:  # noqa: BLE001 (who waits must hear of it)
                problem = traceback.format_exc()
            self._finish(script, problem)

    def _finish(self, source: Source, problem: str) -> None:
        self._jobs[source.key].set_result(problem)
        self.ready()
