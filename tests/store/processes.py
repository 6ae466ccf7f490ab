"""Other processes that use the store, and the way to talk to them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager


class Accepting:
    """`accepting.py`, opened and waiting; `go` lets it begin."""

    def __init__(self, url: str, key: str, prefix: str, count: int | None = None) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.store.accepting", url, prefix, *([str(count)] if count else [])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "DATA_KEY": key},
            text=True,
        )
        assert self._process.stdin
        assert self._process.stdout
        self._in, self._out = self._process.stdin, self._process.stdout
        assert self._out.readline() == "ready\n"

    def go(self) -> None:
        """Let it accept."""
        self._in.write("\n")
        self._in.flush()

    def promise(self) -> str:
        """The next session that it was promised to be kept, with its reference."""
        return self._out.readline()

    def kill(self) -> None:
        """kill -9."""
        self._process.kill()

    def rest(self) -> list[str]:
        """All further whole lines, until it ended."""
        lines = self._out.read().splitlines(keepends=True)
        self._process.wait()
        return [line for line in lines if line.endswith("\n")]

    def close(self) -> None:
        """End it and its pipes, whatever it does."""
        self._process.kill()
        self._process.wait()
        self._in.close()
        self._out.close()


@contextmanager
def accepting(url: str, key: str, prefix: str, count: int | None = None) -> Iterator[Accepting]:
    """A process that is open and ready to accept; it is gone at the end."""
    process = Accepting(url, key, prefix, count)
    try:
        yield process
    finally:
        process.close()
