"""The one construct that SQLAlchemy spells per database: INSERT … ON CONFLICT."""

from __future__ import annotations

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite


def insert(dialect: str, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that can carry `on_conflict_do_…`; `dialect` is the connection's `dialect.name`."""
    if dialect == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)
