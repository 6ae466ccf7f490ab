"""How work waits for another thread: by blocking its own, or, where the server says so, by giving way to others.

Whoever waits asks `way` how; so the store need not know whether a thread or an event loop runs the work
(docs/decisions/0020-giving-way.md).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextvars import ContextVar
from typing import Protocol, TypeVar

T = TypeVar("T")


class Waiter(Protocol):
    """One wait. `wake` may come from any thread, also before `wait`."""

    def wait(self, seconds: float) -> bool:
        """Whether it was woken within so many seconds."""

    def wake(self) -> None:
        """End the wait. Once at most."""


class Way(Protocol):
    """How the work that runs here waits.

    `lends_thread`: an order may be carried out by whoever `give`s it, in that very thread, where that blocks nothing.
    """

    lends_thread: bool

    def waiter(self) -> Waiter:
        """For one wait of the work that now runs."""

    def aside(self, work: Callable[[], T]) -> T:
        """The result of work that blocks the thread it runs in."""

    def hand_in(self, give: Callable[[list[T]], None], order: T) -> None:
        """Have `give` give an order to who carries it out: at once, or with others that come at the same time."""


class _Blocked:
    """Waits on a lock that whoever wakes it releases."""

    __slots__ = ("_lock",)

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lock.acquire()

    def wait(self, seconds: float) -> bool:
        return self._lock.acquire(timeout=seconds)

    def wake(self) -> None:
        self._lock.release()


class _Blocking:
    """The way of a thread that is its work's own."""

    lends_thread = False

    def waiter(self) -> Waiter:
        return _Blocked()

    def aside(self, work: Callable[[], T]) -> T:
        return work()

    def hand_in(self, give: Callable[[list[T]], None], order: T) -> None:
        give([order])


way: ContextVar[Way] = ContextVar("way", default=_Blocking())  # noqa: B039 (it has no state)
