"""The worker with all its threads, against the sandbox over real HTTP and in real time."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

import pytest

from bridge.delivery import Worker, worker
from bridge.delivery.claim import Claimed, claim
from bridge.delivery.health import STUCK_AFTER
from bridge.store import Store
from bridge.store.deliveries import Job
from bridge.taskrouter import TaskOrder
from bridge.value import replace
from tests.delivery.stage import ANSWER, NUMBER, Stage, until

Opening = Callable[[str], Store]


def test_what_is_accepted_becomes_one_task_each(stage: Stage) -> None:
    stage.accept(5)
    with stage.working():
        stage.accept(20)
        until(stage.all_done)
    assert stage.once_each()
    assert stage.world.faults.calls == {"create": 25}


def test_fresh_work_wakes_the_worker(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "IDLE", 3600.0)
    with stage.working():
        for _ in range(10):
            stage.accept()
            until(stage.all_done)


def test_in_a_pause_fresh_work_does_not_keep_the_store_busy(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    claims: list[Claimed] = []

    def counted(*given: object, **more: object) -> Claimed:
        claims.append(claim(*given, **more))  # type: ignore[arg-type]
        return claims[-1]

    monkeypatch.setattr(worker, "claim", counted)
    stage.world.faults.add("limit", "create", calls=1, retry_after=1.0)
    with stage.working():
        stage.accept()
        until(lambda: ("create", "limited") in stage.history())
        before = len(claims)
        stage.accept(50)
        while_paused = len(claims) - before
        until(stage.all_done)
    assert while_paused <= 3


def test_what_another_process_sent_back_is_found_without_being_woken(stage: Stage) -> None:
    with stage.working() as running:
        stage.store.on_accept.remove(running.wake)
        stage.accept()
        until(stage.all_done)


def test_after_an_outage_all_become_one_task_each_and_few_calls_were_useless(stage: Stage) -> None:
    stage.world.faults.add("unavailable", "any", calls=12)
    stage.accept(40)
    with stage.working() as running:
        until(stage.all_done)
        counts = running.counts()
    assert stage.once_each()
    assert counts.useless == 12
    assert stage.world.faults.calls["create"] == 40 + sum(
        1 for kind, outcome in stage.history() if kind == "create" and outcome == "unknown"
    )


def test_a_429_stops_every_process_for_as_long_as_it_says(stage: Stage) -> None:
    one_by_one = replace(stage.rules, cap=1)
    stage.world.faults.add("limit", "create", calls=2, retry_after=0.5)
    stage.accept(10)
    with stage.working(rules=one_by_one):
        until(stage.all_done)
    assert stage.once_each()
    assert stage.world.faults.calls["limit"] == 2
    assert stage.world.faults.early == 0


def test_while_taskrouter_goes_on_asking_for_quiet_it_is_asked_by_one_call_at_a_time(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    """Those that were under way when the first 429 came could not know of it."""
    stage.world.faults.add("limit", "create", seconds=1.5, retry_after=0.2)
    stage.accept(40)
    with stage.working():
        until(stage.all_done)
    assert stage.once_each()
    assert stage.world.faults.early < stage.rules.cap
    assert "delivery_breaker" not in caplog.text


def test_a_response_lost_after_creation_makes_no_second_task(stage: Stage) -> None:
    stage.world.faults.add("drop_after", "create", calls=4)
    stage.accept(8)
    with stage.working():
        until(stage.all_done)
    assert stage.once_each()
    assert stage.world.faults.calls["create"] == 8


def test_a_call_dropped_before_creation_ends_in_exactly_one_task(stage: Stage) -> None:
    stage.world.faults.add("drop_before", "create", calls=4)
    stage.accept(8)
    with stage.working():
        until(stage.all_done)
    assert stage.once_each()
    assert stage.world.faults.calls["create"] == 12


def test_a_task_that_comes_after_we_stopped_waiting_is_the_only_one(stage: Stage) -> None:
    """The read timeout of these tests is 1 s, the looks come 0.2 and 0.4 s after the attempt if nothing holds them."""
    patience = replace(stage.rules.patience, settle=replace(stage.rules.patience.settle, first=1.2, second=3.0))
    stage.world.faults.add("late_create", "create", calls=2, delay=1.5)
    stage.accept(2)
    with stage.working(rules=replace(stage.rules, patience=patience)):
        until(stage.all_done)
    assert stage.once_each()
    assert ("create", "unknown") in stage.history()
    assert stage.world.faults.calls["create"] == 2


def test_an_answer_that_comes_too_late_makes_no_second_task(stage: Stage) -> None:
    stage.world.faults.add("late_answer", "create", calls=2, delay=1.5)
    stage.accept(2)
    with stage.working():
        until(stage.all_done)
    assert stage.once_each()


def test_a_wrong_credential_pauses_and_when_it_is_right_again_delivery_goes_on_by_itself(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bridge.delivery")
    stage.world.faults.add("unavailable", "create", status=401)
    stage.accept(6)
    with stage.working() as running:
        until(lambda: running.problem() is not None)
        until(lambda: stage.world.faults.calls["unavailable"] >= 6)
        assert "AUTH_TOKEN" in (running.problem() or "")
        assert set(stage.states()) <= {"ready", "calling"}
        stage.world.faults.clear()
        until(stage.all_done)
        until(lambda: running.problem() is None)
    assert stage.once_each()
    assert [text.split()[0] for text in caplog.messages if "delivery_pause" in text] == ["event=delivery_paused"]
    assert sum("delivery_resumed" in text for text in caplog.messages) == 1


def test_a_wrong_channel_in_one_route_does_not_stop_the_others(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    stage.plan.astray = set(stage.accept(3))
    with stage.working() as running:
        until(lambda: running.problem() is not None)
        stage.accept(30)
        until(lambda: stage.states().get("done") == 30)
        until(lambda: "Some submissions wait" in (running.problem() or ""))
        assert "TASK_CHANNEL" in (running.problem() or "")
        stage.accept(30)
        until(lambda: stage.states().get("done") == 60)
        stage.plan.astray.clear()
        until(stage.all_done)
        until(lambda: running.problem() is None)
    assert stage.once_each()
    told = [text for text in caplog.messages if "delivery_paused" in text or "delivery_route_fault" in text]
    assert 1 <= len(told) <= 6, "once for each time that it came up, not for each of 63 submissions"


def test_the_log_tells_what_happened_and_nothing_of_the_caller(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    stage.world.faults.add("drop_after", "create", calls=1)
    stage.plan.broken = KeyError(NUMBER)
    stage.accept(2)
    with stage.working():
        until(lambda: stage.world.faults.calls["create"] == 0 and len(stage.history()) >= 2)
        stage.plan.broken = None
        until(stage.all_done)
    lines = [text for text in caplog.messages if text.startswith("event=delivery ")]
    assert any("state=done" in line and "external_id=" in line for line in lines)
    assert NUMBER[1:] not in caplog.text
    assert ANSWER not in caplog.text


def test_a_stop_waits_for_the_calls_under_way(stage: Stage) -> None:
    stage.world.faults.add("slow", "create", delay=0.5)
    stage.accept(2)
    with stage.working():
        until(lambda: stage.states().get("calling") == 2)
    assert stage.states() == {"done": 2}
    assert stage.once_each()


def test_after_a_stop_nothing_is_claimed(stage: Stage) -> None:
    with stage.working() as running:
        pass
    stage.accept(3)
    running.wake()
    assert stage.states() == {"ready": 3}
    assert running.problem() == "The delivery worker is not running."


def test_the_claiming_thread_survives_a_crash(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    crashes = iter([RuntimeError(NUMBER), SystemExit(1)])
    real = claim

    def crashing(*given: object, **more: object) -> object:
        for crash in crashes:
            raise crash
        return real(*given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(worker, "AFTER_A_CRASH", 0.01)
    monkeypatch.setattr(worker, "claim", crashing)
    stage.accept(3)
    with stage.working():
        until(stage.all_done)
    assert sum("delivery_crashed" in text for text in caplog.messages) == 2
    assert NUMBER not in caplog.text
    assert stage.once_each()


def test_a_claim_that_crashes_for_ever_is_no_readiness(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def crashing(*given: object, **more: object) -> object:
        raise RuntimeError(NUMBER)

    monkeypatch.setattr(worker, "claim", crashing)
    with stage.working() as running:
        until(lambda: "it crashed" in (running.problem() or ""))
        assert NUMBER not in (running.problem() or "")


def test_a_calling_thread_survives_a_crash_and_its_delivery_is_looked_up(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the crash left under way counts as lost once its lease is over."""
    crashed = threading.Event()
    real = Worker._settle

    def crashing(self: Worker, job: Job, answer: object) -> None:
        if not crashed.is_set():
            crashed.set()
            raise RuntimeError
        real(self, job, answer)  # type: ignore[arg-type]

    monkeypatch.setattr(Worker, "_settle", crashing)
    monkeypatch.setattr(worker, "AFTER_A_CRASH", 0.01)
    stage.accept(9)
    with stage.working(rules=replace(stage.rules, lease=1.0)):
        until(stage.all_done)
    assert crashed.is_set()
    assert stage.once_each()
    assert stage.world.faults.calls["create"] == 9


