"""The one connection that writes, and what is committed on it: many pieces of work at once.

On SQLite no commit waits for the disk. What must be durable is answered after a sync of the log that began later than
its commit (docs/decisions/0028-one-thread-for-sqlite.md); on PostgreSQL a commit waits by itself.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, Engine

from bridge.store import faults
from bridge.store.engines import BUSY_SECONDS, sqlite_file
from bridge.store.job import Job
from bridge.store.prepared import run
from bridge.store.together import run_all
from bridge.store.wal import Log, LogError

log = logging.getLogger(__name__)

TRIES = 3  # how often work is run again after another process was in its way


class _MayWaitError(Exception):
    """The commit might wait for the disk, which the thread that would do it must not; undoes the transaction."""


class Committer:
    """Hold `lock` for all of it but `reach_disk`. `wrote` is told how many pieces of work each commit held."""

    def __init__(self, engine: Engine, wrote: Callable[[int], None]) -> None:
        self.lock = threading.Lock()
        self.is_postgres = engine.dialect.name == "postgresql"
        self.runs_in: int | None = None  # the thread that works on a transaction
        self._engine, self._wrote = engine, wrote
        self._connection: Connection | None = None
        self._log: Log | None = None
        self._is_doubtful = False
        self._is_patient = True
        self._not_synced: list[Job] = []
        self._committing = False
        self._trouble: str | None = None

    @property
    def not_synced(self) -> int:
        """How many pieces of work are committed and wait for the disk."""
        return len(self._not_synced)

    def commit_at_once(self, jobs: Sequence[Job]) -> bool:
        """Commit `jobs` together without waiting for anything. False where that cannot be; nothing has changed then."""
        if self._log is None:
            return False
        try:
            results = self._transaction(jobs, may_wait=False)
        except Exception:  # whatever it is: who may wait does all of it again, and finds out
            return False
        self._committed(jobs, results)
        return True

    def commit(self, jobs: Sequence[Job]) -> None:
        """Commit `jobs` together; where one of them fails, each by itself, so that only that one fails."""
        if not jobs:
            return
        try:
            results = self._together(jobs)
        except BaseException as error:
            if isinstance(error, LogError) or faults.is_trouble(error):
                self._refuse(jobs, error)
            else:
                self._commit_apart(jobs, error)
        else:
            self._committed(jobs, results)

    def committed(self) -> list[Job]:
        """What is to `reach_disk` next."""
        jobs, self._not_synced = self._not_synced, []
        return jobs

    def reach_disk(self, jobs: Sequence[Job]) -> None:
        """Answer `jobs`, which are committed, once they are on the disk. In the writer's thread alone, without `lock`.

        Others may be committed meanwhile; theirs is the next sync.
        """
        failure = self._sync_failure() if jobs else None
        if failure is None:
            for job in jobs:
                job.settle(job.result)
            return
        with self.lock:
            self._doubt(failure)
            self._not_synced = [*jobs, *self._not_synced]
            self.forget_connection()

    def forget_connection(self) -> None:
        """Take a new one next time; what was committed on this one is answered before. In the writer's thread alone."""
        self._answer_not_synced()
        connection, self._connection = self._connection, None
        self._is_patient = True  # as every new connection is (`bridge.store.engines`)
        if connection is not None:
            _close(connection)
        if self._log is not None:
            self._log.close()
            self._log = None

    def _answer_not_synced(self) -> None:
        """Sync also where nobody waits: who opens the log anew may not hear of a sync that failed before (fsync(2))."""
        jobs = self.committed()
        failure = None if self._is_doubtful else self._sync_failure()
        if failure is not None:
            self._doubt(failure)
        for job in jobs:
            job.settle(job.result, faults.unavailable() if self._is_doubtful else None)

    def _sync_failure(self) -> LogError | None:
        try:
            if self._log is not None:
                self._log.sync()
        except LogError as error:
            return error
        return None

    def _doubt(self, failure: LogError) -> None:
        """Nothing that is in the log can be promised until all of it was moved, and it has begun anew."""
        self._is_doubtful = True
        self._note(str(failure))

    def _committed(self, jobs: Sequence[Job], results: Sequence[Any]) -> None:
        self._note(None)
        for job, result in zip(jobs, results, strict=True):
            if job.durable and not self.is_postgres:
                job.result = result
                self._not_synced.append(job)
            else:
                job.settle(result)
        self._wrote(len(jobs))

    def _commit_apart(self, jobs: Sequence[Job], error: BaseException) -> None:
        if len(jobs) == 1:
            jobs[0].settle(error=faults.unavailable() if faults.is_clash(error) else error)
        for job in jobs if len(jobs) > 1 else ():
            self.commit([job])

    def _refuse(self, jobs: Sequence[Job], error: BaseException) -> None:
        """The database is in trouble: nothing is promised, and the next batch takes a new connection."""
        self._note(str(error) if isinstance(error, LogError) else faults.name(error))
        self.forget_connection()
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

    def _together(self, jobs: Sequence[Job]) -> list[Any]:
        """One transaction over all `jobs`, run again where what undid it was no fault of theirs."""
        for _ in range(TRIES):
            try:
                return self._transaction(jobs, may_wait=True)
            except Exception as error:
                if not self._may_run_again(jobs, error):
                    raise
        return self._transaction(jobs, may_wait=True)

    def _may_run_again(self, jobs: Sequence[Job], error: Exception) -> bool:
        """A job that fell victim to another process; all of them where the connection was dead before the commit."""
        if faults.is_lost(error):
            self.forget_connection()
            return not self._committing
        return len(jobs) == 1 and faults.is_victim(error)

    def _transaction(self, jobs: Sequence[Job], *, may_wait: bool) -> list[Any]:
        self._committing = False
        connection = self._connected()
        self._be_patient(connection, may_wait)
        with connection.begin():
            if not may_wait and self._log is not None and self._log.may_wait():
                raise _MayWaitError
            if self.is_postgres and not jobs[0].durable:
                run(connection, "SET LOCAL synchronous_commit = off")
            results = self._results(connection, jobs)
            _refuse_what_is_undone(connection)
            self._committing = True
        return results

    def _results(self, connection: Connection, jobs: Sequence[Job]) -> list[Any]:
        self.runs_in = threading.get_ident()
        try:
            return run_all(connection, [job.work for job in jobs])
        finally:
            self.runs_in = None

    def _be_patient(self, connection: Connection, patient: bool) -> None:
        """Let SQLite wait for another process that writes, or not."""
        if patient != self._is_patient and not self.is_postgres:
            run(connection, f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000) if patient else 0}")
            self._is_patient = patient

    def _connected(self) -> Connection:
        if self._connection is None:
            self._connection = self._engine.connect()
        if self._log is None and not self.is_postgres:
            self._log = Log(self._connection, sqlite_file(self._engine.url), is_doubtful=self._is_doubtful)
            self._is_doubtful = False
        return self._connection


def _close(connection: Connection) -> None:
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
