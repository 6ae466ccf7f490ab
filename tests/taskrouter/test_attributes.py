"""What an agent, a workflow and Flex Insights get to read of a submission."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.menu import Menu, load_menu, read_menu
from bridge.submission import Submission
from bridge.taskrouter import ShareNumber, task_attributes
from bridge.taskrouter.attributes import RESERVED
from bridge.taskrouter.order import size
from bridge.value import replace

SUPPORT = load_menu(Path(__file__).parents[2] / "menus" / "support.yaml")
NUMBER = "+221770000001"
ANSWERS = {"location": "thies", "support_type": "shelter", "callback": "yes", "safe_to_call": "yes"}
GIVEN = Submission(
    key="SM0123",
    session="SM0123",
    gateway="telerivet",
    service_code="*384*123#",
    caller=NUMBER,
    caller_as_received="770000001",
    menu="support",
    menu_version="3f9c0b",
    language="fr",
    answers=ANSWERS,
    complete=True,
    simulated=False,
)
OTHER = read_menu(
    b"""
menu: other
languages:
  fr: {label: "Fran\xc3\xa7ais"}
  en: {label: English, agent: anglais}
help_line: "116"
questions:
  - {name: language, type: language, label: Langue}
  - {name: kind, type: select_one, sensitive: true, label: {fr: Genre, en: Kind}, choices: abc}
  - {name: pin, type: text, secret: true, label: {fr: Code, en: Code}}
  - {name: town, type: select_one, label: {fr: Ville, en: Town}, choices: abc}
  - {name: title, type: select_one, label: {fr: Titre, en: Title}, choices: abc}
  - {name: story, type: text, label: {fr: "Dites-nous", en: "Tell us"}}
  - {name: people, type: integer, min: 1, max: 20, label: {fr: Combien, en: How many}}
  - {name: callback, type: select_one, label: {fr: Rappel, en: Call}, choices: yes_no}
choice_lists:
  abc:
    - {name: a, label: {fr: Premier, en: First}}
    - {name: b, label: {fr: Second, en: Second}}
  yes_no:
    - {name: "yes", label: {fr: Oui, en: "Yes"}}
    - {name: "no", label: {fr: Non, en: "No"}}
end:
  label: {fr: "Merci {reference}", en: "Thanks {reference}"}
  label_unsent: {fr: Merci, en: Thanks}
