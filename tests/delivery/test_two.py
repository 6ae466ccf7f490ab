"""Two processes on one PostgreSQL, as far as the database can tell: two stores, two workers."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select

from bridge.store import Store
from bridge.store.tables import attempt
from bridge.value import replace
from tests.delivery.stage import Stage, staged, until

Opening = Callable[[str], Store]


@pytest.fixture
def pair(opened: Opening, postgres_url: str) -> Iterator[tuple[Stage, Store]]:
    with staged(opened(postgres_url)) as stage:
        yield stage, opened(postgres_url)


def test_they_share_the_cap_and_the_work_and_make_nothing_twice(pair: tuple[Stage, Store]) -> None:
    stage, other = pair
    stage.world.faults.add("slow", "create", delay=0.02)
    stage.accept(80)
    most = 0

    def watched() -> bool:
        nonlocal most
        states = stage.states()
        most = max(most, states.get("calling", 0))
        if set(states) == {"done"} and len(nodes(stage)) == 1:  # one was done before the other had begun
            stage.accept(80)
        return stage.all_done() and len(nodes(stage)) == 2

    with stage.working(), stage.working(store=other):
        until(watched)
    assert 1 < most <= stage.rules.cap
    assert stage.once_each()
    assert stage.world.faults.calls["create"] == stage.accepted


def nodes(stage: Stage) -> set[str]:
    with stage.store.read() as conn:
        return set(conn.scalars(select(attempt.c.node)))


def test_a_429_to_one_of_them_stops_both(pair: tuple[Stage, Store]) -> None:
    stage, other = pair
    stage.world.faults.add("limit", "create", calls=1, retry_after=0.5)
    one = replace(stage.rules, cap=1)
    stage.accept(20)
    with stage.working(rules=one), stage.working(store=other, rules=one):
        until(stage.all_done)
    assert stage.world.faults.early == 0
    assert stage.once_each()


def test_what_one_leaves_under_way_the_other_finishes(pair: tuple[Stage, Store]) -> None:
    stage, other = pair
    stage.rules = replace(stage.rules, lease=0.5)
    stage.accept(3)
    assert len(stage.claim(owner="gone#1")) == 3
    with stage.working(store=other):
        until(stage.all_done)
    assert stage.once_each()
