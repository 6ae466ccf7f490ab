"""`python -m bridge purge`: forget what is over its time, beside the service or without it."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from typing import TextIO

from bridge.commands import environment
from bridge.commands.beside import store_beside
from bridge.purging import keep
from bridge.store import Store, audit
from bridge.store.retention import Keep, purge

EPILOG = """\
The service does this once a day by itself. The settings KEEP_… say how long each kind of data stays.
Exit codes: 0 done; 2 where the command could not start."""
KINDS = {
    "contents": "delivered requests, number and answers erased",
    "undelivered": "requests that became no task and nobody saw to, number and answers erased",
    "ids": "ids and references, of which no repetition is to be expected any more",
    "sessions": "sessions that had ended",
    "attempts": "calls to TaskRouter in the history",
    "counters": "counts of callers who gave up, by month and question",
    "audit": "lines of the audit trail",
}


def configure(parser: argparse.ArgumentParser) -> None:
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EPILOG


def run(arguments: argparse.Namespace) -> int:
    settings = environment.settings()
    with store_beside(settings) as store:
        return perform(store, keep(settings), sys.stdout)


def perform(store: Store, keep: Keep, out: TextIO, now: Callable[[], float] = time.time) -> int:
    """The command on an open store; its exit code."""
    purged = purge(store, keep, now(), who=audit.person())
    for kind, words in KINDS.items():
        print(f"{getattr(purged, kind):>8}  {words}", file=out)
    return 0
