"""Nalo Solutions (Ghana): JSON posts with the latest input, 120 characters each way.

Source: a public client's description of the provider's page; two adapters agree. The first USERDATA is the dialled
string. No end event and no turn number.
"""

from __future__ import annotations

from bridge.gateways.base import Gateway
from bridge.gateways.turn import Kind, Reply, Turn
from bridge.gateways.wire import Answer, Request, as_json


class Nalo(Gateway):
    """MSGTYPE is true on the first request, and in the answer as long as the session goes on."""

    name = "nalo"
    title = "Nalo Solutions"
    septets = 120
    dials_whole = True

    def read(self, request: Request) -> Turn:
        body = request.json()
        begins = body.flag("MSGTYPE")
        return Turn(
            gateway=self.name,
            session_id=body.session_id("SESSIONID"),
            caller=body.caller("MSISDN"),
            service_code=body.code("USERDATA") if begins else "",
            kind=Kind.BEGIN if begins else Kind.INPUT,
            input="" if begins else body.text("USERDATA"),
            network=body.word("NETWORK"),
            simulated=request.simulated,
            echo={name: body.raw(name) for name in ("USERID", "MSISDN", "USERDATA")},
        )

    def write(self, reply: Reply, turn: Turn) -> Answer:
        return as_json({**turn.echo, "MSG": reply.text, "MSGTYPE": not reply.ends})
