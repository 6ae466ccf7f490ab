"""The database in trouble: nothing is promised, nothing promised is lost, and it goes on by itself afterwards."""

from __future__ import annotations

import logging
import signal
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import psycopg
import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from bridge.errors import SetupError, Unavailable
from bridge.store import Store, engines, open_store, seal
from tests.databases import Postgres
from tests.store.disks import SmallDisk, small_disk
from tests.store.samples import complete, deliveries, rows

__all__ = ["small_disk"]  # pytest finds it by its name


def accept_until_refused(store: Store, prefix: str) -> list[str]:
    """Accept until the first refusal; the references that were promised."""
    promised = []
    for number in range(100_000):
        try:
            promised.append(store.accept(complete(f"{prefix}{number}"), b"body").reference)
        except Unavailable:
            return promised
    raise AssertionError("was never refused")


def references(store: Store) -> list[str]:
    return [row.reference for row in rows(store)]


def test_a_full_disk_refuses_and_loses_nothing_and_goes_on_when_there_is_room(
    small_disk: SmallDisk, data_key: str
) -> None:
    store = open_store(f"sqlite:///{small_disk.folder}/bridge.db", [data_key])
    first = store.accept(complete("first"), b"body").reference
    small_disk.fill()
    promised = [first, *accept_until_refused(store, "A")]
    with pytest.raises(Unavailable):
        store.ping(30)
    assert references(store) == promised
    small_disk.empty()
    store.ping(30)
    promised += [store.accept(complete(f"B{number}"), b"body").reference for number in range(20)]
    assert references(store) == promised
    assert len(deliveries(store)) == len(promised)
    store.close()
    again = open_store(f"sqlite:///{small_disk.folder}/bridge.db", [data_key])
    assert references(again) == promised
    again.close()


def test_a_full_disk_at_the_start_is_one_sentence(small_disk: SmallDisk, data_key: str) -> None:
    small_disk.fill()
    with pytest.raises(SetupError, match="DATABASE_URL"):
        open_store(f"sqlite:///{small_disk.folder}/bridge.db", [data_key], wait=0)


