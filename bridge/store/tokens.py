"""Fernet tokens (github.com/fernet/spec), made with a cipher and a keyed hash that were prepared once.

`cryptography` prepares both anew for each token, which takes longer than to encrypt one of our records.
"""

from __future__ import annotations

import os
import threading
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from bridge.store.keyed import Keyed

BLOCK = 16  # bytes, of AES
_VERSION = b"\x80"
_PADDING = [bytes([missing]) * missing for missing in range(BLOCK + 1)]  # PKCS #7


class Tokens(MultiFernet):
    """`MultiFernet`, faster where it encrypts. Raises ValueError where a key is none. Safe from any thread."""

    def __init__(self, keys: Sequence[Fernet], first: str) -> None:
        super().__init__(keys)
        key = urlsafe_b64decode(first)
        self._hash = Keyed(key[:BLOCK])
        self._cipher = Cipher(AES(key[BLOCK:]), CBC(bytes(BLOCK))).encryptor()
        self._lock = threading.Lock()

    def encrypt(self, msg: bytes) -> bytes:
        """`msg` under the first key.

        The cipher goes on from one token to the next. The first block that goes in is random, so what it becomes is
        what CBC asks of an initialization vector: nobody could have foretold it (NIST SP 800-38A, appendix C).
        """
        blocks = os.urandom(BLOCK) + msg + _PADDING[BLOCK - len(msg) % BLOCK]
        with self._lock:
            encrypted = self._cipher.update(blocks)
        signed = _VERSION + int(time.time()).to_bytes(8, "big") + encrypted
        return urlsafe_b64encode(signed + self._hash.digest(signed))
