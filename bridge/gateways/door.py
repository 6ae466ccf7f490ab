"""The HTTP door of all gateways, `/ussd/<gateway>/<token>`: refuses what is not theirs, and hands the rest on."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bridge import problem
from bridge.errors import Malformed
from bridge.gateways.base import Gateway
from bridge.gateways.protection import Guard
from bridge.gateways.turn import Kind, Turn
from bridge.gateways.turns import Turns
from bridge.gateways.wire import Answer, Request
from bridge.value import replace
from bridge.wsgi import HttpAnswer, length_of, media_type, method_of, read, whole

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

log = logging.getLogger(__name__)

LONGEST_BODY = 16 * 1024  # bytes
LONGEST_QUERY = 8 * 1024
SIMULATED = "HTTP_USSD_SIMULATED"  # of our own simulator; a request without the token gets no further anyway
ARRIVED = "bridge.arrived"  # in the WSGI environment: see `bridge.reception.requests`


@dataclass(frozen=True, slots=True)
class Door:
    """One gateway that is mounted: its protocol, what its requests must show, and who serves its turns."""

    gateway: Gateway
    guard: Guard
    turns: Turns

    def serve(self, environ: WSGIEnvironment, below: str) -> HttpAnswer:
        """The answer to one request of somebody who may ask. `below` is what stands below the token."""
        if not self.gateway.paths.fullmatch(below):
            return problem.answer(404)
        method = method_of(environ)
        if method != self.gateway.allowed(below):
            return problem.answer(405, ("Allow", self.gateway.allowed(below)))
        if len(environ["QUERY_STRING"]) > LONGEST_QUERY:
            return problem.answer(414)
        if method == "GET":
            return self._answered(environ, below, b"")
        return self._with_body(environ, below)

    def refusal(self, environ: WSGIEnvironment, token: str, source: str) -> int | None:
        """The status for those who show no right to ask; None for the others."""
        if not self.guard.knows_token(token) or not self.guard.admits(source):
            return 404
        return None if self.guard.knows_user(environ.get("HTTP_AUTHORIZATION", "")) else 401

    def answer(self, request: Request) -> Answer:
        """The gateway's answer to a request that is its own. Never raises."""
        try:
            turn = self.gateway.read(request)
        except Malformed:
            return self._not_understood()
        except Exception as error:
            log.error("event=read_failed gateway=%s error=%s", self.gateway.name, type(error).__name__)
            return self._sorry(self._blank())
        try:
            return self._taken(turn, request.arrived)
        except Exception as error:
            log.error("event=write_failed gateway=%s error=%s", self.gateway.name, type(error).__name__)
            return self._sorry(self._blank())

    def _taken(self, turn: Turn, arrived: float | None) -> Answer:
        if turn.kind in (Kind.BEGIN, Kind.INPUT):
            return self.gateway.write(self.turns.screen(self.gateway, turn, arrived), turn)
        return self.gateway.acknowledge(turn, self.turns.told(self.gateway, turn, arrived))

    def _not_understood(self) -> Answer:
        """400, and for a caller who may be behind it a screen all the same."""
        self.turns.counts["malformed", self.gateway.name] += 1
        log.warning("event=request_malformed gateway=%s", self.gateway.name)
        return replace(self._sorry(self._blank()), status=400)

    def _sorry(self, turn: Turn) -> Answer:
        return self.gateway.write(self.turns.apology(self.gateway, turn), turn)

    def _blank(self) -> Turn:
        return Turn(self.gateway.name, "", "", "", Kind.INPUT)

    def _with_body(self, environ: WSGIEnvironment, below: str) -> HttpAnswer:
        length = length_of(environ)
        if length is None:
            return problem.answer(411)
        if length > LONGEST_BODY:
            return problem.answer(413)
        if media_type(environ)[0] not in ("", *self.gateway.media_types) or "HTTP_CONTENT_ENCODING" in environ:
            return problem.answer(415)
        body = read(environ, length)
        return problem.answer(400) if len(body) != length else self._answered(environ, below, body)

    def _answered(self, environ: WSGIEnvironment, below: str, body: bytes) -> HttpAnswer:
        query = environ["QUERY_STRING"].encode("latin-1").decode("utf-8", "replace")
        arrived, simulated = environ.get(ARRIVED), SIMULATED in environ
        request = Request(method_of(environ), below, query, body, simulated, arrived)
        answer = self.answer(request)
        return whole(answer.status, answer.content_type, answer.body)
