"""Two stages: one in real time for the worker with its threads, one with a clock for single steps."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bridge.store import Store, open_store
from tests.delivery.stage import Clock, Stage, staged


@pytest.fixture
def stage(store: Store) -> Iterator[Stage]:
    with staged(store) as stage:
        yield stage


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def timed(database_url: str, data_key: str, clock: Clock) -> Iterator[Stage]:
    """Store, sandbox and delivery all live by `clock`."""
    store = open_store(database_url, [data_key], now=clock)
    try:
        with staged(store, clock) as stage:
            yield stage
    finally:
        store.close()
