"""Signed durable accepts: beside the same server with nothing stored, and on a slow disk beside a fast one."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from bench.figures import Bench, Figure, at_least, below, detail, middle
from bench.load import Load, accepts, enough, prepare
from bench.processes import BenchError, Process, python, running
from bench.setting import SERVE, bridge, environ
from tests.chaos.machine import Machine

CONNECTIONS = (1, 8, 32, 128)
SLOW = 0.004  # seconds that an fsync takes longer


def durable(bench: Bench) -> list[Figure]:
    """Accepts per second beside the same server and view with nothing stored."""
    here, there = bench.fresh("accepts"), bench.fresh("nothing")
    runs: dict[int, tuple[list[Load], list[Load]]] = {count: ([], []) for count in CONNECTIONS}
    with (
        bridge(here) as storing,
        running(there, "nothing", python("bench.served"), environ(there)) as nothing,
    ):
        _warm(bench, here, storing, nothing)
        for _ in range(bench.rounds):
            for count, (kept, dropped) in runs.items():
                file = prepare(here / "posts", enough(bench.seconds))
                dropped.append(accepts(nothing, file, count, bench.seconds))
                kept.append(accepts(storing, file, count, bench.seconds))
    _all_kept(here, sum(load.requests for kept, _ in runs.values() for load in kept))
    figures = [_rate(count, *loads) for count, loads in runs.items()]
    return [*figures, _patience(runs[32][0]), _cpu(runs[32][0])]


def slow_disk(bench: Bench) -> list[Figure]:
    """The same bridge with every fsync 4 ms longer, beside itself without."""
    here = bench.fresh("slow")
    machine = Machine(here)
    fast: list[Load] = []
    slow: list[Load] = []
    with running(here, "bridge", SERVE, {**environ(here), **machine.environ}) as server:
        _warm(bench, here, server)
        for _ in range(bench.rounds):
            for delay, loads in ((0.0, fast), (SLOW, slow)):
                machine.slow_disk(delay)
                loads.append(accepts(server, prepare(here / "posts", enough(bench.seconds)), 32, bench.seconds))
    name = "accepts with fsync 4 ms slower, 32 connections"
    value, beside = middle(slow, "rate"), middle(fast, "rate")
    about = {"slow": detail(slow), "fast": detail(fast)}
    return [
        at_least(0.6, name=name, value=value, unit="/s", beside=beside, what_beside="without", detail=about),
        Figure(name="p99 of these", value=middle(slow, "p99"), unit="ms", beside=middle(fast, "p99")),
    ]


def _warm(bench: Bench, folder: Path, *servers: Process) -> None:
    for server in servers:
        accepts(server, prepare(folder / "warm", enough(1)), 8, 1)


def _all_kept(folder: Path, accepted: int) -> None:
    """Nothing was answered that is not in the store."""
    found = sqlite3.connect(f"file:{folder / 'bridge.db'}?mode=ro", uri=True).execute("select count(*) from submission")
    stored = found.fetchone()[0]
    if stored < accepted:
        raise BenchError(f"{accepted} accepted but {stored} stored")


def _rate(count: int, kept: list[Load], dropped: list[Load]) -> Figure:
    return at_least(
        0.75,
        name=f"durable accepts, {count} connection{'s' * (count > 1)}",
        value=middle(kept, "rate"),
        unit="/s",
        beside=middle(dropped, "rate"),
        what_beside="nothing stored",
        note=f"p50 {middle(kept, 'p50'):.1f} ms, p99 {middle(kept, 'p99'):.1f} ms"
        f" (nothing stored: {middle(dropped, 'p99'):.1f}),"
        f" CPU {middle(kept, 'cpu'):.2f} ms each (nothing stored: {middle(dropped, 'cpu'):.2f})",
        detail={"stored": detail(kept), "nothing": detail(dropped)},
    )


def _patience(kept: list[Load]) -> Figure:
    return below(50, name="p99 of an accept, 32 connections", value=middle(kept, "p99"), unit="ms")


def _cpu(kept: list[Load]) -> Figure:
    return Figure(name="CPU per 1,000 accepts", value=middle(kept, "cpu"), unit="s")
