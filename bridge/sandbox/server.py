"""A small threaded HTTP/1.1 server for tests and chaos runs: keeps connections open, cuts them on demand.

`python -m bridge sandbox` runs under the bridge's own server like everything else; this one exists because that does
not let the application reset a connection.
"""

from __future__ import annotations

import io
import socket
import struct
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit
from wsgiref.types import WSGIApplication

from bridge.sandbox.drop import CUT


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: a URL may hold what a log must not."""

    def _answer(self) -> None:
        self._cut = False
        self._start: tuple[str, list[tuple[str, str]]] = ("500 Internal Server Error", [])
        body = self._body()
        if self._cut:
            return
        status, headers = self._start
        code, _, phrase = status.partition(" ")
        self.send_response(int(code), phrase)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _body(self) -> bytes:
        pieces = self.server.application(self._environ(), self._start_response)
        try:
            return b"".join(pieces)
        finally:
            close = getattr(pieces, "close", None)  # PEP 3333: whatever happened
            if close is not None:
                close()

    do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815 - the names http.server asks for

    def _start_response(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        self._start = (status, headers)
        return lambda data: None

    def _cut_connection(self) -> None:
        """RST instead of FIN: SO_LINGER with a linger time of zero (POSIX close(2), socket(7))."""
        self._cut = self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def _environ(self) -> dict[str, Any]:
        url = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        environ = {
            "REQUEST_METHOD": self.command,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote(url.path, "latin-1"),
            "QUERY_STRING": url.query,
            "SERVER_NAME": self.server.server_name,
            "SERVER_PORT": str(self.server.server_port),
            "SERVER_PROTOCOL": self.request_version,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(length),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(self.rfile.read(length)),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            CUT: self._cut_connection,
        }
        environ |= {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in self.headers.items()}
        return environ


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], application: WSGIApplication) -> None:
        super().__init__(address, _Handler)
        self.application = application

    def shutdown_request(self, request: Any) -> None:
        """Close without the polite shutdown, so that a cut connection ends in a reset."""
        self.close_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news here."""


@contextmanager
def serving(application: WSGIApplication, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """The application's base URL while it runs in a thread of this process; port 0 takes a free one."""
    server = _Server((host, port), application)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
