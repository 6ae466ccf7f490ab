"""What is printed of any record of ours, as by a debugger or a careless log line, names no caller and no secret."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
import re
from collections.abc import Iterator

import pytest
from msgspec import Struct

import bridge
from bridge.value import Value
from bridge.wsgi import whole

TELLING = re.compile(
    r"caller|number|received|answers|transcript|said|typed|input|body|content|attributes|sealed"
    r"|(.*_)?(secrets?|tokens?|passwords?|basic|data_keys?)"
)
NAMES_OF_FIELDS = {"Parameters", "GetFamily"}  # of a gateway's query, not what stands in them


def records() -> Iterator[type]:
    """Every record in the house whose representation is the usual one, with all its fields."""
    for module in pkgutil.walk_packages(bridge.__path__, "bridge."):
        if "migrations" in module.name or module.name.endswith("__main__"):
            continue
        for found in vars(importlib.import_module(module.name)).values():
            if isinstance(found, type) and found.__module__ == module.name and _shows_its_fields(found):
                yield found


def _shows_its_fields(record: type) -> bool:
    if dataclasses.is_dataclass(record):
        return hasattr(record.__repr__, "__wrapped__")
    return issubclass(record, Struct) and record.__repr__ is Struct.__repr__


RECORDS = {f"{record.__module__}.{record.__name__}": record for record in records()}


@pytest.mark.parametrize("name", RECORDS)
def test_no_record_shows_who_called_what_they_said_or_a_secret(name: str) -> None:
    record = RECORDS[name]
    shown = [field for field, kind in _shown(record) if TELLING.fullmatch(field) and re.search("str|bytes|Any", kind)]
    assert record.__name__ in NAMES_OF_FIELDS or shown == []


def _shown(record: type) -> Iterator[tuple[str, str]]:
    """The name and the type of each field that is printed."""
    if dataclasses.is_dataclass(record):
        yield from ((field.name, str(field.type)) for field in dataclasses.fields(record) if field.repr)
    else:
        yield from ((name, str(kind)) for base in record.__mro__ for name, kind in _annotated(base).items())


def _annotated(kind: type) -> dict[str, object]:
    found: dict[str, object] = vars(kind).get("__annotations__", {})
    return found


def test_the_search_knows_the_records_that_hold_most() -> None:
    names = ("settings.Settings", "settings.Gateway", "store.deliveries.Job", "delivery.policy.Case")
    assert {f"bridge.{name}" for name in names} <= set(RECORDS)


def test_a_value_of_a_turn_says_its_type_and_no_more() -> None:
    class Said(Value, frozen=True):
        caller: str

    assert repr(Said("+221770000001")) == "<Said>"
    assert Said("+221770000001").__rich_repr__() == []


def test_an_answer_on_its_way_back_says_its_status_and_no_more() -> None:
    assert repr(whole(200, "text/plain", b"END Thank you, Awa.")) == "<HttpAnswer 200>"
