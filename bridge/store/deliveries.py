"""The way of a delivery through its table: due, called, finished, and recovered after a crash.

Every function is one step inside a transaction that the caller opened. `ready` means that no task of this
submission can exist; `calling` and `check` mean that one may. Who holds a `calling` row is (owner, tries): a
finish names both, so a late one changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from msgspec import Struct
from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    and_,
    bindparam,
    delete,
    select,
    update,
)

from bridge.store import statements
from bridge.store.statements import in_state
from bridge.store.tables import attempt, delivery, submission

Kind = Literal["create", "lookup", "update"]
State = Literal["ready", "calling", "check", "done", "held", "dead"]
Waiting = Literal["ready", "check"]

SUPERSEDED = "its complete submission took its place"


class Twin(Struct, frozen=True):
    """The other submission of the same dialling (a complete one's partial, a partial's complete one)."""

    submission_id: int
    state: State
    due: float
    task_sid: str | None


class Due(Struct, frozen=True):
    """A delivery whose time has come, as it stands before it is claimed."""

    submission_id: int
    external_id: str
    reference: str
    complete: bool
    state: State
    tries: int
    looked: int
    attempt_at: float | None
    created_at: float
    linked_to: str | None
    possible_duplicate: bool
    reason: str | None
    twin: Twin | None


class Job(Struct, frozen=True):
    """A claimed delivery: one call to make.

    `target` is the task that an update changes, `reason` why the delivery still waited. `possible_duplicate`: an admin
    had it made although an earlier task could not be ruled out.
    """

    submission_id: int
    external_id: str
    reference: str
    complete: bool
    kind: Kind
    owner: str
    tries: int
    looked: int
    attempt_at: float | None
    created_at: float
    started_at: float
    linked_to: str | None = None
    target: str | None = None
    possible_duplicate: bool = False
    reason: str | None = None


class Next(Struct, frozen=True):
    """Where a delivery goes after an outcome. `due` counts for `ready` and `check` only."""

    state: State
    due: float
    looked: int = 0
    reason: str | None = None
    http_status: int | None = None
    task_sid: str | None = None
    linked_to: str | None = None


_DUE_COLUMNS = tuple(name for name in Due.__struct_fields__ if name != "twin")
_twin_submission = submission.alias("twin_submission")
_twin = delivery.alias("twin")


def live_calls(conn: Connection, now: float) -> int:
    """How many calls are under way in all processes; a row whose lease is over counts no longer."""
    found = statements.LIVE.first(conn, {"now": now})
    return int(found[0]) if found else 0


def first_due(conn: Connection, state: Waiting) -> float | None:
    """When the next delivery in `state` falls due, or None where none is."""
    found = statements.FIRST_DUE[state].first(conn, {})
    return None if found is None else float(found[0])


def due(conn: Connection, state: Waiting, now: float, limit: int) -> list[Due]:
    """At most `limit` deliveries in `state` whose time has come, the longest due first, locked for us."""
    if limit <= 0:
        return []
    return [_read(row) for row in conn.execute(_DUE[state], {"now": now, "most": limit}).mappings()]


def _due(state: Waiting) -> Select[Any]:
    return (
        select(
            delivery,
            submission.c.reference,
            submission.c.complete,
            _twin.c.submission_id.label("twin_id"),
            _twin.c.state.label("twin_state"),
            _twin.c.due.label("twin_due"),
            _twin.c.task_sid.label("twin_sid"),
        )
        .join(submission, submission.c.id == delivery.c.submission_id)
        .outerjoin(_twin_submission, _same_dialling())
        .outerjoin(_twin, _twin.c.submission_id == _twin_submission.c.id)
        .where(in_state(state), delivery.c.due <= bindparam("now"))
        .order_by(delivery.c.due, delivery.c.submission_id)
        .limit(bindparam("most"))
        .with_for_update(of=delivery, skip_locked=True)
    )


def _same_dialling() -> ColumnElement[bool]:
    return and_(
        _twin_submission.c.reference == submission.c.reference,
        _twin_submission.c.session == submission.c.session,
        _twin_submission.c.complete != submission.c.complete,
    )


def _read(row: RowMapping) -> Due:
    twin = None
    if row["twin_id"] is not None:
        twin = Twin(row["twin_id"], row["twin_state"], row["twin_due"], row["twin_sid"])
    own = {name: row[name] for name in _DUE_COLUMNS}
    return Due(**own, twin=twin)


def start(conn: Connection, jobs: Sequence[Job], lease: float) -> None:
    """Write down, before any call is made, that these calls are under way until `lease`."""
    for job in jobs:
        called = statements.CREATES if job.kind == "create" else statements.CALLS
        called.changed(conn, {"b_id": job.submission_id, "owner": job.owner, "lease": lease, "at": job.started_at})
        statements.ATTEMPT.changed(conn, _attempt(job))


def _attempt(job: Job) -> dict[str, object]:
    return {
        "submission_id": job.submission_id,
        "number": job.tries,
        "kind": job.kind,
        "node": job.owner,
        "started_at": job.started_at,
    }


def finish(conn: Connection, job: Job, then: Next, now: float) -> bool:
    """Move a called delivery on. False, and nothing changed, where it is no longer this call's to move."""
    ours = {"b_id": job.submission_id, "b_owner": job.owner, "b_tries": job.tries}
    moved = statements.FINISH.changed(conn, {**ours, **_moved(then, now)}) == 1
    if moved and not job.complete and then.state in ("done", "held", "dead"):
        _wake_twin(conn, job, now)
    return moved


