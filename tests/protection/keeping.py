"""What these tests ask a store: what is in it, and what of it tells anything about a caller."""

from __future__ import annotations

from sqlalchemy import func, select

from bridge.store import Store, audit
from bridge.store.audit import Entry
from bridge.store.session_tables import rate, session
from bridge.store.tables import attempt, submission

DAY = 86_400.0


def with_content(store: Store) -> list[str]:
    """The references of the submissions that still have content, and no row that has half of it."""
    with store.read() as connection:
        rows = connection.execute(select(submission).order_by(submission.c.id)).all()
    assert all((row.sealed is None) == (row.caller_key is None) for row in rows)
    return [row.reference for row in rows if row.sealed is not None]


def known(store: Store) -> list[str]:
    """The references of all rows that are still there."""
    with store.read() as connection:
        return list(connection.scalars(select(submission.c.reference).order_by(submission.c.id)))


def how_many(store: Store, table: str) -> int:
    """Rows of the history, of the sessions or of the counts per number."""
    tables = {"attempt": attempt, "session": session, "rate": rate}
    with store.read() as connection:
        return connection.scalar(select(func.count()).select_from(tables[table])) or 0


def trail(store: Store) -> list[Entry]:
    """The whole audit trail."""
    with store.read() as connection:
        return list(audit.latest(connection, 1_000))


def told(store: Store) -> list[tuple[str, str | None, str | None, int | None]]:
    """The trail without times and people."""
    return [(entry.what, entry.reference, entry.detail, entry.count) for entry in trail(store)]
