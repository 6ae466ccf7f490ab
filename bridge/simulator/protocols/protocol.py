"""What a provider's stand-in fills in: how it asks for a screen, reads the answer, and says that a call is over.

Written from the providers' own pages and apart from `bridge.gateways`, whose readers it is to try.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar

from bridge.simulator.letter import Letter


class Over(StrEnum):
    """Why a call is over."""

    DONE = "done"  # its last screen was shown
    HUNG_UP = "hung up"  # by the caller
    LOST = "lost"  # by the network
    TIMED_OUT = "timed out"  # the caller did not answer in the time that the network gives


@dataclass(slots=True)
class Call:
    """What a provider knows of one dialling. `number` is the caller's as typed on the page."""

    session: str
    number: str = field(repr=False)
    code: str
    inputs: list[str] = field(default_factory=list, repr=False)

    @property
    def begins(self) -> bool:
        """Whether nothing was answered yet."""
        return not self.inputs

    @property
    def latest(self) -> str:
        """The last input, "" before there is one."""
        return self.inputs[-1] if self.inputs else ""

    @property
    def said(self) -> str:
        """The dialled string at first, then the last input: what many providers send in one field."""
        return self.code if self.begins else self.latest

    @property
    def transcript(self) -> str:
        """All inputs, as the providers join them that send them all."""
        return "*".join(self.inputs)

    @property
    def digits(self) -> str:
        """The number with its country's code and without `+`."""
        return self.number.strip().removeprefix("+")

    @property
    def e164(self) -> str:
        """The number with `+`."""
        return f"+{self.digits}"

    @property
    def bare_code(self) -> str:
        """The service code without its star and hash."""
        return self.code.strip("*#")


class Protocol(ABC):
    """One provider.

    `tells_repeats`: whether its requests show a repetition to be one, by a turn number or by all inputs so far.
    `has_timeout`: whether it has a word of its own for a caller who does not answer in time.
    """

    tells_repeats: ClassVar[bool] = False
    has_timeout: ClassVar[bool] = False

    @abstractmethod
    def ask(self, call: Call) -> Letter:
        """The request for the next screen."""

    @abstractmethod
    def read(self, answer: str) -> tuple[str, bool]:
        """A screen's text, and whether it is the last. Raises `ValueError`, `KeyError` or `TypeError` for no such."""

    def over(self, call: Call, why: Over) -> Letter | None:
        """How it says that the call is over; None where it says nothing."""
        return None


def members(answer: str) -> Mapping[str, Any]:
    """An answer's JSON object. Raises `ValueError`."""
    found = json.loads(answer)
    if not isinstance(found, dict):
        raise ValueError("no JSON object")
    return found


def screen(text: object, word: object, *, going_on: object, at_the_end: object) -> tuple[str, bool]:
    """A screen's text, and whether it is the last, which one member of the answer says in either of two words.

    Raises `ValueError` where the text is none, or the word another.
    """
    if not isinstance(text, str):
        raise ValueError("no text")
    return text, ends(word, going_on=going_on, at_the_end=at_the_end)


def ends(word: object, *, going_on: object, at_the_end: object) -> bool:
    """Whether a word of the answer is the one for the end. Raises `ValueError` where it is neither."""
    if word not in (going_on, at_the_end) or type(word) is not type(going_on):
        raise ValueError("neither of its two words")
    return word == at_the_end
