"""What every gateway must do, whatever its protocol: one set of cases, one row per gateway."""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace as replace_settings
from typing import Any

import pytest
from sqlalchemy import func, select

from bridge.errors import SetupError
from bridge.gateways import BUDGETS, GATEWAYS, Gateways
from bridge.menu import Menu
from bridge.menu.alphabet import septets
from bridge.routes import Route, Routes
from bridge.settings import Gateway
from bridge.store import Store
from bridge.store.tables import submission
from bridge.submission import Submission
from bridge.value import replace
from tests.gateways.conftest import NEXT_TOKEN, TOKEN, Clock, House, settings_of
from tests.gateways.phones import BEGIN, INPUT, PROTOCOLS, Phone

NUMBER = "221770000001"
USER = "provider:a-password-of-some-length"

every_gateway = pytest.mark.parametrize("gateway", sorted(GATEWAYS))


def phone(house: House, gateway: str, clock: Clock, token: str = TOKEN, **more: Any) -> Phone:
    return Phone(house.client, gateway, token, wait=lambda: clock.go(2), **more)


def submissions(house: House) -> list[Submission]:
    with house.store.read() as connection:
        rows = connection.execute(select(submission).order_by(submission.c.id)).all()
    return [stored for row in rows if (stored := house.store.open_sealed(row).submission)]


def count(house: House) -> int:
    with house.store.read() as connection:
        return connection.scalar(select(func.count()).select_from(submission)) or 0


def test_every_gateway_has_a_phone_in_these_tests() -> None:
    assert set(PROTOCOLS) == set(GATEWAYS)


def test_every_gateway_stands_under_its_own_name() -> None:
    assert {name: gateway.name for name, gateway in GATEWAYS.items()} == {name: name for name in GATEWAYS}


@every_gateway
def test_a_dialogue_becomes_one_submission(small_house: House, clock: Clock, gateway: str) -> None:
    caller = phone(small_house, gateway, clock)
    assert caller.dial().text == "Choose language / Choisissez la langue\n1. English\n2. Francais"
    last = caller.presses("2", "1", "1", "1", "2")
    (kept,) = submissions(small_house)
    assert last.ends
    assert last.text.startswith("Merci. Votre référence : ")
    assert dict(kept.answers) == {
        "location": "dakar",
        "support_type": "shelter",
        "callback": "yes",
        "safe_to_call": "no",
    }
    assert (kept.gateway, kept.caller, kept.language, kept.complete) == (gateway, f"+{NUMBER}", "fr", True)
    known = "384" if GATEWAYS[gateway].dials_whole else "384*123"  # no route names the code
    assert kept.service_code.strip("*#") == known


@every_gateway
def test_every_turn_sent_twice_gets_the_same_bytes_and_counts_once(
    small_house: House, clock: Clock, gateway: str
) -> None:
    caller = phone(small_house, gateway, clock)
    first = caller.dial()
    assert caller.again() == first
    for key in ("1", "2", "2", "1", "1"):
        screen = caller.press(key)
        assert caller.again() == screen
        assert caller.again() == screen
    assert screen.ends
    assert count(small_house) == 1


@every_gateway
def test_every_screen_fits_the_gateway(small_house: House, clock: Clock, gateway: str) -> None:
    caller = phone(small_house, gateway, clock)
    screens = [caller.dial(), *map(caller.press, ("2", "7", "1", "3", "x", "1", "9", "1"))]
    assert max(septets(screen.text) for screen in screens) <= BUDGETS[gateway].septets


NO_CHOICE = ("7", "", " ", "#", "x" * 182, "٣٣", "😀", "1" * 200, "'; DROP TABLE session; --", "\x00")


@every_gateway
def test_an_input_that_is_no_choice_asks_again(small_house: House, clock: Clock, gateway: str) -> None:
    for number, text in enumerate(NO_CHOICE):
        caller = phone(small_house, gateway, clock, session=f"s{number}", number=f"22177000000{number}")
        caller.dial()
        caller.press("1")
        screen = caller.press(text)
        assert (screen.status, screen.ends) == (200, False), text
        assert "Please choose location" in screen.text
        assert "support" in caller.press("2").text


@every_gateway
def test_a_star_typed_by_a_caller_is_an_input(small_house: House, clock: Clock, gateway: str) -> None:
    caller = phone(small_house, gateway, clock)
    caller.dial()
    caller.press("1")
    assert caller.press("*").text.startswith("This is not a choice.\nPlease choose location")
    assert "support" in caller.press("2").text


@every_gateway
def test_a_session_without_begin_starts_at_the_first_screen(small_house: House, clock: Clock, gateway: str) -> None:
    caller = phone(small_house, gateway, clock)
    assert caller.press("1").text.startswith("Choose language")
    assert "Dakar" in caller.press("1").text


