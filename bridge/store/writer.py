"""The one thread that writes: it commits everything that waits in one transaction (group commit).

While one commit waits for the disk, the next batch gathers; nothing is delayed on purpose. A long piece of
work holds up everyone behind it, so work is a few statements and waits for nothing but the database.
"""

from __future__ import annotations

import logging
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

from bridge.errors import Unavailable
from bridge.store import faults
from bridge.store.prepared import run
from bridge.store.together import run_all
from bridge.waiting import Waiter, baton, way

log = logging.getLogger(__name__)

T = TypeVar("T")
Work = Callable[[Connection], T]

BATCH = 256
WAITING = 1024  # pieces of work that may wait; more are refused at once, so memory stays bounded
PATIENCE = 20.0  # seconds that a caller waits for its commit
TRIES = 3  # how often work is run again after another process was in its way


def nobody(pieces: int) -> None:
    """Who is told where nobody wants to know."""


@dataclass(slots=True, eq=False)
class _Job:
    """`taken` is acquired by whoever comes first: the writer that runs it, or the caller who waits no longer."""

    work: Work[Any]
    waiter: Waiter
    durable: bool = True
    taken: threading.Lock = field(default_factory=threading.Lock)
    settled: bool = False
    result: Any = None
    error: BaseException | None = None

    def take(self) -> bool:
        return self.taken.acquire(blocking=False)

    def settle(self, result: Any = None, error: BaseException | None = None) -> None:
        self.result, self.error, self.settled = result, error, True
        self.waiter.wake()


