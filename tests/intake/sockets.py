"""HTTP by hand: bytes as they are, for what no client library would send."""

from __future__ import annotations

import json
import select
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.intake.signing import headers

DEADLINE = 30.0


@dataclass(frozen=True)
class Answer:
    """One HTTP answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


def request(
    raw: bytes,
    at: int,
    *,
    line: str = "POST /v1/submissions HTTP/1.1",
    without: tuple[str, ...] = (),
    more: tuple[str, ...] = (),
    close: bool = True,
) -> bytes:
    """A signed request, with header lines left out or added, and a body."""
    given = headers(raw, at=at) | {"host": "test", "content-length": str(len(raw))}
    lines = [f"{name}: {value}" for name, value in given.items() if name not in without]
    head = [line, *lines, *more, *(["connection: close"] if close else [])]
    return "\r\n".join([*head, "", ""]).encode("latin-1") + raw


def chunked(raw: bytes) -> bytes:
    """`raw` in one chunk, and the end."""
    return b"%x\r\n%s\r\n0\r\n\r\n" % (len(raw), raw)


class Line:
    """A connection to the bridge."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=DEADLINE)
        self._rest = b""

    def __enter__(self) -> Line:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def send(self, data: bytes) -> None:
        """Send; a server that has heard enough may hang up meanwhile."""
        try:
            self._socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            return

    def end(self) -> None:
        """Say that nothing more will come, and go on listening."""
        self._socket.shutdown(socket.SHUT_WR)

    def answer(self) -> Answer | None:
        """The next answer; None where the server hung up without one."""
        while (found := self._parsed()) is None:
            data = self._receive()
            if not data:
                return None
            self._rest += data
        return found

    def answer_if_there(self, seconds: float) -> Answer | None:
        """The next answer if it comes within so many seconds; else None, and it may still be asked for."""
        if not select.select([self._socket], [], [], seconds)[0]:
            return None
        return self.answer()

    def is_closed(self) -> bool:
        """Whether the server hangs up, within the deadline."""
        return self._rest == b"" and self._receive() == b""

    def _receive(self) -> bytes:
        try:
            return self._socket.recv(65_536)
        except ConnectionResetError:
            return b""

    def _parsed(self) -> Answer | None:
        head, end, rest = self._rest.partition(b"\r\n\r\n")
        if not end:
            return None
        status, *lines = head.decode("latin-1").split("\r\n")
        found = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        length = int(found.get("content-length", 0))
        if len(rest) < length:
            return None
        self._rest = rest[length:]
        return Answer(int(status.split(" ")[1]), found, rest[:length])


def exchange(port: int, data: bytes) -> Answer | None:
    """Send on a connection of its own, and take the first answer."""
    with Line(port) as line:
        line.send(data)
        return line.answer()
