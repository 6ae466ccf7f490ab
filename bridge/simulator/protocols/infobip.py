"""Infobip: JSON to paths below the address, `<session>/start`, `<session>/response` and `<session>/end`."""

from __future__ import annotations

from bridge.simulator.letter import Letter, document
from bridge.simulator.protocols.protocol import Call, Over, Protocol, members, screen


class Infobip(Protocol):
    """Its notice of an end holds neither number nor code, only why: 504 is its code for a dialogue that timed out."""

    has_timeout = True

    def ask(self, call: Call) -> Letter:
        step = "start" if call.begins else "response"
        return document(
            {
                "msisdn": call.digits,
                "imsi": "",
                "text": call.said,
                "shortCode": call.code,
                "ussdGwId": "simulated",
            },
            below=f"/{call.session}/{step}",
        )

    def read(self, answer: str) -> tuple[str, bool]:
        said = members(answer)
        if said["responseExitCode"] != 200:
            raise ValueError("an exit code that says no")
        return screen(said["ussdMenu"], said["shouldClose"], going_on=False, at_the_end=True)

    def over(self, call: Call, why: Over) -> Letter | None:
        if why is Over.DONE:
            return None
        code, reason = (504, "dialog timeout") if why is Over.TIMED_OUT else (200, "")
        return document({"exitCode": code, "reason": reason}, below=f"/{call.session}/end")