class Writer:
    """Runs work from any thread, in the order it came, and answers after the commit that holds it.

    Of what waits, that which need not outlive a power cut comes first, in a commit that does not wait for the disk.
    `wrote` is told how many pieces of work each commit held, once they are answered.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        waiting: int = WAITING,
        batch: int = BATCH,
        wrote: Callable[[int], None] = nobody,
    ) -> None:
        self._engine = engine
        self._wrote = wrote
        self._batch = batch
        self._most = waiting
        self._waiting: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._door = threading.Lock()
        self._is_postgres = engine.dialect.name == "postgresql"
        self._baton = nullcontext() if self._is_postgres else baton
        self._waits_for_disk = True
        self._closed = False
        self._connection: Connection | None = None
        self._committing = False
        self._trouble: str | None = None
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    def write(self, work: Work[T], *, patience: float = PATIENCE, durable: bool = True) -> T:
        """Run `work` with a connection inside a transaction; return its result once that is committed.

        A commit survives the death of this process, and with `durable` that of the machine as well.

        `work` may be run more than once (each time after a rollback), so it changes nothing but the
        database, and returns plain values, not a cursor. What it raises comes out here, and nothing that it
        wrote stays. Unavailable where too much waits, the database is in trouble, or `patience` seconds did
        not suffice; in the last case, and where the connection broke during the commit, it may still be kept.
        """
        if threading.current_thread() is self._thread:
            raise RuntimeError("work must not hand work to the writer that runs it")
        here = way.get()
        job = _Job(work, here.waiter(), durable)
        here.hand_in(self._hand_in, job)
        if not job.waiter.wait(patience) and (job.take() or not job.settled):
            log.warning("event=store_write_late patience=%.1f", patience)
            raise Unavailable("the database took too long")
        if job.error is not None:
            raise job.error
        return job.result  # type: ignore[no-any-return]

    def close(self) -> None:
        """Commit what waits, then stop. Later work is refused with Unavailable."""
        with self._door:
            if self._closed:
                return
            self._closed = True
        self._waiting.put(None)
        self._thread.join(PATIENCE)

    def _hand_in(self, jobs: Sequence[_Job]) -> None:
        with self._door:
            room = 0 if self._closed else max(self._most - self._waiting.qsize(), 0)
            for job in jobs[:room]:
                self._waiting.put(job)
        for job in jobs[room:]:
            job.settle(error=self._refusal())

    def _refusal(self) -> Unavailable:
        if self._closed:
            return Unavailable("the store is closing")
        return Unavailable("too much waits to be written", retry_after=1)

    def _run(self) -> None:
        ends = False
        while not ends:
            jobs, ends = self._take()
            jobs = [job for job in jobs if job.take()]
            self._settle([job for job in jobs if not job.durable])
            self._settle([job for job in jobs if job.durable])
        self._forget_connection()

    def _take(self) -> tuple[list[_Job], bool]:
        """Everything that waits, at least one; and whether it was the last."""
        jobs: list[_Job] = []
        item = self._waiting.get()
        while item is not None:
            jobs.append(item)
            if len(jobs) == self._batch or self._waiting.empty():
                return jobs, False
            item = self._waiting.get_nowait()
        return jobs, True

    def _settle(self, jobs: Sequence[_Job]) -> None:
        """Commit `jobs` together; where one of them fails, each by itself, so that only that one fails."""
        if not jobs:
            return
        try:
            results = self._together(jobs)
        except BaseException as error:
            if faults.is_trouble(error):
                self._refuse(jobs, error)
            else:
                self._settle_apart(jobs, error)
        else:
            self._note(None)
            for job, result in zip(jobs, results, strict=True):
                job.settle(result)
            self._wrote(len(jobs))

    def _settle_apart(self, jobs: Sequence[_Job], error: BaseException) -> None:
        if len(jobs) == 1:
            jobs[0].settle(error=faults.unavailable() if faults.is_clash(error) else error)
        for job in jobs if len(jobs) > 1 else ():
            self._settle([job])

    def _refuse(self, jobs: Sequence[_Job], error: BaseException) -> None:
        """The database is in trouble: nothing is promised, and the next batch takes a new connection."""
        self._note(faults.name(error))
        self._forget_connection()
        for job in jobs:
            job.settle(error=faults.unavailable())

    def _note(self, trouble: str | None) -> None:
        """One line when trouble begins or changes and one when it ends, not one per refusal."""
        if trouble == self._trouble:
            return
        self._trouble = trouble
        if trouble is None:
            log.warning("event=store_writes_again")
        else:
            log.error("event=store_cannot_write cause=%s", trouble)

    def _together(self, jobs: Sequence[_Job]) -> list[Any]:
        """One transaction over all `jobs`, run again where what undid it was no fault of theirs."""
        for _ in range(TRIES):
            try:
                return self._transaction(jobs)
            except Exception as error:
                if not self._may_run_again(jobs, error):
                    raise
        return self._transaction(jobs)

    def _may_run_again(self, jobs: Sequence[_Job], error: Exception) -> bool:
        """A job that fell victim to another process; all of them where the connection was dead before the commit."""
        if faults.is_lost(error):
            self._forget_connection()
            return not self._committing
        return len(jobs) == 1 and faults.is_victim(error)

    def _transaction(self, jobs: Sequence[_Job]) -> list[Any]:
        self._committing, durable = False, jobs[0].durable
        self._before(self._connected(), durable=durable)
        with self._connected().begin() as transaction:
            connection = transaction.connection
            if self._is_postgres and not durable:
                run(connection, "SET LOCAL synchronous_commit = off")
            with self._baton:
                results = run_all(connection, [job.work for job in jobs])
            _refuse_what_is_undone(connection)
            self._committing = True
        return results

    def _before(self, connection: Connection, *, durable: bool) -> None:
        """Let SQLite's next commit wait for the disk, or not; this cannot be said within a transaction."""
        if durable != self._waits_for_disk and not self._is_postgres:
            run(connection, f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            self._waits_for_disk = durable

    def _connected(self) -> Connection:
        if self._connection is None:
            self._connection = self._engine.connect()
        return self._connection

    def _forget_connection(self) -> None:
        connection, self._connection = self._connection, None
        self._waits_for_disk = True  # as every new connection does (`bridge.store.engines`)
        if connection is None:
            return
        try:
            connection.invalidate()
            connection.close()
        except Exception as error:
            log.warning("event=store_connection_close_failed cause=%s", faults.name(error))


def _refuse_what_is_undone(connection: Connection) -> None:
    """Some errors undo a whole transaction; had work swallowed one, the commit would keep nothing."""
    driver: Any = connection.connection.dbapi_connection
    if isinstance(driver, sqlite3.Connection):
        undone = not driver.in_transaction
    else:
        undone = driver.info.transaction_status.name == "INERROR"
    if undone:
        raise RuntimeError("work swallowed an error that undid its transaction")
