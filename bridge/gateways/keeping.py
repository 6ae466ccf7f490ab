"""Reading and writing sessions: each turn is one transaction, one piece of work for the store's writer."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from typing import Any

from msgspec import field
from sqlalchemy import Connection

from bridge.gateways.asking import Desk
from bridge.gateways.moves import Known, Move, keeps_partial
from bridge.gateways.submitting import Clerk
from bridge.gateways.talk import Talk
from bridge.gateways.turn import Reply
from bridge.menu import closing
from bridge.store import Store, rates, sessions
from bridge.store.sessions import Row, Session
from bridge.store.submissions import Entry
from bridge.value import Value, replace

log = logging.getLogger(__name__)

TURNS_A_MINUTE = 60

Rows = tuple[Row | None, Row | None]


class Wanted(Value, frozen=True):
    """What a turn needs to know: its session, whether one broke off before, and how often the number came.

    `rate_key` is None where the turn is not counted (again). `may_begin_anew`: a begin may mean a new dialling although
    the session is known, so an earlier one is looked for in any case.
    """

    key: bytes
    rate_key: bytes | None
    caller_key: bytes | None
    gateway: str
    service_code: str
    may_begin_anew: bool


class Found(Value, frozen=True):
    """What is known of a turn's session, and of an earlier one that may go on."""

    known: Known | None = None
    broken_off: Known | None = None


class Outcome(Value, frozen=True):
    """What became of a guess: `reply` and the session as `written` (or as it was), or what was `found` in its place.

    `found` is None where that is to be looked up. `limited`: the number came too often; nothing was read or written.
    """

    reply: Reply | None = None
    known: Known | None = None
    found: Found | None = field(default_factory=Found)
    limited: bool = False


class _Ending(Value, frozen=True):
    """A session's submission before it is kept, and its last screen with the reference that was drawn."""

    entry: Entry
    talk: Talk


class _OvertakenError(Exception):
    """The session that this one was to go on from went on itself; undoes all of the work that found it."""


