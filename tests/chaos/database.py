"""The database under trial: SQLite on a small disk, or a PostgreSQL on one that restarts, crashes and is mended."""

from __future__ import annotations

import signal
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.chaos.machine import Machine
from tests.databases import NoPostgresError, Postgres
from tests.store.disks import NoSmallDiskError, SmallDisk, mounted

KILOBYTES = {"sqlite": 65_536, "postgresql": 262_144}


class Database:
    """`disk` is small and its own, or None where none can be mounted; `machine` is what its writes go through.

    For SQLite that is the machine of the bridge itself.
    """

    def __init__(self, url: str, machine: Machine | None, disk: SmallDisk | None, postgres: Postgres | None) -> None:
        self.url, self.machine, self.disk, self.postgres = url, machine, disk, postgres
        self._hands = ThreadPoolExecutor(1)  # PostgreSQL is told to die with the thread that started it

    def stop(self, how: signal.Signals) -> None:
        assert self.postgres
        self.postgres.stop(how)

    def start(self) -> None:
        assert self.postgres
        self._hands.submit(self.postgres.start, fsync=True).result()

    def mend(self) -> None:
        """What an admin does whose PostgreSQL gave up while its disk was in trouble."""
        if self.postgres:
            self._hands.submit(self.postgres.mend).result()

    def close(self) -> None:
        self._hands.shutdown()


@contextmanager
def sqlite(folder: Path, machine: Machine | None, skipped: list[str]) -> Iterator[Database]:
    """A file in `folder`, on a disk of its own where that can be."""
    with ExitStack() as stack:
        disk = _disk(stack, folder, "sqlite", skipped)
        place = disk.folder if disk else folder
        yield Database(f"sqlite:///{place / 'bridge.db'}", machine, disk, None)


@contextmanager
def postgresql(folder: Path, machine: Machine | None, skipped: list[str]) -> Iterator[Database]:
    """A PostgreSQL that keeps what it confirmed, whatever happens to its process. Raises `NoPostgresError`."""
    with ExitStack() as stack:
        disk = _disk(stack, folder, "postgresql", skipped)
        place = disk.folder if disk else Path(tempfile.mkdtemp(prefix="bridge-pg-"))
        postgres = Postgres(machine.environ if machine else {}, place)
        stack.callback(postgres.remove)
        database = Database(postgres.url(postgres.create()), machine, disk, postgres)
        stack.callback(database.close)
        database.stop(signal.SIGINT)
        database.start()
        yield database


def _disk(stack: ExitStack, folder: Path, kind: str, skipped: list[str]) -> SmallDisk | None:
    try:
        return stack.enter_context(mounted(folder / "disk", KILOBYTES[kind]))
    except NoSmallDiskError as reason:
        skipped.append(f"{kind}: a full disk ({reason})")
        return None


__all__ = ["Database", "NoPostgresError", "postgresql", "sqlite"]
