"""What the desk shows of one task: read from its attributes, whatever they hold, without ever failing.

The desk stands in for Flex, so that it obeys the same promise: a caller who said that calling is not safe is
not called, and a clear sign stands in the place of the number.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Literal, TypedDict

Callback = Literal["wanted", "not wanted", "unknown"]
Safety = Literal["safe", "unsafe", "not asked", "unknown"]
LONGEST = 500
MOST_ANSWERS = 60
UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]")  # turns text around


class Line(TypedDict):
    """One answer as the agent reads it."""

    label: str
    value: str
    unknown: bool
    sensitive: bool


class Card(TypedDict):
    """One task. `number` is empty where it must not be dialled; `raw` is the attributes, indented."""

    sid: str
    status: str
    ended: bool
    waiting: int
    reference: str
    language: str
    code: str
    simulated: bool
    complete: bool
    shortened: bool
    callback: Callback
    safety: Safety
    number: str
    answers: list[Line]
    reason: str
    raw: str


def card(task: Mapping[str, Any]) -> Card:
    """From one task as TaskRouter's list returns it."""
    attributes = _read(task.get("attributes"))
    ussd = _record(attributes.get("ussd"))
    callback, safety = _callback(ussd), _safety(ussd)
    may_call = callback == "wanted" and safety in ("safe", "not asked")
    return {
        "sid": _text(task.get("sid")),
        "status": _text(task.get("assignment_status")),
        "ended": task.get("assignment_status") in ("completed", "canceled"),
        "waiting": task["age"] if isinstance(task.get("age"), int) else 0,
        "reference": _text(ussd.get("reference")) or _text(attributes.get("name")) or "No reference",
        "language": _text(attributes.get("language")) or _text(ussd.get("language")),
        "code": _code(_text(attributes.get("to"))),
        "simulated": ussd.get("simulated") is True,
        "complete": ussd.get("complete") is not False,
        "shortened": ussd.get("shortened") is True,
        "callback": callback,
        "safety": safety,
        "number": _text(attributes.get("from")) if may_call else "",
        "answers": _answers(ussd.get("answers")),
        "reason": _text(task.get("reason")),
        "raw": json.dumps(attributes, ensure_ascii=False, indent=2)[:20_000],
    }


def _code(dialled: str) -> str:
    """A service code as it is dialled; some providers leave out its star and hash."""
    bare = dialled.strip().strip("*#")
    return f"*{bare}#" if bare and set(bare) <= set("0123456789*#") else dialled


def _callback(ussd: Mapping[str, Any]) -> Callback:
    said = ussd.get("callback")
    return "wanted" if said is True else "not wanted" if said is False else "unknown"


def _safety(ussd: Mapping[str, Any]) -> Safety:
    """None means that it was not asked, which counts as safe; anything unexpected does not."""
    said = ussd.get("safe_to_call", "unknown")
    if said is None:
        return "not asked"
    return "safe" if said is True else "unsafe" if said is False else "unknown"


def _answers(value: object) -> list[Line]:
    given = [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
    return [
        {
            "label": _text(one.get("label")) or _text(one.get("name")) or "?",
            "value": _text(one.get("value_label")) or _text(one.get("value")),
            "unknown": one.get("unknown") is True,
            "sensitive": one.get("sensitive") is True,
        }
        for one in given[:MOST_ANSWERS]
    ]


def _read(attributes: object) -> Mapping[str, Any]:
    try:
        return _record(json.loads(attributes)) if isinstance(attributes, str) else {}
    except (ValueError, RecursionError):
        return {}


def _record(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return UNPRINTABLE.sub(" ", str(value))[:LONGEST] if isinstance(value, str | int | float) else ""
