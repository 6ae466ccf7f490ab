"""A phone on each provider's network: it says over HTTP what the provider would, and reads the screen from it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bridge.gateways import GATEWAYS
from bridge.gateways.africastalking_get import GetGateway

BEGIN, INPUT, END, TIMEOUT = "begin", "input", "end", "timeout"


@dataclass
class Screen:
    """What a caller would see, and the bytes it came in."""

    text: str
    ends: bool
    status: int
    body: bytes


@dataclass
class Call:
    """What a provider knows of one dialling when it asks for a screen."""

    session: str
    number: str
    code: str
    inputs: list[str] = field(default_factory=list)
    dialled: str = ""
    turn: int = 0

    @property
    def latest(self) -> str:
        return self.inputs[-1] if self.inputs else ""

    @property
    def whole_code(self) -> str:
        return f"{self.code[:-1]}*{self.dialled}#" if self.dialled else self.code

    @property
    def transcript(self) -> str:
        return "*".join([*filter(None, [self.dialled]), *self.inputs])


Ask = dict[str, Any]
Build = Callable[[str, Call], Ask]
Read = Callable[[str], tuple[str, bool]]


@dataclass(frozen=True)
class Protocol:
    """How one provider asks and reads. `ends` says by which kinds it tells that a session is over."""

    build: Build
    read: Read
    ends: tuple[str, ...] = ()


class Phone:
    """One dialling on one provider's network. `token` may be any, to try the door."""

    def __init__(
        self,
        client: FlaskClient,
        gateway: str,
        token: str,
        *,
        session: str = "session-1",
        number: str = "221770000001",
        code: str = "*384*123#",
        wait: Callable[[], None] = lambda: None,
    ) -> None:
        self.client, self.gateway, self.wait = client, gateway, wait
        self.protocol = PROTOCOLS[gateway]
        self.base = f"/ussd/{gateway}/{token}"
        self.call = Call(session, number, code)
        self.last: Ask = {}

    def dial(self, dialled: str = "") -> Screen:
        self.call.dialled = dialled
        return self._send(BEGIN)

    def press(self, text: str) -> Screen:
        self.wait()
        self.call.inputs.append(text)
        self.call.turn += 1
        return self._send(INPUT)

    def presses(self, *texts: str) -> Screen:
        """Several inputs, each after its screen; the last screen."""
        return [self.press(text) for text in texts][-1]

    def again(self) -> Screen:
        """The last request once more, as a provider does that got no answer."""
        return self._read(self.raw(self.last))

    def hang_up(self, kind: str = END) -> int:
        return self.raw(self.protocol.build(kind, self.call)).status_code

    def raw(self, ask: Ask, **changes: Any) -> TestResponse:
        asked = {"method": "POST", **ask, **changes}
        return self.client.open(self.base + asked.pop("path", ""), **asked)

    def ask(self, kind: str) -> Ask:
        """A request as the provider would make it, not sent."""
        return self.protocol.build(kind, self.call)

    def _send(self, kind: str) -> Screen:
        self.last = self.ask(kind)
        return self._read(self.raw(self.last))

    def _read(self, answer: TestResponse) -> Screen:
        text, ends = self.protocol.read(answer.text)
        return Screen(text, ends, answer.status_code, answer.data)


def _con_end(text: str) -> tuple[str, bool]:
    assert text[:4] in ("CON ", "END ")
    return text[4:], text.startswith("END ")


def _json(path: str, goes_on: Callable[[Mapping[str, Any]], bool]) -> Read:
    def read(text: str) -> tuple[str, bool]:
        document = found = json.loads(text)
        for name in path.split("."):
            found = found[name]
        return found, not goes_on(document)

    return read


def _africastalking(kind: str, call: Call) -> Ask:
    data = {
        "sessionId": call.session,
        "phoneNumber": f"+{call.number}",
        "networkCode": "60801",
        "serviceCode": call.code,
    }
    if kind in (END, TIMEOUT):
        status = {"status": "Incomplete", "date": "2026-11-20 10:00:00", "hopsCount": "2", "input": call.transcript}
        return {"path": "/events", "data": {**data, **status}}
    return {"data": {**data, "text": call.transcript}}


def _get(name: str) -> Build:
    gateway = GATEWAYS[name]
    assert isinstance(gateway, GetGateway)
    names = gateway.parameters

    def build(kind: str, call: Call) -> Ask:
        query = {
            names.session: call.session,
            names.caller: call.number,
            names.code: call.code,
            names.input: call.transcript,
        }
        return {"method": "GET", "query_string": query | ({names.network: "63902"} if names.network else {})}

    return build


def _hubtel(kind: str, call: Call) -> Ask:
    types = {BEGIN: "Initiation", INPUT: "Response", END: "Release", TIMEOUT: "Timeout"}
    return {
        "json": {
            "SessionId": call.session,
            "ServiceCode": call.code.strip("*#"),
            "Type": types[kind],
            "Message": call.whole_code if kind == BEGIN else call.latest,
            "Mobile": call.number,
            "Operator": "mtn",
            "Platform": "USSD",
            "Sequence": call.turn + 1,
            "ClientState": "",
        }
    }


def _arkesel(kind: str, call: Call) -> Ask:
    begins = kind == BEGIN
    return {
        "json": {
            "sessionID": call.session,
            "userID": "USER_1",
            "newSession": begins,
            "msisdn": call.number,
            "userData": call.whole_code if begins else call.latest,
            "network": "MTN",
        }
    }


