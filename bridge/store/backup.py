"""A copy of the database while it is in use. Keep it as safe as the database, and apart from DATA_KEYS.

Source: sqlite.org/lang_vacuum.html, "VACUUM with an INTO clause".
"""

from __future__ import annotations

import os
import shlex
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL

from bridge.errors import SetupError
from bridge.store import engines


def backup(store_url: str, target: Path) -> None:
    """Copy the SQLite database at DATABASE_URL to `target`, whole and on disk when this returns.

    Runs beside the service, without its lock, and holds up nobody. Only we can read `target`. SetupError
    where it exists already or cannot be written, and for PostgreSQL, with the command that does it there.
    """
    url = engines.parse(store_url)
    if url.drivername != "sqlite":
        raise SetupError(f"PostgreSQL is backed up with its own tool: {_pg_dump(url, target)}")
    source = engines.sqlite_file(url)
    if not source.exists():
        raise SetupError(f"DATABASE_URL: there is no database at {source}")
    _reserve(target)
    try:
        _copy(source, target)
    except (OSError, sqlite3.Error) as error:
        target.unlink()
        raise SetupError(f"the backup to {target} failed: {error}") from None


def _reserve(target: Path) -> None:
    """Take the name with an empty file: nothing is overwritten, and an interrupted backup looks like none."""
    try:
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        raise SetupError(f"{target} exists already: name a file that does not") from None
    except OSError as error:
        raise SetupError(f"{target} cannot be written ({error.strerror})") from None


def _copy(source: Path, target: Path) -> None:
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        with closing(sqlite3.connect(f"{source.as_uri()}?mode=rw", uri=True, isolation_level=None)) as connection:
            connection.execute("VACUUM INTO ?", (str(part),))
        _sync(part)
        part.replace(target)
        _sync(target.parent)
    finally:
        part.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def _pg_dump(url: URL, target: Path) -> str:
    """The command without the password, which pg_dump asks for or reads from ~/.pgpass."""
    query = {name: value for name, value in url.query.items() if name != "password"}
    address = URL.create("postgresql", url.username, None, url.host, url.port, url.database, query).render_as_string()
    return shlex.join(["pg_dump", "--format=custom", f"--file={target}", address])