@every_gateway
def test_numbers_with_and_without_plus_are_one_session(small_house: House, clock: Clock, gateway: str) -> None:
    if gateway == "junebug":
        pytest.skip("Junebug's number is its session id")
    caller = phone(small_house, gateway, clock)
    caller.dial()
    caller.call.number = f"+{NUMBER}" if gateway != "africastalking" else f"00{NUMBER}"
    assert "Dakar" in caller.press("1").text


@every_gateway
def test_two_numbers_under_one_session_id_never_see_each_other(small_house: House, clock: Clock, gateway: str) -> None:
    one, two = (phone(small_house, gateway, clock, number=f"22177000000{n}") for n in (1, 2))
    one.dial()
    one.presses("2", "1")
    assert two.dial().text.startswith("Choose language")
    assert two.press("1").text.startswith("Please choose location")


@every_gateway
def test_a_wrong_token_and_an_unknown_gateway_get_the_same_404(small_house: House, clock: Clock, gateway: str) -> None:
    wrong = phone(small_house, gateway, clock, token=TOKEN[:-1] + "B")
    answer = wrong.raw(wrong.ask(BEGIN))
    elsewhere = small_house.client.post(f"/ussd/nobody/{TOKEN}")
    assert (answer.status_code, answer.data) == (404, elsewhere.data)
    assert TOKEN not in answer.text


@every_gateway
def test_both_tokens_work_while_one_is_rotated_and_the_old_one_stops(
    sqlite_store: Store, clock: Clock, menus: Mapping[str, Menu], gateway: str
) -> None:
    house = House(sqlite_store, clock, menus)
    assert [phone(house, gateway, clock, token).dial().status for token in (TOKEN, NEXT_TOKEN)] == [200, 200]
    rotated = House(sqlite_store, clock, menus, settings=settings_of(**{gateway: Gateway(tokens=(NEXT_TOKEN,))}))
    assert phone(rotated, gateway, clock, NEXT_TOKEN).dial().status == 200
    old = phone(rotated, gateway, clock, TOKEN)
    assert old.raw(old.ask(BEGIN)).status_code == 404


@every_gateway
def test_a_gateway_without_a_token_is_not_there(
    sqlite_store: Store, clock: Clock, menus: Mapping[str, Menu], gateway: str
) -> None:
    house = House(sqlite_store, clock, menus, settings=settings_of(**{gateway: Gateway()}))
    asked = phone(house, gateway, clock)
    assert asked.raw(asked.ask(BEGIN)).status_code == 404


@every_gateway
def test_a_password_is_asked_for_where_one_is_set(
    sqlite_store: Store, clock: Clock, menus: Mapping[str, Menu], gateway: str
) -> None:
    given = Gateway(tokens=(TOKEN,), basic=(USER, "next:another-password-as-long"))
    house = House(sqlite_store, clock, menus, settings=settings_of(**{gateway: given}))
    caller = phone(house, gateway, clock)

    def status(credentials: str | None) -> int:
        encoded = base64.b64encode((credentials or "").encode()).decode()
        headers = {"Authorization": f"Basic {encoded}"} if credentials else {}
        return caller.raw(caller.ask(BEGIN), headers=headers).status_code

    assert [status(None), status("provider:wrong"), status(USER), status("next:another-password-as-long")] == [
        401,
        401,
        200,
        200,
    ]


@every_gateway
def test_only_allowed_addresses_may_ask_where_some_are_named(
    sqlite_store: Store, clock: Clock, menus: Mapping[str, Menu], gateway: str
) -> None:
    given = Gateway(tokens=(TOKEN,), allow_ips=("192.0.2.0/24", "2001:db8::1"))
    settings = replace_settings(settings_of(**{gateway: given}), trusted_proxies=1)
    house = House(sqlite_store, clock, menus, settings=settings)
    caller = phone(house, gateway, clock)

    def status(forwarded: str) -> int:
        return caller.raw(caller.ask(BEGIN), headers={"X-Forwarded-For": forwarded}).status_code

    assert status("192.0.2.7") == 200
    assert status("2001:db8::1") == 200
    assert status("198.51.100.1") == 404
    assert status("192.0.2.7, 198.51.100.1") == 404  # what the client put in front is not believed
    assert status("") == 404


@every_gateway
def test_another_method_is_refused_and_advances_nothing(small_house: House, clock: Clock, gateway: str) -> None:
    caller = phone(small_house, gateway, clock)
    first = caller.dial()
    allowed = caller.last.get("method", "POST")
    for method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} - {allowed}:
        answer = caller.raw(caller.ask(INPUT), method=method)
        assert (answer.status_code, answer.headers["Allow"]) == (405, allowed)
    assert caller.again() == first


