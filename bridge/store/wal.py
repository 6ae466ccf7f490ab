"""SQLite's write-ahead log as a file: when it is on the disk, and when the next commit would begin it anew.

Sources: sqlite.org/pragma.html#pragma_synchronous ("NORMAL": no commit syncs the log but the one that begins it anew);
sqlite.org/wal.html and walformat.html; sqlite.org/forum/forumpost/d1a6bc7c4cd2baca (with NORMAL, whoever syncs the log
makes all earlier commits durable); SQLite's src/wal.c and src/os_unix.c.
"""

from __future__ import annotations

import errno
import os
import struct
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Connection

from bridge.store.prepared import run

LONGEST = 65_536  # pages at which a commit moves the log into the database itself (PRAGMA wal_autocheckpoint)
ROOM = 8_192  # pages; more than any batch fills
_INDEX = struct.Struct("=I12xI76xI")  # of the wal-index: its version, the pages in the log, how many were moved
_VERSION = 3_007_000  # of the wal-index, since 2010

_sync = getattr(os, "fdatasync", os.fsync)  # macOS has only the latter


class LogError(Exception):
    """The log cannot be relied upon; the text is a short word for why."""


class Log:
    """The log of `database` while `connection` is open: as long, nobody else can remove the file (wal.html, 2.4).

    Leaves the connection with synchronous = NORMAL. `is_doubtful`: the last sync of this log failed. Raises what the
    database raises, and LogError.
    """

    def __init__(self, connection: Connection, database: Path, *, is_doubtful: bool) -> None:
        if is_doubtful:
            _begin_anew(connection)
        _sync_name(connection)
        run(connection, "PRAGMA synchronous = NORMAL")
        self._file = _opened(Path(f"{database}-wal"))
        self._index = _held(Path(f"{database}-shm"))

    def sync(self) -> None:
        """Return once all that was committed before this call is on the disk. Raises LogError.

        What the log has begun anew since is there, too: SQLite syncs the database before it does that.
        """
        try:
            _sync(self._file)
        except OSError as error:
            raise LogError(_name(error)) from None

    def may_wait(self) -> bool:
        """Whether the commit of the transaction that now writes may wait for the disk, or for a checkpoint.

        It syncs the head of a log that begins anew, which it does where all of it was moved into the database.
        """
        if self._index is None:
            return True
        version, filled, moved = _INDEX.unpack(os.pread(self._index, _INDEX.size, 0))
        return bool(version != _VERSION or filled == moved or filled >= LONGEST - ROOM)

    def close(self) -> None:
        """Once the connection is closed. No lock of SQLite's is on this file, so none is lost."""
        with suppress(OSError):  # a failing disk may tell of it here once more; the writer's thread must live on
            os.close(self._file)


def _begin_anew(connection: Connection) -> None:
    """Move all of it into the database, which SQLite syncs, and make it empty.

    A failed sync leaves pages that the kernel calls clean although no disk has them, and the next sync says nothing
    (wiki.postgresql.org/wiki/Fsync_Errors). What follows them in the log would be lost with them.
    """
    busy, _, _ = run(connection, "PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise LogError("log_in_use")


def _sync_name(connection: Connection) -> None:
    """Have SQLite sync the log and its entry in the folder, as it does at the first sync of each connection.

    A new connection has synchronous = FULL (`bridge.store.engines`); the same version as before is a commit, too.
    """
    (version,) = run(connection, "PRAGMA user_version").fetchone()
    run(connection, f"PRAGMA user_version = {version}")


def _opened(file: Path) -> int:
    try:
        return os.open(file, os.O_RDWR | os.O_CLOEXEC)
    except OSError as error:
        raise LogError(_name(error)) from None


def _held(file: Path) -> int | None:
    """SQLite's own descriptor of `file`; None where it cannot be found.

    One of ours would, once closed, drop all of SQLite's locks on it (fcntl(2), "Advisory record locking").
    """
    with suppress(OSError):
        wanted = file.stat()
        for name in os.listdir("/dev/fd"):
            with suppress(OSError):
                if os.path.samestat(os.fstat(int(name)), wanted):
                    return int(name)
    return None


def _name(error: OSError) -> str:
    return errno.errorcode.get(error.errno or 0, "OSError")
