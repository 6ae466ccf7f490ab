"""The short way to read a body: it says what the long one says, or nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bridge.errors import RequestRefused
from bridge.intake.body import read_json
from bridge.intake.plain import read_plain
from bridge.intake.schema import MAX_ANSWER, load
from tests.intake.signing import SUBMISSION

USUAL = json.dumps(SUBMISSION, ensure_ascii=False, separators=(",", ":")).encode()


def the_long_way(raw: bytes) -> dict[str, Any] | None:
    try:
        return load(read_json(raw))
    except RequestRefused:
        return None


def test_the_usual_body_is_read_the_short_way() -> None:
    assert read_plain(USUAL) == the_long_way(USUAL)
    assert read_plain(USUAL) is not None


@pytest.mark.parametrize("dumped", [{}, {"separators": (" , ", " : ")}], ids=["blanks", "more blanks"])
@pytest.mark.parametrize("changes", [{}, {"started_at": None}, {"answers": {}}, {"menu_version": "é ü"}], ids=str)
def test_blanks_nothing_and_letters_are_usual_too(dumped: dict[str, Any], changes: dict[str, Any]) -> None:
    raw = json.dumps(SUBMISSION | changes, ensure_ascii=False, **dumped).encode()
    assert read_plain(raw) == the_long_way(raw)
    assert read_plain(raw) is not None


LEFT = {
    "a key twice": USUAL[:-1] + b',"complete":true}',
    "a key twice, in place of one that may be left out": USUAL.replace(b'"simulated":false', b'"complete":true'),
    "an answer twice": USUAL.replace(b'"callback":"yes"', b'"location":"touba"'),
    "an answer twice, besides": USUAL.replace(b'"callback"', b'"location":"touba","callback"'),
    "a key of somebody else": USUAL[:-1] + b',"more":1}',
    "a key twice, once escaped": USUAL[:-1] + b',"compl\\u0065te":true}',
    "an escape": USUAL.replace(b"dakar", b"\\u0064akar"),
    "an escaped quote": USUAL.replace(b"dakar", b'\\"akar'),
    "a line end between": USUAL.replace(b",", b",\n"),
    "another language": USUAL.replace(b'"fr"', b'"fr\x7f"'),
    "a control character of Latin-1": USUAL.replace(b"dakar", "dak\x85r".encode()),
    "half a character": USUAL.replace(b"dakar", b"dak\xff"),
    "a surrogate in UTF-8": USUAL.replace(b"dakar", b"\xed\xa0\x80"),
    "a mark before it": b"\xef\xbb\xbf" + USUAL,
    "something behind it": USUAL + b"{}",
    "a list": b"[" + USUAL + b"]",
    "nested deep": b"[" * 16_000,
    "a version with a point": USUAL.replace(b'"version":1', b'"version":1.0'),
    "a version that is true": USUAL.replace(b'"version":1', b'"version":true'),
    "a day that is none": USUAL.replace(b"2026-11-20T10:00:00Z", b"2026-02-30T10:00:00Z"),
    "a code of blanks": USUAL.replace(b"*384*123#", b"   "),
    "a long answer": USUAL.replace(b"dakar", b"d" * (MAX_ANSWER + 1)),
    "a name with a blank": USUAL.replace(b'"location"', b'"loc ation"'),
}


@pytest.mark.parametrize("raw", LEFT.values(), ids=LEFT)
def test_what_is_not_usual_is_left_to_the_long_way(raw: bytes) -> None:
    assert raw != USUAL
    assert read_plain(raw) is None


_PIECES = st.one_of(
    st.sampled_from([b'"', b"{", b"}", b",", b":", b"1", b"null", b" ", b'"complete":true,', b'"a":"b",', b"\\u0061"]),
    st.binary(max_size=3),
)


@given(st.lists(st.tuples(st.integers(0, len(USUAL)), st.integers(0, 30), _PIECES), max_size=3))
@example([(1, 0, b'"complete":true,')])
def test_no_body_is_read_in_two_ways(changes: list[tuple[int, int, bytes]]) -> None:
    raw = USUAL
    for at, cut, put in changes:
        raw = raw[:at] + put + raw[at + cut :]
    found = read_plain(raw)
    assert found is None or found == the_long_way(raw)


_TEXTS = st.one_of(st.text(max_size=6), st.sampled_from(["", " ", "2026-11-20T10:00:60Z", "2026-11-20 10:00:00+01:00"]))
_VALUES = st.one_of(_TEXTS, st.none(), st.booleans(), st.integers(0, 2), st.dictionaries(_TEXTS, _TEXTS, max_size=3))


@given(st.dictionaries(st.sampled_from(sorted(SUBMISSION)), _VALUES, max_size=3))
def test_no_value_is_taken_that_the_long_way_refuses(changes: dict[str, Any]) -> None:
    raw = json.dumps(SUBMISSION | changes, ensure_ascii=False).encode("utf-8", "surrogatepass")
    found = read_plain(raw)
    assert found is None or found == the_long_way(raw)
