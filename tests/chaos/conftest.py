"""The faulty machine, and a bridge that runs on it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.chaos.machine import Machine, NoCompilerError
from tests.chaos.posting import SECRET_TEXT
from tests.databases import KINDS, Postgres
from tests.servers import Server, running, settings


@contextmanager
def made(*, forgets: bool) -> Iterator[Machine]:
    """A machine in a folder that PostgreSQL's own user may read; a skip where it cannot be built."""
    folder = Path(tempfile.mkdtemp(prefix="bridge-machine-"))
    folder.chmod(0o755)
    try:
        yield Machine(folder, forgets=forgets)
    except NoCompilerError as reason:
        pytest.skip(str(reason))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def machine() -> Iterator[Machine]:
    """A machine whose disk and clock the test steers."""
    with made(forgets=False) as machine:
        yield machine


@pytest.fixture
def forgetful_machine() -> Iterator[Machine]:
    """One that also keeps what its disk would have left after a power loss."""
    with made(forgets=True) as machine:
        yield machine


@pytest.fixture
def postgres_on_machine(postgres: Postgres, machine: Machine) -> Iterator[Postgres]:
    """A PostgreSQL of our own whose disk is the machine's; only where the shared one runs at all."""
    own = Postgres(machine.environ)
    try:
        own.stop()
        own.start(fsync=True)
        yield own
    finally:
        own.remove()


@dataclass(frozen=True)
class Bridge:
    """A running bridge on a database whose disk is the machine's."""

    server: Server
    postgres: Postgres | None

    def mend(self) -> None:
        """Start PostgreSQL again where it gave up."""
        if self.postgres:
            self.postgres.mend()


@pytest.fixture(params=KINDS)
def bridge_on_machine(request: pytest.FixtureRequest, tmp_path: Path, machine: Machine) -> Iterator[Bridge]:
    """One on each kind of database."""
    environ, postgres = settings(tmp_path, SECRET_TEXT), None
    if request.param == "sqlite":
        environ |= machine.environ
    else:
        postgres = request.getfixturevalue("postgres_on_machine")
        environ["DATABASE_URL"] = postgres.url(postgres.create())
    with running(tmp_path, environ) as server:
        yield Bridge(server, postgres)
