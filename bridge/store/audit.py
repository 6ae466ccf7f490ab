"""The audit trail: who did what with requests, and when. No number, no answer, nothing a caller said.

Append-only: triggers of the database refuse every change, and every deletion of what is younger than 90 days
(migration 0003). Whoever may alter the database's own triggers is beyond them; docs/data-protection.md says so.
"""

from __future__ import annotations

import os
import pwd
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from msgspec import Struct
from sqlalchemy import Column, Connection, Float, Integer, String, Table, delete, insert, select
from sqlalchemy.exc import DBAPIError

from bridge.store import engines
from bridge.store.tables import RowId, metadata

YOUNGEST_DELETED = 90 * 86_400.0  # seconds; what is younger, the triggers keep
SERVICE = "service"
LOGIN_UID = Path("/proc/self/loginuid")
NOBODY_LOGGED_IN = 2**32 - 1

What = Literal["retry", "create anyway", "erase", "purge", "purge undelivered", "rotate", "backup"]

audit = Table(
    "audit",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("at", Float, nullable=False),
    Column("who", String(128), nullable=False),
    Column("what", String(32), nullable=False),
    Column("reference", String(8)),
    Column("detail", String(64)),  # our own words
    Column("count", Integer),
    sqlite_autoincrement=True,
)


class Entry(Struct, frozen=True):
    """One line. `who` is `user@host` (see `person`) for a command and `service` for what the service does by itself."""

    at: float
    who: str
    what: str
    reference: str | None = None
    detail: str | None = None
    count: int | None = None


def note(
    connection: Connection,
    what: What,
    *,
    who: str,
    at: float,
    reference: str | None = None,
    detail: str | None = None,
    count: int | None = None,
) -> None:
    """Add one entry, in the transaction of what it tells, so that neither is there without the other."""
    row = {"at": at, "who": who[:128], "what": what, "reference": reference, "detail": detail, "count": count}
    connection.execute(insert(audit), row)


def latest(connection: Connection, most: int, reference: str | None = None) -> Sequence[Entry]:
    """The last `most` entries, the oldest of them first; only those of one reference, where it is given."""
    columns = [audit.c[name] for name in Entry.__struct_fields__]
    question = select(*columns).order_by(audit.c.id.desc()).limit(most)
    if reference is not None:
        question = question.where(audit.c.reference == reference)
    return [Entry(**row) for row in reversed(connection.execute(question).mappings().all())]


def forget(connection: Connection, before: float, most: int) -> int:
    """Delete up to `most` entries from before then; how many."""
    old = select(audit.c.id).where(audit.c.at < before).order_by(audit.c.id).limit(most)
    return connection.execute(delete(audit).where(audit.c.id.in_(old))).rowcount


def note_beside(url: str, what: What, *, who: str, at: float) -> bool:
    """Add one entry without opening the store, for a command that does without DATA_KEYS.

    False where it could not be written, as in a database of before the trail.
    """
    both = engines.make(engines.parse(url))
    try:
        with both.write.begin() as connection:
            note(connection, what, who=who, at=at)
    except DBAPIError:
        return False
    finally:
        both.dispose()
    return True


def person() -> str:
    """Who runs this command, as the kernel knows them; LOGNAME and USER are anybody's to set.

    Behind `sudo -u ussd` it is `ada as ussd@host`, where the kernel keeps who logged in (proc(5), `loginuid`).
    """
    user, login = _name(os.getuid()), _login()
    who = user if login in ("", user) else f"{login} as {user}"
    return f"{who}@{socket.gethostname()}"


def _login() -> str:
    try:
        uid = int(LOGIN_UID.read_text("ascii"))
    except (OSError, ValueError):
        return ""
    return "" if uid == NOBODY_LOGGED_IN else _name(uid)


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:  # a container's user without a name
        return f"uid {uid}"
