"""One connection: its requests are answered in the order in which they came, and nobody holds it by doing nothing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from bridge import problem
from bridge.reception.requests import Request, Requests, Unreadable
from bridge.reception.writing import GO_ON, message
from bridge.wsgi import HttpAnswer

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

HEAD_SECONDS = 10.0  # from the last answer to the end of the next headers
BODY_SECONDS = 5.0  # from the end of the headers to the end of the body
WRITE_SECONDS = 30.0  # that a long answer may stay unread
AT_ONCE = 16  # requests of one connection that are answered before others have their turn
LINGER_SECONDS = 5.0  # that we still listen after a refusal: to hang up on who sends would take the answer back
NEVER = float("inf")


class House(Protocol):
    """What all connections share. `reading` takes what one of them has received, and bounds how much that may be."""

    reading: memoryview

    def take(self, environ: WSGIEnvironment, reply: Callable[[HttpAnswer], None]) -> None:
        """Have a request worked on; `reply` is called once, in the loop, at once or later."""

    def opened(self, connection: Connection) -> None: ...

    def closed(self, connection: Connection) -> None: ...


class Connection(asyncio.BufferedProtocol):
    """`until` is when the other side has had time enough (monotonic); then somebody calls `late`."""

    _transport: asyncio.Transport
    _requests: Requests

    def __init__(self, house: House) -> None:
        self.until = NEVER
        self._house = house
        self._working: Request | None = None
        self._refusal: int | None = None
        self._is_deaf = self._is_full = self._is_last = self._is_over = self._goes_on_already = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        here, there = transport.get_extra_info("sockname"), transport.get_extra_info("peername")
        self._transport, self._requests = transport, Requests(here[:2], there[0])
        self.until = time.monotonic() + HEAD_SECONDS
        self._house.opened(self)

    def connection_lost(self, error: Exception | None) -> None:
        self._is_over = True
        self._house.closed(self)

    def get_buffer(self, sizehint: int) -> memoryview:
        """Where the loop puts what came; read before the next connection's turn, so one is enough for all."""
        return self._house.reading

    def buffer_updated(self, count: int) -> None:
        if self._is_deaf:
            return
        data = bytes(self._house.reading[:count])
        waited = self._requests.in_body
        try:
            self._requests.feed(data)
        except Unreadable as unreadable:
            self._refuse(unreadable.status)
        if self._requests.in_body and not waited:
            self.until = time.monotonic() + BODY_SECONDS
        self._go_on()

    def eof_received(self) -> bool:
        """Who has no more to say may still be listening. Whether the connection stays open."""
        if not self._is_deaf:
            self._is_deaf = True
            if self._requests.in_body:
                self._refuse(400)
            self._go_on()
        return not self._is_over

    def pause_writing(self) -> None:
        self._is_full, self.until = True, time.monotonic() + WRITE_SECONDS

    def resume_writing(self) -> None:
        self._is_full, self.until = False, time.monotonic() + HEAD_SECONDS
        self._go_on()

    @property
    def is_idle(self) -> bool:
        """Whether nothing whole has come that is not answered."""
        return not (self._working or self._requests.whole or self._is_over)

    @property
    def ends(self) -> bool:
        """Whether it was told to hang up."""
        return self._is_last

    def late(self) -> None:
        """The other side has had time enough."""
        if self._is_over or self._is_full:
            self._transport.abort()
        elif self._working is None and self._requests.in_body:
            self._refuse(408)
            self._go_on()
        elif self._working is None:
            self._transport.close()

    def end(self) -> None:
        """Hang up, as soon as what came whole is answered."""
        self._is_last = True
        if self.is_idle or self._is_over:
            self._transport.close()

    def _refuse(self, status: int) -> None:
        """Answer so, after all that came before, and listen to nothing that comes behind."""
        self._refusal, self._is_deaf = status, True

    def _go_on(self) -> None:
        """Begin what comes next, once nothing else is under way. An answer may come at once, hence no recursion."""
        if self._goes_on_already:
            return
        self._goes_on_already = True
        left = AT_ONCE
        while left and not (self._working or self._is_full or self._is_over) and self._next():
            left -= 1
        self._goes_on_already = False
        if not left:
            asyncio.get_running_loop().call_soon(self._go_on)
        self._listen()

    def _next(self) -> bool:
        """Do the next thing there is to do; False where there is nothing."""
        if self._requests.whole:
            self._working, self.until = self._requests.whole.popleft(), NEVER
            self._house.take(self._working.environ, self._reply)
        elif self._refusal is not None:
            self._write(problem.answer(self._refusal), to_head=False, goes_on=False, is_old=False)
            self._linger()
        elif self._is_deaf:
            self._hang_up()
        elif self._requests.asks:
            self._requests.asks = False
            self._transport.write(GO_ON)
        else:
            return False
        return True

    def _listen(self) -> None:
        """Who sends more before the first is answered has to wait: we keep no more than one reading of it."""
        if self._is_over:
            return
        if self._requests.whole:
            self._transport.pause_reading()
        elif not self._transport.is_reading():
            self._transport.resume_reading()

    def _reply(self, answer: HttpAnswer) -> None:
        request, self._working = self._working, None
        if request is None or self._transport.is_closing():
            return
        goes_on = request.goes_on and not (self._is_last and not self._requests.whole)
        is_old = request.environ["SERVER_PROTOCOL"] == "HTTP/1.0"
        self._write(answer, to_head=request.environ["REQUEST_METHOD"] == "HEAD", goes_on=goes_on, is_old=is_old)
        if not goes_on:
            self._hang_up()
        elif not self._is_full:
            self.until = time.monotonic() + (BODY_SECONDS if self._requests.in_body else HEAD_SECONDS)
            self._go_on()

    def _write(self, answer: HttpAnswer, *, to_head: bool, goes_on: bool, is_old: bool) -> None:
        try:
            data = message(answer, to_head=to_head, goes_on=goes_on, is_old=is_old)
        except ValueError as error:
            data = message(problem.of(error, "reception"), to_head=to_head, goes_on=goes_on, is_old=is_old)
        self._transport.write(data)

    def _hang_up(self) -> None:
        self._is_over = self._is_deaf = True
        self.until = time.monotonic() + WRITE_SECONDS
        self._transport.close()

    def _linger(self) -> None:
        """Say that this was the end, and wait for the other side to hear it."""
        self._is_over = self._is_deaf = True
        self.until = time.monotonic() + LINGER_SECONDS
        self._transport.write_eof()
