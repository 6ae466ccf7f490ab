"""The one door by which a finished session becomes a stored submission.

Nothing is looked up before it is written: unique constraints decide which of two comes first, also between
processes. Of each session the first submission to arrive opens it and draws the reference; the second one
(the complete after its partial, or the other way round) follows and shares it.
"""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, cast

from msgspec.structs import asdict
from sqlalchemy import Connection, Row, String, bindparam, select

from bridge.errors import Unavailable
from bridge.store import reference
from bridge.store.dialect import insert
from bridge.store.prepared import Prepared, PreparedRows
from bridge.store.seal import Seal, to_json
from bridge.store.tables import delivery
from bridge.store.tables import submission as table
from bridge.submission import Receipt, Submission

DRAWS = 100  # references tried for one session; so many are taken in a row where next to none is left
_FIELDS = Submission.__struct_fields__

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StoredSubmission:
    """A submission as it lies in the store. `submission` is None once its content was erased."""

    id: int
    reference: str
    received_at: float
    complete: bool
    simulated: bool
    submission: Submission | None


class _Verdict(Enum):
    """Why a row was not kept under the reference and the session it came with."""

    CONFLICT = "the key is known with another body"
    REFERENCE_TAKEN = "the drawn reference belongs to another session"
    SESSION_TAKEN = "the session has one of this kind already, under another key"


class Entry:
    """A submission ready to be kept: hashed, sealed, with a reference drawn, so that the writer only writes."""

    def __init__(self, submission: Submission, body: bytes, seal: Seal, now: float, *, deliver: bool) -> None:
        self._row = _row(submission, body, seal, now)
        self._external_id = _external_id(now) if deliver else None
        self._apart = seal, submission.key

    @property
    def reference(self) -> str:
        """What it will be known by, unless the session or somebody else has it already."""
        drawn: str = self._row["reference"]
        return drawn

    def __call__(self, connection: Connection) -> Receipt | None:
        """An entry is work for the writer, too (`bridge.store.together`)."""
        return self.keep(connection)

    @staticmethod
    def together(connection: Connection, entries: Sequence[Entry]) -> list[Receipt | None]:
        """What `keep` says of each, in their order; two statements keep all that nothing stands in the way of.

        That saves PostgreSQL the way there and back. SQLite takes as long for both (docs/scale.md).
        """
        if connection.dialect.name == "sqlite":
            return [entry.keep(connection) for entry in entries]
        new = _keep_new(connection, [entry._row for entry in entries])
        pairs = list(zip(new, entries, strict=True))
        ready = [_ready(id, entry._row, entry._external_id) for id, entry in pairs if id and entry._external_id]
        _DELIVERIES.insert(connection, ready)
        return [Receipt(entry.reference, repeated=False) if id else entry.keep(connection) for id, entry in pairs]

    def keep(self, connection: Connection) -> Receipt | None:
        """Write it and what makes a task of it; None where the key is known with another body.

        It stays as it was drawn, whatever it is kept under: so it can be kept again after a rollback.
        """
        row = self._row
        for _ in range(DRAWS):
            outcome = _keep(connection, row, self._external_id)
            if isinstance(outcome, Receipt):
                return outcome
            if outcome is _Verdict.CONFLICT:
                return None
            row = {**row, "reference": reference.draw()}
            if outcome is _Verdict.SESSION_TAKEN:
                seal, key = self._apart
                row["session"] = seal.index("session alone", key)
        log.error("event=references_used_up tried=%d remedy=%r", DRAWS, "make KEEP_IDS_DAYS smaller")
        raise Unavailable("no reference is free")


def _row(submission: Submission, body: bytes, seal: Seal, now: float) -> dict[str, Any]:
    number, index = submission.caller or _own(submission.caller_as_received), seal.index
    return {
        "key": index("key", submission.key),
        "digest": index("body", body),
        "session": index("session", submission.session),
        "opens": True,
        "complete": submission.complete,
        "simulated": submission.simulated,
        "gateway": _plain(submission.gateway, _LONGEST["gateway"]),
        "service_code": _plain(submission.service_code, _LONGEST["service_code"]),
        "menu": _plain(submission.menu, _LONGEST["menu"]),
        "caller_key": index("caller", number) if number else None,
        "sealed": seal.seal(_packed(submission)),
        "received_at": now,
        "reference": reference.draw(),
    }


def find(connection: Connection, which: str | int) -> Row[Any] | None:
    """The row with this id or reference; of two that share a reference the complete one."""
    found = table.c.id == which if isinstance(which, int) else table.c.reference == which
    return connection.execute(select(table).where(found).order_by(table.c.complete.desc()).limit(1)).first()


