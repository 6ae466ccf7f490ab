"""What goes wrong when, drawn from a seed. The same seed gives the same plan, though never the same interleaving.

Four things go on at once: processes are ended, TaskRouter misbehaves, the database is in trouble, and in the second
half the clock is set. (On PostgreSQL a step forward stops look-ups for 45 seconds, and what can go wrong with them.)
Each draws every kind once, in a new order each time, before it begins again.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from tests.chaos.episodes import (
    CLOCK,
    DATABASE,
    DISK,
    KILL,
    POSTGRES,
    SLOW_CREATES,
    SQLITE_DISK,
    STOP,
    TASKROUTER,
    Event,
    Make,
    Pace,
    Stage,
)


def drawn(seed: int, seconds: float, kills: int, pace: Pace, stage: Stage) -> list[Event]:
    """The events of one storm, in their order. Each call to create takes 0.1 s, so that kills meet some under way."""
    chance = random.Random(seed)  # noqa: S311 - repeatable on purpose
    events = [Event(0.0, SLOW_CREATES, "fault", seconds, {"kind": "slow", "operation": "create", "delay": 0.1})]
    events += _ends(chance, seconds, kills, stage)
    events += _in_turn(chance, pace, TASKROUTER, (0.0, seconds), rest=1)
    events += _in_turn(chance, pace, _of_the_store(stage), (0.0, seconds), rest=4)
    events += _in_turn(chance, pace, CLOCK if stage.machine else {}, (seconds / 2, seconds), rest=4)
    return sorted(events, key=lambda event: event.at)


def _of_the_store(stage: Stage) -> Mapping[str, Make]:
    """What can be broken there, by its name."""
    kinds: dict[str, Make] = {}
    kinds |= DATABASE if stage.machine else {}
    kinds |= DISK if stage.disk else {}
    kinds |= SQLITE_DISK if stage.disk and not stage.postgres else {}
    kinds |= POSTGRES if stage.postgres else {}
    return kinds


def ingredients(stage: Stage) -> list[str]:
    """Everything that a storm is made of, by name."""
    return [KILL, STOP, SLOW_CREATES, *TASKROUTER, *_of_the_store(stage), *(CLOCK if stage.machine else {})]


def _ends(chance: random.Random, seconds: float, kills: int, stage: Stage) -> Iterator[Event]:
    """Kills spread over the whole time at random moments; a polite stop for every fourth of them."""
    for number in range(kills):
        at = (number + chance.random()) * seconds / kills
        yield Event(at, KILL, "kill", more={"process": chance.randrange(stage.processes)})
        if number % 4 == 3:
            later = min(at + chance.random() * seconds / kills, seconds)
            yield Event(later, STOP, "stop", more={"process": chance.randrange(stage.processes)})


def _in_turn(
    chance: random.Random, pace: Pace, kinds: Mapping[str, Make], span: tuple[float, float], rest: float
) -> Iterator[Event]:
    """One episode after the other until the time is over; some begin before the last one ended, some after a rest."""
    at, end = span
    for name in _rounds(chance, list(kinds)):
        if at + pace.episode[1] > end:
            return
        events = [replace(event, at=at + event.at) for event in kinds[name](name, chance, pace)]
        first = events[0]
        if first.at + first.seconds > end:
            continue
        yield from (replace(event, seconds=min(event.seconds, end - event.at)) for event in events)
        at += first.seconds + chance.choice((-0.5 * first.seconds, *(rest * one for one in pace.rests)))


def _rounds(chance: random.Random, names: Sequence[str]) -> Iterator[str]:
    while names:
        yield from chance.sample(names, len(names))
