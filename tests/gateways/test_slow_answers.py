"""A gateway without turn numbers that asks again while our answer is on its way: one key press, one answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any, TypeVar

import pytest

from bridge.inquiry import Found, Inquiry
from bridge.menu import Menu, read_menu
from bridge.store import Store, wal
from tests.gateways.conftest import Clock, House
from tests.gateways.phones import Phone
from tests.gateways.test_every_gateway import phone
from tests.gateways.test_turns import PIN
from tests.store.loops import lending

T = TypeVar("T")

DEADLINE = 20.0


class Holdup:
    """Something that takes as long as the test likes. `begun` is set once it is under way."""

    def __init__(self) -> None:
        self.begun, self.ends = Event(), Event()

    def __call__(self, *_: object) -> None:
        self.begun.set()
        assert self.ends.wait(DEADLINE)


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(5) as pool:
        yield pool


def until(condition: Callable[[], bool]) -> None:
    """Return once it holds."""
    tick = Event()
    for _ in range(int(DEADLINE * 100)):
        if condition():
            return
        tick.wait(0.01)
    raise AssertionError("it never came to that")


def in_line(store: Store, number: int) -> None:
    """Return once so many pieces of work wait for the writer."""
    until(lambda: len(store._writer._waiting) == number)


def lending_its_thread(work: Callable[[], T]) -> Callable[[], T]:
    """The same, as an event loop would do it."""

    def done() -> T:
        with lending():
            return work()

    return done


def at_the_location(house: House, clock: Clock) -> Phone:
    caller = phone(house, "arkesel", clock)
    caller.dial()
    caller.press("1")
    clock.go(2)
    caller.wait = lambda: None
    return caller


@pytest.mark.parametrize("elsewhere", [False, True], ids=["to the same process", "to another process"])
def test_while_the_answer_waits_to_be_written(
    small_house: House, clock: Clock, menus: Mapping[str, Menu], threads: ThreadPoolExecutor, elsewhere: bool
) -> None:
    store, caller, stalled = small_house.store, at_the_location(small_house, clock), Holdup()
    threads.submit(store.write, stalled)
    assert stalled.begun.wait(DEADLINE)
    first = threads.submit(caller.press, "1")
    in_line(store, 1)
    clock.go(1.5)
    if elsewhere:
        caller.client = House(store, clock, menus).client
    again = threads.submit(caller.again)
    in_line(store, 2)
    clock.go(0.5)
    stalled.ends.set()
    assert first.result(DEADLINE).text.startswith("What support")
    assert again.result(DEADLINE) == first.result()


def test_while_the_answer_is_being_committed(small_house: House, clock: Clock, threads: ThreadPoolExecutor) -> None:
    store, caller, before, disk = small_house.store, at_the_location(small_house, clock), Holdup(), Holdup()
    threads.submit(store.write, before)
    assert before.begun.wait(DEADLINE)
    first = threads.submit(caller.press, "1")
    in_line(store, 1)
    threads.submit(store.write, disk, durable=False)  # in the same transaction, behind it
    in_line(store, 2)
    before.ends.set()
    assert disk.begun.wait(DEADLINE)
    clock.go(1.5)
    again = threads.submit(caller.again)
    in_line(store, 1)
    clock.go(1.5)
    disk.ends.set()
    assert first.result(DEADLINE).text.startswith("What support")
    assert again.result(DEADLINE) == first.result()


def test_while_a_look_up_takes_its_time(sqlite_store: Store, clock: Clock, threads: ThreadPoolExecutor) -> None:
    slow = [Holdup(), Holdup()]
    asked: Iterator[Callable[[], None]] = iter(slow)

    def look_up(inquiry: Inquiry, seconds: float) -> Found:
        next(asked, lambda: None)()
        return Found("You have 12.50")

    house = House(sqlite_store, clock, {"support": read_menu(PIN, "pin")}, look_up=look_up)
    caller = phone(house, "arkesel", clock)
    caller.dial()
    clock.go(2)
    caller.wait = lambda: None
    first = threads.submit(caller.press, "84219")
    assert slow[0].begun.wait(DEADLINE)
    clock.go(1.5)
    again = threads.submit(caller.again)
    assert slow[1].begun.wait(DEADLINE)
    clock.go(1.5)
    slow[0].ends.set()
    assert "You have 12.50" in first.result(DEADLINE).text
    slow[1].ends.set()
    assert again.result(DEADLINE) == first.result()


def test_a_last_screen_that_is_found_in_the_store_waits_for_the_disk_as_the_first_answer_does(
    sqlite_store: Store,
    clock: Clock,
    menus: Mapping[str, Menu],
    threads: ThreadPoolExecutor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    house, disk = House(sqlite_store, clock, menus), Holdup()
    caller = phone(house, "arkesel", clock)
    caller.dial()
    for key in "1111":
        caller.press(key)
    clock.go(2)
    caller.wait = lambda: None
    monkeypatch.setattr(wal, "_sync", disk)
    first = threads.submit(caller.press, "1")
    assert disk.begun.wait(DEADLINE)  # committed, and to be seen by everybody
    caller.client = House(sqlite_store, clock, menus).client  # which remembers nothing
    again = threads.submit(lending_its_thread(caller.again))
    until(lambda: again.done() or sqlite_store._writer._committer.not_synced > 0)
    assert not again.done()
    disk.ends.set()
    assert again.result(DEADLINE) == first.result(DEADLINE)
    assert "eference" in first.result().text


def test_it_waits_for_the_disk_no_longer_than_is_left_of_its_time(
    sqlite_store: Store, clock: Clock, menus: Mapping[str, Menu], monkeypatch: pytest.MonkeyPatch
) -> None:
    caller, write = phone(House(sqlite_store, clock, menus), "arkesel", clock), sqlite_store.write
    caller.dial()
    for key in "11111":
        caller.press(key)
    caller.client = House(sqlite_store, clock, menus).client  # which remembers nothing
    patience: list[float] = []

    def noted(work: Any, **how: Any) -> Any:
        patience.append(how["patience"])
        return write(work, **how)

    monkeypatch.setattr(sqlite_store, "write", noted)
    assert "eference" in caller.again().text
    look, wait = patience
    assert 0 < wait < look
