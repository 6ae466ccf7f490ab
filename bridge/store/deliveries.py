"""The way of a delivery through its table: due, called, finished, and recovered after a crash.

Every function is one step inside a transaction that the caller opened. `ready` means that no task of this
submission can exist; `calling` and `check` mean that one may. Who holds a `calling` row is (owner, tries): a
finish names both, so a late one changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Literal

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    and_,
    delete,
    func,
    insert,
    select,
    text,
    update,
)

from bridge.store.tables import attempt, delivery, submission

Kind = Literal["create", "lookup", "update"]
State = Literal["ready", "calling", "check", "done", "held", "dead"]
Waiting = Literal["ready", "check"]

SUPERSEDED = "its complete submission took its place"


@dataclass(frozen=True, slots=True)
class Twin:
    """The other submission of the same dialling (a complete one's partial, a partial's complete one)."""

    submission_id: int
    state: State
    due: float
    task_sid: str | None


@dataclass(frozen=True, slots=True)
class Due:
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
    reason: str | None
    twin: Twin | None


@dataclass(frozen=True, slots=True)
class Job:
    """A claimed delivery: one call to make.

    `target` is the task that an update changes, `reason` why the delivery still waited.
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
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Next:
    """Where a delivery goes after an outcome. `due` counts for `ready` and `check` only."""

    state: State
    due: float
    looked: int = 0
    reason: str | None = None
    http_status: int | None = None
    task_sid: str | None = None
    linked_to: str | None = None


_DUE_COLUMNS = tuple(column.name for column in fields(Due) if column.name != "twin")
_twin_submission = submission.alias("twin_submission")
_twin = delivery.alias("twin")


def live_calls(conn: Connection, now: float) -> int:
    """How many calls are under way in all processes; a row whose lease is over counts no longer."""
    waiting = select(func.count()).select_from(delivery).where(text("delivery.state = 'calling'"))
    return conn.scalar(waiting.where(delivery.c.lease > now)) or 0


def first_due(conn: Connection, state: Waiting) -> float | None:
    """When the next delivery in `state` falls due, or None where none is."""
    return conn.scalar(select(delivery.c.due).where(in_state(state)).order_by(delivery.c.due).limit(1))


def in_state(state: State) -> ColumnElement[bool]:
    """Spelt out in the SQL, since only so do the databases use an index that is limited to one state."""
    return text(f"delivery.state = '{state}'")  # type: ignore[return-value]


def due(conn: Connection, state: Waiting, now: float, limit: int) -> list[Due]:
    """At most `limit` deliveries in `state` whose time has come, the longest due first, locked for us."""
    if limit <= 0:
        return []
    question = (
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
        .where(in_state(state), delivery.c.due <= now)
        .order_by(delivery.c.due, delivery.c.submission_id)
        .limit(limit)
        .with_for_update(of=delivery, skip_locked=True)
    )
    return [_read(row) for row in conn.execute(question).mappings()]


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
    for creates in (True, False):
        ids = [job.submission_id for job in jobs if (job.kind == "create") is creates]
        if ids:
            _call(conn, ids, jobs[0], lease, creates)
    conn.execute(insert(attempt), [_attempt(job) for job in jobs])


def _call(conn: Connection, ids: Sequence[int], sample: Job, lease: float, creates: bool) -> None:
    values = {"state": "calling", "owner": sample.owner, "lease": lease, "tries": delivery.c.tries + 1}
    if creates:
        values |= {"attempt_at": sample.started_at, "looked": 0}
    conn.execute(update(delivery).where(delivery.c.submission_id.in_(ids)).values(values))


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
    ours = and_(
        delivery.c.submission_id == job.submission_id,
        delivery.c.owner == job.owner,
        delivery.c.tries == job.tries,
        delivery.c.state == "calling",
    )
    moved = conn.execute(update(delivery).where(ours).values(_moved(then, now))).rowcount == 1
    if moved and not job.complete and then.state in ("done", "held", "dead"):
        _wake_twin(conn, job, now)
    return moved


def _moved(then: Next, now: float) -> dict[str, object]:
    values: dict[str, object] = {
        "state": then.state,
        "due": then.due,
        "looked": then.looked,
        "reason": then.reason,
        "http_status": then.http_status,
        "owner": None,
        "lease": None,
        "finished_at": now if then.state in ("done", "held", "dead") else None,
    }
    if then.task_sid:
        values["task_sid"] = then.task_sid
    if then.linked_to:
        values["linked_to"] = then.linked_to
    return values


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
    line = (attempt.c.submission_id == job.submission_id) & (attempt.c.number == job.tries)
    conn.execute(update(attempt).where(line).values(ended_at=now, outcome=outcome, http_status=http_status))


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
    at: float | None = conn.scalar(select(func.min(delivery.c.lease)).where(in_state("calling")))
    return at


def forget_attempts(conn: Connection, before: float, most: int) -> int:
    """Delete up to `most` attempts that began before then; the deliveries stay. Returns how many."""
    old = select(attempt.c.id).where(attempt.c.started_at < before).limit(most)
    return conn.execute(delete(attempt).where(attempt.c.id.in_(old))).rowcount
