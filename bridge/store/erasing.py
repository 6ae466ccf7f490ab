"""Erasing on request: what a caller left here, found by reference or by number, and taken out.

Content goes at once. What is known of the task at TaskRouter stays, because it has to be erased there as well:
whoever does that calls `close` with what came of it. The row stays too, without content, so that a repetition is
still refused, until the purge takes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, or_, select, update

from bridge.store import audit, sessions
from bridge.store.deliveries import State
from bridge.store.retention import erase_content
from bridge.store.session_tables import rate, session
from bridge.store.store import Store
from bridge.store.tables import delivery, submission

ERASED = "erased on request"

Find = Callable[[Connection], Sequence[int]]  # the ids of submissions, as they are when it is called


@dataclass(frozen=True, slots=True)
class Erased:
    """One submission, as it stands after its content was erased. `state` is None where it had no delivery.

    `had_content` is False where the content was gone before. `attempt_at` is when a task may last have been made;
    with `possible_duplicate` another one may have been made before.
    """

    submission_id: int
    reference: str
    complete: bool
    had_content: bool
    state: State | None
    external_id: str | None
    task_sid: str | None
    attempt_at: float | None
    possible_duplicate: bool


def ids_of_reference(connection: Connection, reference: str) -> Sequence[int]:
    """The submissions behind one reference: one, or two where a partial came before."""
    return connection.scalars(select(submission.c.id).where(submission.c.reference == reference)).all()


def ids_of_callers(connection: Connection, callers: Sequence[bytes]) -> Sequence[int]:
    """The submissions of these numbers (keyed hashes) that still have their content."""
    return connection.scalars(select(submission.c.id).where(submission.c.caller_key.in_(callers))).all()


def erase(store: Store, find: Find, *, who: str, now: float) -> Sequence[Erased]:
    """Take out the content of what `find` finds, end what was not sent, and say what is left to do at TaskRouter.

    After this commit no call begins that carries the content. One that is under way (`calling`) may still make a task.
    """

    def work(connection: Connection) -> Sequence[Erased]:
        ids = find(connection)
        unsent = delivery.c.submission_id.in_(ids) & or_(delivery.c.state == "ready", delivery.c.state == "dead")
        connection.execute(update(delivery).where(unsent).values(state="done", reason=ERASED, finished_at=now))
        found = standing(connection, ids)
        erase_content(connection, ids)
        for reference in sorted({one.reference for one in found}):
            audit.note(connection, "erase", who=who, at=now, reference=reference)
        return found

    return store.write(work)


def standing(connection: Connection, ids: Sequence[int]) -> Sequence[Erased]:
    """These submissions as they stand now, the oldest first."""
    joined = select(submission, delivery).outerjoin(delivery, delivery.c.submission_id == submission.c.id)
    rows = connection.execute(joined.where(submission.c.id.in_(ids)).order_by(submission.c.id)).mappings()
    return [
        Erased(
            submission_id=row[submission.c.id],
            reference=row[submission.c.reference],
            complete=row[submission.c.complete],
            had_content=row[submission.c.sealed] is not None,
            state=row[delivery.c.state],
            external_id=row[delivery.c.external_id],
            task_sid=row[delivery.c.task_sid],
            attempt_at=row[delivery.c.attempt_at],
            possible_duplicate=bool(row[delivery.c.possible_duplicate]),
        )
        for row in rows
    ]


def close(store: Store, submission_id: int, task_sid: str | None, now: float) -> None:
    """End a delivery that was in doubt (`check`, `held`), now that TaskRouter was asked."""
    doubtful = (delivery.c.submission_id == submission_id) & delivery.c.state.in_(("check", "held"))
    values = {"state": "done", "reason": ERASED, "task_sid": task_sid, "finished_at": now}

    def work(connection: Connection) -> None:
        connection.execute(update(delivery).where(doubtful).values(values))

    store.write(work)


def erase_sessions(
    store: Store,
    callers: Sequence[bytes],
    rate_keys: Sequence[bytes],
    belongs: Callable[[sessions.Session], bool],
    *,
    who: str,
    now: float,
) -> int:
    """Delete the sessions of these numbers and those that `belongs` knows, and the counts kept under these keys.

    Before the submissions: a session that goes on meanwhile has either become one by then, or never will.
    """
    known = [one.id for one in _opened(store) if belongs(one)]

    def work(connection: Connection) -> int:
        connection.execute(delete(rate).where(rate.c.key.in_(rate_keys)))
        ours = or_(session.c.caller_key.in_(callers), session.c.id.in_(known))
        count = connection.execute(delete(session).where(ours)).rowcount
        if count:
            audit.note(connection, "erase", who=who, at=now, detail="sessions", count=count)
        return count

    return store.write(work)


def nothing_found(store: Store, *, who: str, now: float) -> None:
    """Note that a number was looked for in vain: that tells as much about a person as a find."""
    store.write(lambda connection: audit.note(connection, "erase", who=who, at=now, detail="nothing found"))


def sessions_of(store: Store, find: Find) -> frozenset[bytes]:
    """The keyed hashes of the sessions that the submissions came from which `find` finds."""
    with store.read() as connection:
        ids = find(connection)
        return frozenset(connection.scalars(select(submission.c.session).where(submission.c.id.in_(ids))))


def _opened(store: Store) -> Iterable[sessions.Session]:
    """Every session: there are as many as callers in the last ten minutes."""
    with store.read() as connection:
        rows = connection.execute(select(session)).all()
    return (opened for row in rows if (opened := sessions.opened(sessions.Row(*row), store.seal)))
