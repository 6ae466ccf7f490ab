"""A sound file made into a `Menu`: choice lists resolved, fallbacks filled in, labels folded for phones."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from bridge.menu.alphabet import outside_gsm, units
from bridge.menu.compiled import compiled
from bridge.menu.crosschecks import choices_of
from bridge.menu.definition import (
    ANY,
    MAX_INTEGER,
    MAX_TEXT,
    Choice,
    Encoding,
    Language,
    Menu,
    Question,
    Text,
)
from bridge.menu.document import Document, Path
from bridge.menu.folding import fold
from bridge.menu.words import KEYS, words_for

Data = Mapping[str, Any]
_NAMED = 12  # characters that one fault shows
_LONGEST_JOINED = {"gsm7": 60, "ucs2": 24}  # the engine's words in all languages leave room for the question


class _Builder(Struct):
    """`lacking` collects, for each language, the characters that cannot be folded and where each was met first."""

    data: Data
    languages: dict[str, Language]
    encodings: dict[str, Encoding]
    lacking: dict[str, dict[str, Path]] = field(default_factory=dict)

    def shown(self, words: str, code: str, path: Path) -> str:
        """`words` as phones show them in this language."""
        if self.encodings[code] == "ucs2":
            return words
        folded = fold(words)
        for character in outside_gsm(folded):
            self.lacking.setdefault(code, {}).setdefault(character, path)
        return folded

    def text(self, label: str | Mapping[str, str], path: Path) -> Text:
        """A label for every language; one that is missing falls back to the first."""
        if isinstance(label, str):
            words = dict.fromkeys(self.languages, label)
        else:
            words = {code: label.get(code, label[next(iter(self.languages))]) for code in self.languages}
        places = {code: (*path, code) if isinstance(label, dict) else path for code in words}
        missing = tuple(code for code in words if isinstance(label, dict) and code not in label)
        return Text(words, {code: self.shown(text, code, places[code]) for code, text in words.items()}, missing)

    def joined(self, label: str | Mapping[str, str], path: Path) -> Text:
        """A label for the screen that speaks all languages at once."""
        words = label if isinstance(label, str) else " / ".join(dict.fromkeys(label.values()))
        return Text(dict.fromkeys([*self.languages, ANY], words), {ANY: self.shown(words, ANY, path)})

    def question(self, place: int) -> Question:
        raw, path = self.data["questions"][place], ("questions", place)
        is_language = raw["type"] == "language"
        low, high = (1, MAX_TEXT) if raw["type"] == "text" else (0, MAX_INTEGER)
        is_typed = raw["type"] in ("text", "integer")
        return Question(
            name=raw["name"],
            type=raw["type"],
            label=(self.joined if is_language else self.text)(raw["label"], (*path, "label")),
            choices=self.language_choices() if is_language else self.choices(raw, path),
            relevant={name: tuple(values) for name, values in raw.get("relevant", {}).items()},
            choice_filter=tuple(raw.get("choice_filter", ())),
            minimum=raw.get("min", low) if is_typed else 0,
            maximum=raw.get("max", high) if is_typed else 0,
            sensitive=raw.get("sensitive", False),
            secret=raw.get("secret", False),
            route_when=raw.get("route_when", {}),
        )

    def choices(self, raw: Data, path: Path) -> tuple[Choice, ...]:
        named = raw.get("choices")
        at: Path = ("choice_lists", named) if isinstance(named, str) else (*path, "choices")
        return tuple(self.choice(choice, (*at, place)) for place, choice in enumerate(choices_of(self.data, raw)))

    def choice(self, raw: Data, path: Path) -> Choice:
        keys = {name: value for name, value in raw.items() if name not in ("name", "label")}
        held = {name: tuple(value) if isinstance(value, list) else (value,) for name, value in keys.items()}
        return Choice(raw["name"], self.text(raw["label"], (*path, "label")), held)

    def language_choices(self) -> tuple[Choice, ...]:
        """The languages by their own names; agents read theirs."""
        return tuple(Choice(code, self.language_label(language)) for code, language in self.languages.items())

    def language_label(self, language: Language) -> Text:
        words = {**dict.fromkeys(self.languages, language.agent), ANY: language.label}
        return Text(words, {ANY: self.shown(language.label, ANY, ("languages", language.code, "label"))})

    def word(self, key: str) -> Text:
        """One of the engine's own words, in every language and in all of them at once."""
        words = {code: found.words[key] for code in self.languages if (found := words_for(code))}
        words[ANY] = _join(list(words.values()), self.encodings[ANY])
        return Text(words, {code: self.shown(text, code, ("languages", code)) for code, text in words.items()})


def build_menu(document: Document, data: Data) -> Menu:
    """The menu of a file without faults. Characters that cannot be folded become faults of `document`."""
    languages = _languages(data)
    builder = _Builder(data, languages, _encodings(languages))
    builder_end = {key: builder.text(data["end"][key], ("end", key)) for key in ("label", "label_unsent")}
    for code in languages:
        builder.shown(data["help_line"], code, ("help_line",))
    menu = Menu(
        name=data["menu"],
        languages=languages,
        help_line=fold(data["help_line"]),
        questions=tuple(builder.question(place) for place in range(len(data["questions"]))),
        end=builder_end["label"],
        label_unsent=builder_end["label_unsent"],
        words={key: builder.word(key) for key in KEYS},
        encodings=builder.encodings,
        max_wrong=data.get("max_wrong", 5),
        session_ttl=data.get("session_ttl", 600),
        resume=data.get("resume", True),
        partial_after=tuple(data.get("partial", {}).get("after", ())),
    )
    for code, characters in builder.lacking.items():
        _refuse_characters(document, code, characters)
    return replace(menu, data=compiled(menu))


def _refuse_characters(document: Document, code: str, characters: Mapping[str, Path]) -> None:
    """One fault for a language, where the first of these characters stands: the remedy is the same for all."""
    first, *others = characters
    found = f"{first} (U+{ord(first):04X} {unicodedata.name(first, 'no name')})"
    if others:
        more = " ".join(others[:_NAMED]) + (" …" if len(others) > _NAMED else "")
        found += f" and {len(others)} more: {more}"
    language = f"the language {code}" if code != ANY else "the language that is written so"
    document.refuse(
        characters[first], found, f"`encoding: ucs2` for {language}, or characters that phones have (GSM 03.38)"
    )


def _languages(data: Data) -> dict[str, Language]:
    languages = {}
    for code, raw in data["languages"].items():
        known = words_for(code)
        encoding: Encoding = raw.get("encoding") or (known.encoding if known else "gsm7")
        languages[code] = Language(code, raw["label"], raw.get("agent", raw["label"]), encoding)
    return languages


def _encodings(languages: Mapping[str, Language]) -> dict[str, Encoding]:
    encodings = {code: language.encoding for code, language in languages.items()}
    return {ANY: "ucs2" if "ucs2" in encodings.values() else "gsm7", **encodings}


def _join(words: list[str], encoding: Encoding) -> str:
    """The words of all languages, as many of them as stay short."""
    joined, *others = dict.fromkeys(words)
    for other in others:
        if units(f"{joined} / {other}") > _LONGEST_JOINED[encoding]:
            break
        joined = f"{joined} / {other}"
    return joined
