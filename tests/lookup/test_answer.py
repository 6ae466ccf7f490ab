"""What a service may answer, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.inquiry import Found
from bridge.lookup.answer import AnswerRefused, read_answer
from bridge.menu import State
from tests.lookup.services import inquiry


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        pytest.param({"text": "12 500 CFA"}, Found("12 500 CFA"), id="words for all"),
        pytest.param({"text": {"en": "Yes", "fr": "Oui"}}, Found("Oui"), id="in the session's language"),
        pytest.param({"text": {"en": "Yes"}}, Found("Yes"), id="in the menu's first language, as labels"),
        pytest.param({"text": " a\r\nb \n"}, Found("a\nb"), id="lines"),
        pytest.param({"text": "De\u0301ja\u0300"}, Found("D\u00e9j\u00e0"), id="composed"),
        pytest.param({"text": "x", "note": [1]}, Found("x"), id="keys that we do not know"),
        pytest.param({"value": "paid"}, Found(value="paid"), id="a value"),
        pytest.param({"value": "A-z_09"}, Found(value="A-z_09"), id="a value of all characters"),
    ],
)
def test_an_answer_is_words_or_a_value(answer: dict[str, Any], found: Found) -> None:
    assert read_answer(json.dumps(answer).encode(), inquiry()) == found


def test_before_a_language_is_chosen_the_first_one_is_taken() -> None:
    assert read_answer(b'{"text":{"fr":"Oui","en":"Yes"}}', inquiry(state=State())) == Found("Yes")


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param({}, id="nothing"),
        pytest.param(None, id="null"),
        pytest.param("12 500 CFA", id="words alone"),
        pytest.param({"text": "x", "value": "x"}, id="both"),
        pytest.param({"text": "x", "value": None}, id="both, one of them null"),
        pytest.param({"text": ""}, id="no words"),
        pytest.param({"text": " \n "}, id="blank words"),
        pytest.param({"text": None}, id="null for words"),
        pytest.param({"text": 12500}, id="a number for words"),
        pytest.param({"text": {"pt": "Sim"}}, id="in a language of nobody"),
        pytest.param({"text": {"en": {"en": "Yes"}}}, id="deeper"),
        pytest.param({"text": "a\x00b"}, id="a null character"),
        pytest.param({"text": "a\tb"}, id="a tabulator"),
        pytest.param({"text": "a\rb"}, id="a carriage return"),
        pytest.param({"text": "a\x1b[2Jb"}, id="an escape sequence"),
        pytest.param({"text": "a\x85b"}, id="a C1 control"),
        pytest.param({"text": "a\ud83d"}, id="half a character"),
        pytest.param({"value": ""}, id="an empty value"),
        pytest.param({"value": "a b"}, id="a value of two words"),
        pytest.param({"value": "x" * 33}, id="a long value"),
        pytest.param({"value": "ok\n"}, id="a value with a line's end"),
        pytest.param({"value": True}, id="true for a value"),
    ],
)
def test_anything_else_is_refused(answer: object) -> None:
    with pytest.raises(AnswerRefused, match="malformed"):
        read_answer(json.dumps(answer).encode(), inquiry())


JSON = st.recursive(st.text() | st.integers() | st.none(), st.lists)


@given(st.binary(max_size=200) | JSON.map(json.dumps).map(str.encode))
def test_whatever_comes_is_taken_or_refused(body: bytes) -> None:
    try:
        found = read_answer(body, inquiry())
    except AnswerRefused:
        return
    assert bool(found.words) is not bool(found.value)
