"""References: read aloud, typed with a slip, drawn by the thousand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.store import reference
from bridge.store.reference import ALPHABET, LENGTH

REFERENCES = st.builds(lambda _seed: reference.draw(), st.integers())
PLACES = st.integers(0, LENGTH - 1)


def test_the_alphabet_holds_no_character_that_sounds_or_looks_like_another_left_out() -> None:
    assert len(set(ALPHABET)) == len(ALPHABET) == 31
    assert not set(ALPHABET) & set("0O1IL")


def test_what_is_drawn_is_valid_and_hardly_ever_the_same() -> None:
    drawn = [reference.draw() for _ in range(2000)]
    assert all(reference.is_valid(text) for text in drawn)
    assert len(set(drawn)) > 1990
    assert all(len({text[place] for text in drawn}) == len(ALPHABET) for place in range(LENGTH))


@given(REFERENCES, PLACES, st.sampled_from(ALPHABET))
def test_every_single_wrong_character_is_noticed(text: str, place: int, other: str) -> None:
    wrong = text[:place] + other + text[place + 1 :]
    assert reference.is_valid(wrong) == (wrong == text)


@given(REFERENCES, PLACES, PLACES)
def test_every_swap_of_two_characters_is_noticed(text: str, one: int, two: int) -> None:
    characters = list(text)
    characters[one], characters[two] = characters[two], characters[one]
    swapped = "".join(characters)
    assert reference.is_valid(swapped) == (swapped == text)


def test_one_text_in_31_is_valid() -> None:
    assert sum(reference.is_valid(f"K7QM4{last}") for last in ALPHABET) == 1


@pytest.mark.parametrize(
    "text",
    ["", "K7QM4", "K7QM4XX", "k7qm4x", "K7QM4 ", "K7QM40", "K7QM4Ä", "K7QM4\n", "K7QM4٣", "222223"],
)
def test_what_is_no_reference_is_not_valid(text: str) -> None:
    assert not reference.is_valid(text)


FORMS = {
    "small letters": "k7qm4x",
    "in threes": "K7Q M4X",
    "with a dash": "K7Q-M4X",
    "with a long dash": "K7Q–M4X",
    "with spaces around": "  K7QM4X\n",
    "with no-break spaces": "K7Q\u00a0M4X",
    "full-width": "Ｋ７ＱＭ４Ｘ",
    "letter by letter": "k 7 q m 4 x",
}


@pytest.mark.parametrize("typed", FORMS.values(), ids=FORMS)
def test_what_a_person_types_is_understood(typed: str) -> None:
    assert reference.tidy(typed) == "K7QM4X"


@pytest.mark.parametrize(
    "typed", ["", "K7QM4", "K7QM4Y", "7KQM4X", "K7QMAX", "OOOOOO", "K7QM4X K7QM4X", "+221770000001"]
)
def test_what_is_no_reference_is_refused(typed: str) -> None:
    assert reference.tidy(typed) is None


@given(st.text())
def test_whatever_is_typed_the_answer_is_a_reference_or_none(typed: str) -> None:
    tidied = reference.tidy(typed)
    assert tidied is None or reference.is_valid(tidied)
