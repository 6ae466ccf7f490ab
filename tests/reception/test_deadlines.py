"""Whoever waits too long is told so, and nobody else."""

from __future__ import annotations

import asyncio

from bridge.reception.deadlines import Deadlines
from tests.loops import in_a_loop


def test_only_who_is_late_and_was_not_cleared_is_told_and_only_once() -> None:
    told: list[str] = []

    async def wait() -> tuple[bool, bool, bool]:
        deadlines, over = Deadlines(asyncio.get_running_loop()), asyncio.Event()
        for name, seconds in (("soon", 0.001), ("cleared", 0.001), ("much later", 3600.0)):
            deadlines.set(name, seconds, lambda name=name: told.append(name))  # type: ignore[misc]
        cleared = deadlines.clear("cleared")
        deadlines.set("last", 0.06, over.set)
        await asyncio.wait_for(over.wait(), 30)
        return cleared, deadlines.clear("soon"), deadlines.clear("much later")

    assert in_a_loop(wait()) == (True, False, True)
    assert told == ["soon"]


def test_who_is_cleared_by_another_that_is_late_at_the_same_moment_is_not_told() -> None:
    told: list[str] = []

    async def wait() -> None:
        deadlines, over = Deadlines(asyncio.get_running_loop()), asyncio.Event()
        deadlines.set("first", 0.001, lambda: deadlines.clear("second"))
        deadlines.set("second", 0.001, lambda: told.append("second"))
        deadlines.set("last", 0.06, over.set)
        await asyncio.wait_for(over.wait(), 30)

    in_a_loop(wait())
    assert not told


def test_it_goes_on_after_a_while_in_which_nobody_waited() -> None:
    async def wait() -> bool:
        deadlines = Deadlines(asyncio.get_running_loop())
        for _ in range(2):
            over = asyncio.Event()
            deadlines.set(over, 0.001, over.set)
            await asyncio.wait_for(over.wait(), 30)
            await asyncio.sleep(0)
        return True

    assert in_a_loop(wait())


def test_one_that_raises_keeps_nobody_else_waiting() -> None:
    async def wait() -> list[str]:
        loop, raised = asyncio.get_running_loop(), list[str]()
        loop.set_exception_handler(lambda _, said: raised.append(type(said["exception"]).__name__))
        deadlines, over = Deadlines(loop), asyncio.Event()
        deadlines.set("raises", 0.001, lambda: int("none"))
        deadlines.set("behind", 0.001, over.set)
        await asyncio.wait_for(over.wait(), 30)
        return raised

    assert in_a_loop(wait()) == ["ValueError"]
