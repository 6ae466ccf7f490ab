"""`python -m tests.chaos`: the long run. Exit code 0 where every promise was kept, 1 where one was broken."""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from tests.chaos.house import House
from tests.chaos.machine import Machine, NoCompilerError
from tests.chaos.plan import QUICK, REAL, Stage, drawn
from tests.chaos.report import as_text
from tests.chaos.storm import Result, Storm
from tests.databases import KINDS, NoPostgresError, Postgres
from tests.store.disks import NoSmallDiskError, mounted

KILLS_A_MINUTE = 15
CALM = {"real": 240.0, "quick": 60.0}  # seconds until everything must be settled


def main(arguments: Sequence[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    seed = given.seed if given.seed is not None else random.SystemRandom().randrange(1_000_000)
    kinds = KINDS if given.database == "both" else (given.database,)
    results: dict[str, Result] = {}
    skipped: list[str] = []
    for kind in kinds:
        try:
            results[kind] = run(kind, seed, given.minutes * 60 / len(kinds), quick=given.quick, skipped=skipped)
        except NoPostgresError as reason:
            skipped.append(f"{kind}: {reason}")
    again = f"python -m tests.chaos --minutes {given.minutes:g} --seed {seed} --database {given.database}"
    document = {
        "again": again + (" --quick" if given.quick else ""),
        "seed": seed,
        "skipped": skipped,
        "storms": {kind: result.figures() for kind, result in results.items()},
    }
    given.report.parent.mkdir(parents=True, exist_ok=True)
    given.report.write_text(json.dumps(document, indent=2) + "\n")
    print(as_text(document))
    return 1 if any(result.wrong for result in results.values()) or not results else 0


def run(kind: str, seed: int, seconds: float, *, quick: bool, skipped: list[str], kills: int | None = None) -> Result:
    """One storm on one kind of database. What cannot be tried here is added to `skipped`."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bridge-chaos-")))
        folder.chmod(0o755)
        machine, disk, postgres = None, None, None
        try:
            machine = Machine(folder / "machine")
        except NoCompilerError as reason:
            skipped.append(f"{kind}: clock steps and failing writes ({reason})")
        if kind == "postgresql":
            postgres = Postgres()
            stack.callback(postgres.remove)
            postgres.stop()
            postgres.start(fsync=True)
        else:
            try:
                disk = stack.enter_context(mounted(folder / "disk", kilobytes=65_536))
            except NoSmallDiskError as reason:
                skipped.append(f"{kind}: a full disk ({reason})")
        house = House(folder, quick=quick, seed=seed, machine=machine, disk=disk, postgres=postgres)
        stage = Stage(len(house.ports), machine is not None, disk is not None, postgres is not None)
        pace = QUICK if quick else REAL
        kills = kills if kills is not None else round(seconds / 60 * KILLS_A_MINUTE)
        plan = drawn(seed, seconds, max(kills, 1), pace, stage)
        with house:
            result = Storm(house, plan, seed, calm=CALM["quick" if quick else "real"]).blow()
        if keep := os.environ.get("CHAOS_LOGS"):
            Path(keep).write_text(house.logged() + house.taskrouter_saw())
        return result


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--minutes", type=float, default=4.0, help="how long it storms, over all databases (4)")
    parser.add_argument("--seed", type=int, help="repeat a plan (default: a new one)")
    parser.add_argument("--database", choices=[*KINDS, "both"], default="both")
    parser.add_argument("--quick", action="store_true", help="with waiting times of a tenth")
    parser.add_argument("--report", type=Path, default=Path("test-output/chaos.json"), help="where the figures go")
    return parser


if __name__ == "__main__":
    sys.exit(main())
