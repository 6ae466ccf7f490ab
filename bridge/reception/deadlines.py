"""Who waits at most so long, with one timer for all of them: one for each costs more than what it guards."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable

TICK = 0.05  # seconds that somebody may be told too late


class Deadlines:
    """Of one event loop, and used in its thread alone."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._waiting: dict[Hashable, tuple[float, Callable[[], object]]] = {}
        self._ticks = False

    def set(self, who: Hashable, seconds: float, late: Callable[[], object]) -> None:
        """Call `late` after so many seconds, unless `who` is cleared before."""
        self._waiting[who] = self._loop.time() + seconds, late
        if not self._ticks:
            self._ticks = True
            self._loop.call_later(min(TICK, seconds), self._tick)

    def clear(self, who: Hashable) -> bool:
        """Whether `who` was still in time."""
        return self._waiting.pop(who, None) is not None

    def _tick(self) -> None:
        """Go on ticking whatever `late` raises: the others' waits must end, too."""
        now = self._loop.time()
        try:
            for who, (until, late) in list(self._waiting.items()):
                if until <= now and self.clear(who):
                    late()
        finally:
            self._ticks = bool(self._waiting)
            if self._ticks:
                self._loop.call_later(TICK, self._tick)
