"""The daily purge inside the service: one process of all does it, in small commits between the accepts."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from bridge.errors import Unavailable
from bridge.settings import Settings
from bridge.store import Store, audit, daily
from bridge.store.retention import DAY, MONTH, Keep, purge

log = logging.getLogger(__name__)

PAUSE = 600.0  # seconds between looks whether it is due
NAME = "purge"


def keep(settings: Settings) -> Keep:
    """How long the settings let each kind of data stay."""
    return Keep(
        content=settings.keep_content_days * DAY,
        undelivered=settings.keep_undelivered_days * DAY,
        ids=settings.keep_ids_days * DAY,
        attempts=settings.keep_attempts_days * DAY,
        audit=settings.keep_audit_days * DAY,
        counters=settings.keep_counters_months * MONTH,
    )


class DailyPurge:
    """A thread that purges once a day by the database's reckoning. What goes wrong is logged and tried again."""

    def __init__(self, store: Store, keep: Keep, now: Callable[[], float], pause: float = PAUSE) -> None:
        self._store, self._keep, self._now, self._pause = store, keep, now, pause
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin. Returns at once."""
        self._thread = threading.Thread(target=self._run, name="daily-purge", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End after the batch under way. Harmless when called again, or without `start`."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            self.look()
            self._stop.wait(self._pause)

    def look(self) -> bool:
        """Purge if it is due and ours to do; whether it was."""
        began_at = self._now()
        try:
            if not self._store.write(lambda connection: daily.claim(connection, NAME, began_at)):
                return False
            self._purge(began_at)
        except Unavailable:
            log.warning("event=purge_put_off")
        except Exception as error:
            log.error("event=purge_failed error=%s", type(error).__name__)
        else:
            return True
        return False

    def _purge(self, began_at: float) -> None:
        """The claim is given back where it was not done to the end, so that it is not put off for a day."""
        done = False
        try:
            purge(self._store, self._keep, began_at, who=audit.SERVICE, goes_on=lambda: not self._stop.is_set())
            done = not self._stop.is_set()
        finally:
            if not done:
                self._store.write(lambda connection: daily.give_back(connection, NAME, began_at))
