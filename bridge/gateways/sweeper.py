"""Closes sessions that nobody ended: most gateways never tell that a caller is gone."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from bridge.errors import Unavailable

log = logging.getLogger(__name__)

PAUSE = 15.0  # seconds
BATCH = 100  # sessions in one transaction, so that no turn waits long behind it


class Sweeper:
    """A thread that calls `sweep(BATCH)`, which says how many it has swept, until nothing is left; then it pauses."""

    def __init__(self, sweep: Callable[[int], int], pause: float = PAUSE) -> None:
        self._sweep, self._pause = sweep, pause
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin. Returns at once."""
        self._thread = threading.Thread(target=self._run, name="session-sweeper", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End after the batch under way. Harmless when called again, or without `start`."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            if self._swept() < BATCH:
                self._stop.wait(self._pause)

    def _swept(self) -> int:
        try:
            return self._sweep(BATCH)
        except Unavailable:
            log.warning("event=sweep_put_off")
        except Exception as error:
            log.error("event=sweep_failed error=%s", type(error).__name__)
        return 0