class Keeper:
    """The store, as turns use it. Every call is one transaction and waits at most `patience` seconds.

    Raises `Unavailable` where the database is in trouble.
    """

    def __init__(self, store: Store, clerk: Clerk, now: Callable[[], float]) -> None:
        self._store, self._clerk, self._now = store, clerk, now

    def look(self, wanted: Wanted, patience: float) -> Outcome:
        """Count the turn, and say what is known."""
        return self._settled(lambda c: self._counted(c, wanted) or self._rows(c, wanted), patience)

    def repeat(self, wanted: Wanted, known: Known, patience: float) -> Outcome:
        """Count the turn, and answer as before if the session still is where `known` says."""

        def work(connection: Connection) -> Outcome | Rows:
            limited = self._counted(connection, wanted)
            if limited is not None:
                return limited
            rows = self._rows(connection, wanted)
            if rows[0] is not None and rows[0].turn == known.row.turn:
                return Outcome(known.reply(), known)
            return rows

        return self._settled(work, patience)

    def make(self, wanted: Wanted, move: Move, desk: Desk, patience: float, *, looked: bool) -> Outcome:
        """Count the turn and write `move`, unless the session is not where it was when the move was decided.

        `looked`: it was decided from what the store said. Otherwise a new row is written only where nothing is found.
        """
        ending = self._ending(move, desk) if move.completes else None
        talk = move.talk if ending is None else ending.talk
        sealed = self._sealed(move.row, talk)
        kept = [False]

        def work(connection: Connection) -> Outcome | Rows:
            kept[0] = False
            limited = self._counted(connection, wanted)
            if limited is not None:
                return limited
            if move.seen is None and not looked and any(rows := self._rows(connection, wanted)):
                return rows
            written = self._answered(Known(move.row, talk), move)
            if not self._put(connection, {**sealed, "touched_at": written.row.touched_at}, move.seen):
                return self._rows(connection, wanted)
            kept[0] = self._settle_others(connection, move, desk)
            if ending is None:
                return Outcome(written.reply(), written)
            kept[0] = True
            return self._complete(connection, ending, written, desk)

        try:
            outcome = self._settled(work, patience, durable=_is_promise(move))
        except _OvertakenError:
            return Outcome(found=None)
        if kept[0]:
            self._clerk.announce()
        return replace(outcome, known=outcome.known and self._answered(outcome.known, move))

    def sweep(self, desk_of: Callable[[Session], Desk], most: int) -> int:
        """Delete up to `most` sessions whose time is over, keep as partials those that got far enough; how many."""
        now = self._now()
        with self._store.read() as connection:
            rows = sessions.expired(connection, now, most)
        old = [(row, self._opened(row)) for row in rows]

        def work(connection: Connection) -> bool:
            rates.forget(connection, now)
            gone = [(row, known) for row, known in old if sessions.forget(connection, row.id, row.turn)]
            _count_lost(connection, [row for row, _ in gone], now)
            kept = [self._keep_rest(connection, known, desk_of) for _, known in gone if known]
            return any(kept)

        if self._store.write(work):
            self._clerk.announce()
        return len(rows)

    def _counted(self, connection: Connection, wanted: Wanted) -> Outcome | None:
        if wanted.rate_key is None or rates.count(connection, wanted.rate_key, self._now()) <= TURNS_A_MINUTE:
            return None
        return Outcome(limited=True)

    def _rows(self, connection: Connection, wanted: Wanted) -> Rows:
        now, known = self._now(), sessions.fetch(connection, wanted.key)
        if known is not None and known.expires_at > now and not wanted.may_begin_anew:
            return known, None
        return known, sessions.latest(connection, wanted.caller_key, wanted.gateway, wanted.service_code, now)

    def _settled(
        self, work: Callable[[Connection], Outcome | Rows], patience: float, *, durable: bool = False
    ) -> Outcome:
        """What came of `work`. Rows are opened here, outside the writer's thread.

        Where one tells of a submission, another turn may have kept it just now: its reference waits for the disk, too.
        """
        until = time.monotonic() + patience
        result = self._store.write(work, patience=patience, durable=durable)
        if isinstance(result, Outcome):
            return result
        if any(row is not None and row.status == sessions.DONE for row in result):
            self._store.write(lambda _: None, patience=max(until - time.monotonic(), 0.0))
        known, broken_off = map(self._opened, result)
        return Outcome(found=Found(known, broken_off))

    def _answered(self, known: Known, move: Move) -> Known:
        """`known`, answered now: what arrived before was meant for the screen before, however long the answer took."""
        return replace(known, row=replace(known.row, touched_at=self._now())) if move.answers else known

    def _put(self, connection: Connection, row: dict[str, Any], seen: int | None) -> bool:
        return sessions.add(connection, row) if seen is None else sessions.change(connection, row, seen)

    def _settle_others(self, connection: Connection, move: Move, desk: Desk) -> bool:
        """What the move means for other sessions; whether a partial submission was kept."""
        earlier = move.goes_on_from
        if earlier is not None and not sessions.move(connection, earlier.id, earlier.turn):
            raise _OvertakenError
        if move.lost is not None:
            sessions.count_lost(connection, move.lost.menu, move.lost.question, self._now())
        if move.partial is None:
            return False
        return self._clerk.keep_partial(connection, move.partial, desk)

    def _ending(self, move: Move, desk: Desk) -> _Ending:
        known = self._answered(Known(move.row, move.talk), move)
        entry = self._clerk.entry(known, desk)
        return _Ending(entry, _with_reference(move.talk, entry.reference, desk))

    def _complete(self, connection: Connection, ending: _Ending, known: Known, desk: Desk) -> Outcome:
        """The submission. Where it has another reference than was drawn, its last screen is written once more.

        The row is ours already: nobody comes in between.
        """
        receipt = self._clerk.keep(connection, ending.entry, known, desk)
        if receipt.reference != ending.entry.reference or receipt.repeated:
            known = Known(known.row, _with_reference(known.talk, receipt.reference, desk))
            self._put(connection, self._sealed(known.row, known.talk), known.row.turn)
        return Outcome(known.reply(), known)

    def _keep_rest(self, connection: Connection, known: Known, desk_of: Callable[[Session], Desk]) -> bool:
        desk = desk_of(known.row)
        if known.row.status != sessions.OPEN or not keeps_partial(known.talk, desk):
            return False
        return self._clerk.keep_partial(connection, known, desk)

    def _sealed(self, row: Session, talk: Talk) -> dict[str, Any]:
        return sessions.row_of(row, self._store.seal, talk.to_data())

    def _opened(self, row: Row | None) -> Known | None:
        """None also for what another version of the bridge left unreadable: nobody can go on from it."""
        try:
            session = sessions.opened(row, self._store.seal)
            return None if session is None else Known(session, Talk.from_data(session.content))
        except (KeyError, TypeError, ValueError) as error:
            log.error("event=session_unreadable error=%s", type(error).__name__)
            return None


def _with_reference(talk: Talk, reference: str, desk: Desk) -> Talk:
    return replace(talk, text=closing(desk.menu, talk.state, reference, desk.budget).text)


def _is_promise(move: Move) -> bool:
    """Whether it keeps a submission; all else may be lost in a power cut (docs/decisions/0023)."""
    return move.completes or move.partial is not None


def _count_lost(connection: Connection, rows: Sequence[Row], now: float) -> None:
    """In one order for all processes, so that they never wait for each other in a circle."""
    lost = [(row.menu, row.question) for row in rows if row.status in (sessions.OPEN, sessions.DROPPED)]
    for menu, question in sorted(lost):
        sessions.count_lost(connection, menu, question, now)
