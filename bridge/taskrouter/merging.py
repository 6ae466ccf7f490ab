"""New attributes for a task that others write on as well: the agent's plugin, Flex, other plugins of the account.

TaskRouter replaces attributes whole. Ours are written anew; what is not ours stays, where both fit.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bridge.taskrouter.fitting import FLAT_KEYS_THAT_STAY, dumped
from bridge.taskrouter.order import attributes_flaw

Fields = Mapping[str, Any]

AGENTS_NOTE = "ussd_callback"  # what came of calling back; the Flex plugin writes it
OURS = FLAT_KEYS_THAT_STAY | {"customers"}
OURS_IN_CONVERSATIONS = frozenset(
    {"conversation_id", "channel", "direction", "language", "conversation_label_1"}
    | {f"conversation_attribute_{place}" for place in range(1, 11)}
)
OURS_IN_CUSTOMERS = frozenset({"geo_location"})


def with_theirs(attributes: str, before: str | None) -> str:
    """`attributes`, and what others wrote on the task `before`; of that the agent's note first, where not all fits."""
    ours, theirs = json.loads(attributes), _read(before)
    for kept in (_of_others(theirs), _note(theirs)):
        both = dumped(_joined(ours, kept, _in(theirs, "ussd").get("possible_duplicate") is True))
        if not attributes_flaw(both):
            return both
    return attributes


def _of_others(theirs: Fields) -> Fields:
    """Without what an earlier write of ours put there: its keys, and the answers that stood beside them."""
    answers = _in(theirs, "ussd").get("answers")
    named = [answer for answer in answers if isinstance(answer, Mapping)] if isinstance(answers, list) else []
    asked = [answer.get("name") for answer in named]
    kept = {key: value for key, value in theirs.items() if key not in OURS and key not in asked}
    for key, own in (("conversations", OURS_IN_CONVERSATIONS), ("customers", OURS_IN_CUSTOMERS)):
        if inner := {name: value for name, value in _in(theirs, key).items() if name not in own}:
            kept[key] = inner
    return kept


def _note(theirs: Fields) -> Fields:
    outcome = _in(theirs, "conversations").get("outcome")
    kept = {AGENTS_NOTE: theirs[AGENTS_NOTE]} if AGENTS_NOTE in theirs else {}
    return kept if outcome is None else {**kept, "conversations": {"outcome": outcome}}


def _joined(ours: Fields, kept: Fields, is_duplicate: bool) -> dict[str, Any]:
    joined = {**kept, **ours}
    for key in ("conversations", "customers"):
        if key in kept:
            joined[key] = {**kept[key], **_in(ours, key)}
    if is_duplicate:  # our own mark, by an earlier write
        joined["ussd"] = {**_in(ours, "ussd"), "possible_duplicate": True}
    return joined


def _in(fields: Fields, key: str) -> Fields:
    found = fields.get(key)
    return found if isinstance(found, Mapping) else {}


def _read(attributes: str | None) -> Fields:
    try:
        found = json.loads(attributes or "{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, Mapping) else {}
