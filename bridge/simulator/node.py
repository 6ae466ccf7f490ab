"""A Node process that answers JSON lines, for as long as we live: its input ends with us, and it with its input."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from typing import IO, Any, cast


class NodeError(Exception):
    """The process could not be started, or is gone."""


class NodeProcess:
    """One question at a time. Raises `NodeError` where Node cannot be started."""

    def __init__(self, *command: str) -> None:
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own program and the Node that was found
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # it could repeat what a caller typed
                text=True,
                encoding="utf-8",
            )
        except OSError:
            raise NodeError from None
        self._in, self._out = cast(IO[str], self._process.stdin), cast(IO[str], self._process.stdout)

    @property
    def is_alive(self) -> bool:
        """Whether it can still be asked."""
        return self._process.poll() is None

    def ask(self, question: Mapping[str, Any]) -> Mapping[str, Any]:
        """The answer to one question. Raises `NodeError`."""
        try:
            self._in.write(json.dumps(question) + "\n")
            self._in.flush()
            answer: Mapping[str, Any] = json.loads(self._out.readline())
        except (OSError, ValueError):
            raise NodeError from None
        return answer

    def end(self) -> None:
        """End it, whatever it is doing."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._in, self._out):
            with suppress(OSError):  # what was not written to it yet is of no use to anybody
                pipe.close()
