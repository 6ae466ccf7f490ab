"""What goes wrong when, drawn from a seed. The same seed gives the same plan, though never the same interleaving."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

Fault = tuple[str, str, dict[str, float]]  # kind and operation as the sandbox knows them, and what more it needs


@dataclass(frozen=True, slots=True)
class Pace:
    """How long things take, by the timeouts and look-up times of the bridge that is tried (seconds)."""

    read_timeout: float
    settle: float  # after an attempt, until its task is looked up for the last time
    episode: tuple[float, float]
    outage: float  # the longest


REAL = Pace(read_timeout=10.0, settle=45.0, episode=(3.0, 12.0), outage=60.0)
QUICK = Pace(read_timeout=1.0, settle=4.5, episode=(0.4, 1.5), outage=2.5)


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happens `at` seconds after the start, and is over after `seconds`."""

    at: float
    what: str
    seconds: float = 0.0
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stage:
    """What there is to break: processes, a machine that may be steered, a small disk, a PostgreSQL."""

    processes: int
    machine: bool
    disk: bool
    postgres: bool


def drawn(seed: int, seconds: float, kills: int, pace: Pace, stage: Stage) -> list[Event]:
    """The events of one storm, in their order."""
    chance = random.Random(seed)  # noqa: S311 - repeatable on purpose
    events = [*_ends(chance, seconds, kills, stage), *_episodes(chance, seconds, pace, stage)]
    return sorted(events, key=lambda event: event.at)


def _ends(chance: random.Random, seconds: float, kills: int, stage: Stage) -> Iterator[Event]:
    """Kills spread over the whole time at random moments; a polite stop for every fifth of them."""
    for number in range(kills):
        at = (number + chance.random()) * seconds / kills
        yield Event(at, "kill", more={"process": chance.randrange(stage.processes)})
        if number % 5 == 4:
            later = at + chance.random() * seconds / kills
            yield Event(later, "stop", more={"process": chance.randrange(stage.processes)})


def _episodes(chance: random.Random, seconds: float, pace: Pace, stage: Stage) -> Iterator[Event]:
    """One outage, then every other kind of trouble in turn, in a new order each round, now and then two at once."""
    yield Event(chance.uniform(0, seconds / 4), "fault", min(pace.outage, seconds / 3), _fault(_outage(chance, pace)))
    at = 0.0
    for make in chain.from_iterable(_rounds(chance, stage)):
        event = make(chance, pace, at)
        if event.at + event.seconds > seconds:
            return
        yield event
        at = event.at + event.seconds * chance.choice((0.5, 1.0))


Make = Callable[[random.Random, Pace, float], Event]


def _rounds(chance: random.Random, stage: Stage) -> Iterator[list[Make]]:
    kinds: list[Make] = [_taskrouter(fault) for fault in FAULTS]
    kinds += [_long("unreachable")]
    kinds += [_clock, _clock] if stage.machine else []
    kinds += [_long("disk failing")] if stage.machine and not stage.postgres else []
    kinds += [_long("disk full")] if stage.disk else []
    kinds += [_database("restart"), _database("crash")] if stage.postgres else []
    while True:
        chance.shuffle(kinds)
        yield list(kinds)


def _taskrouter(fault: Callable[[random.Random, Pace], Fault]) -> Make:
    def make(chance: random.Random, pace: Pace, at: float) -> Event:
        return Event(at, "fault", chance.uniform(*pace.episode), _fault(fault(chance, pace)))

    return make


def _long(what: str) -> Make:
    def make(chance: random.Random, pace: Pace, at: float) -> Event:
        return Event(at, what, chance.uniform(*pace.episode) / 2)

    return make


def _clock(chance: random.Random, pace: Pace, at: float) -> Event:
    """Mostly within what signatures allow, else by hours; the end of the episode is a step the other way."""
    ahead = chance.choice((chance.uniform(-250, 250), chance.choice((-7200.0, 7200.0))))
    return Event(at, "clock", chance.uniform(*pace.episode) / 2, {"ahead": ahead})


def _database(how: str) -> Make:
    def make(chance: random.Random, pace: Pace, at: float) -> Event:
        return Event(at, "database", chance.uniform(*pace.episode) / 4, {"how": how})

    return make


def _fault(fault: Fault) -> dict[str, Any]:
    kind, operation, more = fault
    return {"kind": kind, "operation": operation, "with": more}


def _outage(chance: random.Random, pace: Pace) -> Fault:
    return "unavailable", "any", {}


def _limit(chance: random.Random, pace: Pace) -> Fault:
    return "limit", "any", {"retry_after": round(pace.episode[0] * chance.uniform(0.5, 1.0), 2)}


def _reset_before(chance: random.Random, pace: Pace) -> Fault:
    return "drop_before", "any", {"chance": chance.uniform(0.2, 0.8)}


def _reset_after(chance: random.Random, pace: Pace) -> Fault:
    return "drop_after", "any", {"chance": chance.uniform(0.2, 0.8)}


def _late_answer(chance: random.Random, pace: Pace) -> Fault:
    return "late_answer", "create", {"delay": pace.read_timeout * 1.2, "chance": 0.3}


def _late_create(chance: random.Random, pace: Pace) -> Fault:
    return "late_create", "create", {"delay": pace.read_timeout * 1.2, "chance": 0.3}


def _slow_list(chance: random.Random, pace: Pace) -> Fault:
    return "slow", "list", {"delay": pace.read_timeout * chance.uniform(0.2, 1.3)}


def _lag(chance: random.Random, pace: Pace) -> Fault:
    return "lag", "list", {"delay": pace.settle * chance.uniform(0.1, 0.6)}


def _null_attributes(chance: random.Random, pace: Pace) -> Fault:
    return "null_attributes", "list", {}


def _server_error(chance: random.Random, pace: Pace) -> Fault:
    return "unavailable", "create", {"status": 500, "chance": 0.5}


FAULTS = (
    _limit,
    _reset_before,
    _reset_after,
    _late_answer,
    _late_create,
    _slow_list,
    _lag,
    _null_attributes,
    _server_error,
)
