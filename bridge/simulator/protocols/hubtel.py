"""Hubtel (Ghana): JSON with the latest input in `Message`, and the turns counted in `Sequence`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from bridge.simulator.letter import Letter, document
from bridge.simulator.protocols.protocol import Call, Over, Protocol, members, screen


class Hubtel(Protocol):
    """`Type`: Initiation, Response, Release, Timeout."""

    tells_repeats = True
    has_timeout = True

    words: ClassVar[Mapping[Over, str]] = {
        Over.HUNG_UP: "Release",
        Over.LOST: "Release",
        Over.TIMED_OUT: "Timeout",
    }

    def ask(self, call: Call) -> Letter:
        return self._letter(call, "Initiation" if call.begins else "Response", call.said, len(call.inputs) + 1)

    def read(self, answer: str) -> tuple[str, bool]:
        said = members(answer)
        return screen(said["Message"], said["Type"], going_on="Response", at_the_end="Release")

    def over(self, call: Call, why: Over) -> Letter | None:
        word = self.words.get(why)
        return self._letter(call, word, "", len(call.inputs) + 2) if word else None

    def _letter(self, call: Call, kind: str, message: str, sequence: int) -> Letter:
        return document(
            {
                "SessionId": call.session,
                "ServiceCode": call.bare_code,
                "Type": kind,
                "Message": message,
                "Mobile": call.digits,
                "Operator": "mtn",
                "Platform": "USSD",
                "Sequence": sequence,
                "ClientState": "",
            }
        )
