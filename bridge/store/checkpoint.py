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
LEFT = 4 * 1024 * 1024  # bytes; a log of that size at the start was left by a process that was killed


class Checkpointer:
    """Call `wrote` after each commit; `stop` at the end. `stop` from any thread."""

    def __init__(self, database: Path) -> None:
        self._address = f"{database.absolute().as_uri()}?mode=rw"  # makes no new file where it is gone
        self._since = 0
        self._due, self._ends = threading.Event(), False
        if _size_of_log(database) > LEFT:  # or a bridge that never lives for long would fill the disk
            self._due.set()
        self._thread = threading.Thread(target=self._run, name="store-checkpoint", daemon=True)
        self._thread.start()

    def wrote(self, pieces: int) -> None:
        """So many pieces of work were committed. One call at a time."""
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
        while self._due.wait():
            self._due.clear()
            if self._ends:  # looked at last: `stop` says so before it wakes us
                return
            self._checkpoint()

    def _checkpoint(self) -> None:
        """PASSIVE takes what it can get, and waits for neither writer nor readers.

        Its connection is new each time, so that one that broke, or a file that was replaced, is not kept for ever.
        """
        try:
            with closing(sqlite3.connect(self._address, uri=True, isolation_level=None)) as connection:
                connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        except sqlite3.Error as error:
            log.error("event=store_checkpoint_failed cause=%s", faults.name(error))


def _size_of_log(database: Path) -> int:
    try:
        return database.with_name(f"{database.name}-wal").stat().st_size
    except OSError:
        return 0
