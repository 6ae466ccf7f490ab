"""What turns mean when gateways repeat, contradict themselves, reuse ids or ask twice at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from sqlalchemy import select

from bridge.gateways.keeping import Outcome, Wanted
from bridge.gateways.moves import Move
from bridge.inquiry import Found, Inquiry
from bridge.menu import Menu, read_menu
from bridge.store import Store, reference
from bridge.store.session_tables import session
from bridge.store.sessions import Row, how_many, lost_by_question
from bridge.value import replace
from tests.gateways.conftest import TOKEN, Clock, House
from tests.gateways.phones import END
from tests.gateways.test_every_gateway import phone, submissions

LANGUAGES = "Choose language / Choisissez la langue\n1. English\n2. Francais"


def at(house: House, text: str, session: str = "s", number: str = "+221770000001", code: str = "*384*123#") -> str:
    """One request of Africa's Talking, as raw as it comes."""
    fields = {"sessionId": session, "phoneNumber": number, "networkCode": "1", "serviceCode": code, "text": text}
    return house.client.post(f"/ussd/africastalking/{TOKEN}", data=fields).text


def test_several_new_pieces_run_in_their_order(small_house: House) -> None:
    at(small_house, "")
    assert at(small_house, "1*2*3").startswith("CON Do you want us to call you back?")


def test_two_empty_new_pieces_are_one_star(small_house: House) -> None:
    at(small_house, "")
    at(small_house, "1")
    assert at(small_house, "1**").startswith("CON This is not a choice.")
    assert [known.talk.state.wrong for known in sessions(small_house)] == [1]
    assert at(small_house, "1***2").startswith("CON What")


def test_an_empty_answer_is_a_wrong_input_and_not_a_retry(small_house: House) -> None:
    at(small_house, "")
    at(small_house, "1")
    assert at(small_house, "1*").startswith("CON This is not a choice.")
    assert at(small_house, "1**3").startswith("CON What")


@pytest.mark.parametrize(
    "text", ["1*3", "2*2", "1*2*1*1", "12", ""], ids=["other end", "other start", "further", "glued", "begin"]
)
def test_a_contradicting_transcript_gets_the_same_screen_and_changes_nothing(small_house: House, text: str) -> None:
    at(small_house, "")
    at(small_house, "1")
    screen = at(small_house, "1*1")
    assert at(small_house, text) == screen
    assert at(small_house, "1*1*2").startswith("CON Do you want")


def test_duplicates_that_come_after_the_end_make_no_second_submission(house: House, clock: Clock) -> None:
    texts = ["", "1", "1*1", "1*1*1", "1*1*1*2"]
    last = [at(house, text) for text in texts][-1]
    clock.go(20)
    assert {at(house, text) for text in [*texts, *texts]} == {last}
    assert len(submissions(house)) == 1


def test_a_session_id_that_is_reused_later_is_a_new_session(house: House, clock: Clock) -> None:
    texts = ["", "1", "1*1", "1*1*1", "1*1*1*2"]
    first = [at(house, text) for text in texts]
    clock.go(601)
    second = [at(house, text) for text in texts]
    assert second[:-1] == first[:-1]
    assert second[-1] != first[-1]
    assert len(submissions(house)) == 2


def test_an_id_that_is_reused_after_a_silent_drop_keeps_what_was_said_before(
    store: Store, clock: Clock, menus: Mapping[str, Menu]
) -> None:
    house = House(store, clock, {"support": replace(menus["support"], partial_after=("location",))})
    for text in ("", "1", "1*2"):
        at(house, text)
    clock.go(601)
    assert at(house, "").removeprefix("CON ") == LANGUAGES
    assert [dict(kept.answers) for kept in submissions(house)] == [{"location": "touba"}]
    with store.read() as connection:
        assert [tuple(row) for row in lost_by_question(connection)] == [("support", "support_type", 1)]


def test_a_begin_sent_twice_is_one_begin(house: House) -> None:
    assert at(house, "") == at(house, "")
    assert at(house, "2").startswith("CON Choisissez")


def test_a_gateway_that_begins_twice_with_the_dialled_digits_goes_on(small_house: House) -> None:
    """Safaricom did: "" and then the digits behind the code."""
    at(small_house, "")
    assert at(small_house, "3").startswith("CON This is not a choice.")


