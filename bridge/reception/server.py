"""The production server: one event loop, in our own process (docs/decisions/0032-one-loop.md)."""

from __future__ import annotations

import asyncio
import gc
import logging
import resource
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from operator import attrgetter
from typing import TYPE_CHECKING, Protocol

from bridge.errors import SetupError
from bridge.reception.connection import Connection
from bridge.reception.desk import Desk
from bridge.wsgi import HttpAnswer

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

log = logging.getLogger(__name__)

CONNECTIONS = 1024  # open at once; then whoever has been silent for longest makes room
READING = 8 * 1024  # bytes taken of one connection at a time: as many requests as stand in them are kept
BACKLOG = 1024  # connections that the kernel takes for us meanwhile
LOOKS = 0.25  # seconds between two looks at who takes too long
STOP_SECONDS = 10.0  # for what is being worked on when we are told to stop; longer than any answer takes


class Running(Protocol):
    """What is started before the first request and stopped after the last."""

    def start(self) -> None: ...

    def stop(self) -> None: ...


def serve(app: WSGIApplication, running: Running, host: str, port: int) -> int:
    """Serve `app` until SIGTERM or Ctrl-C. Returns the exit code. Raises SetupError where it cannot listen."""
    _allow_files()
    running.start()
    gc.freeze()  # what is there by now stays; going through it again and again would only hold up requests
    try:
        asyncio.run(_serve(app, host, port))
    finally:
        running.stop()
    return 0


def _allow_files() -> None:
    """As many open files as we may have: each connection is one, and many systems give 1,024 to who does not ask."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


async def _serve(app: WSGIApplication, host: str, port: int) -> None:
    loop, told = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    house = House(app, loop)
    try:
        listening = await loop.create_server(lambda: Connection(house), host, port, backlog=BACKLOG)
    except OSError:  # it was free when `wait_for_port` looked
        raise SetupError(f"cannot listen on {host} port {port}: another program was quicker; start again") from None
    log.info("Listening on http://%s:%d", f"[{host}]" if ":" in host else host, port)
    house.look()
    await told.wait()
    listening.close()
    await house.close()


class House:
    """All connections of one loop, and the desk that they share."""

    def __init__(self, app: WSGIApplication, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self.reading = memoryview(bytearray(READING))
        self._open: set[Connection] = set()
        self._empty, self._closes = asyncio.Event(), False
        self.take: Callable[[WSGIEnvironment, Callable[[HttpAnswer], None]], None] = Desk(app, loop).take

    def opened(self, connection: Connection) -> None:
        self._open.add(connection)
        if self._closes:  # it was taken just before we ceased to listen
            connection.end()
        elif len(self._open) > CONNECTIONS:
            staying = [other for other in self._open if not other.ends]  # many may come before one is gone
            min(staying, key=attrgetter("until")).end()

    def closed(self, connection: Connection) -> None:
        self._open.discard(connection)
        if not self._open:
            self._empty.set()

    def look(self) -> None:
        """Deal with who takes too long, now and then; again also where one of them makes trouble, hence first."""
        self._loop.call_later(LOOKS, self.look)
        now = time.monotonic()
        for connection in [connection for connection in self._open if connection.until <= now]:
            connection.late()

    async def close(self) -> None:
        """Answer what has come whole, and hang up on everybody."""
        self._closes = True
        self._empty.clear()
        for connection in list(self._open):
            connection.end()
        if self._open:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._empty.wait(), STOP_SECONDS)
