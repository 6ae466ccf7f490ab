"""The limiter's two rows, shared by all processes: one for the API as a whole, one for look-ups."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import asdict
from sqlalchemy import Connection, bindparam, select, update

from bridge.store.dialect import insert
from bridge.store.prepared import Prepared
from bridge.store.tables import limiter

API = "create"
LOOKUP = "lookup"


class Gate(Struct, frozen=True):
    """One limiter row. Times are seconds since 1970.

    `tokens` were there at `at`. Nothing passes before `paused_until`, which is 0 again once a call has passed after it.
    `failures` are transient ones in a row; `fault` is what an admin must fix before delivery can go on. Breaker and
    fault live in the API's row.
    """

    name: str
    tokens: float = 0.0
    at: float = 0.0
    paused_until: float = 0.0
    failures: int = 0
    fault: str | None = None


class Gates(Struct, frozen=True):
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
    _PUT.changed(conn, {f"b_{name}": value for name, value in asdict(gate).items()})


def _gates(conn: Connection, *, lock: bool) -> Gates:
    found = [Gate(*row) for row in (_LOCKED if lock else _SEEN).all(conn, {})]
    by_name = {gate.name: gate for gate in found}
    return Gates(by_name.get(API, Gate(API)), by_name.get(LOOKUP, Gate(LOOKUP)))


_NAMES = Gate.__struct_fields__
_ALL = select(*(limiter.c[name] for name in _NAMES)).order_by(limiter.c.name)
_SEEN = Prepared(lambda dialect: _ALL)
_LOCKED = Prepared(lambda dialect: _ALL.with_for_update())
_PUT = Prepared(
    lambda dialect: (
        update(limiter)
        .where(limiter.c.name == bindparam("b_name"))
        .values({name: bindparam(f"b_{name}") for name in _NAMES if name != "name"})
    )
)
