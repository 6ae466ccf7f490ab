"""`python -m bridge audit`: who retried, erased, purged, rotated or copied, and when."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TextIO

from bridge.commands import environment
from bridge.commands.arguments import NO_REFERENCE, count
from bridge.commands.beside import store_beside
from bridge.store import Store, audit, reference
from bridge.store.audit import Entry

EPILOG = """\
The trail names people as the kernel knows them (user@host), and `service` for what the service
does by itself. It holds no number and no answer. Exit codes: 0 done; 1 unknown reference; 2 could not start."""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EPILOG
    parser.add_argument("--last", type=count, default=50, metavar="N", help="at most so many lines (50)")
    parser.add_argument("--reference", help="only those of one request")


def run(arguments: argparse.Namespace) -> int:
    with store_beside(environment.settings()) as store:
        return perform(arguments, store, sys.stdout)


def perform(arguments: argparse.Namespace, store: Store, out: TextIO) -> int:
    """The command on an open store; its exit code."""
    which = reference.tidy(arguments.reference) if arguments.reference else None
    if arguments.reference and which is None:
        print(NO_REFERENCE, file=out)
        return 1
    with store.read() as connection:
        entries = audit.latest(connection, arguments.last, which)
    print("\n".join(map(_line, entries)) or "Nothing.", file=out)
    return 0


def _line(entry: Entry) -> str:
    moment = datetime.fromtimestamp(entry.at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    parts: Sequence[object] = (entry.reference, entry.detail, entry.count)
    return "  ".join([moment, entry.who, entry.what, *(str(part) for part in parts if part is not None)])
