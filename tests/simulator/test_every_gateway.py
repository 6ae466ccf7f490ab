"""Every gateway on the phone: the bridge is asked as the provider would ask it, and a task comes of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from bridge.gateways import BUDGETS, GATEWAYS
from bridge.simulator import PROTOCOLS
from tests.demo import Caller, reference_on
from tests.servers import Server

FIXTURES = Path(__file__).parents[1] / "gateways" / "fixtures"
LANGUAGE = "Choose language / Choisissez la langue\n1. English\n2. Francais"
SUPPORT = "De quelle aide avez-vous besoin ?"
OFFER = "Continuer où vous étiez ?\n1. Continuer\n2. Recommencer"
# No key twice in a row (7 is a wrong one): where a provider numbers nothing, the phone takes its time before it.
TO_SUPPORT, FROM_SUPPORT = ("2", "3"), ("2", "1", "7", "1")

every_gateway = pytest.mark.parametrize("gateway", sorted(GATEWAYS))
Callers = Callable[[str], Caller]


def test_no_gateway_is_without_a_stand_in() -> None:
    assert set(PROTOCOLS) == set(GATEWAYS)


@pytest.mark.parametrize("gateway", ["telerivet", *sorted(GATEWAYS)])
def test_a_dialogue_ends_with_one_task(caller: Callers, gateway: str) -> None:
    phone = caller(gateway)
    assert phone.dial() == LANGUAGE
    last = phone.press(*TO_SUPPORT, *FROM_SUPPORT)
    assert last.startswith("Merci. Votre référence : ")
    (attributes,) = phone.tasks()
    assert attributes["name"] == reference_on(last)
    assert (attributes["language"], attributes["location"], attributes["support_type"]) == ("French", "Thies", "Legal")
    assert (attributes["ussd"]["gateway"], attributes["ussd"]["simulated"]) == (gateway, True)


@every_gateway
def test_a_begin_says_what_a_recorded_one_says(caller: Callers, gateway: str) -> None:
    phone = caller(gateway)
    phone.dial()
    (trip,) = phone.travelled()
    recorded = next(case["request"] for case in recorded_cases(gateway) if case["turn"].get("kind") == "begin")
    assert trip["method"] == recorded["method"]
    assert names_in(trip["sent"]) == names_of(recorded)


@every_gateway
def test_what_comes_twice_at_once_is_answered_alike_and_counts_once(caller: Callers, gateway: str) -> None:
    phone = caller(gateway)
    phone.dial()
    phone.press("2")
    phone.move("duplicate")
    phone.travelled()
    last = phone.press("3", *FROM_SUPPORT)
    asked = [trip for trip in phone.travelled() if not trip["path"].endswith("/events")]
    assert len(asked) == 2 * 5
    assert asked[::2] == asked[1::2]
    (attributes,) = phone.tasks()
    assert (attributes["name"], attributes["location"]) == (reference_on(last), "Thies")


@pytest.mark.parametrize(
    ("gateway", "move"),
    [(name, "drop") for name in sorted(GATEWAYS)] + [(name, "time_out") for name in ("hubtel", "infobip", "mtn")],
)
def test_who_is_cut_off_may_dial_again_and_go_on(caller: Callers, gateway: str, move: str) -> None:
    phone = caller(gateway)
    phone.dial()
    phone.press(*TO_SUPPORT)
    assert move in phone.moves
    assert phone.move(move) == ""
    assert phone.dial() == OFFER
    assert phone.press("1").startswith(SUPPORT)
    last = phone.press(*FROM_SUPPORT)
    (attributes,) = phone.tasks()
    assert (attributes["name"], attributes["location"]) == (reference_on(last), "Thies")


@pytest.mark.parametrize(
    ("gateway", "how", "words"),
    [
        ("africastalking", "hang up", "status: Incomplete"),
        ("africastalking", "drop", "status: Incomplete"),
        ("beem", "drop", '"command": "terminate"'),
        ("hollatags", "drop", "session_operation: end"),
        ("hubtel", "hang up", '"Type": "Release"'),
        ("hubtel", "time_out", '"Type": "Timeout"'),
        ("infobip", "drop", '"exitCode": 200'),
        ("infobip", "time_out", '"exitCode": 504'),
        ("junebug", "drop", '"session_event": "close"'),
        ("mtn", "hang up", '"messageType": "4"'),
        ("mtn", "drop", '"messageType": "2"'),
        ("mtn", "time_out", '"messageType": "5"'),
    ],
)
def test_a_provider_that_has_words_for_an_end_says_them(caller: Callers, gateway: str, how: str, words: str) -> None:
    phone = caller(gateway)
    phone.dial()
    phone.travelled()
    phone.hang_up() if how == "hang up" else phone.move(how)
    (notice,) = phone.travelled()
    assert words in notice["sent"]
    assert notice["status"] == 200


@pytest.mark.parametrize("gateway", ["advanta", "arkesel", "bonga", "crossgate", "moolre", "nalo", "nsano", "oltranz"])
def test_a_provider_that_has_none_is_silent(caller: Callers, gateway: str) -> None:
    phone = caller(gateway)
    phone.dial()
    phone.travelled()
    phone.move("drop")
    assert phone.travelled() == []


def test_africas_talking_says_afterwards_that_all_went_well(caller: Callers) -> None:
    phone = caller("africastalking")
    phone.dial()
    phone.press(*TO_SUPPORT, *FROM_SUPPORT)
    *_, last = phone.travelled()
    assert (last["path"], last["status"]) == ("/ussd/africastalking/…/events", 200)
    assert "status: Success" in last["sent"]


@pytest.mark.parametrize("gateway", sorted(name for name in GATEWAYS if PROTOCOLS[name].tells_repeats))
def test_asking_again_shows_the_same_screen_and_advances_nothing(caller: Callers, gateway: str) -> None:
    phone = caller(gateway)
    begin = phone.dial()
    assert phone.move("repeat") == begin
    asked = phone.press(*TO_SUPPORT)
    phone.travelled()
    assert [phone.move("repeat"), phone.move("repeat")] == [asked, asked]
    first, second = phone.travelled()
    assert first == second
    reference_on(phone.press(*FROM_SUPPORT))
    assert len(phone.tasks()) == 1


@pytest.mark.parametrize("gateway", sorted(name for name in GATEWAYS if not PROTOCOLS[name].tells_repeats))
def test_asking_again_is_not_offered_where_the_provider_cannot_show_it(caller: Callers, gateway: str) -> None:
    phone = caller(gateway)
    phone.dial()
    assert "repeat" not in phone.moves


def test_the_same_key_twice_in_a_row_is_two_answers_even_where_nothing_is_numbered(caller: Callers) -> None:
    phone = caller("nalo")
    phone.dial()
    assert phone.press("1", "1").startswith("What support do you need?")


@every_gateway
def test_the_size_of_a_screen_is_shown_of_what_the_gateway_carries(caller: Callers, gateway: str) -> None:
    phone = caller(gateway)
    told = phone.api.post("", {"gateway": gateway, "code": "*123#", "number": phone.number})
    screen = told["screen"]
    assert (screen["size"], screen["limit"], screen["unit"]) == (61, BUDGETS[gateway].septets, "septets")


@every_gateway
def test_no_token_stands_in_what_travelled(caller: Callers, demo_token: str, gateway: str) -> None:
    phone = caller(gateway)
    phone.dial()
    phone.press("2")
    phone.hang_up()
    trips = phone.travelled()
    assert len(trips) >= 2
    assert all(trip["path"].startswith(f"/ussd/{gateway}/…") for trip in trips)
    assert demo_token not in json.dumps(trips)


def test_neither_numbers_nor_answers_nor_the_token_stand_in_the_log(
    caller: Callers, demo: Server, demo_token: str
) -> None:
    """Its log is the most talkative that there is."""
    for gateway in ("advanta", "hubtel", "infobip", "telerivet_script"):
        phone = caller(gateway)
        phone.dial()
        phone.press("2", "marked-input")
        phone.hang_up()
        for secret in (phone.number.removeprefix("+"), "marked-input", demo_token):
            assert secret not in demo.logged()


@pytest.fixture(scope="session")
def demo_token(demo: Server, demo_data: Path) -> str:
    token: str = json.loads((demo_data / "demo.json").read_text())["gateway_token"]
    return token


def recorded_cases(gateway: str) -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = json.loads((FIXTURES / f"{gateway}.json").read_text(encoding="utf-8"))["cases"]
    return cases


def names_of(recorded: Mapping[str, Any]) -> set[str]:
    """The names of a recorded request's members, parameters or fields."""
    if "json" in recorded:
        return names_within(recorded["json"])
    return set(recorded.get("query") or parse_qs(recorded["body"], keep_blank_values=True))


def names_in(sent: str) -> set[str]:
    """The same of a request as the page shows it."""
    return names_within(json.loads(sent)) if sent.startswith("{") else {row.split(":")[0] for row in sent.splitlines()}


def names_within(members: Mapping[str, Any], path: str = "") -> set[str]:
    inner = [names_within(value, f"{path}{name}.") for name, value in members.items() if isinstance(value, dict)]
    return {path + name for name in members}.union(*inner)
