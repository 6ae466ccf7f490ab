"""Work in the event loop's own thread that gives way while it waits: many requests under way, and no thread for each.

Each runs in a greenlet. Where it would block (`bridge.waiting`), the loop goes on with others, and comes back to it
once it is woken. All that a batch of the writer wakes comes back in one call of the loop.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

from greenlet import getcurrent, greenlet

from bridge.reception.deadlines import Deadlines
from bridge.waiting import Waiter, way

T = TypeVar("T")

GATHER = 0.010  # seconds that an order waits at most for those that come with it
IDLE = 64  # greenlets that are kept for the next work
ASIDE_SECONDS = 60.0  # longer than anything that is done aside may take


class GivingWay:
    """Runs work in the thread of `loop`; what blocks is done aside, in one of `threads`. Make it in that thread."""

    lends_thread = True

    def __init__(self, loop: asyncio.AbstractEventLoop, threads: ThreadPoolExecutor) -> None:
        self.loop, self._threads, self._home = loop, threads, threading.get_ident()
        self.deadlines = Deadlines(loop)
        self._idle: list[greenlet] = []
        self._woken: deque[Callable[[], None]] = deque()
        self._called = False
        self._finished: Callable[[], None] | None = None
        self._begun = self._seen = 0
        self._orders: dict[Callable[[list[Any]], None], list[Any]] = {}
        self._until = 0.0

    def begin(self, work: Callable[[], T], done: Callable[[T], None]) -> None:
        """Have `work` done, which may give way any number of times and must not raise; its result goes to `done`."""
        self._begun += 1
        self.go_on(self._worker(), work, done)

    def go_on(self, worker: greenlet, *given: Any) -> None:
        """Let a worker work until it gives way or is done. Called by the loop, never by a worker."""
        worker.switch(*given)
        finished, self._finished = self._finished, None
        if finished is not None:
            finished()

    def waiter(self) -> Waiter:
        return _Wait(self)

    def aside(self, work: Callable[[], T]) -> T:
        waiter = self.waiter()
        task = self._threads.submit(work)
        task.add_done_callback(lambda _: waiter.wake())
        waiter.wait(ASIDE_SECONDS)
        return task.result(0)

    def hand_in(self, give: Callable[[list[T]], None], order: T) -> None:
        """With all others that the loop has ready: so a commit carries many, also where the disk is fast."""
        if not self._orders:
            self._seen, self._until = self._begun, self.loop.time() + GATHER
            self.loop.call_soon(self._give_orders)
        self._orders.setdefault(give, []).append(order)

    def _give_orders(self) -> None:
        """Once no more work began since the last look."""
        if self._begun != self._seen and self.loop.time() < self._until:
            self._seen = self._begun
            self.loop.call_soon(self._give_orders)
            return
        given, self._orders = self._orders, {}
        for give, orders in given.items():
            give(orders)

    def soon(self, callback: Callable[[], None]) -> None:
        """Call back in the loop's thread; from any thread. Nothing happens where the loop has ended."""
        self._woken.append(callback)
        if not self._called:
            self._called = True
            if threading.get_ident() == self._home:
                self.loop.call_soon(self._call_back)
            else:
                with suppress(RuntimeError):
                    self.loop.call_soon_threadsafe(self._call_back)

    def _call_back(self) -> None:
        """One that raises must not keep the others from being woken."""
        self._called = False
        try:
            while self._woken:
                self._woken.popleft()()
        finally:
            if self._woken:
                self._called = True
                self.loop.call_soon(self._call_back)

    def _worker(self) -> greenlet:
        """A greenlet that waits for work. One serves many requests, since the making asks the system for memory."""
        if self._idle:
            return self._idle.pop()
        worker = greenlet(self._works)
        worker.switch()
        return worker

    def _works(self) -> None:
        way.set(self)
        me = getcurrent()
        while me.parent is not None:
            work, done = me.parent.switch()
            self._finished = partial(done, work())
            del work, done  # nothing of a request outlives it
            if len(self._idle) == IDLE:
                return
            self._idle.append(me)


class _Wait:
    """One wait of the greenlet that makes it."""

    __slots__ = ("_greenlet", "_home", "_waits", "_woken")

    def __init__(self, home: GivingWay) -> None:
        self._home, self._greenlet = home, getcurrent()
        self._woken = self._waits = False

    def wait(self, seconds: float) -> bool:
        if not self._woken:
            self._home.deadlines.set(self, seconds, self._go_on)
            self._waits = True
            self._parent().switch()
            self._home.deadlines.clear(self)
        return self._woken

    def wake(self) -> None:
        self._home.soon(self._wake)

    def _wake(self) -> None:
        self._woken = True
        self._go_on()

    def _go_on(self) -> None:
        if self._waits:
            self._waits = False
            self._home.go_on(self._greenlet)

    def _parent(self) -> greenlet:
        parent = self._greenlet.parent
        if parent is None:
            raise RuntimeError("only work that `begin` was given can give way")
        return parent
