"""Whether the store commits, tried once a second at most, however many ask."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from bridge.errors import Unavailable

HOLDS = 1.0  # seconds that an answer counts


class Pulse:
    """`ping` proves that a commit reaches the disk, or raises `Unavailable`. Safe from any thread."""

    def __init__(self, ping: Callable[[], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._ping, self._clock = ping, clock
        self._lock = threading.Lock()
        self._felt = float("-inf")
        self._problem: str | None = None

    def problem(self) -> str | None:
        """Why nothing can be kept, in a sentence; None while all is well. Who asks during a try waits for it."""
        with self._lock:
            if self._clock() - self._felt >= HOLDS:
                self._problem = self._tried()
                self._felt = self._clock()
            return self._problem

    def _tried(self) -> str | None:
        try:
            self._ping()
        except Unavailable as error:
            return f"The store does not commit ({error})."
        return None
