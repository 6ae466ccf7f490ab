"""Nalo Solutions (Ghana): JSON with the latest input in `USERDATA`, which holds the dialled string at first."""

from __future__ import annotations

from bridge.simulator.letter import Letter, document
from bridge.simulator.protocols.protocol import Call, Protocol, members, screen


class Nalo(Protocol):
    """`MSGTYPE` is true on the first request, and in each answer but the last. It says nothing at the end."""

    def ask(self, call: Call) -> Letter:
        return document(
            {
                "USERID": "SIMULATED",
                "MSISDN": call.digits,
                "USERDATA": call.said,
                "MSGTYPE": call.begins,
                "NETWORK": "MTN",
                "SESSIONID": call.session,
            }
        )

    def read(self, answer: str) -> tuple[str, bool]:
        said = members(answer)
        return screen(said["MSG"], said["MSGTYPE"], going_on=True, at_the_end=False)
