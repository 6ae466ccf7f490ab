"""Turns of a gateway, sessions stored: beside ussd-menu-builder on Express, which keeps nothing."""

from __future__ import annotations

import subprocess
from pathlib import Path

from bench.figures import Bench, Figure, at_least, below, detail, middle
from bench.load import Load, turns
from bench.processes import PROJECT, BenchError, running
from bench.setting import TURNS, bridge

EXPRESS = PROJECT / "bench" / "express"
CONNECTIONS = (8, 32)


def turning(bench: Bench) -> list[Figure]:
    """Turns per second over all five screens of support.yaml and its last one."""
    here = bench.fresh("turns")
    _installed(EXPRESS)
    runs: dict[int, tuple[list[Load], list[Load]]] = {count: ([], []) for count in CONNECTIONS}
    with (
        bridge(here) as ours,
        running(here, "express", ["node", str(EXPRESS / "server.js"), "{port}"], {"NODE_ENV": "production"}) as theirs,
    ):
        for server, path in ((ours, TURNS), (theirs, "/ussd")):
            turns(server, path, 8, 1)
        for _ in range(bench.rounds):
            for count, (stored, kept_nothing) in runs.items():
                kept_nothing.append(turns(theirs, "/ussd", count, bench.seconds))
                stored.append(turns(ours, TURNS, count, bench.seconds))
    return [*(_rate(count, *loads) for count, loads in runs.items()), *_more(runs[32][0])]


def _rate(count: int, stored: list[Load], kept_nothing: list[Load]) -> Figure:
    return at_least(
        1.0,
        name=f"turns, sessions stored, {count} connections",
        value=middle(stored, "rate"),
        unit="/s",
        beside=middle(kept_nothing, "rate"),
        what_beside="ussd-menu-builder on Express",
        note=f"p50 {middle(stored, 'p50'):.1f} ms, p99 {middle(stored, 'p99'):.1f} ms"
        f" (Express: {middle(kept_nothing, 'p99'):.1f})",
        detail={"bridge": detail(stored), "express": detail(kept_nothing)},
    )


def _more(stored: list[Load]) -> list[Figure]:
    return [
        below(50, name="p99 of a turn, 32 connections", value=middle(stored, "p99"), unit="ms"),
        Figure(name="CPU per 1,000 turns", value=middle(stored, "cpu"), unit="s"),
    ]


def _installed(folder: Path) -> None:
    if (folder / "node_modules").is_dir():
        return
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        raise BenchError(f"npm ci failed in {folder}: {done.stderr[-300:]}")
