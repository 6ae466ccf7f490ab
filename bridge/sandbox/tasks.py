"""The tasks: made, read, changed, ended and forgotten, by Twilio's rules."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from uuid import uuid4

from bridge.sandbox import expression, form
from bridge.sandbox.database import Database
from bridge.sandbox.events import Events
from bridge.sandbox.refusal import Refusal, invalid, not_found
from bridge.sandbox.resources import Resources

LIVE = ("pending", "reserved", "assigned", "wrapping")
ENDED = ("completed", "canceled")
ENDED_ARE_KEPT = 300.0  # seconds; Twilio deletes ended tasks after five minutes (lifecycle of a task)
OVERDUE = "SELECT 1 FROM task WHERE (status IN ('pending', 'reserved') AND created + timeout < ?) OR ended < ? LIMIT 1"
ORDERS: Mapping[str, str] = {
    "DateCreated": "number",
    "Priority": "priority",
    "VirtualStartTime": "virtual_start",
}


class Tasks:
    """The tasks of the workspace (Task resource): made, read, changed, listed and deleted as Twilio does it."""

    def __init__(
        self, database: Database, resources: Resources, events: Events, now: Callable[[], float] = time.time
    ) -> None:
        self._database, self._resources, self._events, self._now = database, resources, events, now

    def create(self, fields: Mapping[str, str]) -> sqlite3.Row:
        """Raises `Refusal` for what Twilio refuses."""
        now, sid = self._now(), "WT" + uuid4().hex
        values = {
            "sid": sid,
            "created": now,
            "updated": now,
            "status": "pending",
            "priority": form.priority(fields),
            "timeout": form.timeout(fields),
            "channel_sid": self._channel(fields.get("TaskChannel", "default")),
            "workflow_sid": self._workflow(fields.get("WorkflowSid")),
            "queue_sid": self._queue(_target(fields, "WQ") or fields.get("TaskQueueSid")),
            "attributes": form.attributes(fields, "{}"),
            "virtual_start": now,
            "routing_target": fields.get("RoutingTarget"),
        }
        marks = ", ".join(f":{name}" for name in values)
        with self._database.transaction() as connection:
            connection.execute(f"INSERT INTO task ({', '.join(values)}) VALUES ({marks})", values)  # noqa: S608
        task = self.fetch(sid)
        self._events.add("task.created", task)
        return task

    def fetch(self, sid: str) -> sqlite3.Row:
        """A task by its SID. Raises `Refusal` (20404)."""
        self.sweep()
        row = self._database.row("SELECT * FROM task WHERE sid = ?", (sid,))
        if row is None:
            raise not_found("task")
        return row

    def update(self, sid: str, fields: Mapping[str, str], if_match: str | None = None) -> sqlite3.Row:
        """With `if_match`, only if that is still the task's ETag when it is written."""
        task = self.fetch(sid)
        changes = self._changes(task, fields)
        columns = ", ".join(f"{name} = :{name}" for name in changes)
        with self._database.transaction() as connection:
            _require(connection, sid, if_match)
            connection.execute(
                f"UPDATE task SET {columns}, version = version + 1 WHERE sid = :sid",  # noqa: S608
                {**changes, "sid": sid},
            )
        changed = self.fetch(sid)
        self._events.add(f"task.{changed['status']}" if "status" in changes else "task.updated", changed)
        return changed

    def delete(self, sid: str, if_match: str | None = None) -> None:
        """Take a task away for ever. Raises `Refusal` (20404; 20412 where `if_match` is not its version)."""
        task = self.fetch(sid)
        with self._database.transaction() as connection:
            _require(connection, sid, if_match)
            connection.execute("DELETE FROM task WHERE sid = ?", (sid,))
        self._events.add("task.deleted", task)

    def search(self, query: Mapping[str, str], statuses: Sequence[str], older_than: float = 0.0) -> list[sqlite3.Row]:
        """Everything the query means, in its order, but for tasks of the last `older_than` seconds."""
        self.sweep()
        where, values = self._filters(query, statuses)
        where.append("created <= ?")
        values.append(self._now() - older_than)
        rows = self._database.rows(
            f"SELECT * FROM task WHERE {' AND '.join(where)} ORDER BY {_order(query.get('Ordering'))}",  # noqa: S608
            values,
        )
        if "EvaluateTaskAttributes" not in query:
            return rows
        terms = expression.parse(query["EvaluateTaskAttributes"])
        return [row for row in rows if expression.matches(terms, row["attributes"])]

    def sweep(self) -> None:
        """Cancel what waited longer than its timeout and forget what ended long ago."""
        now = self._now()
        if not self._database.rows(OVERDUE, (now, now - ENDED_ARE_KEPT)):
            return
        with self._database.transaction() as connection:
            late = connection.execute(
                "UPDATE task SET status = 'canceled', reason = 'Task TTL Exceeded', ended = ?, updated = ?"
                " WHERE status IN ('pending', 'reserved') AND created + timeout < ? RETURNING *",
                (now, now, now),
            ).fetchall()
            connection.execute("DELETE FROM task WHERE ended < ?", (now - ENDED_ARE_KEPT,))
        for task in late:
            self._events.add("task.canceled", task)

    def _changes(self, task: sqlite3.Row, fields: Mapping[str, str]) -> dict[str, object]:
        now = self._now()
        changes: dict[str, object] = {"updated": now}
        if "Attributes" in fields:
            changes["attributes"] = form.attributes(fields, "{}")
        if "Priority" in fields:
            changes["priority"] = form.priority(fields)
        if "TaskChannel" in fields:
            changes["channel_sid"] = self._channel(fields["TaskChannel"])
        if "AssignmentStatus" in fields:
            changes |= _new_status(task, fields, now)
        return changes

    def _filters(self, query: Mapping[str, str], statuses: Sequence[str]) -> tuple[list[str], list[object]]:
        where, values = ["1 = 1"], list[object](statuses)
        if statuses:
            where.append(f"status IN ({', '.join('?' * len(statuses))})")
        if "WorkflowSid" in query:
            where.append("workflow_sid = ?")
            values.append(query["WorkflowSid"])
        if "TaskQueueSid" in query:
            where.append("queue_sid = ?")
            values.append(query["TaskQueueSid"])
        if "Priority" in query:
            where.append("priority = ?")
            values.append(form.priority(query))
        return where, values

    def _channel(self, key: str) -> str:
        channel = self._resources.find("task_channel", key)
        if channel is None:
            raise invalid("TaskChannel is not known in this workspace")
        return str(channel["sid"])

    def _workflow(self, sid: str | None) -> str:
        known = [str(row["sid"]) for row in self._resources.all("workflow")]
        if sid is None and len(known) == 1:
            return known[0]
        if sid not in known:
            raise invalid("WorkflowSid is not known in this workspace")
        return str(sid)

    def _queue(self, sid: str | None) -> str:
        known = [str(row["sid"]) for row in self._resources.all("task_queue")]
        if sid is not None and sid not in known:
            raise invalid("TaskQueueSid is not known in this workspace")
        return sid or known[0]


