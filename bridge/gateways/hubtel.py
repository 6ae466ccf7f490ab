"""Hubtel (Ghana), programmable services: JSON posts with the latest input and a turn number.

Source: Hubtel's SDK and its documentation; they disagree on the capitals of Type, so it is compared without them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from bridge.gateways.base import Gateway
from bridge.gateways.turn import Kind, Reply, Turn, after_code
from bridge.gateways.wire import Answer, Fields, Request, as_json


class Hubtel(Gateway):
    """`Message` is the dialled string at first, then the latest input; `Sequence` counts the turns of a session."""

    name = "hubtel"
    title = "Hubtel"

    kinds: ClassVar[Mapping[str, Kind]] = {
        "initiation": Kind.BEGIN,
        "response": Kind.INPUT,
        "release": Kind.END,
        "timeout": Kind.TIMEOUT,
    }

    def read(self, request: Request) -> Turn:
        body = request.json()
        kind = self.kinds.get(body.word("Type").lower(), Kind.INPUT)
        return Turn(
            gateway=self.name,
            session_id=body.session_id("SessionId"),
            caller=body.caller("Mobile"),
            service_code=body.code("ServiceCode"),
            kind=kind,
            input="" if kind is Kind.BEGIN else body.text("Message"),
            stamp=body.word("Sequence"),
            dialled=self._dialled(body) if kind is Kind.BEGIN else (),
            network=body.word("Operator"),
            simulated=request.simulated,
        )

    def write(self, reply: Reply, turn: Turn) -> Answer:
        return as_json(
            {
                "SessionId": turn.session_id,
                "Type": "Release" if reply.ends else "Response",
                "Message": reply.text,
                "Label": "",
                "DataType": "display" if reply.ends else "input",
                "FieldType": "text",
            }
        )

    def acknowledge(self, turn: Turn, active: bool) -> Answer:
        return self.write(Reply("", ends=True), turn)

    def _dialled(self, body: Fields) -> tuple[str, ...]:
        return after_code(body.text("Message"), body.code("ServiceCode"))
