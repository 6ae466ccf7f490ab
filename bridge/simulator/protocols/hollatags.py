"""HollaTags (Nigeria): GET with the latest input, answered in JSON."""

from __future__ import annotations

from bridge.simulator.letter import Letter, query
from bridge.simulator.protocols.protocol import Call, Over, Protocol, ends, members, screen


class HollaTags(Protocol):
    """`session_operation`: begin, continue, and end for every end that is not ours."""

    def ask(self, call: Call) -> Letter:
        return self._letter(call, "begin" if call.begins else "continue", "1" if call.begins else "3")

    def read(self, answer: str) -> tuple[str, bool]:
        said = members(answer)
        ends(said["session_type"], going_on=1, at_the_end=4)
        return screen(said["session_msg"], said["session_operation"], going_on="continue", at_the_end="end")

    def over(self, call: Call, why: Over) -> Letter | None:
        return None if why is Over.DONE else self._letter(call, "end", "1")

    def _letter(self, call: Call, operation: str, kind: str) -> Letter:
        return query(
            {
                "session_msisdn": call.digits,
                "session_operation": operation,
                "session_msg": call.latest if operation == "continue" else "",
                "session_id": call.session,
                "session_from": call.code,
                "session_type": kind,
                "session_mno": "MTN",
            }
        )
