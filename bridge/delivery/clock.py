"""Notices that somebody set the wall clock, by which everything in the store is timed."""

from __future__ import annotations

import time
from collections.abc import Callable

A_STEP = 2.0  # seconds; what a clock is moved by in less is not worth a thought


class Watch:
    """`now` against a clock that nobody sets (and that stands still while the machine is suspended)."""

    def __init__(self, now: Callable[[], float], steady: Callable[[], float] = time.monotonic) -> None:
        self._now, self._steady = now, steady
        self._apart = self._seen = now() - steady()

    def look(self) -> tuple[float, float]:
        """The time, and by how many seconds it was set forward (below 0: back) since that was last minded."""
        now = self._now()
        self._seen = now - self._steady()
        step = self._seen - self._apart
        return now, step if abs(step) > A_STEP else 0.0

    def minded(self) -> None:
        """What the last look told has been done."""
        self._apart = self._seen
