"""Rows as Twilio writes them: snake_case JSON, ISO dates, `url` and `links` (twilio-oai, taskrouter v1)."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime

from flask import url_for

from bridge.sandbox.resources import Resources
from bridge.sandbox.seeds import Seeds

PLURALS = {
    "workflow": "Workflows",
    "task_queue": "TaskQueues",
    "task_channel": "TaskChannels",
    "worker": "Workers",
    "activity": "Activities",
}


def date(seconds: float) -> str:
    """A time as Twilio's v1 resources write it: ISO 8601, whole seconds, UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Bodies:
    """Needs a request around it: the URLs in a body start where the request came in."""

    def __init__(self, seeds: Seeds, resources: Resources) -> None:
        self._seeds, self._resources = seeds, resources

    def task(self, row: sqlite3.Row, now: float, *, attributes: bool = True) -> dict[str, object]:
        return {
            "account_sid": self._seeds.account_sid,
            "workspace_sid": self._seeds.workspace_sid,
            "sid": row["sid"],
            "age": int(now - row["created"]),
            "assignment_status": row["status"],
            "attributes": row["attributes"] if attributes else None,
            "addons": "{}",
            "date_created": date(row["created"]),
            "date_updated": date(row["updated"]),
            "task_queue_entered_date": date(row["created"]),
            "virtual_start_time": date(row["virtual_start"]),
            "priority": row["priority"],
            "reason": row["reason"],
            "task_queue_sid": row["queue_sid"],
            "task_queue_friendly_name": self._resources.named("task_queue", row["queue_sid"]),
            "task_channel_sid": row["channel_sid"],
            "task_channel_unique_name": self._resources.named("task_channel", row["channel_sid"]),
            "timeout": row["timeout"],
            "workflow_sid": row["workflow_sid"],
            "workflow_friendly_name": self._resources.named("workflow", row["workflow_sid"]),
            "ignore_capacity": None,
            "routing_target": row["routing_target"],
            "url": self._url("Tasks", row["sid"]),
            "links": {
                "workspace": self._url(),
                "workflow": self._url("Workflows", row["workflow_sid"]),
                "task_queue": self._url("TaskQueues", row["queue_sid"]),
            },
        }

    def event(self, row: sqlite3.Row) -> dict[str, object]:
        return {
            "account_sid": self._seeds.account_sid,
            "workspace_sid": self._seeds.workspace_sid,
            "sid": row["sid"],
            "actor_sid": self._seeds.workspace_sid,
            "actor_type": "workspace",
            "actor_url": self._url(),
            "description": row["description"],
            "event_data": json.loads(row["data"]),
            "event_date": date(row["happened"]),
            "event_date_ms": int(row["happened"] * 1000),
            "event_type": row["type"],
            "resource_sid": row["resource_sid"],
            "resource_type": "task",
            "resource_url": self._url("Tasks", row["resource_sid"]),
            "source": "sandbox",
            "source_ip_address": None,
            "url": self._url("Events", row["sid"]),
        }

    def resource(self, row: sqlite3.Row) -> dict[str, object]:
        """A workspace, workflow, queue, channel, worker or activity."""
        kind = row["kind"]
        common: dict[str, object] = {
            "account_sid": self._seeds.account_sid,
            "sid": row["sid"],
            "friendly_name": row["name"],
            "date_created": date(row["created"]),
            "date_updated": date(row["created"]),
            "url": self._url() if kind == "workspace" else self._url(PLURALS[kind], row["sid"]),
            "links": {},
        }
        if kind != "workspace":
            common["workspace_sid"] = self._seeds.workspace_sid
        own: dict[str, object] = getattr(self, f"_{kind}")(row)
        kept: dict[str, object] = json.loads(row["body"])
        return common | own | kept

    def _workspace(self, row: sqlite3.Row) -> dict[str, object]:
        offline = self._resources.named("activity", self._seeds.offline_sid)
        return {
            "default_activity_name": offline,
            "timeout_activity_name": offline,
            "event_callback_url": None,
            "events_filter": "",
            "multi_task_enabled": True,
            "prioritize_queue_order": "FIFO",
        }

    def _workflow(self, row: sqlite3.Row) -> dict[str, object]:
        return {
            "assignment_callback_url": None,
            "fallback_assignment_callback_url": None,
            "document_content_type": "application/json",
        }

    def _task_queue(self, row: sqlite3.Row) -> dict[str, object]:
        unset = dict.fromkeys(
            [
                "assignment_activity_sid",
                "assignment_activity_name",
                "reservation_activity_sid",
                "reservation_activity_name",
            ]
        )
        return {**unset, "max_reserved_workers": 1, "task_order": "FIFO"}

    def _task_channel(self, row: sqlite3.Row) -> dict[str, object]:
        return {"unique_name": row["name"], "channel_optimized_routing": False}

    def _worker(self, row: sqlite3.Row) -> dict[str, object]:
        return {
            "activity_name": self._resources.named("activity", json.loads(row["body"])["activity_sid"]),
            "available": False,
            "date_status_changed": date(row["created"]),
        }

    def _activity(self, row: sqlite3.Row) -> dict[str, object]:
        return {}

    def _url(self, *path: str) -> str:
        base = url_for(".workspace", workspace_sid=self._seeds.workspace_sid, _external=True)
        return "/".join([base, *path])
