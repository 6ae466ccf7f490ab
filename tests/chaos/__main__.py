"""`python -m tests.chaos`: the long run. Exit code 0 where every promise was kept, 1 where one was broken."""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
from collections.abc import Sequence
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

from tests.chaos.database import Database, NoPostgresError, postgresql, sqlite
from tests.chaos.episodes import QUICK, REAL, Pace, Stage
from tests.chaos.house import House
from tests.chaos.machine import Machine, NoCompilerError
from tests.chaos.plan import drawn, ingredients
from tests.chaos.report import as_text
from tests.chaos.result import Result
from tests.chaos.storm import Storm
from tests.databases import KINDS

KILLS_A_MINUTE = 8
LEAST_KILLS = 25  # in a long run
CALM = {REAL: 180.0, QUICK: 60.0}  # seconds in which at least one more delivery must be settled


def main(arguments: Sequence[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    seed = given.seed if given.seed is not None else random.SystemRandom().randrange(1_000_000)
    kinds = KINDS if given.database == "both" else (given.database,)
    pace, seconds = QUICK if given.quick else REAL, given.minutes * 60
    kills = given.kills or max(LEAST_KILLS, round(given.minutes * KILLS_A_MINUTE))
    results: dict[str, Result] = {}
    skipped: list[str] = []
    for kind in kinds:
        try:
            results[kind] = run(kind, seed, seconds, kills, pace=pace, skipped=skipped)
        except NoPostgresError as reason:
            skipped.append(f"{kind}: {reason}")
    plan = f"--minutes {given.minutes:g} --seed {seed} --kills {kills} --database {given.database}"
    document = {
        "again": f"python -m tests.chaos {plan}{' --quick' if given.quick else ''}",
        "seed": seed,
        "skipped": skipped,
        "storms": {kind: result.figures() for kind, result in results.items()},
    }
    given.report.parent.mkdir(parents=True, exist_ok=True)
    given.report.write_text(json.dumps(document, indent=2) + "\n")
    print(as_text(document))
    return 1 if any(result.wrong for result in results.values()) or not results else 0


def run(kind: str, seed: int, seconds: float, kills: int, *, pace: Pace, skipped: list[str]) -> Result:
    """One storm on one kind of database. What cannot be tried here is added to `skipped`."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bridge-chaos-")))
        folder.chmod(0o755)
        machine = _machine(folder / "machine", kind, skipped)
        database = stack.enter_context(_database(kind, folder, machine, skipped))
        house = House(folder, database, quick=pace is QUICK, seed=seed, machine=machine)
        stage = Stage(len(house.ports), machine is not None, database.disk is not None, kind == "postgresql")
        plan = drawn(seed, seconds, kills, pace, stage)
        with house:
            result = Storm(house, plan, seed, calm=CALM[pace]).blow(ingredients(stage))
        if keep := os.environ.get("CHAOS_LOGS"):
            Path(keep).mkdir(parents=True, exist_ok=True)
            (Path(keep) / f"{kind}.log").write_text(house.processes.logged())
            seen = (f"{at:.3f} {what} {data}\n" for at, what, data in house.taskrouter_saw())
            (Path(keep) / f"{kind}.taskrouter.log").write_text("".join(seen))
        return result


def _machine(folder: Path, kind: str, skipped: list[str]) -> Machine | None:
    try:
        return Machine(folder)
    except NoCompilerError as reason:
        skipped.append(f"{kind}: clock steps and failing writes ({reason})")
        return None


def _database(kind: str, folder: Path, machine: Machine | None, skipped: list[str]) -> AbstractContextManager[Database]:
    """SQLite writes through the bridge's own machine. PostgreSQL has one of its own, whose clock nobody sets."""
    if kind == "sqlite":
        return sqlite(folder, machine, skipped)
    return postgresql(folder, Machine(folder / "database-machine") if machine else None, skipped)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--minutes", type=float, default=4.0, help="how long it storms on each database (4)")
    parser.add_argument("--seed", type=int, help="repeat a plan (default: a new one)")
    parser.add_argument("--kills", type=int, help=f"{KILLS_A_MINUTE} a minute, at least {LEAST_KILLS}")
    parser.add_argument("--database", choices=[*KINDS, "both"], default="both")
    parser.add_argument("--quick", action="store_true", help="with waiting times of a tenth")
    parser.add_argument("--report", type=Path, default=Path("test-output/chaos.json"), help="where the figures go")
    return parser


if __name__ == "__main__":
    sys.exit(main())
