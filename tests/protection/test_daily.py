"""The daily purge inside the service: once a day, by one of all processes, whatever goes wrong."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bridge.purging import DailyPurge
from bridge.store import Store, open_store
from bridge.store.retention import Keep
from tests.delivery.stage import Clock, Stage, until
from tests.protection.keeping import DAY, with_content
from tests.protection.test_purge import delivered


def test_one_of_two_processes_purges_and_only_once_a_day(
    opened: Callable[[str], Store], database_url: str, data_key: str, clock: Clock
) -> None:
    first = opened(database_url)
    second = open_store(database_url, [data_key], shared=True)
    try:
        purges = [DailyPurge(store, Keep(), clock) for store in (first, second)]
        assert [one.look() for one in purges] == [True, False]
        clock.forward(DAY - 1)
        assert [one.look() for one in purges] == [False, False]
        clock.forward(2)
        assert [one.look() for one in reversed(purges)] == [True, False]
    finally:
        second.close()


def test_a_purge_that_fails_is_tried_again_soon(
    timed: Stage, clock: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    daily = DailyPurge(timed.store, Keep(), clock)
    with monkeypatch.context() as broken:
        broken.setattr("bridge.purging.purge", lambda *given, **more: 1 / 0)
        assert not daily.look()
    assert "event=purge_failed error=ZeroDivisionError" in caplog.messages
    assert daily.look()


def test_a_clock_that_was_set_back_holds_the_purge_up_for_a_day_at_most(timed: Stage, clock: Clock) -> None:
    daily = DailyPurge(timed.store, Keep(), clock)
    assert daily.look()
    clock.forward(-365 * DAY)
    assert daily.look()


def test_the_thread_purges_at_its_start_and_ends_with_stop(timed: Stage, clock: Clock) -> None:
    delivered(timed)
    clock.forward(8 * DAY)
    daily = DailyPurge(timed.store, Keep(), clock)
    daily.start()
    until(lambda: with_content(timed.store) == [])
    daily.stop()
    daily.stop()
