"""Junebug and Vumi's HTTP message format: JSON with an id for every message, and no session but the number's own."""

from __future__ import annotations

from datetime import UTC, datetime

from bridge.simulator.letter import Letter, document
from bridge.simulator.protocols.protocol import Call, Over, Protocol, members, screen


class Junebug(Protocol):
    """`session_event`: new, resume, and close for every end that is not ours."""

    tells_repeats = True

    def ask(self, call: Call) -> Letter:
        return self._letter(call, "new" if call.begins else "resume", None if call.begins else call.latest)

    def read(self, answer: str) -> tuple[str, bool]:
        said = members(answer)
        return screen(said["content"], said["channel_data"]["continue_session"], going_on=True, at_the_end=False)

    def over(self, call: Call, why: Over) -> Letter | None:
        return None if why is Over.DONE else self._letter(call, "close", None)

    def _letter(self, call: Call, event: str, content: str | None) -> Letter:
        return document(
            {
                "message_id": f"{call.session}-{len(call.inputs)}-{event}",
                "channel_id": "simulated",
                "from": call.e164,
                "to": call.code,
                "reply_to": None,
                "timestamp": datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f"),
                "content": content,
                "channel_data": {"session_event": event},
            }
        )
