"""Who works on a request: the event loop's own thread where callers wait for the answer, another one for all pages."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

from bridge import problem
from bridge.reception.giving_way import GivingWay
from bridge.wsgi import HttpAnswer, address_of

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

THREADS = 64  # pages worked on at once, and as many pieces of work that block
GIVE_WAY = ("/v1/submissions", "/ussd/")  # what wait for nothing but the store, or say so (docs/decisions/0020)
MAX_WAITING = 512  # requests worked on or waiting for a thread; more are told 503
NEVER_REFUSED = ("/ussd/", "/healthz")  # a caller hears a screen whatever waits; who is busy is alive

Reply = Callable[[HttpAnswer], None]


class Desk:
    """Hands requests to the WSGI application `app`. Of one event loop, and used in its thread alone."""

    def __init__(self, app: WSGIApplication, loop: asyncio.AbstractEventLoop, threads: int = THREADS) -> None:
        self._app, self._loop = app, loop
        self._threads = ThreadPoolExecutor(threads, "request")
        aside = ThreadPoolExecutor(threads, "aside")  # their own: pages that wait for a database hold up nobody
        self._here = GivingWay(loop, aside)
        self._waiting = 0

    def take(self, environ: WSGIEnvironment, reply: Reply) -> None:
        """Have a whole request worked on; `reply` is called once, in the loop, at once or later."""
        path = address_of(environ)
        if self._waiting >= MAX_WAITING and not path.startswith(NEVER_REFUSED):
            reply(problem.answer(503, ("Retry-After", "1")))
            return
        self._waiting += 1
        work, done = partial(self._work, environ), partial(self._done, reply)
        if path.startswith(GIVE_WAY):
            self._here.begin(work, done)
        else:
            self._threads.submit(self._work_apart, work, done)

    def _work_apart(self, work: Callable[[], HttpAnswer], done: Reply) -> None:
        self._loop.call_soon_threadsafe(done, work())

    def _done(self, reply: Reply, answer: HttpAnswer) -> None:
        self._waiting -= 1
        reply(answer)

    def _work(self, environ: WSGIEnvironment) -> HttpAnswer:
        """The application's answer. Errors that come out of it all the same are ours to tell."""
        try:
            return self._asked(environ)
        except Exception as error:
            return problem.of(error, "reception")

    def _asked(self, environ: WSGIEnvironment) -> HttpAnswer:
        started: list[tuple[str, list[tuple[str, str]]]] = []
        chunks = self._app(environ, lambda status, headers, *_: started.append((status, headers)))  # type: ignore[arg-type]
        try:
            body = b"".join(chunks)
        finally:
            _close(chunks)
        status, headers = started[-1]
        return HttpAnswer(int(status.split(" ", 1)[0]), headers, body)


def _close(chunks: Iterable[bytes]) -> None:
    close = getattr(chunks, "close", None)
    if close is not None:
        close()
