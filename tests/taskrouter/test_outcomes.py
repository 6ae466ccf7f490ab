"""Every way a call can go wrong, and what delivery hears of it."""

from __future__ import annotations

import json
import logging
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st
from twilio.base.exceptions import TwilioException
from urllib3.connection import HTTPConnection
from urllib3.exceptions import NewConnectionError

from bridge.taskrouter import Account, Outcome, TaskOrder, TaskRouter
from bridge.taskrouter.failures import outcome_of, retry_after
from bridge.value import replace
from tests.sandbox.stage import EXTERNAL_ID, Stage
from tests.taskrouter.wire import answering, closed_port, http

WT = "WT" + "0" * 32
Call = Callable[[TaskRouter, TaskOrder], Outcome]
CALLS: dict[str, Call] = {
    "create": lambda router, order: router.create(order),
    "find": lambda router, order: router.find(EXTERNAL_ID),
    "fetch": lambda router, order: router.fetch(WT),
    "update": lambda router, order: router.update(WT, order.attributes),
    "events": lambda router, order: router.created_between(
        EXTERNAL_ID, datetime.now(UTC) - timedelta(hours=1), datetime.now(UTC)
    ),
}
every_call = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)


ORDER = TaskOrder("WW" + "0" * 32, "ussd", 0, 60, '{"ussd":{}}')
BODIES = {
    "empty": "",
    "html": "<html>sorry</html>",
    "json": '{"code":20001,"message":"m","status":400}',
    "list": "[1]",
    "null": "null",
}


def router_at(url: str, password: str = "password", read_timeout: float = 5) -> TaskRouter:  # noqa: S107
    return TaskRouter(Account("AC" + "0" * 32, "user", password, "WS" + "0" * 32, url, 2, read_timeout))


@every_call
@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (301, "fault"),
        (302, "fault"),
        (401, "fault"),
        (403, "fault"),
        (405, "refused"),
        (408, "unknown"),
        (412, "unsent"),
        (413, "refused"),
        (422, "refused"),
        (500, "unknown"),
        (502, "unknown"),
        (503, "unknown"),
        (504, "unknown"),
    ],
)
def test_an_answer_other_than_2xx_has_one_meaning(call: Call, status: int, kind: str) -> None:
    if call is CALLS["create"] and kind == "refused":
        kind = "fault"  # it is looked into, and this server does not know the workspace either
    for body in BODIES.values():
        with answering(http(status, body)) as url:
            outcome = call(router_at(url), ORDER)
        assert (outcome.kind, outcome.http_status) == (kind, status), body


@every_call
def test_404_is_the_workspace_unless_a_task_was_named(stage: Stage, call: Call) -> None:
    outcome = call(stage.with_account(workspace_sid="WS" + "9" * 32), stage.order())
    names_a_task = call in (CALLS["fetch"], CALLS["update"])
    assert outcome.kind == ("missing" if names_a_task else "fault")
    assert names_a_task or "TASK_WORKSPACE_ID" in outcome.reason


@every_call
def test_wrong_credentials_are_the_set_ups_fault(stage: Stage, call: Call) -> None:
    outcome = call(stage.with_account(password="wrong-password"), stage.order())
    assert (outcome.kind, outcome.http_status, outcome.code) in [
        ("fault", 401, 20003),
        ("fault", 401, None),  # the SDK's lists do not tell Twilio's code
    ]
    assert "AUTH_TOKEN" in outcome.reason
    assert "wrong-password" not in outcome.reason


@every_call
@pytest.mark.parametrize("changes", [{"password": ""}, {"password": "with space"}, {"user": "用户"}], ids=str)
def test_credentials_that_cannot_be_right_are_not_even_sent(stage: Stage, call: Call, changes: dict[str, str]) -> None:
    outcome = call(stage.with_account(**changes), stage.order())
    assert outcome.kind == "fault"
    assert "AUTH_TOKEN" in outcome.reason
    assert stage.world.faults.calls.total() == 0


