"""One connection: what is asked on it is answered in its order, and every way in which the other side can spoil it."""

from __future__ import annotations

import asyncio
import json
import select
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from bridge.reception import connection, desk, requests, server
from tests.delivery.stage import until
from tests.intake.sockets import Answer, Line, exchange
from tests.loops import in_a_loop
from tests.reception.listening import DEADLINE, listening

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


MOST_IN_SOCKETS = 50_000_000  # bytes; the kernel's buffers hold a tenth of it


def echo(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Tells what arrived, as JSON."""
    seen = {name: value for name, value in environ.items() if isinstance(value, str)}
    start_response("202 Accepted", [("Content-Type", "application/json")])
    return [json.dumps(seen | {"body": environ["wsgi.input"].read().decode("latin-1")}).encode()]


def asked(*lines: str, line: str = "POST /a HTTP/1.1", body: bytes = b"12345", length: str | None = None) -> bytes:
    told = [f"content-length: {len(body) if length is None else length}"] if length != "none" else []
    return "\r\n".join([line, "host: bridge.example", *told, *lines, "", ""]).encode("latin-1") + body


def ask(sent: bytes, app: Any = echo) -> Answer:
    with listening(app) as here:
        answer = exchange(here.port, sent)
    assert answer is not None
    return answer


def test_a_request_arrives_as_wsgi_wants_it() -> None:
    answer = ask(
        asked("content-type: text/plain", "x-one:  a\t ", "x-one:b", line="POST /%C3%A9?a=%C3%A9&b=1 HTTP/1.1")
    )
    seen = answer.json()
    assert (answer.status, answer.headers["content-type"]) == (202, "application/json")
    assert int(answer.headers["content-length"]) == len(answer.body)
    assert answer.headers["date"].endswith(" GMT")
    assert seen["PATH_INFO"].encode("latin-1").decode() == "/é"
    wanted = {
        "QUERY_STRING": "a=%C3%A9&b=1",
        "REQUEST_METHOD": "POST",
        "REMOTE_ADDR": "127.0.0.1",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "SCRIPT_NAME": "",
        "wsgi.url_scheme": "http",
        "CONTENT_TYPE": "text/plain",
        "CONTENT_LENGTH": "5",
        "HTTP_X_ONE": "a,b",
        "HTTP_HOST": "bridge.example",
        "body": "12345",
    }
    assert {name: seen[name] for name in wanted} == wanted
    assert seen["SERVER_PORT"].isdigit()


def test_an_answer_to_head_has_no_body() -> None:
    with listening(echo) as here, socket.create_connection(("127.0.0.1", here.port), DEADLINE) as line:
        line.sendall(asked("connection: close", line="HEAD / HTTP/1.1", length="none", body=b""))
        told = b"".join(iter(lambda: line.recv(65_536), b""))
    assert told.startswith(b"HTTP/1.1 202 Accepted\r\n")
    assert told.endswith(b"\r\n\r\n")
    assert told.count(b"\r\n\r\n") == 1


def test_a_header_spelt_with_an_underscore_cannot_pass_for_ours() -> None:
    assert ask(asked("webhook_id: other", "webhook-id: ours")).json()["HTTP_WEBHOOK_ID"] == "ours"


STAYS: dict[str, tuple[tuple[str, ...], str, bool, str | None]] = {
    "HTTP/1.1": ((), "1.1", True, None),
    "HTTP/1.1 that says close": (("connection: close",), "1.1", False, "close"),
    "HTTP/1.0": ((), "1.0", False, None),
    "HTTP/1.0 that wants to go on": (("connection: keep-alive",), "1.0", True, "keep-alive"),
}


@pytest.mark.parametrize(("lines", "version", "stays", "told"), STAYS.values(), ids=STAYS)
def test_a_connection_stays_open_as_its_version_has_it(
    lines: tuple[str, ...], version: str, stays: bool, told: str | None
) -> None:
    with listening(echo) as here, Line(here.port) as line:
        line.send(asked(*lines, line=f"POST / HTTP/{version}"))
        first = line.answer()
        line.send(asked(line=f"POST / HTTP/{version}"))
        second = line.answer()
    assert first is not None
    assert first.headers.get("connection") == told
    assert (second is not None) == stays


def test_a_body_in_chunks_has_no_clear_length_and_stays_unread() -> None:
    sent = asked("transfer-encoding: chunked", length="none", body=b"5\r\n12345\r\n0\r\n\r\n")
    seen = ask(sent).json()
    assert (seen["body"], seen["HTTP_TRANSFER_ENCODING"]) == ("", "chunked")


def test_what_stands_behind_the_last_chunk_is_no_header() -> None:
    body = b"3\r\nabc\r\n0\r\nx-one: behind\r\nx-two: behind\r\n\r\n"
    seen = ask(asked("transfer-encoding: chunked", "x-one: before", length="none", body=body)).json()
    assert (seen["HTTP_X_ONE"], "HTTP_X_TWO" in seen) == ("before", False)


TOO_MUCH: dict[str, tuple[bytes, int]] = {
    "a body": (asked(length=str(requests.MAX_BODY + 1)), 413),
    "a body in chunks": (
        asked(
            "transfer-encoding: chunked",
            length="none",
            body=b"5000\r\n" + b"x" * 0x5000 + b"\r\n" + b"ffff\r\n" + b"x" * 0xFFFF,
        ),
        413,
    ),
    "headers": (asked(*(f"x-{number}: 1" for number in range(requests.MAX_HEADERS))), 431),
    "a header": (asked("x-padding: " + "x" * (requests.MAX_HEAD + 300_000)), 431),
    "an address": (asked(line=f"GET /{'a' * requests.MAX_HEAD} HTTP/1.1"), 414),
    "an address without an end": (b"GET /" + b"a" * 700_000, 414),
}


@pytest.mark.parametrize(("sent", "status"), TOO_MUCH.values(), ids=TOO_MUCH)
def test_what_is_too_large_is_refused_before_it_is_whole_and_nothing_behind_it_is_heard(
    sent: bytes, status: int
) -> None:
    with listening(echo) as here, Line(here.port) as line:
        line.send(sent + asked())
        answer = line.answer()
        assert line.is_closed()
    assert answer is not None
    assert (answer.status, answer.json()["status"], answer.headers["connection"]) == (status, status, "close")
    assert answer.headers["content-type"] == "application/problem+json"


def test_what_came_whole_before_the_unreadable_is_answered_first() -> None:
    with listening(echo) as here, Line(here.port) as line:
        line.send(asked() + b"garbage\r\n\r\n" + asked())
        answers = [line.answer() for _ in range(3)]
    assert [answer and answer.status for answer in answers] == [202, 400, None]


def test_a_body_that_does_not_come_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "BODY_SECONDS", 0.01)
    answer = ask(asked()[:-1])
    assert (answer.status, answer.headers["connection"]) == (408, "close")


def test_who_says_nothing_is_hung_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "HEAD_SECONDS", 0.01)
    with listening(echo) as here, Line(here.port) as line:
        assert line.is_closed()


def test_who_says_nothing_after_an_answer_is_hung_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    with listening(echo) as here, Line(here.port) as line:
        monkeypatch.setattr(connection, "HEAD_SECONDS", 0.01)
        line.send(asked())
        assert line.answer() is not None
        assert line.is_closed()


def test_no_more_than_one_reading_of_requests_is_kept_for_one_that_is_worked_on() -> None:
    go_on, started = threading.Event(), threading.Event()
    small = b"GET / HTTP/1.1\r\n\r\n"
    with listening(slow_then(go_on, started)) as here, Line(here.port) as line:
        line.send(asked(line="POST /slow HTTP/1.1") + small * 20_000)
        assert started.wait(DEADLINE)
        until(lambda: here.waiting() > 0)
        assert here.waiting() <= server.READING / len(small)
        go_on.set()
        assert line.answer() is not None


def test_who_stops_sending_after_the_request_still_hears_the_answer() -> None:
    with listening(echo) as here, Line(here.port) as line:
        line.send(asked() + asked())
        line.end()
        answers = [line.answer() for _ in range(3)]
    assert [answer and answer.status for answer in answers] == [202, 202, None]


def test_a_body_that_ends_early_is_refused() -> None:
    with listening(echo) as here, Line(here.port) as line:
        line.send(asked()[:-1])
        line.end()
        answer = line.answer()
    assert answer is not None
    assert answer.status == 400


def test_who_leaves_a_long_answer_unread_is_hung_up_on_and_others_are_served(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "WRITE_SECONDS", 0.01)

    def long(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])
        return [b"x" * (50_000_000 if environ["PATH_INFO"] == "/long" else 1)]

    with listening(long) as here, Line(here.port) as deaf:
        deaf.send(asked(line="POST /long HTTP/1.1"))
        assert exchange(here.port, asked()) is not None
        until(lambda: here.how_many() == 0)
        assert deaf.answer() is None


def test_many_requests_at_once_on_one_connection_are_answered_in_their_order() -> None:
    count = 3000
    with listening(echo) as here, Line(here.port) as line:
        sending = threading.Thread(
            target=line.send, args=(b"".join(asked(line=f"POST /{number} HTTP/1.1") for number in range(count)),)
        )
        sending.start()
        answers = [line.answer() for _ in range(count)]
        sending.join(DEADLINE)
    assert [answer and answer.json()["PATH_INFO"] for answer in answers] == [f"/{number}" for number in range(count)]


def test_who_sends_on_and_on_before_the_first_answer_has_to_wait() -> None:
    go_on, started = threading.Event(), threading.Event()
    more, sent = asked() * 1000, 0
    with listening(slow_then(go_on, started)) as here, socket.create_connection(("127.0.0.1", here.port)) as line:
        line.sendall(asked(line="POST /slow HTTP/1.1"))
        assert started.wait(DEADLINE)
        line.setblocking(False)
        while sent < MOST_IN_SOCKETS and select.select([], [line], [], 0.5)[1]:
            sent += line.send(more[sent % len(more) :])
        go_on.set()
    assert sent < MOST_IN_SOCKETS


def slow_then(go_on: threading.Event, started: threading.Event) -> Any:
    def slow(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/slow":
            started.set()
            assert go_on.wait(DEADLINE)
        return echo(environ, start_response)

    return slow


def test_while_too_many_wait_a_new_one_is_sent_away_at_once_but_no_caller_and_nobody_who_asks_whether_we_live(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(desk, "MAX_WAITING", 1)
    go_on, started = threading.Event(), threading.Event()
    with listening(slow_then(go_on, started)) as here, Line(here.port) as first:
        first.send(asked(line="POST /slow HTTP/1.1"))
        assert started.wait(DEADLINE)
        paths = ("/v1/submissions", "/readyz", "/healthz", "/ussd/mtn/token")
        others = [exchange(here.port, asked(line=f"POST {path} HTTP/1.1")) for path in paths]
        go_on.set()
        answer = first.answer()
    assert [other and other.status for other in others] == [503, 503, 202, 202]
    assert others[0] is not None
    assert others[0].headers["retry-after"] == "1"
    assert answer is not None
    assert answer.status == 202


def test_who_was_silent_for_longest_makes_room_and_whoever_is_served_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "CONNECTIONS", 2)
    monkeypatch.setattr(connection, "HEAD_SECONDS", 3600.0)
    go_on, started = threading.Event(), threading.Event()
    with listening(slow_then(go_on, started)) as here, Line(here.port) as busy:
        busy.send(asked(line="POST /slow HTTP/1.1"))
        assert started.wait(DEADLINE)
        with Line(here.port) as silent:
            answer = exchange(here.port, asked())
            assert silent.is_closed()
        go_on.set()
        served = busy.answer()
    assert answer is not None
    assert served is not None
    assert (answer.status, served.status) == (202, 202)


def test_a_stop_answers_what_was_asked_and_hangs_up_on_all_others() -> None:
    go_on, started = threading.Event(), threading.Event()
    with listening(slow_then(go_on, started)) as here, Line(here.port) as busy, Line(here.port) as silent:
        with Line(here.port) as stalled:
            stalled.send(asked()[:-1])
            busy.send(asked(line="POST /slow HTTP/1.1") + asked())
            assert started.wait(DEADLINE)
            stopping = threading.Thread(target=here.close)
            stopping.start()
            assert silent.is_closed()
            assert stalled.is_closed()
        go_on.set()
        answers = [busy.answer() for _ in range(3)]
        stopping.join(DEADLINE)
    assert [answer and (answer.status, answer.headers.get("connection")) for answer in answers] == [
        (202, None),
        (202, "close"),
        None,
    ]


def test_who_hangs_up_before_the_answer_harms_nobody() -> None:
    go_on, started = threading.Event(), threading.Event()
    with listening(slow_then(go_on, started)) as here:
        with Line(here.port) as line:
            line.send(asked(line="POST /slow HTTP/1.1"))
            assert started.wait(DEADLINE)
            line._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        go_on.set()
        assert exchange(here.port, asked()) is not None


def test_an_answer_in_pieces_is_joined_and_closed() -> None:
    closed: list[bool] = []

    class Pieces:
        def __iter__(self) -> Iterator[bytes]:
            return iter([b'{"a"', b":1}"])

        def close(self) -> None:
            closed.append(True)

    def app(_: WSGIEnvironment, start_response: Callable[..., object]) -> Pieces:
        start_response("200 OK", [])
        return Pieces()

    assert ask(asked(), app).json() == {"a": 1}
    assert closed == [True]


@pytest.mark.parametrize("path", ["/page", "/v1/submissions"])
def test_an_application_that_breaks_is_answered_for_without_a_word_of_what_was_sent(
    path: str, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        raise LookupError(environ["QUERY_STRING"])

    answer = ask(asked(line=f"POST {path}?MARKER HTTP/1.1"), breaks)
    assert answer.status == 500
    assert b"MARKER" not in answer.body
    assert "error=LookupError" in caplog.text
    assert "MARKER" not in caplog.text


def test_a_header_that_would_break_its_line_is_not_sent() -> None:
    def splits(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [("X-Name", "a\r\nX-Other: b")])
        return [b"{}"]

    answer = ask(asked(), splits)
    assert answer.status == 500
    assert "x-other" not in answer.headers


def test_many_answered_at_once_on_one_connection_let_the_loop_do_other_things_in_between() -> None:
    served, before_others = [0], list[int]()

    def app(_: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not served[0]:
            asyncio.get_running_loop().call_soon(lambda: before_others.append(served[0]))
        served[0] += 1
        start_response("204 No Content", [])
        return []

    one = asked(line="GET /ussd/x HTTP/1.1", length="none", body=b"")
    last = asked("connection: close", line="GET /ussd/x HTTP/1.1", length="none", body=b"")
    with listening(app) as here, socket.create_connection(("127.0.0.1", here.port), DEADLINE) as line:
        line.sendall(one * 200 + last)
        told = b"".join(iter(lambda: line.recv(65_536), b""))
    assert told.count(b"HTTP/1.1 204") == served[0] == 201
    assert before_others[0] <= connection.AT_ONCE


def test_one_that_makes_trouble_when_it_is_late_does_not_stop_the_looking(monkeypatch: pytest.MonkeyPatch) -> None:
    late, asked_for = connection.Connection.late, [0]

    def raises_first(self: connection.Connection) -> None:
        asked_for[0] += 1
        if asked_for[0] == 1:
            raise OSError
        late(self)

    monkeypatch.setattr(connection.Connection, "late", raises_first)
    monkeypatch.setattr(connection, "HEAD_SECONDS", 0.01)
    with listening(echo) as here, socket.create_connection(("127.0.0.1", here.port), DEADLINE) as line:
        line.settimeout(DEADLINE)
        assert line.recv(1) == b""


def test_who_was_let_in_just_before_a_stop_is_hung_up_on_at_once() -> None:
    async def stop() -> bytes:
        loop = asyncio.get_running_loop()
        house = server.House(echo, loop)
        await house.close()
        async with await loop.create_server(lambda: connection.Connection(house), "127.0.0.1", 0) as open_still:
            reader, writer = await asyncio.open_connection(*open_still.sockets[0].getsockname()[:2])
            told = await asyncio.wait_for(reader.read(1), DEADLINE)
            writer.close()
            return told

    assert in_a_loop(stop()) == b""


def test_for_each_of_many_that_come_at_once_another_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "CONNECTIONS", 5)
    monkeypatch.setattr(connection, "HEAD_SECONDS", 1_000.0)
    let_in = threading.Event()
    with listening(echo) as here:
        here._loop.call_soon_threadsafe(let_in.wait, DEADLINE)
        lines = [socket.create_connection(("127.0.0.1", here.port), DEADLINE) for _ in range(30)]
        let_in.set()
        hung_up = 0
        for line in lines[:25]:
            line.settimeout(5)
            hung_up += line.recv(1) == b""
        until(lambda: here.how_many() == 5)
        for line in lines:
            line.close()
    assert hung_up == 25
