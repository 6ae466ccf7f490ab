"""The workspace's event log; `task.created` carries the attributes, so a lost answer can be settled later."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import uuid4

from bridge.sandbox.database import Database
from bridge.sandbox.refusal import invalid, not_found

KEPT = 30 * 86_400.0


class Events:
    """TaskRouter's event log (Event resource): one line for each thing that happened to a task."""

    def __init__(self, database: Database, now: Callable[[], float] = time.time) -> None:
        self._database, self._now = database, now

    def add(self, kind: str, task: sqlite3.Row) -> None:
        """Note what just happened to this task, as it is now."""
        data = {
            "task_sid": task["sid"],
            "task_attributes": task["attributes"],
            "task_priority": str(task["priority"]),
            "task_assignment_status": task["status"],
            "workflow_sid": task["workflow_sid"],
            "task_queue_sid": task["queue_sid"],
        }
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT INTO event (sid, happened, type, resource_sid, description, data) VALUES (?, ?, ?, ?, ?, ?)",
                (
                    "EV" + uuid4().hex,
                    self._now(),
                    kind,
                    task["sid"],
                    task["reason"] or kind,
                    json.dumps(data, ensure_ascii=False),
                ),
            )
            connection.execute("DELETE FROM event WHERE happened < ?", (self._now() - KEPT,))

    def fetch(self, sid: str) -> sqlite3.Row:
        """One event by its SID. Raises `Refusal` (20404) where there is none."""
        row = self._database.row("SELECT * FROM event WHERE sid = ?", (sid,))
        if row is None:
            raise not_found("event")
        return row

    def search(self, query: Mapping[str, str]) -> list[sqlite3.Row]:
        """Newest first. Without dates: the last `Minutes`, 15 unless said otherwise."""
        since, until = self._period(query)
        where, values = ["happened >= ?", "happened <= ?"], [since, until]
        extra: list[object] = []
        for name, column in (("EventType", "type"), ("TaskSid", "resource_sid"), ("Sid", "sid")):
            if name in query:
                where.append(f"{column} = ?")
                extra.append(query[name])
        return self._database.rows(
            f"SELECT * FROM event WHERE {' AND '.join(where)} ORDER BY number DESC",  # noqa: S608
            [*values, *extra],
        )

    def _period(self, query: Mapping[str, str]) -> tuple[float, float]:
        if "StartDate" in query or "EndDate" in query:
            since = _seconds(query["StartDate"]) if "StartDate" in query else 0.0
            return since, _seconds(query["EndDate"]) + 1 if "EndDate" in query else self._now()
        minutes = query.get("Minutes", "15")
        if not minutes.isdecimal():
            raise invalid("Minutes must be a whole number")
        return self._now() - 60 * int(minutes), self._now()


def _seconds(text: str) -> float:
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError:
        raise invalid("StartDate and EndDate must be ISO 8601 dates with a time") from None
