"""A server-run gateway's address under requests that no provider sends: a defined refusal, never a 5xx."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.chaos.posting import SECRET_TEXT
from tests.intake.sockets import Answer, Line, exchange
from tests.servers import Server, running, settings

TOKEN = secrets.token_urlsafe(24)
FORM = b"sessionId=A1&phoneNumber=%2B221770000001&serviceCode=*384*123%23&text="
HERE = f"/ussd/africastalking/{TOKEN}"
STALLED = 100  # connections; more than the server has threads


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("gateway")
    environ = settings(folder, SECRET_TEXT, AFRICASTALKING_TOKEN=TOKEN, HUBTEL_TOKEN=TOKEN)
    with running(folder, environ) as started:
        yield started


def ask(
    *more: str,
    line: str = f"POST {HERE} HTTP/1.1",
    kind: str = "application/x-www-form-urlencoded",
    body: bytes = FORM,
    length: str | None = None,
) -> bytes:
    lengths = [f"content-length: {len(body) if length is None else length}"] if length != "none" else []
    head = [line, "host: test", f"content-type: {kind}", *lengths, *more, "connection: close", "", ""]
    return "\r\n".join(head).encode("latin-1") + body


CASES: dict[str, tuple[bytes, int]] = {
    "as it should be": (ask(), 200),
    "HTTP/1.0": (ask(line=f"POST {HERE} HTTP/1.0"), 200),
    "no content type": (ask(kind=""), 200),
    "bytes that are no UTF-8": (ask(body=FORM + b"%ff%fe\xff\xfe"), 200),
    "NUL in the session's id": (ask(body=FORM.replace(b"A1", b"A%001")), 400),
    "no session": (ask(body=b"text=1"), 400),
    "an empty body": (ask(body=b""), 400),
    "a thousand fields": (ask(body=b"&".join(b"f%d=1" % number for number in range(1000))), 400),
    "a transcript of 10 kB": (ask(body=FORM + b"1*" * 5000), 400),
    "chunked": (ask("transfer-encoding: chunked", length="none", body=b"0\r\n\r\n"), 411),
    "chunked with a length": (ask("transfer-encoding: chunked", body=b"0\r\n\r\n"), 400),
    "no length": (ask(length="none", body=b""), 411),
    "two lengths": (ask("content-length: 3"), 400),
    "17 kB": (ask(body=FORM + b"1" * 17_000), 413),
    "1 MB": (ask(body=FORM + b"1" * 1_000_000), 413),
    "compressed": (ask("content-encoding: gzip"), 415),
    "JSON": (ask(kind="application/json", body=b"{}"), 415),
    "GET": (ask(line=f"GET {HERE}?text=1 HTTP/1.1", length="none", body=b""), 405),
    "PUT": (ask(line=f"PUT {HERE} HTTP/1.1"), 405),
    "a query of 9 kB": (ask(line=f"POST {HERE}?{'a' * 9_000} HTTP/1.1"), 414),
    "another path below": (ask(line=f"POST {HERE}/other HTTP/1.1"), 404),
    "another token": (ask(line=f"POST {HERE[:-1]}~ HTTP/1.1"), 404),
    "no token": (ask(line="POST /ussd/africastalking/ HTTP/1.1"), 404),
    "bytes for a token": (ask(line="POST /ussd/africastalking/%ff%00 HTTP/1.1"), 404),
    "a gateway without a token of its own": (ask(line=f"POST /ussd/nalo/{TOKEN} HTTP/1.1"), 404),
    "a gateway that does not exist": (ask(line=f"POST /ussd/x/{TOKEN} HTTP/1.1"), 404),
    "JSON nested deep": (
        ask(line=f"POST /ussd/hubtel/{TOKEN} HTTP/1.1", kind="application/json", body=b"[" * 16_000),
        400,
    ),
    "JSON with a number of 5000 digits": (
        ask(line=f"POST /ussd/hubtel/{TOKEN} HTTP/1.1", kind="application/json", body=b'{"a":' + b"9" * 5000 + b"}"),
        400,
    ),
    "headers of 500 kB": (ask("x-padding: " + "a" * 500_000), 431),
    "300 headers": (ask(*(f"x-{number}: 1" for number in range(300))), 431),
    "the type twice": (ask("content-type: text/plain"), 415),
    "the same length twice": (ask(f"content-length: {len(FORM)}"), 400),
    "a length of 20 digits": (ask(length="9" * 20), 400),
    "a negative length": (ask(length="-1"), 400),
    "a header folded": (ask("x-a: b", " c"), 400),
    "OPTIONS": (ask(line=f"OPTIONS {HERE} HTTP/1.1"), 405),
    "two slashes before the token": (ask(line=f"POST /ussd/africastalking//{TOKEN} HTTP/1.1"), 404),
    "the token in the query": (ask(line=f"POST /ussd/africastalking/?token={TOKEN} HTTP/1.1"), 404),
    "a session's id of 10 kB": (ask(body=FORM.replace(b"A1", b"A" * 10_000)), 400),
    "the session's id twice": (ask(body=FORM + b"&sessionId=B2"), 400),
}


@pytest.mark.parametrize(("sent", "status"), CASES.values(), ids=CASES)
def test_every_request_gets_a_defined_answer(server: Server, sent: bytes, status: int) -> None:
    answer = exchange(server.port, sent)
    assert isinstance(answer, Answer)
    assert answer.status == status


def test_turns_in_one_stream_are_answered_in_their_order(server: Server) -> None:
    """And a refused one among them hides none behind it."""

    def turn(session: bytes, length: str | None = None) -> bytes:
        sent = ask(body=FORM.replace(b"A1", session), length=length)
        return sent.replace(b"connection: close\r\n", b"")

    with Line(server.port) as line:
        line.send(turn(b"P1") + turn(b"P%00") + turn(b"P2") + turn(b"P1"))
        answers = [line.answer() for _ in range(4)]
    assert [answer and answer.status for answer in answers] == [200, 400, 200, 200]
    assert answers[0] is not None
    assert answers[3] is not None
    assert answers[0].body == answers[3].body


def test_callers_behind_a_sender_that_stalls_get_their_screens(server: Server) -> None:
    with ExitStack() as stack:
        stalled = [stack.enter_context(Line(server.port)) for _ in range(STALLED)]
        for line in stalled:
            line.send(ask()[:-5])
        meanwhile = exchange(server.port, ask())
        answers = {answer and answer.status for answer in map(Line.answer, stalled)}
    assert meanwhile is not None
    assert meanwhile.status == 200
    assert answers == {408}


def test_no_token_and_no_number_stands_in_the_log(server: Server) -> None:
    exchange(server.port, ask())
    logged = server.logged()
    assert TOKEN not in logged
    assert "221770000001" not in logged
