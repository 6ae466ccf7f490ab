"""What runs in the event loop's own thread waits for the store without holding up the loop (docs/decisions/0020)."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from sqlalchemy import Connection
from werkzeug.test import EnvironBuilder

from bridge import intake, problem
from bridge.gateways import Gateways
from bridge.inquiry import Found, Inquiry
from bridge.menu import Menu, load_menus, read_menu
from bridge.reception.desk import Desk
from bridge.routes import Route, Routes
from bridge.store import Store
from bridge.wsgi import HttpAnswer
from tests.gateways.conftest import TOKEN, settings_of
from tests.intake import signing
from tests.loops import in_a_loop

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

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


def posted(path: str, raw: bytes, **headers: str) -> WSGIEnvironment:
    lines = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    told = {"CONTENT_LENGTH": str(len(raw)), "CONTENT_TYPE": headers["content_type"]}
    return EnvironBuilder(path=path, method="POST", input_stream=BytesIO(raw)).get_environ() | lines | told


def form(text: str, session: str = "s1", below: str = "", code: str = "*384#") -> WSGIEnvironment:
    body = f"sessionId={session}&phoneNumber=%2B221770000001&serviceCode={code}&text={text}&status=Incomplete".encode()
    return posted(TURN + below, body, content_type="application/x-www-form-urlencoded")


def signed() -> WSGIEnvironment:
    body = signing.body()
    headers = {name.replace("-", "_"): value for name, value in signing.headers(body).items()}
    return posted("/v1/submissions", body, **headers)


def guess() -> WSGIEnvironment:
    return posted("/ussd/africastalking/somebody-guesses-tokens", b"", content_type="text/plain")


REQUESTS: dict[str, tuple[Callable[[], WSGIEnvironment], int]] = {
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


def _taken(app: Flask, environ: WSGIEnvironment) -> asyncio.Future[HttpAnswer]:
    """The answer, once it is there."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[HttpAnswer] = loop.create_future()
    Desk(app, loop, 2).take(environ, answer.set_result)
    return answer


def _no_look_up(inquiry: Inquiry, seconds: float) -> Found | None:
    raise AssertionError("nobody asks here")


@pytest.mark.parametrize(("request_of", "status"), REQUESTS.values(), ids=REQUESTS)
def test_the_loop_goes_on_while_the_store_stands_still(
    store: Store, request_of: Callable[[], WSGIEnvironment], status: int
) -> None:
    app = application(store, dict(load_menus([MENUS])), _no_look_up)

    async def asked(go_on: threading.Event) -> tuple[bool, HttpAnswer]:
        answer = _taken(app, request_of())
        await _others_go_on()
        waits = not answer.done()
        go_on.set()
        return waits, await answer

    with held_up(store) as go_on:
        waits, answer = in_a_loop(asked(go_on))
    assert waits
    assert answer.status == status


def test_the_loop_goes_on_while_a_look_up_is_under_way(store: Store) -> None:
    known = threading.Event()

    def slow(inquiry: Inquiry, seconds: float) -> Found | None:
        return Found(words="12 000 CFA") if known.wait(min(seconds, 3.0)) else None

    menus = dict(load_menus([MENUS])) | {"asks": read_menu(ASKS.encode(), "asks.yaml")}
    app = application(store, menus, slow)

    async def asked() -> HttpAnswer:
        answer = _taken(app, form("", code="*7#"))
        await _others_go_on()
        known.set()
        return await answer

    assert b"12 000 CFA" in in_a_loop(asked()).body
