"""The wall clock is set under a living worker, in real time: what it timed keeps its age, and no step is forgotten."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import pytest

from bridge.delivery import worker
from bridge.errors import Unavailable
from bridge.store import Store, limits, recovery
from bridge.value import replace
from tests.delivery.stage import Stage, staged, until

HOURS = 7200.0
MINUTES = 280.0  # less than the longest wait, so that nothing about the time itself is strange


@contextmanager
def stepped(store: Store) -> Iterator[tuple[Stage, Callable[[float], None]]]:
    """A stage in real time, look-ups after 1.2 and 3 s, and what sets our clock forward. TaskRouter's stays right."""
    ahead = [0.0]
    with staged(store, lambda: time.time() + ahead[0], theirs=time.time) as stage:
        settle = replace(stage.rules.patience.settle, first=1.2, second=3.0)
        stage.rules = replace(stage.rules, patience=replace(stage.rules.patience, settle=settle))
        yield stage, partial(ahead.__setitem__, 0)


def test_a_clock_that_is_set_forward_brings_no_look_up_forward(store: Store) -> None:
    """The task is made 2 s after it was ordered; by the clock, its look-ups were due long before."""
    with stepped(store) as (stage, set_forward):
        stage.world.faults.add("late_create", "create", calls=1, delay=2.0)
        stage.accept()
        with stage.working():
            until(lambda: ("create", "unknown") in stage.history())
            set_forward(HOURS)
            until(stage.all_done)
        assert stage.once_each()
        assert stage.world.faults.calls["create"] == 1


def test_nor_does_it_after_a_restart(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    """The process that begins now cannot see what was done to the clock before."""
    with stepped(store) as (stage, set_forward):
        stage.world.faults.add("late_create", "create", calls=1, delay=2.0)
        stage.accept()
        with stage.working():
            until(lambda: ("create", "unknown") in stage.history())
            set_forward(HOURS)
            until(lambda: "event=clock_set" in caplog.text)
        with stage.working():
            until(stage.all_done)
        assert stage.once_each()
        assert stage.world.faults.calls["create"] == 1


@pytest.mark.parametrize("seconds", [HOURS, -HOURS], ids=["forward", "back"])
def test_the_calls_of_a_process_that_lives_are_not_taken_for_lost_when_the_clock_is_set(
    store: Store, caplog: pytest.LogCaptureFixture, seconds: float
) -> None:
    with stepped(store) as (stage, set_forward):
        stage.world.faults.add("slow", "create", calls=1, delay=0.9)
        stage.accept()
        with stage.working():
            until(lambda: stage.states() == {"calling": 1})
            set_forward(seconds)
            until(lambda: "event=clock_set" in caplog.text)
            until(stage.all_done)
        assert stage.history() == [("create", "done")]


def test_a_step_that_could_not_be_minded_is_minded_once_the_store_is_back(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, minded = recovery.unwind, list[bool]()

    def refusing(*given: object, set_back: bool = False, **more: object) -> None:
        minded.append(set_back)
        if minded.count(True) == 1:
            raise Unavailable("the disk is full")
        real(*given, set_back=set_back, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(recovery, "unwind", refusing)
    monkeypatch.setattr(worker, "AFTER_A_CRASH", 0.01)
    with stepped(store) as (stage, set_forward), stage.working():
        until(lambda: len(minded) == 2)  # at the start, and in the first turn
        set_forward(-HOURS)
        until(lambda: minded.count(True) == 2)


def in_doubt(stage: Stage) -> float:
    """The age that the only doubt seems to have, in seconds."""
    (row,) = stage.rows()
    return float(stage.now() - row["attempt_at"])


@pytest.mark.parametrize("first", [HOURS, -HOURS], ids=["forward and back", "back and forward"])
def test_a_doubt_keeps_its_age_however_often_the_clock_is_set(
    store: Store, caplog: pytest.LogCaptureFixture, first: float
) -> None:
    with stepped(store) as (stage, set_forward):
        began = time.monotonic()
        stage.world.faults.add("drop_after", "create", calls=1)
        stage.world.faults.add("unavailable", "list")
        stage.accept()
        with stage.working():
            until(lambda: ("create", "unknown") in stage.history())
            for step in (first, 0.0, first):
                caplog.clear()
                set_forward(step)
                until(lambda: "event=clock_set" in caplog.text)
                assert in_doubt(stage) == pytest.approx(time.monotonic() - began, abs=3.5)
            stage.world.faults.clear()
            until(stage.all_done)
        assert stage.once_each()


def test_the_only_process_knows_the_age_of_all_and_goes_on_looking_up(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    with stepped(store) as (stage, set_forward), stage.working():
        set_forward(HOURS)
        until(lambda: "event=clock_set" in caplog.text)
        with store.read() as conn:
            pause = limits.seen(conn).lookup.paused_until - stage.now()
        assert pause <= 0 if store.alone else pause > 0


def test_two_processes_move_a_doubt_once(
    opened: Callable[[str], Store], postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    with stepped(opened(postgres_url)) as (stage, set_forward):
        stage.world.faults.add("drop_after", "create", calls=1)
        stage.world.faults.add("unavailable", "list")
        stage.accept()
        with stage.working(), stage.working(store=opened(postgres_url)):
            until(lambda: ("create", "unknown") in stage.history())
            until(lambda: in_doubt(stage) > recovery.JUST_NOW)
            set_forward(-HOURS)
            until(lambda: caplog.text.count("event=clock_set") == 2)
            assert in_doubt(stage) < HOURS / 2
            stage.world.faults.clear()
            until(stage.all_done)
        assert stage.once_each()


def test_a_call_that_ends_after_the_clock_was_set_back_is_looked_up_in_time(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    with stepped(store) as (stage, set_forward):
        stage.world.faults.add("late_answer", "create", calls=1, delay=1.5)
        stage.accept()
        with stage.working() as running:
            until(lambda: stage.states() == {"calling": 1})
            set_forward(-MINUTES)
            running.wake()
            until(lambda: "event=clock_set" in caplog.text)
            until(stage.all_done, seconds=6)
        assert stage.once_each()