@every_call
@pytest.mark.parametrize(("header", "seconds"), [("7", 7.0), ("0.5", 0.5), ("", None), ("soon", None)])
def test_429_says_how_long_to_wait(call: Call, header: str, seconds: float | None) -> None:
    lines = f"Retry-After: {header}\r\n" if header else ""
    with answering(http(429, '{"code":20429,"message":"Too Many Requests","status":429}', lines)) as url:
        outcome = call(router_at(url), ORDER)
    assert (outcome.kind, outcome.http_status, outcome.retry_after) == ("limited", 429, seconds)


def test_retry_after_may_be_a_date() -> None:
    header = {"retry-after": "Fri, 20 Nov 2026 10:00:30 GMT"}
    at = datetime(2026, 11, 20, 10, 0, 0, tzinfo=UTC).timestamp()
    assert retry_after(header, lambda: at) == 30.0
    assert retry_after(header, lambda: at + 3600) == 0.0


def test_a_wait_does_not_outlive_its_answer(stage: Stage) -> None:
    """The headers of an earlier answer must not be read into a later failure of the same thread."""
    router = stage.router
    stage.world.faults.add("limit", "create", calls=1, retry_after=9)
    stage.world.faults.add("limit", "create", calls=2)
    assert router.create(stage.order()).retry_after == 9.0
    assert router.create(stage.order()).retry_after is None


@every_call
def test_a_refused_connection_had_no_effect(call: Call) -> None:
    router = router_at(f"http://127.0.0.1:{closed_port()}")
    assert call(router, ORDER).kind == "unsent"


@every_call
def test_a_name_that_does_not_exist_had_no_effect(call: Call) -> None:
    assert call(router_at("http://taskrouter.invalid"), ORDER).kind == "unsent"


@every_call
@pytest.mark.parametrize("url", ["taskrouter.twilio.com", "ftp://taskrouter.twilio.com", "http://", "http://:80"])
def test_an_address_that_cannot_be_called_is_the_set_ups_fault(call: Call, url: str) -> None:
    outcome = call(router_at(url), ORDER)
    assert outcome.kind == "fault"
    assert "TASKROUTER_URL" in outcome.reason


@every_call
def test_a_certificate_that_does_not_hold_had_no_effect(call: Call, tmp_path: Path) -> None:
    with answering(http(200, "{}"), _self_signed(tmp_path)) as url:
        assert call(router_at(url), ORDER).kind == "unsent"


@every_call
def test_tls_spoken_to_a_server_without_it_had_no_effect(call: Call) -> None:
    with answering(b"HTTP/1.1 400 Bad Request\r\n\r\n") as url:
        router = router_at(url.replace("http:", "https:"))
        assert call(router, ORDER).kind == "unsent"


@every_call
@pytest.mark.parametrize(
    "raw",
    [b"", b"\x00\xff\x00", b"HTTP/1.1 201 Cre", b"HTTP/1.1 201 X\r\nContent-Length: 99\r\n\r\n{"],
    ids=["nothing", "noise", "half a line", "half a body"],
)
def test_a_connection_that_ends_early_may_have_had_effect(call: Call, raw: bytes) -> None:
    with answering(raw) as url:
        assert call(router_at(url), ORDER).kind == "unknown"


@every_call
@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        "null",
        "7",
        '"text"',
        '{"meta":{"key":"tasks"}}',
        '{"sid":7}',
        "\ud800".encode("utf-8", "replace").decode(),
    ],
)
def test_a_2xx_that_cannot_be_read_may_have_had_effect(call: Call, body: str) -> None:
    with answering(http(200, body)) as url:
        assert call(router_at(url), ORDER).kind == "unknown"


