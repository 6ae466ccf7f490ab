"""Sessions of server-run gateways as they lie in the database: found by keyed hash, changed only by whoever read last.

Statements run in the writer's transaction; sealing and opening happen outside it. What the sealed part means is the
business of `bridge.gateways`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from msgspec.structs import asdict
from sqlalchemy import Connection, bindparam, delete, func, select, text, update
from sqlalchemy import Row as SqlRow

from bridge.errors import SetupError
from bridge.store.dialect import insert
from bridge.store.prepared import Prepared
from bridge.store.seal import Seal, to_json
from bridge.store.session_tables import lost
from bridge.store.session_tables import session as table
from bridge.value import Value, replace

OPEN, DONE, DROPPED, MOVED = "open", "done", "dropped", "moved"


class Session(Value, frozen=True, array_like=True):
    """One dialling. `content` is all that tells who called and what they said; it is never stored in the clear.

    open     the caller is expected to answer.
    done     it came to its end: a submission was made, or there was nothing to submit.
    dropped  it broke off; may be resumed until it expires.
    moved    the caller dialled again, and a newer session goes on from here.

    `turn` counts changes; a row is changed only by a writer that names the turn it read. Times are by our own clock.
    """

    id: bytes
    turn: int
    status: str
    gateway: str
    service_code: str
    menu: str
    question: str
    caller_key: bytes | None
    began_at: float
    touched_at: float
    expires_at: float
    content: Mapping[str, Any]

    def next(self, **changes: Any) -> Session:
        """This session, one turn on."""
        return replace(self, turn=self.turn + 1, **changes)


class Row(NamedTuple):
    """A session as it lies in the table, column by column."""

    id: bytes
    turn: int
    status: str
    gateway: str
    service_code: str
    menu: str
    question: str
    caller_key: bytes | None
    began_at: float
    touched_at: float
    expires_at: float
    sealed: bytes

    def __repr__(self) -> str:
        return f"<Row turn={self.turn} status={self.status}>"


def session_key(seal: Seal, gateway: str, session_id: str, caller: str) -> bytes:
    """Where a session lies. Two numbers never share one, whatever ids their gateway gives them."""
    return seal.index("ussd session", f"{gateway}\0{session_id}\0{caller}")


def caller_key(seal: Seal, number: str) -> bytes | None:
    """The same hash that submissions are found by; None without a number."""
    return seal.index("caller", number) if number else None


def row_of(session: Session, seal: Seal, content: Mapping[str, Any]) -> dict[str, Any]:
    """The session as a row, with `content` in the place of its own, sealed."""
    values = asdict(session)
    del values["content"]
    values["sealed"] = seal.seal(to_json(content))
    return values


def opened(row: Row | None, seal: Seal) -> Session | None:
    """A row as a session. None where there is none, or where its key is gone: then nobody can go on from it."""
    if row is None:
        return None
    try:
        content = json.loads(seal.open(row.sealed))
    except SetupError:
        return None
    return Session(**{name: getattr(row, name) for name in _PLAIN}, content=content)


def fetch(connection: Connection, key: bytes) -> Row | None:
    """The row with this key."""
    found = _FETCH.first(connection, {"id": key})
    return Row(*found) if found else None


def latest(connection: Connection, caller: bytes | None, gateway: str, service_code: str, now: float) -> Row | None:
    """The last session of this number on this code that broke off, or seems to go on, and has not expired."""
    if caller is None:
        return None
    values = {"caller": caller, "gateway": gateway, "service_code": service_code, "now": now}
    found = _LATEST.first(connection, values)
    return Row(*found) if found else None


def add(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Keep a new session. False where another process was first."""
    return _INSERTION.first(connection, row) is not None


def change(connection: Connection, row: Mapping[str, Any], seen: int) -> bool:
    """Write a session over the one whose turn was `seen`. False where it has gone on since."""
    return _CHANGE.changed(connection, {**row, "b_id": row["id"], "b_seen": seen}) == 1


def move(connection: Connection, key: bytes, seen: int) -> bool:
    """Say that a newer session goes on from this one. False where it has changed since turn `seen`."""
    return connection.execute(_MOVE, {"b_id": key, "b_seen": seen}).rowcount == 1


def expired(connection: Connection, now: float, most: int) -> Sequence[Row]:
    """Up to `most` sessions whose time is over, the oldest first."""
    return [Row(*found) for found in _EXPIRED.all(connection, {"now": now, "most": most})]


def forget(connection: Connection, key: bytes, seen: int) -> bool:
    """Delete a session whose turn is still `seen`."""
    return connection.execute(_FORGET, {"id": key, "seen": seen}).rowcount == 1


def count_lost(connection: Connection, menu: str, question: str, now: float) -> None:
    """One more caller was lost at this question, this month."""
    row = {"month": month_of(now), "menu": menu, "question": question, "count": 1}
    connection.execute(_counting(connection.dialect.name), row)


def lost_by_question(connection: Connection) -> Sequence[SqlRow[Any, Any, Any]]:
    """How many callers were lost, by menu and question, over all months that are kept."""
    total = func.sum(lost.c.count).label("count")
    return connection.execute(select(lost.c.menu, lost.c.question, total).group_by(lost.c.menu, lost.c.question)).all()


def month_of(at: float) -> str:
    """The month in which a moment lies, in UTC: 2026-11."""
    return time.strftime("%Y-%m", time.gmtime(at))


def how_many(connection: Connection) -> Mapping[str, int]:
    """How many sessions lie here, by status."""
    rows = connection.execute(select(table.c.status, func.count()).group_by(table.c.status))
    return {row.status: row[1] for row in rows}


_PLAIN = tuple(column.name for column in table.columns if column.name != "sealed")
_FETCH = Prepared(lambda dialect: select(table).where(table.c.id == bindparam("id")))
_LATEST = Prepared(
    lambda dialect: (
        select(table)
        .where(
            table.c.caller_key == bindparam("caller"),
            text("status IN ('open', 'dropped')"),  # word for word as in the partial index, or SQLite leaves it
            table.c.gateway == bindparam("gateway"),
            table.c.service_code == bindparam("service_code"),
            table.c.expires_at > bindparam("now"),
        )
        .order_by(table.c.touched_at.desc())
        .limit(1)
    )
)
_CHANGE = Prepared(
    lambda dialect: (
        update(table)
        .where(table.c.id == bindparam("b_id"), table.c.turn == bindparam("b_seen"))
        .values({name: bindparam(name) for name in (*_PLAIN, "sealed") if name != "id"})
    )
)
_INSERTION = Prepared(
    lambda dialect: insert(dialect, table).on_conflict_do_nothing().returning(table.c.turn), (*_PLAIN, "sealed")
)
_MOVE = (
    update(table)
    .where(table.c.id == bindparam("b_id"), table.c.turn == bindparam("b_seen"))
    .values(status=MOVED, turn=table.c.turn + 1)
)
_EXPIRED = Prepared(
    lambda dialect: (
        select(table)
        .where(table.c.expires_at <= bindparam("now"))
        .order_by(table.c.expires_at)
        .limit(bindparam("most"))
    )
)
_FORGET = delete(table).where(table.c.id == bindparam("id"), table.c.turn == bindparam("seen"))


@cache
def _counting(dialect: str) -> Any:
    counting = insert(dialect, lost)
    return counting.on_conflict_do_update(
        index_elements=["month", "menu", "question"], set_={"count": lost.c.count + counting.excluded.count}
    )
