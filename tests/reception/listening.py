"""The server's connections over real sockets, before any WSGI application, in a loop of their own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bridge.reception.connection import Connection
from bridge.reception.server import House

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

DEADLINE = 30.0


class Listening:
    """A server on `port`; `close` is what SIGTERM does."""

    def __init__(self, app: WSGIApplication) -> None:
        self.port = 0
        self._begun, self._app = threading.Event(), app
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._thread.start()
        assert self._begun.wait(DEADLINE)

    def how_many(self) -> int:
        """Connections that are open."""
        return len(self._house._open)

    def waiting(self) -> int:
        """Whole requests that wait for the one before them."""
        return sum(len(connection._requests.whole) for connection in list(self._house._open))

    def close(self) -> None:
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._told.set)
        self._thread.join(DEADLINE)
        assert not self._thread.is_alive()

    async def _serve(self) -> None:
        self._loop, self._told = asyncio.get_running_loop(), asyncio.Event()
        self._house = house = House(self._app, self._loop)
        server = await self._loop.create_server(lambda: Connection(house), "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        house.look()
        self._begun.set()
        await self._told.wait()
        server.close()
        await house.close()


@contextmanager
def listening(app: WSGIApplication) -> Iterator[Listening]:
    """A server until the block ends."""
    server = Listening(app)
    try:
        yield server
    finally:
        server.close()
