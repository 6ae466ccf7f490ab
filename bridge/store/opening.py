"""Opening the store: folder, file, lock, migrations, engines, writer, seal, in this order."""

from __future__ import annotations

import os
import secrets
import socket
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress

from cryptography.fernet import MultiFernet
from sqlalchemy import URL, Connection
from sqlalchemy.exc import DBAPIError

from bridge.errors import SetupError, Unavailable
from bridge.store import engines, faults, schema, seal
from bridge.store.checkpoint import Checkpointer
from bridge.store.lock import FileLock
from bridge.store.store import Store
from bridge.store.writer import Writer, nobody

NOT_YET = "yet; the bridge makes it when it starts"
_ELSE = "let the user of the bridge write there, or name another file"
_PAUSE = 0.2


def open_store(
    url: str,
    data_keys: Sequence[str],
    *,
    node: str | None = None,
    wait: float = 10.0,
    shared: bool = False,
    now: Callable[[], float] = time.time,
) -> Store:
    """The store behind DATABASE_URL, made or migrated as needed, ready to write.

    Waits up to `wait` seconds for the lock of a SQLite file, or for PostgreSQL to answer. `node` names this
    process (at most 64 characters; made up where it is None). `shared` is for commands that run beside the
    service: they do without the lock on a SQLite file, make no database and change no tables. SetupError says
    in one sentence what an admin must do.
    """
    fernet = seal.fernet(data_keys)
    parsed = engines.parse(url)
    with ExitStack() as undo:
        lock = None
        if parsed.drivername == "sqlite":
            if shared and is_new(url):
                raise SetupError(f"DATABASE_URL: there is no database at {engines.sqlite_file(parsed)} {NOT_YET}")
            lock = None if shared else _file(parsed, wait)
            if lock is not None:
                undo.callback(lock.release)
        both = engines.make(parsed)
        undo.callback(both.dispose)
        _ready(both, parsed, wait, schema.require if shared else schema.upgrade)
        checkpoints = Checkpointer(engines.sqlite_file(parsed)) if parsed.drivername == "sqlite" else None
        if checkpoints is not None:
            undo.callback(checkpoints.stop)
        writer = Writer(both.write, wrote=checkpoints.wrote if checkpoints else nobody)
        undo.callback(writer.close)
        opened = _unlocked(writer, fernet)
        undo.pop_all()
    return Store(both, writer, checkpoints, opened, node=node or _name(), lock=lock, now=now)


def _unlocked(writer: Writer, fernet: MultiFernet) -> seal.Seal:
    """The first thing that is written, and so the first that a disk in trouble refuses."""
    try:
        return writer.write(lambda connection: seal.unlock(connection, fernet))
    except Unavailable as error:
        raise SetupError(f"DATABASE_URL: {error}; the log says why") from None


def is_new(url: str) -> bool:
    """Whether DATABASE_URL names a SQLite file that was not made yet."""
    parsed = engines.parse(url)
    return parsed.drivername == "sqlite" and not engines.sqlite_file(parsed).exists()


def _file(url: URL, wait: float) -> FileLock:
    """Make the folder and the file, for our eyes only, and lock it."""
    path = engines.sqlite_file(url)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        with suppress(PermissionError):  # another's file that we may write to
            path.chmod(0o600)
        return FileLock(path, wait)
    except OSError as error:
        raise SetupError(f"DATABASE_URL: {path} cannot be opened for writing ({error.strerror}): {_ELSE}") from None


def _ready(both: engines.Engines, url: URL, wait: float, bring: Callable[[Connection], None]) -> None:
    """Wait until the database answers, and see to its tables."""
    deadline = time.monotonic() + wait
    while True:
        try:
            with both.write.begin() as connection:
                return bring(connection)
        except DBAPIError as error:
            trouble = faults.is_trouble(error)
            if not trouble and error.statement is not None:
                raise
            if not trouble or url.drivername == "sqlite" or time.monotonic() >= deadline:
                raise SetupError(_unreachable(url, error)) from None
        time.sleep(_PAUSE)


def _unreachable(url: URL, error: DBAPIError) -> str:
    """One sentence without the password: where we looked, and the first line of what the driver said."""
    said = (str(error.orig).strip().splitlines() or ["no reason given"])[0]
    for password in filter(None, (url.password, url.query.get("password"))):
        said = said.replace(str(password), "…")
    where = url.render_as_string(hide_password=True) if url.drivername == "sqlite" else _address(url)
    return f"DATABASE_URL: the database at {where} cannot be used ({said}): {_remedy(url, error)}"


def _remedy(url: URL, error: DBAPIError) -> str:
    if url.drivername != "sqlite":
        return "is it running, and are its name, user and password right?"
    if faults.name(error).startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
        return "it is damaged or another program's; docs/going-live.md says how a backup is put back"
    return _ELSE


def _address(url: URL) -> str:
    return f"{url.host or url.query.get('host', 'the local socket')}, port {url.port or 5432}"


def _name() -> str:
    return f"{socket.gethostname()[:50]}:{secrets.token_hex(4)}"
