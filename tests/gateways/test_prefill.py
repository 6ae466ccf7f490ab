"""Digits that were dialled with the code answer the first questions, where the route says so."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bridge.menu import Menu
from bridge.routes import Route, Routes
from bridge.store import Store
from tests.gateways.callers import menu_with_words
from tests.gateways.conftest import Clock, House
from tests.gateways.test_every_gateway import submissions
from tests.gateways.test_turns import LANGUAGES, at


def test_prefill_stops_at_a_screen_to_be_confirmed(sqlite_store: Store, clock: Clock) -> None:
    routes = Routes(Route(menu="support", direct_dial="prefill"))
    house = House(sqlite_store, clock, {"support": menu_with_words()}, routes)
    assert at(house, "1*Amina*2*3*1").startswith("CON Is this right?")
    assert at(house, "1*Amina*2*3*1").startswith("CON Is this right?")
    assert at(house, "1*Amina*2*3*1*1").startswith("END Thank you. Your reference: ")


def test_prefill_may_answer_all(store: Store, clock: Clock, menus: Mapping[str, Menu]) -> None:
    house = House(store, clock, menus, Routes(Route(menu="support", direct_dial="prefill")))
    last = at(house, "2*1*1*2")
    assert last.startswith("END Merci. Votre référence : ")
    assert at(house, "2*1*1*2") == last
    assert len(submissions(house)) == 1


@pytest.mark.parametrize("text", ["0", "1*0", "1*9"])
def test_prefill_stops_at_a_key_that_would_move_about(
    sqlite_store: Store, clock: Clock, menus: Mapping[str, Menu], text: str
) -> None:
    house = House(sqlite_store, clock, menus, Routes(Route(menu="support", direct_dial="prefill")))
    assert "not a choice" not in (screen := at(house, text))
    assert screen.startswith("CON Please choose location" if text != "0" else f"CON {LANGUAGES}")
