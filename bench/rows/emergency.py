"""An emergency: as many callers as are served while TaskRouter takes 150 ms, and then a whole hour of it, computed."""

from __future__ import annotations

import json
import time
from math import ceil

from bench.figures import Bench, Figure
from bench.hour import TURNS, Course, Rates, course
from bench.load import turns
from bench.processes import BenchError, Process
from bench.setting import TURNS as PATH
from bench.setting import ask, bridge, taskrouter

DIALS = 1_000_000
FAR = 0.150


def emergency(bench: Bench) -> list[Figure]:
    """Rates under load are measured, the hour is computed from them (bench/hour.py)."""
    here, seconds = bench.fresh("emergency"), 5 if bench.quick else 15
    with taskrouter(here, FAR) as router, bridge(here, TASKROUTER_URL=router.url("")) as server:
        load = turns(server, PATH, 32, seconds)
        under_load = len(_answered(router)) / seconds
        callers = load.requests // TURNS - 4 * 32  # of the last diallings, some were cut off
        drained, rest = _drained(router, callers)
    rates = Rates(load.rate, under_load, rest)
    one, machines = course(DIALS, rates), ceil(course(DIALS, rates).peak_dials * TURNS / load.rate)
    return [
        Figure(name="turns while tasks are made", value=load.rate, unit="per s", note=f"p99 {load.p99:.0f} ms"),
        Figure(name="tasks made meanwhile", value=under_load, unit="per s"),
        Figure(
            name="tasks made afterwards", value=rest, unit="per s", note=f"all tasks {drained:.0f} s after the load"
        ),
        _hour("on one process as measured", one),
        _hour(f"with {machines} times its turns", course(DIALS, Rates(load.rate * machines, rest, rest))),
    ]


def _hour(where: str, found: Course) -> Figure:
    return Figure(
        name=f"a million dials in an hour, {where}: last task after",
        value=found.last_task / 60,
        unit="min",
        note=f"peak {found.peak_dials:.0f} dials/s, {found.redials:,} redials, last caller served after "
        f"{found.last_served / 60:.0f} min, longest queue {found.longest_queue:,}",
        detail={"queue_by_minute": list(found.queue)},
    )


def _drained(router: Process, count: int) -> tuple[float, float]:
    """Seconds until there are no new tasks, and the rate in that time."""
    began, before = time.monotonic(), len(_answered(router))
    while True:
        moments = _answered(router)
        if len(moments) >= count and time.monotonic() - moments[-1] > 2:
            break
        if time.monotonic() - began > 300:
            raise BenchError(f"only {len(moments)} of {count} tasks")
        time.sleep(0.25)
    took = max(moments[-1] - began, 0.001)
    return took, (len(moments) - before) / took


def _answered(router: Process) -> list[float]:
    return sorted(answered for _, _, answered in json.loads(ask(router, "/_calls")))
