"""What stays the same as it grows: times with a full database, memory after much work, two processes beside one."""

from __future__ import annotations

import os
import time
from pathlib import Path

from bench.figures import Bench, Figure, at_least, at_most, middle
from bench.filling import sessions, submissions
from bench.load import Load, accepts, begin_accepts, ended, enough, prepare, turns
from bench.processes import Process
from bench.setting import TURNS, bridge, environ
from tests.databases import Postgres


def filled(bench: Bench) -> list[Figure]:
    """p99 at 8 connections with an empty database and with one that years have filled."""
    stored, over = (5_000_000, 1_000_000) if bench.full else (200_000, 50_000)
    empty, full = bench.fresh("empty"), bench.fresh("full")
    given = environ(full)
    submissions(given, stored, time.time() - 6 * 86_400)  # or the daily purge would be at work meanwhile
    sessions(given, over, time.time() - 60)
    os.sync()  # or what was just filled in is still on its way to the disk, and every fsync waits for it
    runs: dict[str, tuple[list[Load], list[Load]]] = {"an accept": ([], []), "a turn": ([], [])}
    with bridge(empty) as new, bridge(full, DATA_KEYS=given["DATA_KEYS"]) as old:
        for _ in range(bench.rounds + 1):
            for server, which in ((new, 0), (old, 1)):
                posts = prepare(empty / "posts", enough(bench.seconds))
                runs["an accept"][which].append(accepts(server, posts, 8, bench.seconds))
                runs["a turn"][which].append(turns(server, TURNS, 8, bench.seconds))
    said = f"{stored:,} submissions and {over:,} sessions stored"
    return [
        at_most(
            1.2,
            name=f"p99 of {what}, {said}",
            value=middle(filled[1:] or filled, "p99"),
            unit="ms",
            beside=middle(none[1:] or none, "p99"),
            what_beside="none stored",
        )
        for what, (none, filled) in runs.items()
    ]


def memory(bench: Bench) -> list[Figure]:
    """Resident memory after many accepts and turns beside that after few."""
    few, many = (2_000, 10_000) if bench.quick else (10_000, 1_000_000 if bench.full else 60_000)
    here = bench.fresh("memory")
    with bridge(here) as server:
        _work(server, here, few)
        before = server.memory()
        _work(server, here, many - few)
        after = server.memory()
    name = f"memory after {many:,} accepts and turns"
    return [at_most(1.1, name=name, value=after, unit="MB", beside=before, what_beside=f"after {few:,}")]


def two_processes(bench: Bench) -> list[Figure]:
    """Accepts of two bridges on one PostgreSQL (fsync on) beside one, 32 connections to each."""
    here = bench.fresh("two")
    postgres = Postgres()
    try:
        postgres.stop()
        postgres.start(fsync=True)
        given = environ(here) | {"DATABASE_URL": postgres.url(postgres.create())}
        keys = {name: given[name] for name in ("DATABASE_URL", "DATA_KEYS")}
        alone, together = [], []
        with bridge(here, "first", **keys) as first, bridge(here, "second", **keys) as second:
            for _ in range(bench.rounds):
                alone.append(_rate(bench, here, first))
                together.append(_rate(bench, here, first, second))
    finally:
        postgres.remove()
    return [
        at_least(
            1.6,
            name="accepts of two processes on PostgreSQL",
            value=sorted(together)[len(together) // 2],
            unit="/s",
            beside=sorted(alone)[len(alone) // 2],
            what_beside="one process",
            note="the processes, PostgreSQL and the load share the same cores",
        )
    ]


def _rate(bench: Bench, here: Path, *servers: Process) -> float:
    files = [prepare(here / f"posts-{number}", enough(bench.seconds)) for number in range(len(servers))]
    runs = [begin_accepts(server, file, 32, bench.seconds) for server, file in zip(servers, files, strict=True)]
    return sum(found["requests"] / found["seconds"] for found in map(ended, runs))


def _work(server: Process, here: Path, count: int) -> None:
    """Accepts and turns, half and half, until they are at least as many."""
    done = 0
    while done < count:
        done += accepts(server, prepare(here / "posts", enough(2)), 32, 2).requests
        done += turns(server, TURNS, 32, 2).requests
