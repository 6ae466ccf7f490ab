"""`python -m bridge backup FILE`: copy the SQLite database, whole, while the bridge runs."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from bridge.commands import environment
from bridge.store import audit
from bridge.store.backup import backup


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="the copy; it must not exist yet")
    parser.epilog = "Keep the copy apart from DATA_KEYS: together they tell who called. PostgreSQL: use pg_dump."


def run(arguments: argparse.Namespace) -> int:
    url = environment.settings().database_url
    backup(url, arguments.file)
    if not audit.note_beside(url, "backup", who=audit.person(), at=time.time()):
        print("the audit trail could not be written: note this copy yourself", file=sys.stderr)
    print(f"{arguments.file}: a copy of the database, readable with the same DATA_KEYS")
    return 0
