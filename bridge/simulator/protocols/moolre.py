"""Moolre (Ghana): JSON with the latest input; `extension` is the service code."""

from __future__ import annotations

from bridge.simulator.letter import Letter, document
from bridge.simulator.protocols.protocol import Call, Protocol, members, screen

MTN = 3  # its number for this network


class Moolre(Protocol):
    """It says nothing when a session is over."""

    def ask(self, call: Call) -> Letter:
        return document(
            {
                "sessionid": call.session,
                "new": call.begins,
                "msisdn": call.digits,
                "network": MTN,
                "message": call.latest,
                "extension": call.bare_code,
                "data": "",
            }
        )

    def read(self, answer: str) -> tuple[str, bool]:
        said = members(answer)
        return screen(said["message"], said["reply"], going_on=True, at_the_end=False)
