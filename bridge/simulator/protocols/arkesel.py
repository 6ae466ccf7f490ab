"""Arkesel (Ghana): JSON with the latest input in `userData`, which holds the dialled string at first."""

from __future__ import annotations

from bridge.simulator.letter import Letter, document
from bridge.simulator.protocols.protocol import Call, Protocol, members, screen


class Arkesel(Protocol):
    """It says nothing when a session is over."""

    def ask(self, call: Call) -> Letter:
        return document(
            {
                "sessionID": call.session,
                "userID": "SIMULATED",
                "newSession": call.begins,
                "msisdn": call.digits,
                "userData": call.said,
                "network": "MTN",
            }
        )

    def read(self, answer: str) -> tuple[str, bool]:
        said = members(answer)
        return screen(said["message"], said["continueSession"], going_on=True, at_the_end=False)