def test_the_same_key_on_two_screens_is_two_inputs_once_there_was_time_to_read(house: House, clock: Clock) -> None:
    caller = phone(house, "arkesel", clock)
    caller.dial()
    assert caller.press("1").text.startswith("Please choose location")
    assert caller.again().text.startswith("Please choose location")
    assert caller.press("1").text.startswith("What")


def test_a_turn_number_tells_a_repetition_however_late_it_comes(house: House, clock: Clock) -> None:
    caller = phone(house, "hubtel", clock)
    caller.dial()
    caller.press("1")
    ask = caller.last
    screen = caller.press("1")
    clock.go(30)
    late = caller.raw(ask)
    assert late.json == {**(late.json or {}), "Message": screen.text}
    assert caller.press("1").text.startswith("Do you want")


def test_two_turns_at_once_advance_once(house: House, clock: Clock) -> None:
    """The second arrives while the first is between reading and writing; both must get the same screen."""
    at(house, "")
    during: list[str] = []
    interrupt(house, clock, lambda: during.append(at(house, "2")))
    assert at(house, "2") == during[0]
    assert at(house, "2*1").startswith("CON De quelle aide")


def test_a_process_that_remembers_an_earlier_turn_says_what_the_store_says(
    house: House, clock: Clock, menus: Mapping[str, Menu]
) -> None:
    """Turns of one session may come to either of two processes."""
    other = House(house.store, clock, menus)
    at(house, "")
    at(house, "2")
    later = at(other, "2*1")
    assert at(house, "2") == later
    assert at(house, "2*1") == later
    assert at(other, "2*1*1").startswith("CON Voulez-vous")
    assert at(house, "2*1*1*2").startswith("END Merci")


def test_two_different_inputs_at_once_advance_once(house: House, clock: Clock) -> None:
    """Of a gateway without turn numbers: the later one was meant for a screen that is gone."""
    caller, other = (phone(house, "moolre", clock) for _ in range(2))
    caller.dial()
    clock.go(2)
    during: list[str] = []
    interrupt(house, clock, lambda: during.append(other.press("2").text))
    assert caller.press("1").text == during[0]
    assert during[0].startswith("Choisissez")


def test_two_begins_at_once_are_one_session(house: House, clock: Clock) -> None:
    during: list[str] = []
    interrupt(house, clock, lambda: during.append(at(house, "")))
    assert at(house, "") == during[0]
    with house.store.read() as connection:
        assert how_many(connection) == {"open": 1}


def test_two_last_inputs_at_once_are_one_submission(house: House, clock: Clock) -> None:
    for text in ("", "1", "1*1", "1*1*1"):
        at(house, text)
    during: list[str] = []
    interrupt(house, clock, lambda: during.append(at(house, "1*1*1*2")))
    assert at(house, "1*1*1*2") == during[0]
    assert during[0].startswith("END Thank you. Your reference: ")
    assert len(submissions(house)) == 1


