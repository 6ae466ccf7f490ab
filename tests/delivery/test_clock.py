"""The wall clock is set while deliveries wait by it: nobody waits for the old time, no look-up comes too early."""

from __future__ import annotations

from contextlib import closing

import pytest
from sqlalchemy import select

from bridge.delivery import breaker
from bridge.delivery.clock import Watch, of_today
from bridge.delivery.policy import Patience
from bridge.store import deliveries, limits, open_store, recovery
from bridge.store.limits import Gate, Gates
from bridge.store.tables import delivery
from bridge.taskrouter import Outcome
from bridge.value import replace
from tests.delivery.stage import QUICK, Clock, Stage, staged, until
from tests.delivery.test_policy import job

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
    assert watch.look() == pytest.approx((wall.at, step)), "nothing was done about it yet"
    watch.minded()
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


MINUTES = 280.0  # less than the longest wait, so that nothing about the time itself is strange


def left_by_a_clock_ahead(stage: Stage, clock: Clock, by: float) -> None:
    """A partial whose task was made and a complete one that waited for it, both put off while the clock was ahead."""
    stage.rules = REAL
    stage.accept(complete=False, session="SM1")
    stage.step()
    (reference,) = stage.accept(complete=True, session="SM1")
    clock.forward(by)
    waiting = stage.row(reference)["submission_id"]
    stage.store.write(lambda conn: deliveries.postpone(conn, waiting, clock()))
    clock.forward(-by)


def test_what_was_put_off_while_the_clock_was_ahead_goes_once_it_is_set_back(timed: Stage, clock: Clock) -> None:
    left_by_a_clock_ahead(timed, clock, MINUTES)
    assert not timed.step()
    unwound(timed, clock(), set_back=True)
    timed.step()
    assert timed.all_done()


def test_what_was_put_off_while_the_clock_was_ahead_goes_at_a_start(timed: Stage, clock: Clock) -> None:
    left_by_a_clock_ahead(timed, clock, MINUTES)
    with timed.working():
        until(timed.all_done)


def test_what_was_never_tried_is_not_put_off_for_minutes_even_where_nobody_saw_the_step(
    timed: Stage, clock: Clock
) -> None:
    left_by_a_clock_ahead(timed, clock, MINUTES)
    unwound(timed, clock())
    timed.step()
    assert timed.all_done()


def test_a_look_up_that_was_put_off_while_the_clock_was_ahead_comes_by_the_age_of_its_attempt(
    timed: Stage, clock: Clock
) -> None:
    timed.rules = REAL
    timed.world.faults.add("drop_after", "create", calls=1)
    timed.world.faults.add("unavailable", "list", calls=1)
    timed.accept()
    timed.step()
    clock.forward(MINUTES)
    timed.step()  # the look-up fails, and is put off by the clock as it is now
    clock.forward(20 - MINUTES)
    unwound(timed, clock(), set_back=True)
    timed.step()
    assert timed.all_done()
    assert timed.once_each()


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


def test_a_pause_that_was_set_while_the_clock_was_ahead_is_found_even_where_nobody_saw_the_step(
    timed: Stage, clock: Clock
) -> None:
    timed.rules = REAL
    timed.accept()
    timed.world.faults.add("limit", "create", calls=1, retry_after=5)
    clock.forward(MINUTES)
    timed.step()
    clock.forward(5 - MINUTES)
    unwound(timed, clock())
    with timed.store.read() as conn:
        gates = limits.seen(conn)
    assert max(gates.api.paused_until, gates.lookup.paused_until) <= clock() + 30


@pytest.mark.parametrize("outcome", [Outcome("unknown"), Outcome("limited", retry_after=5.0)], ids=lambda one: one.kind)
def test_a_pause_from_before_the_clock_was_set_back_gives_way_to_a_new_one(outcome: Outcome) -> None:
    old = Gate("create", failures=breaker.OPENS_AT, paused_until=HOURS)
    gates = breaker.after(Gates(old, replace(old, name="lookup")), "create", outcome, 100.0, Patience()).gates
    assert 100.0 < gates.api.paused_until < 200.0


@pytest.mark.parametrize(
    ("passed", "now", "moved"),
    [
        pytest.param(7.0, 1007.0, 0.0, id="not set"),
        pytest.param(7.0, 1007.0 + HOURS, HOURS, id="forward"),
        pytest.param(7.0, 1007.0 - HOURS, -HOURS, id="back"),
    ],
)
def test_a_call_that_was_under_way_when_the_clock_was_set_is_as_old_as_it_is(
    passed: float, now: float, moved: float
) -> None:
    found = of_today(job("create", started_at=1000.0, attempt_at=1000.0), passed, now)
    assert (found.started_at, found.attempt_at) == (1000.0 + moved, 1000.0 + moved)
    assert of_today(job("update", started_at=1000.0), passed, now).attempt_at is None


@pytest.mark.parametrize(
    "astray",
    [
        pytest.param(HOURS, id="ahead by hours"),
        pytest.param(280.0, id="ahead by minutes"),
        pytest.param(-HOURS, id="behind by hours"),
        pytest.param(-280.0, id="behind by minutes"),
    ],
)
def test_a_task_that_was_made_and_ended_while_the_clock_was_wrong_is_found_in_the_event_log(
    sqlite_url: str, data_key: str, astray: float
) -> None:
    ours, theirs = Clock(), Clock()
    ours.at = theirs.at + astray
    with closing(open_store(sqlite_url, [data_key], now=ours)) as store, staged(store, ours, theirs) as stage:
        stage.rules = REAL
        stage.world.faults.add("drop_after", "create", calls=1)
        (reference,) = stage.accept()
        stage.step()
        (task,) = stage.world.tasks.search({}, [])
        stage.world.tasks.update(task["sid"], {"AssignmentStatus": "canceled", "Reason": "done"})
        theirs.forward(10)
        ours.at = theirs.at
        unwound(stage, ours(), set_back=astray > 0)
        for _ in range(4):
            ours.forward(REAL.patience.settle.proof)
            theirs.forward(REAL.patience.settle.proof)
            stage.step()
        assert stage.world.faults.calls["create"] == 1
        assert stage.row(reference)["state"] == "done"
