"""What was promised to whom, written down by the clients at the moment they hear it."""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Promise:
    """What the bridge said about one dialling: its reference, and whether the complete answers were accepted.

    `heard` is when a client heard of it first, in seconds since 1970.
    """

    reference: str
    complete: bool = False
    heard: float = field(default_factory=time.time)


@dataclass
class Ledger:
    """Shared by all clients. `wrong` holds what no client may ever be told, in sentences."""

    promises: dict[str, Promise] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)  # from asking to a 2xx
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def promised(self, session: str, reference: str, *, complete: bool) -> None:
        """A 2xx (or a last screen) named this reference."""
        with self._lock:
            promise = self.promises.setdefault(session, Promise(reference))
            promise.complete |= complete
            if promise.reference != reference:
                self.wrong.append(f"{session} was given two references: {promise.reference} and {reference}")

    def count(self, what: str) -> None:
        with self._lock:
            self.counts[what] += 1

    def took(self, seconds: float) -> None:
        with self._lock:
            self.seconds.append(seconds)

    def complain(self, sentence: str) -> None:
        with self._lock:
            self.wrong.append(sentence)
