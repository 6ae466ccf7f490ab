"""The faulty machine, and a bridge that runs on it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.chaos.machine import Machine, NoCompilerError
from tests.databases import Postgres


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
