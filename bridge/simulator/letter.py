"""A request as a provider writes it: the bytes that travel, and the same for a person to read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_plus, urlencode


@dataclass(frozen=True, slots=True)
class Letter:
    """One request. `below` follows the bridge's address for this provider; `shown` is what it says."""

    method: str
    below: str = field(repr=False)
    body: bytes | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    shown: str = field(default="", repr=False)


def query(fields: Mapping[str, str]) -> Letter:
    """A GET that says everything in its query, every character escaped that may be."""
    return Letter("GET", "?" + _encoded(fields), shown=_listed(fields))


def form(fields: Mapping[str, str], below: str = "") -> Letter:
    """A POST of a form (application/x-www-form-urlencoded)."""
    headers = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}
    return Letter("POST", below, _encoded(fields).encode(), headers, _listed(fields))


def document(members: Mapping[str, Any], below: str = "", headers: Mapping[str, str] | None = None) -> Letter:
    """A POST of JSON; `headers` are those that say more than what kind of body it is."""
    more = headers or {}
    body = json.dumps(members, ensure_ascii=False).encode()
    shown = "\n".join(filter(None, (_listed(more), json.dumps(members, ensure_ascii=False, indent=2))))
    return Letter("POST", below, body, {"Content-Type": "application/json", **more}, shown)


def legible(answer: str) -> str:
    """An answer for a person: JSON on several lines, anything else as it came."""
    try:
        return json.dumps(json.loads(answer), ensure_ascii=False, indent=2)
    except ValueError:
        return answer


def _encoded(fields: Mapping[str, str]) -> str:
    return urlencode(fields, quote_via=quote_plus)


def _listed(fields: Mapping[str, str]) -> str:
    return "\n".join(f"{name}: {value}" for name, value in fields.items())
