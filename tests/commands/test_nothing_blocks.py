"""What runs in the event loop's own thread waits for the store without holding up the loop (docs/decisions/0020)."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection

from bridge import intake, problem
from bridge.commands.reception import Reception
from bridge.gateways import Gateways
from bridge.inquiry import Found, Inquiry
from bridge.menu import Menu, load_menus, read_menu
from bridge.routes import Route, Routes
from bridge.store import Store
from tests.commands.test_reception import Headers, Scope, Sender
from tests.gateways.conftest import TOKEN, settings_of
from tests.intake import signing
from tests.loops import in_a_loop

MENUS = Path(__file__).parents[2] / "menus"
TURN = f"/ussd/africastalking/{TOKEN}"
SPINS = 200  # turns of the loop; whoever blocks it is done with its patience before the first of them
ASKS = """
menu: asks
languages:
  en: {label: English, agent: English}
help_line: "800"
questions:
  - {name: balance, type: lookup, label: "Your balance:"}
end:
  label: {en: "Thank you. {reference}"}
  label_unsent: {en: Thank you.}
"""


def form(text: str, session: str = "s1", below: str = "", code: str = "*384#") -> tuple[Scope, Sender]:
    body = f"sessionId={session}&phoneNumber=%2B221770000001&serviceCode={code}&text={text}&status=Incomplete".encode()
    lines = ("content-type", "application/x-www-form-urlencoded"), ("content-length", str(len(body)))
    return Scope(Headers(*lines), path=TURN + below), Sender(body)


def signed() -> tuple[Scope, Sender]:
    body = signing.body()
    lines = (*signing.headers(body).items(), ("content-length", str(len(body))))
    return Scope(Headers(*lines), path="/v1/submissions"), Sender(body)


def guess() -> tuple[Scope, Sender]:
    return Scope(method="POST", path="/ussd/africastalking/somebody-guesses-tokens"), Sender()


REQUESTS: dict[str, tuple[Callable[[], tuple[Scope, Sender]], int]] = {
    "a submission": (signed, 202),
    "a dialling": (lambda: form(""), 200),
    "an answer in a session that nobody knows": (lambda: form("1"), 200),
    "the end of a session": (lambda: form("", below="/events"), 200),
    "a guess at a token": (guess, 404),
}


@pytest.fixture
def store(opened: Callable[[str], Store], sqlite_url: str) -> Store:
    return opened(sqlite_url)


def application(store: Store, menus: dict[str, Menu], look_up: Callable[[Inquiry, float], Found | None]) -> Flask:
    app = Flask("test")
    problem.register(app)
    routes = Routes(Route(workflow="WW" + "0" * 32), [Route(gateway="africastalking", service_code="*7#", menu="asks")])
    gateways = Gateways(settings_of(), store, routes, menus, delivers=lambda submission: True, look_up=look_up)
    gateways.mount(app)
    intake.Intake([signing.SECRET], store.accept, lambda gateway, code: "SN", lambda: signing.NOW).mount(app)
    return app


@contextmanager
def held_up(store: Store) -> Iterator[threading.Event]:
    """The store's writer stands still until the event is set."""
    begun, go_on = threading.Event(), threading.Event()

    def stands(connection: Connection) -> None:
        begun.set()
        go_on.wait(30)

    with ThreadPoolExecutor(1) as other:
        standing: Future[None] = other.submit(store.write, stands)
        assert begun.wait(10)
        try:
            yield go_on
        finally:
            go_on.set()
            standing.result(30)


async def _others_go_on() -> None:
    for _ in range(SPINS):
        await asyncio.sleep(0)


def _no_look_up(inquiry: Inquiry, seconds: float) -> Found | None:
    raise AssertionError("nobody asks here")


@pytest.mark.parametrize(("request_of", "status"), REQUESTS.values(), ids=REQUESTS)
def test_the_loop_goes_on_while_the_store_stands_still(
    store: Store, request_of: Callable[[], tuple[Scope, Sender]], status: int
) -> None:
    front = Reception(application(store, dict(load_menus([MENUS])), _no_look_up), 2)

    async def asked(go_on: threading.Event) -> tuple[bool, Sender]:
        scope, sender = request_of()
        answering = asyncio.create_task(front(scope, sender))  # type: ignore[arg-type]
        await _others_go_on()
        waits = not answering.done()
        go_on.set()
        await answering
        return waits, sender

    with held_up(store) as go_on:
        waits, sender = in_a_loop(asked(go_on))
    assert waits
    assert sender.told is not None
    assert sender.told[0] == status


def test_the_loop_goes_on_while_a_look_up_is_under_way(store: Store) -> None:
    answer = threading.Event()

    def slow(inquiry: Inquiry, seconds: float) -> Found | None:
        return Found(words="12 000 CFA") if answer.wait(min(seconds, 3.0)) else None

    menus = dict(load_menus([MENUS])) | {"asks": read_menu(ASKS.encode(), "asks.yaml")}
    front = Reception(application(store, menus, slow), 2)

    async def asked() -> Sender:
        scope, sender = form("", code="*7#")
        answering = asyncio.create_task(front(scope, sender))  # type: ignore[arg-type]
        await _others_go_on()
        answer.set()
        await answering
        return sender

    sender = in_a_loop(asked())
    assert sender.told is not None
    assert b"12 000 CFA" in sender.told[2]