def _moolre(kind: str, call: Call) -> Ask:
    return {
        "json": {
            "sessionid": call.session,
            "new": kind == BEGIN,
            "msisdn": call.number,
            "network": 3,
            "message": "" if kind == BEGIN else call.latest,
            "extension": call.code.strip("*#"),
            "data": call.dialled if kind == BEGIN else "",
        }
    }


def _nalo(kind: str, call: Call) -> Ask:
    begins = kind == BEGIN
    return {
        "json": {
            "USERID": "NALOTest",
            "MSISDN": call.number,
            "USERDATA": call.whole_code if begins else call.latest,
            "MSGTYPE": begins,
            "NETWORK": "MTN",
            "SESSIONID": call.session,
        }
    }


def _nsano(kind: str, call: Call) -> Ask:
    message = call.whole_code if kind == BEGIN else call.latest
    return {
        "json": {"msisdn": call.number, "msg": message, "network": "MTN", "UserSessionID": call.session},
    }


def _infobip(kind: str, call: Call) -> Ask:
    step = {BEGIN: "start", INPUT: "response", END: "end", TIMEOUT: "end"}[kind]
    ending = {"exitCode": 504, "reason": "timeout", "ussdGwId": "live2"}
    asking = {"msisdn": call.number, "imsi": "", "text": call.latest, "shortCode": call.code, "ussdGwId": "live2"}
    return {"path": f"/{call.session}/{step}", "json": ending if step == "end" else asking}


def _mtn(kind: str, call: Call) -> Ask:
    return {
        "json": {
            "sessionId": call.session,
            "messageType": {BEGIN: "0", INPUT: "1", END: "2", TIMEOUT: "5"}[kind],
            "msisdn": call.number,
            "serviceCode": call.code,
            "ussdString": call.whole_code if kind == BEGIN else call.latest,
        }
    }


def _beem(kind: str, call: Call) -> Ask:
    return {
        "json": {
            "command": {BEGIN: "initiate", INPUT: "continue", END: "terminate", TIMEOUT: "terminate"}[kind],
            "msisdn": call.number,
            "operator": "vodacom",
            "session_id": call.session,
            "payload": {"request_id": 0, "response": call.whole_code if kind == BEGIN else call.latest},
        }
    }


def _oltranz(kind: str, call: Call) -> Ask:
    return {
        "json": {
            "sessionId": call.session,
            "serviceCode": call.code,
            "phoneNumber": call.number,
            "text": call.latest,
            "response": "",
            "action": "CON",
            "transactionId": "",
            "requestTime": "2019-01-01 02:10:10",
            "newRequest": 0,
            "charge": "N",
            "amount": 0.0,
        }
    }


def _hollatags(kind: str, call: Call) -> Ask:
    operation = {BEGIN: "begin", INPUT: "continue", END: "end", TIMEOUT: "end"}[kind]
    query = {
        "session_msisdn": call.number,
        "session_operation": operation,
        "session_msg": call.latest,
        "session_id": call.session,
        "session_from": call.code,
        "session_type": "1" if kind == BEGIN else "3",
        "session_mno": "MTN",
    }
    return {"method": "GET", "query_string": query}


def _junebug(kind: str, call: Call) -> Ask:
    return {
        "json": {
            "message_id": f"{call.session}-{call.turn}",
            "from": f"+{call.number}",
            "to": call.code,
            "content": call.latest or None,
            "channel_data": {"session_event": {BEGIN: "new", INPUT: "resume", END: "close", TIMEOUT: "close"}[kind]},
        }
    }


_FAMILY = ("advanta", "bonga", "crossgate", "fastmessage", "jazaafrica", "speedocom")

PROTOCOLS: Mapping[str, Protocol] = {
    "africastalking": Protocol(_africastalking, _con_end, (END, TIMEOUT)),
    **{name: Protocol(_get(name), _con_end) for name in _FAMILY},
    "hubtel": Protocol(_hubtel, _json("Message", lambda said: said["Type"] == "Response"), (END, TIMEOUT)),
    "arkesel": Protocol(_arkesel, _json("message", lambda said: said["continueSession"])),
    "moolre": Protocol(_moolre, _json("message", lambda said: said["reply"])),
    "nalo": Protocol(_nalo, _json("MSG", lambda said: said["MSGTYPE"])),
    "nsano": Protocol(_nsano, _json("USSDResp.title", lambda said: said["USSDResp"]["action"] == "input")),
    "infobip": Protocol(_infobip, _json("ussdMenu", lambda said: not said["shouldClose"]), (END,)),
    "mtn": Protocol(
        _mtn, _json("data.inboundResponse", lambda said: said["data"]["userInputRequired"]), (END, TIMEOUT)
    ),
    "beem": Protocol(_beem, _json("payload.request", lambda said: said["command"] == "continue"), (END,)),
    "oltranz": Protocol(_oltranz, _json("response", lambda said: said["action"] == "CON")),
    "hollatags": Protocol(
        _hollatags, _json("session_msg", lambda said: said["session_operation"] == "continue"), (END,)
    ),
    "junebug": Protocol(_junebug, _json("content", lambda said: said["channel_data"]["continue_session"]), (END,)),
}
