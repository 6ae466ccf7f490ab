"""Two engines per store: one connection that writes, a few that only read. The settings of both databases.

Sources: sqlite.org/pragma.html, sqlite.org/wal.html; PostgreSQL manual, "Client Connection Defaults".
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from bridge.errors import SetupError
from bridge.store.prepared import run
from bridge.store.wal import LONGEST

BUSY_SECONDS = 5.0
CACHE = 8_000  # kB: the inner pages of the indexes of some millions of submissions
READERS = 40  # connections that may read at once; a server's threads and the delivery worker's

_SQLITE = {
    "journal_mode": "WAL",
    "synchronous": "FULL",  # each commit waits for the disk; what the writer does instead: `bridge.store.wal`
    "foreign_keys": "ON",
    "busy_timeout": str(int(BUSY_SECONDS * 1000)),
    "secure_delete": "ON",  # what is erased is overwritten
    "wal_autocheckpoint": str(LONGEST),  # pages; `bridge.store.checkpoint` comes long before, where it can keep up
    "journal_size_limit": str(288 * 1024 * 1024),  # more than the line above lets it grow: cutting it takes 55 ms
}
_POSTGRES_ALIVE = {  # a dead network is noticed within seconds, not after the kernel's two hours
    "connect_timeout": 3,
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}


@dataclass(frozen=True, slots=True)
class Engines:
    """`write` gives the writer its one connection, `read` everyone else theirs."""

    write: Engine
    read: Engine

    def dispose(self) -> None:
        self.read.dispose()
        self.write.dispose()


def parse(url: str) -> URL:
    """DATABASE_URL as SQLAlchemy understands it. SetupError names what is wrong, never the password in it."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise SetupError("DATABASE_URL is no URL: write sqlite:///path/to/file or postgresql://…") from None
    if parsed.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername not in ("sqlite", "sqlite+pysqlite"):
        raise SetupError("DATABASE_URL names a database we do not know: use sqlite:/// or postgresql://")
    if parsed.database in (None, "", ":memory:") or str(parsed.database).startswith("file:"):
        raise SetupError("DATABASE_URL names no file: write sqlite:///path/to/file")
    return parsed.set(drivername="sqlite")


def sqlite_file(url: URL) -> Path:
    """The database file behind a parsed SQLite URL; links are followed, so that one file has one lock."""
    return Path(str(url.database)).resolve()


def make(url: URL) -> Engines:
    """Engines for a parsed URL. Connects to nothing yet."""
    return _sqlite(url) if url.drivername == "sqlite" else _postgres(url)


def empty_log(url: URL) -> bool:
    """Checkpoint and truncate the write-ahead log of a SQLite file; False where it stayed in use.

    A writer waits while this waits for a reader, hence the short patience and the several tries.
    """
    if url.drivername != "sqlite":
        return True
    with closing(sqlite3.connect(sqlite_file(url), timeout=0.05, isolation_level=None)) as connection:
        for _ in range(20):
            try:
                busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            except sqlite3.OperationalError:  # locked
                busy = 1
            if not busy:
                return True
            time.sleep(0.05)
    return False


def _sqlite(url: URL) -> Engines:
    def engine(**more: Any) -> Engine:
        driver = {"isolation_level": None, "timeout": BUSY_SECONDS}  # we send BEGIN ourselves
        return create_engine(url, hide_parameters=True, connect_args=driver, **more)

    write, read = engine(pool_size=1, max_overflow=0), engine(pool_size=5, max_overflow=READERS - 5)
    event.listen(write, "connect", _sqlite_settings({**_SQLITE, "cache_size": f"-{CACHE}"}))
    event.listen(write, "begin", _begin_immediate)
    event.listen(read, "connect", _sqlite_settings({**_SQLITE, "query_only": "ON"}))
    event.listen(read, "begin", _begin)
    return Engines(write, read)


def _sqlite_settings(settings: dict[str, str]) -> Callable[[sqlite3.Connection, object], None]:
    def apply(connection: sqlite3.Connection, _record: object) -> None:
        for name, value in settings.items():
            connection.execute(f"PRAGMA {name} = {value}").close()

    return apply


def _begin_immediate(connection: Connection) -> None:
    run(connection, "BEGIN IMMEDIATE")  # a plain BEGIN could fail half-way, when it first writes


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _postgres(url: URL) -> Engines:
    alive = {name: value for name, value in _POSTGRES_ALIVE.items() if name not in url.query}
    write = create_engine(url, hide_parameters=True, connect_args=alive, pool_size=1, max_overflow=0)
    read = create_engine(
        url,
        hide_parameters=True,
        connect_args=alive,
        pool_size=5,
        max_overflow=READERS - 5,
        pool_pre_ping=True,
        execution_options={"postgresql_readonly": True},
    )
    event.listen(write, "connect", _postgres_settings)
    return Engines(write, read)


def _postgres_settings(connection: Any, _record: object) -> None:
    """Wait for the disk whatever the server's default is; wait behind another's lock for 1.5 s at most.

    That is longer than PostgreSQL takes to find a deadlock, and twice it is shorter than a submission waits.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '1500ms'")
        cursor.execute(
            "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
        )
    connection.commit()
