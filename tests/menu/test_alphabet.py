"""Counting and folding, held against the public `gsm0338` codec and Unicode's own tables."""

from __future__ import annotations

import sys
import unicodedata

import gsm0338
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.menu.alphabet import BASIC, EXTENSION, in_gsm, outside_gsm, septets, units
from bridge.menu.folding import ASCII, FOLDS, fold, fold_whatever_comes, to_ascii

ORACLE = gsm0338.Codec()


def oracle_septets(text: str) -> int | None:
    """How many septets the public codec makes of `text`, None where it cannot."""
    try:
        return len(ORACLE.encode(text)[0])
    except UnicodeError:
        return None


def test_the_alphabet_is_that_of_the_public_codec_character_by_character() -> None:
    for code in range(sys.maxunicode + 1):
        character = chr(code)
        if character == "\x1b":  # the escape itself is no character
            assert not in_gsm(character)
        elif in_gsm(character) or code < 0x3000:
            assert (oracle_septets(character) is not None) is in_gsm(character), hex(code)


def test_the_table_has_127_characters_and_10_behind_the_escape() -> None:
    assert len(set(BASIC)) == len(BASIC) == 127
    assert len(set(EXTENSION)) == len(EXTENSION) == 10


@given(st.text(alphabet=BASIC + EXTENSION))
def test_septets_are_counted_as_the_public_codec_encodes(text: str) -> None:
    assert septets(text) == oracle_septets(text)


@given(st.text())
def test_units_are_what_utf_16_takes(text: str) -> None:
    assert units(text) == len(text.encode("utf-16-le")) // 2


def test_half_a_surrogate_pair_counts_as_one_unit() -> None:
    assert units("\ud83d") == 1


def test_every_fold_leads_into_the_alphabet_and_starts_outside_it() -> None:
    for character, to in FOLDS.items():
        assert not in_gsm(character) or character == "\r", character  # a screen that ends in it loses a septet
        assert not outside_gsm(to), character


def test_letters_fold_to_the_letters_they_are_made_of() -> None:
    for character, to in FOLDS.items():
        base = unicodedata.normalize("NFD", character)[0]
        if base != character and base.isascii() and base.isalpha():
            assert to == base, character


def test_every_character_of_the_alphabet_has_an_ascii_stand_in() -> None:
    for character in BASIC + EXTENSION:
        assert to_ascii(character).isascii(), character
        assert character.isascii() is (character not in ASCII) or character in "\r\f", character


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Français, vêtements", "Francais, vetements"),
        ("d’urgence « là »", 'd\'urgence " là "'),
        ("Œuvre… – oui", "OEuvre... - oui"),
        ("ɓɗƙƴ ŋɛɔɲ", "bdky ngeony"),
        ("ẹ̀kọ́ ọṣun", "eko osun"),
        ("é à ù ñ Ç ¿¡", "é à ù ñ Ç ¿¡"),
    ],
)
def test_folding_is_visible_and_small(written: str, shown: str) -> None:
    assert fold(unicodedata.normalize("NFC", written)) == shown


@given(st.text())
def test_whatever_comes_is_folded_into_the_alphabet(text: str) -> None:
    assert not outside_gsm(fold_whatever_comes(text))


def test_one_question_mark_stands_for_one_character_that_cannot_fold() -> None:
    assert fold_whatever_comes("Awa 😀ж") == "Awa ??"
