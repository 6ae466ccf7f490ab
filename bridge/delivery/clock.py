"""Notices that somebody set the wall clock, by which everything in the store is timed."""

from __future__ import annotations

import time
from collections.abc import Callable

from bridge.store.deliveries import Job
from bridge.value import replace

A_STEP = 2.0  # seconds; what a clock is moved by in less is not worth a thought


def steady() -> float:
    """Seconds by a clock that nobody sets, and that goes on while the machine is suspended (Linux)."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class Watch:
    """`now` against a clock that nobody sets."""

    def __init__(self, now: Callable[[], float], steady: Callable[[], float] = steady) -> None:
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


def of_today(job: Job, seconds: float, now: float) -> Job:
    """A job that was claimed so many seconds ago, with its times by the clock as it is now."""
    step = now - seconds - job.started_at
    if abs(step) <= A_STEP:
        return job
    attempt_at = None if job.attempt_at is None else job.attempt_at + step
    return replace(job, started_at=job.started_at + step, attempt_at=attempt_at)
