"""Requests as providers send them, and the turn each means. Every fixture says where it is from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bridge.gateways import GATEWAYS
from bridge.gateways.turn import Reply, Turn
from bridge.gateways.wire import Request
from tests.gateways.conftest import TOKEN, House

FOLDER = Path(__file__).parent / "fixtures"
MARKS = {"captured", "documented", "ours"}
FILES = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))}
CASES = [(name, case) for name, file in FILES.items() for case in file["cases"]]

ANSWERS: Mapping[str, tuple[str, str]] = {
    "africastalking": ("CON Où ?", "END Où ?"),
    "hubtel": (
        '{"SessionId":"s","Type":"Response","Message":"Où ?","Label":"","DataType":"input","FieldType":"text"}',
        '{"SessionId":"s","Type":"Release","Message":"Où ?","Label":"","DataType":"display","FieldType":"text"}',
    ),
    "arkesel": (
        '{"sessionID":"s","userID":"u","msisdn":"m","message":"Où ?","continueSession":true}',
        '{"sessionID":"s","userID":"u","msisdn":"m","message":"Où ?","continueSession":false}',
    ),
    "moolre": ('{"message":"Où ?","reply":true}', '{"message":"Où ?","reply":false}'),
    "nalo": (
        '{"USERID":"u","MSISDN":"m","USERDATA":"1","MSG":"Où ?","MSGTYPE":true}',
        '{"USERID":"u","MSISDN":"m","USERDATA":"1","MSG":"Où ?","MSGTYPE":false}',
    ),
    "nsano": (
        '{"USSDResp":{"action":"input","menus":"","title":"Où ?"}}',
        '{"USSDResp":{"action":"prompt","menus":"","title":"Où ?"}}',
    ),
    "infobip": (
        '{"ussdMenu":"Où ?","shouldClose":false,"responseExitCode":200,"responseMessage":""}',
        '{"ussdMenu":"Où ?","shouldClose":true,"responseExitCode":200,"responseMessage":""}',
    ),
    "mtn": (
        '{"statusCode":"0000","statusMessage":"Success","transactionId":"s","data":{"inboundResponse":"Où ?",'
        '"userInputRequired":true,"messageType":"1","serviceCode":"*1#","msisdn":"m"}}',
        '{"statusCode":"0000","statusMessage":"Success","transactionId":"s","data":{"inboundResponse":"Où ?",'
        '"userInputRequired":false,"messageType":"2","serviceCode":"*1#","msisdn":"m"}}',
    ),
    "beem": (
        '{"command":"continue","msisdn":"m","operator":"o","session_id":"s",'
        '"payload":{"request_id":7,"request":"Où ?"}}',
        '{"command":"terminate","msisdn":"m","operator":"o","session_id":"s",'
        '"payload":{"request_id":7,"request":"Où ?"}}',
    ),
    "oltranz": (
        '{"sessionId":"s","text":"1","response":"Où ?","action":"CON"}',
        '{"sessionId":"s","text":"1","response":"Où ?","action":"END"}',
    ),
    "hollatags": (
        '{"session_operation":"continue","session_type":1,"session_id":"s","session_msg":"Où ?"}',
        '{"session_operation":"end","session_type":4,"session_id":"s","session_msg":"Où ?"}',
    ),
    "junebug": (
        '{"reply_to":"m1","content":"Où ?","channel_data":{"continue_session":true}}',
        '{"reply_to":"m1","content":"Où ?","channel_data":{"continue_session":false}}',
    ),
}
ECHOED: Mapping[str, Mapping[str, Any]] = {
    "arkesel": {"userID": "u", "msisdn": "m"},
    "nalo": {"USERID": "u", "MSISDN": "m", "USERDATA": "1"},
    "mtn": {"serviceCode": "*1#", "msisdn": "m"},
    "beem": {"msisdn": "m", "operator": "o", "request_id": 7},
    "oltranz": {"text": "1"},
    "junebug": {"message_id": "m1"},
}


def test_every_gateway_has_fixtures_and_says_where_they_are_from() -> None:
    assert set(FILES) == set(GATEWAYS)
    assert all(len(file["source"]) > 10 for file in FILES.values())
    assert {case["mark"] for _, case in CASES} == MARKS


@pytest.mark.parametrize(("gateway", "case"), CASES, ids=[f"{name}: {case['name']}" for name, case in CASES])
def test_a_request_means_this_turn(gateway: str, case: Mapping[str, Any]) -> None:
    turn = GATEWAYS[gateway].read(request_of(case["request"]))
    assert {name: plain(getattr(turn, name)) for name in case["turn"]} == case["turn"]


@pytest.mark.parametrize(("gateway", "case"), CASES, ids=[f"{name}: {case['name']}" for name, case in CASES])
def test_a_request_as_sent_passes_the_door(small_house: House, gateway: str, case: Mapping[str, Any]) -> None:
    sent = case["request"]
    content = {"json": sent["json"]} if "json" in sent else {"data": sent.get("body")}
    kind = {} if "json" in sent else {"content_type": sent.get("content_type")}
    path = f"/ussd/{gateway}/{TOKEN}/{sent['path']}".rstrip("/")
    answer = small_house.client.open(path, method=sent["method"], query_string=sent.get("query"), **content, **kind)
    assert answer.status_code == 200
    assert small_house.gateways.turns.counts["failed", gateway] == 0


@pytest.mark.parametrize("gateway", sorted(ANSWERS))
def test_a_screen_is_written_as_the_provider_reads_it(gateway: str) -> None:
    turn = Turn(gateway, "s", "m", "*1#", GATEWAYS[gateway].read(_some(gateway)).kind, echo=ECHOED.get(gateway, {}))
    for ends, expected in enumerate(ANSWERS[gateway]):
        answer = GATEWAYS[gateway].write(Reply("Où ?", bool(ends)), turn)
        assert answer.body.decode() == expected
        assert answer.content_type.endswith("; charset=utf-8")


def test_infobip_is_told_whether_a_session_is_active(small_house: House) -> None:
    path = f"/ussd/infobip/{TOKEN}/7c2a"
    assert small_house.client.get(f"{path}/status").json == {
        "sessionActive": False,
        "responseExitCode": 200,
        "responseMessage": "",
    }
    small_house.client.post(f"{path}/start", json={"msisdn": "27720000001", "text": ""})
    assert '"sessionActive":true' in small_house.client.get(f"{path}/status").text
    small_house.client.post(f"{path}/end", json={"exitCode": 504, "reason": "timeout"})
    assert '"sessionActive":false' in small_house.client.get(f"{path}/status").text


def request_of(sent: Mapping[str, Any]) -> Request:
    body = json.dumps(sent["json"]) if "json" in sent else sent.get("body", "")
    query = "&".join(
        f"{name}={value.replace('*', '%2A').replace('#', '%23')}" for name, value in sent.get("query", {}).items()
    )
    return Request(sent["method"], sent["path"], query, body.encode())


def plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _some(gateway: str) -> Request:
    return request_of(FILES[gateway]["cases"][0]["request"])
