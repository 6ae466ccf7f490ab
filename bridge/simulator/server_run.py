"""A provider that asks the bridge for every screen: one dialling over its protocol, and what goes wrong on the way."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from contextlib import suppress

from bridge.menu import Budget
from bridge.simulator.letter import Letter
from bridge.simulator.line import LineError, Move, Shown, Trip, measured
from bridge.simulator.protocols import Call, Over, Protocol
from bridge.simulator.wire import Wire

READING = 1.1  # seconds; nobody reads a screen and answers it faster, since it takes longer on the air


class ServerRunLine:
    """One session. A failed turn can be sent again, as a provider does that got no answer."""

    def __init__(
        self,
        protocol: Protocol,
        wire: Wire,
        budget: Budget,
        *,
        code: str,
        number: str,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self._protocol, self._wire, self._budget, self._wait = protocol, wire, budget, wait
        self._call = Call(secrets.token_hex(16), number, code)
        self._letter = protocol.ask(self._call)
        self._shown: Shown | None = None
        self._shown_at = 0.0
        self._twice = False
        self.moves: tuple[Move, ...] = moves_of(protocol)

    def dial(self) -> Shown:
        return self._ask()

    def answer(self, text: str) -> Shown:
        self._read_first(text)
        self._call.inputs.append(text)
        self._letter = self._protocol.ask(self._call)
        return self._ask()

    def move(self, name: Move) -> Shown | None:
        if name == "repeat":
            return self._ask()
        if name == "duplicate":
            self._twice = not self._twice
            return self._shown
        self._say(Over.LOST if name == "drop" else Over.TIMED_OUT)
        return None

    def hang_up(self) -> None:
        self._say(Over.HUNG_UP)

    def travelled(self) -> tuple[Trip, ...]:
        return self._wire.travelled()

    def _ask(self) -> Shown:
        """The screen that the last letter brings."""
        shown = self._understood(self._sent(self._letter))
        self._shown, self._shown_at = shown, time.monotonic()
        if shown.ends:
            with suppress(LineError):  # the caller has the last screen in any case
                self._say(Over.DONE)
        return shown

    def _sent(self, letter: Letter) -> str:
        return self._wire.send_twice(letter) if self._twice else self._wire.send(letter)

    def _understood(self, answer: str) -> Shown:
        try:
            text, ends = self._protocol.read(answer)
        except (ValueError, KeyError, TypeError):
            raise LineError("The bridge's answer is not one that this provider understands.") from None
        return measured(text, self._budget, ends=ends)

    def _read_first(self, text: str) -> None:
        """Take a person's time before the same key again, which comes too soon only from machines.

        A provider that numbers nothing leaves the bridge no other way to tell a second key from a repetition.
        """
        if not self._protocol.tells_repeats and text == self._call.latest and not self._call.begins:
            self._wait(max(0.0, self._shown_at + READING - time.monotonic()))

    def _say(self, why: Over) -> None:
        letter = self._protocol.over(self._call, why)
        if letter is not None:
            self._sent(letter)


def moves_of(protocol: Protocol) -> tuple[Move, ...]:
    """What can go wrong on this provider's network so that the bridge notices it for what it is."""
    moves: list[Move] = ["repeat"] if protocol.tells_repeats else []
    moves += ["drop", "time_out", "duplicate"] if protocol.has_timeout else ["drop", "duplicate"]
    return tuple(moves)
