"""Makes task attributes fit TaskRouter's 4096 characters, by a fixed order of what gives way.

1. the statistics: `conversations` keeps only its `conversation_id`, `customers` goes;
2. the questions' labels in `ussd.answers` (the names stay);
3. long answers, cut to 200, then 100, 50 and 25 characters, ending in "…";
4. answers, from the last one given backwards, but `callback` and `safe_to_call` stay, and
   `ussd.answers_left_out` counts;
5. flat keys of questions, from the last one backwards, but `location`, `support_type` and `callback` stay.

Whatever happened, `ussd.shortened` is then true: the agent sees that there was more. Sizes are counted in
UTF-16 units, the stricter reading of Twilio's "characters".
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

from bridge.taskrouter.order import MOST_CHARACTERS, size

CUTS = (200, 100, 50, 25)
ANSWERS_THAT_STAY = ("callback", "safe_to_call")
FLAT_KEYS_THAT_STAY = frozenset(
    {"type", "channel", "from", "to", "language", "name", "location", "support_type", "callback"}
    | {"ussd", "conversations"}
)


def fitted(attributes: dict[str, Any]) -> str:
    """The attributes as JSON text that fits."""
    text = dumped(attributes)
    if size(text) <= MOST_CHARACTERS:
        return text
    attributes = deepcopy(attributes)
    attributes["ussd"]["shortened"] = True
    for give_way in _steps(attributes):
        give_way()
        text = dumped(attributes)
        if size(text) <= MOST_CHARACTERS:
            return text
    raise ValueError("the fixed part of the attributes is too long")


def dumped(attributes: dict[str, Any]) -> str:
    """The attributes as they are sent: compact, and each character as itself, since the limit counts characters."""
    return json.dumps(attributes, ensure_ascii=False, separators=(",", ":"))


def shorter(text: str, most: int) -> str:
    """At most `most` characters, the last one a sign that something is missing."""
    return text if len(text) <= most else text[: most - 1] + "…"


def _steps(attributes: dict[str, Any]) -> Iterator[Callable[[], None]]:
    """One small step after the other; the caller stops as soon as it fits."""
    answers = attributes["ussd"]["answers"]
    yield lambda: _without_statistics(attributes)
    yield lambda: _without_labels(answers)
    for most in CUTS:
        yield lambda most=most: _cut(answers, most)  # type: ignore[misc]
    for answer in [one for one in reversed(answers) if one["name"] not in ANSWERS_THAT_STAY]:
        yield lambda answer=answer: _leave_out(attributes["ussd"], answer)  # type: ignore[misc]
    for name in [key for key in reversed(attributes) if key not in FLAT_KEYS_THAT_STAY]:
        yield lambda name=name: attributes.pop(name, None)  # type: ignore[misc]


def _without_statistics(attributes: dict[str, Any]) -> None:
    conversation = attributes["conversations"]["conversation_id"]
    attributes["conversations"] = {"conversation_id": conversation}
    attributes.pop("customers", None)


def _without_labels(answers: list[dict[str, Any]]) -> None:
    for answer in answers:
        answer.pop("label", None)


def _cut(answers: list[dict[str, Any]], most: int) -> None:
    for answer in answers:
        for key in ("value", "value_label"):
            answer[key] = shorter(answer[key], most)


def _leave_out(ussd: dict[str, Any], answer: dict[str, Any]) -> None:
    ussd["answers"] = [one for one in ussd["answers"] if one is not answer]
    ussd["answers_left_out"] = ussd.get("answers_left_out", 0) + 1
