"""The sandbox's memory: one SQLite file, so that a second start still has yesterday's tasks."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bridge.errors import SetupError

SCHEMA = """
CREATE TABLE IF NOT EXISTS resource (
    sid TEXT PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL, created REAL NOT NULL,
    UNIQUE (kind, name)
);
CREATE TABLE IF NOT EXISTS task (
    number INTEGER PRIMARY KEY AUTOINCREMENT, sid TEXT NOT NULL UNIQUE,
    created REAL NOT NULL, updated REAL NOT NULL, ended REAL, version INTEGER NOT NULL DEFAULT 0,
    status TEXT NOT NULL, reason TEXT, priority INTEGER NOT NULL, timeout INTEGER NOT NULL,
    channel_sid TEXT NOT NULL, workflow_sid TEXT NOT NULL, queue_sid TEXT NOT NULL,
    attributes TEXT NOT NULL, virtual_start REAL NOT NULL, routing_target TEXT, ignore_capacity INTEGER
);
CREATE INDEX IF NOT EXISTS task_status ON task (status, created);
CREATE TABLE IF NOT EXISTS event (
    number INTEGER PRIMARY KEY AUTOINCREMENT, sid TEXT NOT NULL UNIQUE, happened REAL NOT NULL,
    type TEXT NOT NULL, resource_sid TEXT NOT NULL, description TEXT NOT NULL, data TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS event_happened ON event (happened);
"""


class Database:
    """One connection behind one lock: every request is short, and SQLite has one writer anyway.

    `path` None keeps all in memory. Raises `SetupError` where the file cannot be used.
    """

    def __init__(self, path: Path | None) -> None:
        self._lock = threading.RLock()
        try:
            self._connection = _opened(path)
        except OSError as error:
            raise SetupError(f"{path} cannot be written ({error.strerror}): name another place with --data") from None
        except sqlite3.Error as error:
            raise SetupError(f"{path} cannot be used ({error}): name another place with --data") from None

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing; other threads wait. Not to be nested."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def rows(self, query: str, values: Sequence[object] = ()) -> list[sqlite3.Row]:
        """All rows of a query."""
        with self._lock:
            return self._connection.execute(query, values).fetchall()

    def row(self, query: str, values: Sequence[object] = ()) -> sqlite3.Row | None:
        """Its first row, None where there is none."""
        found = self.rows(query, values)
        return found[0] if found else None

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()


def _opened(path: Path | None) -> sqlite3.Connection:
    if path is not None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))  # somebody may dial a real number
    connection = sqlite3.connect(path or ":memory:", check_same_thread=False, isolation_level=None)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")  # nothing here is a promise to a caller
    connection.executescript(SCHEMA)
    return connection
