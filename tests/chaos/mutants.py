"""`python -m tests.chaos.mutants`: faults put into a copy of the bridge on purpose, and what the storm says of each.

It takes a minute for each fault and database; a name's beginning chooses some. What is copied is what is committed.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.databases import KINDS
from tests.servers import PROJECT

QUICK = ("--quick", "--minutes", "0.5", "--kills", "10", "--seed", "15331")
LONG = ("--minutes", "4", "--kills", "25", "--seed", "41")


@dataclass(frozen=True, slots=True)
class Fault:
    """In `file`, `right` stands once and becomes `wrong`; `storm` is what is to see it."""

    name: str
    file: str
    right: str
    wrong: str
    storm: tuple[str, ...] = QUICK


FAULTS = (
    Fault(
        "a lost answer is tried again at once",
        "bridge/delivery/policy.py",
        '"unknown": _look_up,\n        "refused": _refused,',
        '"unknown": _again,\n        "refused": _refused,',
    ),
    Fault(
        "what a crash cut short is sent again",
        "bridge/store/recovery.py",
        '"ready"), else_="check"),\n        "due"',
        '"ready"), else_="ready"),\n        "due"',
    ),
    Fault(
        "a complete one does not wait for its partial",
        "bridge/delivery/claim.py",
        'if row.state == "ready" and row.twin and not',
        'if row.state == "ready" and False and not',
    ),
    Fault(
        "yes is said though nothing could be stored",
        "bridge/intake/view.py",
        '            return problem.of(error, "submissions")\n',
        "            from bridge.store import reference\n"
        '            fails = problem.of(error, "submissions")\n'
        "            return _answer(Receipt(reference.draw(), False)) if fails.status == 503 else fails\n",
    ),
    Fault(
        "a clock that was set back is not minded",
        "bridge/delivery/worker.py",
        "recovery.unwind(conn, patience.settle, self._rules.longest(), now, set_back=step < 0)",
        "pass",
    ),
    Fault(
        "attributes null in a list are taken for another's",
        "bridge/taskrouter/calls.py",
        "return _carries(task.fetch().attributes, external_id)",
        "return False",
    ),
    Fault(
        "one look-up is proof enough",
        "bridge/delivery/policy.py",
        "if case.job.looked > 0 or case.since_attempt > settle.proof:",
        "if True:",
    ),
    Fault(
        "nothing is recovered at the start",
        "bridge/delivery/worker.py",
        "return recovery.recover_all(conn, settle, now)",
        "return 0",
    ),
    Fault(
        "what nobody can settle is given up silently",
        "bridge/delivery/policy.py",
        'def _held(case: Case) -> Next:\n    return case.moves("held", case.now)',
        'def _held(case: Case) -> Next:\n    return case.moves("done", case.now)',
        LONG,
    ),
    Fault(
        "the event log is not asked",
        "bridge/delivery/call.py",
        'if found.kind != "missing" or not (is_old or job.looked):',
        "if True:",
        LONG,
    ),
    Fault(
        "attempts do not keep their age when the clock is set",
        "bridge/delivery/worker.py",
        "recovery.move(conn, patience.settle, None if alone else self._owner, step, now)",
        "pass",
        LONG,
    ),
)


def main(names: list[str]) -> int:
    for fault in FAULTS:
        for kind in KINDS if not names or fault.name.startswith(tuple(names)) else ():
            wrong = said_of(fault, kind)
            print(f"{fault.name} | {kind} | {'; '.join(wrong) or 'not seen'}", flush=True)
    return 0


def said_of(fault: Fault, kind: str) -> list[str]:
    """What the storm calls wrong in a bridge that has this fault."""
    with tempfile.TemporaryDirectory(prefix="bridge-mutant-") as folder:
        tree = Path(folder)
        archive = subprocess.run(["git", "archive", "HEAD"], cwd=PROJECT, capture_output=True, check=True).stdout
        with tarfile.open(fileobj=io.BytesIO(archive)) as files:
            files.extractall(tree, filter="data")
        put_in(fault, tree)
        report = tree / "report.json"
        command = [sys.executable, "-m", "tests.chaos", *fault.storm, "--database", kind, "--report", str(report)]
        done = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)
        if not report.exists():
            return [f"the storm itself failed: {done.stderr[-300:]}"]
        wrong: list[str] = json.loads(report.read_text())["storms"][kind]["wrong"]
        return wrong


def put_in(fault: Fault, tree: Path) -> None:
    """Raises ValueError where the place is no longer there."""
    file = tree / fault.file
    text = file.read_text("utf-8")
    if text.count(fault.right) != 1:
        raise ValueError(f"{fault.name}: {fault.file} has changed")
    file.write_text(text.replace(fault.right, fault.wrong), "utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
