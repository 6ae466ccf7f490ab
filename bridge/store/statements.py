"""The statements of each claim and each finish, made once. `bridge.store.deliveries` says what they are for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, String, bindparam, func, insert, literal_column, null, select, text, update

from bridge.store.prepared import Prepared
from bridge.store.tables import attempt, delivery


def in_state(state: str) -> ColumnElement[bool]:
    """Spelt out in the SQL, since only so do the databases use an index that is limited to one state."""
    return text(f"delivery.state = '{state}'")  # type: ignore[return-value]


LIVE = Prepared(
    lambda dialect: (
        select(func.count()).select_from(delivery).where(in_state("calling"), delivery.c.lease > bindparam("now"))
    )
)
FIRST_LEASE = Prepared(lambda dialect: select(func.min(delivery.c.lease)).where(in_state("calling")))


def _first_due(state: str) -> Prepared:
    return Prepared(
        lambda dialect: (
            select(delivery.c.due).where(in_state(state)).order_by(delivery.c.due).limit(literal_column("1"))
        )
    )


def _called(**more: ColumnElement[Any]) -> Prepared:
    """One delivery goes to `calling`."""
    values: dict[Any, Any] = {
        "state": literal_column("'calling'"),
        "owner": bindparam("owner"),
        "lease": bindparam("lease"),
    }
    values |= {"tries": delivery.c.tries + literal_column("1"), **more}
    return Prepared(
        lambda dialect: update(delivery).where(delivery.c.submission_id == bindparam("b_id")).values(values)
    )


FIRST_DUE: Mapping[str, Prepared] = {"ready": _first_due("ready"), "check": _first_due("check")}
CALLS = _called()
CREATES = _called(attempt_at=bindparam("at"), looked=literal_column("0"))
ATTEMPT = Prepared(lambda dialect: insert(attempt), ("submission_id", "number", "kind", "node", "started_at"))
_SAME = ("state", "due", "looked", "reason", "http_status", "finished_at")
FINISH = Prepared(
    lambda dialect: (
        update(delivery)
        .where(
            delivery.c.submission_id == bindparam("b_id"),
            delivery.c.owner == bindparam("b_owner"),
            delivery.c.tries == bindparam("b_tries"),
            in_state("calling"),
        )
        .values({name: bindparam(name) for name in _SAME})
        .values(owner=null(), lease=null())
        .values(task_sid=func.coalesce(bindparam("b_sid", type_=String), delivery.c.task_sid))
        .values(linked_to=func.coalesce(bindparam("b_linked", type_=String), delivery.c.linked_to))
    )
)
NOTE = Prepared(
    lambda dialect: (
        update(attempt)
        .where(attempt.c.submission_id == bindparam("b_id"), attempt.c.number == bindparam("b_number"))
        .values({name: bindparam(name) for name in ("ended_at", "outcome", "http_status")})
    )
)
