"""One request over HTTP/1.1, within bounds that hold whatever the other side does.

Python's own client: it takes no proxy from the environment, follows no redirect and keeps no cookie. Its timeouts are
for each read alone, so whoever waits for a `Call` ends it from outside when its time is over.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection, IncompleteRead, RemoteDisconnected
from urllib.parse import urlsplit

from bridge.lookup.answer import MOST, AnswerRefused

_JSON = ("", "utf-8", "utf8")  # what `charset` may say


class Call:
    """One request under way, and the time it has. `end` from any thread makes it fail at once."""

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None

    def seconds_left(self) -> float:
        """What remains of its time. Raises `TimeoutError` where nothing does."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def uses(self, connection: HTTPConnection) -> None:
        """Runs on this connection, which `end` will end. Raises `TimeoutError` where its time is over."""
        with self._lock:
            left = self.seconds_left()
            connection.sock.settimeout(left)
            self._socket = connection.sock

    def let_go(self) -> None:
        """Its connection may serve another call."""
        with self._lock:
            self._socket = None

    def end(self) -> None:
        """Cut it short."""
        with self._lock:
            if self._socket is not None:
                with contextlib.suppress(OSError):
                    socket.socket.shutdown(self._socket, socket.SHUT_RDWR)  # not TLS's own, which the reader still uses


class Wire:
    """Requests to one service. Connections that went well wait for the next request. Safe from any thread."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host, self._port, self._path = parts.hostname or "", parts.port, parts.path.rstrip("/")
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        self._idle: list[HTTPConnection] = []
        self._is_closed = False

    def post(self, path: str, body: bytes, headers: Mapping[str, str], call: Call) -> bytes:
        """The body of a 200. Raises `AnswerRefused` for any other answer, `OSError` and `HTTPException` for none."""
        if connection := self._waiting():
            try:
                return self._exchange(connection, path, body, headers, call)
            except (RemoteDisconnected, ConnectionError):
                call.seconds_left()  # an idle connection that the service had closed meanwhile; else its time is over
        return self._exchange(self._connected(call), path, body, headers, call)

    def close(self) -> None:
        """Close what waits, and keep nothing from now on."""
        self._is_closed = True
        while connection := self._waiting():
            connection.close()

    def _waiting(self) -> HTTPConnection | None:
        """The connection that was used last: its other end is the least likely to be tired of it."""
        try:
            return self._idle.pop()
        except IndexError:
            return None

    def _connected(self, call: Call) -> HTTPConnection:
        connection = self._connection(call.seconds_left())
        connection.connect()
        return connection

    def _connection(self, seconds: float) -> HTTPConnection:
        if self._tls is not None:
            return HTTPSConnection(self._host, self._port, timeout=seconds, context=self._tls)
        return HTTPConnection(self._host, self._port, timeout=seconds)

    def _exchange(
        self, connection: HTTPConnection, path: str, body: bytes, headers: Mapping[str, str], call: Call
    ) -> bytes:
        reusable = False
        try:
            call.uses(connection)
            connection.request("POST", self._path + path, body, dict(headers))
            with connection.getresponse() as response:
                content = _content(response)
                reusable = response.isclosed() and connection.sock is not None
            return content
        finally:
            call.let_go()
            if reusable and not self._is_closed:
                self._idle.append(connection)
            else:
                connection.close()


def _content(response: HTTPResponse) -> bytes:
    if response.status != 200:
        raise AnswerRefused(f"status_{response.status}")
    content_type = response.headers.get_content_type()
    charset = str(response.headers.get_param("charset", "")).lower()
    encoding = response.headers.get("Content-Encoding", "identity").lower()
    if content_type != "application/json" or charset not in _JSON or encoding != "identity":
        raise AnswerRefused("not_json")
    content = response.read(MOST + 1)
    if len(content) > MOST:
        raise AnswerRefused("too_large")
    if response.length:
        raise IncompleteRead(content)
    return content
