"""`EvaluateTaskAttributes`, as far as the bridge uses it: `==` joined by `AND`, over dotted paths.

Twilio's language (twilio.com/docs/taskrouter/expression-syntax) can do more; what is not understood here
is refused as a bad parameter instead of being guessed. A missing key is NULL and equals nothing but NULL.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from bridge.sandbox.refusal import invalid

TOKEN = re.compile(
    r"""\s*(?:(?P<text>'[^']*'|"[^"]*")|(?P<number>-?\d+(?:\.\d+)?)|(?P<equals>==)"""
    r"""|(?P<word>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*))"""
)
CONSTANTS: Mapping[str, object] = {"true": True, "false": False, "null": None}


@dataclass(frozen=True, slots=True)
class Equals:
    """One comparison: what stands at `path` in the attributes is `value`."""

    path: tuple[str, ...]
    value: object

    def holds(self, attributes: object) -> bool:
        """Whether these attributes satisfy it. `1` and `true` are different things, as in JSON."""
        found = look_up(attributes, self.path)
        return type(found) is type(self.value) and found == self.value


def parse(expression: str) -> tuple[Equals, ...]:
    """All the comparisons that must hold. Raises `Refusal` (20001) for anything it does not understand."""
    tokens = list(_tokens(expression))
    terms = [_term(tokens[start : start + 3]) for start in range(0, len(tokens), 4)]
    joints = tokens[3::4]
    if not terms or any(kind != "word" or text.upper() != "AND" for kind, text in joints):
        raise _unreadable()
    if len(tokens) != 4 * len(terms) - 1:
        raise _unreadable()
    return tuple(terms)


def matches(terms: tuple[Equals, ...], attributes: str) -> bool:
    """Whether a task with these attributes (JSON text) is meant."""
    known = json.loads(attributes)
    return all(term.holds(known) for term in terms)


def look_up(value: object, path: tuple[str, ...]) -> object:
    """What stands at a path of keys; None where a key is missing or the way leads through no object."""
    for key in path:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def _tokens(expression: str) -> list[tuple[str, str]]:
    found, at = [], 0
    expression = expression.rstrip()
    while at < len(expression):
        match = TOKEN.match(expression, at)
        if match is None or match.lastgroup is None:
            raise _unreadable()
        found.append((match.lastgroup, match.group(match.lastgroup)))
        at = match.end()
    return found


def _term(tokens: list[tuple[str, str]]) -> Equals:
    if [kind for kind, _ in tokens[:2]] != ["word", "equals"] or len(tokens) != 3:
        raise _unreadable()
    return Equals(tuple(tokens[0][1].split(".")), _value(*tokens[2]))


def _value(kind: str, text: str) -> object:
    if kind == "text":
        return text[1:-1]
    if kind == "number":
        return float(text) if "." in text else int(text)
    if kind == "word" and text.lower() in CONSTANTS:
        return CONSTANTS[text.lower()]
    raise _unreadable()


def _unreadable() -> Exception:
    return invalid("EvaluateTaskAttributes is not an expression that can be read")