""",
    "other.yaml",
)


def text_of(
    submission: Submission = GIVEN,
    menu: Menu | None = SUPPORT,
    *,
    share_number: ShareNumber = "callback",
    **more: Any,
) -> str:
    return task_attributes(
        submission, reference="K7QM4X", external_id="0f" * 16, menu=menu, share_number=share_number, **more
    )


def attributes_of(submission: Submission = GIVEN, menu: Menu | None = SUPPORT, **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text_of(submission, menu, **more))
    return found


def answered(answers: Mapping[str, str], **changes: Any) -> Submission:
    return replace(GIVEN, answers=answers, **changes)


def test_a_submission_reads_as_the_contract_says() -> None:
    assert attributes_of() == {
        "type": "support",
        "channel": "ussd",
        "from": NUMBER,
        "to": "*384*123#",
        "language": "French",
        "location": "Thies",
        "support_type": "Shelter",
        "callback": "Yes",
        "name": "K7QM4X",
        "ussd": {
            "version": 1,
            "external_id": "0f" * 16,
            "reference": "K7QM4X",
            "gateway": "telerivet",
            "menu": "support",
            "language": "fr",
            "complete": True,
            "simulated": False,
            "callback": True,
            "safe_to_call": True,
            "answers": [
                {
                    "name": "location",
                    "label": "Please choose location",
                    "value": "thies",
                    "value_label": "Thies",
                },
                {
                    "name": "support_type",
                    "label": "What support do you need?",
                    "value": "shelter",
                    "value_label": "Shelter",
                },
                {
                    "name": "callback",
                    "label": "Do you want us to call you back?",
                    "value": "yes",
                    "value_label": "Yes",
                },
                {
                    "name": "safe_to_call",
                    "label": "Is it safe to call this number?",
                    "value": "yes",
                    "value_label": "Yes",
                },
            ],
        },
        "conversations": {
            "conversation_id": "K7QM4X",
            "channel": "ussd",
            "direction": "Inbound",
            "language": "French",
            "conversation_label_1": "K7QM4X",
            "conversation_attribute_1": "support",
            "conversation_attribute_2": "Thies",
            "conversation_attribute_3": "Shelter",
            "conversation_attribute_4": "Yes",
        },
        "customers": {"geo_location": "Thies"},
    }


def test_the_text_is_compact_and_keeps_letters_as_they_are() -> None:
    text = text_of(answered({"town": "a", "story": "déjà 你好"}), OTHER)
    assert "déjà 你好" in text
    assert '": ' not in text
    assert '", "' not in text


WANTED_AND_SAFE = {"callback": "yes", "safe_to_call": "yes"}


@pytest.mark.parametrize(
    ("answers", "changes", "menu", "shared"),
    [
        pytest.param(WANTED_AND_SAFE, {}, SUPPORT, True, id="wanted and safe"),
        pytest.param({"callback": "yes", "safe_to_call": "no"}, {}, SUPPORT, False, id="not safe"),
        pytest.param({"callback": "no"}, {}, SUPPORT, False, id="not wanted"),
        pytest.param({"callback": "no", "safe_to_call": "yes"}, {}, SUPPORT, False, id="safe, not wanted"),
        pytest.param({}, {}, SUPPORT, False, id="nothing said"),
        pytest.param({"callback": "YES"}, {}, SUPPORT, False, id="a code that means nothing"),
        pytest.param({"callback": "yes", "safe_to_call": "1"}, {}, SUPPORT, False, id="safety unclear"),
        pytest.param({"callback": "yes"}, {}, OTHER, True, id="a menu without the question"),
        pytest.param({"callback": "yes"}, {"complete": False}, OTHER, True, id="the same, partial"),
        pytest.param({"callback": "yes"}, {}, SUPPORT, True, id="an older menu without the question"),
        pytest.param({"callback": "yes"}, {"complete": False}, SUPPORT, False, id="the question stood open"),
        pytest.param({"callback": "yes"}, {"complete": False}, None, False, id="perhaps it stood open"),
        pytest.param(WANTED_AND_SAFE, {"complete": False}, SUPPORT, True, id="partial, both answered"),
        pytest.param(WANTED_AND_SAFE, {}, None, True, id="menu gone"),
        pytest.param(WANTED_AND_SAFE, {"caller": None}, SUPPORT, False, id="no number known"),
    ],
)
def test_the_number_is_shared_only_with_a_caller_who_wants_and_may_be_called(
    answers: Mapping[str, str], changes: dict[str, Any], menu: Menu | None, shared: bool
) -> None:
    submission = answered(answers, **changes)
    assert attributes_of(submission, menu).get("from") == (NUMBER if shared else None)
    assert (NUMBER in text_of(submission, menu)) is shared
    assert NUMBER not in text_of(submission, menu, share_number="never")
    always = attributes_of(submission, menu, share_number="always")
    assert always.get("from") == submission.caller


@pytest.mark.parametrize("share", get_args(ShareNumber))
def test_the_number_stands_in_from_and_nowhere_else(share: ShareNumber) -> None:
    attributes = attributes_of(share_number=share)
    attributes.pop("from", None)
    assert NUMBER not in json.dumps(attributes)
    assert "770000001" not in json.dumps(attributes)


@pytest.mark.parametrize(
    ("answers", "complete", "menu", "expected"),
    [
        ({"safe_to_call": "yes"}, True, SUPPORT, True),
        ({"safe_to_call": "no"}, True, None, False),
        ({"safe_to_call": "maybe"}, True, SUPPORT, "unknown"),
        ({}, True, SUPPORT, None),
        ({}, False, SUPPORT, "unknown"),
        ({}, False, OTHER, None),
        ({}, False, None, "unknown"),
    ],
    ids=[
        "safe",
        "not safe, menu gone",
        "an answer nobody knows",
        "never asked",
        "broke off before it",
        "a menu that never asks",
        "broke off, menu gone",
    ],
)
def test_the_plugin_is_told_whether_calling_is_safe(
    answers: Mapping[str, str], complete: bool, menu: Menu | None, expected: object
) -> None:
    found = attributes_of(answered({"callback": "yes", **answers}, complete=complete), menu)
    assert found["ussd"]["safe_to_call"] == expected


@pytest.mark.parametrize(("code", "expected"), [("yes", True), ("no", False), ("perhaps", None), (None, None)])
def test_the_plugin_is_told_whether_a_call_is_wanted(code: str | None, expected: bool | None) -> None:
    answers = {} if code is None else {"callback": code}
    assert attributes_of(answered(answers))["ussd"]["callback"] is expected


def test_agents_read_the_first_language_of_the_menu() -> None:
    found = attributes_of(answered({"town": "a", "callback": "no"}, language="en"), OTHER)
    assert (found["language"], found["town"], found["callback"]) == ("anglais", "Premier", "Non")
    assert found["ussd"]["language"] == "en"
    assert found["ussd"]["answers"][0]["label"] == "Ville"


def test_text_and_numbers_are_for_the_agent_and_no_search_key() -> None:
    found = attributes_of(answered({"story": "help me", "people": "4"}), OTHER)
    assert {"story", "people"}.isdisjoint(found)
    assert [answer["value_label"] for answer in found["ussd"]["answers"]] == ["help me", "4"]
    assert "help me" not in json.dumps(found["conversations"])


def test_a_sensitive_answer_stands_only_where_agents_read_it() -> None:
    found = attributes_of(answered({"kind": "b", "town": "a"}), OTHER)
    assert found["ussd"]["answers"][0] == {
        "name": "kind",
        "label": "Genre",
        "value": "b",
        "value_label": "Second",
        "sensitive": True,
    }
    del found["ussd"]
    assert "Second" not in json.dumps(found)
    assert "kind" not in found


def test_a_secret_answer_stands_nowhere() -> None:
    text = text_of(answered({"pin": "8812", "town": "a"}), OTHER)
    assert "8812" not in text
    assert "pin" not in text


def test_a_question_cannot_overwrite_what_flex_reads() -> None:
    found = attributes_of(answered({"title": "a"}), OTHER)
    assert "title" not in found
    assert found["ussd"]["answers"][0]["value_label"] == "Premier"
    assert {"from", "name", "ussd", "ussd_parent", "conversations", "customers", "call_sid"} <= RESERVED


def test_insights_find_a_question_in_the_same_place_whatever_was_answered() -> None:
    found = attributes_of(answered({"town": "b"}), OTHER)["conversations"]
    assert found["conversation_attribute_3"] == "Second"  # the second choice question, after the menu's name
    assert "conversation_attribute_2" not in found


def test_an_answer_that_the_menu_does_not_offer_keeps_its_code_and_is_marked() -> None:
    found = attributes_of(answered({"location": "kaolack"}))
    assert found["location"] == "kaolack"
    assert found["ussd"]["answers"] == [
        {
            "name": "location",
            "label": "Please choose location",
            "value": "kaolack",
            "value_label": "kaolack",
            "unknown": True,
        }
    ]


def test_an_answer_to_a_question_that_is_gone_is_kept_marked_and_not_searchable() -> None:
    found = attributes_of(answered({"old_question": "7"}))
    assert found["ussd"]["answers"][0] == {
        "name": "old_question",
        "label": "old_question",
        "value": "7",
        "value_label": "7",
        "unknown": True,
    }
    assert "old_question" not in found


def test_without_its_menu_a_submission_is_delivered_with_raw_codes() -> None:
    found = attributes_of(menu=None)
    assert found["ussd"]["menu_known"] is False
    assert (found["language"], found["callback"]) == ("fr", "yes")
    assert "location" not in found
    assert [answer["value"] for answer in found["ussd"]["answers"]] == list(ANSWERS.values())
    assert all(answer["unknown"] for answer in found["ussd"]["answers"])


@pytest.mark.parametrize("said", ["yes", "no"])
def test_whether_a_call_is_safe_is_for_the_agent_and_not_for_search_or_statistics(said: str) -> None:
    found = attributes_of(answered(ANSWERS | {"safe_to_call": said}))
    assert found["ussd"]["safe_to_call"] is (said == "yes")
    assert "safe_to_call" not in found
    assert "conversation_attribute_5" not in found["conversations"]


def test_a_task_that_follows_an_ended_one_names_it() -> None:
    assert attributes_of(linked_to="WT" + "1" * 32)["ussd"]["linked_to"] == "WT" + "1" * 32
    assert attributes_of(possible_duplicate=True)["ussd"]["possible_duplicate"] is True
    assert {"linked_to", "possible_duplicate", "shortened"}.isdisjoint(attributes_of()["ussd"])


def test_half_characters_and_turned_text_do_not_reach_twilio() -> None:
    found = text_of(answered({"story": "a\ud800b\u202ec\x00d"}), OTHER)
    assert json.loads(found)["ussd"]["answers"][0]["value"] == "a b c d"
    found.encode("utf-8")


def many(count: int, length: int) -> Submission:
    return answered({f"q{number}": "x" * length for number in range(count)} | ANSWERS)


@pytest.mark.parametrize(
    ("submission", "gone"),
    [
        pytest.param(many(0, 0), set(), id="nothing"),
        pytest.param(many(27, 20), {"statistics"}, id="first the statistics"),
        pytest.param(many(30, 20), {"statistics", "labels"}, id="then the labels"),
        pytest.param(many(4, 900), {"statistics", "labels", "ends"}, id="then the ends of long answers"),
        pytest.param(many(80, 900), {"statistics", "labels", "ends", "answers"}, id="then answers"),
    ],
)
def test_what_does_not_fit_gives_way_in_order(submission: Submission, gone: set[str]) -> None:
    text = text_of(submission)
    found = json.loads(text)
    answers = found["ussd"]["answers"]
    seen = {
        "statistics": "customers" not in found,
        "labels": "label" not in answers[0],
        "ends": any(answer["value"].endswith("…") for answer in answers),
        "answers": "answers_left_out" in found["ussd"],
    }
    assert {name for name, is_gone in seen.items() if is_gone} == gone
    assert size(text) <= 4096
    assert found["ussd"].get("shortened", False) is bool(gone)
    assert found["conversations"]["conversation_id"] == "K7QM4X"


def test_the_answers_that_a_call_depends_on_are_never_left_out() -> None:
    found = attributes_of(many(400, 60))
    names = [answer["name"] for answer in found["ussd"]["answers"]]
    assert names[-2:] == ["callback", "safe_to_call"]
    assert len(names) + found["ussd"]["answers_left_out"] == 404
    assert (found["location"], found["support_type"], found["callback"]) == ("Thies", "Shelter", "Yes")


def wide_menu() -> Menu:
    """A menu of a hundred questions with long words, and then those that every menu may route on."""
    words = "W" * 60
    names = [*(f"question_{number}" for number in range(100)), "location", "support_type"]
    questions = "\n".join(f"  - {{name: {name}, type: select_one, label: {words}, choices: all}}" for name in names)
    return read_menu(
        f"""
