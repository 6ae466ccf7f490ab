"""Who a number is that a gateway sent: as E.164, and under which hashes it is found and counted.

One dialling says its number half a dozen times, so the latest are remembered.
"""

from __future__ import annotations

from functools import lru_cache

from bridge.e164 import read_number
from bridge.gateways.codes import number_key
from bridge.store import rates
from bridge.store.seal import Seal
from bridge.store.sessions import caller_key
from bridge.value import Value

REMEMBERED = 5_000  # some 500 bytes each


class Caller(Value, frozen=True, gc=False):
    """`digits` are what the number's spellings have in common; the others are None where it is no number."""

    digits: str
    number: str | None
    key: bytes | None
    rate_key: bytes | None


class Callers:
    """Reads numbers. Safe from any thread."""

    def __init__(self, seal: Seal) -> None:
        self._seal = seal
        self.of = lru_cache(REMEMBERED)(self._read)

    def _read(self, received: str, country: str | None, international_first: bool) -> Caller:
        digits, number = number_key(received), read_number(received, country, international_first)
        if number is None:
            return Caller(digits, None, None, None)
        return Caller(digits, number, caller_key(self._seal, number), rates.key_of(self._seal, digits))
