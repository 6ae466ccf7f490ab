"""A line from a phone to the bridge: what anyone can do on it, and what a screen is there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, Protocol

from bridge.menu import Budget
from bridge.menu.alphabet import outside_gsm, septets, units

Move = Literal["repeat", "drop", "time_out", "duplicate"]
"""What goes wrong on real networks: the provider asks again, the line is lost, the caller is slow, all comes twice."""


class LineError(Exception):
    """The stand-in for the provider could not go on; the text says why, for whoever plays with the phone."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the phone shows. `size` of `limit` counts `unit`s (septets of GSM 03.38, or UCS-2 units)."""

    text: str = field(repr=False)
    ends: bool
    size: int
    limit: int
    unit: str


@dataclass(frozen=True, slots=True)
class Trip:
    """One request to the bridge and its answer, as a person reads them; the path's token is hidden.

    `status` is 0 where there was no answer, or where it is not known.
    """

    method: str
    path: str
    sent: str = field(repr=False)
    status: int
    answer: str = field(repr=False)


class Line(Protocol):
    """One dialling. `moves` names what a tester may do beside dialling, answering and hanging up."""

    moves: tuple[Move, ...]

    def dial(self) -> Shown:
        """The first screen. Raises `LineError`."""

    def answer(self, text: str) -> Shown:
        """The screen after an input. Raises `LineError`."""

    def move(self, name: Move) -> Shown | None:
        """One of `moves`: the screen after it, or None where the line is gone. Raises `LineError`."""

    def hang_up(self) -> None:
        """The caller is gone. Raises `LineError`."""

    def travelled(self) -> tuple[Trip, ...]:
        """What went to the bridge since this was asked last."""


def measured(text: str, budget: Budget, *, ends: bool) -> Shown:
    """A screen as the network counts it: one character outside GSM 03.38 makes all of it UCS-2."""
    if outside_gsm(text):
        return Shown(text, ends, units(text), budget.units, "units")
    return Shown(text, ends, septets(text), budget.septets, "septets")
