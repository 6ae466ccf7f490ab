"""The reception: whole requests to the application, and every way in which a sender can spoil one."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from bridge.commands import reception
from bridge.commands.reception import Reception
from tests.loops import in_a_loop

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class Headers:
    def __init__(self, *lines: tuple[str, str]) -> None:
        self._lines = lines

    def items(self) -> list[tuple[str, str]]:
        return list(self._lines)


@dataclass
class Scope:
    """A request as granian describes it (RSGI 1.6)."""

    headers: Headers = field(default_factory=Headers)
    method: str = "POST"
    path: str = "/"
    query_string: str = ""
    http_version: str = "1.1"
    scheme: str = "http"
    server: str = "127.0.0.1:8080"
    client: str = "192.0.2.1:5555"


class Sender:
    """Somebody who sends `body` once `sends` is set."""

    def __init__(self, body: bytes = b"") -> None:
        self.body, self.asked, self.sends = body, False, asyncio.Event()
        self.told: tuple[int, list[tuple[str, str]], bytes] | None = None
        self.sends.set()

    async def __call__(self) -> bytes:
        self.asked = True
        await self.sends.wait()
        return self.body

    def response_bytes(self, status: int, headers: Any, body: bytes) -> None:
        self.told = (status, list(headers), body)


def echo(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Tells what arrived, as JSON."""
    seen = {name: value for name, value in environ.items() if isinstance(value, str)}
    start_response("202 Accepted", [("Content-Type", "application/json")])
    return [json.dumps(seen | {"body": environ["wsgi.input"].read().decode()}).encode()]


def ask(scope: Scope, sender: Sender, app: Any = echo) -> tuple[int, dict[str, str], Any]:
    """Status, headers and JSON of the answer."""
    in_a_loop(Reception(app, 2)(scope, sender))  # type: ignore[arg-type]
    assert sender.told is not None
    status, headers, body = sender.told
    return status, dict(headers), json.loads(body)


def sized(*more: tuple[str, str], length: int = 5) -> Scope:
    return Scope(Headers(("content-length", str(length)), *more))


def test_a_request_arrives_as_wsgi_wants_it() -> None:
    scope = sized(("content-type", "text/plain"), ("x-one", "a"), ("x-one", "b"), ("host", "bridge.example"))
    scope.path, scope.query_string = "/é", "a=%C3%A9&b=€"
    scope.client = "[2001:db8::1]:5555"
    status, headers, seen = ask(scope, Sender(b"12345"))
    assert (status, headers) == (202, {"Content-Type": "application/json"})
    assert seen["PATH_INFO"].encode("latin-1").decode() == "/é"
    assert seen["QUERY_STRING"].encode("latin-1").decode() == "a=%C3%A9&b=€"
    assert {name: seen[name] for name in ("REMOTE_ADDR", "SERVER_PORT", "SERVER_PROTOCOL")} == {
        "REMOTE_ADDR": "2001:db8::1",
        "SERVER_PORT": "8080",
        "SERVER_PROTOCOL": "HTTP/1.1",
    }
    assert {name: seen[name] for name in ("CONTENT_TYPE", "CONTENT_LENGTH", "HTTP_X_ONE", "HTTP_HOST", "body")} == {
        "CONTENT_TYPE": "text/plain",
        "CONTENT_LENGTH": "5",
        "HTTP_X_ONE": "a,b",
        "HTTP_HOST": "bridge.example",
        "body": "12345",
    }


def test_a_header_spelt_with_an_underscore_cannot_pass_for_ours() -> None:
    _, _, seen = ask(sized(("webhook_id", "other"), ("webhook-id", "ours")), Sender(b"12345"))
    assert seen["HTTP_WEBHOOK_ID"] == "ours"


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param([], id="no length"),
        pytest.param([("content-length", "0")], id="nothing"),
        pytest.param([("content-length", "5"), ("transfer-encoding", "chunked")], id="in chunks"),
        pytest.param([("content-length", "5"), ("content-length", "5")], id="two lengths"),
    ],
)
def test_a_body_of_no_clear_length_is_never_waited_for(lines: list[tuple[str, str]]) -> None:
    sender = Sender(b"12345")
    status, _, seen = ask(Scope(Headers(*lines)), sender)
    assert (status, seen["body"], sender.asked) == (202, "", False)


def test_a_body_that_is_too_large_is_refused_unread() -> None:
    sender = Sender()
    status, headers, problem = ask(sized(length=reception.MAX_BODY + 1), sender)
    assert (status, problem["status"], sender.asked) == (413, 413, False)
    assert headers["Content-Type"] == "application/problem+json"


def test_a_body_that_does_not_come_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reception, "BODY_SECONDS", 0.01)
    sender = Sender()
    sender.sends.clear()
    status, headers, _ = ask(sized(), sender)
    assert (status, headers["Connection"]) == (408, "close")


def test_a_caller_behind_a_gateway_is_answered_however_many_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reception, "MAX_WAITING", 0)
    scope = sized()
    assert in_a_loop(_status(scope)) == 503
    scope.path = "/ussd/mtn/token"
    assert in_a_loop(_status(scope)) == 202


async def _status(scope: Scope) -> int:
    sender = Sender(b"12345")
    await Reception(echo, 2)(scope, sender)  # type: ignore[arg-type]
    assert sender.told is not None
    return sender.told[0]


def test_while_too_many_wait_a_new_one_is_sent_away_at_once_but_not_who_asks_whether_we_live(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reception, "MAX_WAITING", 1)
    started, go_on = threading.Event(), threading.Event()

    def slow(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "POST":
            started.set()
            go_on.wait(10)
        return echo(environ, start_response)

    async def overloaded() -> tuple[Sender, ...]:
        front, first, second, look, page = Reception(slow, 2), Sender(b"12345"), Sender(b"12345"), Sender(), Sender()
        working = asyncio.create_task(front(sized(), first))  # type: ignore[arg-type]
        await asyncio.to_thread(started.wait, 10)
        await front(sized(), second)  # type: ignore[arg-type]
        await front(Scope(method="GET", path="/healthz"), look)  # type: ignore[arg-type]
        await front(Scope(method="GET", path="/readyz"), page)  # type: ignore[arg-type]
        go_on.set()
        await working
        return first, second, look, page

    told = [sender.told for sender in in_a_loop(overloaded())]
    assert [answer and answer[0] for answer in told] == [202, 503, 202, 503]
    assert told[1] is not None
    assert dict(told[1][1])["Retry-After"] == "1"


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

    assert ask(Scope(), Sender(), app)[2] == {"a": 1}
    assert closed == [True]
