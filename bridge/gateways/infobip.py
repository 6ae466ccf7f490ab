"""Infobip: JSON posts to `<session id>/start`, `/response` and `/end`, and a GET of `<session id>/status`.

Source: the provider's REST specification as quoted in vumi's transport, which ran against it. `shortCode` is not always
sent though mandatory, and `/end` carries no number, so the session's id alone tells sessions apart.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar
from urllib.parse import unquote

from bridge.gateways.base import Gateway
from bridge.gateways.turn import Kind, Reply, Turn
from bridge.gateways.wire import Answer, Fields, Request, as_json, bounded_id


class Infobip(Gateway):
    """The path says what a request is."""

    name = "infobip"
    title = "Infobip"
    paths = re.compile("[^/]+/(start|response|end|status)")
    caller_on_every_turn = False

    kinds: ClassVar[Mapping[str, Kind]] = {
        "start": Kind.BEGIN,
        "response": Kind.INPUT,
        "end": Kind.END,
        "status": Kind.STATUS,
    }

    def read(self, request: Request) -> Turn:
        session_id, _, method = request.path.rpartition("/")
        kind = self.kinds.get(method)
        body = Fields({}) if kind is Kind.STATUS else request.json()
        return Turn(
            gateway=self.name,
            session_id=bounded_id(unquote(session_id)),
            caller=body.caller("msisdn"),
            service_code=body.code("shortCode"),
            kind=kind or Kind.INPUT,
            input=body.text("text") if kind is Kind.INPUT else "",
            network=body.word("ussdGwId"),
            simulated=request.simulated,
        )

    def write(self, reply: Reply, turn: Turn) -> Answer:
        return as_json({"ussdMenu": reply.text, "shouldClose": reply.ends, **ACCEPTED})

    def acknowledge(self, turn: Turn, active: bool) -> Answer:
        return as_json({"sessionActive": active, **ACCEPTED} if turn.kind is Kind.STATUS else ACCEPTED)

    def allowed(self, path: str) -> str:
        return "GET" if path.endswith("/status") else "POST"


ACCEPTED: Mapping[str, object] = {"responseExitCode": 200, "responseMessage": ""}
