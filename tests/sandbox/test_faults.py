"""The sandbox misbehaves exactly as it was told: this, that often, that long, and then no more."""

from __future__ import annotations

import threading

import pytest
import requests

from bridge.sandbox.faults import Plan
from bridge.sandbox.refusal import Refusal
from tests.sandbox.stage import ACCOUNT, EXTERNAL_ID, TOKEN, Stage

LISTED = {"EvaluateTaskAttributes": f'ussd.external_id == "{EXTERNAL_ID}"'}


def test_a_fault_is_used_up(stage: Stage) -> None:
    stage.world.faults.add("unavailable", "create", calls=2)
    assert [stage.create().status_code for _ in range(4)] == [503, 503, 201, 201]
    assert stage.tasks() == 2


def test_a_fault_ends_with_its_time(stage: Stage) -> None:
    stage.world.faults.add("unavailable", seconds=60)
    assert stage.create().status_code == 503
    stage.clock.seconds += 60
    assert stage.create().status_code == 201


def test_a_fault_meets_its_operation_only(stage: Stage) -> None:
    stage.world.faults.add("unavailable", "list", status=500)
    assert stage.create().status_code == 201
    assert stage.call("GET").status_code == 500
    stage.world.faults.clear()
    assert stage.call("GET").status_code == 200


def test_429_says_when_to_come_again_and_counts_who_comes_early(stage: Stage) -> None:
    stage.world.faults.add("limit", "create", calls=1, retry_after=2)
    refused = stage.create()
    assert (refused.status_code, refused.headers["Retry-After"], refused.json()["code"]) == (429, "2", 20429)
    stage.create()
    stage.clock.seconds += 2
    stage.create()
    assert stage.world.faults.early == 1
    assert stage.tasks() == 2


@pytest.mark.parametrize(("fault", "tasks"), [("drop_before", 0), ("drop_after", 1)])
def test_a_connection_is_dropped_without_an_answer(stage: Stage, fault: str, tasks: int) -> None:
    stage.world.faults.add(fault, "create", calls=1)
    with pytest.raises(requests.ConnectionError):
        stage.create()
    assert stage.tasks() == tasks
    assert stage.create().status_code == 201


@pytest.mark.parametrize(("fault", "while_waiting"), [("late_answer", 1), ("late_create", 0), ("slow", 0)])
def test_a_late_one_is_there_before_or_after_the_wait(stage: Stage, fault: str, while_waiting: int) -> None:
    waits, goes_on = threading.Event(), threading.Event()

    def sleep(seconds: float) -> None:
        assert seconds == 12
        waits.set()
        goes_on.wait(10)

    stage.world.sleep = sleep
    stage.world.faults.add(fault, "create", calls=1, delay=12.0)
    caller = threading.Thread(target=stage.create)
    caller.start()
    assert waits.wait(10)
    assert stage.tasks() == while_waiting
    goes_on.set()
    caller.join(10)
    assert stage.tasks() == 1


def test_a_list_may_lag_behind(stage: Stage) -> None:
    stage.world.faults.add("lag", "list", delay=5.0)
    stage.create()
    assert stage.call("GET", params=LISTED).json()["tasks"] == []
    stage.clock.seconds += 5
    assert len(stage.call("GET", params=LISTED).json()["tasks"]) == 1


def test_a_list_may_keep_the_attributes_to_itself(stage: Stage) -> None:
    stage.create()
    stage.world.faults.add("null_attributes", "list", calls=1)
    assert stage.call("GET", params=LISTED).json()["tasks"][0]["attributes"] is None
    assert stage.call("GET", params=LISTED).json()["tasks"][0]["attributes"] is not None


def test_faults_can_be_set_from_outside(stage: Stage) -> None:
    url = f"{stage.account.url}/sandbox/faults"
    wanted = {"faults": [{"kind": "limit", "operation": "create", "calls": 1, "retry_after": 3}]}
    with requests.Session() as session:
        session.auth = (ACCOUNT, TOKEN)
        assert session.put(url, json=wanted, timeout=5).status_code == 200
        assert stage.create().status_code == 429
        report = session.get(url, timeout=5).json()
        assert (report["faults"], report["calls"], report["early"]) == ([], {"create": 1, "limit": 1}, 0)
        session.put(url, json={"faults": [{"kind": "slow", "seconds": 60, "chance": 0.5}]}, timeout=5)
        assert [fault["kind"] for fault in session.get(url, timeout=5).json()["faults"]] == ["slow"]
        session.put(url, json={}, timeout=5)
        assert session.get(url, timeout=5).json()["faults"] == []


@pytest.mark.parametrize(
    "wrong",
    [
        [{"kind": "explode"}],
        [{"kind": "slow", "operation": "everything"}],
        [{"kind": "slow", "colour": "red"}],
        [{}],
        ["slow"],
        "slow",
        7,
    ],
    ids=repr,
)
def test_a_fault_that_does_not_exist_is_refused_and_the_old_ones_stay(stage: Stage, wrong: object) -> None:
    stage.world.faults.add("unavailable", "create")
    url = f"{stage.account.url}/sandbox/faults"
    answer = requests.put(url, json={"faults": wrong}, auth=(ACCOUNT, TOKEN), timeout=5)
    assert (answer.status_code, answer.json()["code"]) == (400, 20001)
    assert stage.create().status_code == 503


def test_chance_follows_the_seed() -> None:
    def hits(seed: int) -> list[bool]:
        plan = Plan(seed=seed)
        plan.add("unavailable", chance=0.5)
        return [bool(plan.take("create")) for _ in range(40)]

    assert hits(1) == hits(1)
    assert hits(1) != hits(2)
    assert 5 < sum(hits(1)) < 35


def test_a_plan_refuses_what_it_cannot_do() -> None:
    with pytest.raises(ValueError, match="kind"):
        Plan().add("explode")
    with pytest.raises(Refusal):
        Plan().replace([{"operation": "create"}])
