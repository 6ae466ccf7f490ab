"""`python -m bridge deliveries list | show | retry`: what waits, is held or dead, and sending it again."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TextIO

from sqlalchemy import Connection

from bridge.commands import environment
from bridge.store import Store, open_store, overview, reference
from bridge.store.overview import Line

NOTHING_WRONG, SOMETHING_WRONG = 0, 1
EPILOG = """\
Exit codes: list 0, or 1 where something held or dead waits for a person; show and retry 0, or 1 where the reference
is unknown or there is nothing to retry; 2 where the command could not start.

held: a task may have been made, and TaskRouter cannot tell any more. `retry` looks for it again and makes one only
where it is certain that there is none; with --create-anyway it makes one at once, and a second one is possible.
dead: certainly no task: refused, or given up by age. `retry` sends it again."""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EPILOG
    commands = parser.add_subparsers(dest="action", metavar="list | show | retry", required=True)
    lines = commands.add_parser("list", help="what is not delivered yet, the oldest first")
    lines.add_argument("--state", choices=overview.STATES, help="only these (default: all but done)")
    lines.add_argument("--limit", type=_count, default=50, help="at most so many lines (50)")
    one = commands.add_parser("show", help="every attempt of one submission")
    one.add_argument("reference")
    again = commands.add_parser("retry", help="send again what is dead, look again for what is held")
    which = again.add_mutually_exclusive_group(required=True)
    which.add_argument("reference", nargs="?", help="the one with this reference")
    which.add_argument("--all-dead", action="store_true")
    which.add_argument("--all-held", action="store_true")
    again.add_argument(
        "--create-anyway", action="store_true", help="make the task of a held one, without another look"
    )


def run(arguments: argparse.Namespace) -> int:
    settings = environment.settings()
    store = open_store(settings.database_url, settings.data_keys, shared=True)
    try:
        return perform(arguments, store, sys.stdout)
    finally:
        store.close()


def perform(
    arguments: argparse.Namespace, store: Store, out: TextIO, now: Callable[[], float] = time.time
) -> int:
    """The command on an open store; its exit code."""
    actions = {"list": show_list, "show": show_one, "retry": retry}
    return actions[arguments.action](arguments, store, out, now())


def show_list(arguments: argparse.Namespace, store: Store, out: TextIO, now: float) -> int:
    states = [arguments.state] if arguments.state else overview.NOT_DONE
    with store.read() as conn:
        lines = overview.listed(conn, states, arguments.limit)
        counts, _ = overview.waiting(conn)
    _table(out, [_cells(line, now) for line in lines])
    total = sum(counts[state] for state in states if state in counts)
    if total > len(lines):
        print(f"{total - len(lines)} more; see them with --limit {total}", file=out)
    return SOMETHING_WRONG if counts["held"] or counts["dead"] else NOTHING_WRONG


def show_one(arguments: argparse.Namespace, store: Store, out: TextIO, now: float) -> int:
    with store.read() as conn:
        lines = _of(conn, arguments.reference)
        for line in lines:
            _table(out, [_cells(line, now)])
            _history(conn, line, out)
    return NOTHING_WRONG if lines else _unknown(out)


def retry(arguments: argparse.Namespace, store: Store, out: TextIO, now: float) -> int:
    def work(conn: Connection) -> list[str]:
        return [_retried(conn, line, arguments.create_anyway, now) for line in _chosen(conn, arguments)]

    told = store.write(work)
    for sentence in told:
        print(sentence, file=out)
    if not told and arguments.reference:
        return _unknown(out)
    if not any(sentence.endswith(".") for sentence in told):
        print("Nothing to retry.", file=out)
        return SOMETHING_WRONG
    return NOTHING_WRONG