@every_gateway
def test_what_is_too_large_is_refused_unread(small_house: House, clock: Clock, gateway: str) -> None:
    caller = phone(small_house, gateway, clock)
    ask = caller.ask(BEGIN)
    if ask.get("method") == "GET":
        assert caller.raw({**ask, "query_string": {"x": "y" * 9000}}).status_code == 414
        return
    kind = "application/json" if "json" in ask else "application/x-www-form-urlencoded"
    bare = {"path": ask.get("path", ""), "content_type": kind}
    assert caller.raw({**bare, "data": b"x" * 16_385}).status_code == 413
    chunked = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
    assert caller.raw({**bare, "data": b"{}", "environ_overrides": chunked}).status_code == 411


@every_gateway
def test_another_kind_of_body_is_refused(small_house: House, clock: Clock, gateway: str) -> None:
    caller = phone(small_house, gateway, clock)
    ask = caller.ask(BEGIN)
    if ask.get("method") == "GET":
        pytest.skip("there is no body")
    other = "application/xml" if "json" in ask else "application/json"
    assert caller.raw({"path": ask.get("path", ""), "data": b"<a/>", "content_type": other}).status_code == 415


UNREADABLE = (b"{", b"[]", b'"x"', b"null", b"[" * 8000, b'{"a": {"b": [1]}}', b"\xff\xfe", b"{}", b"sessionId")


@every_gateway
def test_what_cannot_be_read_is_400_with_a_screen_for_the_caller(
    small_house: House, clock: Clock, gateway: str
) -> None:
    caller = phone(small_house, gateway, clock)
    ask = caller.ask(BEGIN)
    kind = "application/json" if "json" in ask else "application/x-www-form-urlencoded"
    for body in UNREADABLE:
        if ask.get("method") == "GET":
            answer = caller.raw({**ask, "query_string": body.decode("latin-1")})
        else:
            answer = caller.raw({"path": ask.get("path", ""), "data": body, "content_type": kind})
        if gateway == "infobip" and body in (b"{}", UNREADABLE[5]):
            assert answer.status_code == 200  # its session id stands in the path
            continue
        text, ends = caller.protocol.read(answer.text)
        assert (answer.status_code, ends) == (400, True), body
        assert "116" in text


@every_gateway
def test_a_caller_hears_an_apology_in_their_language_when_the_store_is_gone(
    sqlite_store: Store, clock: Clock, menus: Mapping[str, Menu], gateway: str
) -> None:
    caller = phone(House(sqlite_store, clock, menus), gateway, clock)
    caller.dial()
    caller.presses("2", "1")
    sqlite_store.close()
    screen = caller.press("1")
    assert (screen.status, screen.ends) == (200, True)
    assert "116" in screen.text
    assert "Désolé" in screen.text
    assert "Sorry" not in screen.text


