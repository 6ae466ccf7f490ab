"""The part of Twilio's expression language that the sandbox understands, and that it refuses the rest."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.sandbox.expression import matches, parse
from bridge.sandbox.refusal import Refusal

TASK = json.dumps(
    {"a": {"b": {"c": "deep"}}, "n": 5, "f": 1.5, "yes": True, "none": None, "quote": "it's", "list": [1]}
)


@pytest.mark.parametrize(
    ("expression", "holds"),
    [
        ('a.b.c == "deep"', True),
        ("a.b.c == 'deep'", True),
        ("  a.b.c=='deep'  ", True),
        ("a.b.c == 'Deep'", False),
        ("a.b == 'deep'", False),
        ("n == 5", True),
        ("n == '5'", False),
        ("n == 5.0", False),
        ("f == 1.5", True),
        ("n == -5", False),
        ("yes == true", True),
        ("yes == 1", False),
        ("none == null", True),
        ("missing == NULL", True),
        ("missing.further == 'x'", False),
        ("list.b == 1", False),
        ('quote == "it\'s"', True),
        ("n == 5 AND yes == true AND a.b.c == 'deep'", True),
        ("n == 5 and yes == false", False),
    ],
)
def test_a_comparison_holds_or_not(expression: str, holds: bool) -> None:
    assert matches(parse(expression), TASK) is holds


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "   ",
        "n",
        "n ==",
        "== 5",
        "5 == n",
        "n != 5",
        "n = 5",
        "n == 5 OR n == 6",
        "n == 5 AND",
        "AND n == 5",
        "n == 5 n == 5",
        "external-id == 'x'",
        "n == 'open",
        "n == word",
        "n == 5; DROP",
        "(n == 5)",
    ],
)
def test_what_is_not_understood_is_refused_not_guessed(expression: str) -> None:
    with pytest.raises(Refusal) as refusal:
        parse(expression)
    assert (refusal.value.status, refusal.value.code) == (400, 20001)


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    with suppress(Refusal):
        matches(parse(text), TASK)


@given(st.text(alphabet=st.characters(exclude_characters="'"), max_size=40))
def test_a_quoted_text_means_itself(text: str) -> None:
    assert matches(parse(f"key == '{text}'"), json.dumps({"key": text}))
