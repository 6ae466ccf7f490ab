"""What an error of the database means to us: its own trouble, a clash of writers, or a fault of the work.

Sources: sqlite.org/rescode.html; PostgreSQL manual, appendix A "Error Codes".
"""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from bridge.errors import Unavailable

_SQLITE_TROUBLE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_NOTADB,
    }
)
_POSTGRES_VICTIM = frozenset({"40001", "40P01"})  # serialization failure, deadlock
_POSTGRES_LOCKED = "55P03"  # lock_timeout
# Of a transaction; of a file, which PostgreSQL tells as a missing permission (errcode_for_file_access in its elog.c).
_POSTGRES_READ_ONLY = frozenset({"25006", "42501"})


def is_trouble(error: BaseException) -> bool:
    """The database cannot do it now: disk full or read-only, locked, out of memory, gone, shut down."""
    if isinstance(error, NoConnectionFree):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if isinstance(error.orig, sqlite3.Error):
        return _sqlite_code(error.orig) in _SQLITE_TROUBLE
    if error.connection_invalidated or _sqlstate(error) in _POSTGRES_READ_ONLY:
        return True
    return isinstance(error, OperationalError | InterfaceError) and not is_clash(error)


def is_clash(error: BaseException) -> bool:
    """Another writer was in the way of one item; others may pass. Only PostgreSQL has this."""
    return is_victim(error) or (isinstance(error, DBAPIError) and _sqlstate(error) == _POSTGRES_LOCKED)


def is_victim(error: BaseException) -> bool:
    """A clash of two that PostgreSQL ended by undoing this one, so the same again passes."""
    return isinstance(error, DBAPIError) and _sqlstate(error) in _POSTGRES_VICTIM


def is_lost(error: BaseException) -> bool:
    """The connection is gone; what had not been committed is undone."""
    return isinstance(error, DBAPIError) and error.connection_invalidated


def name(error: BaseException) -> str:
    """A short word for the log: the database's own code, never its message, which may repeat values."""
    orig = error.orig if isinstance(error, DBAPIError) else None
    if isinstance(sqlite := orig or error, sqlite3.Error):
        return getattr(sqlite, "sqlite_errorname", type(sqlite).__name__)
    return getattr(orig, "sqlstate", None) or type(orig or error).__name__


def unavailable() -> Unavailable:
    """What a sender is told: nothing was promised, the same again is safe."""
    return Unavailable("the database cannot keep anything right now")


def _sqlite_code(error: sqlite3.Error) -> int | None:
    code = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF  # the extended codes carry the primary one in their low byte


def _sqlstate(error: DBAPIError) -> str | None:
    return getattr(error.orig, "sqlstate", None)
