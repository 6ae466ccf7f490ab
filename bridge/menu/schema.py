"""The shape of a menu file. Each message says what was expected; the loader adds where and what was found."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import INCLUDE, Schema, ValidationError, fields

from bridge.menu.shape import A_MAPPING, NO_SUCH_KEY

NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
MENU_NAME = re.compile(r"[a-z][a-z0-9_-]{0,31}")
CHOICE_NAME = re.compile(r"[A-Za-z0-9_-]{1,32}")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_IN_WORDS = {
    NAME: "a to z, 0 to 9 and _, a letter first, at most 32",
    MENU_NAME: "a to z, 0 to 9, - and _, a letter first, at most 32",
    CHOICE_NAME: "letters, digits, - and _, at most 32",
    LANGUAGE: "a language code, like en or pt-BR",
}
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")

Messages = dict[str, str | list[Any] | dict[Any, Any]]

TYPES = ("language", "select_one", "text", "integer", "note", "confirm", "lookup")
_YES_NO = {"yes": True, "on": True, "true": True, "no": False, "off": False, "false": False}


class Scalar(fields.Field[Any]):
    """One written word, read by `read`, which raises ValueError for what does not fit."""

    def __init__(self, expected: str, read: Callable[[str], Any], *, required: bool = False) -> None:
        messages: Messages = {"required": expected, "null": expected}
        super().__init__(required=required, error_messages=messages)
        self._expected, self._read = expected, read

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        try:
            if isinstance(value, str):
                return self._read(value)
        except ValueError:
            pass
        raise ValidationError(self._expected)


class MapOf(fields.Field[Any]):
    """A mapping of names to values of one kind."""

    def __init__(self, expected: str, key: re.Pattern[str], value: fields.Field[Any], *, required: bool = False):
        super().__init__(required=required, error_messages={"required": expected, "null": expected})
        self._expected, self._key, self._value = expected, key, value

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if not isinstance(value, dict) or not value:
            raise ValidationError(self._expected)
        read: dict[str, Any] = {}
        wrong: dict[str, Any] = {}
        for key, part in value.items():
            try:
                if not self._key.fullmatch(key):
                    raise ValidationError(f"a key: {_IN_WORDS[self._key]}")
                read[key] = self._value.deserialize(part)
            except ValidationError as error:
                wrong[key] = error.messages
        if wrong:
            raise ValidationError(wrong, valid_data=read)
        return read


class ListOf(fields.Field[Any]):
    """A list of values of one kind; with `single`, one value alone stands for a list of one."""

    def __init__(
        self, expected: str, value: fields.Field[Any], *, required: bool = False, single: bool = False
    ) -> None:
        super().__init__(required=required, error_messages={"required": expected, "null": expected})
        self._expected, self._value, self._single = expected, value, single

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if self._single and not isinstance(value, list):
            return [self._value.deserialize(value)]
        if not isinstance(value, list) or not value:
            raise ValidationError(self._expected)
        read: list[Any] = []
        wrong: dict[int, Any] = {}
        for place, part in enumerate(value):
            try:
                read.append(self._value.deserialize(part))
            except ValidationError as error:
                wrong[place] = error.messages
                read.append(error.valid_data or {})  # keeps the places of the others
        if wrong:
            raise ValidationError(wrong, valid_data=read)
        return read


class EitherOf(fields.Field[Any]):
    """A word, or the structure that it abbreviates."""

    def __init__(self, word: fields.Field[Any], structure: fields.Field[Any], *, required: bool = False) -> None:
        messages = {name: word.error_messages[name] for name in ("required", "null")}
        super().__init__(required=required, error_messages=messages)
        self._word, self._structure = word, structure

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        field = self._structure if isinstance(value, dict | list) else self._word
        return field.deserialize(value)


def _words(text: str) -> str:
    words = unicodedata.normalize("NFC", text).strip()
    if not words or _CONTROL.search(words):
        raise ValueError
    return words


def _line(text: str) -> str:
    line = _words(text)
    if "\n" in line:
        raise ValueError
    return line


def _matching(pattern: re.Pattern[str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if not pattern.fullmatch(text):
            raise ValueError
        return text

    return read


def _number(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,15}", text) or not low <= int(text) <= high:
            raise ValueError
        return int(text)

    return read


def _one_of(words: Mapping[str, Any]) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        if text not in words:
            raise ValueError
        return words[text]

    return read


def _text(expected: str = "words on one line", *, required: bool = False) -> Scalar:
    return Scalar(expected, _line, required=required)


def _name(expected: str, pattern: re.Pattern[str] = NAME, *, required: bool = False) -> Scalar:
    return Scalar(f"{expected} ({_IN_WORDS[pattern]})", _matching(pattern), required=required)


def _count(low: int, high: int) -> Scalar:
    return Scalar(f"a whole number from {low} to {high}", _number(low, high))


def _flag() -> Scalar:
    return Scalar("yes or no", _one_of(_YES_NO))


def _word_of(*words: str, required: bool = False) -> Scalar:
    return Scalar(f"one of {', '.join(words)}", _one_of({word: word for word in words}), required=required)


def _label(read: Callable[[str], str] = _words) -> EitherOf:
    words = "words on one line" if read is _line else "words"
    expected = f"{words}, or a mapping of language to {words}"
    return EitherOf(Scalar(expected, read), MapOf(expected, LANGUAGE, Scalar(words, read)), required=True)


def _nested(schema: type[Schema], *, required: bool = False) -> fields.Nested:
    messages: Messages = dict.fromkeys(("required", "null", "type"), A_MAPPING)
    return fields.Nested(schema, required=required, error_messages=messages)


class Strict(Schema):
    """A mapping whose keys are all known."""

    error_messages = {"unknown": NO_SUCH_KEY, "type": A_MAPPING}  # noqa: RUF012


class LanguageSchema(Strict):
    """One entry of `languages`."""

    label = _text("the language's own name", required=True)
    agent = _text("the word agents read")
    encoding = _word_of("gsm7", "ucs2")


class ChoiceSchema(Schema):
    """One choice; keys beside these belong to choice filters and are checked by the cross-checks."""

    class Meta:
        unknown = INCLUDE

    error_messages = {"type": "a mapping of name and label"}  # noqa: RUF012
    name = _name("a name", CHOICE_NAME, required=True)
    label = _label(_line)


class RouteSchema(Strict):
    """Where a submission goes when this choice was made."""

    workflow = Scalar("WW and 32 hexadecimal digits", _matching(re.compile(r"WW[0-9a-f]{32}")))
    queue = Scalar("WQ and 32 hexadecimal digits", _matching(re.compile(r"WQ[0-9a-f]{32}")))
    priority = _count(0, 2_147_483_647)


def _choices(*, required: bool = False) -> ListOf:
    return ListOf("a list of choices", _nested(ChoiceSchema), required=required)


class QuestionSchema(Strict):
    """One question. Which keys go with which type is for the cross-checks."""

    name = _name("a name", required=True)
    type = _word_of(*TYPES, required=True)
    label = _label()
    choices = EitherOf(_name("choices, or the name of a list of choices"), _choices())
    relevant = MapOf(
        "a mapping of question to answer",
        NAME,
        ListOf("an answer or a list of answers", _name("an answer", CHOICE_NAME), single=True),
    )
    choice_filter = ListOf("the name of a question", _name("the name of a question"), single=True)
    min = _count(0, 999_999_999_999_999)
    max = _count(0, 999_999_999_999_999)
    sensitive = _flag()
    secret = _flag()
    route_when = MapOf("a mapping of answer to route", CHOICE_NAME, _nested(RouteSchema))


class EndSchema(Strict):
    """The last screens."""

    label = _label()
    label_unsent = _label()


class PartialSchema(Strict):
    """When a session that breaks off is kept."""

    after = ListOf("a list of questions", _name("the name of a question"), required=True)


class MenuSchema(Strict):
    """A whole menu file."""

    class Meta:
        include = {"partial": _nested(PartialSchema)}  # noqa: RUF012 - `partial` is an attribute of Schema

    menu = _name("the menu's name", MENU_NAME, required=True)
    languages = MapOf("a mapping of language codes", LANGUAGE, _nested(LanguageSchema), required=True)
    help_line = _text("a number to call, in words or digits", required=True)
    questions = ListOf("a list of questions", _nested(QuestionSchema), required=True)
    choice_lists = MapOf("a mapping of name to choices", NAME, _choices())
    end = _nested(EndSchema, required=True)
    max_wrong = _count(1, 20)
    session_ttl = _count(30, 86_400)
    resume = _flag()


_ALL: tuple[type[Schema], ...] = (
    MenuSchema,
    LanguageSchema,
    QuestionSchema,
    ChoiceSchema,
    RouteSchema,
    EndSchema,
    PartialSchema,
)
MENU_KEYS = frozenset(key for schema in _ALL for key in schema().fields)


class WordsSchema(Strict):
    """A file of `bridge/menu/words/`."""

    language = _name("its code", LANGUAGE, required=True)
    label = _text("the language's own name", required=True)
    encoding = _word_of("gsm7", "ucs2", required=True)
    words = MapOf("a mapping of keys to words", NAME, _text(), required=True)
