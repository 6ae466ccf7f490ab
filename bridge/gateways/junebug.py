"""Junebug and Vumi's HTTP message format: JSON posts with the latest input and an id for every message.

Source: Junebug's documentation. Its own replies are posted later to Junebug; here the reply is the answer, which a
small forwarder beside Junebug passes on (docs/gateways.md). Unmaintained since 2021, still in use.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from bridge.gateways.base import Gateway
from bridge.gateways.turn import Kind, Reply, Turn
from bridge.gateways.wire import Answer, Request, as_json


class Junebug(Gateway):
    """`session_event`: new, resume or close. There is no session id: a number has one session at a time."""

    name = "junebug"
    title = "Junebug / Vumi HTTP"
    reuses_ids = True

    kinds: ClassVar[Mapping[str, Kind]] = {
        "new": Kind.BEGIN,
        "resume": Kind.INPUT,
        "close": Kind.END,
    }

    def read(self, request: Request) -> Turn:
        body = request.json()
        data = body.part("channel_data")
        kind = self.kinds.get(data.word("session_event").lower(), Kind.INPUT)
        return Turn(
            gateway=self.name,
            session_id=body.session_id("from"),
            caller=body.caller("from"),
            service_code=body.code("to"),
            kind=kind,
            input=body.text("content") if kind is Kind.INPUT else "",
            stamp=body.session_id("message_id"),
            simulated=request.simulated,
            echo={"message_id": body.raw("message_id")},
        )

    def write(self, reply: Reply, turn: Turn) -> Answer:
        return as_json(
            {
                "reply_to": turn.echo.get("message_id"),
                "content": reply.text,
                "channel_data": {"continue_session": not reply.ends},
            }
        )
