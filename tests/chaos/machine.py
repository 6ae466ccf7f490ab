"""The machine under a process, steered from the test: a disk that waits, fails or forgets, a clock that steps.

`machine.c` is compiled when it is first needed and LD_PRELOADed, so that the bridge itself runs unchanged. Where
there is no C compiler, what needs it is skipped with that reason.
"""

from __future__ import annotations

import errno
import mmap
import shutil
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SOURCE = Path(__file__).with_name("machine.c")
FIELDS = ("clock_offset", "sync_held", "sync_delay", "write_errno", "syncs_begun", "syncs_ended")
LONG = struct.calcsize("l")


class NoCompilerError(Exception):
    """There is no C compiler here, or it fails; the text says which."""


class Machine:
    """One page of memory that the processes share with us. `environ` is what makes a process run on this machine."""

    def __init__(self, folder: Path, *, forgets: bool = False) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        path, self.kept = folder / "machine.page", folder / "kept"
        path.write_bytes(bytes(mmap.PAGESIZE))
        path.chmod(0o666)  # PostgreSQL runs as another user
        with path.open("r+b") as file:
            self._page = mmap.mmap(file.fileno(), mmap.PAGESIZE)
        self.environ = {"LD_PRELOAD": str(compiled(folder)), "MACHINE_PAGE": str(path)}
        if forgets:
            self.kept.mkdir()
            self.environ["MACHINE_KEPT"] = str(self.kept)

    def step_clock(self, seconds: float) -> None:
        """Set the wall clock that many seconds ahead of the true time; 0 is the true time again."""
        self._put("clock_offset", int(seconds * 1e9))

    @contextmanager
    def disk_failing(self, reason: int = errno.EROFS) -> Iterator[None]:
        """Nothing can be written by position or synced."""
        self._put("write_errno", reason)
        try:
            yield
        finally:
            self._put("write_errno", 0)

    @contextmanager
    def disk_standing_still(self) -> Iterator[None]:
        """No fsync returns."""
        self._put("sync_held", 1)
        try:
            yield
        finally:
            self._put("sync_held", 0)

    def slow_disk(self, seconds: float) -> None:
        """Each fsync takes that much longer."""
        self._put("sync_delay", int(seconds * 1e6))

    @property
    def syncs_begun(self) -> int:
        return self._get("syncs_begun")

    @property
    def syncs_ended(self) -> int:
        return self._get("syncs_ended")

    def _put(self, field: str, value: int) -> None:
        struct.pack_into("l", self._page, FIELDS.index(field) * LONG, value)

    def _get(self, field: str) -> int:
        value: int = struct.unpack_from("l", self._page, FIELDS.index(field) * LONG)[0]
        return value


def compiled(folder: Path) -> Path:
    """The library, built into `folder`. Raises `NoCompilerError`."""
    compiler = shutil.which("cc")
    if compiler is None:
        raise NoCompilerError("no C compiler (cc) to build the faulty machine with")
    library = folder / "machine.so"
    command = [compiler, "-O2", "-shared", "-fPIC", "-o", str(library), str(SOURCE), "-ldl", "-lpthread"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        raise NoCompilerError(f"cc fails to build the faulty machine: {done.stderr[-300:]}")
    return library
