"""SQLite's write-ahead log is emptied beside the writer, not within somebody's commit."""

from __future__ import annotations

import shutil
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

    def _checkpoint(self) -> None:
        super()._checkpoint()
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


def once_more(store: Store, watched: type[Watched]) -> None:
    watched.passed.clear()
    assert store._checkpoints is not None
    store._checkpoints.wrote(checkpoint.EVERY)
    assert watched.passed.wait(20)


def test_what_was_committed_moves_into_the_database_beside_the_writer(
    often: None, watched: type[Watched], opened: Callable[[str], Store], sqlite_url: str
) -> None:
    store = opened(sqlite_url)
    keep(store, 25)
    assert watched.passed.wait(20)
    assert set(watched.threads) == {"store-checkpoint"}
    once_more(store, watched)  # while nothing is written; what another write is in the way of may be left for later
    alone = file_of(sqlite_url).with_name("copy.db")
    alone.write_bytes(file_of(sqlite_url).read_bytes())  # the database without its log
    (found,) = sqlite3.connect(alone).execute("SELECT count(*) FROM submission").fetchone()
    assert found == 25


def test_what_a_killed_process_left_in_the_log_moves_at_the_next_start(
    watched: type[Watched],
    opened: Callable[[str], Store],
    sqlite_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keep(opened(sqlite_url), 25)
    left = tmp_path / "left"
    shutil.copytree(file_of(sqlite_url).parent, left, ignore=shutil.ignore_patterns("*-shm"))
    alone = left / file_of(sqlite_url).name
    monkeypatch.setattr(checkpoint, "LEFT", alone.with_name(f"{alone.name}-wal").stat().st_size - 1)
    opened(f"sqlite:///{alone}")
    assert watched.passed.wait(20)
    copy = alone.with_name("copy.db")
    copy.write_bytes(alone.read_bytes())  # the database without its log
    (found,) = sqlite3.connect(copy).execute("SELECT count(*) FROM submission").fetchone()
    assert found == 25


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


def test_a_stop_that_comes_as_a_checkpoint_begins_is_not_missed(tmp_path: Path) -> None:
    checkpoints = Checkpointer(tmp_path / "none.db")
    clear, stopping = checkpoints._due.clear, threading.Thread(target=checkpoints.stop)

    def clear_just_then() -> None:
        stopping.start()
        until(lambda: checkpoints._ends)
        clear()

    checkpoints._due.clear = clear_just_then  # type: ignore[method-assign]
    checkpoints.wrote(checkpoint.EVERY)
    checkpoints._thread.join(20)
    assert not checkpoints._thread.is_alive()


def test_a_database_that_cannot_be_opened_for_a_while_is_tried_again_and_never_made(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    database = tmp_path / "of 100%?.db"
    checkpoints = Checkpointer(database)
    checkpoints.wrote(checkpoint.EVERY)
    until(lambda: len(caplog.records) == 1)
    assert not database.exists()
    writer = sqlite3.connect(database, isolation_level=None)
    for line in ("PRAGMA journal_mode = WAL", "CREATE TABLE kept (one)", "INSERT INTO kept VALUES (1)"):
        writer.execute(line)
    before = database.stat().st_size
    checkpoints.wrote(checkpoint.EVERY)
    until(lambda: database.stat().st_size > before)
    checkpoints.stop()
    writer.close()
    assert [record.message for record in caplog.records] == ["event=store_checkpoint_failed cause=SQLITE_CANTOPEN"]
