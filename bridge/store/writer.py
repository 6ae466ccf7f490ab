"""Writes one batch after the other: everything that waits in one transaction (group commit).

While one batch waits for the disk, the next gathers; nothing is delayed on purpose. A long piece of work holds up
everyone behind it, so work is a few statements and waits for nothing but the database.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy import Engine

from bridge.errors import Unavailable
from bridge.store.committer import Committer
from bridge.store.job import Job, Work
from bridge.waiting import way

log = logging.getLogger(__name__)

T = TypeVar("T")

BATCH = 256
WAITING = 1024  # pieces of work that may wait; more are refused at once, so memory stays bounded
PATIENCE = 20.0  # seconds that a caller waits for its commit
COURTESY = 0.002  # seconds that an event loop waits for a batch of the thread's


def nobody(pieces: int) -> None:
    """Who is told where nobody wants to know."""


class Writer:
    """Runs work from any thread and answers after the commit that holds it.

    A thread of its own runs it in the order it came. What an event loop hands in is, on SQLite, run in the loop's
    thread instead, where nothing has to be waited for and none that it handed in before still waits for the thread.
    `wrote` is told how many pieces of work each commit held.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        waiting: int = WAITING,
        batch: int = BATCH,
        wrote: Callable[[int], None] = nobody,
    ) -> None:
        self._committer = Committer(engine, wrote)
        self._batch, self._most = batch, waiting
        self._waiting: deque[Job] = deque()
        self._from_loop = 0  # so many of those that wait
        self._door = threading.Lock()
        self._bell: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._rung = False
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    def write(self, work: Work[T], *, patience: float = PATIENCE, durable: bool = True) -> T:
        """Run `work` with a connection inside a transaction; return its result once that is committed.

        A commit survives the death of this process, and with `durable` that of the machine as well.

        `work` may be run more than once (each time after a rollback), so it changes nothing but the
        database, and returns plain values, not a cursor. What it raises comes out here, and nothing that it
        wrote stays. Unavailable where too much waits, the database is in trouble, or `patience` seconds did
        not suffice; in the last case, and where the connection broke during the commit or the disk failed
        after it, it may still be kept. Others may read what it wrote before it is durable.
        """
        if self._committer.runs_in == threading.get_ident():
            raise RuntimeError("work must not hand work to the writer that runs it")
        here = way.get()
        from_loop = here.lends_thread and not self._committer.is_postgres
        job = Job(work, here.waiter(), durable, from_loop)
        here.hand_in(self._run_here if from_loop else self._hand_in, job)
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
        self._ring()
        self._thread.join(PATIENCE)

    def _hand_in(self, jobs: Sequence[Job]) -> None:
        """To the thread."""
        with self._door:
            room = 0 if self._closed else max(self._most - len(self._waiting) - self._committer.not_synced, 0)
            self._waiting.extend(jobs[:room])
            self._from_loop += sum(job.from_loop for job in jobs[:room])
        self._ring()
        for job in jobs[room:]:
            job.settle(error=self._refusal())

    def _refusal(self) -> Unavailable:
        if self._closed:
            return Unavailable("the store is closing")
        return Unavailable("too much waits to be written", retry_after=1)

    def _run_here(self, jobs: Sequence[Job]) -> None:
        """In the thread of the event loop that gives them; the rest, where something must be waited for, to the thread.

        While older ones of a loop wait for the thread, all go there: of two, the first handed in is the first run.
        """
        if not self._from_loop and self._committer.lock.acquire(timeout=COURTESY):
            try:
                while jobs and self._at_once(jobs[: self._batch]):
                    jobs = jobs[self._batch :]
            finally:
                self._committer.lock.release()
        if jobs:
            self._hand_in(jobs)
        elif self._committer.not_synced:
            self._ring()

    def _at_once(self, jobs: Sequence[Job]) -> bool:
        if self._from_loop or self._closed or self._committer.not_synced + len(jobs) > self._most:
            return False
        taken = [job for job in jobs if job.take()]
        if taken and not self._committer.commit_at_once(taken):
            for job in taken:
                job.give_back()
            return False
        return True

    def _ring(self) -> None:
        if not self._rung:
            self._rung = True
            self._bell.put(None)

    def _run(self) -> None:
        ends = False
        while not ends:
            self._bell.get()
            self._rung = False
            ends = self._closed  # looked at first: nothing is handed in any more
            self._run_waiting()
        with self._committer.lock:
            self._committer.forget_connection()

    def _run_waiting(self) -> None:
        """All that waits, batch after batch; at least one sync, since a loop may wait for it."""
        more = True
        while more:
            with self._committer.lock:
                self._run_batch(self._taken())
                more, jobs = bool(self._waiting), self._committer.committed()
            self._committer.reach_disk(jobs)

    def _taken(self) -> list[Job]:
        with self._door:
            jobs = [self._waiting.popleft() for _ in range(min(len(self._waiting), self._batch))]
            self._from_loop -= sum(job.from_loop for job in jobs)
        return [job for job in jobs if job.take()]

    def _run_batch(self, jobs: Sequence[Job]) -> None:
        """On PostgreSQL, that which need not outlive a power cut comes first, in a commit that waits for no disk."""
        if not self._committer.is_postgres:
            self._committer.commit(jobs)
            return
        self._committer.commit([job for job in jobs if not job.durable])
        self._committer.commit([job for job in jobs if job.durable])
