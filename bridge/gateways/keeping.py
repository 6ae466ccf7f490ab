"""Reading and writing sessions, and what of them becomes a submission: each a piece of work for the store's writer."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row

from bridge.errors import Conflict
from bridge.gateways.asking import Desk
from bridge.gateways.moves import Known, Move, keeps_partial
from bridge.gateways.talk import Talk
from bridge.gateways.turn import Reply
from bridge.menu import answers_of, closing, language_of
from bridge.store import Store, rates, sessions
from bridge.store.sessions import Session
from bridge.store.submissions import Door
from bridge.submission import Receipt, Submission

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a turn needs to know: its session, whether one broke off before, and how often the number came."""

    key: bytes
    rate_key: bytes | None
    caller_key: bytes | None
    gateway: str
    service_code: str
    may_begin_anew: bool


@dataclass(frozen=True, slots=True)
class Found:
    """The answer: `times` is how often the number came within the minute, 0 where it was not counted."""

    known: Known | None
    broken_off: Known | None
    times: int


class Keeper:
    """The store, as turns use it. Every call is one transaction and waits at most `patience` seconds.

    Raises `Unavailable` where the database is in trouble.
    """

    def __init__(self, store: Store, delivers: Callable[[Submission], bool], now: Callable[[], float]) -> None:
        self._store, self._delivers, self._now = store, delivers, now

    def find(self, wanted: Wanted, patience: float) -> Found:
        """What is known before a turn; counts the turn."""
        now = self._now()

        def work(connection: Connection) -> tuple[Row[Any] | None, Row[Any] | None, int]:
            times = rates.count(connection, wanted.rate_key, now) if wanted.rate_key else 0
            known = sessions.fetch(connection, wanted.key)
            if known is not None and known.expires_at > now and not wanted.may_begin_anew:
                return known, None, times
            place = (wanted.caller_key, wanted.gateway, wanted.service_code, now)
            return known, sessions.latest(connection, *place), times

        known, broken_off, times = self._store.write(work, patience=patience)
        return Found(self._opened(known), self._opened(broken_off), times)

    def write(self, move: Move, desk: Desk, patience: float) -> Reply | None:
        """Write `move` and answer with its screen; None where another turn of this session was first."""
        kept = [False]

        def work(connection: Connection) -> Reply | None:
            kept[0] = False
            if not self._put(connection, move.row, move.talk, move.seen):
                return None
            self._settle_earlier(connection, move)
            if move.partial is not None:
                kept[0] |= self._keep(connection, move.partial, desk, complete=False) is not None
            if not move.completes:
                return Reply(move.talk.text, move.talk.ends)
            receipt = self._keep(connection, Known(move.row, move.talk), desk, complete=True)
            kept[0] = True
            reference = receipt.reference if receipt else None
            text = closing(desk.menu, move.talk.state, reference, desk.budget).text
            self._put(connection, move.row, replace(move.talk, text=text), move.row.turn)
            return Reply(text, ends=True)

        reply = self._store.write(work, patience=patience)
        if reply is not None and kept[0]:
            self._announce()
        return reply

    def sweep(self, desk_of: Callable[[Session], Desk], most: int) -> int:
        """Delete up to `most` sessions whose time is over, keep as partials those that got far enough; how many."""
        now = self._now()
        with self._store.read() as connection:
            rows = sessions.expired(connection, now, most)
        old = [(row, self._opened(row)) for row in rows]

        def work(connection: Connection) -> bool:
            rates.forget(connection, now)
            gone = [(row, known) for row, known in old if sessions.forget(connection, row.id, row.turn)]
            self._count_lost(connection, [row for row, _ in gone])
            kept = [self._keep_rest(connection, known, desk_of) for _, known in gone if known]
            return any(kept)

        if self._store.write(work):
            self._announce()
        return len(rows)

    def _count_lost(self, connection: Connection, rows: Sequence[Row[Any]]) -> None:
        """In one order for all processes, so that they never wait for each other in a circle."""
        lost = [(row.menu, row.question) for row in rows if row.status in (sessions.OPEN, sessions.DROPPED)]
        for menu, question in sorted(lost):
            sessions.count_lost(connection, menu, question)

    def _keep_rest(self, connection: Connection, known: Known, desk_of: Callable[[Session], Desk]) -> bool:
        desk = desk_of(known.row)
        if known.row.status != sessions.OPEN or not keeps_partial(known.talk, desk):
            return False
        return self._keep(connection, known, desk, complete=False) is not None

    def _put(self, connection: Connection, row: Session, talk: Talk, seen: int | None) -> bool:
        values = sessions.row_of(replace(row, content=talk.to_data()), self._store.seal)
        return sessions.add(connection, values) if seen is None else sessions.change(connection, values, seen)

    def _settle_earlier(self, connection: Connection, move: Move) -> None:
        if move.goes_on_from is not None:
            sessions.move(connection, move.goes_on_from.id, move.goes_on_from.turn)
        if move.lost is not None:
            sessions.count_lost(connection, move.lost.menu, move.lost.question)

    def _keep(
        self,
        connection: Connection,
        known: Known,
        desk: Desk,
        *,
        complete: bool,
    ) -> Receipt | None:
        """The session as a submission. None where one with this key is there already with other answers."""
        submission = submission_of(known, desk, complete=complete)
        door = Door(lambda work: work(connection), self._store.seal, self._now, lambda: None)
        try:
            return door.accept(submission, body_of(submission), deliver=self._delivers(submission))
        except Conflict:
            log.error("event=session_conflict gateway=%s complete=%s", submission.gateway, complete)
            return None

    def _announce(self) -> None:
        for call in self._store.on_accept:
            try:
                call()
            except Exception:
                log.exception("event=on_accept_failed")

    def _opened(self, row: Row[Any] | None) -> Known | None:
        session = sessions.opened(row, self._store.seal)
        return None if session is None else Known(session, Talk.from_data(session.content))


def submission_of(known: Known, desk: Desk, *, complete: bool) -> Submission:
    """What a session has gathered. A partial has the id of its session and `_p`, as on the wire (design 4.2)."""
    row, talk = known.row, known.talk
    return Submission(
        key=talk.origin if complete else f"{talk.origin}_p",
        session=talk.origin,
        gateway=row.gateway,
        service_code=talk.service_code,
        caller=talk.caller,
        caller_as_received=talk.received,
        menu=row.menu,
        menu_version=talk.menu_version,
        language=language_of(desk.menu, talk.state) or desk.menu.first_language,
        answers=answers_of(desk.menu, talk.state),
        complete=complete,
        simulated=talk.simulated,
        started_at=_rfc3339(talk.started_at),
        submitted_at=_rfc3339(row.touched_at),
    )


def body_of(submission: Submission) -> bytes:
    """What a repetition must equal: what was said, not when."""
    values = {field.name: getattr(submission, field.name) for field in fields(submission)}
    values |= {"answers": dict(submission.answers), "started_at": None, "submitted_at": None}
    return json.dumps(values, sort_keys=True, separators=(",", ":")).encode()


def _rfc3339(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
