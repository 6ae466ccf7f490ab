"""The store as the rest of the house sees it: one way to write, one to read, one door for submissions."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, select

from bridge.errors import Conflict
from bridge.store import engines, faults, submissions
from bridge.store.checkpoint import Checkpointer
from bridge.store.dialect import insert
from bridge.store.engines import Engines
from bridge.store.job import Work
from bridge.store.lock import FileLock
from bridge.store.seal import Seal
from bridge.store.submissions import Entry, StoredSubmission
from bridge.store.tables import pulse
from bridge.store.tables import submission as table
from bridge.store.writer import PATIENCE, Writer
from bridge.submission import Receipt, Submission

log = logging.getLogger(__name__)

T = TypeVar("T")

ACCEPT_SECONDS = 4.0  # a sender waits about five; one that is told sooner tries again, and holds up nobody meanwhile


class Store:
    """Made by `open_store`. Safe to use from any thread; `close` it at the end, once nobody uses it any more.

    `on_accept` holds what to call, in the thread that accepted, after each commit that kept a new submission.
    `node` names this process in what it claims. `alone` says that no other process uses this database.
    """

    def __init__(
        self,
        both: Engines,
        writer: Writer,
        checkpoints: Checkpointer | None,
        seal: Seal,
        *,
        node: str,
        lock: FileLock | None,
        now: Callable[[], float],
    ) -> None:
        self._engines, self._writer, self._lock, self._now = both, writer, lock, now
        self._checkpoints = checkpoints
        self.seal = seal
        self.node = node
        self.alone = lock is not None
        self.on_accept: list[Callable[[], None]] = []

    def write(self, work: Work[T], *, patience: float = PATIENCE, durable: bool = True) -> T:
        """Run `work` in the writer's transaction; its result, after the commit. See `Writer.write`."""
        return self._writer.write(work, patience=patience, durable=durable)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that cannot write, in one transaction. Unavailable where the database is in trouble.

        Read quickly and close it: a long transaction keeps SQLite's write-ahead log from being cleared.
        """
        try:
            with self._engines.read.connect() as connection:
                yield connection
        except Exception as error:
            if not faults.is_trouble(error):
                raise
            log.error("event=store_read_failed cause=%s", faults.name(error))
            raise faults.unavailable() from None

    def accept(self, submission: Submission, body: bytes, *, deliver: bool = True) -> Receipt:
        """Keep `submission` and, with `deliver`, what makes a task of it; returns once both are on disk.

        `body` is what a repetition must equal: the bytes as they came. The same key and body again give the
        same reference, `repeated`. A partial and its complete one share a reference; a partial that comes
        after its complete one is kept but not delivered. Raises Conflict where the key is known with another
        body, and Unavailable where nothing can be promised now.
        """
        receipt = self._write_soon(self.entry(submission, body, deliver=deliver))
        if receipt is None:
            raise Conflict("this id was accepted before with another body")
        if not receipt.repeated:
            self.announce()
        return receipt

    def entry(self, submission: Submission, body: bytes, *, deliver: bool) -> Entry:
        """The same for who has a transaction to keep it in: what to `keep` there; then `announce`."""
        return Entry(submission, body, self.seal, self._now(), deliver=deliver)

    def announce(self) -> None:
        """Tell all of `on_accept` that a new submission was committed."""
        for call in self.on_accept:
            try:
                call()
            except Exception:
                log.exception("event=on_accept_failed")

    def submission(self, which: str | int) -> StoredSubmission | None:
        """The one with this id or reference, opened, or None; of two that share it the complete one."""
        with self.read() as connection:
            row = submissions.find(connection, which)
        return None if row is None else self.open_sealed(row)

    def partial(self, reference: str) -> StoredSubmission | None:
        """The partial submission with this reference, opened, or None."""
        partials = select(table).where(table.c.reference == reference, ~table.c.complete)
        with self.read() as connection:
            row = connection.execute(partials).first()
        return None if row is None else self.open_sealed(row)

    def open_sealed(self, row: Row[Any]) -> StoredSubmission:
        """A row with the columns of the table `submission`, opened. SetupError where its key is gone."""
        return submissions.unseal(row, self.seal)

    def ping(self, timeout: float) -> None:
        """Prove that a commit reaches the disk within `timeout` seconds. Unavailable where it does not."""
        beat = insert(self._engines.write.dialect.name, pulse)
        statement = beat.on_conflict_do_update(index_elements=["node"], set_={"at": beat.excluded.at})
        row = {"node": self.node, "at": self._now()}

        def prove(connection: Connection) -> None:
            connection.execute(statement, row)

        self.write(prove, patience=timeout)

    def empty_log(self) -> bool:
        """Move SQLite's write-ahead log into the database, so that it keeps no older copy of a page.

        False where somebody was reading all the while. Holds up no writer for longer than 50 ms at a time.
        """
        return engines.empty_log(self._engines.write.url)

    def close(self) -> None:
        """Commit what waits, close the connections, let the next process in. Harmless when called again."""
        self._writer.close()
        if self._checkpoints is not None:
            self._checkpoints.stop()
        self._engines.dispose()
        if self._lock is not None:
            self._lock.release()

    def _write_soon(self, work: Work[T]) -> T:
        return self._writer.write(work, patience=ACCEPT_SECONDS)
