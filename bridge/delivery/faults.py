"""Faults of one route only: they must not stop the callers of all the others.

A fault pauses everything at first, since most are everybody's. Where another delivery passes and the same fault
then comes back, it is about some submissions (a channel, a workflow or a menu of their route), and only they wait.
"""

from __future__ import annotations

import logging
import threading

from bridge.taskrouter import Outcome

log = logging.getLogger(__name__)

EVERYBODYS = (401, 403, 404)  # credential, permission, workspace


class RouteFaults:
    """What this process knows of them. A fault is forgotten `memory` seconds after it was last met."""

    def __init__(self, memory: float) -> None:
        self._memory = memory
        self._lock = threading.Lock()
        self._passed: dict[str, float] = {}
        self._met: dict[str, float] = {}

    def passed(self, fault: str, now: float) -> None:
        """Delivery went on after this fault, because a call passed."""
        with self._lock:
            self._passed[fault] = now

    def mended(self, reason: str | None) -> None:
        """A delivery that waited for this reason met no fault any more."""
        with self._lock:
            self._met.pop(reason or "", None)

    def is_one(self, outcome: Outcome, now: float) -> bool:
        """Whether this fault is known to leave others alone."""
        text = outcome.reason[:200]  # as long as the gate keeps it
        if outcome.kind != "fault" or outcome.http_status in EVERYBODYS:
            return False
        with self._lock:
            known = self._met.get(text, self._passed.get(text))
            if known is None or now - known > self._memory:
                return False
            first = text not in self._met
            self._met[text] = now
        if first:
            log.error("event=delivery_route_fault reason=%r", text)
        return True

    def now(self, now: float) -> str | None:
        """A fault that some submissions wait for, or None."""
        with self._lock:
            self._met = {text: at for text, at in self._met.items() if now - at <= self._memory}
            return next(iter(self._met), None)