def _moved(then: Next, now: float) -> dict[str, object]:
    return {
        "state": then.state,
        "due": then.due,
        "looked": then.looked,
        "reason": then.reason,
        "http_status": then.http_status,
        "finished_at": now if then.state in ("done", "held", "dead") else None,
        "b_sid": then.task_sid or None,
        "b_linked": then.linked_to or None,
    }


def _wake_twin(conn: Connection, partial: Job, now: float) -> None:
    """The complete submission waited for its partial's task; now it can go."""
    own = select(submission.c.session).where(submission.c.id == partial.submission_id).scalar_subquery()
    complete = select(submission.c.id).where(
        submission.c.reference == partial.reference, submission.c.session == own, submission.c.complete
    )
    waiting = delivery.c.submission_id.in_(complete) & (delivery.c.state == "ready")
    conn.execute(update(delivery).where(waiting).values(due=now))


def note(conn: Connection, job: Job, outcome: str, http_status: int | None, now: float) -> None:
    """Complete the attempt's line in the history."""
    values = {"ended_at": now, "outcome": outcome, "http_status": http_status}
    statements.NOTE.changed(conn, {**values, "b_id": job.submission_id, "b_number": job.tries})


def postpone(conn: Connection, submission_id: int, until: float) -> None:
    """Let a delivery that cannot be called yet wait until then."""
    conn.execute(update(delivery).where(delivery.c.submission_id == submission_id).values(due=until))


def supersede(conn: Connection, submission_id: int, now: float) -> bool:
    """End a partial submission's delivery, of which no task exists, in favour of its complete one."""
    unsent = (delivery.c.submission_id == submission_id) & (delivery.c.state == "ready")
    values = {"state": "done", "reason": SUPERSEDED, "finished_at": now}
    return conn.execute(update(delivery).where(unsent).values(values)).rowcount == 1


def first_lease(conn: Connection) -> float | None:
    """When the first call under way will count as lost, or None where none is."""
    found = statements.FIRST_LEASE.first(conn, {})
    return found[0] if found else None


def forget_attempts(conn: Connection, before: float, most: int) -> int:
    """Delete up to `most` attempts that began before then; the deliveries stay. Returns how many."""
    old = select(attempt.c.id).where(attempt.c.started_at < before).limit(most)
    return conn.execute(delete(attempt).where(attempt.c.id.in_(old))).rowcount


_DUE: Mapping[Waiting, Select[Any]] = {"ready": _due("ready"), "check": _due("check")}
