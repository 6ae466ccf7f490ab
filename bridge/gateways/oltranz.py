"""Oltranz (Rwanda): JSON posts with the latest input; the same object goes back with a response and an action.

Source: developers.oltranz.com, "USSD request/response objects". `newRequest` is 0 and 1 in its samples without a rule,
so a session that we do not know begins one.
"""

from __future__ import annotations

from bridge.gateways.base import Gateway
from bridge.gateways.turn import Kind, Reply, Turn
from bridge.gateways.wire import Answer, Request, as_json

ECHOED = ("serviceCode", "phoneNumber", "text", "transactionId", "requestTime", "newRequest", "charge", "amount")


class Oltranz(Gateway):
    """`text` is empty on the first request."""

    name = "oltranz"
    title = "Oltranz"

    def read(self, request: Request) -> Turn:
        body = request.json()
        text = body.text("text")
        return Turn(
            gateway=self.name,
            session_id=body.session_id("sessionId"),
            caller=body.caller("phoneNumber"),
            service_code=body.code("serviceCode"),
            kind=Kind.INPUT if text else Kind.BEGIN,
            input=text,
            simulated=request.simulated,
            echo={name: body.raw(name) for name in ECHOED},
        )

    def write(self, reply: Reply, turn: Turn) -> Answer:
        action = "END" if reply.ends else "CON"
        return as_json({"sessionId": turn.session_id, **turn.echo, "response": reply.text, "action": action})
