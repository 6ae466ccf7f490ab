"""Who a number is: read anew for every country and way of writing, remembered for the latest."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet

from bridge.gateways.callers import REMEMBERED, Callers
from bridge.store import rates
from bridge.store.seal import Seal, fernet
from bridge.store.sessions import caller_key

SEAL = Seal(fernet([Fernet.generate_key().decode()]), b"index")


@pytest.fixture
def callers() -> Callers:
    return Callers(SEAL)


@pytest.mark.parametrize(
    ("received", "country", "number"),
    [
        pytest.param("770000001", "SN", "+221770000001", id="national, by the country of the code"),
        pytest.param("770000001", "KE", "+254770000001", id="the same in another country"),
        pytest.param("+221770000001", "GM", "+221770000001", id="international, whatever the country"),
        pytest.param("00221770000001", None, "+221770000001", id="with zeros before it"),
    ],
)
def test_what_is_remembered_of_one_reading_is_no_other_s(
    callers: Callers, received: str, country: str | None, number: str | None
) -> None:
    for before in ("SN", "KE", None):
        callers.of(received, before, False)
    assert callers.of(received, country, False).number == number


def test_a_number_is_found_by_itself_and_counted_by_its_digits(callers: Callers) -> None:
    one, other = callers.of("+221770000001", None, False), callers.of("00221770000001", None, False)
    assert one == other
    assert one.key == caller_key(SEAL, "+221770000001")
    assert one.rate_key == rates.key_of(SEAL, "221770000001")


@pytest.mark.parametrize("received", ["anonymous", "0", ""])
def test_what_is_no_number_has_no_key_of_its_own(callers: Callers, received: str) -> None:
    found = callers.of(received, "SN", False)
    assert (found.number, found.key, found.rate_key) == (None, None, None)


def test_no_more_are_remembered_than_it_says(callers: Callers) -> None:
    for number in range(REMEMBERED + 10):
        callers.of(f"+22177{number:07d}", None, False)
    assert callers.of.cache_info().currsize == REMEMBERED
    assert "22177" not in repr(callers.of("+221770000001", None, False))
