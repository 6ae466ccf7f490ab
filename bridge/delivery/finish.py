"""One finish, in one transaction: the delivery moves on, the history gets a line, the gates learn from it."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct
from sqlalchemy import Connection

from bridge.delivery import breaker
from bridge.delivery.call import Answer
from bridge.delivery.policy import Patience
from bridge.store import deliveries, limits, recovery
from bridge.store.deliveries import Job, Next
from bridge.store.limits import Gates
from bridge.taskrouter import Outcome


class Finished(Struct, frozen=True):
    """`moved` is False where the delivery was no longer this call's.

    `fault` is what stands after this outcome, `ended` the fault that it ended.
    """

    moved: bool
    fault: str | None
    ended: str | None = None
    breaker: Literal["open", "closed", ""] = ""  # what this outcome did to it


def finish(conn: Connection, job: Job, answer: Answer, then: Next, patience: Patience, now: float) -> Finished:
    """Write down what came of one call."""
    outcome = answer.outcome
    moved = deliveries.finish(conn, job, then, now)
    deliveries.note(conn, job, outcome.kind, outcome.http_status, now)
    before = limits.seen(conn).api
    if answer.ours:
        return Finished(moved, before.fault)
    verdict = _learn(conn, job, outcome, patience, now)
    after = verdict.gates.api
    if verdict.recovered:
        recovery.wake_all(conn, patience.settle, now)
    ended = before.fault if after.fault is None else None
    return Finished(moved, after.fault, ended, _turned(breaker.is_open(before), breaker.is_open(after)))


def _turned(was_open: bool, is_open: bool) -> Literal["open", "closed", ""]:
    if was_open == is_open:
        return ""
    return "open" if is_open else "closed"


def _learn(conn: Connection, job: Job, outcome: Outcome, patience: Patience, now: float) -> breaker.Verdict:
    """Change the gates only where the outcome does, so that in good times finishes stand in no line."""
    seen = limits.seen(conn)
    verdict = breaker.after(seen, job.kind, outcome, now, patience)
    if verdict.gates == seen:
        return verdict
    fresh = limits.locked(conn)
    verdict = breaker.after(fresh, job.kind, outcome, now, patience)
    _keep(conn, fresh, verdict.gates)
    return verdict


def _keep(conn: Connection, before: Gates, after: Gates) -> None:
    if after.api != before.api:
        limits.put(conn, after.api)
    if after.lookup != before.lookup:
        limits.put(conn, after.lookup)
