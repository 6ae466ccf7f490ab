"""What a gateway file sees of HTTP: a request whose fields are read with bounds, and the answer it builds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_plus

from bridge.errors import Malformed
from bridge.value import Value

LONGEST_ID = 128
LONGEST_NUMBER = 64
LONGEST_CODE = 64
LONGEST_WORD = 64
LONGEST_TEXT = 4096  # a whole transcript; what a phone can send at once is 182 characters (TS 23.038, 6.1.2.3)
MOST_FIELDS = 40


class Request(Value, frozen=True):
    """One authenticated request. `path` is what stands below the token, without slashes around it.

    `arrived` is when its headers were there, by the monotonic clock; None where nobody noted it.
    """

    method: str
    path: str
    query: str = ""
    body: bytes = b""
    simulated: bool = False
    arrived: float | None = None

    def arguments(self) -> Fields:
        """The query's parameters."""
        return _form(self.query)

    def form(self) -> Fields:
        """The body's parameters (application/x-www-form-urlencoded)."""
        return _form(self.body.decode("utf-8", "replace"))

    def json(self) -> Fields:
        """The body's members. Raises `Malformed` where it is no JSON object."""
        try:
            document = json.loads(self.body)
        except (ValueError, RecursionError):
            raise Malformed("the body is not JSON") from None
        if not isinstance(document, dict):
            raise Malformed("the body is not a JSON object")
        return Fields(document)


class Answer(Value, frozen=True):
    """What goes back over HTTP."""

    body: bytes
    content_type: str
    status: int = 200


class Fields:
    """A request's fields by name. Every reader bounds what it returns and raises `Malformed` beyond that."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def session_id(self, name: str) -> str:
        """The session's id: there, printable and of bounded length."""
        return bounded_id(self._scalar(name))

    def caller(self, name: str) -> str:
        """The number as the gateway writes it."""
        return self._printable(name, LONGEST_NUMBER)

    def code(self, name: str) -> str:
        """A service code, or "" where it is not said."""
        return self._printable(name, LONGEST_CODE)

    def word(self, name: str) -> str:
        """A short word such as an operator's name, or ""."""
        return self._printable(name, LONGEST_WORD)

    def text(self, name: str) -> str:
        """What a caller typed, untouched, or ""."""
        return self._bounded(name, LONGEST_TEXT)

    def flag(self, name: str) -> bool:
        """A yes or no, whether it is written as a boolean, a number or a word."""
        return self._scalar(name).strip().lower() in {"true", "1", "yes"}

    def part(self, name: str) -> Fields:
        """An object within the object; an empty one where it is absent."""
        inner = self._values.get(name)
        if inner is not None and not isinstance(inner, dict):
            raise Malformed("a field that should be an object is none")
        return Fields(inner or {})

    def raw(self, name: str) -> Any:
        """A value to send back as it came: some gateways want their own fields echoed."""
        return self._values.get(name)

    def __contains__(self, name: str) -> bool:
        return self._values.get(name) is not None

    def _printable(self, name: str, longest: int) -> str:
        value = self._bounded(name, longest).strip()
        if not value.isprintable():
            raise Malformed("a field holds control characters")
        return value

    def _bounded(self, name: str, longest: int) -> str:
        value = self._scalar(name)
        if len(value) > longest:
            raise Malformed("a field is too long")
        return value

    def _scalar(self, name: str) -> str:
        value = self._values.get(name)
        if value is None:
            return ""
        if isinstance(value, bool | str | int):
            return str(value)
        raise Malformed("a field is neither text nor number")


def bounded_id(value: str) -> str:
    """`value` as a session's id. Raises `Malformed` where it is empty, too long or not printable."""
    if not value or len(value) > LONGEST_ID or not value.isprintable():
        raise Malformed("there is no usable session id")
    return value


def as_text(text: str) -> Answer:
    """`text` as text/plain."""
    return Answer(text.encode("utf-8", "replace"), "text/plain; charset=utf-8")


def as_json(document: Mapping[str, Any]) -> Answer:
    """`document` as JSON. Letters stay letters: some gateways count the escapes."""
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return Answer(body.encode("utf-8", "replace"), "application/json; charset=utf-8")


def _form(text: str) -> Fields:
    """The fields as `urllib.parse.parse_qsl` reads them, in a third of its time: most need no decoding."""
    if text.count("&") >= MOST_FIELDS:
        raise Malformed("there are too many fields")
    pairs = [piece.partition("=") for piece in text.split("&") if piece]
    values = {_decoded(name): _decoded(value) for name, _, value in pairs}
    if len(values) != len(pairs):
        raise Malformed("a field stands there twice")
    return Fields(values)


def _decoded(text: str) -> str:
    return unquote_plus(text) if "%" in text or "+" in text else text
