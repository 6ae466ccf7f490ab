"""The writer: everything that waits in one commit, and one bad piece of work harms nobody else."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial

import pytest
from sqlalchemy import Connection, event, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from bridge.errors import Unavailable
from bridge.store import Store, engines
from bridge.store.tables import pulse
from bridge.store.writer import Writer


@pytest.fixture
def both(database_url: str) -> Iterator[engines.Engines]:
    both = engines.make(engines.parse(database_url))
    yield both
    both.dispose()


@pytest.fixture
def writing(both: engines.Engines) -> Iterator[Callable[..., Writer]]:
    """Makes writers that are closed at the end."""
    writers: list[Writer] = []

    def make(**options: int) -> Writer:
        writers.append(Writer(both.write, **options))  # type: ignore[arg-type]
        return writers[-1]

    yield make
    for writer in writers:
        writer.close()


def keep(node: str) -> Callable[[Connection], str]:
    """Work that writes a row and returns its name."""

    def work(connection: Connection) -> str:
        connection.execute(insert(pulse), {"node": node, "at": 0.0})
        return node

    return work


def kept(both: engines.Engines) -> list[str]:
    with both.read.connect() as connection:
        return sorted(connection.scalars(select(pulse.c.node)))


@contextmanager
def held(writer: Writer) -> Iterator[ThreadPoolExecutor]:
    """The writer stands still inside; the threads hand in work that is thus taken as one batch at the end."""
    inside, go = threading.Event(), threading.Event()

    def wait(_connection: Connection) -> None:
        inside.set()
        go.wait(30)

    with ThreadPoolExecutor(32) as threads:
        holding = threads.submit(writer.write, wait)
        assert inside.wait(30)
        try:
            yield threads
        finally:
            go.set()
        holding.result(30)


def hand_in(writer: Writer, threads: ThreadPoolExecutor, *works: Callable[[Connection], str]) -> list[Future[str]]:
    """Hand in `works` in this order, and return once they all wait."""
    futures = []
    for number, work in enumerate(works, start=1):
        futures.append(threads.submit(writer.write, work))
        until(partial(_waits, writer, number))
    return futures


def _waits(writer: Writer, number: int) -> bool:
    return len(writer._waiting) == number


def until(condition: Callable[[], bool]) -> None:
    """Wait for another thread."""
    pause = threading.Event()
    for _ in range(3000):
        if condition():
            return
        pause.wait(0.01)
    raise AssertionError("waited for 30 seconds in vain")


def test_what_waits_is_committed_together(both: engines.Engines, writing: Callable[..., Writer]) -> None:
    writer = writing()
    commits: list[Connection] = []
    event.listen(both.write, "commit", commits.append)
    with held(writer) as threads:
        futures = hand_in(writer, threads, *[keep(f"n{number:02}") for number in range(20)])
    assert [future.result() for future in futures] == [f"n{number:02}" for number in range(20)]
    assert len(commits) == 2
    assert len(kept(both)) == 20


def test_a_batch_has_an_end(both: engines.Engines, writing: Callable[..., Writer]) -> None:
    writer = writing(batch=8)
    commits: list[Connection] = []
    event.listen(both.write, "commit", commits.append)
    with held(writer) as threads:
        futures = hand_in(writer, threads, *[keep(f"n{number}") for number in range(20)])
    for future in futures:
        future.result()
    assert len(commits) == 1 + 3


def _raises(_connection: Connection) -> str:
    raise ValueError("work")


def _writes_and_raises(connection: Connection) -> str:
    keep("bad")(connection)
    raise ValueError("work")


def _breaks_a_constraint(connection: Connection) -> str:
    return keep("taken")(connection)


def _is_no_sql(connection: Connection) -> str:
    connection.execute(text("SELECT FROM WHERE"))
    return "never"


@pytest.mark.parametrize(
    ("bad", "error"),
    [
        (_raises, ValueError),
        (_writes_and_raises, ValueError),
        (_breaks_a_constraint, IntegrityError),
        (_is_no_sql, DBAPIError),
    ],
)
def test_one_bad_piece_of_work_fails_alone(
    both: engines.Engines,
    writing: Callable[..., Writer],
    bad: Callable[[Connection], str],
    error: type[Exception],
) -> None:
    writer = writing()
    writer.write(keep("taken"))
    with held(writer) as threads:
        futures = hand_in(writer, threads, keep("a"), bad, keep("b"))
    assert (futures[0].result(), futures[2].result()) == ("a", "b")
    with pytest.raises(error):
        futures[1].result()
    assert kept(both) == ["a", "b", "taken"]
    assert writer.write(keep("later")) == "later"


def test_an_error_that_work_swallows_cannot_undo_the_others_unseen(
    database_url: str, both: engines.Engines, writing: Callable[..., Writer]
) -> None:
    def swallows(connection: Connection) -> str:
        with suppress(DBAPIError):
            keep("taken")(connection)
        return "swallowed"

    writer = writing()
    writer.write(keep("taken"))
    with held(writer) as threads:
        futures = hand_in(writer, threads, keep("a"), swallows)
    assert futures[0].result() == "a"
    if database_url.startswith("postgresql"):
        with pytest.raises(RuntimeError, match="swallowed"):
            futures[1].result()
    assert kept(both) == ["a", "taken"]


def test_an_error_that_undoes_a_sqlite_transaction_cannot_be_swallowed_either(sqlite_url: str) -> None:
    def undoes(connection: Connection) -> None:
        with suppress(DBAPIError):
            connection.exec_driver_sql("INSERT OR ROLLBACK INTO pulse VALUES ('taken', 0), ('taken', 0)")

    both = engines.make(engines.parse(sqlite_url))
    writer = Writer(both.write)
    with pytest.raises(RuntimeError, match="undid"):
        writer.write(undoes)
    assert writer.write(keep("later")) == "later"
    writer.close()
    both.dispose()


def test_more_than_may_wait_is_refused_at_once(both: engines.Engines, writing: Callable[..., Writer]) -> None:
    writer = writing(waiting=3)
    with held(writer) as threads:
        futures = hand_in(writer, threads, keep("a"), keep("b"), keep("c"))
        with pytest.raises(Unavailable) as refused:
            writer.write(keep("too much"))
        assert refused.value.retry_after == 1
    for future in futures:
        future.result()
    assert kept(both) == ["a", "b", "c"]


def test_whoever_has_no_more_patience_is_refused_and_its_work_is_dropped(
    both: engines.Engines, writing: Callable[..., Writer]
) -> None:
    writer = writing()
    with held(writer), pytest.raises(Unavailable):
        writer.write(keep("late"), patience=0.01)
    writer.write(keep("next"))
    assert kept(both) == ["next"]


def test_an_error_of_the_work_that_looks_like_impatience_comes_out_as_it_is(
    writing: Callable[..., Writer],
) -> None:
    def times_out(_connection: Connection) -> None:
        raise TimeoutError("work")

    with pytest.raises(TimeoutError, match="work"):
        writing().write(times_out)


def test_work_that_would_wait_for_itself_is_refused(writing: Callable[..., Writer]) -> None:
    writer = writing()
    with pytest.raises(RuntimeError, match="must not hand work"):
        writer.write(lambda _connection: writer.write(keep("inner")))


def test_closing_commits_what_waits_and_refuses_what_comes_later(
    both: engines.Engines, writing: Callable[..., Writer]
) -> None:
    writer = writing()
    with held(writer) as threads:
        futures = hand_in(writer, threads, keep("a"), keep("b"))
        closing = threads.submit(writer.close)
        until(lambda: writer._closed)
        with pytest.raises(Unavailable):
            writer.write(keep("late"))
    closing.result()
    assert [future.result() for future in futures] == ["a", "b"]
    assert kept(both) == ["a", "b"]
    writer.close()


class Kind:
    """Work that is done together; what it did so is noted in `done`."""

    def __init__(self, node: str, done: list[list[str]]) -> None:
        self.node, self.done = node, done

    def __call__(self, connection: Connection) -> str:
        return keep(self.node)(connection) + " alone"

    @staticmethod
    def together(connection: Connection, works: Sequence[Kind]) -> list[str]:
        works[0].done.append([work.node for work in works])
        return [keep(work.node)(connection) + " together" for work in works]


def test_work_of_one_kind_is_done_together_and_each_hears_of_its_own(
    both: engines.Engines, writing: Callable[..., Writer]
) -> None:
    done: list[list[str]] = []
    writer = writing()
    with held(writer) as threads:
        futures = hand_in(writer, threads, Kind("a", done), keep("b"), Kind("c", done), keep("d"))
    assert [future.result() for future in futures] == ["a together", "b", "c together", "d"]
    assert done == [["a", "c"]]
    assert kept(both) == ["a", "b", "c", "d"]


def test_where_work_of_one_kind_fails_together_only_what_is_bad_fails(
    both: engines.Engines, writing: Callable[..., Writer]
) -> None:
    writer = writing()
    writer.write(keep("taken"))
    with held(writer) as threads:
        futures = hand_in(writer, threads, Kind("a", []), Kind("taken", []), Kind("c", []))
    assert [futures[0].result(), futures[2].result()] == ["a together", "c together"]
    with pytest.raises(IntegrityError):
        futures[1].result()
    assert kept(both) == ["a", "c", "taken"]


def test_a_ping_is_a_real_commit(store: Store) -> None:
    store.ping(30)
    store.ping(30)
    with store.read() as connection:
        assert list(connection.scalars(select(pulse.c.node))) == [store.node]


def test_a_ping_fails_where_the_writer_stands_still(store: Store) -> None:
    with held(store._writer), pytest.raises(Unavailable):
        store.ping(0.05)
    store.ping(30)


def test_only_what_must_outlive_a_power_cut_waits_for_the_disk(
    both: engines.Engines, writing: Callable[..., Writer]
) -> None:
    writer, postgres = writing(), both.write.dialect.name == "postgresql"
    question = "SHOW synchronous_commit" if postgres else "PRAGMA synchronous"

    def asked(durable: bool) -> str:
        return writer.write(lambda c: str(c.exec_driver_sql(question).scalar()), durable=durable)

    waits, does_not = ("on", "off") if postgres else ("1", "1")  # what SQLite does instead: test_at_once.py
    assert [asked(durable) for durable in (True, False, False, True)] == [waits, does_not, does_not, waits]


def test_on_postgres_what_need_not_wait_for_the_disk_goes_first(
    both: engines.Engines, writing: Callable[..., Writer]
) -> None:
    """On SQLite it shares the others' transaction, and only its answer comes first (test_at_once.py)."""
    writer, postgres = writing(), both.write.dialect.name == "postgresql"
    order: list[str] = []

    def noted(name: str) -> Callable[[Connection], None]:
        return lambda _connection: order.append(name)

    with held(writer) as threads:
        for number, durable in enumerate((True, False, True, False), start=1):
            threads.submit(writer.write, noted(f"{number} {durable}"), durable=durable)
            until(partial(_waits, writer, number))
    as_handed_in = ["1 True", "2 False", "3 True", "4 False"]
    assert order == (["2 False", "4 False", "1 True", "3 True"] if postgres else as_handed_in)
