"""Refused requests, counted per source in the store, so that guessing is slow whichever process is asked."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

from sqlalchemy import Connection

from bridge.errors import Unavailable
from bridge.gateways.protection import neighbourhood
from bridge.store import Store, rates

MOST_A_MINUTE = 30
REMEMBERED = 10_000  # sources that are held off, without asking the database again
PATIENCE = 1.0  # seconds


class Refusals:
    """Says which sources have been refused too often. A request with the right token is never held off."""

    def __init__(self, store: Store, now: Callable[[], float]) -> None:
        self._store, self._now = store, now
        self._until: OrderedDict[bytes, float] = OrderedDict()
        self._lock = threading.Lock()

    def count(self, source: str) -> bool:
        """Count one more of `source`; whether that is too many."""
        key, now = self._store.seal.index("ussd refused", neighbourhood(source)), self._now()
        if self._until.get(key, 0.0) > now:
            return True
        too_many = self._times(key, now) > MOST_A_MINUTE
        if too_many:
            self._hold_off(key, now + rates.WINDOW)
        return too_many

    def _times(self, key: bytes, now: float) -> int:
        def work(connection: Connection) -> int:
            return rates.count(connection, key, now)

        try:
            return self._store.write(work, patience=PATIENCE)
        except Unavailable:
            return 0  # it is refused in any case

    def _hold_off(self, key: bytes, until: float) -> None:
        with self._lock:
            self._until[key] = until
            if len(self._until) > REMEMBERED:
                self._until.popitem(last=False)
