"""SQLite's write-ahead log is emptied beside the writer, not within somebody's commit."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from bridge.store import Store, checkpoint
from bridge.store.checkpoint import Checkpointer
from tests.store.samples import complete
from tests.store.test_writer import until


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint, "EVERY", 20)


class Watched(Checkpointer):
    """Says when it has been through once more, and in which thread."""

    passed: threading.Event
    threads: list[str]

    def _checkpoint(self, connection: sqlite3.Connection) -> None:
        super()._checkpoint(connection)
        self.threads.append(threading.current_thread().name)
        self.passed.set()


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> type[Watched]:
    Watched.passed, Watched.threads = threading.Event(), []
    monkeypatch.setattr("bridge.store.opening.Checkpointer", Watched)
    return Watched


def file_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def keep(store: Store, number: int, first: int = 0) -> None:
    for one in range(first, first + number):
        store.accept(complete(f"SM{one}"), b"{}")


def test_what_was_committed_moves_into_the_database_beside_the_writer(
    often: None, watched: type[Watched], opened: Callable[[str], Store], sqlite_url: str
) -> None:
    store = opened(sqlite_url)
    keep(store, 25)
    assert watched.passed.wait(20)
    assert set(watched.threads) == {"store-checkpoint"}
    alone = file_of(sqlite_url).with_name("copy.db")
    alone.write_bytes(file_of(sqlite_url).read_bytes())  # the database without its log
    (found,) = sqlite3.connect(alone).execute("SELECT count(*) FROM submission").fetchone()
    assert found >= 15


def test_it_waits_for_no_reader_and_no_reader_for_it(
    often: None, watched: type[Watched], opened: Callable[[str], Store], sqlite_url: str
) -> None:
    store = opened(sqlite_url)
    keep(store, 1)
    with store.read() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM submission").scalar_one()
        keep(store, 25, first=1)
        assert watched.passed.wait(20)
        assert connection.exec_driver_sql("SELECT count(*) FROM submission").scalar_one() == 1


def test_few_commits_are_not_worth_the_trouble(
    often: None, watched: type[Watched], opened: Callable[[str], Store], sqlite_url: str
) -> None:
    store = opened(sqlite_url)
    keep(store, 15)
    store.close()
    assert watched.threads == []


def test_a_closed_store_leaves_no_thread_behind(opened: Callable[[str], Store], sqlite_url: str) -> None:
    store = opened(sqlite_url)
    assert "store-checkpoint" in {thread.name for thread in threading.enumerate()}
    store.close()
    assert "store-checkpoint" not in {thread.name for thread in threading.enumerate()}


def test_a_checkpoint_that_fails_is_one_line_and_the_next_one_is_tried(
    often: None, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    database = tmp_path / "none.db"
    database.write_bytes(b"this is no database, and long enough to look like one" * 100)
    checkpoints = Checkpointer(database)
    for times in (1, 2):
        checkpoints.wrote(checkpoint.EVERY)
        until(lambda times=times: len(caplog.records) == times)  # type: ignore[misc]
    checkpoints.stop()
    assert {record.message for record in caplog.records} == {"event=store_checkpoint_failed cause=SQLITE_NOTADB"}
