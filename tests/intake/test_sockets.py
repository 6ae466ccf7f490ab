"""The matrix of the signed webhook against the real server, with what a test client cannot send."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from threading import Barrier, Event, Thread

import pytest

from tests.intake.signing import SECRET, body, headers, secret_text
from tests.intake.sockets import DEADLINE, Line, chunked, exchange, request
from tests.servers import Server, running, settings

NOW = int(time.time())
RAW = body()
BIG = b"x" * 17_000
SLOW = 100  # more than the server has threads


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("served")
    with running(folder, settings(folder, secret_text("first"))) as started:
        yield started


def at_now(**changes: object) -> bytes:
    return request(RAW, NOW, **changes)  # type: ignore[arg-type]


def signed_anew(sent: bytes) -> bytes:
    """The same bytes with a timestamp and signatures of this moment: a long run of tests outlives the five minutes."""
    now = int(time.time())
    for raw in (RAW, BIG, b"", b"x" * 10_000_000):
        old, new = (headers(raw, at=at)["webhook-signature"].encode() for at in (NOW, now))
        sent = sent.replace(old, new)
    return sent.replace(str(NOW).encode(), str(now).encode())


def fresh(session: str) -> bytes:
    """A request that was not sent before."""
    raw = body(session_id=session)
    lines = headers(raw, key=session, at=int(time.time())) | {"host": "test", "content-length": str(len(raw))}
    head = ["POST /v1/submissions HTTP/1.1", *(f"{name}: {value}" for name, value in lines.items()), "", ""]
    return "\r\n".join(head).encode() + raw


TAKEN = {
    "as it should be": at_now(),
    "HTTP/1.0": at_now(line="POST /v1/submissions HTTP/1.0"),
    "address with a host": at_now(line="POST http://other/v1/submissions HTTP/1.1"),
    "the same length twice in one meaning": at_now(more=("x-content-length: 5",)),
    "a header of 20 kB that nobody reads": at_now(more=("x-padding: " + "a" * 20_000,)),
    "a header with an underscore that looks like ours": at_now(more=("webhook_id: other", "webhook_signature: v1,x")),
    "two spaces in the first line": at_now(line="POST  /v1/submissions HTTP/1.1"),
    "Expect": at_now(more=("expect: something-else",)),
    "an offer to change to HTTP/2": at_now(more=("upgrade: h2c", "http2-settings: AAMAAABkAAQAAP__")),
    "the same as Java's client makes it": at_now(
        close=False, more=("connection: Upgrade, HTTP2-Settings", "upgrade: h2c", "http2-settings: AAMAAABkAAQAAP__")
    ),
}


@pytest.mark.parametrize("sent", TAKEN.values(), ids=TAKEN)
def test_odd_but_sound_requests_are_taken(server: Server, sent: bytes) -> None:
    answer = exchange(server.port, signed_anew(sent))
    assert answer is not None
    assert answer.status in (200, 202)
    assert answer.json()["status"] == "accepted"


REFUSED: dict[str, tuple[bytes, int]] = {
    "chunked without length": (
        at_now(without=("content-length",), more=("transfer-encoding: chunked",)).removesuffix(RAW) + chunked(RAW),
        411,
    ),
    "chunked with length": (at_now(more=("transfer-encoding: chunked",)).removesuffix(RAW) + chunked(RAW), 400),
    "chunked with extensions and trailers": (
        at_now(without=("content-length",), more=("transfer-encoding: chunked",)).removesuffix(RAW)
        + b"%x;a=b\r\n%s\r\n0\r\nwebhook-id: x\r\n\r\n" % (len(RAW), RAW),
        411,
    ),
    "another transfer encoding": (at_now(more=("transfer-encoding: gzip",)), 400),
    "no length, no body": (at_now(without=("content-length",)).removesuffix(RAW), 411),
    "two lengths": (at_now(more=("content-length: 3",)), 400),
    **{
        f"length {text!r}": (at_now(without=("content-length",), more=(f"content-length: {text}",)), 400)
        for text in ("abc", "-1", "+5", "1_0", "5, 5", "0x10", "1e3", "", "9" * 20)
    },
    "a length of one gigabyte": (at_now(without=("content-length",), more=("content-length: 1000000000",)), 413),
    "a body of 17 kB": (request(BIG, NOW), 413),
    "a body of 10 MB": (request(b"x" * 10_000_000, NOW), 413),
    "an empty body": (request(b"", NOW), 400),
    "id twice": (at_now(more=("webhook-id: SM0123",)), 401),
    "timestamp twice": (at_now(more=(f"webhook-timestamp: {NOW}",)), 401),
    "signature twice": (at_now(more=("webhook-signature: v1,AAAA",)), 401),
    "an id only in the underscore's spelling": (at_now(without=("webhook-id",), more=("webhook_id: SM0123",)), 401),
    "a signature that is no ASCII": (at_now(without=("webhook-signature",), more=("webhook-signature: v1,é",)), 401),
    "a signature of 20 kB": (
        at_now(without=("webhook-signature",), more=("webhook-signature: v1," + "A" * 20_000,)),
        401,
    ),
    "type twice": (at_now(more=("content-type: text/plain",)), 415),
    "compressed": (at_now(more=("content-encoding: gzip",)), 415),
    "a header folded": (at_now(more=("x-a: b", " c")), 400),
    "a space before the colon": (at_now(more=("x-a : b",)), 400),
    "NUL in a header": (at_now(more=("x-a: b\0c",)), 400),
    "a bare CR in a header": (at_now(more=("x-a: b\rc: d",)), 400),
    "a header without a name": (at_now(more=(": b",)), 400),
    "300 headers": (at_now(more=tuple(f"x-{number}: 1" for number in range(300))), 431),
    "headers of 500 kB": (at_now(more=("x-padding: " + "a" * 500_000,)), 431),
    "an address of 70 kB": (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nhost: test\r\n\r\n", 414),
    "garbage": (b"\x00\x01\x02 garbage\r\n\r\n", 400),
    "a TLS greeting": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 100, 400),
    "HTTP/0.9": (b"GET /healthz\r\n\r\n", 400),
    "HTTP/2.0 in words": (at_now(line="POST /v1/submissions HTTP/2.0"), 400),
    "HTTP/1.2": (at_now(line="POST /v1/submissions HTTP/1.2"), 400),
    "a method in small letters": (at_now(line="post /v1/submissions HTTP/1.1"), 400),
    "a method in other letters": (at_now(line="PÖST /v1/submissions HTTP/1.1"), 400),
    "a method that nobody knows": (at_now(line="BREW /v1/submissions HTTP/1.1"), 400),
    "GET": (at_now(line="GET /v1/submissions HTTP/1.1"), 405),
    "OPTIONS *": (b"OPTIONS * HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n", 404),
    "CONNECT": (b"CONNECT test:80 HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n", 404),
    "two slashes": (at_now(line="POST //v1//submissions HTTP/1.1"), 404),
    "a slash behind": (at_now(line="POST /v1/submissions/ HTTP/1.1"), 404),
    "dots in the address": (at_now(line="POST /v1/../v1/submissions HTTP/1.1"), 404),
    "bytes in the address": (at_now(line="POST /v1/%ff%00submissions HTTP/1.1"), 404),
    "a web socket": (
        b"GET /healthz HTTP/1.1\r\nhost: test\r\nconnection: upgrade\r\nupgrade: websocket\r\n"
        b"sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        400,
    ),
}


@pytest.mark.parametrize(("sent", "status"), REFUSED.values(), ids=REFUSED)
def test_unsound_requests_get_a_defined_refusal(server: Server, sent: bytes, status: int) -> None:
    answer = exchange(server.port, signed_anew(sent))
    assert answer is not None
    assert answer.status == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status


def test_a_greeting_of_http2_is_refused_and_hung_up_on(server: Server) -> None:
    with Line(server.port) as line:
        line.send(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        answer = line.answer()
        assert line.is_closed()
    assert answer is not None
    assert answer.status == 400


def test_a_body_in_pieces_is_one_body(server: Server) -> None:
    sent = fresh("SM-pieces")
    with Line(server.port) as line:
        for start in range(0, len(sent), 97):
            line.send(sent[start : start + 97])
        answer = line.answer()
    assert answer is not None
    assert answer.status == 202


def test_who_asks_first_is_told_to_go_on(server: Server) -> None:
    head, _, raw = signed_anew(at_now(more=("expect: 100-continue",))).partition(b"\r\n\r\n")
    with Line(server.port) as line:
        line.send(head + b"\r\n\r\n")
        first = line.answer()
        line.send(raw)
        second = line.answer()
    assert (first and first.status, second and second.status) == (100, 200)


def test_pipelined_requests_are_answered_in_their_order(server: Server) -> None:
    with Line(server.port) as line:
        line.send(
            fresh("SM-one")
            + signed_anew(at_now(close=False, more=("webhook-id: x",)))
            + fresh("SM-two")
            + fresh("SM-one")
        )
        answers = [line.answer() for _ in range(4)]
    assert [answer and answer.status for answer in answers] == [202, 401, 202, 200]
    assert answers[0] is not None
    assert answers[3] is not None
    assert answers[0].body == answers[3].body


def test_a_request_smuggled_behind_two_lengths_is_not_heard(server: Server) -> None:
    with Line(server.port) as line:
        head = signed_anew(at_now(close=False, more=("transfer-encoding: chunked",))).removesuffix(RAW)
        line.send(head + b"0\r\n\r\n" + fresh("SM-smuggled"))
        first, second = line.answer(), line.answer()
    assert first is not None
    assert first.status == 400
    assert second is None


def test_a_body_that_ends_early_is_refused_and_nothing_is_kept(server: Server) -> None:
    sent = fresh("SM-early")
    with Line(server.port) as line:
        line.send(sent[:-10])
        line.end()
        answer = line.answer()
    assert answer is None or answer.status == 400
    whole = exchange(server.port, sent)
    assert whole is not None
    assert whole.status == 202


def test_a_sender_that_hangs_up_without_listening_is_heard(server: Server) -> None:
    sent = fresh("SM-deaf")
    with Line(server.port) as line:
        line.send(sent)
    deadline = time.monotonic() + DEADLINE
    while (answer := exchange(server.port, sent)) is not None and answer.status != 200:
        assert answer.status == 202  # ours came first
        assert time.monotonic() < deadline
    assert answer is not None


def stalled(port: int, data: bytes, count: int, stack: ExitStack) -> list[Line]:
    lines = [stack.enter_context(Line(port)) for _ in range(count)]
    for line in lines:
        line.send(data)
    return lines


STALLED: dict[str, Callable[[], bytes]] = {
    "in the body": lambda: fresh("SM-stalled")[:-5],
    "before the body": lambda: fresh("SM-stalled").partition(b"\r\n\r\n")[0] + b"\r\n\r\n",
    "in the headers": lambda: b"POST /v1/submissions HTTP/1.1\r\nhost: te",
    "before a word": lambda: b"",
}


def test_senders_that_stall_hold_nobody_up_and_are_hung_up_on(server: Server) -> None:
    with ExitStack() as stack:
        lines = {where: stalled(server.port, data(), SLOW, stack) for where, data in STALLED.items()}
        meanwhile = exchange(server.port, fresh("SM-meanwhile"))
        answers = {where: {answer and answer.status for answer in map(Line.answer, lines[where])} for where in lines}
        closed = [line.is_closed() for some in lines.values() for line in some]
    assert meanwhile is not None
    assert meanwhile.status == 202
    assert answers == {where: {408 if "body" in where else None} for where in STALLED}
    assert all(closed)


def test_a_sender_that_drips_is_told_that_it_took_too_long(server: Server) -> None:
    enough = Event()
    sent = fresh("SM-drips")
    with Line(server.port) as line:
        line.send(sent[: -len(RAW)])
        dripping = Thread(target=drip, args=(line, RAW, enough))
        dripping.start()
        answer = line.answer()
        enough.set()
        dripping.join(DEADLINE)
    assert answer is not None
    assert answer.status == 408


def drip(line: Line, raw: bytes, enough: Event) -> None:
    """A byte now and then, until it is enough; all of them would take longer than the server waits."""
    for number in range(len(raw)):
        line.send(raw[number : number + 1])
        if enough.wait(0.1):
            return


def test_a_stalled_sender_does_not_keep_the_bridge_from_stopping(tmp_path: Path) -> None:
    with running(tmp_path, settings(tmp_path, secret_text("first"))) as started, ExitStack() as stack:
        stalled(started.port, fresh("SM-last")[:-5], 3, stack)
        accepted = exchange(started.port, fresh("SM-kept"))
        started.process.terminate()
        assert started.process.wait(DEADLINE) == 0
    assert accepted is not None
    assert accepted.status == 202


def test_the_same_request_from_many_connections_at_once_is_one(server: Server) -> None:
    sent, together, answers = fresh("SM-together"), Barrier(8), []

    def send() -> None:
        together.wait(DEADLINE)
        answers.append(exchange(server.port, sent))

    threads = [Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(DEADLINE)
    told = [answer for answer in answers if answer is not None]
    assert sorted(answer.status for answer in told) == [200] * 7 + [202]
    assert len({answer.body for answer in told}) == 1


def test_nothing_that_was_sent_stands_in_the_log(server: Server) -> None:
    sent = request(body(answers={"note": "MARKER-ANSWER"}, caller="+221770099999"), NOW)
    exchange(server.port, sent)
    exchange(server.port, sent.replace(b"MARKER-ANSWER", b"MARKER-FORGED"))
    logged = server.logged()
    assert "event=refused" in logged
    for marker in ("MARKER", "770099999", "770000001", "SM0123", SECRET.key.hex(), secret_text("first"), "garbage"):
        assert marker not in logged
