"""What a menu is, once its file was read: frozen, every label resolved for every language."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal

from msgspec import Struct, field

QuestionType = Literal["language", "select_one", "text", "integer", "note", "confirm", "lookup"]
Encoding = Literal["gsm7", "ucs2"]

ANY = ""  # the language of a screen shown before the caller has chosen one: all of them at once
MAX_TEXT, MAX_INTEGER = 160, 999_999_999_999_999  # 15 digits: exact in JavaScript as well
_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Text(Struct, frozen=True, eq=False):
    """Words by language code (and for `ANY`): `words` as the admin wrote them, `shown` folded for phones.

    `missing` names the languages that fall back to the first one's words.
    """

    words: Mapping[str, str]
    shown: Mapping[str, str]
    missing: tuple[str, ...] = ()


class Language(Struct, frozen=True, eq=False):
    """A language of a menu: `label` is its own name, `agent` the word that agents read."""

    code: str
    label: str
    agent: str
    encoding: Encoding = "gsm7"


class Choice(Struct, frozen=True, eq=False):
    """One choice. `keys` holds, per choice filter, the answers under which it is offered."""

    name: str
    label: Text
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _NOTHING)


class Question(Struct, frozen=True, eq=False):
    """One question. `minimum` and `maximum` bound a text's length (UTF-16 units) or an integer's value."""

    name: str
    type: QuestionType
    label: Text
    choices: tuple[Choice, ...] = ()
    relevant: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _NOTHING)
    choice_filter: tuple[str, ...] = ()
    minimum: int = 0
    maximum: int = 0
    sensitive: bool = False
    secret: bool = False
    route_when: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: _NOTHING)

    @property
    def is_answered_with_words(self) -> bool:
        """Whether its answer belongs to the submission: not that of a language, note, confirm, lookup."""
        return self.type in ("select_one", "text", "integer")

    def choice(self, name: str) -> Choice | None:
        """The choice of that name."""
        return next((choice for choice in self.choices if choice.name == name), None)


class Menu(Struct, frozen=True, eq=False, dict=True):
    """A whole menu. The first language is the fallback and the one agents read."""

    name: str
    languages: Mapping[str, Language]
    help_line: str
    questions: tuple[Question, ...]
    end: Text
    label_unsent: Text
    words: Mapping[str, Text]  # the engine's own words, by what they say
    encodings: Mapping[str, Encoding]  # by language code, and for `ANY`
    max_wrong: int = 5
    session_ttl: int = 600
    resume: bool = True
    partial_after: tuple[str, ...] = ()
    data: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)  # what `compiled` made of it

    @property
    def first_language(self) -> str:
        """The code of the fallback."""
        return next(iter(self.languages))

    @property
    def version(self) -> str:
        """16 hexadecimal digits that change with anything a caller could see or a question could mean."""
        return str(self.data["version"])

    def as_data(self) -> dict[str, Any]:
        """A copy of the compiled menu: all that an engine in another language needs (docs/menu-file.md)."""
        return deepcopy(dict(self.data))

    def question(self, name: str) -> Question | None:
        """The question of that name."""
        return self._by_name.get(name)

    @cached_property
    def _by_name(self) -> dict[str, Question]:
        return {question.name: question for question in self.questions}
