"""Oltranz (Rwanda): JSON with the latest input in `text`; the same object comes back with a response and an action."""

from __future__ import annotations

from datetime import UTC, datetime

from bridge.simulator.letter import Letter, document
from bridge.simulator.protocols.protocol import Call, Protocol, members, screen


class Oltranz(Protocol):
    """It says nothing when a session is over."""

    def ask(self, call: Call) -> Letter:
        return document(
            {
                "sessionId": call.session,
                "serviceCode": call.bare_code,
                "phoneNumber": call.digits,
                "text": call.latest,
                "response": "",
                "action": "CON",
                "transactionId": "",
                "requestTime": datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S"),
                "newRequest": 0 if call.begins else 1,
                "charge": "N",
                "amount": 0.0,
            }
        )

    def read(self, answer: str) -> tuple[str, bool]:
        said = members(answer)
        return screen(said["response"], said["action"], going_on="CON", at_the_end="END")
