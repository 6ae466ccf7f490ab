"""The limiter's two rows, shared by all processes: one for the API as a whole, one for look-ups."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import Connection, select, update

from bridge.store.dialect import insert
from bridge.store.tables import limiter

API = "create"
LOOKUP = "lookup"


@dataclass(frozen=True, slots=True)
class Gate:
    """One limiter row. Times are seconds since 1970.

    `tokens` were there at `at`. Nothing passes before `paused_until`. `failures` are transient ones in a row;
    `fault` is what an admin must fix before delivery can go on. Breaker and fault live in the API's row.
    """

    name: str
    tokens: float = 0.0
    at: float = 0.0
    paused_until: float = 0.0
    failures: int = 0
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Gates:
    """Both rows, always read and locked together and in the same order."""

    api: Gate
    lookup: Gate


def prepare(conn: Connection) -> None:
    """Make the rows where there are none. A gate that was never used is full."""
    empty = [asdict(Gate(name)) for name in (API, LOOKUP)]
    conn.execute(insert(conn.dialect.name, limiter).on_conflict_do_nothing(), empty)


def seen(conn: Connection) -> Gates:
    """The gates as they are, for looking only."""
    return _gates(conn, lock=False)


def locked(conn: Connection) -> Gates:
    """The gates, held until this transaction ends, so that the claims of all processes stand in one line."""
    return _gates(conn, lock=True)


def put(conn: Connection, gate: Gate) -> None:
    """Write one gate back."""
    values = {name: value for name, value in asdict(gate).items() if name != "name"}
    conn.execute(update(limiter).where(limiter.c.name == gate.name).values(values))


def _gates(conn: Connection, *, lock: bool) -> Gates:
    question = select(limiter).order_by(limiter.c.name)
    rows = conn.execute(question.with_for_update() if lock else question)
    found = {row.name: Gate(**row._mapping) for row in rows}
    return Gates(found.get(API, Gate(API)), found.get(LOOKUP, Gate(LOOKUP)))
