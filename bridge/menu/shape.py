"""A document held against its marshmallow schema: its faults are noted, what is sound comes back."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from difflib import get_close_matches
from typing import Any

from marshmallow import Schema, ValidationError

from bridge.menu.document import Document, Path, describe

COMMA = "; words that hold a comma need quotes"
A_MAPPING = "a mapping (key: value)"
NO_SUCH_KEY = "no such key"


def checked(document: Document, schema: Schema, what: str, keys: Collection[str] = ()) -> dict[str, Any]:
    """The parts of the document that have the right shape; {} where nothing could be read.

    `what` is said to be missing where the file is empty. The nearest of `keys` is proposed for a key that is none.
    """
    if document.data is None:
        if not document.faults:
            document.refuse((), "an empty file", what)
        return {}
    try:
        loaded: dict[str, Any] = schema.load(document.data)
        return loaded
    except ValidationError as error:
        for path, expected in _messages(error.messages, ()):
            hint = _after_a_comma(document, path, expected) or _nearest(path, expected, keys)
            document.refuse(path, describe(_at(document.data, path)), expected + hint)
        return error.valid_data if isinstance(error.valid_data, dict) else {}


def _after_a_comma(document: Document, path: Path, expected: str) -> str:
    """A hint where the rest of a label was read as a key: `{en: Well, what?}` holds a key `what?` without a value."""
    is_strange = expected.startswith((NO_SUCH_KEY, "a key"))
    return COMMA if is_strange and path in document.lines and _at(document.data, path) is None else ""


def _nearest(path: Path, expected: str, keys: Collection[str]) -> str:
    """The key that was meant, where one is spelt nearly so."""
    if not expected.startswith(NO_SUCH_KEY):
        return ""
    nearest = get_close_matches(str(path[-1]), sorted(keys), 1)
    return f"; did you mean {nearest[0]}?" if nearest else ""


def _messages(messages: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(messages, dict):
        for key, inner in messages.items():
            yield from _messages(inner, path if key == "_schema" else (*path, key))
    else:
        yield path, str(messages[0])


def _at(data: Any, path: Path) -> Any:
    for part in path:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return None
    return data
