"""Forgetting in time: what each kind of data is kept for, and the purge that holds to it.

Everything goes in batches, each a commit of its own, so that no accept waits long behind one. What waits to be
delivered is never touched. What is held or dead goes after its own time, and the audit trail names each.
A row without content stays for as long as a sender may still repeat it; the two rows of one dialling go together.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from msgspec import Struct
from msgspec.structs import asdict
from sqlalchemy import ColumnElement, Connection, Select, and_, delete, exists, or_, select, update

from bridge.store import audit, deliveries, rates, sessions
from bridge.store.session_tables import lost, session
from bridge.store.store import Store
from bridge.store.tables import delivery, pulse, submission

log = logging.getLogger(__name__)

BATCH = 200  # rows in one commit
DAY = 86_400.0
MONTH = 30.5 * DAY
PURGED = "purged: nobody saw to it in time"


class Keep(Struct, frozen=True):
    """How long each kind is kept, in seconds, from the end of what it was needed for."""

    content: float = 7 * DAY  # number and answers, after the delivery ended well
    undelivered: float = 30 * DAY  # number and answers that nobody got: held, dead, or a session given up
    ids: float = 30 * DAY  # what a repetition is known by, and the reference; no content
    attempts: float = 30 * DAY  # the history of calls to TaskRouter
    audit: float = 365 * DAY
    counters: float = 12 * MONTH


class Purged(Struct, frozen=True):
    """How many of each kind went."""

    contents: int = 0
    undelivered: int = 0
    ids: int = 0
    sessions: int = 0
    attempts: int = 0
    counters: int = 0
    audit: int = 0


def purge(store: Store, keep: Keep, now: float, *, who: str, goes_on: Callable[[], bool] = lambda: True) -> Purged:
    """Forget whatever is over its time, until `goes_on` says no. Raises `Unavailable` where the database is in trouble.

    Safe beside the service, beside another purge, and to run again.
    """
    work = _Purge(store, now, who, goes_on)
    purged = Purged(
        contents=work.contents(now - keep.content),
        undelivered=work.undelivered(now - keep.undelivered),
        ids=work.ids(now - keep.ids),
        sessions=work.ended_sessions(now - keep.undelivered),
        attempts=work.attempts(now - keep.attempts),
        counters=work.counters(now - keep.counters),
        audit=work.trail(now - max(keep.audit, audit.YOUNGEST_DELETED)),
    )
    if not store.empty_log():
        log.info("event=purge_log_in_use")  # the next purge tries again
    told = " ".join(f"{kind}={count}" for kind, count in asdict(purged).items())
    log.info("event=purged %s", told)
    return purged


class _Purge(Struct, frozen=True):
    store: Store
    now: float
    who: str
    goes_on: Callable[[], bool]

    def contents(self, before: float) -> int:
        """Number and answers of what was delivered, or was never to be."""
        ended = or_(
            delivery.c.submission_id.is_(None) & (submission.c.received_at < before),
            (delivery.c.state == "done") & (delivery.c.finished_at < before),
        )
        return self._rows(_with_content(ended, before), erase_content, "content")

    def undelivered(self, before: float) -> int:
        """Number and answers of what waits for a person for too long; its delivery ends with it."""

        def end(connection: Connection, ids: Sequence[int]) -> int:
            given_up = delivery.c.submission_id.in_(ids) & delivery.c.state.in_(("held", "dead"))
            values = {"state": "done", "reason": PURGED, "finished_at": self.now}
            returned = update(delivery).where(given_up).values(values).returning(delivery.c.submission_id)
            ended = list(connection.scalars(returned))
            for reference in connection.scalars(select(submission.c.reference).where(submission.c.id.in_(ended))):
                self._note(connection, "purge undelivered", reference=reference)
            return erase_content(connection, ended)

        waiting = delivery.c.state.in_(("held", "dead")) & (delivery.c.finished_at < before)
        count = self._rows(_with_content(waiting, before), end, None)
        if count:
            log.warning("event=purged_undelivered count=%d", count)
        return count

    def ids(self, before: float) -> int:
        """What a repetition is known by, where nothing of its dialling is younger or still has content."""
        twin = submission.alias("twin")
        twins_delivery = delivery.alias("twins_delivery")
        needed = (
            select(twin.c.id)
            .outerjoin(twins_delivery, twins_delivery.c.submission_id == twin.c.id)
            .where(
                twin.c.session == submission.c.session,
                or_(
                    twin.c.sealed.is_not(None),
                    twin.c.received_at >= before,
                    twins_delivery.c.state != "done",
                    twins_delivery.c.finished_at >= before,
                ),
            )
        )
        over = and_(submission.c.received_at < before, submission.c.sealed.is_(None), ~exists(needed))
        return self._rows(select(submission.c.id, submission.c.received_at).where(over), _delete, "ids")

    def ended_sessions(self, before: float) -> int:
        """Sessions that ended; and, long after, what a service that never ran again has left of broken ones.

        A broken one may still become a partial submission: that is for the service, which looks every 15 seconds.
        """
        ended = session.c.status.in_((sessions.DONE, sessions.MOVED)) & (session.c.expires_at <= self.now)
        over = or_(ended, session.c.expires_at < before)

        def forget(connection: Connection) -> int:
            rates.forget(connection, self.now)
            some = select(session.c.id).where(over).limit(BATCH)
            return connection.execute(delete(session).where(session.c.id.in_(some))).rowcount

        return self._batches(forget, "sessions")

    def attempts(self, before: float) -> int:
        """The history of calls, and the heartbeats of processes that are no more."""

        def forget(connection: Connection) -> int:
            connection.execute(delete(pulse).where(pulse.c.at < before))
            return deliveries.forget_attempts(connection, before, BATCH)

        return self._batches(forget, "attempts")

    def counters(self, before: float) -> int:
        """How many callers were lost where, by month."""

        def forget(connection: Connection) -> int:
            return connection.execute(delete(lost).where(lost.c.month < sessions.month_of(before))).rowcount

        count = self.store.write(forget)
        self._told("counters", count)
        return count

    def trail(self, before: float) -> int:
        """The oldest of the audit trail."""
        return self._batches(lambda connection: audit.forget(connection, before, BATCH), "audit")

    def _rows(
        self,
        question: Select[tuple[int, float]],
        change: Callable[[Connection, Sequence[int]], int],
        kind: str | None,
    ) -> int:
        """`change` what `question` finds, from the oldest on; the question is asked again in the same commit."""
        count, after = 0, (0.0, 0)
        while self.goes_on() and (page := self._page(question, after)):
            ids, after = [row_id for row_id, _ in page], (page[-1][1], page[-1][0])

            def work(connection: Connection, ids: Sequence[int] = ids) -> int:
                still = connection.execute(question.where(submission.c.id.in_(ids))).all()
                return change(connection, [row.id for row in still])

            count += self.store.write(work)
        if kind:
            self._told(kind, count)
        return count

    def _page(self, question: Select[tuple[int, float]], after: tuple[float, int]) -> Sequence[tuple[int, float]]:
        at, row_id = submission.c.received_at, submission.c.id
        later = (at >= after[0]) & or_(at > after[0], row_id > after[1])
        with self.store.read() as connection:
            rows = connection.execute(question.where(later).order_by(at, row_id).limit(BATCH))
            return [(row.id, row.received_at) for row in rows]

    def _batches(self, work: Callable[[Connection], int], kind: str) -> int:
        count, last = 0, BATCH
        while last == BATCH and self.goes_on():
            last = self.store.write(work)
            count += last
        self._told(kind, count)
        return count

    def _told(self, kind: str, count: int) -> None:
        if count:
            self.store.write(lambda connection: self._note(connection, "purge", detail=kind, count=count))

    def _note(
        self,
        connection: Connection,
        what: audit.What,
        *,
        reference: str | None = None,
        detail: str | None = None,
        count: int | None = None,
    ) -> None:
        audit.note(connection, what, who=self.who, at=self.now, reference=reference, detail=detail, count=count)


def _with_content(over: ColumnElement[bool], before: float) -> Select[tuple[int, float]]:
    """Submissions that still have their content and of which `over` holds."""
    joined = select(submission.c.id, submission.c.received_at).outerjoin(
        delivery, delivery.c.submission_id == submission.c.id
    )
    return joined.where(submission.c.received_at < before, submission.c.sealed.is_not(None), over)


def _delete(connection: Connection, ids: Sequence[int]) -> int:
    """The rows, and with them their deliveries and attempts."""
    return connection.execute(delete(submission).where(submission.c.id.in_(ids))).rowcount


def erase_content(connection: Connection, ids: Sequence[int]) -> int:
    """Take everything out of these submissions that tells who called or what they said; how many had any."""
    had = submission.c.id.in_(ids) & submission.c.sealed.is_not(None)
    return connection.execute(update(submission).where(had).values(sealed=None, caller_key=None)).rowcount
