"""A submission as the attributes of its task: what Flex routes on, agents read, and Insights counts.

Flat keys carry the words of the menu's first language, which agents read; raw codes stand in `ussd`.
The caller's number stands in `from` or nowhere. An answer to a `sensitive` question stands only in
`ussd.answers`, one to a `secret` question nowhere. Whether a call endangers the caller is for the agent alone:
it stands in `ussd`, and in nothing that Flex searches, lists or counts. What the menu does not know (an old
script is still deployed, or the menu is gone) keeps its raw code, is marked `unknown`, and stays out of the flat
keys, because nobody can say whether it is sensitive; only the reserved `callback` keeps its flat key.
`ussd.menu_known` is false where there is no menu at all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from bridge.menu import Menu, Question
from bridge.setting_readers import ShareNumber
from bridge.submission import Submission
from bridge.taskrouter.fitting import fitted, shorter

Attributes = dict[str, object]

VERSION = 1
LONGEST_WORD = 64  # of a code or a name that the menu does not bound
INSIGHTS_WIDTH = 128  # Flex Insights cuts values there
INSIGHTS_PLACES = 10  # conversation_attribute_1 to _10
UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff]")
YES_NO: Mapping[str, bool] = {"yes": True, "no": False}

# Flex and its plugins act on these, so that a question of that name must not write them.
RESERVED = frozenset(
    {"type", "channel", "from", "to", "name", "language", "ussd", "ussd_parent", "ussd_callback"}
    | {"conversations", "customers", "direction", "call_sid", "conference", "conversationSid", "channelSid"}
    | {"channelType", "customerName", "customerAddress", "outbound_to", "title", "taskType", "callBackData"}
)


def task_attributes(
    submission: Submission,
    *,
    reference: str,
    external_id: str,
    menu: Menu | None,
    share_number: ShareNumber = "callback",
    linked_to: str | None = None,
    possible_duplicate: bool = False,
) -> str:
    """JSON text of at most 4096 characters, whatever the submission holds; `fitting` says what gives way.

    `linked_to` is the SID of the ended task of the same session's partial submission. `possible_duplicate`
    marks a task that an admin had made although an earlier one could not be ruled out.
    """
    attributes: Attributes = {
        "type": "support",
        "channel": "ussd",
        **_number(submission, menu, share_number),
        "to": _word(submission.service_code),
        "language": _language(submission, menu),
        **_flat_answers(submission, menu),
        "name": reference,
        "ussd": {
            "version": VERSION,
            "external_id": external_id,
            "reference": reference,
            "gateway": _word(submission.gateway),
            "menu": _word(submission.menu),
            **({} if menu else {"menu_known": False}),
            "language": _word(submission.language),
            "complete": submission.complete,
            "simulated": submission.simulated,
            "callback": YES_NO.get(submission.answers.get("callback", "")),
            "safe_to_call": safe_to_call(submission, menu),
            **({"linked_to": linked_to} if linked_to else {}),
            **({"possible_duplicate": True} if possible_duplicate else {}),
            "answers": _answers(submission, menu),
        },
        "conversations": _conversation(submission, menu, reference),
        **_customer(submission, menu),
    }
    return fitted(attributes)


def erased_attributes(external_id: str, reference: str) -> str:
    """What stays on a task after its caller's words were erased; it is safe to call nobody by it."""
    ussd = {
        "version": VERSION,
        "external_id": external_id,
        "reference": reference,
        "erased": True,
        "callback": None,
        "safe_to_call": "unknown",
        "answers": [],
    }
    attributes = {"type": "support", "channel": "ussd", "name": reference, "ussd": ussd}
    return fitted({**attributes, "conversations": {"conversation_id": reference}})


def safe_to_call(submission: Submission, menu: Menu | None) -> bool | Literal["unknown"] | None:
    """True or False as the caller said; None where it was not asked, which counts as safe; else "unknown".

    A complete session answered every question that was put to it, so a missing answer means that the caller's
    menu had no such question. In a partial one the question may have stood open: then nobody knows.
    """
    said = submission.answers.get("safe_to_call")
    if said is not None:
        return YES_NO.get(said, "unknown")
    if submission.complete or (menu is not None and menu.question("safe_to_call") is None):
        return None
    return "unknown"


