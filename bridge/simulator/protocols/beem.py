"""Beem Africa (Tanzania): JSON with a command, and the latest input within `payload`."""

from __future__ import annotations

from bridge.simulator.letter import Letter, document
from bridge.simulator.protocols.protocol import Call, Over, Protocol, members, screen


class Beem(Protocol):
    """`terminate` is its word for every end that is not ours."""

    def ask(self, call: Call) -> Letter:
        return self._letter(call, "initiate" if call.begins else "continue", call.said)

    def read(self, answer: str) -> tuple[str, bool]:
        said = members(answer)
        return screen(said["payload"]["request"], said["command"], going_on="continue", at_the_end="terminate")

    def over(self, call: Call, why: Over) -> Letter | None:
        return None if why is Over.DONE else self._letter(call, "terminate", "")

    def _letter(self, call: Call, command: str, response: str) -> Letter:
        return document(
            {
                "command": command,
                "msisdn": call.digits,
                "operator": "vodacom",
                "session_id": call.session,
                "payload": {"request_id": len(call.inputs), "response": response},
            }
        )
