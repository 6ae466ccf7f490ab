"""Empties SQLite's write-ahead log beside the writer, so that no commit waits for it (sqlite.org/wal.html, 3.2).

By itself SQLite does this in whichever commit fills the log, and that one then waits while thousands of pages are
written all over a large database. The writer's own limit stays as the last resort (`bridge.store.engines`).
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

from bridge.store import faults

log = logging.getLogger(__name__)

EVERY = 500  # pieces of work; one that keeps a submission changes about seven pages of 4 kB


class Checkpointer:
    """Call `wrote` after each commit; `stop` at the end. Safe from any thread."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._since = 0
        self._due, self._ends = threading.Event(), False
        self._thread = threading.Thread(target=self._run, name="store-checkpoint", daemon=True)
        self._thread.start()

    def wrote(self, pieces: int) -> None:
        """So many pieces of work were committed. From the writer's thread alone."""
        self._since += pieces
        if self._since >= EVERY:
            self._since = 0
            self._due.set()

    def stop(self) -> None:
        """Return once nothing is under way."""
        self._ends = True
        self._due.set()
        self._thread.join()

    def _run(self) -> None:
        with closing(sqlite3.connect(self._database, isolation_level=None)) as connection:
            while self._due.wait() and not self._ends:
                self._due.clear()
                self._checkpoint(connection)

    def _checkpoint(self, connection: sqlite3.Connection) -> None:
        """PASSIVE takes what it can get, and waits for neither writer nor readers."""
        try:
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        except sqlite3.Error as error:
            log.error("event=store_checkpoint_failed cause=%s", faults.name(error))
