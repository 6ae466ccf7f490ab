"""A real process is killed with SIGKILL in the middle of its work; the next one makes each task exactly once."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import pytest
from msgspec.structs import asdict

from bridge.store import Store, open_store
from bridge.value import replace
from tests.delivery.stage import Stage, staged, until


@contextmanager
def process(stage: Stage, url: str, key: str, *, hanging: bool = False) -> Iterator[None]:
    """Delivers until the end of the block, which is its death."""
    orders = {
        "database": url,
        "key": key,
        "hanging": hanging,
        "workflow": stage.plan.workflow,
        "account": asdict(stage.account),
    }
    child = subprocess.Popen([sys.executable, "-m", "tests.delivery.child"], stdin=subprocess.PIPE)
    assert child.stdin
    child.stdin.write(json.dumps(orders).encode())
    child.stdin.close()
    try:
        yield
        assert child.poll() is None, "it died before it was killed"
    finally:
        child.kill()
        child.wait()


@pytest.fixture
def outside(database_url: str, data_key: str) -> Iterator[Stage]:
    """A stage beside the process that delivers: it shares the database and does not deliver itself."""
    store = open_store(database_url, [data_key], shared=True)
    with staged(store) as stage:
        yield stage
    store.close()


Condition = Callable[[Stage], bool]


@pytest.mark.parametrize(
    ("hanging", "killed_when"),
    [
        (True, lambda stage: stage.states().get("calling") == 3),
        (False, lambda stage: len(stage.tasks()) == 3),
    ],
    ids=["between the claim and the call", "between the creation and its answer"],
)
def test_killed_in_a_call_each_task_is_made_once_after_the_restart(
    outside: Stage, database_url: str, data_key: str, hanging: bool, killed_when: Condition
) -> None:
    outside.accept(3)
    outside.world.faults.add("late_answer", "create", delay=1.0)
    with process(outside, database_url, data_key, hanging=hanging):
        until(lambda: killed_when(outside))
        assert outside.states() == {"calling": 3}
    outside.world.faults.clear()
    with process(outside, database_url, data_key):
        until(outside.all_done)
    assert outside.once_each()
    assert ("create", "lost") in outside.history()


def called(stage: Stage, times: int) -> bool:
    return stage.world.faults.calls["create"] >= times


def test_killed_again_and_again_under_load_nothing_is_lost_and_nothing_is_made_twice(
    outside: Stage, database_url: str, data_key: str
) -> None:
    outside.accept(60)
    outside.world.faults.add("late_answer", "create", delay=0.05)
    outside.world.faults.add("drop_after", "create", chance=0.1)
    for _ in range(3):
        goal = outside.world.faults.calls["create"] + 12
        with process(outside, database_url, data_key):
            until(partial(called, outside, goal))
    with process(outside, database_url, data_key):
        until(outside.all_done)
    assert outside.once_each()


def left_under_way(stage: Stage, owner: str) -> None:
    """What a process that died leaves behind, with a lease that nobody wants to wait for."""
    stage.accept(3)
    stage.rules = replace(stage.rules, lease=3600.0)
    assert len(stage.claim(owner=owner)) == 3


def test_the_only_process_takes_over_at_its_start_whatever_was_under_way(
    opened: Callable[[str], Store], sqlite_url: str
) -> None:
    with staged(opened(sqlite_url)) as stage:
        left_under_way(stage, "whoever#1")
        with stage.working():
            until(stage.all_done)
        assert stage.once_each()


def test_a_process_with_a_name_of_its_own_takes_over_what_its_forerunner_had_under_way(
    postgres_url: str, data_key: str
) -> None:
    store = open_store(postgres_url, [data_key], node="web1")
    with staged(store) as stage:
        left_under_way(stage, "web1#before")
        with stage.working():
            until(stage.all_done)
        assert stage.once_each()
    store.close()
