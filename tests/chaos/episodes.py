"""Every kind of trouble that a storm is made of: what happens, how long, how badly. Times are relative to its begin."""

from __future__ import annotations

import errno
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any, Literal

Deed = Literal[
    "kill", "stop", "fault", "unreachable", "clock", "disk failing", "disk full", "disk read-only", "database"
]


@dataclass(frozen=True, slots=True)
class Pace:
    """How long things take, by the timeouts and look-up times of the bridge that is tried (seconds)."""

    read_timeout: float
    first_look: float  # after an attempt, until its task is looked up
    settle: float  # and for the last time
    episode: tuple[float, float]
    rests: tuple[float, ...]  # one of them comes between two episodes, unless these overlap
    outage: float


REAL = Pace(10.0, first_look=15.0, settle=45.0, episode=(3.0, 12.0), rests=(0.0, 2.0, 5.0), outage=60.0)
QUICK = Pace(0.8, first_look=1.2, settle=4.5, episode=(0.3, 0.8), rests=(0.0, 0.3, 0.6), outage=2.0)


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happens `at` seconds after the start, and is over after `seconds`.

    `name` is "" for what only belongs to another event.
    """

    at: float
    name: str
    do: Deed
    seconds: float = 0.0
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stage:
    """What there is to break: processes, a machine that may be steered, a small disk, a PostgreSQL."""

    processes: int
    machine: bool
    disk: bool
    postgres: bool


Make = Callable[[str, Random, Pace], list[Event]]

KILL, STOP, SLOW_CREATES = "kill -9", "SIGTERM", "creates that take 0.1 s"
OUTAGE, UNDECIDED = "503 to everything", "doubts that nothing can settle"


def _fault(kind: str, operation: str, **severity: Callable[[Random, Pace], float]) -> Make:
    """TaskRouter does `kind` to `operation` for an episode."""

    def make(name: str, chance: Random, pace: Pace) -> list[Event]:
        more = {key: draw(chance, pace) for key, draw in severity.items()}
        return [
            Event(0.0, name, "fault", chance.uniform(*pace.episode), {"kind": kind, "operation": operation, **more})
        ]

    return make


def _outage(name: str, chance: Random, pace: Pace) -> list[Event]:
    return [Event(0.0, name, "fault", pace.outage, {"kind": "unavailable", "operation": "any"})]


def _list_fault(kind: str, **severity: Callable[[Random, Pace], float]) -> Make:
    """What is wrong with lists matters to look-ups only: answers are lost first, so that there are some."""

    def make(name: str, chance: Random, pace: Pace) -> list[Event]:
        more = {key: draw(chance, pace) for key, draw in severity.items()}
        lost = {"kind": "drop_after", "operation": "create", "chance": 0.3}
        return [
            Event(0.0, "", "fault", chance.uniform(*pace.episode), lost),
            Event(0.0, name, "fault", pace.settle * 1.3, {"kind": kind, "operation": "list", **more}),
        ]

    return make


def _too_late(chance: Random, pace: Pace) -> float:
    return pace.read_timeout * 1.2


def _always(value: float) -> Callable[[Random, Pace], float]:
    return lambda chance, pace: value


def _mostly(chance: Random, pace: Pace) -> float:
    return chance.uniform(0.2, 0.8)


def _retry_after(chance: Random, pace: Pace) -> float:
    return round(pace.episode[0] * chance.uniform(0.3, 0.7), 2)


def _hides_from_the_first_look(chance: Random, pace: Pace) -> float:
    """And not from the second, even where the task was made as late as a time-out lets it."""
    return pace.settle * chance.uniform(0.4, 0.5)


TASKROUTER: Mapping[str, Make] = {
    OUTAGE: _outage,
    "429 with Retry-After": _fault("limit", "any", retry_after=_retry_after),
    "resets before anything happened": _fault("drop_before", "any", chance=_mostly),
    "resets after it happened": _fault("drop_after", "any", chance=_mostly),
    "answers after our time-out": _fault("late_answer", "create", delay=_too_late, chance=_always(0.3)),
    "creates after our time-out": _fault("late_create", "create", delay=_too_late, chance=_always(0.3)),
    "slow lists": _list_fault("slow", delay=_too_late, chance=_always(0.6)),
    "lists that lag": _list_fault("lag", delay=_hides_from_the_first_look),
    "attributes null in lists": _list_fault("null_attributes"),
    "500 to every second create": _fault("unavailable", "create", status=_always(500), chance=_always(0.5)),
    "connections refused": lambda name, chance, pace: [
        Event(0.0, name, "unreachable", chance.uniform(*pace.episode) / 2)
    ],
}


def _house(do: Deed, **more: object) -> Make:
    return lambda name, chance, pace: [Event(0.0, name, do, chance.uniform(*pace.episode) / 2, more)]


def _clock(least: float, most: float) -> Make:
    """The end of the episode is a step the other way."""

    def make(name: str, chance: Random, pace: Pace) -> list[Event]:
        ahead = chance.choice((-1, 1)) * chance.uniform(least, most)
        return [Event(0.0, name, "clock", chance.uniform(*pace.episode) / 2, {"ahead": ahead})]

    return make


def _undecided(name: str, chance: Random, pace: Pace) -> list[Event]:
    """Creates fail, their look-ups come when "not found" proves nothing any more, and the event log is closed to us."""
    lost = chance.uniform(*pace.episode) / 2
    away = pace.settle * 1.25
    closed = {"kind": "unavailable", "operation": "events", "status": 403}
    return [
        Event(0.0, name, "fault", lost + away, closed),
        Event(0.0, "", "fault", lost, {"kind": "drop_before", "operation": "create", "chance": 0.2}),
        Event(lost, "", "clock", away, {"ahead": 280.0}),  # beyond `Settle.proof`, within what signatures allow
    ]


CLOCK: Mapping[str, Make] = {
    "clock off by minutes": _clock(30, 250),  # within what signatures allow
    "clock off by two hours": _clock(7200, 7200),
    UNDECIDED: _undecided,
}
DATABASE: Mapping[str, Make] = {
    "disk that turns read-only": _house("disk failing", reason=errno.EROFS),
    "disk that breaks": _house("disk failing", reason=errno.EIO),
}
DISK: Mapping[str, Make] = {"disk full": _house("disk full")}
SQLITE_DISK: Mapping[str, Make] = {"disk read-only at the start": _house("disk read-only")}
POSTGRES: Mapping[str, Make] = {
    "database restarted": _house("database", how="restart"),
    "database crashed": _house("database", how="crash"),
}
