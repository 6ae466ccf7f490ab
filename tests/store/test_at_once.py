"""What an event loop hands in is run in its thread, never waits there, and is durable before it is called so."""

from __future__ import annotations

import errno
import logging
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import OperationalError

from bridge.errors import Unavailable
from bridge.store import engines, schema, wal
from bridge.store.job import Job
from bridge.store.tables import pulse
from bridge.store.writer import Writer
from tests.store.loops import lending
from tests.store.test_writer import held, keep, until


@pytest.fixture
def both(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[engines.Engines]:
    monkeypatch.setitem(engines._SQLITE, "busy_timeout", "50")  # of a new connection
    both = engines.make(engines.parse(sqlite_url))
    with both.write.begin() as connection:
        schema.upgrade(connection)
    yield both
    both.dispose()


@pytest.fixture
def writer(both: engines.Engines) -> Iterator[Writer]:
    writer = Writer(both.write)
    writer.write(keep("first"))
    yield writer
    writer.close()


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A loop waits for as long as a busy machine may take to go on with another thread."""
    monkeypatch.setattr("bridge.store.writer.COURTESY", 10.0)


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch, patient: None) -> None:
    """A loop does not wait for the connection at all."""
    monkeypatch.setattr("bridge.store.writer.COURTESY", 0.0)


class Disk:
    """Stands in for the system's fdatasync: it can be held, or fail; `begun` counts."""

    def __init__(self) -> None:
        self.begun, self.go_on, self.fails = 0, threading.Event(), False
        self.threads: set[str] = set()
        self.go_on.set()

    def sync(self, file: int) -> None:
        self.begun += 1
        self.threads.add(threading.current_thread().name)
        assert self.go_on.wait(30)
        if self.fails:
            raise OSError(errno.EIO, "broken")
        os.fsync(file)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    disk = Disk()
    monkeypatch.setattr(wal, "_sync", disk.sync)
    return disk


def file_of(both: engines.Engines) -> str:
    return str(engines.sqlite_file(both.write.url))


def from_a_loop(threads: ThreadPoolExecutor, writer: Writer, node: str, *, durable: bool = True) -> Future[str]:
    """Hand in from a thread that passes for a loop's."""

    def hand_in() -> str:
        with lending():
            return writer.write(keep(node), durable=durable)

    return threads.submit(hand_in)


def ran_in(writer: Writer, *, durable: bool = False) -> str:
    """The thread that runs what this one, as a loop's, hands in."""
    with lending():
        return writer.write(lambda _: threading.current_thread().name, durable=durable)


def seen(both: engines.Engines) -> set[str]:
    with both.read.connect() as connection:
        return set(connection.scalars(select(pulse.c.node)))


def is_committed(both: engines.Engines, writer: Writer, node: str) -> bool:
    """And the connection is free again."""
    return node in seen(both) and not writer._committer.lock.locked()


def one_on_its_way_to_the_disk_and_one_behind(
    both: engines.Engines, writer: Writer, disk: Disk, threads: ThreadPoolExecutor
) -> tuple[Future[str], Future[str]]:
    """The first is being synced, the second was committed meanwhile."""
    one = from_a_loop(threads, writer, "one")
    until(lambda: disk.begun == 1)
    two = from_a_loop(threads, writer, "two")
    until(lambda: is_committed(both, writer, "two"))
    return one, two


def test_what_a_loop_hands_in_runs_in_its_thread_and_the_rest_in_the_writers(writer: Writer) -> None:
    here = threading.current_thread().name
    assert ran_in(writer) == here
    assert ran_in(writer, durable=True) == here
    assert writer.write(lambda _: threading.current_thread().name) == "store-writer"


def test_only_the_writers_thread_syncs_and_only_for_what_must_be_durable(writer: Writer, disk: Disk) -> None:
    with lending():
        writer.write(keep("turn"), durable=False)
        assert disk.begun == 0
        writer.write(keep("submission"))
    assert (disk.begun, disk.threads) == (1, {"store-writer"})


def test_a_durable_answer_waits_for_a_sync_that_began_after_its_commit_and_nobody_else_does(
    both: engines.Engines, writer: Writer, disk: Disk
) -> None:
    disk.go_on.clear()
    with ThreadPoolExecutor(3) as threads:
        one, two = one_on_its_way_to_the_disk_and_one_behind(both, writer, disk, threads)
        assert from_a_loop(threads, writer, "turn", durable=False).result(30) == "turn"
        assert (disk.begun, one.done(), two.done()) == (1, False, False)
        disk.go_on.set()
        assert (one.result(30), two.result(30)) == ("one", "two")
    assert disk.begun == 2


def test_while_another_process_writes_a_loop_does_not_wait_for_it(
    both: engines.Engines, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed_on, hand_in = threading.Event(), writer._hand_in

    def noted(jobs: Sequence[Job]) -> None:
        hand_in(jobs)
        handed_on.set()

    monkeypatch.setattr(writer, "_hand_in", noted)
    with closing(sqlite3.connect(file_of(both), isolation_level=None)) as other, ThreadPoolExecutor(1) as threads:
        other.execute("BEGIN IMMEDIATE")
        answer = threads.submit(ran_in, writer)
        assert handed_on.wait(4)  # it would have waited for five
        assert not answer.done()
        other.execute("ROLLBACK")
        assert answer.result(30) == "store-writer"
    assert ran_in(writer) == threading.current_thread().name


def test_a_commit_that_would_begin_the_log_anew_and_so_sync_it_is_left_to_the_thread(
    both: engines.Engines, writer: Writer
) -> None:
    here = threading.current_thread().name
    assert ran_in(writer) == here
    for mode in ("PASSIVE", "TRUNCATE"):
        with closing(sqlite3.connect(file_of(both))) as other:
            assert other.execute(f"PRAGMA wal_checkpoint({mode})").fetchone()[0] == 0
        with lending():
            ran = writer.write(_written_in(mode))
        assert ran == "store-writer"
        assert ran_in(writer) == here


def _written_in(node: str) -> Callable[[Connection], str]:
    def work(connection: Connection) -> str:
        keep(node)(connection)
        return threading.current_thread().name

    return work


def test_a_log_that_is_nearly_full_is_left_to_the_thread(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wal, "ROOM", wal.LONGEST - 1)
    assert ran_in(writer) == "store-writer"


def test_without_the_index_of_the_log_everything_is_left_to_the_thread(
    both: engines.Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wal, "_VERSION", 1)
    writer = Writer(both.write)
    assert ran_in(writer) == "store-writer"
    writer.close()


def test_what_a_loop_handed_in_first_is_run_first_although_it_went_to_the_thread(hasty: None, writer: Writer) -> None:
    order: list[str] = []

    def noted(name: str) -> Callable[[Connection], None]:
        return lambda _: order.append(name)

    def give(name: str) -> None:
        with lending():
            writer.write(noted(name))

    with ThreadPoolExecutor(3) as threads, held(writer):
        answers = []
        for number, name in enumerate(("one", "two", "three"), start=1):
            answers.append(threads.submit(give, name))
            until(lambda number=number: len(writer._waiting) == number)  # type: ignore[misc]
        assert order == []
    assert order == ["one", "two", "three"]


def test_nothing_overtakes_what_waits_for_the_thread_although_the_connection_is_free(
    hasty: None, both: engines.Engines, writer: Writer, disk: Disk
) -> None:
    disk.go_on.clear()
    with ThreadPoolExecutor(3) as threads:
        before = from_a_loop(threads, writer, "before")
        until(lambda: disk.begun == 1)  # the thread is busy
        with writer._committer.lock:
            one = from_a_loop(threads, writer, "one", durable=False)
            until(lambda: len(writer._waiting) == 1)
        two = from_a_loop(threads, writer, "two", durable=False)
        until(lambda: len(writer._waiting) == 2 or two.done())
        assert "two" not in seen(both)
        disk.go_on.set()
        assert (before.result(30), one.result(30), two.result(30)) == ("before", "one", "two")


def test_one_bad_piece_of_work_of_a_loop_fails_alone_and_undoes_only_itself(
    both: engines.Engines, writer: Writer
) -> None:
    def fails(connection: Connection) -> None:
        connection.execute(insert(pulse), {"node": "bad", "at": 0.0})
        raise ValueError("work")

    with lending():
        with pytest.raises(ValueError, match="work"):
            writer.write(fails)
        assert writer.write(keep("good")) == "good"
    assert seen(both) == {"first", "good"}


def test_work_in_a_loop_that_would_wait_for_itself_is_refused(writer: Writer) -> None:
    with lending(), pytest.raises(RuntimeError, match="must not hand work"):
        writer.write(lambda _: writer.write(keep("inner")))


def test_while_a_disk_syncs_no_more_are_committed_than_may_wait(both: engines.Engines, disk: Disk) -> None:
    writer = Writer(both.write, waiting=2)
    writer.write(keep("first"))
    disk.go_on.clear()
    with ThreadPoolExecutor(4) as threads:
        answers = []
        for node in ("under way", "one", "two"):
            answers.append(from_a_loop(threads, writer, node))
            until(lambda node=node: is_committed(both, writer, node))  # type: ignore[misc]
            until(lambda: disk.begun == 2)  # the thread has taken what is under way, and nothing behind it
        with lending(), pytest.raises(Unavailable) as refused:
            writer.write(keep("too much"))
        assert refused.value.retry_after == 1
        disk.go_on.set()
        assert [answer.result(30) for answer in answers] == ["under way", "one", "two"]
    writer.close()


def test_after_a_sync_that_failed_nothing_is_promised_until_the_log_has_begun_anew(
    both: engines.Engines, writer: Writer, disk: Disk, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG), reading(both), lending():
        disk.fails = True
        with pytest.raises(Unavailable):
            writer.write(keep("not promised"))
        disk.fails = False  # a kernel tells of it once, and calls the pages clean
        with pytest.raises(Unavailable):  # a reader needs the log as it is
            writer.write(keep("too soon"))
    assert "too soon" not in seen(both)
    with lending():
        assert writer.write(keep("later")) == "later"
    assert seen(both) == {"first", "not promised", "later"}
    assert ran_in(writer) == threading.current_thread().name
    assert caplog.messages == [
        "event=store_cannot_write cause=EIO",
        "event=store_cannot_write cause=log_in_use",
        "event=store_writes_again",
    ]


@contextmanager
def reading(both: engines.Engines) -> Iterator[None]:
    """A reader that keeps the log as it is."""
    with both.read.connect() as connection:
        connection.scalars(select(pulse.c.node)).all()
        yield


def test_all_that_waited_for_a_sync_that_failed_is_refused(both: engines.Engines, writer: Writer, disk: Disk) -> None:
    disk.go_on.clear()
    with ThreadPoolExecutor(2) as threads:
        one, two = one_on_its_way_to_the_disk_and_one_behind(both, writer, disk, threads)
        disk.fails = True
        disk.go_on.set()
        for answer in (one, two):
            with pytest.raises(Unavailable):
                answer.result(30)
        disk.fails = False
    assert disk.begun == 1  # it was not simply tried again
    assert writer.write(keep("later")) == "later"


def test_a_log_that_begins_anew_while_it_is_synced_harms_nobody(
    both: engines.Engines, writer: Writer, disk: Disk
) -> None:
    disk.go_on.clear()
    with ThreadPoolExecutor(2) as threads:
        one = from_a_loop(threads, writer, "one")
        until(lambda: disk.begun == 1)
        with closing(sqlite3.connect(file_of(both))) as other:
            assert other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
        disk.go_on.set()
        assert one.result(30) == "one"
        assert from_a_loop(threads, writer, "two").result(30) == "two"
    assert seen(both) == {"first", "one", "two"}


def test_closing_answers_what_waits_for_the_disk(both: engines.Engines, disk: Disk) -> None:
    writer = Writer(both.write)
    writer.write(keep("first"))
    disk.go_on.clear()
    with ThreadPoolExecutor(3) as threads:
        one, two = one_on_its_way_to_the_disk_and_one_behind(both, writer, disk, threads)
        closing = threads.submit(writer.close)
        until(lambda: writer._closed)
        with lending(), pytest.raises(Unavailable):
            writer.write(keep("late"))
        disk.go_on.set()
        closing.result(30)
        assert (one.result(30), two.result(30)) == ("one", "two")
    assert seen(both) == {"first", "one", "two"}


def test_no_connection_runs_without_syncs_and_none_waits_in_a_loop(both: engines.Engines, writer: Writer) -> None:
    def asked(pragma: str) -> str:
        return writer.write(lambda c: str(c.exec_driver_sql(f"PRAGMA {pragma}").scalar()))

    assert asked("synchronous") == "1"  # NORMAL
    with both.read.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL
    with lending():
        assert (asked("synchronous"), asked("busy_timeout")) == ("1", "0")
    assert asked("busy_timeout") == "5000"


def test_the_first_commit_of_a_connection_fills_the_log_and_is_synced_by_sqlite(both: engines.Engines) -> None:
    """Whatever comes first: SQLite syncs the log's entry in the folder at the first sync of a connection."""
    file = Path(f"{file_of(both)}-wal")
    with closing(sqlite3.connect(file_of(both))) as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert file.stat().st_size == 0
        writer = Writer(both.write)
        writer.write(lambda _: None, durable=False)
        assert file.stat().st_size > 0
        writer.close()


def breaks_off(_: Connection) -> None:
    """As a disk that cannot be written to any more."""
    orig = sqlite3.OperationalError()
    orig.sqlite_errorcode = sqlite3.SQLITE_IOERR
    raise OperationalError("", None, orig)


def test_before_a_connection_is_given_up_the_log_is_synced_although_nobody_waits_for_it(
    both: engines.Engines, writer: Writer, disk: Disk
) -> None:
    """Only who has the file open is told that an earlier sync failed, of SQLite's in a checkpoint say."""
    with reading(both):  # so the log cannot begin anew
        with lending():
            writer.write(keep("turn"), durable=False)
        disk.fails = True
        with pytest.raises(Unavailable):
            writer.write(breaks_off)
        disk.fails = False
        assert disk.begun == 1
        with pytest.raises(Unavailable):
            writer.write(keep("too soon"))
    assert writer.write(keep("later")) == "later"
    assert seen(both) == {"first", "turn", "later"}


def test_a_log_that_cannot_even_be_closed_does_not_end_the_writers_thread(writer: Writer) -> None:
    assert writer._committer._log is not None
    os.close(writer._committer._log._file)
    with pytest.raises(Unavailable):
        writer.write(keep("not promised"))
    assert writer.write(keep("later")) == "later"
