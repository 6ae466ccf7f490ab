"""Which settings make look-ups, and what an admin is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.errors import SetupError
from bridge.gateways import BUDGETS
from bridge.lookup import complaints, lookups_of
from bridge.menu import load_menus
from bridge.menu.survey import survey
from bridge.settings import BY_NAME, Settings
from tests.lookup.services import OTHER_TEXT, SECRET_TEXT, kiosk
from tests.menu.dialogues import ROOT

EXAMPLES = load_menus(ROOT / "menus" / "examples")
URL = "https://service.example/ussd"


def test_without_an_address_there_are_none() -> None:
    assert lookups_of(Settings()) is None


def test_with_address_and_secrets_there_are() -> None:
    lookups = lookups_of(Settings(lookup_url=URL, lookup_secrets=(SECRET_TEXT, OTHER_TEXT)))
    assert lookups is not None
    lookups.close()


@pytest.mark.parametrize("secrets", [(), ("password",), (SECRET_TEXT, "whsec_c2hvcnQ=")], ids=["none", "bare", "short"])
def test_without_a_strong_secret_the_start_stops(secrets: tuple[str, ...]) -> None:
    with pytest.raises(SetupError, match=r"LOOKUP_SECRET.*python -m bridge secret"):
        lookups_of(Settings(lookup_url=URL, lookup_secrets=secrets))


def test_a_menu_that_asks_nobody_is_told() -> None:
    (told,) = complaints(Settings(), {"kiosk": kiosk(), **load_menus(ROOT / "menus")})
    assert told == "LOOKUP_URL is missing: every look-up fails in kiosk (docs/lookups.md)"


def test_a_weak_secret_is_told() -> None:
    (told,) = complaints(Settings(lookup_url=URL), {"kiosk": kiosk()})
    assert told.startswith("LOOKUP_SECRET is missing, malformed or weak")


def test_all_being_well_nothing_is_told() -> None:
    assert complaints(Settings(lookup_url=URL, lookup_secrets=(SECRET_TEXT,)), {"kiosk": kiosk()}) == []
    assert complaints(Settings(), load_menus(ROOT / "menus")) == []


def test_the_longest_wait_leaves_time_for_the_screen() -> None:
    from bridge.gateways.places import WRITING_SECONDS
    from bridge.gateways.turns import SECONDS

    assert float(BY_NAME["LOOKUP_SECONDS"].default) + WRITING_SECONDS < SECONDS
    assert 4 + WRITING_SECONDS <= SECONDS


@pytest.mark.parametrize("gateway", BUDGETS)
@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_fits_the_screens_of_every_gateway(name: str, gateway: str) -> None:
    assert [sight for sight in survey(EXAMPLES[name], BUDGETS[gateway]) if not sight.fits] == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_speaks_all_its_languages(name: str) -> None:
    menu = EXAMPLES[name]
    texts = [question.label for question in menu.questions]
    texts += [choice.label for question in menu.questions for choice in question.choices]
    assert [text.missing for text in [*texts, menu.end, menu.label_unsent] if text.missing] == []
    assert {"en", "fr"} < set(menu.languages)


def test_the_demo_dials_every_example_at_every_gateway() -> None:
    from bridge.commands.demo import ROUTES
    from bridge.routes import Route, load_routes

    routes = load_routes(Path(ROUTES), Route())
    wanted = {"*124#": {"microfinance"}, "*125#": {"student"}, "*126#": {"wallet"}}
    assert {code: {routes.find(name, code).menu for name in BUDGETS} for code in wanted} == wanted
    assert routes.find("telerivet", "*126#").menu in ("", "support")
