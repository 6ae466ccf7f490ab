"""The engine's own words, one file per language in `words/`: error lines, Back, More, the help sentence."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from msgspec import Struct

from bridge.errors import FileRefused
from bridge.menu.definition import Encoding
from bridge.menu.document import read_document
from bridge.menu.schema import LANGUAGE, WordsSchema
from bridge.menu.shape import checked

FOLDER = Path(__file__).parent / "words"

# Every word a language needs, with the placeholders it must carry.
KEYS: dict[str, tuple[str, ...]] = {
    "back": (),
    "more": (),
    "continue": (),
    "yes": (),
    "change": (),
    "not_a_choice": (),
    "too_short": ("{min}",),
    "too_long": ("{max}",),
    "not_a_number": (),
    "out_of_range": ("{min}", "{max}"),
    "zero_is_answer": (),
    "nine_is_answer": (),
    "zero_and_nine": (),
    "too_many": (),
    "sorry": (),
    "help": ("{help_line}",),
    "lookup_failed": (),
    "resume": (),
    "start_again": (),
}
_PLACEHOLDER = re.compile(r"\{[^}]*\}")


class Words(Struct, frozen=True):
    """One language's words, and the encoding that its script needs."""

    label: str
    encoding: Encoding
    words: dict[str, str]


@lru_cache(maxsize=64)
def words_for(code: str) -> Words | None:
    """The words of a language, None where no file is there. Raises FileRefused for a file with faults."""
    path = FOLDER / f"{code}.yaml"
    if not LANGUAGE.fullmatch(code) or not path.is_file():
        return None
    document = read_document(path.read_bytes())
    data = checked(document, WordsSchema(), "the words of a language")
    words = data.get("words", {})
    for key, placeholders in KEYS.items():
        if sorted(_PLACEHOLDER.findall(words.get(key, ""))) != sorted(placeholders) or key not in words:
            document.refuse(("words", key), repr(words.get(key)), f"words with {placeholders or 'no {}'}")
    for key in words.keys() - KEYS.keys():
        document.refuse(("words", key), key, "no such key")
    if document.faults:
        raise FileRefused(path.name, document.faults)
    return Words(data["label"], data["encoding"], words)


def known_languages() -> list[str]:
    """The codes of the languages that have a file."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))
