"""Sessions that another version of the bridge left behind."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, Update, select, update

from bridge.menu import Menu
from bridge.store import Store
from bridge.store.session_tables import session
from bridge.store.sessions import how_many, lost_by_question
from bridge.value import replace
from tests.gateways.conftest import Clock, House
from tests.gateways.test_every_gateway import submissions
from tests.gateways.test_turns import at


def rewrite(house: House, content: Callable[[dict[str, Any]], Any]) -> None:
    """Every session's content made into another, as another version of the bridge may have left it."""
    with house.store.read() as connection:
        rows = connection.execute(select(session)).all()
    seal = house.store.seal
    for row in rows:
        sealed = seal.seal(json.dumps(content(json.loads(seal.open(row.sealed)))).encode())
        change = update(session).where(session.c.id == row.id).values(sealed=sealed)
        house.store.write(partial(_run, change))


def _run(change: Update, connection: Connection) -> int:
    return connection.execute(change).rowcount


UNREADABLE: dict[str, Callable[[dict[str, Any]], Any]] = {
    "nothing": lambda _: {},
    "no object": lambda _: [1],
    "without its state": lambda content: {name: value for name, value in content.items() if name != "state"},
    "with a state of another kind": lambda content: {**content, "state": {"place": 1}},
}


@pytest.mark.parametrize("content", UNREADABLE.values(), ids=UNREADABLE)
def test_a_session_that_cannot_be_read_holds_up_no_other(
    sqlite_store: Store, clock: Clock, menus: Mapping[str, Menu], content: Callable[[dict[str, Any]], Any]
) -> None:
    house = House(sqlite_store, clock, {"support": replace(menus["support"], partial_after=("location",))})
    for text in ("", "1", "1*2"):
        at(house, text, "broken")
    rewrite(house, content)
    for text in ("", "1", "1*2"):
        at(house, text, "whole")
    clock.go(601)
    assert house.gateways.turns.sweep(100) == 2
    assert len(submissions(house)) == 1
    with house.store.read() as connection:
        assert how_many(connection) == {}
        assert [tuple(row) for row in lost_by_question(connection)] == [("support", "support_type", 2)]


def test_a_session_that_a_later_version_wrote_goes_on(
    sqlite_store: Store, clock: Clock, menus: Mapping[str, Menu]
) -> None:
    """After a step back to this version, say."""
    house = House(sqlite_store, clock, menus)
    at(house, "")
    at(house, "1")
    rewrite(house, lambda content: {**content, "later": 1})
    assert at(House(sqlite_store, clock, menus), "1*2").startswith("CON What")
