"""Misbehaviour on demand: what goes wrong, at which operation, for how many calls or how long.

A plan is seeded, so that a run with chances in it can be repeated. Each call asks the plan once and gets the
faults that apply to it; a fault that is used up or out of date leaves the plan by itself.
"""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field

from bridge.sandbox.refusal import invalid

KINDS: Mapping[str, str] = {
    "slow": "wait `delay` seconds before anything happens",
    "limit": "answer 429 (20429), with Retry-After where `retry_after` is given",
    "unavailable": "answer 503, or the `status` that is given",
    "drop_before": "close the connection; nothing happens",
    "drop_after": "do it, then close the connection without an answer",
    "late_answer": "do it at once, answer after `delay` seconds",
    "late_create": "do it after `delay` seconds, answer then",
    "lag": "lists do not know the tasks of the last `delay` seconds",
    "null_attributes": "lists give `attributes` as null",
}
OPERATIONS = ("any", "create", "fetch", "update", "delete", "list", "events", "other")


@dataclass(slots=True)
class Fault:
    """`calls` or `until` (seconds since 1970) bound it; without either it stays until it is cleared."""

    kind: str
    operation: str = "any"
    calls: int | None = None
    until: float | None = None
    chance: float = 1.0
    delay: float = 0.0
    retry_after: float | None = None
    status: int = 503

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}")
        if self.operation not in OPERATIONS:
            raise ValueError(f"operation must be one of {', '.join(OPERATIONS)}")

    def meant_for(self, operation: str) -> bool:
        return self.operation in ("any", operation)

    def over(self, now: float) -> bool:
        return self.calls == 0 or (self.until is not None and now >= self.until)


@dataclass(slots=True)
class Plan:
    """The faults that wait for calls, and the count of what was called and what was done to it."""

    now: Callable[[], float] = time.time
    seed: int = 0
    faults: list[Fault] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)
    early: int = 0  # calls that came inside a Retry-After window
    _quiet_until: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)  # noqa: S311 - repeatable on purpose

    def add(self, kind: str, operation: str = "any", *, seconds: float | None = None, **more: object) -> None:
        """One fault more. `seconds`: how long it lasts from now; `calls`: how many calls it spoils."""
        until = None if seconds is None else self.now() + seconds
        fault = Fault(kind, operation, until=until, **more)  # type: ignore[arg-type]
        with self._lock:
            self.faults.append(fault)

    def clear(self) -> None:
        with self._lock:
            self.faults.clear()

    def take(self, operation: str) -> dict[str, Fault]:
        """What happens to this call, by kind. Counts the call, and uses up what is bounded by calls."""
        with self._lock:
            now = self.now()
            self.calls[operation] += 1
            self.early += now < self._quiet_until
            self.faults = [fault for fault in self.faults if not fault.over(now)]
            hits: dict[str, Fault] = {}
            for fault in self.faults:
                if fault.kind not in hits and self._hits(fault, operation):
                    hits[fault.kind] = fault
                    self._use(fault, now)
            return hits

    def _hits(self, fault: Fault, operation: str) -> bool:
        return fault.meant_for(operation) and self._chance.random() < fault.chance

    def _use(self, fault: Fault, now: float) -> None:
        self.calls[fault.kind] += 1
        if fault.calls is not None:
            fault.calls -= 1
        if fault.kind == "limit" and fault.retry_after is not None:
            self._quiet_until = max(self._quiet_until, now + fault.retry_after)

    def replace(self, wanted: list[Mapping[str, object]]) -> None:
        """What the control endpoint was sent. Raises `Refusal` for a fault that does not exist."""
        try:
            fresh = Plan(self.now, self.seed)
            for fault in wanted:
                fresh.add(**fault)  # type: ignore[arg-type]
        except (TypeError, ValueError) as reason:
            raise invalid(f"faults: {reason}") from reason
        with self._lock:
            self.faults = fresh.faults

    def report(self) -> dict[str, object]:
        with self._lock:
            return {
                "faults": [asdict(fault) for fault in self.faults if not fault.over(self.now())],
                "calls": dict(self.calls),
                "early": self.early,
            }