def test_it_is_alive_while_it_moves(stage: Stage) -> None:
    with stage.working() as running:
        stage.accept()
        until(stage.all_done)
        assert running.alive(stage.now())
        assert running.problem() is None
        assert not running.alive(stage.now() + STUCK_AFTER + 5)


def test_a_call_that_never_ends_is_a_problem(stage: Stage) -> None:
    release = threading.Event()

    class Stuck:
        def order(self, *_: object) -> TaskOrder | None:
            release.wait(30)
            return None

    stage.plan = Stuck()  # type: ignore[assignment]
    stage.accept()
    with stage.working(rules=replace(stage.rules, lease=0.2)) as running:
        until(lambda: "has been under way" in (running.problem() or ""))
        release.set()
        until(lambda: running.problem() is None)


def test_the_counts_tell_what_waits_and_what_the_calls_came_to(stage: Stage) -> None:
    stage.world.faults.add("unavailable", "create", status=400, calls=2)
    stage.accept(5)
    with stage.working() as running:
        until(lambda: set(stage.states()) == {"done", "dead"})
        until(lambda: running.counts().under_way == 0)
        counts = running.counts()
    assert counts.waiting == {"ready": 0, "calling": 0, "check": 0, "held": 0, "dead": 2}
    assert counts.attempts == {"done": 3, "refused": 2}
    assert (counts.oldest_waiting, counts.useless) == (0.0, 0)


def test_the_age_of_the_oldest_that_waits_is_counted(stage: Stage) -> None:
    stage.accept()
    running = stage.worker()
    assert 0 <= running.counts().oldest_waiting < 60
    assert running.counts().waiting["ready"] == 1
