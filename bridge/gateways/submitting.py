"""What of a session becomes a submission, through the same door as the signed webhook."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, datetime

from sqlalchemy import Connection

from bridge.errors import Conflict
from bridge.gateways.asking import Desk
from bridge.gateways.moves import Known
from bridge.menu import answers_of, language_of
from bridge.store import Store
from bridge.store.submissions import Door
from bridge.submission import Receipt, Submission

log = logging.getLogger(__name__)


class Clerk:
    """Keeps sessions as submissions within somebody's transaction; `announce` afterwards wakes the delivery."""

    def __init__(self, store: Store, delivers: Callable[[Submission], bool], now: Callable[[], float]) -> None:
        self._store, self._delivers, self._now = store, delivers, now

    def keep(self, connection: Connection, known: Known, desk: Desk) -> Receipt:
        """The finished session as a submission; beside another one where its key is there with other answers."""
        submission = submission_of(known, desk, complete=True)
        try:
            return self._accepted(connection, submission)
        except Conflict:
            log.error("event=session_conflict gateway=%s complete=True", submission.gateway)
            apart = self._store.seal.index("ussd ending", body_of(submission)).hex()[:12]
            return self._accepted(connection, replace(submission, key=f"{submission.key}:{apart}"))

    def keep_partial(self, connection: Connection, known: Known, desk: Desk) -> bool:
        """The session as far as it got; False where its first partial is there already, with other answers."""
        submission = submission_of(known, desk, complete=False)
        try:
            self._accepted(connection, submission)
        except Conflict:
            log.error("event=session_conflict gateway=%s complete=False", submission.gateway)
            return False
        return True

    def _accepted(self, connection: Connection, submission: Submission) -> Receipt:
        door = Door(lambda work: work(connection), self._store.seal, self._now, lambda: None)
        return door.accept(submission, body_of(submission), deliver=self._delivers(submission))

    def announce(self) -> None:
        """Tell whoever waits for new submissions; to be called after the commit."""
        for call in self._store.on_accept:
            try:
                call()
            except Exception:
                log.exception("event=on_accept_failed")


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
