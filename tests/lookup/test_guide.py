"""docs/lookups.md: its code checks our signatures, its examples are what is sent and taken, its tables are whole."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from bridge.lookup import circuit, lookups
from bridge.lookup.answer import MOST, read_answer
from bridge.lookup.letter import body_of, headers_of
from bridge.settings import SETTINGS
from tests.lookup.services import OTHER, OTHER_TEXT, SECRET, SECRET_TEXT, inquiry
from tests.menu.dialogues import ROOT

GUIDE = (ROOT / "docs" / "lookups.md").read_text(encoding="utf-8")
PYTHON = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
JSON = [json.loads(example) for example in re.findall(r"```json\n(.*?)```", GUIDE, re.DOTALL)]
BODY = body_of(inquiry())

Check = Callable[[str, Mapping[str, str], bytes], bool]


@pytest.fixture
def check() -> Check:
    """The guide's own function."""
    (code,) = PYTHON
    space: dict[str, Any] = {}
    exec(code, space)  # noqa: S102 - it is ours
    found: Check = space["is_from_the_bridge"]
    return found


@pytest.mark.parametrize("secret", [SECRET_TEXT, OTHER_TEXT], ids=["new", "old"])
def test_the_guides_code_takes_what_we_sign(check: Check, secret: str) -> None:
    assert check(secret, headers_of(BODY, [SECRET, OTHER], time.time()), BODY)


def test_the_guides_code_takes_nothing_else(check: Check) -> None:
    signed = headers_of(BODY, [SECRET], time.time())
    assert not check(OTHER_TEXT, signed, BODY)
    assert not check(SECRET_TEXT, signed, BODY + b" ")
    assert not check(SECRET_TEXT, signed | {"webhook-id": "lookup_0"}, BODY)
    assert not check(SECRET_TEXT, headers_of(BODY, [SECRET], time.time() - 301), BODY)
    assert not check(SECRET_TEXT, headers_of(BODY, [SECRET], time.time() + 310), BODY)


def test_the_guide_shows_every_key_that_is_sent() -> None:
    assert list(JSON[0]) == list(json.loads(BODY))


@pytest.mark.parametrize("example", JSON[1:], ids=json.dumps)
def test_the_guides_answers_are_taken(example: dict[str, Any]) -> None:
    found = read_answer(json.dumps(example).encode(), inquiry())
    assert (found.words, found.value) in (("Compte 1001 : 25 000 CFA.", ""), ("", "yes"))


def test_every_setting_and_every_outcome_is_explained() -> None:
    outcomes = set(re.findall(r'AnswerRefused\("(\w+)"\)', _code()))
    assert len(outcomes) == 8
    for word in (*outcomes, *(setting.name for setting in SETTINGS if setting.name.startswith("LOOKUP_"))):
        assert f"`{word}`" in GUIDE, word


def test_its_figures_are_those_of_the_code() -> None:
    figures = (
        f"{circuit.FAILURES} failures in a row",
        f"every {circuit.REST:.0f} seconds",
        f"{lookups.AT_ONCE} requests",
        f"{lookups.WAITING} callers",
        f"{MOST} bytes",
    )
    one_line = " ".join(GUIDE.split())
    for figure in figures:
        assert figure in one_line, figure


def _code() -> str:
    return "".join(path.read_text("utf-8") for path in (ROOT / "bridge" / "lookup").glob("*.py"))
