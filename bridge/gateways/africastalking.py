"""Africa's Talking: form posts with every input so far in `text`; `CON ` or `END ` before the screen.

Sources: the provider's USSD documentation (fields, CON/END, 10 s), its help centre on menu lengths (Safaricom 160
characters, Airtel Kenya 184) and recorded sandbox requests. There is no signature and no turn number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar

from bridge.gateways.base import Gateway
from bridge.gateways.turn import Kind, Reply, Turn, pieces
from bridge.gateways.wire import Answer, Request, as_text

SANDBOX_NETWORK = "99999"


class AfricasTalking(Gateway):
    """The screens at the token itself, the end-of-session notification at `/events` below it."""

    name = "africastalking"
    title = "Africa's Talking"
    answer_seconds = 10
    media_types = ("application/x-www-form-urlencoded",)
    paths = re.compile("(events)?")
    international_first = False  # E.164, with `+`

    ended: ClassVar[Mapping[str, Kind]] = {
        "success": Kind.END,
        "incomplete": Kind.TIMEOUT,  # the caller was gone while an answer was expected
        "failed": Kind.END,
    }

    def read(self, request: Request) -> Turn:
        form = request.form()
        text = form.text("text")
        return Turn(
            gateway=self.name,
            session_id=form.session_id("sessionId"),
            caller=form.caller("phoneNumber"),
            service_code=form.code("serviceCode"),
            kind=self._kind(request.path, text, form.word("status")),
            transcript=pieces(text),
            network=form.word("networkCode"),
            simulated=request.simulated or form.word("networkCode") == SANDBOX_NETWORK,
        )

    def write(self, reply: Reply, turn: Turn) -> Answer:
        return con_end(reply)

    def _kind(self, path: str, text: str, status: str) -> Kind:
        if path == "events":
            return self.ended.get(status.lower(), Kind.END)
        return Kind.INPUT if text else Kind.BEGIN


def con_end(reply: Reply) -> Answer:
    """The answer of Africa's Talking and all who imitate it: nothing may stand before CON or END."""
    return as_text(("END " if reply.ends else "CON ") + reply.text)
