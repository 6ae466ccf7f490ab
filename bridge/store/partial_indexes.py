"""The indexes that hold some rows only. The migrations make them; a test compares both.

They stand apart from their tables because only that test reads them: to name a condition for PostgreSQL loads all that
SQLAlchemy knows of PostgreSQL, which takes a start 20 ms, also on SQLite.
"""

from __future__ import annotations

from sqlalchemy import Index, text

from bridge.store.session_tables import session
from bridge.store.tables import delivery

Index(  # one index each: thousands that wait for a call never stand before the few to be looked up
    "delivery_ready",
    delivery.c.due,
    delivery.c.submission_id,
    sqlite_where=text("state = 'ready'"),
    postgresql_where=text("state = 'ready'"),
)
Index(
    "delivery_check",
    delivery.c.due,
    delivery.c.submission_id,
    sqlite_where=text("state = 'check'"),
    postgresql_where=text("state = 'check'"),
)
Index(
    "delivery_lease",
    delivery.c.lease,
    sqlite_where=text("state = 'calling'"),
    postgresql_where=text("state = 'calling'"),
)
Index(
    "delivery_waiting_for_a_person",
    delivery.c.created_at,
    sqlite_where=text("state IN ('held', 'dead')"),
    postgresql_where=text("state IN ('held', 'dead')"),
)
Index(
    "session_to_resume",
    session.c.caller_key,
    sqlite_where=text("status IN ('open', 'dropped')"),
    postgresql_where=text("status IN ('open', 'dropped')"),
)
