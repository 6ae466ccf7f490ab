"""Where requests wait until they are whole: granian's RSGI on one side, a WSGI application on the other.

Granian's own WSGI reads a body in the thread that works on it and without any time limit, so that as many silent
senders as there are threads would stop the service, and would keep it from stopping too. Here a slow sender holds
a socket for some seconds and no thread; then it is told 408 and the socket is closed.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from io import BytesIO
from typing import TYPE_CHECKING, Any, Protocol

from granian.rsgi import ProtocolClosed, ProtocolError, Scope  # type: ignore[attr-defined]

from bridge import problem
from bridge.commands.giving_way import GivingWay
from bridge.wsgi import HttpAnswer, address_of, length_of

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

MAX_BODY = 64 * 1024  # bytes; every route takes less
BODY_SECONDS = 5.0  # from the end of the headers to the end of the body
GIVE_WAY = ("/v1/submissions", "/ussd/")  # what wait for nothing but the store, or say so (docs/decisions/0020)
MAX_WAITING = 512  # requests worked on or waiting for a thread; more are told 503
NEVER_REFUSED = ("/ussd/", "/healthz")  # a caller hears a screen whatever waits; who is busy is alive


class Sender(Protocol):
    """Granian's `HTTPProtocol`, as far as we use it: the body to come, and the way to answer."""

    def __call__(self) -> Awaitable[bytes]: ...

    def response_bytes(self, status: int, headers: Sequence[tuple[str, str]], body: bytes) -> None: ...


_SAME_FOR_ALL: dict[str, Any] = {
    "SCRIPT_NAME": "",
    "wsgi.version": (1, 0),
    "wsgi.errors": sys.stderr,
    "wsgi.input_terminated": True,
    "wsgi.multithread": True,
    "wsgi.multiprocess": False,
    "wsgi.run_once": False,
}


class Reception:
    """The RSGI application to hand to granian. `app` is called in one of `threads` threads, with a whole body."""

    def __init__(self, app: WSGIApplication, threads: int) -> None:
        self._app = app
        self._threads, self._most = ThreadPoolExecutor(threads, "request"), threads
        self._here: GivingWay | None = None
        self._waiting = 0

    async def __call__(self, scope: Scope, sender: Sender) -> None:
        try:
            answer = await self._answer(_environ(scope), sender)
        except (ProtocolClosed, ProtocolError):  # the sender is gone, or broke off
            answer = problem.answer(400)
        sender.response_bytes(*answer)

    async def _answer(self, environ: WSGIEnvironment, sender: Sender) -> HttpAnswer:
        environ["bridge.arrived"] = time.monotonic()
        length = length_of(environ) or 0  # a body without a clear length stays unread
        if length > MAX_BODY:
            return problem.answer(413)
        if self._waiting >= MAX_WAITING and not address_of(environ).startswith(NEVER_REFUSED):
            return problem.answer(503, ("Retry-After", "1"))
        try:
            environ["wsgi.input"] = BytesIO(await self._body(sender) if length else b"")
        except TimeoutError:
            return problem.answer(408, ("Connection", "close"))
        return await self._worked_on(environ)

    async def _body(self, sender: Sender) -> bytes:
        """What is sent within BODY_SECONDS. Raises TimeoutError."""
        deadlines, reading = self._giving_way().deadlines, asyncio.current_task()
        if reading is None:
            raise RuntimeError("a request is answered in a task of the loop")
        deadlines.set(reading, BODY_SECONDS, reading.cancel)
        try:
            return await sender()
        except asyncio.CancelledError:
            if deadlines.clear(reading):
                raise  # somebody else does not want it any more
            reading.uncancel()
            raise TimeoutError from None
        finally:
            deadlines.clear(reading)

    async def _worked_on(self, environ: WSGIEnvironment) -> HttpAnswer:
        self._waiting += 1
        try:
            if address_of(environ).startswith(GIVE_WAY):
                return await self._giving_way().run(partial(self._work, environ))
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._work, environ)
        finally:
            self._waiting -= 1

    def _giving_way(self) -> GivingWay:
        if self._here is None:
            aside = ThreadPoolExecutor(self._most, "aside")  # their own: pages that wait for a database hold up nobody
            self._here = GivingWay(asyncio.get_running_loop(), aside)
        return self._here

    def _work(self, environ: WSGIEnvironment) -> HttpAnswer:
        started: list[tuple[str, list[tuple[str, str]]]] = []
        chunks = self._app(environ, lambda status, headers, *_: started.append((status, headers)))  # type: ignore[arg-type]
        try:
            body = b"".join(chunks)
        finally:
            _close(chunks)
        status, headers = started[-1]
        return HttpAnswer(int(status.split(" ", 1)[0]), headers, body)


def _environ(scope: Scope) -> WSGIEnvironment:
    """The request as PEP 3333 wants it: text that holds bytes, lines of one header joined with commas."""
    server, port = scope.server.rsplit(":", 1)
    environ = {
        **_SAME_FOR_ALL,
        "REQUEST_METHOD": scope.method,
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string.encode().decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "SERVER_NAME": server.strip("[]"),
        "SERVER_PORT": port,
        "REMOTE_ADDR": scope.client.rsplit(":", 1)[0].strip("[]"),
        "wsgi.url_scheme": scope.scheme,
    }
    for name, value in scope.headers.items():
        if "_" in name:
            continue  # in this form it would pass for the header that is spelt with a dash
        variable = _variable(name)
        environ[variable] = f"{environ[variable]},{value}" if variable in environ else value
    return environ


@lru_cache(256)
def _variable(name: str) -> str:
    variable = name.upper().replace("-", "_")
    return variable if variable in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{variable}"


def _close(chunks: Iterable[bytes]) -> None:
    close = getattr(chunks, "close", None)
    if close is not None:
        close()
