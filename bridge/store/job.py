"""One piece of work that waits to be committed, and how whoever handed it in hears of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Connection

from bridge.waiting import Waiter

T = TypeVar("T")
Work = Callable[[Connection], T]


@dataclass(slots=True, eq=False)
class Job:
    """`taken` is acquired by whoever comes first: the one that runs it, or the caller who waits no longer.

    `from_loop`: handed in by an event loop, which carries it out itself where it can.
    """

    work: Work[Any]
    waiter: Waiter
    durable: bool = True
    from_loop: bool = False
    taken: threading.Lock = field(default_factory=threading.Lock)
    settled: bool = False
    result: Any = None
    error: BaseException | None = None

    def take(self) -> bool:
        return self.taken.acquire(blocking=False)

    def give_back(self) -> None:
        """Nothing came of it: it may be taken anew."""
        self.taken.release()

    def settle(self, result: Any = None, error: BaseException | None = None) -> None:
        self.result, self.error, self.settled = result, error, True
        self.waiter.wake()