def unseal(row: Row[Any], seal: Seal) -> StoredSubmission:
    """A row of the table `submission` (or a join that has them), opened. SetupError as `Seal.open`."""
    return StoredSubmission(
        id=row.id,
        reference=row.reference,
        received_at=row.received_at,
        complete=row.complete,
        simulated=row.simulated,
        submission=None if row.sealed is None else _unpacked(seal.open(row.sealed)),
    )


def _keep_new(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> list[int | None]:
    """The id of each row that opens a session; None where it does not, and was not kept.

    Two rows may have the same key; the reference tells which of them was kept.
    """
    kept = {(key, drawn): id for id, key, drawn in _INSERTIONS.all(connection, rows)}
    return [kept.pop((row["key"], row["reference"]), None) for row in rows]


def _keep(connection: Connection, row: Mapping[str, Any], external_id: str | None) -> Receipt | _Verdict:
    new = _INSERTION.first(connection, row)
    if new is None:
        return _known(connection, row) or _follow(connection, row, external_id)
    _deliver(connection, new[0], row, external_id)
    return Receipt(row["reference"], repeated=False)


def _known(connection: Connection, row: Mapping[str, Any]) -> Receipt | _Verdict | None:
    """The answer to a key that is in the store; None where it is not."""
    known = _BY_KEY.first(connection, row)
    if known is None:
        return None
    known_as, digest = known
    return Receipt(known_as, repeated=True) if digest == row["digest"] else _Verdict.CONFLICT


def _follow(connection: Connection, row: Mapping[str, Any], external_id: str | None) -> Receipt | _Verdict:
    """Keep the second submission of a session. A partial after its complete one is not delivered."""
    opener = _OPENER.first(connection, row)
    if opener is None:
        return _Verdict.REFERENCE_TAKEN
    shared, is_complete = opener
    if is_complete == row["complete"]:
        return _Verdict.SESSION_TAKEN
    follower = {**row, "opens": False, "reference": shared}
    new = _INSERTION.first(connection, follower)
    if new is None:
        return _known(connection, row) or _Verdict.SESSION_TAKEN
    if row["complete"]:
        _deliver(connection, new[0], row, external_id)
    return Receipt(shared, repeated=False)


def _deliver(connection: Connection, new_id: int, row: Mapping[str, Any], external_id: str | None) -> None:
    if external_id is not None:
        _DELIVERY.changed(connection, _ready(new_id, row, external_id))


def _ready(new_id: int, row: Mapping[str, Any], external_id: str) -> dict[str, Any]:
    at = row["received_at"]
    return {"submission_id": new_id, "external_id": external_id, "state": "ready", "due": at, "created_at": at}


def _external_id(now: float) -> str:
    """Milliseconds, then 80 random bits: new ones lie side by side at the end of their index.

    Were they random alone, each would change a page of its own in every commit.
    """
    return f"{int(now * 1000) & 0xFFFFFFFFFFFF:012x}{secrets.token_hex(10)}"


_FILLED = tuple(column.name for column in table.columns if column.name != "id")
_INSERTION = Prepared(lambda dialect: insert(dialect, table).on_conflict_do_nothing().returning(table.c.id), _FILLED)
_INSERTIONS = PreparedRows(
    lambda dialect, rows: (
        insert(dialect, table)
        .values(rows)
        .on_conflict_do_nothing()
        .returning(table.c.id, table.c.key, table.c.reference)
    ),
    _FILLED,
)
_WAITING = ("submission_id", "external_id", "state", "due", "created_at")
_DELIVERY = Prepared(lambda dialect: delivery.insert(), _WAITING)
_DELIVERIES = PreparedRows(lambda dialect, rows: delivery.insert().values(rows), _WAITING)
_BY_KEY = Prepared(lambda dialect: select(table.c.reference, table.c.digest).where(table.c.key == bindparam("key")))
_OPENER = Prepared(
    lambda dialect: select(table.c.reference, table.c.complete).where(
        table.c.session == bindparam("session"), table.c.opens
    )
)


def _packed(submission: Submission) -> bytes:
    return to_json({**asdict(submission), "answers": dict(submission.answers)})


def _unpacked(data: bytes) -> Submission:
    """What `_packed` gave, here or in a later version: what is not known is left."""
    return Submission(**{name: value for name, value in json.loads(data).items() if name in _FIELDS})


def _own(received: str) -> str:
    """What came in place of a number, where it can be one caller's own: words and zeros stand for all who withhold it.

    An erasure finds by it, so it must not find everybody.
    """
    return received if any(char.isdecimal() and int(char) for char in received) else ""


_LONGEST = {name: cast(String, table.c[name].type).length or 0 for name in ("gateway", "service_code", "menu")}


def _plain(text: str, longest: int) -> str:
    """`text` as any database holds it in the clear; the exact one is in `sealed`, nothing is refused."""
    short = text[:longest]
    return short if short.isprintable() else "".join(c if c.isprintable() else "?" for c in short)
