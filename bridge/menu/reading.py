"""What an input means at a question: an answer, or which error line it earns."""

from __future__ import annotations

from msgspec import Struct

from bridge.menu.alphabet import units
from bridge.menu.definition import MAX_INTEGER, Question
from bridge.menu.keys import key_of, line_of
from bridge.menu.said import Said


class Answered(Said, frozen=True):
    """An answer, as it is kept."""

    value: str


class Refused(Struct, frozen=True):
    """No answer. `word` names the error line among the engine's words."""

    word: str


ERROR_WORDS = {
    "text": ("not_a_choice", "too_short", "too_long"),
    "integer": ("not_a_choice", "not_a_number", "out_of_range"),
}


def error_words(question: Question) -> tuple[str, ...]:
    """The error lines that this question can earn."""
    return ERROR_WORDS.get(question.type, ("not_a_choice",))


def read_text(question: Question, text: str) -> Answered | Refused:
    """A typed line within its bounds, counted in UTF-16 units."""
    line = line_of(text)
    if units(line) < question.minimum:
        return Refused("too_short")
    if units(line) > question.maximum:
        return Refused("too_long")
    return Answered(line)


def read_integer(question: Question, text: str) -> Answered | Refused:
    """A whole number within its bounds, kept in ASCII digits without leading zeros."""
    key = key_of(text)
    if not key or not key.isascii() or not key.isdigit():
        return Refused("not_a_number")
    digits = key.lstrip("0") or "0"
    if len(digits) > len(str(MAX_INTEGER)) or not question.minimum <= int(digits) <= question.maximum:
        return Refused("out_of_range")
    return Answered(digits)
