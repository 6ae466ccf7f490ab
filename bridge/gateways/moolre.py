"""Moolre (Ghana): JSON posts with the latest input, and in `data` what was dialled after the code.

Source: docs.moolre.com. Networks come as numbers (3 MTN, 5 AT, 6 Telecel).
"""

from __future__ import annotations

from bridge.gateways.base import Gateway
from bridge.gateways.turn import Kind, Reply, Turn, pieces
from bridge.gateways.wire import Answer, Request, as_json


class Moolre(Gateway):
    """`new` tells the first request from the others; `extension` is the service code."""

    name = "moolre"
    title = "Moolre"

    def read(self, request: Request) -> Turn:
        body = request.json()
        begins = body.flag("new")
        return Turn(
            gateway=self.name,
            session_id=body.session_id("sessionid"),
            caller=body.caller("msisdn"),
            service_code=body.code("extension"),
            kind=Kind.BEGIN if begins else Kind.INPUT,
            input="" if begins else body.text("message"),
            dialled=pieces(body.text("data").strip("*#")) if begins else (),
            network=body.word("network"),
            simulated=request.simulated,
        )

    def write(self, reply: Reply, turn: Turn) -> Answer:
        return as_json({"message": reply.text, "reply": not reply.ends})