def _number(submission: Submission, menu: Menu | None, share: ShareNumber) -> Attributes:
    wanted = submission.answers.get("callback") == "yes" and safe_to_call(submission, menu) in (True, None)
    if submission.caller and (share == "always" or (share == "callback" and wanted)):
        return {"from": submission.caller}
    return {}


def _language(submission: Submission, menu: Menu | None) -> str:
    known = menu.languages.get(submission.language) if menu else None
    return _word(known.agent if known else submission.language)


def _flat_answers(submission: Submission, menu: Menu | None) -> Attributes:
    """Every choice that may be searched for, by its question's name."""
    flat: Attributes = {}
    for name, value in submission.answers.items():
        question = menu.question(name) if menu else None
        if name == "callback" and question is None:
            flat[name] = _word(value)
        elif question is not None and _is_open_choice(question) and name not in RESERVED and menu:
            flat[name] = _word(_words(menu, question, value) or value)
    return flat


def _answers(submission: Submission, menu: Menu | None) -> list[Attributes]:
    """In the order they were given; the language is said elsewhere, and secrets nowhere."""
    answers = []
    for name, value in submission.answers.items():
        question = menu.question(name) if menu else None
        if question is None or menu is None:
            answers.append(_unknown_answer(name, name, value))
        elif not question.secret and question.type != "language":
            answers.append(_answer(menu, question, value))
    return answers


def _answer(menu: Menu, question: Question, value: str) -> Attributes:
    label = _clean(question.label.words.get(menu.first_language, question.name))
    words = _words(menu, question, value)
    marks: Attributes = {"sensitive": True} if question.sensitive else {}
    if words is None:
        return _unknown_answer(question.name, label, value) | marks
    return {"name": question.name, "label": label, "value": _clean(value), "value_label": words, **marks}


def _unknown_answer(name: str, label: str, value: str) -> Attributes:
    text = _clean(value)
    return {"name": _word(name), "label": _word(label), "value": text, "value_label": text, "unknown": True}


def _words(menu: Menu, question: Question, value: str) -> str | None:
    """What the agent reads for an answer; None for a code that the question does not offer."""
    if question.type != "select_one":
        return _clean(value)
    choice = question.choice(value)
    return _clean(choice.label.words.get(menu.first_language, value)) if choice else None


def _conversation(submission: Submission, menu: Menu | None, reference: str) -> Attributes:
    """Flex Insights: few different values in attributes, many in labels (Flex Insights, "Labels")."""
    conversation: Attributes = {
        "conversation_id": reference,  # the same for a partial, its complete task and the call back
        "channel": "ussd",
        "direction": "Inbound",
        "language": _language(submission, menu),
        "conversation_label_1": reference,
        "conversation_attribute_1": _word(submission.menu),
    }
    places = [question for question in menu.questions if question.type == "select_one"] if menu else []
    for place, question in enumerate(places[: INSIGHTS_PLACES - 1], start=2):
        value = submission.answers.get(question.name)
        if value is not None and menu and _is_open_choice(question):
            words = _words(menu, question, value) or value
            conversation[f"conversation_attribute_{place}"] = shorter(_clean(words), INSIGHTS_WIDTH)
    return conversation


def _customer(submission: Submission, menu: Menu | None) -> Attributes:
    """Nothing that tells one person from another: only the place, where the menu asks for one openly."""
    location = _flat_answers(submission, menu).get("location")
    return {"customers": {"geo_location": location}} if location else {}


def _is_open_choice(question: Question) -> bool:
    for_the_agent_alone = question.sensitive or question.secret or question.name == "safe_to_call"
    return question.type == "select_one" and not for_the_agent_alone


def _word(text: str) -> str:
    return shorter(_clean(text), LONGEST_WORD)


def _clean(text: str) -> str:
    """Without control characters, marks that turn the direction of text, and halves that UTF-8 refuses."""
    return UNPRINTABLE.sub(" ", text)
