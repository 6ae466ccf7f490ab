"""What people and monitors see of the deliveries, and what an admin sends back. Nothing sealed is opened."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from sqlalchemy import Connection, RowMapping, Select, func, or_, select, update

from bridge.store.deliveries import State
from bridge.store.statements import in_state
from bridge.store.tables import attempt, delivery, submission

STATES: tuple[State, ...] = ("ready", "calling", "check", "held", "dead", "done")
NOT_DONE = STATES[:-1]


def waiting(conn: Connection) -> tuple[dict[str, int], float | None]:
    """How many deliveries are not done, by state; since when the oldest waits that goes on by itself."""
    counts: dict[str, int] = {}
    for state in NOT_DONE:
        question = select(func.count()).select_from(delivery).where(in_state(state))
        counts[state] = conn.scalar(question) or 0
    oldest = [
        conn.scalar(select(func.min(delivery.c.created_at)).where(in_state(state)))
        for state in ("ready", "calling", "check")
    ]
    return counts, min((at for at in oldest if at is not None), default=None)


class Line(Struct, frozen=True):
    """One delivery, as an admin sees it. Times are seconds since 1970."""

    submission_id: int
    external_id: str
    reference: str
    complete: bool
    state: State
    received_at: float
    due: float
    tries: int
    task_sid: str | None
    reason: str | None
    http_status: int | None


class Attempt(Struct, frozen=True):
    """One call, as the history keeps it. `outcome` is None while it is under way."""

    number: int
    kind: str
    started_at: float
    ended_at: float | None
    outcome: str | None
    http_status: int | None


_LINES = select(
    delivery.c.submission_id,
    delivery.c.external_id,
    submission.c.reference,
    submission.c.complete,
    delivery.c.state,
    submission.c.received_at,
    delivery.c.due,
    delivery.c.tries,
    delivery.c.task_sid,
    delivery.c.reason,
    delivery.c.http_status,
).join(submission, submission.c.id == delivery.c.submission_id)


def listed(conn: Connection, states: Sequence[State], limit: int) -> list[Line]:
    """Deliveries in these states, at most `limit`, the oldest first."""
    question = _LINES.where(or_(*map(in_state, states))).order_by(delivery.c.created_at, delivery.c.submission_id)
    return _lines(conn, question.limit(limit))


def of_reference(conn: Connection, reference: str) -> list[Line]:
    """The deliveries behind one reference: one, or two where a partial submission came before."""
    return _lines(conn, _LINES.where(submission.c.reference == reference).order_by(submission.c.id))


def attempts(conn: Connection, submission_id: int) -> list[Attempt]:
    """Every call that was made for one delivery, as far back as the history is kept."""
    columns = [attempt.c[name] for name in Attempt.__struct_fields__]
    question = select(*columns).where(attempt.c.submission_id == submission_id).order_by(attempt.c.id)
    return [Attempt(**row) for row in conn.execute(question).mappings()]


def send_again(conn: Connection, submission_id: int, now: float, *, anyway: bool = False) -> None:
    """Back to `ready`, as if it were new: its task will be created without another look. Age counts anew.

    With `anyway` there may be a task already; then the new one says so, however often it has to be tried.
    """
    fresh = {"state": "ready", "due": now, "looked": 0, "attempt_at": None, "created_at": now}
    _reopen(conn, submission_id, fresh | ({"possible_duplicate": True} if anyway else {}))


def look_again(conn: Connection, submission_id: int, now: float) -> None:
    """Back to `check`: its task is looked for, and made only where it is certain that there is none."""
    _reopen(conn, submission_id, {"state": "check", "due": now, "looked": 0, "created_at": now})


def _reopen(conn: Connection, submission_id: int, values: dict[str, object]) -> None:
    """Only what waits for a person, so that nothing under way is touched."""
    closed = or_(in_state("held"), in_state("dead")) & (delivery.c.submission_id == submission_id)
    conn.execute(update(delivery).where(closed).values(values | {"reason": None, "finished_at": None}))


def _lines(conn: Connection, question: Select[tuple[object, ...]]) -> list[Line]:
    return [_line(row) for row in conn.execute(question).mappings()]


def _line(row: RowMapping) -> Line:
    return Line(**row)
