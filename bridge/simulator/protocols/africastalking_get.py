"""The Kenyan providers that do as Africa's Talking does, over GET and with parameters of their own names."""

from __future__ import annotations

from dataclasses import dataclass

from bridge.simulator.letter import Letter, query
from bridge.simulator.protocols.africastalking import con_end
from bridge.simulator.protocols.protocol import Call, Protocol


@dataclass(frozen=True)
class GetFamily(Protocol):
    """One provider, by what it calls its parameters; `network` is "" where it sends none."""

    tells_repeats = True

    session: str = "SESSIONID"
    number: str = "MSISDN"
    code: str = "USSDCODE"
    text: str = "INPUT"
    network: str = ""

    def ask(self, call: Call) -> Letter:
        network = {self.network: "63902"} if self.network else {}  # Safaricom
        return query(
            {
                self.session: call.session,
                self.number: call.digits,
                self.code: call.code,
                self.text: call.transcript,
                **network,
            }
        )

    def read(self, answer: str) -> tuple[str, bool]:
        return con_end(answer)


MSISDN_STYLE = GetFamily()
CROSSGATE = GetFamily("session_id", "msisdn", "service_code", "ussd_string", "network_code")
BONGA = GetFamily("session_id", "mobile_number", "service_code", "message", "network")
