"""A restored backup: what was erased since comes back until it is erased again, and what waited is sent again."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.commands import erase as command
from bridge.store import Store, open_store
from bridge.store.backup import backup
from bridge.store.retention import Keep, purge
from bridge.taskrouter import TaskRouter
from tests.delivery.stage import Clock, Stage, staged
from tests.protection.keeping import DAY, told, with_content


class Copying:
    """Opens databases that live by the clock, and copies one as another service would find it."""

    def __init__(self, url: str, key: str, clock: Clock, folder: Path) -> None:
        self._url, self._key, self._clock, self._folder = url, key, clock, folder
        self.stores: list[Store] = []

    def open(self, url: str = "") -> Store:
        self.stores.append(open_store(url or self._url, [self._key], now=self._clock))
        return self.stores[-1]

    def copy_of(self, stage: Stage) -> Stage:
        backup(self._url, self._folder / "copy.db")
        return replace(stage, store=self.open(f"sqlite:///{self._folder / 'copy.db'}"))


@pytest.fixture
def copying(sqlite_url: str, data_key: str, clock: Clock, tmp_path: Path) -> Iterator[Copying]:
    opened = Copying(sqlite_url, data_key, clock, tmp_path)
    yield opened
    for store in opened.stores:
        store.close()


@pytest.fixture
def stage(copying: Copying, clock: Clock) -> Iterator[Stage]:
    with staged(copying.open(), clock) as stage:
        yield stage


def erased(stage: Stage, reference: str) -> int:
    router = TaskRouter(stage.account)
    return command.perform(command.by_reference(reference), stage.store, router, io.StringIO(), now=stage.now)


def test_an_erasure_is_repeated_from_the_trail(stage: Stage, copying: Copying) -> None:
    (reference,) = stage.accept()
    stage.step()
    copy = copying.copy_of(stage)
    assert erased(stage, reference) == 0
    assert with_content(copy.store) == [reference]
    for what, noted, _, _ in told(stage.store):
        assert what == "erase"
        assert erased(copy, noted or "") == 0
    assert with_content(copy.store) == []


def test_what_was_over_its_time_since_is_purged(stage: Stage, copying: Copying, clock: Clock) -> None:
    stage.accept()
    stage.step()
    copy = copying.copy_of(stage)
    clock.forward(8 * DAY)
    assert purge(copy.store, Keep(), clock(), who="test").contents == 1


def test_what_waited_when_the_copy_was_made_is_sent_again(stage: Stage, copying: Copying) -> None:
    stage.accept()
    copy = copying.copy_of(stage)
    stage.step()
    copy.step()
    first, second = stage.tasks()
    assert first["ussd"]["reference"] == second["ussd"]["reference"]
