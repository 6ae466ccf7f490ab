"""Encryption of what tells who called and what they said, and the keyed hashes by which it is found again.

Fernet is AES-128-CBC with HMAC-SHA256 (github.com/fernet/spec). The first
of DATA_KEYS encrypts, every one of them decrypts, so keys can be changed while the service runs.
"""

from __future__ import annotations

import hmac
import json
import logging
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from msgspec.json import encode
from sqlalchemy import Connection, select

from bridge.errors import SetupError
from bridge.store.dialect import insert
from bridge.store.tables import sealed_key

log = logging.getLogger(__name__)

INDEX_KEY = "index"  # its name in the table sealed_key
_MAKE_ONE = "`python -m bridge secret --data-key` makes one"


class Seal:
    """Seals and opens; hashes with a random key of the database that is itself kept sealed."""

    def __init__(self, fernet: MultiFernet, index_key: bytes) -> None:
        self._fernet = fernet
        self._index_key = index_key

    def seal(self, data: bytes) -> bytes:
        """`data`, encrypted under the first key."""
        return self._fernet.encrypt(data)

    def open(self, token: bytes) -> bytes:
        """What `seal` was given. SetupError where none of DATA_KEYS made the token."""
        try:
            return self._fernet.decrypt(token)
        except InvalidToken:
            raise SetupError(
                "DATA_KEYS: the key that a stored submission was sealed with is missing; add it at the end"
            ) from None

    def reseal(self, token: bytes) -> bytes:
        """The same content under the first key. SetupError as `open`."""
        return self.seal(self.open(token))

    def index(self, kind: str, value: str | bytes) -> bytes:
        """32 bytes that are the same for the same `kind` and `value`, and tell nothing without the keys."""
        data = value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
        return hmac.digest(self._index_key, kind.encode() + b"\0" + data, "sha256")


def to_json(content: Mapping[str, Any]) -> bytes:
    """What is sealed of a record."""
    try:
        return encode(content)
    except UnicodeEncodeError:  # half of a surrogate pair, which JSON can escape and UTF-8 cannot hold
        return json.dumps(content).encode()


def fernet(data_keys: Sequence[str]) -> MultiFernet:
    """The keys of DATA_KEYS in their order. SetupError names the one that is no key, never its value."""
    if not data_keys:
        raise SetupError(f"DATA_KEYS is missing: {_MAKE_ONE}")
    return MultiFernet([_key(number, text) for number, text in enumerate(data_keys, start=1)])


def unlock(connection: Connection, fernet: MultiFernet) -> Seal:
    """The seal of this database; draws its index key where the database is new.

    SetupError where DATA_KEYS are not the keys of this database.
    """
    fresh = fernet.encrypt(secrets.token_bytes(32))
    row = {"name": INDEX_KEY, "sealed": fresh}
    connection.execute(insert(connection.dialect.name, sealed_key).on_conflict_do_nothing(), row)
    kept = connection.execute(select(sealed_key.c.sealed).where(sealed_key.c.name == INDEX_KEY)).scalar_one()
    try:
        return Seal(fernet, fernet.decrypt(kept))
    except InvalidToken:
        raise SetupError(
            "DATA_KEYS do not open this database: add the key that it was made with, at the end of the list"
        ) from None


def _key(number: int, text: str) -> Fernet:
    try:
        return Fernet(text)
    except ValueError:
        message = f"DATA_KEYS: key {number} is not a Fernet key (32 bytes in URL-safe base64): {_MAKE_ONE}"
        raise SetupError(message) from None
