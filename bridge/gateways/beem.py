"""Beem Africa (Tanzania): JSON posts with a command and, within `payload`, the latest input.

Source: four public adapters that agree; the provider's own page was not found. `request_id` names the question that
a response answers; whether it changes on every turn is not known, so it is sent back and not relied on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from bridge.gateways.base import Gateway
from bridge.gateways.turn import Kind, Reply, Turn
from bridge.gateways.wire import Answer, Request, as_json


class Beem(Gateway):
    """Commands: initiate, continue, terminate."""

    name = "beem"
    title = "Beem Africa"
    dials_whole = True

    kinds: ClassVar[Mapping[str, Kind]] = {
        "initiate": Kind.BEGIN,
        "continue": Kind.INPUT,
        "terminate": Kind.END,
    }

    def read(self, request: Request) -> Turn:
        body = request.json()
        payload = body.part("payload")
        kind = self.kinds.get(body.word("command").lower(), Kind.INPUT)
        return Turn(
            gateway=self.name,
            session_id=body.session_id("session_id"),
            caller=body.caller("msisdn"),
            service_code=payload.code("response") if kind is Kind.BEGIN else "",
            kind=kind,
            input=payload.text("response") if kind is Kind.INPUT else "",
            network=body.word("operator"),
            simulated=request.simulated,
            echo={
                "msisdn": body.raw("msisdn"),
                "operator": body.raw("operator"),
                "request_id": payload.raw("request_id"),
            },
        )

    def write(self, reply: Reply, turn: Turn) -> Answer:
        return as_json(
            {
                "command": "terminate" if reply.ends else "continue",
                "msisdn": turn.echo.get("msisdn"),
                "operator": turn.echo.get("operator"),
                "session_id": turn.session_id,
                "payload": {"request_id": turn.echo.get("request_id"), "request": reply.text},
            }
        )

    def acknowledge(self, turn: Turn, active: bool) -> Answer:
        return self.write(Reply("", ends=True), turn)
