"""What is done once a day, by one of all the processes that share the database."""

from __future__ import annotations

from sqlalchemy import Column, Connection, Float, String, Table, or_, update

from bridge.store.dialect import insert
from bridge.store.tables import metadata

DAY = 86_400.0

daily = Table(
    "daily",
    metadata,
    Column("name", String(16), primary_key=True),
    Column("at", Float, nullable=False),  # when it was last begun
)


def claim(connection: Connection, name: str, now: float) -> bool:
    """Whether it is ours to do now: nobody has begun it for a day. A clock that was set back holds it up for a day."""
    started = insert(connection.dialect.name, daily).on_conflict_do_nothing()
    connection.execute(started, {"name": name, "at": 0.0})
    due = or_(daily.c.at <= now - DAY, daily.c.at > now + DAY)
    mine = update(daily).where(daily.c.name == name, due).values(at=now)
    return connection.execute(mine).rowcount == 1


def give_back(connection: Connection, name: str, began_at: float) -> None:
    """It could not be finished: whoever looks next may begin it again."""
    mine = (daily.c.name == name) & (daily.c.at == began_at)
    connection.execute(update(daily).where(mine).values(at=0.0))
