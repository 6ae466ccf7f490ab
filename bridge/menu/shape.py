"""A document held against its marshmallow schema: its faults are noted, what is sound comes back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from marshmallow import Schema, ValidationError

from bridge.menu.document import Document, Path, describe

COMMA = "; words that hold a comma need quotes"


def checked(document: Document, schema: Schema) -> dict[str, Any]:
    """The parts of the document that have the right shape; {} where nothing could be read."""
    if document.data is None:
        if not document.faults:
            document.refuse((), "an empty file", "a menu")
        return {}
    try:
        loaded: dict[str, Any] = schema.load(document.data)
        return loaded
    except ValidationError as error:
        for path, expected in _messages(error.messages, ()):
            document.refuse(
                path, describe(_at(document.data, path)), expected + _after_a_comma(document, path, expected)
            )
        return error.valid_data if isinstance(error.valid_data, dict) else {}


def _after_a_comma(document: Document, path: Path, expected: str) -> str:
    """A hint where the rest of a label was read as a key: `{en: Well, what?}` holds a key `what?` without a value."""
    is_strange = expected.startswith(("no such key", "a key"))
    return COMMA if is_strange and path in document.lines and _at(document.data, path) is None else ""


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
