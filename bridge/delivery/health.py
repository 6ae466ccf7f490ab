"""How the worker is doing: its heart beat, the calls under way, what an admin must fix, and its counts."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Mapping

from msgspec import Struct

from bridge.store.deliveries import Job

log = logging.getLogger(__name__)

STUCK_AFTER = 30.0  # seconds without a heart beat; the store may take 20 for one commit
USELESS = ("limited", "unsent", "unknown", "fault")


class Counts(Struct, frozen=True):
    """For /metrics. `waiting`: deliveries not done, by state; attempts count since the process began."""

    waiting: Mapping[str, int]
    oldest_waiting: float  # seconds; 0 where nothing waits
    attempts: Mapping[str, int]  # by outcome
    useless: int  # calls that moved nothing: no answer, slow down, out of order
    under_way: int


class Health:
    """Written by the worker's threads, read by anyone. Times are by the worker's clock."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._beat: float | None = None
        self._calls: dict[tuple[int, int], float] = {}
        self._attempts: Counter[str] = Counter()
        self._fault: str | None = None
        self._trouble: str | None = None

    def beat(self, now: float) -> None:
        self._beat = now

    def stopped(self) -> None:
        self._beat = None

    def began(self, job: Job, now: float) -> None:
        with self._lock:
            self._calls[job.submission_id, job.tries] = now

    def ended(self, job: Job, outcome: str) -> None:
        with self._lock:
            self._calls.pop((job.submission_id, job.tries), None)
            self._attempts[outcome] += 1

    def fault(self, fault: str | None) -> None:
        """Say once that delivery has paused, and once that it goes on."""
        with self._lock:
            before, self._fault = self._fault, fault
        if fault and fault != before:
            log.error("event=delivery_paused reason=%r", fault)
        elif before and not fault:
            log.info("event=delivery_resumed")

    def trouble(self, text: str | None) -> None:
        """What keeps the worker from its store, until it works again."""
        with self._lock:
            before, self._trouble = self._trouble, text
        if text and text != before:
            log.error("event=delivery_trouble error=%r", text)

    def alive(self, now: float) -> bool:
        return self._beat is not None and now - self._beat < STUCK_AFTER

    def problem(self, now: float, lease: float) -> str | None:
        """In one sentence, what on our side keeps submissions from becoming tasks."""
        with self._lock:
            oldest = min(self._calls.values(), default=now)
        if self._beat is None:
            return "The delivery worker is not running."
        if not self.alive(now):
            return f"The delivery worker has not moved for {now - self._beat:.0f} seconds."
        if now - oldest > lease:
            return f"A call to TaskRouter has been under way for {now - oldest:.0f} seconds."
        if self._trouble:
            return f"The delivery worker cannot use its store ({self._trouble})."
        return f"Delivery is paused: {self._fault}" if self._fault else None

    def attempts(self) -> tuple[dict[str, int], int]:
        """Calls by outcome, and how many are under way."""
        with self._lock:
            return dict(self._attempts), len(self._calls)
