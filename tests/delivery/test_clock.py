"""The wall clock is set while deliveries wait by it: nobody waits for the old time, no look-up comes too early."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from sqlalchemy import select

from bridge.delivery import breaker
from bridge.delivery.clock import Watch
from bridge.delivery.policy import Patience
from bridge.store import Store, limits, recovery
from bridge.store.limits import Gate, Gates
from bridge.store.tables import delivery
from bridge.taskrouter import Outcome

from .stage import QUICK, Clock, Stage, staged, until

HOURS = 7200.0
REAL = replace(QUICK, patience=Patience(), lease=90.0)


@pytest.mark.parametrize(
    ("ahead", "passed", "step"),
    [
        pytest.param(0, 0.5, 0, id="it goes on"),
        pytest.param(1.5, 0.5, 0, id="a hair"),
        pytest.param(HOURS, 0.5, HOURS, id="forward"),
        pytest.param(-HOURS, 3600, -HOURS, id="back, long after"),
    ],
)
def test_a_step_is_what_the_clock_went_beyond_the_time_that_passed(ahead: float, passed: float, step: float) -> None:
    wall, steady = Clock(1000.0), Clock(5.0)
    watch = Watch(wall, steady)
    wall.at, steady.at = wall.at + passed + ahead, steady.at + passed
    assert watch.look() == pytest.approx((wall.at, step))
    assert watch.look() == (wall.at, 0)


def unwound(stage: Stage, now: float, *, set_back: bool = False) -> None:
    settle, longest = stage.rules.patience.settle, stage.rules.longest()
    stage.store.write(lambda conn: recovery.unwind(conn, settle, longest, now, set_back=set_back))


def test_what_came_before_the_clock_was_set_back_goes_at_once(timed: Stage, clock: Clock) -> None:
    timed.accept(3)
    clock.forward(-HOURS)
    with timed.working():
        until(timed.all_done)
    assert timed.once_each()


def test_what_failed_before_the_clock_was_set_back_goes_at_once(timed: Stage, clock: Clock) -> None:
    timed.rules = REAL
    timed.accept()
    timed.world.faults.add("limit", "create", calls=1, retry_after=30)
    clock.forward(200)  # a step that is less than the longest wait, so that only the attempt gives it away
    timed.step()
    clock.forward(-200)
    unwound(timed, clock(), set_back=True)
    clock.forward(30)  # the pause itself may have been meant
    timed.step()
    assert timed.all_done()


def test_what_is_in_doubt_when_the_clock_is_set_back_begins_to_wait_anew(timed: Stage, clock: Clock) -> None:
    timed.rules = REAL
    timed.world.faults.add("drop_before", "create", calls=1)
    timed.accept()
    timed.step()
    clock.forward(-HOURS)
    unwound(timed, clock())
    for wait in (14, 1, 29, 1):  # the looks at 15 and at 45 seconds, and the create at once
        clock.forward(wait)
        timed.step()
    timed.step()
    assert timed.history() == [("create", "unknown"), ("lookup", "missing"), ("lookup", "missing"), ("create", "done")]
    assert timed.once_each()


def test_a_call_from_before_the_clock_was_set_back_is_not_under_way_for_hours(timed: Stage, clock: Clock) -> None:
    timed.rules = REAL
    timed.accept()
    timed.claim(owner="killed#1")
    clock.forward(-HOURS)
    unwound(timed, clock())
    assert timed.states() == {"check": 1}
    with timed.store.read() as conn:
        assert conn.scalar(select(delivery.c.due)) == clock() + 15


def test_waits_that_are_as_long_as_they_may_be_are_left_alone(timed: Stage, clock: Clock) -> None:
    timed.rules = REAL
    timed.world.faults.add("limit", "create", calls=1, retry_after=600)
    timed.accept()
    timed.step()
    before, gate = timed.rows(), timed.gate()
    clock.forward(-1)  # another machine's clock
    unwound(timed, clock())
    assert (timed.rows(), timed.gate()) == (before, gate)


def test_the_buckets_fill_again_after_the_clock_was_set_back(timed: Stage, clock: Clock) -> None:
    def empty(conn: object) -> None:
        limits.prepare(conn)  # type: ignore[arg-type]
        for name in (limits.API, limits.LOOKUP):
            limits.put(conn, Gate(name, tokens=0.0, at=clock(), paused_until=clock() + 20))  # type: ignore[arg-type]

    timed.store.write(empty)
    clock.forward(-300)
    unwound(timed, clock())
    assert timed.gate().paused_until <= clock() + 30
    clock.forward(31)
    timed.accept()
    timed.step()
    assert timed.all_done()


@pytest.mark.parametrize("outcome", [Outcome("unknown"), Outcome("limited", retry_after=5.0)], ids=lambda one: one.kind)
def test_a_pause_from_before_the_clock_was_set_back_gives_way_to_a_new_one(outcome: Outcome) -> None:
    old = Gate("create", failures=breaker.OPENS_AT, paused_until=HOURS)
    gates = breaker.after(Gates(old, replace(old, name="lookup")), "create", outcome, 100.0, Patience()).gates
    assert 100.0 < gates.api.paused_until < 200.0


def test_a_clock_that_is_set_forward_brings_no_look_up_forward(store: Store) -> None:
    """The task is made 2 s after it was ordered; by the clock, its look-ups were due long before."""
    ahead = [0.0]
    with staged(store, lambda: time.time() + ahead[0]) as stage:
        settle = replace(stage.rules.patience.settle, first=1.2, second=3.0)
        rules = replace(stage.rules, patience=replace(stage.rules.patience, settle=settle))
        stage.world.faults.add("late_create", "create", calls=1, delay=2.0)
        stage.accept()
        with stage.working(rules=rules):
            until(lambda: ("create", "unknown") in stage.history())
            ahead[0] = HOURS
            until(stage.all_done)
        assert stage.once_each()
        assert stage.world.faults.calls["create"] == 1
