"""From the last key to the task, how fast a backlog drains, and what a large one costs at the start."""

from __future__ import annotations

import json
import secrets
import time
from statistics import median
from urllib.parse import urlencode
from urllib.request import urlopen

from bench.figures import Bench, Figure, at_least, below
from bench.filling import waiting
from bench.processes import BenchError, Process, start, wait_until_alive
from bench.setting import SERVE, TURNS, ask, bridge, environ, taskrouter

NEAR, FAR = 0.020, 0.150  # seconds that TaskRouter takes
AT_ONCE = 16
TEXTS = ("", "1", "1*1", "1*1*1", "1*1*1*1", "1*1*1*1*1")
CALLS = dict[str, tuple[float, float]]  # of each task when its call came in and when it was answered


def from_last_key_to_task(bench: Bench) -> list[Figure]:
    """One caller after another; from sending the last turn to TaskRouter's answer."""
    here, count = bench.fresh("to-task"), 20 if bench.quick else 100
    with taskrouter(here, NEAR) as router, bridge(here, TASKROUTER_URL=router.url("")) as server:
        took = [_dialled(server, router, number) for number in range(count)][count // 10 :]
    ordered = sorted(took)
    return [
        below(
            20,
            name="from the last key to the task, beyond TaskRouter's 20 ms, p50",
            value=(median(took) - NEAR) * 1000,
            unit="ms",
            note=f"p99 {(ordered[int(len(ordered) * 0.99)] - NEAR) * 1000:.0f} ms, {len(took)} callers",
        )
    ]


def drain(bench: Bench) -> list[Figure]:
    """How fast a backlog becomes tasks where TaskRouter takes 150 ms and 16 calls run at once."""
    here, count = bench.fresh("drain"), 300 if bench.quick else 1500
    with taskrouter(here, FAR) as router:
        given = environ(here, TASKROUTER_URL=router.url(""))
        waiting(given, count)
        server = start(here, "bridge", SERVE, given)
        try:
            wait_until_alive(server)
            calls = _all(router, count)
            cpu = server.cpu()
        finally:
            server.stop()
    moments = sorted(answered for _, answered in calls.values())
    rate = (count - AT_ONCE) / (moments[-1] - moments[AT_ONCE - 1])
    return [
        at_least(
            0.9,
            name="deliveries, TaskRouter takes 150 ms, 16 at once",
            value=rate,
            unit="/s",
            beside=AT_ONCE / FAR,
            what_beside="16 / 0.150 s",
        ),
        Figure(name="CPU per 1,000 deliveries", value=cpu / count * 1000, unit="s", note="with its start"),
    ]


def many_waiting(bench: Bench) -> list[Figure]:
    """The start with a large backlog beside the start with one delivery."""
    count = 20_000 if bench.quick else 100_000
    rounds = [(_first_call(bench, 1), _first_call(bench, count)) for _ in range(bench.rounds)]
    one_s, one_mb, many_s, many_mb = (
        median(pair[which][field] for pair in rounds) for which in (0, 1) for field in (0, 1)
    )
    said = f"{count:,} waiting"
    return [
        below(3, name=f"{said}: later first call", value=many_s - one_s, unit="s", note=f"{one_s:.2f} s with one"),
        below(30, name=f"{said}: more memory", value=many_mb - one_mb, unit="MB", note=f"{one_mb:.0f} MB with one"),
    ]


def _first_call(bench: Bench, count: int) -> tuple[float, float]:
    """Seconds from the start to the first call, and the most memory in the two seconds after it."""
    here = bench.fresh("waiting")
    with taskrouter(here, FAR) as router:
        given = environ(here, TASKROUTER_URL=router.url(""))
        waiting(given, count)
        server = start(here, "bridge", SERVE, given)
        try:
            wait_until_alive(server)
            first = min(called for called, _ in _all(router, 1).values())
            time.sleep(2)
            return first - server.began, server.memory("VmHWM")
        finally:
            server.stop()


def _dialled(server: Process, router: Process, number: int) -> float:
    """Seconds from the last key to TaskRouter's answer."""
    known, session = len(_calls(router)), secrets.token_hex(8)
    for text in TEXTS:
        began = time.monotonic()
        _turn(server, session, number, text)
    calls = _all(router, known + 1)
    return max(answered for _, answered in calls.values()) - began


def _turn(server: Process, session: str, number: int, text: str) -> None:
    form = {"sessionId": session, "phoneNumber": f"+22177{number:07d}", "serviceCode": "*384*123#", "text": text}
    with urlopen(server.url(TURNS), urlencode(form).encode(), timeout=10) as answer:  # noqa: S310 (this machine)
        answer.read()


def _all(router: Process, count: int) -> CALLS:
    """The calls, once there are as many. Raises `BenchError` where they do not come."""
    deadline = time.monotonic() + 300
    while len(calls := _calls(router)) < count:
        if time.monotonic() > deadline:
            raise BenchError(f"only {len(calls)} of {count} tasks")
        time.sleep(0.01 if count < 200 else 0.2)
    return calls


def _calls(router: Process) -> CALLS:
    return {external_id: (called, answered) for external_id, called, answered in json.loads(ask(router, "/_calls"))}
