"""Re-encrypts what lies in the database under the first of DATA_KEYS, so that an old key can be thrown away.

The order that loses nothing: put the new key first in DATA_KEYS and restart every process; rotate; take the
old key out. The index key comes last: until that is done, the database does not open without the old key.
"""

from __future__ import annotations

from typing import Any

from cryptography.fernet import InvalidToken, MultiFernet
from sqlalchemy import Column, Connection, bindparam, select, update

from bridge.store.seal import INDEX_KEY, fernet
from bridge.store.session_tables import session
from bridge.store.store import Store
from bridge.store.tables import sealed_key, submission

BATCH = 200  # rows per commit, so that accepting goes on in between
_SEALED: tuple[tuple[Column[Any], Column[Any]], ...] = (
    (submission.c.id, submission.c.sealed),
    (session.c.id, session.c.sealed),
)


def rotate(store: Store) -> int:
    """Re-encrypt everything, beside the service; how many rows that were. Safe to stop and to run again.

    SetupError where a row was sealed with a key that is not in DATA_KEYS; the rows before it are done.
    """
    rotated = sum(_rotate_column(store, key, sealed) for key, sealed in _SEALED)
    _rotate(store, sealed_key.c.name, sealed_key.c.sealed, [(INDEX_KEY, _index_key(store))])
    return rotated


def left_over(store: Store, first_key: str) -> int:
    """How many rows the first key alone does not open: a process that seals with another one is still at work."""
    alone, count = fernet([first_key]), 0
    for key, sealed in (*_SEALED, (sealed_key.c.name, sealed_key.c.sealed)):
        rows = _next(store, key, sealed, None)
        while rows:
            count += sum(not _opens(alone, token) for _, token in rows)
            rows = _next(store, key, sealed, rows[-1][0])
    return count


def _opens(alone: MultiFernet, token: bytes) -> bool:
    try:
        alone.decrypt(token)
    except InvalidToken:
        return False
    return True


def _rotate_column(store: Store, key: Column[Any], sealed: Column[Any]) -> int:
    rotated, rows = 0, _next(store, key, sealed, None)
    while rows:
        _rotate(store, key, sealed, rows)
        rotated += len(rows)
        rows = _next(store, key, sealed, rows[-1][0])
    return rotated


def _next(store: Store, key: Column[Any], sealed: Column[Any], after: object) -> list[tuple[Any, bytes]]:
    query = select(key, sealed).where(sealed.is_not(None)).order_by(key).limit(BATCH)
    with store.read() as connection:
        rows = connection.execute(query if after is None else query.where(key > after))
        return [(row[0], row[1]) for row in rows]


def _rotate(store: Store, key: Column[Any], sealed: Column[Any], rows: list[tuple[Any, bytes]]) -> None:
    """Write the new tokens, except where a row was erased or changed in the meantime."""
    changes = [{"row": row, "old": old, "new": store.seal.reseal(old)} for row, old in rows]
    same = (key == bindparam("row")) & (sealed == bindparam("old"))
    statement = update(key.table).where(same).values({sealed: bindparam("new")})

    def apply(connection: Connection) -> None:
        connection.execute(statement, changes)

    store.write(apply)


def _index_key(store: Store) -> bytes:
    with store.read() as connection:
        query = select(sealed_key.c.sealed).where(sealed_key.c.name == INDEX_KEY)
        return bytes(connection.execute(query).scalar_one())
