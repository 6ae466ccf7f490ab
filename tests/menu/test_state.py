"""A session's state, written down and read again."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.menu import State

TEXTS = st.text()
STATES = st.builds(
    State,
    st.lists(st.tuples(TEXTS, TEXTS)).map(tuple),
    st.integers(min_value=0, max_value=99),
    st.integers(min_value=0, max_value=99),
)


@given(STATES)
def test_a_state_comes_back_as_it_was_written(state: State) -> None:
    assert State.from_data(json.loads(json.dumps(state.to_data()))) == state


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        "state",
        {},
        {"answers": [], "page": 0},
        {"answers": [], "page": 0, "wrong": 0, "more": 1},
        {"answers": {}, "page": 0, "wrong": 0},
        {"answers": [["a"]], "page": 0, "wrong": 0},
        {"answers": [["a", 1]], "page": 0, "wrong": 0},
        {"answers": ["ab"], "page": 0, "wrong": 0},
        {"answers": [], "page": -1, "wrong": 0},
        {"answers": [], "page": True, "wrong": 0},
        {"answers": [], "page": 0.0, "wrong": 0},
        {"answers": [], "page": 0, "wrong": "0"},
    ],
    ids=str,
)
def test_anything_else_is_refused(data: Any) -> None:
    with pytest.raises(ValueError, match=r"state|answers|page"):
        State.from_data(data)


def test_a_secret_is_neither_written_down_nor_printed() -> None:
    state = State((("pin", ""),), secrets=(("pin", "4711"),))
    assert "4711" not in json.dumps(state.to_data())
    assert "4711" not in repr(state)


def test_answers_are_not_printed() -> None:
    assert "shelter" not in repr(State((("support_type", "shelter"),)))
