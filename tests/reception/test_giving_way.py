"""Work in the event loop's thread: it gives way while it waits, and nothing that it waits for stops the others."""

from __future__ import annotations

import asyncio
import threading
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

import pytest
from greenlet import getcurrent

from bridge.reception.giving_way import IDLE, GivingWay
from bridge.waiting import Waiter, way
from tests.loops import in_a_loop

T = TypeVar("T")
LONG = 30.0


async def done(home: GivingWay, work: Callable[[], T]) -> T:
    """The result of `work`, or what it raises: none may come out of what the loop runs."""
    result: asyncio.Future[T] = asyncio.get_running_loop().create_future()

    def tried() -> Callable[[], None]:
        try:
            return partial(result.set_result, work())
        except Exception as error:
            return partial(result.set_exception, error)

    home.begin(tried, lambda told: told())
    return await result


def together(*works: Callable[[], T]) -> list[T]:
    """The results of all `works`, begun in this order in one loop."""

    async def begin() -> list[T]:
        with ThreadPoolExecutor(2) as threads:
            home = GivingWay(asyncio.get_running_loop(), threads)
            return await asyncio.gather(*(done(home, work) for work in works))

    return in_a_loop(begin())


def test_who_waits_gives_way_to_who_wakes_it() -> None:
    waiters: list[Waiter] = []

    def waits() -> str:
        waiters.append(way.get().waiter())
        return "woken" if waiters[0].wait(LONG) else "late"

    def wakes() -> str:
        waiters[0].wake()
        return "wakes"

    assert together(waits, wakes) == ["woken", "wakes"]


def test_a_wake_from_another_thread_arrives() -> None:
    def waits() -> bool:
        waiter = way.get().waiter()
        threading.Thread(target=waiter.wake).start()
        return waiter.wait(LONG)

    assert together(*[waits] * 20) == [True] * 20


def test_a_wait_without_a_wake_ends_by_itself() -> None:
    def waits() -> bool:
        return way.get().waiter().wait(0.01)

    assert together(waits, waits) == [False, False]


def test_a_wake_that_comes_too_late_harms_nobody() -> None:
    def waits() -> bool:
        late = way.get().waiter()
        waited = late.wait(0.01)
        late.wake()
        return waited or way.get().waiter().wait(0.01)

    assert together(waits) == [False]


def test_what_blocks_is_done_in_another_thread_and_others_go_on() -> None:
    go_on = threading.Event()

    def blocks() -> str:
        return way.get().aside(lambda: f"{threading.current_thread() is here} {go_on.wait(LONG)}")

    def ends_it() -> str:
        go_on.set()
        return "ended"

    here = threading.current_thread()
    assert together(blocks, ends_it) == ["False True", "ended"]


def test_an_error_comes_out_where_it_was_asked_for() -> None:
    def fails() -> None:
        raise LookupError("told")

    with pytest.raises(LookupError, match="told"):
        together(lambda: way.get().aside(fails))


def test_each_work_has_variables_of_its_own() -> None:
    def waits() -> bool:
        mine = way.get()
        mine.waiter().wait(0.01)
        return way.get() is mine

    before = way.get()
    assert together(waits, waits) == [True, True]
    assert way.get() is before


def test_a_thread_of_its_own_waits_by_blocking() -> None:
    waiter = way.get().waiter()
    threading.Thread(target=waiter.wake).start()
    assert waiter.wait(LONG)
    assert not way.get().waiter().wait(0.01)
    assert way.get().aside(threading.current_thread) is threading.current_thread()


def test_orders_are_given_together_once_all_that_was_ready_has_begun() -> None:
    happened: list[str] = []

    def orders(name: str) -> Callable[[], None]:
        def work() -> None:
            happened.append(f"{name} begins")
            waiter = way.get().waiter()

            way.get().hand_in(give, (name, waiter))
            assert waiter.wait(LONG)

        return work

    def give(orders: list[tuple[str, Waiter]]) -> None:
        happened.append(" and ".join(name for name, _ in orders) + " order")
        for _, waiter in orders:
            waiter.wake()

    together(orders("one"), orders("two"))
    assert happened == ["one begins", "two begins", "one and two order"]


def test_who_wakes_after_the_loop_has_ended_is_not_harmed() -> None:
    left: list[Waiter] = []

    async def ends_too_soon() -> None:
        with ThreadPoolExecutor(1) as threads:
            home = GivingWay(asyncio.get_running_loop(), threads)
            waiting = asyncio.ensure_future(done(home, waits))
            await asyncio.sleep(0)
            waiting.cancel()

    def waits() -> bool:
        left.append(way.get().waiter())
        return left[0].wait(LONG)

    in_a_loop(ends_too_soon())
    left[0].wake()


def test_work_after_work_is_done_in_the_same_greenlet() -> None:
    seen: list[object] = []

    def work() -> None:
        seen.append(getcurrent())

    async def one_after_another() -> None:
        with ThreadPoolExecutor(1) as threads:
            home = GivingWay(asyncio.get_running_loop(), threads)
            for _ in range(3):
                await done(home, work)

    in_a_loop(one_after_another())
    assert len(set(seen)) == 1


def test_of_work_that_is_done_nothing_is_kept() -> None:
    class Answers:
        pass

    gone: list[weakref.ref[Answers]] = []

    async def work_and_look() -> bool:
        with ThreadPoolExecutor(1) as threads:
            home = GivingWay(asyncio.get_running_loop(), threads)
            mine = Answers()
            gone.append(weakref.ref(mine))
            await done(home, partial(id, mine))
            del mine
            return gone[0]() is None

    assert in_a_loop(work_and_look())


def test_many_that_wait_at_once_are_more_than_are_kept() -> None:
    def waits() -> bool:
        return way.get().waiter().wait(0.01)

    async def begin() -> int:
        with ThreadPoolExecutor(1) as threads:
            home = GivingWay(asyncio.get_running_loop(), threads)
            await asyncio.gather(*(done(home, waits) for _ in range(IDLE + 20)))
            return len(home._idle)

    assert in_a_loop(begin()) == IDLE


def test_one_that_raises_when_it_is_woken_keeps_no_other_from_being_woken() -> None:
    def fails() -> None:
        raise ValueError

    async def wake() -> list[str]:
        loop, raised, over = asyncio.get_running_loop(), list[str](), asyncio.Event()
        loop.set_exception_handler(lambda _, said: raised.append(type(said["exception"]).__name__))
        with ThreadPoolExecutor(1) as threads:
            home = GivingWay(loop, threads)
            home.soon(fails)
            home.soon(over.set)
            await asyncio.wait_for(over.wait(), LONG)
        return raised

    assert in_a_loop(wake()) == ["ValueError"]
