"""Tokens, passwords, addresses, refusals, and what logs may not show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from bridge.errors import SetupError
from bridge.gateways.protection import guard, neighbourhood, source_of, token_bits
from bridge.menu import Menu
from bridge.settings import Gateway
from bridge.store import Store
from tests.gateways.conftest import TOKEN, Clock, House, settings_of
from tests.gateways.test_every_gateway import phone


@pytest.mark.parametrize(
    ("peer", "forwarded", "proxies", "source"),
    [
        ("192.0.2.1", "", 0, "192.0.2.1"),
        ("192.0.2.1", "198.51.100.9", 0, "192.0.2.1"),
        ("10.0.0.1", "198.51.100.9", 1, "198.51.100.9"),
        ("10.0.0.1", "203.0.113.5, 198.51.100.9", 1, "198.51.100.9"),
        ("10.0.0.1", "203.0.113.5, 198.51.100.9, 10.0.0.2", 2, "198.51.100.9"),
        ("192.0.2.1", "198.51.100.9", 2, "192.0.2.1"),
        ("192.0.2.1", "", 1, "192.0.2.1"),
    ],
    ids=["no proxy", "unasked header", "one proxy", "client's own part", "two proxies", "past a proxy", "past all"],
)
def test_the_source_is_what_our_own_proxies_saw(peer: str, forwarded: str, proxies: int, source: str) -> None:
    assert source_of(peer, forwarded, proxies) == source


@pytest.mark.parametrize(
    ("token", "enough"),
    [("A9_" + "x" * 19, True), ("0a" * 16, True), ("0a" * 15, False), ("1" * 38, False), ("Zz9" * 7, False)],
    ids=["22 of 64", "32 of 16", "30 of 16", "38 digits", "21 characters"],
)
def test_a_token_is_worth_as_many_bits_as_its_characters_allow(token: str, enough: bool) -> None:
    assert (token_bits(token) >= 128) is enough


@pytest.mark.parametrize(
    ("given", "named"),
    [
        (Gateway(tokens=(TOKEN, "x")), "MTN_TOKEN"),
        (Gateway(tokens=(TOKEN,), basic=("user",)), "MTN_BASIC"),
        (Gateway(tokens=(TOKEN,), basic=("user:short",)), "MTN_BASIC"),
        (Gateway(tokens=(TOKEN,), allow_ips=("everywhere",)), "MTN_ALLOW_IPS"),
    ],
    ids=["token", "no password", "short password", "no address"],
)
def test_a_bad_setting_is_refused_by_name_and_not_repeated(given: Gateway, named: str) -> None:
    with pytest.raises(SetupError, match=named) as refusal:
        guard("mtn", given)
    for value in ("user:short", "everywhere"):
        assert value not in str(refusal.value)


def test_a_guard_shows_no_token() -> None:
    assert TOKEN not in repr(guard("mtn", Gateway(tokens=(TOKEN,), basic=("user:a-long-enough-password",))))


def test_other_tokens_of_the_environment_are_no_gateways(sqlite_store: Store, menus: Mapping[str, Menu]) -> None:
    house = House(sqlite_store, Clock(), menus, settings=settings_of(github=Gateway(tokens=("x",))))
    assert "github" not in house.gateways.doors


def test_refused_requests_are_limited_per_source_and_the_right_token_is_not(
    store: Store, clock: Clock, menus: Mapping[str, Menu]
) -> None:
    house = House(store, clock, menus, settings=replace(settings_of(), trusted_proxies=1))

    def status(token: str, source: str) -> int:
        path = f"/ussd/africastalking/{token}"
        return house.client.post(path, data={"text": ""}, headers={"X-Forwarded-For": source}).status_code

    assert {status("wrong", "192.0.2.1") for _ in range(30)} == {404}
    assert status("wrong", "192.0.2.1") == 429
    assert status("wrong", "192.0.2.2") == 404
    assert status(TOKEN, "192.0.2.1") == 400  # known, though it says nothing
    other = House(store, clock, menus, settings=replace(settings_of(), trusted_proxies=1))
    answer = other.client.post("/ussd/mtn/wrong", headers={"X-Forwarded-For": "192.0.2.1"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
    clock.go(61)
    assert status("wrong", "192.0.2.1") == 404


def test_one_ipv6_client_is_one_source() -> None:
    assert neighbourhood("2001:db8:1:2::7") == neighbourhood("2001:db8:1:2:ffff::1") != neighbourhood("2001:db8:1:3::7")
    assert neighbourhood("not an address") == "unknown"


def test_a_path_below_the_token_that_means_nothing_is_404(small_house: House, clock: Clock) -> None:
    caller = phone(small_house, "hubtel", clock)
    for below in ("/events", "/x/y", "/", "//"):
        assert caller.raw({**caller.ask("begin"), "path": below}).status_code == 404


def test_simulated_turns_are_marked(small_house: House, clock: Clock) -> None:
    from tests.gateways.test_every_gateway import submissions

    caller = phone(small_house, "mtn", clock)
    for kind, key in (("begin", ""), *(("input", key) for key in ("1", "1", "1", "2"))):
        clock.go(2)
        caller.call.inputs.append(key)
        caller.raw(caller.ask(kind), headers={"Ussd-Simulated": "1"})
    (kept,) = submissions(small_house)
    assert kept.simulated


@pytest.mark.parametrize("before", ["", "/", "///"], ids=["one slash", "two slashes", "four slashes"])
def test_an_address_with_slashes_too_many_before_it_is_the_same_address(small_house: House, before: str) -> None:
    """As it becomes where a base address that ends in a slash was written down before it."""
    answer = small_house.client.get("/", environ_overrides={"PATH_INFO": f"{before}/ussd/africastalking/{TOKEN}"})
    assert (answer.status_code, answer.headers.get("Allow")) == (405, "POST")
