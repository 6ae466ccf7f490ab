"""What the desk reads from attributes, ours and any others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.menu import load_menu
from bridge.sandbox.card import Card, card
from bridge.submission import Submission
from bridge.taskrouter import ShareNumber, task_attributes

SUPPORT = load_menu(Path(__file__).parents[2] / "menus" / "support.yaml")
NUMBER = "+221770000001"


def task(attributes: object, **more: Any) -> dict[str, Any]:
    text = attributes if isinstance(attributes, str) else json.dumps(attributes)
    return {"sid": "WT" + "0" * 32, "assignment_status": "pending", "age": 7, "attributes": text} | more


def card_of(answers: dict[str, str], *, complete: bool = True, share_number: ShareNumber = "callback") -> Card:
    """The card of a submission that went through the real attributes."""
    submission = Submission(
        key="S1",
        session="S1",
        gateway="telerivet",
        service_code="*123#",
        caller=NUMBER,
        caller_as_received=NUMBER,
        menu="support",
        menu_version="1",
        language="fr",
        answers=answers,
        complete=complete,
        simulated=False,
    )
    attributes = task_attributes(
        submission, reference="K7QM4X", external_id="0f" * 16, menu=SUPPORT, share_number=share_number
    )
    return card(task(attributes))


def test_a_card_says_what_an_agent_needs() -> None:
    found = card_of({"location": "thies", "callback": "yes", "safe_to_call": "yes"})
    raw = json.loads(found.pop("raw"))  # type: ignore[misc]
    assert raw["name"] == "K7QM4X"
    assert found == {
        "sid": "WT" + "0" * 32,
        "status": "pending",
        "ended": False,
        "waiting": 7,
        "reference": "K7QM4X",
        "language": "French",
        "code": "*123#",
        "simulated": False,
        "complete": True,
        "shortened": False,
        "callback": "wanted",
        "safety": "safe",
        "number": NUMBER,
        "answers": [
            {"label": "Please choose location", "value": "Thies", "unknown": False, "sensitive": False},
            {"label": "Do you want us to call you back?", "value": "Yes", "unknown": False, "sensitive": False},
            {"label": "Is it safe to call this number?", "value": "Yes", "unknown": False, "sensitive": False},
        ],
        "reason": "",
    }


@pytest.mark.parametrize(
    ("answers", "more", "callback", "safety", "number"),
    [
        ({"callback": "yes", "safe_to_call": "yes"}, {}, "wanted", "safe", NUMBER),
        ({"callback": "yes", "safe_to_call": "no"}, {}, "wanted", "unsafe", ""),
        ({"callback": "yes", "safe_to_call": "no"}, {"share_number": "always"}, "wanted", "unsafe", ""),
        ({"callback": "yes"}, {"complete": False, "share_number": "always"}, "wanted", "unknown", ""),
        ({"callback": "yes"}, {}, "wanted", "not asked", NUMBER),
        ({"callback": "no"}, {"share_number": "always"}, "not wanted", "not asked", ""),
        ({}, {"share_number": "always"}, "unknown", "not asked", ""),
    ],
    ids=[
        "wanted and safe",
        "not safe",
        "not safe, and every number shared",
        "broke off before the question of safety",
        "a menu that does not ask whether it is safe",
        "no call wanted",
        "not asked whether a call is wanted",
    ],
)
def test_a_number_is_shown_only_where_it_may_be_dialled(
    answers: dict[str, str], more: dict[str, Any], callback: str, safety: str, number: str
) -> None:
    found = card_of(answers, **more)
    assert (found["callback"], found["safety"], found["number"]) == (callback, safety, number)


@pytest.mark.parametrize(
    "attributes",
    ["", "{", "null", "[]", '"x"', "{}", '{"ussd":7}', '{"ussd":{"answers":"x"}}', "[" * 4000],
)
def test_attributes_of_any_kind_make_a_card_that_nobody_is_called_from(attributes: str) -> None:
    found = card(task(attributes))
    assert (found["reference"], found["safety"], found["number"]) == ("No reference", "unknown", "")
    assert found["answers"] == []


def test_a_list_without_attributes_makes_a_card() -> None:
    assert card({"sid": "WT1", "attributes": None})["reference"] == "No reference"
    assert card({})["waiting"] == 0


def test_text_that_turns_around_what_follows_is_made_harmless() -> None:
    found = card(task({"name": "A\u202eB", "language": "x\u0000y"}))
    assert (found["reference"], found["language"]) == ("A B", "x y")


@pytest.mark.parametrize(
    ("dialled", "shown"),
    [("123", "*123#"), ("*123#", "*123#"), ("*384*7# ", "*384*7#"), ("", ""), ("help", "help")],
    ids=["bare", "whole", "a blank behind", "none", "a word"],
)
def test_a_code_is_shown_as_it_is_dialled_however_a_provider_writes_it(dialled: str, shown: str) -> None:
    assert card(task({"to": dialled}))["code"] == shown


def test_many_and_long_answers_are_bounded() -> None:
    answers = [{"name": f"q{number}", "value": "x" * 2000} for number in range(200)]
    found = card(task({"ussd": {"answers": answers}}))
    assert len(found["answers"]) == 60
    assert len(found["answers"][0]["value"]) == 500


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["ussd", "answers", "name", "label", "value", "callback", "safe_to_call", "from", "x"]),
            inner,
            max_size=6,
        )
    ),
    max_leaves=20,
)


@given(anything)
def test_no_attributes_break_a_card(attributes: object) -> None:
    json.dumps(card(task(attributes)))
