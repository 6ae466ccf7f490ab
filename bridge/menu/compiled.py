"""The compiled form of a menu: plain data that the ES5 engine runs on and the version is made from."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from bridge.menu.alphabet import BASIC, EXTENSION
from bridge.menu.definition import Choice, Menu, Question
from bridge.menu.folding import ASCII, DROPPED_RANGES, FOLDS
from bridge.menu.keys import BLANK_RANGES, CONTROL_RANGES, DIGIT_ZEROS


def compiled(menu: Menu) -> dict[str, Any]:
    """All of it, `version` included. Labels are as phones show them; `route_when` stays with us."""
    data = {
        "menu": menu.name,
        "languages": list(menu.languages),
        "encodings": dict(menu.encodings),
        "help_line": menu.help_line,
        "max_wrong": menu.max_wrong,
        "session_ttl": menu.session_ttl,
        "resume": menu.resume,
        "partial_after": list(menu.partial_after),
        "questions": [_question(question) for question in menu.questions],
        "end": {"label": dict(menu.end.shown), "label_unsent": dict(menu.label_unsent.shown)},
        "words": {key: dict(text.shown) for key, text in menu.words.items()},
        "tables": _tables(),
    }
    return {**data, "version": _version(data)}


def _version(data: dict[str, Any]) -> str:
    """The first 16 hexadecimal digits of SHA-256 over the canonical JSON."""
    canonical = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def _question(question: Question) -> dict[str, Any]:
    return {
        "name": question.name,
        "type": question.type,
        "label": dict(question.label.shown),
        "choices": [_choice(choice) for choice in question.choices],
        "relevant": {name: list(values) for name, values in question.relevant.items()},
        "choice_filter": list(question.choice_filter),
        "min": question.minimum,
        "max": question.maximum,
        "sensitive": question.sensitive,
        "secret": question.secret,
    }


def _choice(choice: Choice) -> dict[str, Any]:
    keys = {name: list(values) for name, values in choice.keys.items()}
    return {"name": choice.name, "label": dict(choice.label.shown), "keys": keys}


def _tables() -> dict[str, Any]:
    return {
        "basic": BASIC,
        "extension": EXTENSION,
        "folds": FOLDS,
        "dropped": [list(run) for run in DROPPED_RANGES],
        "ascii": ASCII,
        "digit_zeros": list(DIGIT_ZEROS),
        "blanks": [list(run) for run in BLANK_RANGES],
        "controls": [list(run) for run in CONTROL_RANGES],
    }
