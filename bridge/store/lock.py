"""One process per SQLite file, held by flock on a file beside the database.

The kernel lets go of the lock when its holder dies, however it dies; a PID file would outlive a kill.
"""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

from bridge.errors import SetupError

_PAUSE = 0.05


class FileLock:
    """Held from `__init__` to `release`. SetupError where another process holds it beyond `wait` s."""

    def __init__(self, database: Path, wait: float) -> None:
        path = database.with_name(database.name + ".lock")
        self._file: int | None = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if not _locked(self._file, wait):
            self.release()
            raise SetupError(
                f"{database} is in use by another process: stop that one first, "
                "or set DATABASE_URL to PostgreSQL, which many processes can share"
            )

    def release(self) -> None:
        """Let others in. The file stays: removing it would let two processes lock two files of one name."""
        file, self._file = self._file, None
        if file is not None:
            os.close(file)


def _locked(file: int, wait: float) -> bool:
    deadline = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(_PAUSE)
        else:
            return True
