"""Nsano (Ghana): the latest input in `msg`, answered with a USSDResp object.

Source: three public adapters; the provider's own page was not found. A session's id is not always sent, and nothing
says that a request is the first, so a `msg` that is a dialled string begins a session.
"""

from __future__ import annotations

import re

from bridge.gateways.base import Gateway
from bridge.gateways.turn import Kind, Reply, Turn
from bridge.gateways.wire import Answer, Request, as_json, bounded_id

DIALLED = re.compile(r"\*[0-9*]+#")


class Nsano(Gateway):
    """Without UserSessionID the number stands for the session, and each dialled string is a new dialling."""

    name = "nsano"
    title = "Nsano"
    reuses_ids = True
    dials_whole = True

    def read(self, request: Request) -> Turn:
        body = request.json()
        message, caller = body.text("msg"), body.caller("msisdn")
        begins = DIALLED.fullmatch(message) is not None
        return Turn(
            gateway=self.name,
            session_id=bounded_id(body.session_id("UserSessionID") if "UserSessionID" in body else caller),
            caller=caller,
            service_code=body.code("msg") if begins else "",
            kind=Kind.BEGIN if begins else Kind.INPUT,
            input="" if begins else message,
            network=body.word("network"),
            simulated=request.simulated,
        )

    def write(self, reply: Reply, turn: Turn) -> Answer:
        action = "prompt" if reply.ends else "input"
        return as_json({"USSDResp": {"action": action, "menus": "", "title": reply.text}})
