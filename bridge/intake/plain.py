"""The usual body, read and checked in one step of compiled code: a fifth of the time.

It is one object on one line without escapes, with every key once and no other. Whatever else comes is nothing special:
it is left to `bridge.intake.body` and `bridge.intake.schema`, which name what is wrong with it.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypedDict

from marshmallow import fields
from msgspec import Meta, MsgspecError
from msgspec.json import Decoder

from bridge.intake.fields import NAME, Answers, Bool, Text, Time, Version, is_time
from bridge.intake.schema import FIELDS


def read_plain(raw: bytes) -> dict[str, Any] | None:
    """What `bridge.intake.schema.load` gives for the JSON in `raw`; None where that has to be asked."""
    try:
        text, found = raw.decode(), _DECODER.decode(raw)
    except (MsgspecError, ValueError, RecursionError):
        return None
    if not text.isprintable() or "\\" in text or text.count('"') != _quotes(found):
        return None
    return found if all(found[name] is None or is_time(found[name]) for name in _TIMES) else None


def _quotes(found: dict[str, Any]) -> int:
    """How many quotes its texts need where nothing is escaped. A key that stands twice, or is not ours, has more."""
    texts = sum([found[name] is not None for name in _TEXTS])
    return 2 * (len(FIELDS) + texts + 2 * len(found["answers"]))


def _type(field: fields.Field[Any]) -> Any:
    """The same bounds in msgspec's words. It searches with its patterns, so they say where they begin and end.

    That `$` lets a line end pass does no harm: a text that is printable has none.
    """
    match field:
        case Version():
            return Literal[1]
        case Bool():
            return bool
        case Time():
            return str | None
        case Answers():
            name, answer = Meta(pattern=f"^{NAME}$"), Meta(max_length=field.longest)
            return Annotated[dict[Annotated[str, name], Annotated[str, answer]], Meta(max_length=field.most)]
        case Text():
            bounds = Meta(min_length=1, max_length=field.longest, pattern=f"^{field.shape.pattern}$")
            return Annotated[str, bounds]
    raise NotImplementedError(type(field).__name__)


_TIMES = [name for name, field in FIELDS if isinstance(field, Time)]
_TEXTS = [name for name, field in FIELDS if isinstance(field, Text | Time)]
_BODY: Any = TypedDict("_BODY", {name: _type(field) for name, field in FIELDS})  # type: ignore[misc]
_DECODER: Decoder[dict[str, Any]] = Decoder(_BODY)
