"""A bridge with every gateway mounted, on each database, and phones that dial it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from bridge import problem
from bridge.gateways import GATEWAYS, Gateways
from bridge.menu import Menu, load_menus
from bridge.routes import Route, Routes
from bridge.settings import Gateway, Settings
from bridge.store import Store

MENUS = Path(__file__).parents[2] / "menus"
TOKEN = "Zx8-Qp3_Lm7vTd2RkYb5wA"
NEXT_TOKEN = "k9_HfW2cXs4-JnVtE6uRgQ"


class Clock:
    """A clock that tests set."""

    def __init__(self, at: float = 1_800_000_000.0) -> None:
        self.at = at

    def __call__(self) -> float:
        return self.at

    def go(self, seconds: float) -> None:
        self.at += seconds


class House:
    """The part of the bridge that gateways need, with its application and a client to ask it."""

    def __init__(
        self,
        store: Store,
        clock: Callable[[], float],
        menus: Mapping[str, Menu],
        routes: Routes | None = None,
        settings: Settings | None = None,
        **more: object,
    ) -> None:
        self.store, self.clock = store, clock
        self.gateways = Gateways(
            settings or settings_of(),
            store,
            routes or Routes(Route(menu="support", workflow="WW" + "0" * 32)),
            menus,
            delivers=lambda submission: True,
            now=clock,
            **more,  # type: ignore[arg-type]
        )
        self.app = Flask("test")
        problem.register(self.app)
        self.gateways.mount(self.app)

    @property
    def client(self) -> FlaskClient:
        return self.app.test_client()


def settings_of(**changes: Gateway) -> Settings:
    """Every gateway with the two tokens of these tests; `changes` replace single ones."""
    every = {name: Gateway(tokens=(TOKEN, NEXT_TOKEN)) for name in GATEWAYS}
    return Settings(gateways={**every, **changes})


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def menus() -> Mapping[str, Menu]:
    return load_menus(MENUS)


@pytest.fixture
def sqlite_store(opened: Callable[[str], Store], sqlite_url: str) -> Store:
    """For what does not depend on the database."""
    return opened(sqlite_url)


@pytest.fixture
def postgres_house(opened: Callable[[str], Store], postgres_url: str, clock: Clock, menus: Mapping[str, Menu]) -> House:
    """On PostgreSQL alone."""
    return House(opened(postgres_url), clock, menus)


@pytest.fixture
def house(store: Store, clock: Clock, menus: Mapping[str, Menu]) -> House:
    """On SQLite and on PostgreSQL in turn."""
    return House(store, clock, menus)


@pytest.fixture
def small_house(sqlite_store: Store, clock: Clock, menus: Mapping[str, Menu]) -> House:
    """On SQLite alone, for what does not depend on the database."""
    return House(sqlite_store, clock, menus)
