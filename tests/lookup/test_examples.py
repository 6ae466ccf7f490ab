"""The examples end to end: their dialogues over a real gateway, the look-ups over HTTP to the stand-in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from bridge.lookup.stand_in import create_stand_in
from bridge.menu import load_menus
from bridge.routes import Route, Routes
from bridge.store import Store
from tests.gateways.conftest import Clock, House
from tests.gateways.test_every_gateway import phone, submissions
from tests.lookup.conftest import Ask
from tests.lookup.services import OTHER, SECRET, Raw, body_in, inquiry, response, says, serving
from tests.menu.dialogues import ROOT, all_dialogues

EXAMPLES = {name: dialogue for name, dialogue in all_dialogues().items() if name.startswith("example_")}
OF_EACH = {
    menu: [name for name in EXAMPLES if name.startswith(f"example_{menu}_") and "service_down" not in name]
    for menu in ("microfinance", "student", "wallet")
}
REFERENCE = re.compile(r"[2-9A-Z]{6}")


def house_for(menu: str, store: Store, clock: Clock, lookups: Any) -> House:
    menus = load_menus(ROOT / "menus" / "examples")
    return House(store, clock, menus, Routes(Route(menu=menu, workflow="WW" + "0" * 32)), look_up=lookups)


@pytest.fixture
def stand_in() -> Iterator[str]:
    with serving(create_stand_in([SECRET])) as url:
        yield url


def play(house: House, gateway: str, clock: Clock, name: str) -> None:
    """One dialogue, screen for screen, and each of its turns twice: a gateway that repeats must change nothing."""
    caller = phone(house, gateway, clock, session=name)
    for number, step in enumerate(EXAMPLES[name]["steps"], start=1):
        screen = caller.press(step["input"]) if "input" in step else caller.dial()
        expected = step["screen"]
        if "reference" in step:
            said, expected = REFERENCE.sub("…", screen.text), expected.replace(step["reference"], "…")
        else:
            said = screen.text
        assert (said, screen.ends) == (expected, step.get("ends", False)), f"{name}, step {number}"
        assert caller.again() == screen


@pytest.mark.parametrize("gateway", ["africastalking", "hubtel", "mtn"])
@pytest.mark.parametrize("menu", OF_EACH)
def test_an_example_shows_what_its_dialogues_say(
    sqlite_store: Store, clock: Clock, asking: Ask, stand_in: str, menu: str, gateway: str
) -> None:
    """One after the other, by the same caller: what a dialogue changes at the service, the next one finds."""
    lookups = asking(stand_in)
    house = house_for(menu, sqlite_store, clock, lookups)
    for name in OF_EACH[menu]:
        play(house, gateway, clock, name)
        clock.go(700)
    assert set(lookups.counts) == {"found"}
    wanted = [EXAMPLES[name]["answers"] for name in OF_EACH[menu] if "reference" in EXAMPLES[name]["steps"][-1]]
    assert [dict(kept.answers) for kept in submissions(house)] == wanted


def test_while_the_service_is_away_an_example_still_gets_a_caller_to_an_agent(
    sqlite_store: Store, clock: Clock, asking: Ask
) -> None:
    lookups = asking("http://127.0.0.1:1")
    house = house_for("microfinance", sqlite_store, clock, lookups)
    play(house, "africastalking", clock, "example_microfinance_3_service_down")
    assert set(lookups.counts) == {"unreachable"}
    assert [kept.answers["callback"] for kept in submissions(house)] == ["yes"]


def test_a_wallet_says_nothing_to_a_session_that_did_not_show_its_pin(
    sqlite_store: Store, clock: Clock, asking: Ask, stand_in: str
) -> None:
    house = house_for("wallet", sqlite_store, clock, asking(stand_in))
    first = phone(house, "africastalking", clock, session="one")
    first.dial()
    assert "My balance" in first.presses("1", "1234").text
    second = phone(house, "africastalking", clock, session="two")
    second.dial()
    assert "Wrong PIN" in second.presses("1", "0000").text
    assert second.press("1").text.startswith("This is not a choice.")


def test_a_session_has_a_name_of_its_own_that_tells_nothing(sqlite_store: Store, clock: Clock, asking: Ask) -> None:
    service = Raw(says(response(b'{"value":"yes"}')))
    with service.running() as url:
        house = house_for("microfinance", sqlite_store, clock, asking(url))
        for session in ("ATUid_1", "ATUid_2"):
            caller = phone(house, "africastalking", clock, session=session)
            caller.dial()
            caller.presses("1", "1")
            clock.go(700)
    names = [body_in(request)["session"] for request in service.requests]
    assert names[0] == names[1] != names[2] == names[3]
    assert all(re.fullmatch("[0-9a-f]{32}", name) for name in names)


def test_whoever_asks_the_stand_in_without_the_secret_learns_nothing(asking: Ask, stand_in: str) -> None:
    lookups = asking(stand_in, secrets=[OTHER])
    assert lookups(inquiry(), 20.0) is None
    assert lookups.counts == {"status_401": 1}


def test_a_question_that_the_stand_in_does_not_know_fails(asking: Ask, stand_in: str) -> None:
    lookups = asking(stand_in)
    assert lookups(inquiry(), 20.0) is None
    assert lookups.counts == {"status_404": 1}
