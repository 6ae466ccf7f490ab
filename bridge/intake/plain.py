"""The usual body, read and checked by compiled code in a handful of steps: a quarter of the time.

It is one object on one line without escapes, with every key once and no other. Whatever else comes is nothing special:
it is left to `bridge.intake.body` and `bridge.intake.schema`, which name what is wrong with it.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, TypedDict

from marshmallow import fields
from msgspec import Meta, MsgspecError
from msgspec.json import Decoder

from bridge.intake.fields import LETTER, LONGEST_NAME, WORDS, Answers, Bool, Text, Time, Version, is_time
from bridge.intake.schema import CODE, FIELDS


def read_plain(raw: bytes) -> dict[str, Any] | None:
    """What `bridge.intake.schema.load` gives for the JSON in `raw`; None where that has to be asked."""
    try:
        text, found = raw.decode(), _DECODER.decode(raw)
    except (MsgspecError, ValueError, RecursionError):
        return None
    if not text.isprintable() or "\\" in text or text.count('"') != _quotes(found):
        return None
    return found if _has_shape(found) else None


def _quotes(found: dict[str, Any]) -> int:
    """How many quotes its texts need where nothing is escaped. A key that stands twice, or is not ours, has more."""
    texts = sum([found[name] is not None for name in _TEXTS])
    return 2 * (len(FIELDS) + texts + 2 * len(found["answers"]))


def _has_shape(found: dict[str, Any]) -> bool:
    """The rest of what `bridge.intake.fields` asks of printable texts; of all codes at once, since none is empty."""
    return (
        _CODE.fullmatch("".join([found[name] for name in _CODES])) is not None
        and _NAMES.fullmatch("".join(found["answers"])) is not None
        and not any(found[name].isspace() for name in _WORDS)
        and all(found[name] is None or is_time(found[name]) for name in _TIMES)
    )


def _type(field: fields.Field[Any]) -> Any:
    """The same bounds in msgspec's words; it would search each text by itself for a shape, so it is not told of any."""
    match field:
        case Version():
            return Literal[1]
        case Bool():
            return bool
        case Time():
            return str | None
        case Answers():
            name, answer = Meta(min_length=1, max_length=LONGEST_NAME), Meta(max_length=field.longest)
            return Annotated[dict[Annotated[str, name], Annotated[str, answer]], Meta(max_length=field.most)]
        case Text() if field.shape.pattern in (CODE, WORDS):
            return Annotated[str, Meta(min_length=1, max_length=field.longest)]
    raise TypeError(f"a {type(field).__name__} of this shape has no short way: give it one here (decision 0031)")


_TIMES = [name for name, field in FIELDS if isinstance(field, Time)]
_TEXTS = [name for name, field in FIELDS if isinstance(field, Text | Time)]
_CODES = [name for name, field in FIELDS if isinstance(field, Text) and field.shape.pattern == CODE]
_WORDS = [name for name, field in FIELDS if isinstance(field, Text) and field.shape.pattern == WORDS]
_CODE, _NAMES = re.compile(CODE), re.compile(f"{LETTER}*")
_BODY: Any = TypedDict("_BODY", {name: _type(field) for name, field in FIELDS})  # type: ignore[misc]
_DECODER: Decoder[dict[str, Any]] = Decoder(_BODY)
