"""Numbers as gateways send them, read as E.164."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bridge.e164 import read_number


@pytest.mark.parametrize(
    ("raw", "country", "number"),
    [
        pytest.param("+221770000001", None, "+221770000001", id="E.164"),
        pytest.param("+221770000001", "KE", "+221770000001", id="E.164 of another country"),
        pytest.param("770000001", "SN", "+221770000001", id="national"),
        pytest.param("0712345678", "KE", "+254712345678", id="national with its prefix"),
        pytest.param("712345678", "KE", "+254712345678", id="national without its prefix"),
        pytest.param("0712345678", "ke", "+254712345678", id="country in small letters"),
        pytest.param("221770000001", "SN", "+221770000001", id="no plus, country's own"),
        pytest.param("254712345678", "SN", "+254712345678", id="no plus, another country's"),
        pytest.param("254712345678", None, "+254712345678", id="no plus, no country"),
        pytest.param("254712345678", "XX", "+254712345678", id="no plus, a country that is none"),
        pytest.param("00254712345678", "SN", "+254712345678", id="00 for plus"),
        pytest.param("00254712345678", None, "+254712345678", id="00 for plus, no country"),
        pytest.param("+44 (0)20 7946 0000", None, "+442079460000", id="national prefix in brackets"),
        pytest.param("+39 06 12345678", None, "+390612345678", id="a zero that belongs to it"),
        pytest.param(" +221-77.000/00 01\u00a0", None, "+221770000001", id="written for people"),
        pytest.param("\u202a+221770000001\u202c", None, "+221770000001", id="direction marks around"),
        pytest.param(
            "".join(chr(ord(char) + 0xFEE0) for char in "+221770000001"), None, "+221770000001", id="wide digits"
        ),
        pytest.param("٠٧١٢٣٤٥٦٧٨", "KE", "+254712345678", id="Arabic digits"),
        pytest.param("+২২১৭৭০০০০০০১", None, "+221770000001", id="Bengali digits"),
        pytest.param("", "SN", None, id="nothing"),
        pytest.param("+", "SN", None, id="a plus"),
        pytest.param("++221770000001", "SN", None, id="two pluses"),
        pytest.param("221+770000001", "SN", None, id="a plus inside"),
        pytest.param("77", "SN", None, id="too short"),
        pytest.param("+22177000000100000", "SN", None, id="too long"),
        pytest.param("+999770000001", "SN", None, id="a country code that is none"),
        pytest.param("770000001", None, None, id="national, no country"),
        pytest.param("withheld", "SN", None, id="a word"),
        pytest.param("1-800-FLOWERS", "US", None, id="letters for digits"),
        pytest.param("+221770000001;ext=5", "SN", None, id="an extension"),
        pytest.param("+221770000001\x00", "SN", None, id="NUL"),
        pytest.param("²²¹⁷⁷⁰⁰⁰⁰⁰⁰¹", "SN", None, id="superscripts are no digits"),
        pytest.param("7" * 65, "SN", None, id="65 characters"),
        pytest.param("+221770000001" + " " * 60, "SN", None, id="a number and 60 spaces"),
        pytest.param("7" * 100_000, "SN", None, id="100000 characters"),
    ],
)
def test_a_number_is_read_as_e164_or_not_at_all(raw: str, country: str | None, number: str | None) -> None:
    assert read_number(raw, country) == number


@pytest.mark.parametrize(
    ("raw", "country", "national", "international"),
    [
        pytest.param("2348012345678", "KE", "+2348012345678", "+2348012345678", id="only international"),
        pytest.param("0712345678", "KE", "+254712345678", "+254712345678", id="only national"),
        pytest.param("254712345678", "KE", "+254712345678", "+254712345678", id="both mean the same"),
        pytest.param("4930123456", "US", "+4930123456", "+4930123456", id="possible here, valid there"),
        pytest.param("2025550123", "US", "+12025550123", "+12025550123", id="valid here, possible there"),
        pytest.param("6568234567", "US", "+16568234567", "+6568234567", id="valid here and there"),
    ],
)
def test_the_order_of_readings_decides_only_between_equals(
    raw: str, country: str, national: str, international: str
) -> None:
    assert (read_number(raw, country), read_number(raw, country, international_first=True)) == (
        national,
        international,
    )


CODES = st.sampled_from(sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE))
NATIONAL = st.text("0123456789", min_size=3, max_size=13)


def by_the_library(raw: str) -> str | None:
    try:
        number = phonenumbers.parse(raw, None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@given(code=CODES | st.integers(1, 999), national=NATIONAL)
@example(code=44, national="02079460000")
@example(code=39, national="0612345678")
@example(code=1, national="12025550123")
@example(code=20, national="004180527")  # Egypt: its own prefix, twice, and a possible length
@example(code=54, national="02946352989")
@example(code=55, national="046550724")
@example(code=800, national="12345678")
def test_the_fast_way_says_what_the_library_says(code: int, national: str) -> None:
    raw = f"+{code}{national}"
    assert read_number(raw, None) == by_the_library(raw)


def is_valid(number: str) -> bool:
    """Of numbers that are only possible, the library may take a `0` off at each reading."""
    return phonenumbers.is_valid_number(phonenumbers.parse(number, None))


@given(
    raw=st.text(max_size=80) | st.text("+0123456789 -()٠١٢", max_size=30),
    country=st.none() | st.text(max_size=3) | st.sampled_from(["SN", "US", "KE", "GB"]),
    international_first=st.booleans(),
)
def test_nothing_makes_it_fail_and_what_it_returns_is_e164(
    raw: str, country: str | None, international_first: bool
) -> None:
    number = read_number(raw, country, international_first)
    assert number is None or (number[0] == "+" and number[1:].isascii() and 3 <= len(number[1:]) <= 17)
    assert number is None or read_number(number, None) == number or not is_valid(number)


@given(code=CODES, national=NATIONAL)
def test_a_number_read_once_stays_what_it_is(code: int, national: str) -> None:
    number = read_number(f"{code}{national}", None)
    assert number is None or read_number(number, "SN") == number or not is_valid(number)
