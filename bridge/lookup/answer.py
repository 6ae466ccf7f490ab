"""What a service may answer: one small JSON object with `text` or `value`."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

from bridge.inquiry import Found, Inquiry
from bridge.menu import language_of

MOST = 2048  # bytes
_VALUE = re.compile(r"[A-Za-z0-9_-]{1,32}")  # as the name of a choice: `relevant` names it
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")  # all but the line's end


class AnswerRefused(Exception):
    """Not an answer that can be used. The text is the outcome that is logged, nothing of what came."""


def read_answer(body: bytes, inquiry: Inquiry) -> Found:
    """The answer in the session's language. Raises `AnswerRefused`."""
    answer = _json(body)
    if not isinstance(answer, dict) or ("text" in answer) is ("value" in answer):
        raise AnswerRefused("malformed")
    if "value" in answer:
        return Found(value=_value(answer["value"]))
    return Found(words=_words(_in_language(answer["text"], inquiry)))


def _json(body: bytes) -> Any:
    try:
        return json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise AnswerRefused("not_json") from None


def _value(value: object) -> str:
    if not isinstance(value, str) or not _VALUE.fullmatch(value):
        raise AnswerRefused("malformed")
    return value


def _in_language(text: object, inquiry: Inquiry) -> object:
    """A missing language falls back to the menu's first, as labels do."""
    if not isinstance(text, dict):
        return text
    chosen, first = language_of(inquiry.menu, inquiry.state), inquiry.menu.first_language
    return text.get(chosen, text.get(first))


def _words(text: object) -> str:
    words = unicodedata.normalize("NFC", text).replace("\r\n", "\n").strip() if isinstance(text, str) else ""
    if not words or _CONTROL.search(words):
        raise AnswerRefused("malformed")
    return words
