"""A YAML 1.2 file as plain data that remembers its lines.

Every scalar stays the text it was written as (YAML's failsafe schema): `no`, `0800` and `1.0` are words, and
the schema decides what a key wants. Aliases and tags are faults: a menu needs neither, and both have been used
to break readers.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from msgspec import Struct, field
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from bridge.errors import Fault
from bridge.menu.slips import told
from bridge.menu.source import MAX_BYTES, undecoded

MAX_DEPTH = 12

Path = tuple[str | int, ...]


class Document(Struct):
    """What a file holds (None: not readable), on which line each path stands, and its faults so far."""

    data: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def line_of(self, path: Path) -> int | None:
        """The line of a path, or of the nearest thing around it."""
        for end in range(len(path), -1, -1):
            if path[:end] in self.lines:
                return self.lines[path[:end]]
        return None

    def refuse(self, path: Path, found: str, expected: str) -> None:
        """Note a fault, once."""
        fault = Fault(self.words_of(path), found, expected, self.line_of(path))
        if fault not in self.faults:
            self.faults.append(fault)

    def words_of(self, path: Path) -> str:
        """`questions[location].label.fr`: named things by their name, the rest by their place from 1."""
        words, here = "", self.data
        for part in path:
            here = _inside(here, part)
            if isinstance(part, str):
                words += f".{part}" if words else part
            else:
                name = here.get("name") if isinstance(here, dict) else None
                words += f"[{name if isinstance(name, str) else part + 1}]"
        return words or "the file"


def read_document(source: bytes) -> Document:
    """The data of a file, or a document with the fault that makes it unreadable. Never raises."""
    document = Document()
    try:
        if len(source) > MAX_BYTES:
            raise _Unreadable(None, f"more than {MAX_BYTES} bytes", "a smaller file")
        text = source.decode("utf-8-sig")
        document.data = _Builder(document, _events(text)).document()
    except UnicodeDecodeError as error:
        document.faults.append(undecoded(source, error.start))
    except _Unreadable as error:
        document.faults.append(Fault("the file", error.found, error.expected, error.line))
    except MarkedYAMLError as error:
        document.faults.append(told(str(error.problem or error.context), _line_of_slip(error)))
    except ReaderError as error:
        line = text[: error.position].count("\n") + 1
        document.faults.append(Fault("the file", f"the control character {error.character!r}", "a text file", line))
    except (YAMLError, ValueError, RecursionError) as error:
        document.faults.append(told(type(error).__name__, None))
    return document


def describe(value: object) -> str:
    """What was found, short enough for one line."""
    if value is None:
        return "nothing"
    if isinstance(value, dict | list):
        return f"a {'mapping' if isinstance(value, dict) else 'list'} of {len(value)}"
    text = str(value)
    return repr(text if len(text) <= 40 else text[:37] + "...")


class _Unreadable(Exception):
    def __init__(self, line: int | None, found: str, expected: str) -> None:
        self.line, self.found, self.expected = line, found, expected
        super().__init__(found)


def _line_of_slip(error: MarkedYAMLError) -> int | None:
    """Where the slip is. What is never closed is noticed far below it, so that its beginning says more."""
    is_open = "end of stream" in str(error.problem) or "expected ',' or" in str(error.problem)
    mark = (error.context_mark if is_open else None) or error.problem_mark or error.context_mark
    return mark.line + 1 if mark else None


def _events(text: str) -> Iterator[Event]:
    yield from YAML(typ="safe", pure=True).parse(io.StringIO(text))


class _Builder:
    """Plain data from parser events, depth first."""

    def __init__(self, document: Document, events: Iterator[Event]) -> None:
        self._document, self._events = document, events

    def document(self) -> Any:
        data, documents = None, 0
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _Unreadable(_line(event), "a second document (---)", "one document")
            elif isinstance(event, NodeEvent):
                data = self._node(event, ())
        return data

    def _node(self, event: Event, path: Path) -> Any:
        self._document.lines.setdefault(path, _line(event))
        if isinstance(event, AliasEvent):
            raise _Unreadable(_line(event), "an alias (*)", "the words themselves, in quotes where they begin with *")
        if len(path) > MAX_DEPTH:
            raise _Unreadable(_line(event), "too many levels", f"at most {MAX_DEPTH} levels")
        if getattr(event, "tag", None) is not None:
            raise _Unreadable(_line(event), "a tag (!)", "plain YAML")
        if isinstance(event, MappingStartEvent):
            return self._mapping(path)
        if isinstance(event, SequenceStartEvent):
            return self._sequence(path)
        return _scalar(event)

    def _sequence(self, path: Path) -> list[Any]:
        items: list[Any] = []
        for event in self._events:
            if isinstance(event, SequenceEndEvent):
                break
            items.append(self._node(event, (*path, len(items))))
        return items

    def _mapping(self, path: Path) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        for event in self._events:
            if isinstance(event, MappingEndEvent):
                break
            key = self._key(event, path)
            if key in mapping:
                self._document.lines[(*path, key)] = _line(event)
                self._document.refuse((*path, key), "the same key twice", "each key once")
            self._document.lines[(*path, key)] = _line(event)
            mapping[key] = self._node(next(self._events), (*path, key))
        return mapping

    def _key(self, event: Event, path: Path) -> str:
        if isinstance(event, AliasEvent):
            raise _Unreadable(_line(event), "an alias (*)", "the words themselves, in quotes where they begin with *")
        if not isinstance(event, ScalarEvent):
            raise _Unreadable(_line(event), "a mapping or list as a key", "a word as a key")
        return str(event.value)


def _scalar(event: Event) -> str | None:
    text = str(event.value) if isinstance(event, ScalarEvent) else ""
    is_plain = getattr(event, "style", None) is None
    return None if is_plain and text == "" else text


def _line(event: Event) -> int:
    return int(event.start_mark.line) + 1


def _inside(data: Any, part: str | int) -> Any:
    if isinstance(part, int):
        return data[part] if isinstance(data, list) and part < len(data) else None
    return data.get(part) if isinstance(data, dict) else None
