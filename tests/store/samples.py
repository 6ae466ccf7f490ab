"""Submissions to store, and what tests ask the database about them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select

from bridge.store import Store
from bridge.store.tables import delivery
from bridge.store.tables import submission as table
from bridge.submission import Submission
from bridge.value import replace

COMPLETE = Submission(
    key="SM0123",
    session="SM0123",
    gateway="telerivet",
    service_code="*384*123#",
    caller="+221770000001",
    caller_as_received="770000001",
    menu="support",
    menu_version="3f9c0b",
    language="fr",
    answers={"location": "dakar", "callback": "yes"},
    complete=True,
    simulated=False,
    started_at="2026-11-20T10:00:00Z",
    submitted_at="2026-11-20T10:01:10Z",
)


def complete(session: str, **changes: Any) -> Submission:
    """The complete submission of `session`."""
    return replace(COMPLETE, **{"key": session, "session": session, **changes})


def incomplete(session: str, **changes: Any) -> Submission:
    """The partial submission of `session`."""
    return complete(session, **{"key": f"{session}_p", "complete": False, **changes})


def rows(store: Store) -> Sequence[Row[Any]]:
    """Every stored submission, the first to arrive first."""
    with store.read() as connection:
        return connection.execute(select(table).order_by(table.c.id)).all()


def deliveries(store: Store) -> Sequence[Row[Any]]:
    """Every delivery, in the order of its submissions."""
    with store.read() as connection:
        return connection.execute(select(delivery).order_by(delivery.c.submission_id)).all()
