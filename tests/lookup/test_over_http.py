"""Look-ups over real sockets: time, connections, certificates, and a service that fails again and again."""

from __future__ import annotations

import json
import logging
import socket
import threading
from pathlib import Path

import pytest

from bridge.inquiry import Found
from bridge.lookup import lookups as lookups_module
from bridge.lookup.circuit import FAILURES, REST, Circuit
from tests.lookup.certificates import certificate, context
from tests.lookup.conftest import Ask, Clock
from tests.lookup.services import (
    CHUNKED,
    NEVER,
    TEXT,
    Answer,
    Raw,
    body_in,
    chunks,
    drips,
    headers_in,
    inquiry,
    response,
    says,
    says_and_closes,
)

DRIPPING = {
    "says nothing": drips(b"", b""),
    "a head that drips": drips(b"HTTP/1.1 200 OK\r\n", b"X-Y: z\r\n"),
    "a line that drips": drips(b"HTTP/1.1 200 OK\r\nX-Y: ", b"z"),
    "interim answers that drip": drips(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "a body that drips": drips(response(b" " * 2000)[:-2000], b" "),
    "chunks that drip": drips(CHUNKED, b"1\r\n \r\n"),
}


@pytest.mark.parametrize("name", DRIPPING)
def test_a_slow_service_is_left_when_the_time_is_over_and_no_thread_with_it(
    asking: Ask, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Two threads and six slow answers: the seventh would find none, if any had stayed behind."""
    monkeypatch.setattr(lookups_module, "AT_ONCE", 2)
    well = threading.Event()

    def answer(raw: Raw, peer: socket.socket) -> None:
        (says(response(TEXT)) if well.is_set() else DRIPPING[name])(raw, peer)

    service = Raw(answer)
    with service.running() as url:
        lookups = asking(url, 0.15, circuit=Circuit(lambda: 0.0))
        lookups._circuit.note = lambda *, answered: None  # type: ignore[method-assign]
        assert [lookups(inquiry(), NEVER) for _ in range(6)] == [None] * 6
        well.set()
        lookups._seconds = 20.0
        assert lookups(inquiry(), NEVER) == Found("12 500 CFA")
    assert lookups.counts == {"timeout": 6, "found": 1}


def test_a_name_that_nobody_resolves_in_time_holds_up_no_caller(asking: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, go_on = threading.Event(), threading.Event()

    def resolve(*_: object, **__: object) -> list[object]:
        asked.set()
        go_on.wait(30)
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    lookups = asking("https://slow.example", 0.1)
    assert lookups(inquiry(), NEVER) is None
    assert asked.wait(20)
    assert not go_on.is_set()
    go_on.set()
    assert lookups.counts == {"timeout": 1}


def test_less_time_than_the_setting_says_is_kept_too(asking: Ask) -> None:
    with Raw(drips(b"", b"")).running() as url:
        lookups = asking(url, seconds=3600.0)
        assert lookups(inquiry(), 0.1) is None
        assert lookups(inquiry(), -1.0) is None
    assert lookups.counts == {"timeout": 1, "no_time": 1}


def test_where_nobody_listens_the_look_up_fails(asking: Ask) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    lookups = asking(f"http://127.0.0.1:{port}")
    assert lookups(inquiry(), NEVER) is None
    assert lookups.counts == {"unreachable": 1}


@pytest.mark.parametrize(
    ("address", "is_known", "outcome"),
    [
        pytest.param("127.0.0.1", True, "found", id="its own name, and vouched for"),
        pytest.param("127.0.0.2", True, "unreachable", id="another's name"),
        pytest.param("127.0.0.1", False, "unreachable", id="nobody vouches for it"),
    ],
)
def test_a_service_must_show_by_its_certificate_that_it_is_the_one(
    asking: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str, is_known: bool, outcome: str
) -> None:
    file = certificate(tmp_path, address)
    if is_known:
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
    service = Raw(says(response(TEXT)), context(file))
    with service.running() as url:
        lookups = asking(url)
        lookups(inquiry(), NEVER)
    assert lookups.counts == {outcome: 1}
    assert len(service.requests) == (1 if outcome == "found" else 0)


def test_what_is_sent_is_one_signed_post_to_menu_and_question(asking: Ask) -> None:
    service = Raw(says(response(TEXT)))
    with service.running() as url:
        asking(url, now=lambda: 1_795_000_000.9)(inquiry(), NEVER)
    (request,) = service.requests
    headers = headers_in(request)
    assert request.startswith(b"POST /base/kiosk/balance HTTP/1.1\r\n")
    assert headers["content-type"] == "application/json"
    assert headers["accept-encoding"] == "identity"
    assert headers["webhook-timestamp"] == "1795000000"
    assert body_in(request) == {
        "version": 1,
        "menu": "kiosk",
        "question": "balance",
        "language": "fr",
        "session": "5e55",
        "caller": "+221770000001",
        "service_code": "*126#",
        "simulated": False,
        "answers": {"town": "Thies"},
        "secrets": {"pin": "4711"},
    }


def test_a_connection_serves_many_look_ups(asking: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookups_module, "AT_ONCE", 1)
    service = Raw(says(response(TEXT), chunks(TEXT), response(b"{}", "404 Not Found"), response(TEXT)))
    with service.running() as url:
        lookups = asking(url)
        assert [bool(lookups(inquiry(), NEVER)) for _ in range(4)] == [True, True, False, True]
    assert service.connections == 2  # a refusal closes it: nobody reads what it says


def test_an_idle_connection_that_was_closed_is_opened_anew(asking: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookups_module, "AT_ONCE", 1)
    service = Raw(says_and_closes(response(TEXT)))
    with service.running() as url:
        lookups = asking(url)
        assert [lookups(inquiry(), NEVER) for _ in range(3)] == [Found("12 500 CFA")] * 3
    assert service.connections == 3


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"])
def test_a_proxy_of_the_environment_is_not_used(asking: Ask, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "http://127.0.0.1:1")
    with Raw(says(response(TEXT))).running() as url:
        assert asking(url)(inquiry(), NEVER) == Found("12 500 CFA")


def failing(times: int) -> Answer:
    """Broken so many times, and sound ever after."""
    return says(*[response(b"", "500 Internal Server Error")] * times, response(TEXT))


def test_after_failures_in_a_row_nobody_waits_until_a_probe_gets_through(asking: Ask, clock: Clock) -> None:
    service = Raw(failing(FAILURES + 1))
    with service.running() as url:
        lookups = asking(url, circuit=Circuit(clock))
        for _ in range(FAILURES + 3):
            assert lookups(inquiry(), NEVER) is None
        assert len(service.requests) == FAILURES
        clock.go(REST)
        assert lookups(inquiry(), NEVER) is None  # the probe fails
        assert lookups(inquiry(), NEVER) is None
        assert len(service.requests) == FAILURES + 1
        clock.go(REST)
        assert [bool(lookups(inquiry(), NEVER)) for _ in range(3)] == [True] * 3
    assert lookups.counts == {"status_500": FAILURES + 1, "resting": 4, "found": 3}


def test_a_service_that_answers_nonsense_quickly_keeps_being_asked(asking: Ask, clock: Clock) -> None:
    """One menu without a question of its own must not silence the others."""
    service = Raw(says(*[response(b"{}", "404 Not Found")] * 20, response(TEXT)))
    with service.running() as url:
        lookups = asking(url, circuit=Circuit(clock))
        assert [lookups(inquiry(), NEVER) for _ in range(20)] == [None] * 20
        assert lookups(inquiry(), NEVER) == Found("12 500 CFA")


def test_more_callers_than_may_wait_are_told_at_once(asking: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookups_module, "WAITING", 1)
    arrived, go_on = threading.Event(), threading.Event()

    def answer(raw: Raw, peer: socket.socket) -> None:
        arrived.set()
        go_on.wait(20)
        peer.sendall(response(TEXT))

    with Raw(answer).running() as url:
        lookups, found = asking(url), []
        waiting = threading.Thread(target=lambda: found.append(lookups(inquiry(), NEVER)))
        waiting.start()
        assert arrived.wait(20)
        assert lookups(inquiry(), NEVER) is None
        go_on.set()
        waiting.join(20)
    assert found == [Found("12 500 CFA")]
    assert lookups.counts == {"busy": 1, "found": 1}


def test_whoever_has_an_answer_makes_room_for_the_next(asking: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookups_module, "WAITING", 1)
    with Raw(says(response(TEXT), response(b"", "500 Internal Server Error"), response(TEXT))).running() as url:
        lookups = asking(url)
        assert [bool(lookups(inquiry(), NEVER)) for _ in range(3)] == [True, False, True]


def test_a_log_line_has_the_question_and_the_outcome_and_nothing_that_was_said(
    asking: Ask, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    answers = [response(b'{"text":"12 500 CFA"}'), response(b'{"text":"12 \\u0007"}'), b"SECRETGARBAGE\r\n\r\n"]
    with Raw(says(*answers)).running() as url:
        lookups = asking(url)
        for _ in answers:
            lookups(inquiry(), NEVER)
    lines = [record.getMessage() for record in caplog.records if record.name.startswith("bridge")]
    assert [line.rpartition(" ms=")[0] for line in lines] == [
        "event=looked_up menu=kiosk question=balance outcome=found",
        "event=looked_up menu=kiosk question=balance outcome=malformed",
        "event=looked_up menu=kiosk question=balance outcome=unreachable",
    ]
    for said in ("4711", "Thies", "22177", "12 500", "GARBAGE", "5e55", "whsec"):
        assert said not in caplog.text


def test_a_fault_of_our_own_is_a_look_up_that_failed(asking: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> bytes:
        raise RuntimeError("4711")

    monkeypatch.setattr(lookups_module, "body_of", broken)
    lookups = asking("http://127.0.0.1:1")
    assert lookups(inquiry(), NEVER) is None
    assert lookups.counts == {"failed_RuntimeError": 1}


def test_closed_look_ups_fail_and_do_not_raise(asking: Ask) -> None:
    lookups = asking("http://127.0.0.1:1")
    lookups.close()
    assert lookups(inquiry(), NEVER) is None


def test_nothing_that_is_asked_shows_in_a_representation() -> None:
    shown = repr((inquiry(), Found("12 500 CFA"), Found(value="paid")))
    for said in ("4711", "Thies", "22177", "12 500", "paid", "5e55"):
        assert said not in shown
    assert json.dumps("12 500") not in shown
