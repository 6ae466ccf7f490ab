"""The way between the script and the bridge: open, shut, or losing the answer on its way back."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Door:
    """Stands at one address; hands every request to `port` while that is set, and loses `losing` answers."""

    def __init__(self, address: int) -> None:
        self.url = f"http://127.0.0.1:{address}"
        self.port: int | None = None
        self.losing = 0
        self.statuses: list[int] = []


@contextmanager
def door() -> Iterator[Door]:
    """A door to nowhere, until its `port` is set."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    way = Door(server.server_port)
    server.RequestHandlerClass = _handler(way)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield way
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(way: Door) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.close_connection = True
            status, answer = _through(way, self.path, body, dict(self.headers))
            if status:
                self.send_response(status)
                self.end_headers()
                self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    return Handler


def _through(way: Door, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
    """The bridge's answer, or (0, nothing) where none gets back."""
    if way.port is None:
        return 0, b""
    connection = HTTPConnection("127.0.0.1", way.port, timeout=20)
    try:
        connection.request("POST", path, body, headers)
        response = connection.getresponse()
        status, answer = response.status, response.read()
    except (OSError, HTTPException):
        return 0, b""
    finally:
        connection.close()
    way.statuses.append(status)
    if way.losing:
        way.losing -= 1
        return 0, b""
    return status, answer
