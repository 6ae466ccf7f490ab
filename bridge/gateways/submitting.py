"""What of a session becomes a submission, through the same door as the signed webhook."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime

from msgspec.structs import asdict
from sqlalchemy import Connection

from bridge.gateways.asking import Desk
from bridge.gateways.moves import Known
from bridge.menu import answers_of, language_of
from bridge.store import Store
from bridge.store.submissions import Entry
from bridge.submission import Receipt, Submission
from bridge.value import replace

log = logging.getLogger(__name__)


class Clerk:
    """Makes submissions of sessions and keeps them within somebody's transaction; `announce` after its commit."""

    def __init__(self, store: Store, delivers: Callable[[Submission], bool]) -> None:
        self._store, self._delivers = store, delivers
        self.announce = store.announce

    def entry(self, known: Known, desk: Desk) -> Entry:
        """The finished session, ready for `keep`."""
        return self._entry(submission_of(known, desk, complete=True))

    def keep(self, connection: Connection, entry: Entry, known: Known, desk: Desk) -> Receipt:
        """Keep what `entry` made of it; beside another submission where its key is there with other answers."""
        receipt = entry.keep(connection)
        if receipt is not None:
            return receipt
        submission = submission_of(known, desk, complete=True)
        log.error("event=session_conflict gateway=%s complete=True", submission.gateway)
        apart = self._store.seal.index("ussd ending", body_of(submission)).hex()[:12]
        return self.keep(connection, self._entry(replace(submission, key=f"{submission.key}:{apart}")), known, desk)

    def keep_partial(self, connection: Connection, known: Known, desk: Desk) -> bool:
        """The session as far as it got; False where its first partial is there already, with other answers."""
        submission = submission_of(known, desk, complete=False)
        kept = self._entry(submission).keep(connection) is not None
        if not kept:
            log.error("event=session_conflict gateway=%s complete=False", submission.gateway)
        return kept

    def _entry(self, submission: Submission) -> Entry:
        return self._store.entry(submission, body_of(submission), deliver=self._delivers(submission))


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
    said = {**asdict(submission), "answers": dict(submission.answers), "started_at": None, "submitted_at": None}
    return _ENCODER.encode(said).encode()


_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"))


def _rfc3339(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
