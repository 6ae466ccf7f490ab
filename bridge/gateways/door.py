"""The HTTP door of all gateways, `/ussd/<gateway>/<token>`: refuses what is not theirs, and hands the rest on."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

from flask import Request as HttpRequest
from flask import Response

from bridge import problem
from bridge.errors import Malformed
from bridge.gateways.base import Gateway
from bridge.gateways.protection import Guard
from bridge.gateways.turn import Kind, Turn
from bridge.gateways.turns import Turns
from bridge.gateways.wire import Answer, Request

log = logging.getLogger(__name__)

LONGEST_BODY = 16 * 1024  # bytes
LONGEST_QUERY = 8 * 1024
SIMULATED = "Ussd-Simulated"  # a header of our own simulator; a request without the token gets no further anyway
ARRIVED = "bridge.arrived"  # in the WSGI environment: see `bridge.commands.reception`
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

Refuse = Callable[[int], Response]


@dataclass(frozen=True, slots=True)
class Door:
    """One gateway that is mounted: its protocol, what its requests must show, and who serves its turns."""

    gateway: Gateway
    guard: Guard
    turns: Turns

    def serve(self, http: HttpRequest, token: str, below: str, source: str, refuse: Refuse) -> Response:
        """The answer to one request. `refuse` counts and answers those that show no right to ask."""
        if not self.guard.knows_token(token) or not self.guard.admits(source):
            return refuse(404)
        if not self.guard.knows_user(http.headers.get("Authorization", "")):
            return refuse(401)
        if not self.gateway.paths.fullmatch(below):
            return problem.answer(404)
        status = self._unfit(http, below)
        if status is not None:
            return self._problem(status, below)
        return _response(self.answer(self._request(http, below)))

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

    def _unfit(self, http: HttpRequest, below: str) -> int | None:
        """The status of a request that cannot be one of this gateway, before its body is read."""
        if http.method != self.gateway.allowed(below):
            return 405
        if len(http.query_string) > LONGEST_QUERY:
            return 414
        return None if http.method == "GET" else self._unfit_body(http)

    def _unfit_body(self, http: HttpRequest) -> int | None:
        length = http.environ.get("CONTENT_LENGTH") or ""
        if "HTTP_TRANSFER_ENCODING" in http.environ or not (length.isascii() and length.isdigit()):
            return 411  # a chunked body would be cut silently at a limit (Werkzeug 3.1)
        if len(length) > len(str(LONGEST_BODY)) or int(length) > LONGEST_BODY:
            return 413
        if http.mimetype not in ("", *self.gateway.media_types) or "Content-Encoding" in http.headers:
            return 415
        return None

    def _problem(self, status: int, below: str) -> Response:
        response = problem.answer(status)
        if status == 405:
            response.headers["Allow"] = self.gateway.allowed(below)
        return response

    def _request(self, http: HttpRequest, below: str) -> Request:
        return Request(
            http.method,
            below,
            http.query_string.decode("utf-8", "replace"),
            b"" if http.method == "GET" else http.get_data(cache=False, parse_form_data=False),
            simulated=SIMULATED in http.headers,
            arrived=http.environ.get(ARRIVED),
        )


def _response(answer: Answer) -> Response:
    response = Response(answer.body, answer.status, content_type=answer.content_type)
    response.headers["Cache-Control"] = "no-store"
    return response
