"""Arkesel (Ghana): JSON posts with the latest input.

Source: the provider's own sample application. No turn number, no end event; the dialled string is the first
`userData`, and the service code is said nowhere else.
"""

from __future__ import annotations

from bridge.gateways.base import Gateway
from bridge.gateways.turn import Kind, Reply, Turn
from bridge.gateways.wire import Answer, Request, as_json


class Arkesel(Gateway):
    """`newSession` tells the first request from the others."""

    name = "arkesel"
    title = "Arkesel"
    dials_whole = True

    def read(self, request: Request) -> Turn:
        body = request.json()
        begins = body.flag("newSession")
        return Turn(
            gateway=self.name,
            session_id=body.session_id("sessionID"),
            caller=body.caller("msisdn"),
            service_code=body.code("userData") if begins else "",
            kind=Kind.BEGIN if begins else Kind.INPUT,
            input="" if begins else body.text("userData"),
            network=body.word("network"),
            simulated=request.simulated,
            echo={"userID": body.raw("userID"), "msisdn": body.raw("msisdn")},
        )

    def write(self, reply: Reply, turn: Turn) -> Answer:
        return as_json(
            {
                "sessionID": turn.session_id,
                "userID": turn.echo.get("userID"),
                "msisdn": turn.echo.get("msisdn"),
                "message": reply.text,
                "continueSession": not reply.ends,
            }
        )
