"""A million dials in one hour, second by second, on a bridge whose rates were just measured. Arithmetic, no chance.

After an alarm calls come at once and ebb away: the rate rises for `PEAK` seconds and falls to a fifth by the end of the
hour. Who is not served within the gateway's seconds hears the operator's error and dials again a minute later.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

HOUR = 3600
PEAK = 300  # seconds after the alarm
REDIAL = 60
TURNS = 6  # of one dialling of support.yaml, its last screen included


@dataclass(frozen=True, slots=True)
class Rates:
    """What one installation carries: `turns` per second, and `tasks` per second while it serves and afterwards."""

    turns: float
    tasks_under_load: float
    tasks_after: float


@dataclass(frozen=True, slots=True)
class Course:
    """How the hour went. `longest_queue` counts accepted requests without a task; times are seconds from the alarm."""

    peak_dials: float  # per second, redials left out
    redials: int
    last_served: int
    longest_queue: int
    last_task: int
    queue: tuple[int, ...]  # at the end of each minute


def course(dials: int, rates: Rates) -> Course:
    """What becomes of `dials` diallings, all of which are to be completed."""
    arriving, again = arrivals(dials), deque([0.0] * REDIAL)
    capacity = rates.turns / TURNS
    served = made = redials = 0.0
    longest, last_served, second = 0.0, 0, 0
    queue: list[int] = []
    while made < dials - 0.5:
        due = (arriving[second] if second < HOUR else 0.0) + again.popleft()
        now = min(due, capacity)
        again.append(due - now)
        redials += due - now
        served += now
        busy = min(1.0, now / capacity)
        made = min(served, made + rates.tasks_after + (rates.tasks_under_load - rates.tasks_after) * busy)
        longest = max(longest, served - made)
        last_served = second if now > 0.001 else last_served
        second += 1
        if second % 60 == 0:
            queue.append(round(served - made))
    return Course(max(arriving), round(redials), last_served, round(longest), second, tuple(queue))


def arrivals(dials: int) -> list[float]:
    """Dials in each second of the hour: a rise to the peak, then a straight fall to a fifth of it."""
    shape = [second / PEAK if second < PEAK else 1 - 0.8 * (second - PEAK) / (HOUR - PEAK) for second in range(HOUR)]
    return [dials * part / sum(shape) for part in shape]
