"""Work in the event loop's own thread that gives way while it waits: many requests under way, and no thread for each.

Each runs in a greenlet. Where it would block (`bridge.waiting`), the loop goes on with others, and comes back to it
once it is woken. All that a batch of the writer wakes comes back in one call of the loop.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

from greenlet import getcurrent, greenlet

from bridge.waiting import Waiter, let_pass, way

T = TypeVar("T")

GATHER = 0.005  # seconds that an order waits at most for those that come with it
ASIDE_SECONDS = 60.0  # longer than anything that is done aside may take


class GivingWay:
    """Runs work in the thread of `loop`; what blocks is done aside, in one of `threads`."""

    def __init__(self, loop: asyncio.AbstractEventLoop, threads: ThreadPoolExecutor) -> None:
        self.loop, self._threads = loop, threads
        self._woken: deque[Callable[[], None]] = deque()
        self._called = False
        self._begun = self._seen = 0
        self._orders: list[Callable[[], None]] = []
        self._until = 0.0

    async def run(self, work: Callable[[], T]) -> T:
        """The result of `work`, which may give way any number of times."""
        done: asyncio.Future[T] = self.loop.create_future()
        self._begun += 1
        let_pass()
        greenlet(lambda: self._whole(work, done)).switch()
        return await done

    def waiter(self) -> Waiter:
        return _Wait(self)

    def aside(self, work: Callable[[], T]) -> T:
        waiter = self.waiter()
        task = self._threads.submit(work)
        task.add_done_callback(lambda _: waiter.wake())
        waiter.wait(ASIDE_SECONDS)
        return task.result(0)

    def hand_in(self, order: Callable[[], None]) -> None:
        """With all others that the loop has ready: so a commit carries many, also where the disk is fast."""
        self._orders.append(order)
        if len(self._orders) == 1:
            self._seen, self._until = self._begun, self.loop.time() + GATHER
            self.loop.call_soon(self._give_orders)

    def _give_orders(self) -> None:
        """Once no more work began since the last look."""
        if self._begun != self._seen and self.loop.time() < self._until:
            self._seen = self._begun
            self.loop.call_soon(self._give_orders)
            return
        orders, self._orders = self._orders, []
        for order in orders:
            order()

    def soon(self, callback: Callable[[], None]) -> None:
        """Call back in the loop's thread; from any thread. Nothing happens where the loop has ended."""
        self._woken.append(callback)
        if not self._called:
            self._called = True
            with suppress(RuntimeError):
                self.loop.call_soon_threadsafe(self._call_back)

    def _call_back(self) -> None:
        self._called = False
        while self._woken:
            let_pass()
            self._woken.popleft()()

    def _whole(self, work: Callable[[], T], done: asyncio.Future[T]) -> None:
        way.set(self)
        try:
            result = work()
        except BaseException as error:
            if not done.done():
                done.set_exception(error)
        else:
            if not done.done():
                done.set_result(result)


class _Wait:
    """One wait of the greenlet that makes it."""

    __slots__ = ("_greenlet", "_home", "_waits", "_woken")

    def __init__(self, home: GivingWay) -> None:
        self._home, self._greenlet = home, getcurrent()
        self._woken = self._waits = False

    def wait(self, seconds: float) -> bool:
        if not self._woken:
            limit = self._home.loop.call_later(seconds, self._go_on)
            self._waits = True
            self._parent().switch()
            limit.cancel()
        return self._woken

    def wake(self) -> None:
        self._home.soon(self._wake)

    def _wake(self) -> None:
        self._woken = True
        self._go_on()

    def _go_on(self) -> None:
        if self._waits:
            self._waits = False
            self._greenlet.switch()

    def _parent(self) -> greenlet:
        parent = self._greenlet.parent
        if parent is None:
            raise RuntimeError("only work that was started by `run` can give way")
        return parent