@every_call
def test_a_problem_document_is_read_like_any_other_answer(call: Call) -> None:
    """RFC 9457 bodies become another exception in the SDK, which is no TwilioRestException."""
    body = json.dumps({"type": "t", "title": "x", "status": 401, "code": 20003})
    with answering(http(401, body)) as url:
        assert call(router_at(url), ORDER).kind == "fault"


@pytest.mark.parametrize(
    ("fault", "kind", "tasks"),
    [("drop_before", "unknown", 0), ("drop_after", "unknown", 1)],
)
def test_a_dropped_connection_may_have_had_effect(stage: Stage, fault: str, kind: str, tasks: int) -> None:
    stage.world.faults.add(fault, "create", calls=1)
    assert stage.router.create(stage.order()).kind == kind
    assert stage.tasks() == tasks


@pytest.mark.parametrize(("fault", "at_once"), [("late_answer", 1), ("late_create", 0)])
def test_silence_longer_than_our_patience_may_have_had_effect(stage: Stage, fault: str, at_once: int) -> None:
    stage.world.faults.add(fault, "create", calls=1)
    outcome = stage.with_account(read_timeout=0.3).create(stage.order())
    assert outcome.kind == "unknown"
    assert stage.tasks() == at_once


def test_an_order_for_an_unknown_workflow_names_the_setting(stage: Stage) -> None:
    outcome = stage.router.create(replace(stage.order(), workflow_sid="WW" + "9" * 32))
    assert (outcome.kind, outcome.http_status, outcome.code) == ("fault", 400, 20001)
    assert "TASK_WORKFLOW_ID" in outcome.reason


def test_an_order_for_an_unknown_channel_names_the_setting(stage: Stage) -> None:
    outcome = stage.router.create(replace(stage.order(), task_channel="nothing"))
    assert (outcome.kind, outcome.code) == ("fault", 20001)
    assert "TASK_CHANNEL" in outcome.reason


def test_a_400_with_a_good_set_up_is_this_submissions_own(stage: Stage) -> None:
    stage.world.faults.add("unavailable", "create", status=400)
    assert stage.router.create(stage.order()).kind == "refused"


def test_a_400_that_cannot_be_looked_into_is_tried_again(stage: Stage) -> None:
    stage.world.faults.add("unavailable", "create", status=400)
    stage.world.faults.add("unavailable", "other")
    assert stage.router.create(stage.order()).kind == "unsent"


def test_an_older_failure_of_the_thread_is_not_taken_for_this_one() -> None:
    """`__context__` may hold a refused connection of long ago; this answer was lost nevertheless."""
    failure = TwilioException("lost")
    failure.__context__ = NewConnectionError(HTTPConnection("127.0.0.1"), "refused")
    assert outcome_of(failure, {}).kind == "unknown"


@settings(max_examples=60, deadline=None)
@given(raw=st.one_of(st.binary(max_size=300), st.binary(max_size=200).map(lambda tail: b"HTTP/1.1 2" + tail)))
def test_nothing_that_comes_back_raises(raw: bytes) -> None:
    with answering(raw) as url:
        router = router_at(url, read_timeout=0.5)
        kinds = {call(router, ORDER).kind for call in CALLS.values()}
    assert "done" not in kinds


def test_no_reason_and_no_log_line_repeats_what_was_sent_or_answered(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    marks = ("+221770000001", "marker-answer", "marker-secret")
    order = replace(ORDER, attributes=json.dumps({"from": marks[0], "answer": marks[1]}))
    body = json.dumps({"code": 20001, "message": f"no {marks[0]} {marks[1]}", "status": 400})
    said = []
    for status in (400, 401, 404, 429, 500):
        with answering(http(status, body)) as url:
            said.append(repr(router_at(url, marks[2]).create(order)))
    said.append(repr(router_at(f"http://127.0.0.1:{closed_port()}", marks[2]).create(order)))
    everything = "\n".join([*said, caplog.text])
    assert "event=taskrouter_call" in everything
    for mark in marks:
        assert mark not in everything


def _self_signed(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context
