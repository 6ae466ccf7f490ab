"""How each deed of a plan is done to a house, and undone when its time is over."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from signal import SIGINT, SIGQUIT

from tests.chaos.episodes import Deed, Event
from tests.chaos.house import House


class Troubles:
    """Of one house. What cannot happen twice at once waits for its turn."""

    def __init__(self, house: House, over: threading.Event) -> None:
        self._house, self._over = house, over
        self._deeds: dict[Deed, Callable[[Event], AbstractContextManager[None]]] = {
            "kill": self._kill,
            "stop": self._stop,
            "fault": self._fault,
            "unreachable": self._unreachable,
            "clock": self._clock,
            "disk failing": self._disk_failing,
            "disk full": self._disk_full,
            "disk read-only": self._disk_read_only,
            "database": self._database,
        }
        store = threading.Lock()
        self._locks: dict[Deed, threading.Lock] = {
            "unreachable": threading.Lock(),
            "clock": threading.Lock(),
            "disk failing": store,
            "disk full": store,
            "disk read-only": store,
            "database": store,
        }

    def happen(self, event: Event) -> None:
        """From its begin to its end."""
        with self._locks.get(event.do, nullcontext()), self._deeds[event.do](event):
            self._over.wait(event.seconds)

    @contextmanager
    def _kill(self, event: Event) -> Iterator[None]:
        self._house.kill(event.more["process"])
        yield

    @contextmanager
    def _stop(self, event: Event) -> Iterator[None]:
        self._house.stop(event.more["process"])
        yield

    @contextmanager
    def _fault(self, event: Event) -> Iterator[None]:
        self._house.world.faults.add(seconds=event.seconds, **event.more)
        yield

    @contextmanager
    def _unreachable(self, event: Event) -> Iterator[None]:
        self._house.lose_taskrouter()
        yield
        self._house.reach_taskrouter()

    @contextmanager
    def _clock(self, event: Event) -> Iterator[None]:
        self._house.step_clock(event.more["ahead"])
        yield
        self._house.step_clock(0.0)

    @contextmanager
    def _disk_failing(self, event: Event) -> Iterator[None]:
        machine = self._house.database.machine
        assert machine
        with machine.disk_failing(event.more["reason"]):
            yield
        self._house.database.mend()

    @contextmanager
    def _disk_full(self, event: Event) -> Iterator[None]:
        disk = self._house.database.disk
        assert disk
        disk.fill()
        yield
        disk.empty()
        self._house.database.mend()

    @contextmanager
    def _disk_read_only(self, event: Event) -> Iterator[None]:
        """A disk is made read-only while nobody writes to it; processes then start on it."""
        disk = self._house.database.disk
        assert disk
        with self._house.processes.none_running():
            disk.protect(read_only=True)
        yield
        disk.protect(read_only=False)

    @contextmanager
    def _database(self, event: Event) -> Iterator[None]:
        self._house.database.stop(SIGQUIT if event.more["how"] == "crash" else SIGINT)
        yield
        self._house.database.start()
