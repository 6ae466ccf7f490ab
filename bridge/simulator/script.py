"""Telerivet with the real script: one session in the emulator, which posts to the bridge by itself."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from bridge.menu import Budget
from bridge.simulator.emulator import Emulator
from bridge.simulator.letter import legible
from bridge.simulator.line import Move, Shown, Trip, measured

BUDGET = Budget()


@dataclass(frozen=True, slots=True)
class Script:
    """A built script: which one, its text, and the custom variables it is deployed with."""

    name: str
    code: str = field(repr=False)
    variables: Mapping[str, str] = field(repr=False)


class ScriptLine:
    """One session. The script posts by itself, so that nobody here can do that twice."""

    moves: tuple[Move, ...] = ("drop",)

    def __init__(self, emulator: Emulator, script: Script, *, code: str, number: str) -> None:
        self._emulator, self._script = emulator, script
        self._code, self._number = code, number
        self._session = "SM" + secrets.token_hex(8)  # not counted, as the emulator does: the bridge outlives it
        self._trips: list[Trip] = []

    def dial(self) -> Shown:
        self._emulator.deploy(self._script.name, self._script.code, self._script.variables)
        dialled = {"from": self._number, "code": self._code, "call": self._session, "simulated": True}
        return self._screen({"do": "start", **dialled})

    def answer(self, text: str) -> Shown:
        return self._screen({"do": "input", "text": text})

    def move(self, name: Move) -> Shown | None:
        self.hang_up()
        return None

    def hang_up(self) -> None:
        self._ask({"do": "hang_up"})

    def travelled(self) -> tuple[Trip, ...]:
        trips, self._trips = self._trips, []
        return tuple(trips)

    def _screen(self, question: Mapping[str, Any]) -> Shown:
        with self._emulator.alone:
            try:
                shown = self._ask(question)
            finally:
                self._trips += map(_trip, self._ask({"do": "requests"})["requests"])
        return measured(shown["screen"], BUDGET, ends=shown["ends"])

    def _ask(self, question: Mapping[str, Any]) -> Mapping[str, Any]:
        return self._emulator.ask({**question, "world": self._script.name, "session": self._session})


def _trip(request: Mapping[str, Any]) -> Trip:
    """A request that the script made. The emulator keeps what it sent, not what came back."""
    headers = "\n".join(f"{name}: {value}" for name, value in request["headers"].items())
    return Trip("POST", urlsplit(request["url"]).path, f"{headers}\n{legible(request['data'])}", 0, "")
