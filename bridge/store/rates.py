"""How often a number or an address came lately, counted in the database so that it holds over processes."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, case, delete
from sqlalchemy.sql import ClauseElement

from bridge.store.dialect import insert
from bridge.store.prepared import Prepared
from bridge.store.seal import Seal
from bridge.store.session_tables import rate

WINDOW = 60.0  # seconds, from the first of a run


def key_of(seal: Seal, number: str | bytes) -> bytes:
    """What the turns of a number are counted under, by its digits; by its session's key where it has none."""
    return seal.index("ussd rate", number)


def count(connection: Connection, key: bytes, now: float) -> int:
    """Count one more, and say how many that makes since the window began."""
    found = _COUNTING.first(connection, {"key": key, "since": now, "count": 1})
    return int(found[0]) if found else 0


def forget(connection: Connection, now: float) -> None:
    """Delete the counts of windows that are over."""
    connection.execute(_FORGET, {"before": now - WINDOW})


_FORGET = delete(rate).where(rate.c.since <= bindparam("before"))


def _counting(dialect: str) -> ClauseElement:
    new = insert(dialect, rate)
    begun = rate.c.since - new.excluded.since
    runs = (begun > -WINDOW) & (begun < WINDOW)  # one that begins later than that was timed by a clock set back since
    changes = {
        "count": case((runs, rate.c.count + 1), else_=1),
        "since": case((runs, rate.c.since), else_=new.excluded.since),
    }
    return new.on_conflict_do_update(index_elements=["key"], set_=changes).returning(rate.c.count)


_COUNTING = Prepared(_counting, ("key", "since", "count"))
