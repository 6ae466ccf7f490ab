"""The exchange that the simulated phones hang on: it opens a line for a dialled code and remembers who is on it."""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bridge.simulator.line import Line, LineError, Move, Shown, Trip

MOST_CALLS = 200
IDLE_SECONDS = 900.0
LONGEST_INPUT = 300

OpenLine = Callable[[str, str], Line]  # the dialled code and the caller's number


@dataclass(frozen=True, slots=True)
class Provider:
    """A choice on the page. `about` says its limits in a sentence; without `open` it says why it is not to be had.

    `codes` are what can be dialled there, each with the name of its menu; the first is proposed.
    """

    title: str
    about: str
    runs_menu: bool
    open: OpenLine | None
    codes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Told:
    """What came of one thing that was done on the phone. No `shown` and no `trouble`: the line is gone."""

    shown: Shown | None
    trouble: str
    travelled: tuple[Trip, ...]


@dataclass(slots=True)
class _Call:
    line: Line
    used: float
    one_at_a_time: threading.Lock = field(default_factory=threading.Lock)


class Exchange:
    """Calls under way, by an id that only their phone knows. Safe to use from several threads."""

    def __init__(self, providers: Mapping[str, Provider], now: Callable[[], float] = time.monotonic) -> None:
        self.providers = providers
        self._now = now
        self._calls: OrderedDict[str, _Call] = OrderedDict()
        self._lock = threading.Lock()

    def dial(self, provider: str, code: str, number: str) -> tuple[str, Line, Told]:
        """A new call, its line, and its first screen. Raises `LineError` where nothing could be dialled."""
        line = self._opener(provider)(*_dialled(code, number))
        call = secrets.token_urlsafe(16)
        with self._lock:
            self._forget_old()
            self._calls[call] = _Call(line, self._now())
        told = self._done(call, lambda line: line.dial())
        if told.trouble:
            self._forget(call)
        return call, line, told

    def answer(self, call: str, text: str) -> Told:
        """The caller answers the screen. Raises `LineError` where the call is over."""
        return self._done(call, lambda line: line.answer(text))

    def move(self, call: str, name: str) -> Told:
        """Something goes wrong on the way, by its name. Raises `LineError` where the call is over."""
        return self._done(call, lambda line: line.move(_move(line, name)))

    def hang_up(self, call: str) -> Told:
        """The caller hangs up. Raises `LineError` where the call is over."""
        told = self._done(call, _hung_up)
        self._forget(call)
        return told

    def _opener(self, name: str) -> OpenLine:
        provider = self.providers.get(name)
        if provider is None:
            there = ", ".join(name for name, one in self.providers.items() if one.open)
            raise LineError(f"There is no such gateway here. Choose one of: {there}.")
        if provider.open is None:
            raise LineError(provider.about)
        return provider.open

    def _done(self, call: str, act: Callable[[Line], Shown | None]) -> Told:
        known = self._known(call)
        with known.one_at_a_time:
            shown, trouble = None, ""
            try:
                shown = act(known.line)
            except LineError as error:
                trouble = str(error)
            travelled = known.line.travelled()
        if not trouble and (shown is None or shown.ends):
            self._forget(call)
        return Told(shown, trouble, travelled)

    def _known(self, call: str) -> _Call:
        with self._lock:
            known = self._calls.get(call)
            if known is None:
                raise LineError("This call is over. Dial again.")
            known.used = self._now()
            self._calls.move_to_end(call)
            return known

    def _forget(self, call: str) -> None:
        with self._lock:
            self._calls.pop(call, None)

    def _forget_old(self) -> None:
        oldest = self._now() - IDLE_SECONDS
        while self._calls:
            call, known = next(iter(self._calls.items()))
            if known.used > oldest and len(self._calls) < MOST_CALLS:
                return
            del self._calls[call]


def _move(line: Line, name: str) -> Move:
    for move in line.moves:
        if move == name:
            return move
    raise LineError(f"What can go wrong at this gateway: {', '.join(line.moves) or 'nothing that it would notice'}.")


def _hung_up(line: Line) -> None:
    line.hang_up()


def _dialled(code: str, number: str) -> tuple[str, str]:
    if not (2 < len(code) <= 40 and code[0] == "*" and code[-1] == "#" and set(code[1:-1]) <= set("0123456789*#")):
        raise LineError("A service code begins with * and ends with #, like *123#.")
    if not set(number) & set("0123456789"):
        raise LineError("The caller needs a number, like +221770000001.")
    return code, number
