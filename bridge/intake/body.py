"""Bytes to JSON, strictly: a body has one reading, so nothing is signed as one thing and kept as another."""

from __future__ import annotations

import json
import re
from typing import Any

from bridge.errors import Malformed

MAX_DEPTH = 8  # a submission has depth 2; the rest is room for keys we ignore

_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_BRACKETS = re.compile(rb"[\[\]{}]")


def read_json(raw: bytes) -> Any:
    """The JSON value of `raw` (RFC 8259, UTF-8); Malformed for doubled keys, NaN, deep nesting and so on."""
    _refuse_deep(raw)
    try:
        return _DECODER.decode(raw.decode("utf-8"))
    except (ValueError, RecursionError):  # not UTF-8, not JSON, a number of thousands of digits
        raise Malformed("body is not JSON that we take") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _refuse_constant(_: str) -> None:
    raise ValueError("not a JSON number")


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_refuse_constant)


def _refuse_deep(raw: bytes) -> None:
    if raw.count(b"{") + raw.count(b"[") > MAX_DEPTH and _depth(raw) > MAX_DEPTH:
        raise Malformed("body is nested too deep")


def _depth(raw: bytes) -> int:
    deepest = depth = 0
    for bracket in _BRACKETS.findall(_STRING.sub(b"", raw)):
        depth += 1 if bracket in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest
