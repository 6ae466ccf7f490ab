"""Asks the advisory services about everything that ships: what requirements.txt brings, and the npm packages' own.

Exit codes: 0 audited, and nothing is known against it; 1 something is known; 2 not audited (at least in part), with the
reason. Only 0 says anything good. Needs `pip-audit` and `npm`, and both advisory services within reach.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
PACKAGES = ("flex_plugin", "telerivet_script")
SECONDS = 300


def main() -> int:
    """Audit both worlds; one line each."""
    verdicts = [_python(), *(_npm(ROOT / name) for name in PACKAGES)]
    return max(verdicts, key=[0, 2, 1].index)  # what is known outweighs what was not asked


def _python() -> int:
    pinned = sorted({f"{name}=={distribution(name).version}" for name in _shipped()})
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(pinned))
        file.flush()
        options = ["--no-deps", "--disable-pip", "--progress-spinner", "off", "-f", "json", "-r", file.name]
        report, complaint = _asked(["pip-audit", *options], ROOT)
    if report is None or "dependencies" not in report:
        return _not_audited("Python", complaint)
    skipped = [one["name"] for one in report["dependencies"] if "skip_reason" in one]
    if skipped:
        return _not_audited("Python", f"nothing is said of {', '.join(skipped)}")
    bad = [f"{one['name']} {flaw['id']}" for one in report["dependencies"] for flaw in one["vulns"]]
    return _verdict("Python", len(report["dependencies"]), bad)


def _npm(folder: Path) -> int:
    report, complaint = _asked(["npm", "audit", "--omit=dev", "--package-lock-only", "--json"], folder)
    if report is None or "vulnerabilities" not in report:
        return _not_audited(folder.name, (report or {}).get("message", complaint))
    bad = [f"{name} {flaw['severity']}" for name, flaw in report["vulnerabilities"].items()]
    return _verdict(folder.name, report["metadata"]["dependencies"]["prod"], bad)


def _asked(command: list[str], folder: Path) -> tuple[dict[str, Any] | None, str]:
    """The report as JSON, or None and the last line of what was said instead."""
    try:
        ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as error:
        return None, f"{command[0]}: {error}"
    try:
        return json.loads(ran.stdout), ""
    except ValueError:
        return None, (ran.stderr.strip().splitlines() or [f"{command[0]} said nothing"])[-1]


def _not_audited(what: str, why: str) -> int:
    print(f"{what}: NOT AUDITED: {why}")
    return 2


def _verdict(what: str, count: int, bad: list[str]) -> int:
    print(f"{what}: {count} packages audited, " + (f"known flaws: {'; '.join(bad)}" if bad else "nothing known"))
    return 1 if bad else 0


def _shipped() -> Iterator[str]:
    """Every distribution that requirements.txt brings along, as it is installed here."""
    waiting = [
        Requirement(line.split("#")[0])
        for line in (ROOT / "requirements.txt").read_text("utf-8").splitlines()
        if line.split("#")[0].strip()
    ]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        wanted = waiting.pop()
        key = (re.sub(r"[-_.]+", "-", wanted.name).lower(), frozenset(wanted.extras))
        if key in seen:
            continue
        seen.add(key)
        yield key[0]
        for text in distribution(wanted.name).requires or ():
            needed = Requirement(text)
            if any(_holds(needed, extra) for extra in ("", *wanted.extras)):
                waiting.append(needed)


def _holds(needed: Requirement, extra: str) -> bool:
    return needed.marker is None or needed.marker.evaluate({"extra": extra})


if __name__ == "__main__":
    sys.exit(main())