def test_a_disk_that_breaks_while_the_store_opens_is_one_sentence(
    sqlite_url: str, data_key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> seal.Seal:
        raise NoConnectionFree

    monkeypatch.setattr(seal, "unlock", refused)
    with pytest.raises(SetupError, match="DATABASE_URL"):
        open_store(sqlite_url, [data_key], wait=0)


def test_a_read_only_file_refuses_and_goes_on_when_it_can_be_written_again(
    sqlite_url: str, opened: Callable[[str], Store]
) -> None:
    store = opened(sqlite_url)
    first = store.accept(complete("first"), b"body").reference
    store.write(lambda connection: connection.exec_driver_sql("PRAGMA query_only = ON") and None)
    with pytest.raises(Unavailable):
        store.accept(complete("A"), b"body")
    second = store.accept(complete("A"), b"body").reference  # the writer took a new connection
    assert references(store) == [first, second]


def test_a_disk_that_turns_read_only_refuses_and_goes_on_when_it_is_back(small_disk: SmallDisk, data_key: str) -> None:
    url = f"sqlite:///{small_disk.folder}/bridge.db"
    before = open_store(url, [data_key])
    first = before.accept(complete("first"), b"body").reference
    before.close()
    small_disk.protect(read_only=True)
    with pytest.raises(SetupError, match="DATABASE_URL"):
        open_store(url, [data_key], wait=0)
    small_disk.protect(read_only=False)
    store = open_store(url, [data_key])
    assert references(store) == [first]
    store.close()


@pytest.fixture
def impatient(sqlite_url: str, opened: Callable[[str], Store], monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store that waits 50 ms for another writer of its file instead of 5 s."""
    monkeypatch.setitem(engines._SQLITE, "busy_timeout", "50")
    return opened(sqlite_url)


def test_another_writer_on_the_file_refuses_and_goes_on_when_it_is_done(impatient: Store, sqlite_url: str) -> None:
    file = engines.sqlite_file(engines.parse(sqlite_url))
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable):
            impatient.accept(complete("A"), b"body")
        assert references(impatient) == []
        other.execute("ROLLBACK")
    impatient.accept(complete("A"), b"body")
    assert len(references(impatient)) == 1


def test_trouble_is_logged_once_when_it_begins_and_once_when_it_ends(
    impatient: Store, sqlite_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    file = engines.sqlite_file(engines.parse(sqlite_url))
    with caplog.at_level(logging.DEBUG), closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for _ in range(3):
            with pytest.raises(Unavailable):
                impatient.accept(complete("A"), b"body")
        other.execute("ROLLBACK")
        for _ in range(3):
            impatient.accept(complete("A"), b"body")
    assert caplog.messages == ["event=store_cannot_write cause=SQLITE_BUSY", "event=store_writes_again"]


@pytest.fixture
def own_postgres(postgres: Postgres) -> Iterator[Postgres]:
    """A PostgreSQL that a test may stop; only where the shared one runs at all."""
    own = Postgres()
    yield own
    own.remove()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["cleanly", "by a crash"])
def test_postgres_may_be_restarted_and_nothing_promised_is_lost(
    own_postgres: Postgres, data_key: str, how: signal.Signals
) -> None:
    own_postgres.stop()
    own_postgres.start(fsync=True)
    store = open_store(own_postgres.url(own_postgres.create()), [data_key])
    promised: list[str] = []
    refused, enough = threading.Event(), threading.Event()

    def accept_through_the_outage() -> None:
        number = 0
        while not enough.is_set():
            try:
                promised.append(store.accept(complete(f"S{number}"), b"body").reference)
                number += 1
            except Unavailable:
                refused.set()

    with ThreadPoolExecutor(1) as threads:
        accepting = threads.submit(accept_through_the_outage)
        own_postgres.stop(how)
        assert refused.wait(30)
        with pytest.raises(Unavailable):
            store.submission(1)
        own_postgres.start(fsync=True)
        store.write(lambda connection: connection.execute(text("SELECT 1")).scalar())
        enough.set()
        accepting.result(30)
    assert set(promised) == set(references(store))
    assert len(references(store)) == len(set(promised)) == len(deliveries(store))
    store.close()


def test_a_connection_that_died_while_nobody_wrote_is_replaced_unseen(
    postgres: Postgres, postgres_url: str, opened: Callable[[str], Store]
) -> None:
    store = opened(postgres_url)
    store.ping(30)
    kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}'"
    postgres.execute(kill.format(engines.parse(postgres_url).database))
    assert not store.accept(complete("A"), b"body").repeated
    assert len(references(store)) == 1


def test_a_row_that_another_holds_for_long_refuses_only_its_own_work(
    postgres: Postgres, postgres_url: str, opened: Callable[[str], Store]
) -> None:
    store = opened(postgres_url)
    store.ping(30)
    with psycopg.connect(postgres_url) as other, ThreadPoolExecutor(1) as threads:
        other.execute("SELECT * FROM pulse FOR UPDATE")
        pinging = threads.submit(store.ping, 30)
        store.accept(complete("A"), b"body")
        with pytest.raises(Unavailable):
            pinging.result(30)
    store.ping(30)


def test_two_processes_in_each_others_way_both_get_through(postgres_url: str, opened: Callable[[str], Store]) -> None:
    one, two = opened(postgres_url), opened(postgres_url)
    one.ping(30)
    two.ping(30)
    met = threading.Barrier(2)

    def crossing(first: str, second: str) -> Callable[[Connection], None]:
        tries: list[int] = []

        def work(connection: Connection) -> None:
            tries.append(1)
            touch = text("UPDATE pulse SET at = 1 WHERE node = :node")
            connection.execute(touch, {"node": first})
            if len(tries) == 1:
                met.wait(30)
            connection.execute(touch, {"node": second})

        return work

    with ThreadPoolExecutor(2) as threads:
        left = threads.submit(one.write, crossing(one.node, two.node))
        right = threads.submit(two.write, crossing(two.node, one.node))
        left.result(30)
        right.result(30)
