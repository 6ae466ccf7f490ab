"""marshmallow fields that take exactly one JSON type each, lean: a whole body costs about 30 microseconds.

Every fault is one constant sentence, so that an answer repeats nothing of what was sent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from marshmallow import ValidationError, fields

T = TypeVar("T")

_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")  # control characters and halves of surrogate pairs
_UNSAFE_ANSWER = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")  # people may type line ends and tabs
ANSWER = r"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*"  # the same as a pattern for the whole of it
_ANY = r"[^\x00-\x1f\x7f-\x9f]*"
WORDS = rf"{_ANY}[^\x00-\x20\x7f-\x9f]{_ANY}"  # not only spaces
LETTER = "[A-Za-z0-9_]"  # of a question's name
LONGEST_NAME = 64
_NAME = re.compile(f"{LETTER}{{1,{LONGEST_NAME}}}")
_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]"
    r"[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})"
)


class _Field(fields.Field[T]):
    """One that checks in `_deserialize` all there is to check."""

    def _validate(self, value: T) -> None:
        """Nothing more; marshmallow would make an empty list of further checks for each value."""


class Text(_Field[str]):
    """Text of 1 to `longest` characters; `shape` is a pattern for all of it, `said` the same in words."""

    def __init__(self, longest: int, shape: str = WORDS, said: str = "not only spaces", **options: Any) -> None:
        super().__init__(**options)
        self.longest, self.shape = longest, re.compile(shape)
        self.fault = f"must be text of 1 to {longest} characters: {said}, no control characters"

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> str:
        if (
            not isinstance(value, str)
            or not 0 < len(value) <= self.longest
            or not is_safe(value)
            or not self.shape.fullmatch(value)
        ):
            raise ValidationError(self.fault)
        return value


class Bool(_Field[bool]):
    """true or false; no words, no numbers."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("must be true or false")
        return value


class Version(_Field[int]):
    """The number 1."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> int:
        if type(value) is not int or value != 1:
            raise ValidationError("must be the number 1")
        return value


class Time(_Field[str]):
    """A date and time of RFC 3339, kept as it was written."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> str:
        if not isinstance(value, str) or not is_time(value):
            raise ValidationError("must be a date and time of RFC 3339, such as 2026-11-20T10:00:00Z")
        return value


class Answers(_Field[dict[str, str]]):
    """At most `most` question names, each with a text of at most `longest` characters, in the order sent."""

    def __init__(self, most: int, longest: int, **options: Any) -> None:
        super().__init__(**options)
        self.most, self.longest = most, longest

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> dict[str, str]:
        if not isinstance(value, dict) or len(value) > self.most:
            raise ValidationError(f"must be an object of at most {self.most} answers")
        if not all(_NAME.fullmatch(name) for name in value):
            raise ValidationError("every name must be 1 to 64 letters, digits or _")
        if not all(self._is_answer(answer) for answer in value.values()):
            raise ValidationError(f"every answer must be text of at most {self.longest} characters, none of control")
        return value

    def _is_answer(self, value: Any) -> bool:
        return isinstance(value, str) and len(value) <= self.longest and is_safe(value, _UNSAFE_ANSWER)


def is_safe(text: str, unsafe: re.Pattern[str] = _UNSAFE) -> bool:
    """No control characters, no lone surrogates. `isprintable` answers most texts, faster than a search."""
    return text.isprintable() or not unsafe.search(text)


def is_time(text: str) -> bool:
    """Whether it is a date and time of RFC 3339."""
    return _TIME.fullmatch(text) is not None and _exists(text)


def _exists(text: str) -> bool:
    """Whether the date and time exist; a leap second (RFC 3339 5.7) counts as the second before it."""
    try:
        datetime.fromisoformat(text.upper().replace(":60", ":59", 1))
    except ValueError:
        return False
    return True
