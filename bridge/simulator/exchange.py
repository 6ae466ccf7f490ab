"""The exchange that the simulated phones hang on: it opens a line for a dialled code and remembers who is on it."""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping

from bridge.simulator.line import Line, LineError, Shown

MOST_CALLS = 200
IDLE_SECONDS = 900.0
LONGEST_INPUT = 300

OpenLine = Callable[[str, str], Line]  # the dialled code and the caller's number


class Exchange:
    """Calls under way, by an id that only their phone knows. Safe to use from several threads."""

    def __init__(self, gateways: Mapping[str, OpenLine], now: Callable[[], float] = time.monotonic) -> None:
        self.gateways = gateways
        self._now = now
        self._calls: OrderedDict[str, tuple[Line, float]] = OrderedDict()
        self._lock = threading.Lock()

    def dial(self, gateway: str, code: str, number: str) -> tuple[str, Line, Shown]:
        """A new call and its first screen. Raises `LineError`."""
        if gateway not in self.gateways:
            raise LineError("There is no such gateway.")
        if not _is_code(code):
            raise LineError("A service code looks like *123#.")
        line = self.gateways[gateway](code, number)
        shown = line.dial()
        call = secrets.token_urlsafe(16)
        with self._lock:
            self._forget_old()
            self._calls[call] = (line, self._now())
        return call, line, shown

    def line(self, call: str) -> Line:
        """The line of a call. Raises `LineError` where it is over."""
        with self._lock:
            if call not in self._calls:
                raise LineError("This call is over. Dial again.")
            line, _ = self._calls[call]
            self._calls[call] = (line, self._now())
            self._calls.move_to_end(call)
            return line

    def _forget_old(self) -> None:
        oldest = self._now() - IDLE_SECONDS
        while self._calls:
            call, (_, used) = next(iter(self._calls.items()))
            if used > oldest and len(self._calls) < MOST_CALLS:
                return
            del self._calls[call]


def _is_code(code: str) -> bool:
    return 2 < len(code) <= 40 and code[0] == "*" and code[-1] == "#" and set(code[1:-1]) <= set("0123456789*#")
