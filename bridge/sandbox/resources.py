"""What stands around the tasks: workspace, workflows, queues, channels, workers and their activities."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from uuid import uuid4

from bridge.sandbox.database import Database
from bridge.sandbox.refusal import invalid

PREFIXES: Mapping[str, str] = {
    "workspace": "WS",
    "workflow": "WW",
    "task_queue": "WQ",
    "task_channel": "TC",
    "worker": "WK",
    "activity": "WA",
}


class Resources:
    """Each is a row: kind, SID, name (unique in its kind) and the rest as JSON."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self, kind: str) -> list[sqlite3.Row]:
        return self._database.rows("SELECT * FROM resource WHERE kind = ? ORDER BY created, rowid", (kind,))

    def find(self, kind: str, key: str) -> sqlite3.Row | None:
        """By SID, or by name where Twilio takes a name too."""
        return self._database.row("SELECT * FROM resource WHERE kind = ? AND (sid = ? OR name = ?)", (kind, key, key))

    def named(self, kind: str, key: str) -> str:
        """The name behind a SID."""
        row = self.find(kind, key)
        return str(row["name"]) if row else ""

    def add(self, kind: str, name: str, body: Mapping[str, object], now: float) -> sqlite3.Row:
        """A new one; a name that is taken is refused."""
        if not name:
            raise invalid("FriendlyName is required" if kind != "task_channel" else "UniqueName is required")
        if self.find(kind, name):
            raise invalid("The name is already in use")
        sid = PREFIXES[kind] + uuid4().hex
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT INTO resource (sid, kind, name, body, created) VALUES (?, ?, ?, ?, ?)",
                (sid, kind, name, json.dumps(body), now),
            )
        row = self.find(kind, sid)
        if row is None:
            raise LookupError(sid)
        return row
