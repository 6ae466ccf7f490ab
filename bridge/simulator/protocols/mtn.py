"""MTN MADAPI: JSON with a message type, 0 begin, 1 continue, 2 end, 4 cancel, 5 timeout."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from bridge.simulator.letter import Letter, document
from bridge.simulator.protocols.protocol import Call, Over, Protocol, ends, members, screen


class Mtn(Protocol):
    """A caller who hangs up is a cancel, a line that is lost an end."""

    has_timeout = True

    words: ClassVar[Mapping[Over, str]] = {
        Over.HUNG_UP: "4",
        Over.LOST: "2",
        Over.TIMED_OUT: "5",
    }

    def ask(self, call: Call) -> Letter:
        return self._letter(call, "0" if call.begins else "1", call.said)

    def read(self, answer: str) -> tuple[str, bool]:
        said = members(answer)
        if said["statusCode"] != "0000":
            raise ValueError("a status that says no")
        data = said["data"]
        ends(data["messageType"], going_on="1", at_the_end="2")
        return screen(data["inboundResponse"], data["userInputRequired"], going_on=True, at_the_end=False)

    def over(self, call: Call, why: Over) -> Letter | None:
        word = self.words.get(why)
        return self._letter(call, word, "") if word else None

    def _letter(self, call: Call, message_type: str, text: str) -> Letter:
        return document(
            {
                "sessionId": call.session,
                "messageType": message_type,
                "msisdn": call.digits,
                "serviceCode": call.code,
                "ussdString": text,
                "cellId": "",
                "language": "en",
                "imsi": "",
            }
        )
