"""What a caller typed, made plain."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.menu.keys import BLANK_RANGES, DIGIT_ZEROS, key_of, line_of

# The table is that of Unicode 15. A Python that knows a newer one may know digits that no phone can send yet.
IS_NEWER = tuple(map(int, unicodedata.unidata_version.split("."))) >= (16,)


def test_every_decimal_digit_of_unicode_counts_as_what_it_is() -> None:
    for code in range(sys.maxunicode + 1):
        if unicodedata.category(chr(code)) == "Nd":
            value = unicodedata.decimal(chr(code))
            if code - value in DIGIT_ZEROS or not IS_NEWER:
                assert key_of(chr(code)) == str(value), hex(code)


def test_the_table_names_only_zeros_and_what_this_unicode_does_not_know_yet() -> None:
    for zero in DIGIT_ZEROS:
        assert unicodedata.category(chr(zero)) in ("Nd", "Cn"), hex(zero)
        assert unicodedata.decimal(chr(zero), 0) == 0, hex(zero)


@pytest.mark.parametrize("character", ["²", "①", "⅓", "一", "፩", "Ⅳ"])
def test_numbers_that_are_no_decimal_digits_are_no_keys(character: str) -> None:
    assert not key_of(character).isascii()


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        (" 1 ", "1"),
        ("1#", "1"),
        ("1.", "1"),
        ("1 . #\n", "1"),
        ("٣#", "3"),
        ("\u200f\u0663\u200e", "3"),
        ("01", "01"),
        ("1.5", "1.5"),
        ("#", ""),
        ("...", ""),
        ("#1", "#1"),
        ("*", "*"),
        ("1\u20e3", "1\u20e3"),
    ],
)
def test_a_key_is_read_through_blanks_and_ending_signs(typed: str, key: str) -> None:
    assert key_of(typed) == key


def test_every_blank_of_unicode_is_a_blank() -> None:
    blanks = {chr(code) for first, last in BLANK_RANGES for code in range(first, last + 1)}
    for code in range(sys.maxunicode + 1):
        if chr(code).isspace():
            assert chr(code) in blanks, hex(code)


@given(st.text(alphabet=st.characters(exclude_categories=[])))
def test_a_line_can_always_be_written_down(text: str) -> None:
    line = line_of(text)
    line.encode("utf-8")
    assert "\x00" not in line
    assert "\n" not in line
    assert line == line_of(line)


def test_a_line_keeps_what_was_typed_inside() -> None:
    assert line_of("  A*b\t٣  c.# ") == "A*b ٣  c.#"
