"""Reading form and query fields as Twilio does: by name, each with its range, refused by name."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from bridge.sandbox.refusal import invalid

WHOLE = re.compile(r"-?[0-9]{1,12}")
MOST_CHARACTERS = 4096
LONGEST_TIMEOUT = 1_209_600
HIGHEST_PRIORITY = 2**31 - 1


def whole_number(form: Mapping[str, str], name: str, lowest: int, highest: int, default: int) -> int:
    """The field as a number within its range, or the default where it is not sent."""
    if name not in form:
        return default
    text = form[name]
    if not WHOLE.fullmatch(text) or not lowest <= int(text) <= highest:
        raise invalid(f"{name} must be a whole number from {lowest} to {highest}")
    return int(text)


def attributes(form: Mapping[str, str], default: str) -> str:
    """`Attributes` as text: a JSON object of at most 4096 characters (twilio.com/docs/taskrouter/limits)."""
    text = form.get("Attributes", default)
    if len(text) > MOST_CHARACTERS:
        raise invalid(f"Attributes must be at most {MOST_CHARACTERS} characters")
    try:
        readable = isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        readable = False
    if not readable:
        raise invalid("Attributes must be a JSON object")
    return text


def timeout(form: Mapping[str, str]) -> int:
    """Seconds that the task may wait; Twilio's own default is a day. Raises `Refusal` (20001)."""
    return whole_number(form, "Timeout", 1, LONGEST_TIMEOUT, 86_400)


def priority(form: Mapping[str, str], default: int = 0) -> int:
    """The task's priority. Raises `Refusal` (20001)."""
    return whole_number(form, "Priority", 0, HIGHEST_PRIORITY, default)
