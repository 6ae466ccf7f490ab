"""The Kenyan family that imitates Africa's Talking over GET: only the parameters' names differ, so they are data.

Sources: each provider's own integration page; whether Bonga sends the latest input or all of them is not said there
(docs/gateways.md says how to find out).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bridge.gateways.africastalking import con_end
from bridge.gateways.base import Gateway
from bridge.gateways.turn import Kind, Reply, Turn, after_code, pieces
from bridge.gateways.wire import Answer, Fields, Request


@dataclass(frozen=True, slots=True)
class Parameters:
    """What one provider calls the query's parameters. `network` is "" where it sends none."""

    session: str
    caller: str
    code: str
    input: str
    network: str = ""


class GetGateway(Gateway):
    """One row of the family."""

    method = "GET"
    media_types = ()
    parameters: ClassVar[Parameters]

    def read(self, request: Request) -> Turn:
        names, query = self.parameters, request.arguments()
        code = query.code(names.code)
        inputs = self._inputs(query, code)
        return Turn(
            gateway=self.name,
            session_id=query.session_id(names.session),
            caller=query.caller(names.caller),
            service_code=code,
            kind=Kind.INPUT if inputs else Kind.BEGIN,
            transcript=inputs,
            network=query.word(names.network) if names.network else "",
            simulated=request.simulated,
        )

    def write(self, reply: Reply, turn: Turn) -> Answer:
        return con_end(reply)

    def _inputs(self, query: Fields, code: str) -> tuple[str, ...]:
        """Advanta's page shows the dialled string itself (`*415*33*1#`) in INPUT; its samples show inputs alone."""
        text = query.text(self.parameters.input)
        if text.endswith("#") and text.rstrip("#").startswith("*" + code.strip().strip("*#")):
            return after_code(text, code)
        return without_extension(pieces(text), code)


def without_extension(inputs: tuple[str, ...], code: str) -> tuple[str, ...]:
    """On a shared code the first input is the extension; where the code names it too, it is no answer."""
    extension = code.strip().strip("*#").rpartition("*")[2] if code.strip("*#").count("*") else ""
    return inputs[1:] if extension and inputs[:1] == (extension,) else inputs


MSISDN_STYLE = Parameters("SESSIONID", "MSISDN", "USSDCODE", "INPUT")


class Advanta(GetGateway):
    name, title, parameters = "advanta", "Advanta Africa", MSISDN_STYLE


class FastMessage(GetGateway):
    name, title, parameters = "fastmessage", "FastMessage", MSISDN_STYLE


class SpeedoCom(GetGateway):
    name, title, parameters = "speedocom", "SpeedoCom", MSISDN_STYLE


class JazaAfrica(GetGateway):
    name, title, parameters = "jazaafrica", "Jaza Africa", MSISDN_STYLE


class Crossgate(GetGateway):
    name, title = "crossgate", "Crossgate Solutions"
    parameters = Parameters("session_id", "msisdn", "service_code", "ussd_string", "network_code")


class Bonga(GetGateway):
    name, title = "bonga", "Bonga (Olivetree)"
    parameters = Parameters("session_id", "mobile_number", "service_code", "message", "network")
