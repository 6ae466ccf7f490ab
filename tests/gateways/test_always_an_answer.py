"""Whatever is broken inside, the caller hears something in their language, and in time."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Mapping

import pytest

from bridge.errors import Unavailable
from bridge.gateways import GATEWAYS
from bridge.gateways.turn import Kind, Reply, Turn
from bridge.gateways.turns import Turns
from bridge.menu import Menu
from bridge.routes import Route, Routes
from bridge.store import Store
from bridge.value import replace
from tests.gateways.conftest import TOKEN, Clock, House
from tests.gateways.test_every_gateway import phone

BOTH = "Sorry, this is not working now. For help call 116.\nDésolé"


def test_a_locked_database_does_not_hold_up_the_answer(
    sqlite_store: Store, sqlite_url: str, clock: Clock, menus: Mapping[str, Menu]
) -> None:
    house = House(sqlite_store, clock, menus)
    house.gateways.turns._seconds = 0.3
    caller = phone(house, "africastalking", clock)
    caller.dial()
    caller.press("2")
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        screen = caller.press("1")
    finally:
        other.close()
    assert (screen.status, screen.ends) == (200, True)
    assert screen.text.startswith("Désolé")
    assert house.gateways.turns.counts["failed", "africastalking"] == 1


def test_the_turn_gives_up_within_five_seconds() -> None:
    import inspect

    from bridge.gateways.turns import SECONDS

    assert SECONDS < 5
    assert inspect.signature(Turns).parameters["seconds"].default == SECONDS


@pytest.mark.parametrize(
    ("transcript", "said"), [("2*1", "Désolé"), ("1*1", "Sorry"), ("", BOTH), ("7", BOTH)], ids=str
)
def test_a_process_that_knows_nothing_reads_the_language_from_the_transcript(
    sqlite_store: Store, clock: Clock, menus: Mapping[str, Menu], transcript: str, said: str
) -> None:
    house = House(sqlite_store, clock, menus)
    house.store.close()
    fields = {"sessionId": "s", "phoneNumber": "+221770000001", "serviceCode": "*1#", "text": transcript}
    answer = house.client.post(f"/ussd/africastalking/{TOKEN}", data=fields).text
    assert answer.startswith(f"END {said}")


def test_a_bug_in_the_engine_is_logged_without_what_was_said(
    small_house: House, clock: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("dakar +221770000001")

    caller = phone(small_house, "hubtel", clock)
    caller.dial()
    monkeypatch.setattr("bridge.gateways.asking.answer", broken)
    assert caller.press("1").text.startswith(BOTH)
    assert "event=turn_failed gateway=hubtel kind=input error=RuntimeError" in caplog.text
    assert "dakar" not in caplog.text
    assert "221770000001" not in caplog.text


@pytest.mark.parametrize("step", ["read", "write", "acknowledge"])
def test_a_bug_in_a_gateway_file_is_an_answer_too(
    small_house: House, clock: Clock, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    gateway = GATEWAYS["hubtel"]
    first = [True]
    original = getattr(gateway, step)

    def breaks_once(*arguments: object) -> object:
        if first.pop() if first else False:
            raise RuntimeError
        return original(*arguments)

    monkeypatch.setattr(gateway, step, breaks_once)
    caller = phone(small_house, "hubtel", clock)
    answer = caller.raw(caller.ask("end" if step == "acknowledge" else "begin"))
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["Type"] == "Release"


def test_a_look_up_that_takes_too_long_leaves_time_for_an_apology(
    sqlite_store: Store, clock: Clock, menus: Mapping[str, Menu]
) -> None:
    turns = Turns(sqlite_store, Routes(Route(menu="support")), menus, delivers=lambda _: True, now=clock, seconds=0.0)
    reply = turns.screen(GATEWAYS["hubtel"], Turn("hubtel", "s", "221770000001", "1", Kind.BEGIN))
    assert reply == Reply(reply.text, ends=True)
    assert reply.text.startswith(BOTH)


def test_a_writer_that_is_stuck_refuses_in_time(sqlite_store: Store, clock: Clock, menus: Mapping[str, Menu]) -> None:
    """The queue stands; a turn behind it waits no longer than it may."""
    store = sqlite_store
    stuck, go_on = threading.Event(), threading.Event()

    def hold(_: object) -> None:
        stuck.set()
        go_on.wait(20)

    holding = threading.Thread(target=lambda: store.write(hold))
    holding.start()
    assert stuck.wait(10)
    house = House(store, clock, menus)
    house.gateways.turns._seconds = 0.2
    began = time.monotonic()
    screen = phone(house, "mtn", clock).dial()
    waited = time.monotonic() - began
    go_on.set()
    holding.join(10)
    assert screen.text.startswith(BOTH)
    assert waited < 15  # it did not wait for what held the queue


def test_told_of_an_end_while_the_store_is_gone_it_still_answers(small_house: House, clock: Clock) -> None:
    caller = phone(small_house, "hubtel", clock)
    caller.dial()
    small_house.store.close()
    assert caller.hang_up() == 200


def test_the_sweeper_survives_trouble(small_house: House, caplog: pytest.LogCaptureFixture) -> None:
    from bridge.gateways.sweeper import Sweeper

    calls: list[int] = []
    enough = threading.Event()

    def sweep(most: int) -> int:
        calls.append(most)
        if len(calls) == 1:
            raise Unavailable("down")
        if len(calls) == 2:
            raise RuntimeError("secret")
        enough.set()
        return 0

    sweeper = Sweeper(sweep, pause=0.001)
    sweeper.start()
    assert enough.wait(10)
    sweeper.stop()
    assert "event=sweep_put_off" in caplog.text
    assert "event=sweep_failed error=RuntimeError" in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.parametrize("gateway", ["arkesel", "nalo", "beem", "nsano", "hubtel"])
def test_the_apology_is_of_the_menu_that_was_dialled(
    sqlite_store: Store, clock: Clock, menus: Mapping[str, Menu], gateway: str
) -> None:
    """Also where later turns do not say the code, and a begin has digits behind it."""
    routes = Routes(Route(menu="support"), [Route(gateway, "*384*123#", "other")])
    other = replace(menus["support"], name="other", help_line="999")
    house = House(sqlite_store, clock, {**menus, "other": other}, routes)
    caller = phone(house, gateway, clock)
    caller.dial()
    caller.press("2")
    sqlite_store.close()
    assert caller.press("1").text.startswith("Désolé")
    assert "999" in caller.again().text
    unknown = phone(house, gateway, clock, session="never-heard-of", number="221770000002")
    assert "999" in unknown.dial("7").text
