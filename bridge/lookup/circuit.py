"""When a service has failed several times in a row, callers stop waiting for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

FAILURES = 5
REST = 10.0  # seconds between probes


class Circuit:
    """Lets everything through until `FAILURES` in a row; then one probe every `REST` seconds, until one succeeds."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now, self._lock = now, threading.Lock()
        self._failures, self._rests_until = 0, 0.0

    def lets_through(self) -> bool:
        """Whether the service may be asked now. A probe that is let through keeps the others waiting."""
        with self._lock:
            if self._failures < FAILURES:
                return True
            if self._now() < self._rests_until:
                return False
            self._rests_until = self._now() + REST
            return True

    def note(self, *, answered: bool) -> None:
        """What became of one that was let through."""
        with self._lock:
            self._failures = 0 if answered else self._failures + 1
            self._rests_until = self._now() + REST
