"""Africa's Talking: forms with all inputs in `text`, CON and END in the answers, and a notice at the end."""

from __future__ import annotations

from datetime import UTC, datetime

from bridge.simulator.letter import Letter, form
from bridge.simulator.protocols.protocol import Call, Over, Protocol


class AfricasTalking(Protocol):
    """The fields and their order are those of recorded requests of its sandbox."""

    tells_repeats = True

    def ask(self, call: Call) -> Letter:
        return form(
            {
                "phoneNumber": call.e164,
                "serviceCode": call.code,
                "text": call.transcript,
                "sessionId": call.session,
                "networkCode": "99999",  # its sandbox
            }
        )

    def read(self, answer: str) -> tuple[str, bool]:
        return con_end(answer)

    def over(self, call: Call, why: Over) -> Letter:
        notice = {
            "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S"),
            "sessionId": call.session,
            "serviceCode": call.code,
            "networkCode": "99999",
            "phoneNumber": call.e164,
            "status": "Success" if why is Over.DONE else "Incomplete",
            "cost": "0.00",
            "durationInMillis": "41000",
            "hopsCount": str(len(call.inputs) + 1),
            "input": call.transcript,
            "errorMessage": "",
        }
        return form(notice, below="/events")


def con_end(answer: str) -> tuple[str, bool]:
    """A screen behind `CON ` or `END `. Raises `ValueError` where neither stands at the very beginning."""
    if answer[:4] not in ("CON ", "END "):
        raise ValueError("neither CON nor END")
    return answer[4:], answer.startswith("END ")
