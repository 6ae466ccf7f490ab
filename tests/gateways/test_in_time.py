"""A caller waits five seconds at most, whatever holds up the store and whoever else is waiting for it."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from threading import Event
from urllib.parse import urlencode

import pytest

from bridge.errors import Unavailable
from bridge.gateways import GATEWAYS
from bridge.gateways.turn import Kind, Turn
from bridge.menu import Menu
from bridge.store import Store, store
from tests.gateways.conftest import TOKEN, Clock, House
from tests.gateways.test_every_gateway import phone
from tests.intake.signing import body, headers, secret_text
from tests.intake.sockets import Answer, Line, exchange
from tests.servers import Server, running, settings
from tests.store.samples import complete

POSTS = 600  # more than may wait at once
TURNS = 40
DEADLINE = 10.0


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Somebody else writes to the database all the while."""
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


def post(session: str) -> bytes:
    raw = body(session_id=session)
    given = {**headers(raw, key=session, at=int(time.time())), "host": "test", "content-length": str(len(raw))}
    lines = ["POST /v1/submissions HTTP/1.1", *(f"{name}: {value}" for name, value in given.items()), "", ""]
    return "\r\n".join(lines).encode() + raw


def dial(number: int) -> bytes:
    fields = {"sessionId": f"s{number}", "phoneNumber": f"+2217700{number:05}", "serviceCode": "*1#", "text": ""}
    raw = urlencode(fields).encode()
    head = [
        f"POST /ussd/africastalking/{TOKEN} HTTP/1.1",
        "host: test",
        "content-type: application/x-www-form-urlencoded",
        f"content-length: {len(raw)}",
        "connection: close",
    ]
    return "\r\n".join([*head, "", ""]).encode() + raw


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with running(tmp_path, settings(tmp_path, secret_text("first"), AFRICASTALKING_TOKEN=TOKEN)) as started:
        yield started


def test_every_caller_is_told_while_the_database_is_locked_and_submissions_pile_up(
    server: Server, tmp_path: Path
) -> None:
    with locked(tmp_path / "bridge.db"), ExitStack() as lines:
        posts = [lines.enter_context(Line(server.port)) for _ in range(POSTS)]
        for number, line in enumerate(posts):
            line.send(post(f"SM{number}"))
        with ThreadPoolExecutor(TURNS) as callers:
            screens = list(callers.map(lambda number: exchange(server.port, dial(number)), range(TURNS)))
        refused = [line.answer() for line in posts]
    assert {(screen.status, screen.body[:9]) for screen in screens if screen} == {(200, b"END Sorry")}
    assert None not in screens
    assert {(answer.status, "retry-after" in answer.headers) for answer in refused if answer} == {(503, True)}
    assert exchange_later(server).body.startswith(b"CON ")


def exchange_later(server: Server) -> Answer:
    """The first screen, once the store writes again."""
    tick = Event()
    for number in range(100):
        answer = exchange(server.port, dial(1000 + number))
        if answer is not None and answer.body.startswith(b"CON "):
            return answer
        tick.wait(0.1)
    raise AssertionError("it never recovered")


def test_a_turn_that_waited_too_long_at_the_door_is_told_at_once(
    sqlite_store: Store, clock: Clock, menus: Mapping[str, Menu]
) -> None:
    """Its seconds count from when it came, not from when somebody had time for it."""
    house = House(sqlite_store, clock, menus)
    turn = Turn("hubtel", "s", "221770000001", "1", Kind.BEGIN)
    late = house.gateways.turns.screen(GATEWAYS["hubtel"], turn, time.monotonic() - 4.6)
    assert (late.ends, late.text[:5]) == (True, "Sorry")
    assert not house.gateways.turns.screen(GATEWAYS["hubtel"], turn, time.monotonic()).ends


def test_the_door_says_when_a_request_came(small_house: House, clock: Clock) -> None:
    caller = phone(small_house, "hubtel", clock)
    ask = caller.ask("begin")
    assert b"Sorry" in caller.raw(ask, environ_overrides={"bridge.arrived": time.monotonic() - 5}).data
    assert b"Choose" in caller.raw(ask, environ_overrides={"bridge.arrived": time.monotonic()}).data


def test_a_repetition_that_waited_at_the_door_is_as_old_as_when_it_came(small_house: House, clock: Clock) -> None:
    caller = phone(small_house, "arkesel", clock)
    caller.dial()
    first = caller.press("1")
    clock.go(2)
    late = caller.raw(caller.last, environ_overrides={"bridge.arrived": time.monotonic() - 3})
    assert late.data == first.body


def test_a_submission_is_refused_before_its_sender_gives_up(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert store.ACCEPT_SECONDS < 5
    held, release = Event(), Event()

    def hold(_: object) -> None:
        held.set()
        release.wait(4 * DEADLINE)

    monkeypatch.setattr(store, "ACCEPT_SECONDS", 0.1)
    with ThreadPoolExecutor(2) as threads:
        threads.submit(sqlite_store.write, hold)
        assert held.wait(DEADLINE)
        refused = threads.submit(sqlite_store.accept, complete("SM1"), b"body")
        try:
            assert isinstance(refused.exception(DEADLINE), Unavailable)
        finally:
            release.set()
