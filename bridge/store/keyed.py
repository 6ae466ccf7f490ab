"""HMAC-SHA256 (RFC 2104) under a key that was taken in once: each request needs several, and the key never changes."""

from __future__ import annotations

from hashlib import sha256

_BLOCK = sha256().block_size
_INNER, _OUTER = (bytes(byte ^ pad for byte in range(256)) for pad in (0x36, 0x5C))


class Keyed:
    """What `hmac.digest` gives for `begun` and the data behind it, in half its time. Safe from any thread."""

    __slots__ = ("_inner", "_outer")

    def __init__(self, key: bytes, begun: bytes = b"") -> None:
        block = (key if len(key) <= _BLOCK else sha256(key).digest()).ljust(_BLOCK, b"\0")
        self._inner, self._outer = sha256(block.translate(_INNER) + begun), sha256(block.translate(_OUTER))

    def digest(self, data: bytes) -> bytes:
        """The 32 bytes."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(data)
        outer.update(inner.digest())
        return outer.digest()
