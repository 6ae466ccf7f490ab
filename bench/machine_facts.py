"""What was measured on: the machine, and the versions of all that took part."""

from __future__ import annotations

import os
import platform
import sqlite3
import subprocess
from importlib.metadata import version

PACKAGES = ("Flask", "httptools", "SQLAlchemy", "psycopg", "cryptography")


def facts() -> dict[str, str]:
    """In the order in which they are shown."""
    return {
        "cores": str(os.cpu_count()),
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GB",
        "system": f"{platform.system()} {platform.machine()}",
        "load before": f"{os.getloadavg()[0]:.1f}",
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
        **{name: version(name) for name in PACKAGES},
        "Node": _said("node", "--version"),
        "wrk": (_said("wrk", "-v").split() or ["", "unknown"])[1],
        "commit": _said("git", "rev-parse", "--short", "HEAD"),
    }


def _said(*command: str) -> str:
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True)
    except OSError:
        return "unknown"
    return (done.stdout or done.stderr).strip().splitlines()[0] if done.stdout or done.stderr else "unknown"
