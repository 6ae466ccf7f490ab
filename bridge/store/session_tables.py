"""The tables of server-run gateways: sessions, rates, and how many callers were lost at which question.

What a caller said and who it was is in `sealed`; ids and numbers are keyed hashes, as in `tables`.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
)

from bridge.store.tables import metadata

session = Table(
    "session",
    metadata,
    Column("id", LargeBinary(32), primary_key=True),  # keyed hash of gateway, session id and number
    Column("turn", BigInteger, nullable=False),  # goes up with every change; a writer names the one it read
    Column("status", String(8), nullable=False),  # open done dropped moved
    Column("gateway", String(32), nullable=False),
    Column("service_code", String(64), nullable=False),
    Column("menu", String(64), nullable=False),
    Column("question", String(64), nullable=False),  # the one being asked; "" at the end
    Column("caller_key", LargeBinary(32)),  # keyed hash of the number; None where there is none
    Column("began_at", Float, nullable=False),
    Column("touched_at", Float, nullable=False),
    Column("expires_at", Float, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)
Index("session_expiry", session.c.expires_at)

rate = Table(
    "rate",
    metadata,
    Column("key", LargeBinary(32), primary_key=True),  # keyed hash of a number or of an address
    Column("since", Float, nullable=False),
    Column("count", Integer, nullable=False),
)
Index("rate_since", rate.c.since)

lost = Table(
    "lost",
    metadata,
    Column("month", String(7), primary_key=True),  # 2026-11, in UTC; counts are forgotten by month
    Column("menu", String(64), primary_key=True),
    Column("question", String(64), primary_key=True),
    Column("count", BigInteger, nullable=False),
)
