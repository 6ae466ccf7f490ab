"""MTN MADAPI: JSON posts of a message type from 0 to 5 and the latest `ussdString`.

Source: MTN's swagger of the USSD API. It names a required `outboundResponse` that it does not define; the screen goes
into `inboundResponse`, as its prose says.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from bridge.gateways.base import Gateway
from bridge.gateways.turn import Kind, Reply, Turn, after_code
from bridge.gateways.wire import Answer, Fields, Request, as_json

CONTINUES, ENDS = "1", "2"


class Mtn(Gateway):
    """Message types: 0 begin, 1 continue, 2 end, 3 notify, 4 cancel, 5 timeout."""

    name = "mtn"
    title = "MTN MADAPI"

    kinds: ClassVar[Mapping[str, Kind]] = {
        "0": Kind.BEGIN,
        "1": Kind.INPUT,
        "2": Kind.END,
        "3": Kind.STATUS,  # a notice that asks for nothing and changes nothing
        "4": Kind.END,
        "5": Kind.TIMEOUT,
    }

    def read(self, request: Request) -> Turn:
        body = request.json()
        kind = self.kinds.get(body.word("messageType"), Kind.INPUT)
        return Turn(
            gateway=self.name,
            session_id=body.session_id("sessionId"),
            caller=body.caller("msisdn"),
            service_code=body.code("serviceCode"),
            kind=kind,
            input=body.text("ussdString") if kind is Kind.INPUT else "",
            dialled=self._dialled(body) if kind is Kind.BEGIN else (),
            simulated=request.simulated,
            echo={name: body.raw(name) for name in ("msisdn", "serviceCode", "transactionId")},
        )

    def write(self, reply: Reply, turn: Turn) -> Answer:
        return self._response(reply.text, ENDS if reply.ends else CONTINUES, turn)

    def acknowledge(self, turn: Turn, active: bool) -> Answer:
        return self._response("", ENDS, turn)

    def _response(self, text: str, message_type: str, turn: Turn) -> Answer:
        return as_json(
            {
                "statusCode": "0000",
                "statusMessage": "Success",
                "transactionId": turn.echo.get("transactionId") or turn.session_id,
                "data": {
                    "inboundResponse": text,
                    "userInputRequired": message_type == CONTINUES,
                    "messageType": message_type,
                    "serviceCode": turn.echo.get("serviceCode"),
                    "msisdn": turn.echo.get("msisdn"),
                },
            }
        )

    def _dialled(self, body: Fields) -> tuple[str, ...]:
        return after_code(body.text("ussdString"), body.code("serviceCode"))