def test_a_caller_hears_the_reference_that_was_kept_where_the_first_one_drawn_is_taken(
    house: House, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken, free = reference.draw(), reference.draw()
    drawn = iter([taken, taken, free])
    monkeypatch.setattr(reference, "draw", lambda: next(drawn))
    told = []
    for session_id in ("first", "second"):
        caller = phone(house, "hubtel", clock, session=session_id)
        caller.dial()
        told.append(caller.presses("1", "1", "1", "1", "2").text[-6:])
        assert caller.again().text[-6:] == told[-1]
    assert told == [taken, free]
    assert len(submissions(house)) == 2
    assert [known.talk.text[-6:] for known in sessions(house) if known.talk.session_id == "second"] == [free]


def test_a_session_known_by_its_id_alone_is_not_shown_to_another_number(small_house: House, clock: Clock) -> None:
    one = phone(small_house, "infobip", clock, number="221770000001")
    two = phone(small_house, "infobip", clock, number="221770000002")
    one.dial()
    one.presses("2", "1")
    assert two.press("1").text == LANGUAGES


def test_too_many_wrong_inputs_end_with_the_help_line_and_count_as_lost(small_house: House, clock: Clock) -> None:
    caller = phone(small_house, "africastalking", clock)
    caller.dial()
    caller.press("1")
    last = caller.presses("7", "7", "7", "7", "7")
    assert last.ends
    assert "116" in last.text
    assert caller.again() == last
    clock.go(601)
    small_house.gateways.turns.sweep(100)
    with small_house.store.read() as connection:
        assert [tuple(row) for row in lost_by_question(connection)] == [("support", "location", 1)]
        assert how_many(connection) == {}


def test_the_sweeper_leaves_what_is_not_over_and_counts_nobody_who_finished(house: House, clock: Clock) -> None:
    done, under_way = (phone(house, "mtn", clock, session=s, number=f"22177000000{s}") for s in "12")
    done.dial()
    done.presses("1", "1", "1", "2")
    clock.go(595)
    under_way.dial()
    clock.go(10)
    assert house.gateways.turns.sweep(100) == 1
    assert under_way.press("1").text.startswith("Please choose location")
    with house.store.read() as connection:
        assert how_many(connection) == {"open": 1}
        assert list(lost_by_question(connection)) == []


def test_input_after_a_drop_that_was_none_goes_on(small_house: House, clock: Clock) -> None:
    caller = phone(small_house, "hubtel", clock)
    caller.dial()
    caller.press("1")
    caller.hang_up(END)
    assert caller.press("1").text.startswith("What")


def test_an_ended_session_takes_no_memory_and_its_last_screen_comes_again_all_the_same(
    small_house: House, clock: Clock
) -> None:
    caller = phone(small_house, "africastalking", clock)
    caller.dial()
    last = caller.presses("1", "1", "1", "2")
    assert len(small_house.gateways.turns._memory._sessions) == 0
    assert caller.again() == last
    assert len(submissions(small_house)) == 1


PIN = b"""
menu: support
languages: {en: {label: English}}
help_line: "116"
questions:
  - {name: pin, type: text, secret: true, min: 4, max: 8, label: {en: "Your PIN"}}
  - {name: balance, type: lookup, label: {en: "Balance"}}
  - {name: more, type: select_one, label: {en: "More?"}, choices: [{name: "yes", label: "Yes"}]}
end: {label: {en: "Reference: {reference}"}, label_unsent: {en: "Thanks"}}
"""


@pytest.mark.parametrize("gateway", ["africastalking", "arkesel"])
def test_a_secret_is_used_in_its_turn_and_never_written_down(sqlite_store: Store, clock: Clock, gateway: str) -> None:
    asked: list[tuple[str, dict[str, str], str | None]] = []

    def look_up(inquiry: Inquiry, seconds: float) -> Found:
        assert 0 < seconds < 5
        asked.append((inquiry.question, dict(inquiry.state.secrets), inquiry.caller))
        return Found("You have 12.50")

    house = House(sqlite_store, clock, {"support": read_menu(PIN, "pin")}, look_up=look_up)
    caller = phone(house, gateway, clock)
    caller.dial()
    assert "You have 12.50" in caller.press("84219").text
    assert asked == [("balance", {"pin": "84219"}, "+221770000001")]
    for known in sessions(house):
        assert "84219" not in repr(known.talk.to_data())
        remembered = house.gateways.turns._memory.session(known.row.id, clock())
        assert remembered is not None
        assert remembered.talk.state.secrets == ()


def sessions(house: House) -> list[Any]:
    """All sessions that lie in the store, opened."""
    with house.store.read() as connection:
        rows = connection.execute(select(session)).all()
    return [house.gateways.turns._keeper._opened(Row(*row)) for row in rows]


def interrupt(
    house: House, clock: Clock, between: Callable[[], object], where: Callable[[Move], bool] = lambda _: True
) -> None:
    """Let something happen after the next turn (that is `where` it should be) is decided and before it is written."""
    keeper = house.gateways.turns._keeper
    make = keeper.make

    def wait_then_make(wanted: Wanted, move: Move, *arguments: Any, **more: Any) -> Outcome:
        if where(move):
            keeper.make = make  # type: ignore[method-assign]
            clock.go(0.01)
            between()
        return make(wanted, move, *arguments, **more)

    keeper.make = wait_then_make  # type: ignore[method-assign]
