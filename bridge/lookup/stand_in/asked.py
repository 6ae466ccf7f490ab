"""What a stand-in is asked and answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Answer = dict[str, str | dict[str, str]]


@dataclass(frozen=True, slots=True)
class Asked:
    """One look-up. `id` is the same when the same is asked again."""

    id: str
    session: str = field(repr=False)
    caller: str = field(repr=False)
    answers: Mapping[str, str] = field(repr=False)
    secrets: Mapping[str, str] = field(repr=False)


Answers = dict[tuple[str, str], Callable[[Asked], Answer]]
"""What answers which (menu, question)."""


def text(**words: str) -> Answer:
    """Words by language."""
    return {"text": words}


def value(word: str) -> Answer:
    """A value for the menu's `relevant`."""
    return {"value": word}
