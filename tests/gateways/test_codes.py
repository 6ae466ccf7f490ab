"""Service codes out of dialled strings: what a caller typed behind one stands nowhere in the clear."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from sqlalchemy import select

from bridge.gateways import GATEWAYS
from bridge.gateways.codes import split_code
from bridge.menu import Menu
from bridge.routes import Route, Routes
from bridge.store import Store
from bridge.store.session_tables import session
from bridge.store.tables import submission
from tests.gateways.conftest import Clock, House
from tests.gateways.test_every_gateway import phone, submissions

WHOLE = sorted(name for name, gateway in GATEWAYS.items() if gateway.dials_whole)
ROUTES = Routes(Route(menu="support"), [Route("nalo", "*920*44#"), Route("nalo", "*920*44*1#"), Route("nalo", "")])


@pytest.mark.parametrize(
    ("dialled", "code", "inputs"),
    [
        ("*920*44#", "*920*44#", ()),
        ("*920*44*7*0770000001#", "*920*44#", ("7", "0770000001")),
        ("*920*44*1*0770000001#", "*920*44*1#", ("0770000001",)),
        ("920*44", "*920*44#", ()),
        ("*384*1*0770000001#", "*384#", ()),
        ("*384*0770000001#", "*384#", ()),
        ("*384#", "*384#", ()),
        ("384", "*384#", ()),
        ("*0770000001#", "", ()),
        ("0770000001", "", ()),
        ("my name is Amina", "", ()),
        ("٣٨٤", "", ()),
        ("", "", ()),
    ],
)
def test_only_a_code_that_a_route_names_is_kept_whole(dialled: str, code: str, inputs: tuple[str, ...]) -> None:
    assert split_code(ROUTES, "nalo", dialled) == (code, inputs)


@pytest.mark.parametrize("gateway", WHOLE)
def test_what_was_dialled_behind_a_code_without_a_route_stands_nowhere_in_the_clear(
    sqlite_store: Store, clock: Clock, menus: Mapping[str, Menu], gateway: str
) -> None:
    house = House(sqlite_store, clock, menus)
    caller = phone(house, gateway, clock)
    caller.dial("1*0770000001")
    caller.presses("1", "1", "1", "2")
    (kept,) = submissions(house)
    assert kept.service_code == "*384#"
    with sqlite_store.read() as connection:
        rows = [*connection.execute(select(session)), *connection.execute(select(submission))]
    assert len(rows) == 2
    assert "770000001" not in "".join(str(value) for row in rows for value in row if isinstance(value, str))
