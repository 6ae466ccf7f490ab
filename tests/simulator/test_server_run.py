"""What the phone of a server-run gateway says when the bridge does not answer as the provider wants it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from bridge.menu import Budget
from bridge.simulator import PROTOCOLS, Address, LineError, ServerRunLine, Wire
from tests.servers import free_port

NOT_UNDERSTOOD = "The bridge's answer is not one that this provider understands."


@contextmanager
def answering(status: int, body: str, notices: int = 200) -> Iterator[str]:
    """A bridge that gives one and the same answer, and to notices another status; its address."""

    class Always(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", "0")))
            self.send_response(notices if self.path.endswith("/events") else status)
            self.end_headers()
            self.wfile.write(body.encode())

        def do_GET(self) -> None:
            self.do_POST()

        def log_message(self, format: str, *words: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Always) as server:
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def line(gateway: str, url: str) -> ServerRunLine:
    address = Address(url, f"/ussd/{gateway}/a-token", f"/ussd/{gateway}/…")
    return ServerRunLine(PROTOCOLS[gateway], Wire(address), Budget(), code="*123#", number="+221770000001")


@pytest.mark.parametrize(
    ("gateway", "body"),
    [
        ("africastalking", "Hello"),
        ("africastalking", " CON Hello"),
        ("africastalking", ""),
        ("advanta", "con Hello"),
        ("arkesel", '{"message": "Hello", "continueSession": "true"}'),
        ("beem", '{"command": "continue", "payload": {}}'),
        ("beem", '{"command": "goon", "payload": {"request": "Hello"}}'),
        ("hollatags", '{"session_operation": "continue", "session_type": 2, "session_msg": "Hello"}'),
        ("hubtel", '{"Type": "response", "Message": "Hello"}'),
        ("hubtel", '{"Type": "Response", "Message": null}'),
        ("infobip", '{"ussdMenu": "Hello", "shouldClose": false, "responseExitCode": 500}'),
        ("junebug", '{"content": "Hello", "channel_data": null}'),
        ("moolre", '{"message": "Hello", "reply": 1}'),
        ("mtn", '{"statusCode": "0", "data": {}}'),
        ("nalo", '["Hello"]'),
        ("nsano", '{"USSDResp": {"action": "go", "title": "Hello"}}'),
        ("oltranz", "CON Hello"),
    ],
)
def test_an_answer_that_the_provider_would_not_take_is_no_screen(gateway: str, body: str) -> None:
    with answering(200, body) as url, pytest.raises(LineError) as refused:
        line(gateway, url).dial()
    assert str(refused.value) == NOT_UNDERSTOOD


@pytest.mark.parametrize("status", [400, 404, 500, 302])
def test_an_answer_that_is_no_success_is_named_and_shown_among_what_travelled(status: int) -> None:
    with answering(status, "CON Hello") as url:
        phone = line("africastalking", url)
        with pytest.raises(LineError, match=f"answered {status}"):
            phone.dial()
    (trip,) = phone.travelled()
    assert (trip.status, trip.answer) == (status, "CON Hello")


def test_no_answer_is_said_to_be_none_and_the_token_stands_nowhere() -> None:
    phone = line("hubtel", f"http://127.0.0.1:{free_port()}")
    with pytest.raises(LineError, match="no answer") as refused:
        phone.dial()
    (trip,) = phone.travelled()
    assert (trip.path, trip.status) == ("/ussd/hubtel/…", 0)
    assert "a-token" not in f"{refused.value} {refused.value.__context__!r} {trip} {phone.travelled()}"


def test_the_last_screen_is_shown_even_if_nobody_hears_that_it_was_the_last() -> None:
    """Africa's Talking tells the bridge afterwards, when the caller has long read it."""
    with answering(200, "END Goodbye", notices=500) as url:
        phone = line("africastalking", url)
        shown = phone.dial()
    assert (shown.text, shown.ends) == ("Goodbye", True)
    assert [(trip.path, trip.status) for trip in phone.travelled()] == [
        ("/ussd/africastalking/…", 200),
        ("/ussd/africastalking/…/events", 500),
    ]


@pytest.mark.parametrize(
    ("text", "size", "limit", "unit"),
    [("Hello", 5, 160, "septets"), ("[€]", 6, 160, "septets"), ("ç", 1, 70, "units"), ("😀", 2, 70, "units")],
    ids=["plain", "from the extension table", "outside the alphabet", "of two units"],
)
def test_a_screen_is_measured_as_the_network_carries_it(text: str, size: int, limit: int, unit: str) -> None:
    with answering(200, f"CON {text}") as url:
        shown = line("africastalking", url).dial()
    assert (shown.size, shown.limit, shown.unit) == (size, limit, unit)
