"""A line from a phone to the bridge: what anyone can do on it, and what a screen is there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol


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


class Line(Protocol):
    """One dialling. `moves` names what a tester may do beside dialling, answering and hanging up."""

    moves: tuple[str, ...]

    def dial(self) -> Shown:
        """The first screen. Raises `LineError`."""

    def answer(self, text: str) -> Shown:
        """The screen after an input. Raises `LineError`."""

    def hang_up(self) -> None:
        """The caller is gone."""

    def move(self, name: str) -> Shown:
        """One of `moves`. Raises `LineError`."""