def _target(fields: Mapping[str, str], kind: str) -> str | None:
    """What `RoutingTarget` names, where it is of this kind; a queue takes the task past the workflow's filters."""
    target = fields.get("RoutingTarget", "")
    return target if target.startswith(kind) else None


def etag(task: sqlite3.Row) -> str:
    """The version of a task, as `If-Match` names it."""
    return f'"{task["version"]}"'


def _require(connection: sqlite3.Connection, sid: str, if_match: str | None) -> None:
    """Within the transaction that writes: between reading and writing another may have come (Task, `If-Match`)."""
    if if_match is None:
        return
    task = connection.execute("SELECT version FROM task WHERE sid = ?", (sid,)).fetchone()
    if task is None or if_match != etag(task):
        raise Refusal(412, 20412, "The task was changed in the meantime")


def _new_status(task: sqlite3.Row, fields: Mapping[str, str], now: float) -> dict[str, object]:
    """The sandbox's agent is its desk: completing needs no reservation that was accepted before."""
    status = fields["AssignmentStatus"]
    if status not in LIVE + ENDED:
        raise invalid("AssignmentStatus is not one of the six statuses")
    if task["status"] in ENDED:
        raise invalid("AssignmentStatus cannot change: the task has ended")
    if status == "canceled" and task["status"] not in ("pending", "reserved"):
        raise invalid("AssignmentStatus can be canceled only before the task is assigned")
    if status in ENDED and not fields.get("Reason"):
        raise invalid("Reason is required to complete or cancel a task")
    ended = {"ended": now, "reason": fields["Reason"]} if status in ENDED else {}
    return {"status": status, **ended}


def _order(ordering: str | None) -> str:
    """`DateCreated:desc,Priority:asc` as SQL, from a fixed list of columns."""
    parts = []
    for pair in (ordering or "DateCreated:asc").split(","):
        name, _, direction = pair.strip().partition(":")
        if name not in ORDERS or direction not in ("", "asc", "desc"):
            raise invalid("Ordering must be DateCreated, Priority or VirtualStartTime with :asc or :desc")
        parts.append(f"{ORDERS[name]} {direction}")
    return ", ".join(parts)
