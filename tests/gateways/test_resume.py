"""Dialling again after a drop: on the same number and code, for a while, and where the menu allows it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bridge.menu import Menu
from bridge.routes import Route, Routes
from bridge.store import Store
from bridge.store.sessions import how_many, lost_by_question
from bridge.value import replace
from tests.gateways.conftest import Clock, House
from tests.gateways.phones import END, Phone
from tests.gateways.test_every_gateway import phone, submissions
from tests.gateways.test_turns import interrupt, sessions

OFFER = "Continue where you stopped?\n1. Continue\n2. Start again"


def broken_off(house: House, clock: Clock, *keys: str, gateway: str = "hubtel") -> Phone:
    """A caller who is gone after these keys."""
    caller = phone(house, gateway, clock, session="first")
    caller.dial()
    caller.presses(*keys)
    return caller


def test_the_offer_is_repeated_until_it_is_answered(small_house: House, clock: Clock) -> None:
    broken_off(small_house, clock, "1", "2", "3")
    again = phone(small_house, "hubtel", clock, session="second")
    assert again.dial().text == OFFER
    assert again.press("7").text == OFFER
    assert again.press("").text == OFFER
    assert again.press("1").text.startswith("Do you want us to call you back?")
    assert again.press("0").text.startswith("What")


def test_starting_again_is_a_fresh_dialogue(house: House, clock: Clock) -> None:
    broken_off(house, clock, "2", "2", "3")
    again = phone(house, "hubtel", clock, session="second")
    again.dial()
    assert again.press("2").text.startswith("Choose language")
    again.presses("1", "1", "1", "2")
    (kept,) = submissions(house)
    assert (kept.language, dict(kept.answers)) == (
        "en",
        {"location": "dakar", "support_type": "shelter", "callback": "no"},
    )


@pytest.mark.parametrize(
    ("number", "code", "gateway", "seconds", "keys"),
    [
        ("221770000002", "*384*123#", "hubtel", 30, ("1", "2")),
        ("221770000001", "*384*124#", "hubtel", 30, ("1", "2")),
        ("221770000001", "*384*123#", "mtn", 30, ("1", "2")),
        ("221770000001", "*384*123#", "hubtel", 601, ("1", "2")),
        ("221770000001", "*384*123#", "hubtel", 30, ("1",)),
        ("221770000001", "*384*123#", "hubtel", 30, ("1", "2", "3", "2")),
    ],
    ids=["another number", "another code", "another gateway", "too late", "only a language chosen", "finished"],
)
def test_nothing_is_offered(
    house: House, clock: Clock, number: str, code: str, gateway: str, seconds: float, keys: tuple[str, ...]
) -> None:
    broken_off(house, clock, *keys)
    clock.go(seconds)
    again = phone(house, gateway, clock, session="second", number=number, code=code)
    assert again.dial().text.startswith("Choose language")


@pytest.mark.parametrize("word", ["anonymous", "unknown", "0", ""])
def test_callers_who_withhold_their_numbers_are_not_one_caller(house: House, clock: Clock, word: str) -> None:
    first = phone(house, "arkesel", clock, session="first", number=word)
    first.dial()
    first.presses("1", "2", "3")
    second = phone(house, "arkesel", clock, session="second", number=word)
    assert second.dial().text.startswith("Choose language")
    for number in range(60):
        phone(house, "arkesel", clock, session=f"s{number}", number=word).dial()
    assert not phone(house, "arkesel", clock, session="sixty-first", number=word).dial().ends


def test_where_sessions_are_told_apart_by_the_number_nobody_goes_on_without_one(house: House, clock: Clock) -> None:
    told = phone(house, "junebug", clock, number="anonymous").dial()
    assert told.ends
    assert "116" in told.text
    assert house.gateways.turns.counts["nameless", "junebug"] == 1
    assert not phone(house, "junebug", clock, number="233200000001").dial().ends


def test_one_session_of_a_withheld_number_is_limited_like_any_other(small_house: House, clock: Clock) -> None:
    caller = phone(small_house, "arkesel", clock, number="anonymous")
    caller.dial()
    for _ in range(60):
        caller.again()
    assert small_house.gateways.turns.counts["limited", "arkesel"] == 1


def test_a_menu_may_forbid_it(sqlite_store: Store, clock: Clock, menus: Mapping[str, Menu]) -> None:
    """A shared phone may be dangerous."""
    house = House(sqlite_store, clock, {"support": replace(menus["support"], resume=False)})
    broken_off(house, clock, "1", "2", "3")
    assert phone(house, "hubtel", clock, session="second").dial().text.startswith("Choose language")


def test_digits_dialled_with_the_code_are_answered_and_not_an_offer(
    sqlite_store: Store, clock: Clock, menus: Mapping[str, Menu]
) -> None:
    house = House(sqlite_store, clock, menus, Routes(Route(menu="support", direct_dial="prefill")))
    broken_off(house, clock, "1", "2")
    assert phone(house, "hubtel", clock, session="second").dial("2*1").text.startswith("De quelle aide")


def test_the_session_that_was_left_says_what_it_said_and_goes_nowhere(house: House, clock: Clock) -> None:
    first = broken_off(house, clock, "1", "2", "3")
    assert phone(house, "hubtel", clock, session="second").dial().text == OFFER
    assert first.press("1").text.startswith("Do you want us to call you back?")
    with house.store.read() as connection:
        assert how_many(connection) == {"moved": 1, "open": 1}
    clock.go(601)
    house.gateways.turns.sweep(100)
    with house.store.read() as connection:
        assert [tuple(row) for row in lost_by_question(connection)] == [("support", "callback", 1)]


@pytest.mark.parametrize("key", ["1", "2"], ids=["goes on", "starts again"])
def test_the_complete_submission_follows_the_partial_of_the_dropped_one(
    store: Store, clock: Clock, menus: Mapping[str, Menu], key: str
) -> None:
    """One person, one reference, whether the agent already sees the partial one or not."""
    house = House(store, clock, {"support": replace(menus["support"], partial_after=("location",))})
    first = broken_off(house, clock, "1", "2", "3")
    assert first.hang_up(END) == 200
    again = phone(house, "hubtel", clock, session="second")
    assert again.dial().text == OFFER
    last = again.presses(key, *("1", "1", "1", "2") if key == "2" else ("2",))
    partial, complete = submissions(house)
    assert (partial.complete, complete.complete) == (False, True)
    assert (partial.session, partial.key) == (complete.session, f"{complete.key}_p")
    stored = store.submission(last.text[-6:])
    assert stored is not None
    assert stored.complete


def test_who_breaks_off_twice_is_one_partial(store: Store, clock: Clock, menus: Mapping[str, Menu]) -> None:
    house = House(store, clock, {"support": replace(menus["support"], partial_after=("location",))})
    broken_off(house, clock, "1", "2", "3")
    again = phone(house, "hubtel", clock, session="second")
    again.dial()
    clock.go(601)
    house.gateways.turns.sweep(100)
    house.gateways.turns.sweep(100)
    (kept,) = submissions(house)
    assert dict(kept.answers) == {"location": "touba", "support_type": "food_and_clothing"}


def test_wrong_inputs_before_the_drop_are_forgotten(small_house: House, clock: Clock) -> None:
    caller = broken_off(small_house, clock, "1", "2", "7", "7", "7", "7")
    assert caller.press("7").ends
    again = phone(small_house, "hubtel", clock, session="second")
    assert again.dial().text == OFFER
    again.press("1")
    assert not again.press("7").ends


def test_a_caller_who_finishes_elsewhere_meanwhile_is_not_gone_on_from(house: House, clock: Clock) -> None:
    """The first session ends between the second's look at it and the second's first screen: both are kept whole."""
    first = broken_off(house, clock, "1", "1", "1")
    second = phone(house, "hubtel", clock, session="second")
    ends: list[str] = []
    interrupt(house, clock, lambda: ends.append(first.press("2").text), where=lambda move: bool(move.goes_on_from))
    assert second.dial().text.startswith("Choose language")
    assert ends[0].startswith("Thank you. Your reference: ")
    assert second.presses("1", "3", "1", "2").text.startswith("Thank you. Your reference: ")
    assert [dict(kept.answers)["location"] for kept in submissions(house)] == ["dakar", "thies"]
    with house.store.read() as connection:
        assert how_many(connection) == {"done": 2}


def test_what_was_said_before_is_kept_beside_it_and_never_only_said_to_be(house: House, clock: Clock) -> None:
    """Should two endings of one dialling differ all the same, both are there."""
    caller = broken_off(house, clock, "1", "1", "1")
    (known,) = sessions(house)
    desk = house.gateways.turns._places.desk_of(known.row)
    clerk = house.gateways.turns._keeper._clerk
    house.store.write(lambda connection: clerk.keep(connection, clerk.entry(known, desk), known, desk).reference)
    last = caller.press("2").text
    assert last.startswith("Thank you. Your reference: ")
    assert len(submissions(house)) == 2
    kept = house.store.submission(last[-6:])
    assert kept is not None
    assert kept.submission is not None
    assert dict(kept.submission.answers) == {"location": "dakar", "support_type": "shelter", "callback": "no"}
