"""HollaTags (Nigeria): GET with the latest input, answered in JSON; screens of at most 160 characters.

Source: docs.hollatags.com, "USSD Inbound" and its sample code. Its FAQ gives a session twenty seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from bridge.gateways.base import Gateway
from bridge.gateways.turn import Kind, Reply, Turn
from bridge.gateways.wire import Answer, Request, as_json

ASKS, ENDS = 1, 4  # session_type: 1 needs an answer, 4 ends the interaction


class HollaTags(Gateway):
    """`session_operation` is begin, continue or end."""

    name = "hollatags"
    title = "HollaTags"
    method = "GET"
    media_types = ()

    kinds: ClassVar[Mapping[str, Kind]] = {
        "begin": Kind.BEGIN,
        "continue": Kind.INPUT,
        "end": Kind.END,
    }

    def read(self, request: Request) -> Turn:
        query = request.arguments()
        kind = self.kinds.get(query.word("session_operation").lower(), Kind.INPUT)
        return Turn(
            gateway=self.name,
            session_id=query.session_id("session_id"),
            caller=query.caller("session_msisdn"),
            service_code=query.code("session_from"),
            kind=kind,
            input=query.text("session_msg") if kind is Kind.INPUT else "",
            network=query.word("session_mno"),
            simulated=request.simulated,
        )

    def write(self, reply: Reply, turn: Turn) -> Answer:
        return as_json(
            {
                "session_operation": "end" if reply.ends else "continue",
                "session_type": ENDS if reply.ends else ASKS,
                "session_id": turn.session_id,
                "session_msg": reply.text,
            }
        )

    def acknowledge(self, turn: Turn, active: bool) -> Answer:
        return self.write(Reply("", ends=True), turn)
