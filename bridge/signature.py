"""Signatures of Standard Webhooks 1.0 (spec/standard-webhooks.md): HMAC-SHA256 of `id.timestamp.body`.

Stricter than the specification asks, so that nothing odd is ever interpreted: one spelling of every header,
bounded lengths, and the signature compared as the exact base64 text that we would have written ourselves.
The id holds no `.` (the specification's separator) and no `:` (which marks the keys of server-run gateways).
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from collections.abc import Sequence
from typing import NamedTuple

from bridge.errors import NotAuthentic, SetupError
from bridge.value import Value

TOLERANCE = 300  # seconds to either side, both ends included; what the public libraries use
MAX_ID = 128
MAX_SIGNATURES = 10
MAX_HEADER = 1024  # characters of `webhook-signature`; ten v1 signatures are 479

_PREFIX = "whsec_"
_KEY_BYTES = range(24, 65)  # the specification's bounds for a symmetric key
_LEAST_VARIETY = 12  # different byte values; 24 random bytes have fewer with a chance below 1e-12
_ID = re.compile(rf"[A-Za-z0-9_-]{{1,{MAX_ID}}}")
_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_ENTRY = r"v[0-9]{1,2}[a-z]?,[A-Za-z0-9+/]{1,128}={0,2}"
_SIGNATURES = re.compile(rf"{_ENTRY}(?: {_ENTRY}){{0,{MAX_SIGNATURES - 1}}}")


class Secret(Value, frozen=True):
    """One shared key. Its text form is `whsec_` and the base64 of 24 to 64 random bytes."""

    key: bytes

    @classmethod
    def parse(cls, text: str, setting: str) -> Secret:
        """Read the text form; a SetupError names `setting` and the command for a good one, not the value."""
        key = _decode(text.strip().removeprefix(_PREFIX)) if text.strip().startswith(_PREFIX) else b""
        if len(key) not in _KEY_BYTES or len(set(key)) < _LEAST_VARIETY:
            raise SetupError(
                f"{setting} is missing, malformed or weak: "
                "it needs whsec_ and the base64 of 24 to 64 random bytes. "
                "Make one with: python -m bridge secret"
            )
        return cls(key)


class Headers(NamedTuple):
    """The three headers as they came; None where one is missing."""

    id: str | None
    timestamp: str | None
    signature: str | None


def sign(secret: Secret, id: str, timestamp: int, body: bytes) -> str:
    """The value of `webhook-signature` for one secret; `timestamp` is whole seconds since 1970."""
    return _sign(secret, f"{id}.{timestamp}.".encode() + body).decode()


def verify(secrets: Sequence[Secret], headers: Headers, body: bytes, now: float) -> str:
    """The id, once any signature is by any secret, in time; else NotAuthentic with a reason for the log."""
    id, timestamp, given = _well_formed(headers)
    if abs(int(timestamp) - now) > TOLERANCE:
        raise NotAuthentic("timestamp too far from our clock")
    signed = f"{id}.{timestamp}.".encode() + body
    expected = [_sign(secret, signed) for secret in secrets]
    if not any(hmac.compare_digest(ours, theirs) for ours in expected for theirs in given):
        raise NotAuthentic("no signature matches")
    return id


def _well_formed(headers: Headers) -> tuple[str, str, list[bytes]]:
    id, timestamp, signature = headers
    if id is None or timestamp is None or signature is None:
        raise NotAuthentic("a signature header is missing")
    if not _ID.fullmatch(id):
        raise NotAuthentic("webhook-id malformed")
    if not _TIMESTAMP.fullmatch(timestamp):
        raise NotAuthentic("webhook-timestamp malformed")
    if len(signature) > MAX_HEADER or not _SIGNATURES.fullmatch(signature):
        raise NotAuthentic("webhook-signature malformed")
    return id, timestamp, signature.encode("ascii").split(b" ")


def _sign(secret: Secret, signed: bytes) -> bytes:
    return b"v1," + base64.b64encode(hmac.digest(secret.key, signed, "sha256"))


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):  # ValueError: not ASCII
        return b""
