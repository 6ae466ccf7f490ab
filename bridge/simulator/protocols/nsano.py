"""Nsano (Ghana): JSON with the latest input in `msg`, which holds the dialled string at first."""

from __future__ import annotations

from bridge.simulator.letter import Letter, document
from bridge.simulator.protocols.protocol import Call, Protocol, members, screen


class Nsano(Protocol):
    """It says nothing when a session is over."""

    def ask(self, call: Call) -> Letter:
        return document(
            {"msisdn": call.digits, "msg": call.said, "network": "MTN", "UserSessionID": call.session},
        )

    def read(self, answer: str) -> tuple[str, bool]:
        said = members(answer)["USSDResp"]
        return screen(said["title"], said["action"], going_on="input", at_the_end="prompt")