@every_gateway
def test_what_a_caller_said_and_the_token_stand_in_no_log(
    small_house: House, clock: Clock, gateway: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caller = phone(small_house, gateway, clock, session="marked-session")
    caller.dial()
    caller.presses("2", "marked-input", "1", "1", "1", "1")
    caller.hang_up()
    wrong = phone(small_house, gateway, clock, token=TOKEN[:-1] + "B")
    wrong.raw(wrong.ask(BEGIN))
    small_house.store.close()
    caller.press("1")
    assert "event=turn_failed" in caplog.text
    for secret in (NUMBER, "marked-input", "marked-session", TOKEN, TOKEN[:-1], "dakar"):
        assert secret not in caplog.text


@every_gateway
def test_the_database_file_tells_neither_number_nor_answers(
    sqlite_store: Store, sqlite_url: str, clock: Clock, menus: Mapping[str, Menu], gateway: str
) -> None:
    caller = phone(House(sqlite_store, clock, menus), gateway, clock, session="marked-session")
    caller.dial()
    caller.presses("2", "1", "3")
    sqlite_store.close()
    with open(sqlite_url.removeprefix("sqlite:///"), "rb") as file:
        content = file.read()
    code = b"384" if GATEWAYS[gateway].dials_whole else b"384*123"
    assert code in content  # what is in the clear can be found, so the search works
    for secret in (NUMBER, "marked-session", "dakar", "food_and_clothing"):
        assert secret.encode() not in content


@every_gateway
def test_a_drop_keeps_what_got_far_enough(
    sqlite_store: Store, clock: Clock, menus: Mapping[str, Menu], gateway: str
) -> None:
    """By the gateway's own word where it has one for it, else by the sweeper."""
    menu = replace(menus["support"], partial_after=("location", "support_type"))
    house = House(sqlite_store, clock, {"support": menu})
    caller = phone(house, gateway, clock)
    caller.dial()
    caller.presses("1", "2", "3")
    for kind in PROTOCOLS[gateway].ends:
        assert caller.hang_up(kind) == 200
    if not PROTOCOLS[gateway].ends:
        clock.go(menu.session_ttl + 1)
        house.gateways.turns.sweep(100)
    (kept,) = submissions(house)
    assert not kept.complete
    assert dict(kept.answers) == {"location": "touba", "support_type": "food_and_clothing"}


@every_gateway
def test_a_drop_before_that_keeps_nothing(small_house: House, clock: Clock, gateway: str) -> None:
    caller = phone(small_house, gateway, clock)
    caller.dial()
    caller.presses("1", "2")
    for kind in PROTOCOLS[gateway].ends:
        assert caller.hang_up(kind) == 200
    clock.go(1000)
    small_house.gateways.turns.sweep(100)
    assert count(small_house) == 0


@every_gateway
def test_who_dials_again_after_a_drop_may_go_on(small_house: House, clock: Clock, gateway: str) -> None:
    caller = phone(small_house, gateway, clock)
    caller.dial()
    caller.presses("2", "3", "2")
    clock.go(30)
    again = phone(small_house, gateway, clock, session="session-2")
    assert again.dial().text == "Continuer où vous étiez ?\n1. Continuer\n2. Recommencer"
    assert again.press("1").text.startswith("Voulez-vous etre rappelé ?")
    again.press("2")
    (kept,) = submissions(small_house)
    assert dict(kept.answers) == {"location": "thies", "support_type": "legal", "callback": "no"}


@every_gateway
def test_more_than_sixty_turns_a_minute_get_a_polite_last_screen(
    small_house: House, clock: Clock, gateway: str
) -> None:
    for number in range(60):
        assert not phone(small_house, gateway, clock, session=f"s{number}").dial().ends
    over = phone(small_house, gateway, clock, session="s60").dial()
    assert (over.status, over.ends) == (200, True)
    assert "116" in over.text
    other = phone(small_house, gateway, clock, session="s61", number="221770000002")
    assert not other.dial().ends
    clock.go(61)
    assert not phone(small_house, gateway, clock, session="s62").dial().ends


@pytest.mark.parametrize(
    "token",
    ["short", "0" * 32, "0123456789" * 3, "ab" * 11, "a/b+c=d" * 4, "päßwort-mit-umlauten-1234"],
    ids=["short", "one character", "digits only", "two characters", "not for a path", "not ASCII"],
)
def test_a_weak_token_stops_the_start_and_names_the_setting(
    sqlite_store: Store, menus: Mapping[str, Menu], token: str
) -> None:
    with pytest.raises(SetupError, match=r"HUBTEL_TOKEN.*python -m bridge secret --token") as refusal:
        House(sqlite_store, Clock(), menus, settings=settings_of(hubtel=Gateway(tokens=(token,))))
    assert token not in str(refusal.value)


def test_direct_dial_is_ignored_unless_the_route_says_otherwise(small_house: House, clock: Clock) -> None:
    caller = phone(small_house, "africastalking", clock)
    assert caller.dial("1*2").text.startswith("Choose language")
    assert caller.press("2").text.startswith("Choisissez votre lieu")


@pytest.mark.parametrize(
    "gateway", [g for g in sorted(GATEWAYS) if g not in ("infobip", "oltranz", "hollatags", "junebug")]
)
def test_dialled_digits_answer_the_first_questions_where_the_route_says_so(
    sqlite_store: Store, clock: Clock, menus: Mapping[str, Menu], gateway: str
) -> None:
    prefill = Route(gateway, "*384*123#", "support", "WW" + "0" * 32, direct_dial="prefill")
    house = House(sqlite_store, clock, menus, routes=Routes(Route(menu="support"), [prefill]))
    screen = phone(house, gateway, clock, session="a").dial("1*2")
    assert screen.text.startswith("What")
    wrong = phone(house, gateway, clock, session="b", number="221770000002").dial("1*8*1")
    assert wrong.text.startswith("Please choose location")


KINDS = ("africastalking", "hubtel", "moolre", "nsano")  # a transcript, a turn number, neither, no lasting id


@pytest.mark.parametrize("gateway", KINDS)
@pytest.mark.parametrize(
    "case",
    [
        test_a_dialogue_becomes_one_submission,
        test_every_turn_sent_twice_gets_the_same_bytes_and_counts_once,
        test_two_numbers_under_one_session_id_never_see_each_other,
        test_who_dials_again_after_a_drop_may_go_on,
        test_more_than_sixty_turns_a_minute_get_a_polite_last_screen,
    ],
)
def test_the_same_on_postgresql(
    postgres_house: House, clock: Clock, gateway: str, case: Callable[[House, Clock, str], None]
) -> None:
    case(postgres_house, clock, gateway)


def test_gateways_is_what_the_application_wires() -> None:
    assert {"mount", "start", "stop", "metrics"} <= set(vars(Gateways))