menu: wide
languages: {{en: {{label: English}}}}
help_line: "116"
questions:
{questions}
  - {{name: callback, type: select_one, label: Call, choices: yes_no}}
choice_lists:
  yes_no:
    - {{name: "yes", label: "Yes"}}
    - {{name: "no", label: "No"}}
  all:
    - {{name: a, label: {words}a}}
    - {{name: b, label: {words}b}}
end: {{label: "Thanks {{reference}}", label_unsent: Thanks}}
""".encode(),
        "wide.yaml",
    )


def test_search_keys_give_way_last_and_backwards() -> None:
    submission = answered({f"question_{number}": "a" for number in range(100)} | ANSWERS)
    text = text_of(submission, wide_menu())
    found = json.loads(text)
    assert {"from", "to", "location", "support_type", "callback"} <= found.keys()
    keys = [key for key in found if key.startswith("question_")]
    assert keys == [f"question_{number}" for number in range(len(keys))]
    assert 10 < len(keys) < 100
    assert size(text) <= 4096


words = st.text(max_size=80)
codes = st.one_of(words, st.sampled_from(["yes", "no", "dakar", "a", "b", "\ud800", '"' * 80, "𝔘" * 80]))
names = st.one_of(words, st.sampled_from([*ANSWERS, "kind", "town", "title", "from", "ussd", "name"]))
submissions = st.builds(
    Submission,
    key=words,
    session=words,
    gateway=words,
    service_code=words,
    caller=st.sampled_from([None, NUMBER]),
    caller_as_received=st.just("770000001"),
    menu=words,
    menu_version=words,
    language=st.one_of(words, st.sampled_from(["en", "fr"])),
    answers=st.dictionaries(names, st.one_of(codes, codes.map(lambda code: code * 40)), max_size=60),
    complete=st.booleans(),
    simulated=st.booleans(),
)


@settings(deadline=None)
@given(submissions, st.sampled_from([SUPPORT, OTHER, None]), st.sampled_from(get_args(ShareNumber)))
def test_whatever_was_submitted_fits_and_can_be_read(
    submission: Submission, menu: Menu | None, share: ShareNumber
) -> None:
    text = text_of(submission, menu, share_number=share)
    text.encode("utf-8")
    found = json.loads(text)
    assert size(text) <= 4096
    assert (found["type"], found["channel"]) == ("support", "ussd")
    assert found["name"] == found["ussd"]["reference"] == "K7QM4X"
    assert found["ussd"]["external_id"] == "0f" * 16
    if submission.answers.get("safe_to_call") == "no" and share != "always":
        assert NUMBER not in text
        assert found["ussd"]["safe_to_call"] is False
