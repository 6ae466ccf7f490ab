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
from bridge.commands.arguments import MOST_LINES, count
from bridge.commands.beside import store_beside
from bridge.store import Store, audit, overview, reference
from bridge.store.overview import Line

NOTHING_WRONG, SOMETHING_WRONG = 0, 1
HEAD = ("REFERENCE", "KIND", "STATE", "AGE", "TRIES", "STATUS", "REASON")
EPILOG = """\
Exit codes: list 0, or 1 where something held or dead waits for a person; show and retry 0, or 1 where
the reference is unknown or there is nothing to retry; 2 where the command could not start.

ready: waits for its turn, or for TaskRouter to come back.
calling: its call to TaskRouter is under way.
check: the call's answer was lost; TaskRouter is asked whether the task is there before one is made.
done: the task is made.
dead: certainly no task: refused, or given up by age. `retry` sends it again.
held: a task may have been made, and TaskRouter cannot tell any more. `retry` looks for it again and makes
one only where it is certain that there is none; with --create-anyway it makes one at once. There may
then be two, so agents see “May be a duplicate” on it."""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EPILOG
    commands = parser.add_subparsers(dest="action", metavar="list | show | retry", required=True)
    lines = commands.add_parser("list", help="what is not delivered yet, the oldest first")
    lines.add_argument("--state", choices=overview.STATES, help="only these (all but done); see deliveries --help")
    lines.add_argument("--limit", type=count, default=50, help="at most so many lines (50)")
    one = commands.add_parser("show", help="every attempt of one submission")
    one.add_argument("reference", help="what the caller heard, like K7QM4X")
    again = commands.add_parser("retry", help="send again what is dead, look again for what is held")
    which = again.add_mutually_exclusive_group(required=True)
    which.add_argument("reference", nargs="?", help="the one with this reference")
    which.add_argument("--all-dead", action="store_true", help="every dead one")
    which.add_argument("--all-held", action="store_true", help="every held one")
    again.add_argument("--create-anyway", action="store_true", help="make the task of a held one, without another look")


def run(arguments: argparse.Namespace) -> int:
    with store_beside(environment.settings()) as store:
        return perform(arguments, store, sys.stdout)


def perform(arguments: argparse.Namespace, store: Store, out: TextIO, now: Callable[[], float] = time.time) -> int:
    """The command on an open store; its exit code."""
    actions = {"list": show_list, "show": show_one, "retry": retry}
    return actions[arguments.action](arguments, store, out, now())


def show_list(arguments: argparse.Namespace, store: Store, out: TextIO, now: float) -> int:
    """The table of what waits; exit code 1 where a person is waited for."""
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
    """Every attempt of one submission; exit code 1 where the reference is unknown."""
    with store.read() as conn:
        lines = _of(conn, arguments.reference)
        for line in lines:
            _table(out, [_cells(line, now)])
            _history(conn, line, out)
    return NOTHING_WRONG if lines else _unknown()


def retry(arguments: argparse.Namespace, store: Store, out: TextIO, now: float) -> int:
    """Send again or look again, a sentence for each; exit code 1 where nothing was changed."""

    def work(conn: Connection) -> list[tuple[bool, str]]:
        return [_retried(conn, line, arguments.create_anyway, now) for line in _chosen(conn, arguments)]

    told = store.write(work)
    for _, sentence in told:
        print(sentence, file=out)
    if not told:
        return _say(out, "There is nothing to retry.") if arguments.reference is None else _unknown()
    return NOTHING_WRONG if any(changed for changed, _ in told) else SOMETHING_WRONG


def _chosen(conn: Connection, arguments: argparse.Namespace) -> Sequence[Line]:
    if arguments.reference is not None:
        return _of(conn, arguments.reference)
    return overview.listed(conn, ["dead" if arguments.all_dead else "held"], MOST_LINES)


def _retried(conn: Connection, line: Line, anyway: bool, now: float) -> tuple[bool, str]:
    """Whether something was changed, and a sentence about it."""
    name = f"{line.reference}, {_kind(line)}"
    if line.state == "dead":
        overview.send_again(conn, line.submission_id, now)
        _note(conn, "retry", line, now)
        return True, f"{name}: sent again."
    if line.state == "held" and anyway:
        overview.send_again(conn, line.submission_id, now, anyway=True)
        _note(conn, "create anyway", line, now)
        return True, f"{name}: its task is made now, marked as a possible duplicate."
    if line.state == "held":
        overview.look_again(conn, line.submission_id, now)
        _note(conn, "retry", line, now)
        return True, f"{name}: looked for again; if that decides nothing, --create-anyway makes its task."
    return False, f"{name}: nothing to retry, it is {line.state}."


def _note(conn: Connection, what: audit.What, line: Line, now: float) -> None:
    audit.note(conn, what, who=audit.person(), at=now, reference=line.reference, detail=_kind(line))


def _of(conn: Connection, typed: str) -> list[Line]:
    tidied = reference.tidy(typed)
    return overview.of_reference(conn, tidied) if tidied else []


def _unknown() -> int:
    return _say(sys.stderr, "There is no delivery with this reference.")


def _say(out: TextIO, sentence: str) -> int:
    print(sentence, file=out)
    return SOMETHING_WRONG


def _cells(line: Line, now: float) -> Sequence[str]:
    status = str(line.http_status or "-")
    age = _age(now - line.received_at)
    return line.reference, _kind(line), line.state, age, str(line.tries), status, line.reason or "-"


def _history(conn: Connection, line: Line, out: TextIO) -> None:
    print(f"external_id {line.external_id}  task {line.task_sid or '-'}", file=out)
    for one in overview.attempts(conn, line.submission_id):
        took = "-" if one.ended_at is None else f"{one.ended_at - one.started_at:.1f} s"
        outcome = one.outcome or "under way"
        print(
            f"  try {one.number}  {_moment(one.started_at)}  {one.kind}  {outcome}"
            f"  status {one.http_status or '-'}  took {took}",
            file=out,
        )


def _table(out: TextIO, rows: Sequence[Sequence[str]]) -> None:
    """Columns as wide as they must be; the last one, the reason, as long as it is."""
    if not rows:
        print("Nothing.", file=out)
        return
    widths = [max(map(len, column)) for column in zip(HEAD, *rows, strict=True)][:-1]
    for row in (HEAD, *rows):
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        print("  ".join([*cells, row[-1]]), file=out)


def _kind(line: Line) -> str:
    return "complete" if line.complete else "partial"


def _age(seconds: float) -> str:
    """In the largest unit that is reached: 59 s, 12 min, 5 h, 3 d."""
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size:.0f} {unit}"
    return f"{max(0.0, seconds):.0f} s"


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
